// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe_process.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "hadpot/memory.h"

extern char **environ;

/* The environment without what makes a process a rank of MPI. Memory that HDF5 releases or has not
 * set is filled by the C library: what reads it fails here more surely than in the ranks. */
static char **copy_environment(void) {
    static char threads[] = "OPENBLAS_NUM_THREADS=1", fill[] = "MALLOC_PERTURB_=165";
    static const char *const dropped[] = {
        "OMPI_", "PMIX_", "PMI_", "MPI_", "OPENBLAS_NUM_THREADS=", "MALLOC_PERTURB_="};
    size_t n = 0, kept = 0;
    while (environ[n] != NULL) n++;
    char **copy = hp_alloc(n + 3, sizeof *copy);
    for (size_t i = 0; copy != NULL && i < n; i++) {
        bool keep = true;
        for (size_t k = 0; k < sizeof dropped / sizeof *dropped; k++)
            keep = keep && strncmp(environ[i], dropped[k], strlen(dropped[k])) != 0;
        if (keep) copy[kept++] = environ[i];
    }
    if (copy != NULL) copy[kept++] = threads;
    if (copy != NULL) copy[kept++] = fill;
    return copy;
}

/* Input and output are the socket; messages of libraries go nowhere. */
static bool set_actions(posix_spawn_file_actions_t *actions, int socket) {
    return posix_spawn_file_actions_adddup2(actions, socket, STDIN_FILENO) == 0 &&
           posix_spawn_file_actions_adddup2(actions, socket, STDOUT_FILENO) == 0 &&
           posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0;
}

static bool spawn(hp_probe_process *process, int socket, int seconds) {
    char limit[16], name[] = "hadpot", option[] = "--probe";
    char *const arguments[] = {name, option, limit, NULL};
    posix_spawn_file_actions_t actions;
    char **environment = copy_environment();
    snprintf(limit, sizeof limit, "%d", seconds);
    bool good = environment != NULL && posix_spawn_file_actions_init(&actions) == 0;
    if (good) {
        good =
            set_actions(&actions, socket) && posix_spawn(&process->pid, "/proc/self/exe", &actions,
                                                         NULL, arguments, environment) == 0;
        posix_spawn_file_actions_destroy(&actions);
    }
    hp_free(environment);
    return good;
}

bool hp_probe_process_start(hp_probe_process *process, int seconds) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return false;
    bool good = fcntl(pair[0], F_SETFD, FD_CLOEXEC) == 0 &&
                fcntl(pair[1], F_SETFD, FD_CLOEXEC) == 0 && spawn(process, pair[1], seconds);
    close(pair[1]);
    process->socket = pair[0];
    if (!good) close(pair[0]);
    if (!good) process->pid = 0;
    return good;
}

int hp_probe_process_stop(hp_probe_process *process) {
    int status = 0;
    if (process->pid == 0) return 0;
    kill(process->pid, SIGKILL); /* one that has ended keeps its status */
    pid_t ended;
    do {
        ended = waitpid(process->pid, &status, 0);
    } while (ended < 0 && errno == EINTR);
    if (ended != process->pid) status = 0;
    close(process->socket);
    process->pid = 0;
    return status;
}
