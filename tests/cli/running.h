// SPDX-License-Identifier: GPL-3.0-or-later
/* Runs that go on while a test does something to one of their ranks. */
#ifndef HADPOT_TEST_RUNNING_H
#define HADPOT_TEST_RUNNING_H

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "program.h"

/* The launcher itself, among its ranks. */
enum { LAUNCHER = -1 };

typedef struct running {
    pid_t process; /* of the launcher, or of the only rank */
    int ranks;
} running;

static inline double hp_test_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* `hadpot run job.yaml ARGUMENTS`, by itself or under mpiexec; its words go to .stderr. */
static inline running start_run(const scene *place, int ranks, const char *arguments) {
    char command[2048], launcher[512] = "";
    remove_old(place, ".stderr");
    if (ranks > 1)
        snprintf(launcher, sizeof launcher, "'%s' --oversubscribe -n %d ", HADPOT_MPIEXEC, ranks);
    snprintf(command, sizeof command,
             "cd '%s' && exec %s'%s' run job.yaml %s >.stdout 2>.stderr </dev/null", place->folder,
             launcher, HADPOT_PROGRAM, arguments);
    return (running){start_shell(command), ranks};
}

/* Whether a process has a text among what /proc tells of it, in `file`, between NULs. */
static inline bool proc_has(long process, const char *file, const char *text) {
    char path[64], bytes[1 << 15];
    snprintf(path, sizeof path, "/proc/%ld/%s", process, file);
    FILE *in = fopen(path, "rb");
    if (in == NULL) return false;
    size_t length = fread(bytes, 1, sizeof bytes - 1, in);
    fclose(in);
    bytes[length] = '\0';
    for (size_t at = 0; at < length; at += strlen(bytes + at) + 1)
        if (strcmp(bytes + at, text) == 0) return true;
    return false;
}

/* The process of a rank: a child of the launcher, with its number in its environment. */
static inline pid_t process_of_rank(const running *run, int rank) {
    char number[64], path[64];
    snprintf(number, sizeof number, "OMPI_COMM_WORLD_RANK=%d", rank);
    DIR *processes = opendir("/proc");
    pid_t found = 0;
    for (struct dirent *entry; found == 0 && (entry = readdir(processes)) != NULL;) {
        long process = strtol(entry->d_name, NULL, 10), parent = 0;
        snprintf(path, sizeof path, "/proc/%ld/stat", process);
        FILE *in = process > 0 ? fopen(path, "r") : NULL;
        if (in == NULL) continue;
        bool read = fscanf(in, "%*d (%*[^)]) %*c %ld", &parent) == 1;
        fclose(in);
        if (read && parent == run->process && proc_has(process, "environ", number))
            found = (pid_t)process;
    }
    closedir(processes);
    return found;
}

static inline void signal_rank(const running *run, int rank, int number) {
    pid_t process = run->process;
    if (run->ranks > 1 && rank != LAUNCHER) process = process_of_rank(run, rank);
    assert_true(process > 0);
    assert_int_equal(kill(process, number), 0);
}

/* The exit code, or 128 and the signal; place->err is what it said. */
static inline int end_of_run(scene *place, const running *run) {
    int outcome = 0;
    assert_int_equal(waitpid(run->process, &outcome, 0), run->process);
    read_text(place, ".stderr", place->err, sizeof place->err);
    return WIFEXITED(outcome) ? WEXITSTATUS(outcome) : 128 + WTERMSIG(outcome);
}

#endif
