// SPDX-License-Identifier: GPL-3.0-or-later
#include <cblas.h>
#include <fftw3.h>
#include <gsl/gsl_errno.h>
#include <hdf5.h>
#include <mpi.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli.h"
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
    fputs("\nhadpot COMMAND --help tells the rest, with every key of the job file; hadpot "
          "--version.\n"
          "exit code: 0 success, 1 failed run, 2 wrong usage or input\n"
          "from files of your own to phase shifts, step by step: docs/first-hour.md\n",
          out);
}

static int run_command(int argc, char **argv) {
    hp_error err = HP_ERROR_INIT;
    hp_stage_enter(HP_STAGE_START);
    hp_stop_listen();
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of write */
    H5dont_atexit();          /* it is closed below, while all that it may need is there */
    int rank = 0, size = 1, initialised = MPI_Init(NULL, NULL) == MPI_SUCCESS;
    if (!initialised) {
        fputs("hadpot: error: MPI_Init failed\n", stderr);
        return 1;
    }
    hp_stage_enter(HP_STAGE_OPEN);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    gsl_set_error_handler_off();           /* codes are checked, no library aborts the program */
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* our messages instead of the library's stack */
    openblas_set_num_threads(1);           /* ranks share the cores */
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
    (void)hp_parallel_unwatch(NULL);
    fftw_cleanup();  /* all its plans are destroyed by now */
    (void)H5close(); /* before MPI_Finalize, in which it would close itself otherwise */
    MPI_Finalize();
    return hp_status_exit_code(status);
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
