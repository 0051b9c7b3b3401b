// SPDX-License-Identifier: GPL-3.0-or-later
/* Runs under mpiexec whose ranks are all killed at once. */
#ifndef HADPOT_KILLED_RUN_H
#define HADPOT_KILLED_RUN_H

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "program.h"

/* Start a run under mpiexec; every rank notes its process number in the file pids. */
static inline pid_t start_run(const scene *place, int ranks, const char *arguments) {
    char command[2048];
    snprintf(command, sizeof command,
             "cd '%s' && rm -f pids && exec '%s' --oversubscribe -n %d sh -c "
             "'echo $$ >>pids; exec \"$0\" \"$@\"' '%s' run job.yaml %s "
             ">.stdout 2>.stderr </dev/null",
             place->folder, HADPOT_MPIEXEC, ranks, HADPOT_PROGRAM, arguments);
    return start_shell(command);
}

/* SIGKILL to every rank, which the program cannot see coming, and wait for mpiexec to notice. */
static inline void kill_run(const scene *place, pid_t mpiexec) {
    size_t size;
    char *pids = read_bytes(place, "pids", &size), *end = pids;
    for (long pid = strtol(pids, &end, 10); pid > 0; pid = strtol(end, &end, 10))
        kill((pid_t)pid, SIGKILL);
    test_free(pids);
    int outcome = 0;
    assert_int_equal(waitpid(mpiexec, &outcome, 0), mpiexec);
    assert_false(WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0);
}

#endif
