// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <fftw3.h>
#include <gsl/gsl_errno.h>
#include <hdf5.h>
#include <malloc.h>
#include <mpi.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli.h"
#include "hadpot/file.h"
#include "hadpot/log.h"
#include "hadpot/probe.h"
#include "hadpot/stage_times.h"
#include "hadpot/parallel.h"
#include "hadpot/stop.h"

static void print_help(FILE *out) {
    fputs("hadpot: hadron-hadron potentials and phase shifts from lattice-QCD correlators\n\n"
          "usage: hadpot COMMAND FILE [OPTIONS]\n"
          "       mpirun -n N hadpot run JOB.yaml [--check] [--resume] [--set key.path=value ...]\n"
          "                                       [--overwrite]\n\n"
          "commands:\n",
          out);
    for (int i = 0; i < hp_cli_ncommand; i++)
        fprintf(out, "  %-9s %-9s  %s\n", hp_cli_commands[i].name, hp_cli_commands[i].file,
                hp_cli_commands[i].summary);
    fputs(
        "\nhadpot COMMAND --help tells the rest, with every key of the job file; hadpot "
        "--version.\n"
        "exit code: 0 success, 1 failed, 2 wrong usage or input, 71 out of memory, 74 no room on\n"
        "the disk, 75 stopped by a signal (SIGTERM, SIGINT, SIGHUP, SIGUSR1) or by --time-limit:\n"
        "what is finished is kept, go on with --resume; see docs/endings.md\n"
        "from files of your own to phase shifts, step by step: docs/first-hour.md\n",
        out);
}

/* HDF5 closes nothing by itself, neither at exit nor in MPI_Finalize, where it would ask MPI to
 * call it if MPI came first: all files are closed by then, and of one that could not be, a full
 * disk's, it would read memory that is gone. */
static bool start_hdf5(void) {
    return H5dont_atexit() >= 0 && H5open() >= 0 && H5Eset_auto2(H5E_DEFAULT, NULL, NULL) >= 0;
}

/* OpenSSL makes its tables when it is used first, and does not bear to have no memory for them:
 * here, where there is nothing to lose yet. */
static bool start_openssl(void) {
    unsigned char sum[EVP_MAX_MD_SIZE];
    return EVP_Digest("", 0, sum, NULL, EVP_sha256(), NULL) == 1;
}

/* Work spaces of tens of MB are made for each fit and released: the C library keeps them for the
 * next one, instead of giving them back to the system, which would zero their pages once more. */
static void keep_memory(void) {
    enum { LARGEST_BLOCK = 32 << 20, LARGEST_REST = 1 << 30 };
    (void)mallopt(M_MMAP_THRESHOLD, LARGEST_BLOCK); /* the most that glibc takes */
    (void)mallopt(M_TRIM_THRESHOLD, LARGEST_REST);
}

/* What was printed may go to a file on a full disk. */
static hp_status end_output(void) {
    if (fflush(stdout) == 0 && ferror(stdout) == 0) return HP_OK;
    fprintf(stderr, "hadpot: error: cannot write to standard output: %s\n", strerror(errno));
    return hp_file_status(errno);
}

static bool start_mpi(int *rank, int *size) {
    hp_parallel_spare_start();
    if (MPI_Init(NULL, NULL) != MPI_SUCCESS) {
        fputs("hadpot: error: MPI_Init failed\n", stderr);
        return false;
    }
    if (MPI_Comm_rank(MPI_COMM_WORLD, rank) == MPI_SUCCESS &&
        MPI_Comm_size(MPI_COMM_WORLD, size) == MPI_SUCCESS)
        return true;
    fputs("hadpot: error: MPI does not say which rank this is\n", stderr);
    MPI_Abort(MPI_COMM_WORLD, 1); /* the others wait for this one */
    return false;
}

static int run_command(int argc, char **argv) {
    hp_error err = HP_ERROR_INIT;
    if (!start_hdf5() || !start_openssl()) {
        fputs("hadpot: error: HDF5 or OpenSSL does not start\n", stderr);
        return 1;
    }
    hp_stage_enter(HP_STAGE_START);
    keep_memory();
    hp_cli_reserve_blas();
    hp_stop_listen();
    hp_stop_set_stall_limit(hp_cli_stall_limit(argc, argv)); /* MPI_Init waits for others, too */
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of write */
    int rank = 0, size = 1;
    if (!start_mpi(&rank, &size)) return 1;
    hp_stage_enter(HP_STAGE_OPEN);
    gsl_set_error_handler_off(); /* codes are checked, no library aborts the program */
    hp_status status = HP_ERR_USAGE;
    const hp_cli_command *command = NULL;
    for (int i = 0; i < hp_cli_ncommand; i++)
        if (argc > 1 && strcmp(argv[1], hp_cli_commands[i].name) == 0)
            command = &hp_cli_commands[i];
    if (command != NULL)
        status = hp_cli_run(command, argc - 1, argv + 1, &err);
    else if (argc < 2)
        hp_error_set(&err, status, __FILE__, __LINE__,
                     "no command given; hadpot --help lists them");
    else
        hp_error_set(&err, status, __FILE__, __LINE__,
                     "unknown command \"%s\"; hadpot --help lists them", argv[1]);
    bool alone = status != HP_OK && command != NULL && !err.agreed && size > 1;
    if (status != HP_OK && (rank == 0 || alone)) hp_log_error(&err);
    if (alone) MPI_Abort(MPI_COMM_WORLD, hp_status_exit_code(status)); /* the others wait for us */
    hp_status end = hp_parallel_unwatch(status == HP_OK ? &err : NULL);
    if (status == HP_OK && end != HP_OK) hp_log_error(&err);
    if (end != HP_OK)
        MPI_Abort(MPI_COMM_WORLD, hp_status_exit_code(status == HP_OK ? end : status));
    fftw_cleanup(); /* all its plans are destroyed by now */
    MPI_Finalize();
    return hp_status_exit_code(status == HP_OK ? end_output() : status);
}

int main(int argc, char **argv) {
    const char *first = argc > 1 ? argv[1] : "";
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) {
        print_help(stdout);
        return 0;
    }
    if (strcmp(first, "--version") == 0) {
        printf("hadpot %s\n", HADPOT_VERSION);
        return 0;
    }
    if (strcmp(first, "--probe") == 0 && argc == 3)
        return hp_probe_serve((int)strtol(argv[2], NULL, 10));
    return run_command(argc, argv);
}
