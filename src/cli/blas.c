// SPDX-License-Identifier: GPL-3.0-or-later
/* OpenBLAS maps the buffers in which it packs matrices at the first call that needs one, and keeps
 * them. Where there is no room (ulimit -v) it tries again and again, for ever: so room is made sure
 * of at the start. Its threads, of which hadpot has no use (ranks share the cores), want a buffer
 * each, while the library is loaded. */
#include <cblas.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli.h"

/* A buffer of OpenBLAS 0.3.21 has 128 MB of addresses, of which little is ever touched. */
enum { BUFFER_BYTES = 129 << 20 };

/* Seconds for one small product. */
enum { PATIENCE = 5 };

/* Matrices of a size for which they are packed: kernels for small ones do without up to 100^3. */
enum { N = 128 };

enum { MOST_VARIABLES = 4096 };

/* Before any library is initialised: start again, with one thread in the environment. */
static void limit_threads(int argc, char **argv, char **envp) {
    static char one_thread[] = "OPENBLAS_NUM_THREADS=1", *variables[MOST_VARIABLES + 2];
    int n = 0;
    (void)argc;
    for (; *envp != NULL && n < MOST_VARIABLES; envp++) {
        if (strcmp(*envp, one_thread) == 0) return;
        if (strncmp(*envp, one_thread, sizeof one_thread - 2) != 0) variables[n++] = *envp;
    }
    variables[n] = one_thread;
    if (*envp == NULL) execve("/proc/self/exe", argv, variables); /* or go on as it is */
}

__attribute__((section(".preinit_array"),
               used)) static void (*const before_libraries)(int, char **, char **) = limit_threads;

static const char no_room[] =
    "hadpot: error: no memory for the buffer of OpenBLAS, 128 MB for each rank: allow more than "
    "ulimit -v does (out of memory)\n";

static void give_up(int number) {
    (void)number;
    ssize_t written = write(STDERR_FILENO, no_room, sizeof no_room - 1);
    (void)written; /* there is nobody to tell */
    _exit(hp_status_exit_code(HP_ERR_MEMORY));
}

static void multiply(void) {
    static double a[N * N], b[N * N], c[N * N];
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, N, N, 1.0, a, N, b, N, 0.0, c, N);
}

void hp_cli_reserve_blas(void) {
    struct sigaction before, action = {.sa_handler = give_up};
    void *volatile room = malloc(BUFFER_BYTES); /* addresses: hp_alloc would write to all of it */
    if (room == NULL) give_up(0);
    free(room);
    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, &before);
    alarm(PATIENCE);
    openblas_set_num_threads(1);
    multiply();
    alarm(0);
    sigaction(SIGALRM, &before, NULL);
}
