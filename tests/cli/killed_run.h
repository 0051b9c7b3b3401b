// SPDX-License-Identifier: GPL-3.0-or-later
/* Runs under mpiexec that are held in the middle, and whose ranks are all killed at once. */
#ifndef HADPOT_KILLED_RUN_H
#define HADPOT_KILLED_RUN_H

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "program.h"

/* Where a rank goes no further until a file release is there: for the time `time` it has written a
 * file whose name begins with `file`; "progress": said how far it is. */
typedef struct hold {
    const char *file;
    int time;
} hold;

/* Start a run under mpiexec; every rank notes its process number in the file pids. */
static inline pid_t start_run(const scene *place, int ranks, hold at, const char *arguments) {
    char command[2048];
    remove_old(place, ".stderr");
    remove_old(place, "pids");
    snprintf(command, sizeof command,
             "cd '%s' && rm -f release && exec '%s' --oversubscribe -n %d sh -c "
             "'echo $$ >>pids; export LD_PRELOAD=\"%s\" HADPOT_HOLD=\"%s\" "
             "HADPOT_HOLD_TIME=%d HADPOT_RELEASE=release; exec \"$0\" \"$@\"' '%s' "
             "run job.yaml %s >.stdout 2>.stderr </dev/null",
             place->folder, HADPOT_MPIEXEC, ranks, HADPOT_HOLD_RUN, at.file, at.time,
             HADPOT_PROGRAM, arguments);
    return start_shell(command);
}

/* Send a signal to every rank. */
static inline void signal_run(const scene *place, int number) {
    size_t size;
    char *pids = read_bytes(place, "pids", &size), *end = pids;
    for (long pid = strtol(pids, &end, 10); pid > 0; pid = strtol(end, &end, 10))
        kill((pid_t)pid, number);
    test_free(pids);
}

/* SIGKILL to every rank, which the program cannot see coming, and wait for mpiexec to notice. */
static inline void kill_run(const scene *place, pid_t mpiexec) {
    int outcome = 0;
    signal_run(place, SIGKILL);
    assert_int_equal(waitpid(mpiexec, &outcome, 0), mpiexec);
    assert_false(WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0);
}

#endif
