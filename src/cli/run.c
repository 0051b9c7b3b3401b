// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/run.h"

#include <stdio.h>
#include "cli.h"
#include "hadpot/config.h"

hp_status hp_cli_run(int argc, char **argv, hp_error *err) {
    hp_status status = HP_OK;
    hp_comm comm;
    hp_cli_arguments arguments = {0};
    HP_TRY(hp_parallel_wrap(MPI_COMM_WORLD, &comm, err));
    HP_TRY(
        hp_parallel_agree(&comm, hp_cli_parse(argc, argv, 1, 1, "job file", &arguments, err), err));
    if (arguments.help) {
        if (comm.rank != 0) goto cleanup;
        puts("usage: mpirun -n N hadpot run JOB.yaml [--resume] [--set key.path=value ...]\n\n"
             "Fits a potential to every resampled set of an ensemble and solves it for phase\n"
             "shifts. Results, with all samples, go to the folder `output` of the job.\n\n"
             "  --resume              go on from the finished samples of an unfinished run\n"
             "  --set key.path=value  override a key of the job, lists as [12,13]\n");
        hp_config_print_reference(stdout, &hp_job_schema);
        goto cleanup;
    }
    hp_run_options options = {.job_path = arguments.path,
                              .overrides = arguments.overrides,
                              .noverrides = arguments.noverrides,
                              .resume = arguments.resume != 0};
    HP_TRY(hp_run(&comm, &options, err));
cleanup:
    hp_cli_arguments_destroy(&arguments);
    return status;
}
