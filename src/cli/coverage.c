// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/coverage.h"

#include <stdio.h>
#include "cli.h"

hp_status hp_cli_coverage(int argc, char **argv, hp_error *err) {
    hp_status status = HP_OK;
    hp_comm comm;
    hp_cli_arguments arguments = {0};
    HP_TRY(hp_parallel_wrap(MPI_COMM_WORLD, &comm, err));
    HP_TRY(
        hp_parallel_agree(&comm, hp_cli_parse(argc, argv, 1, 1, "job file", &arguments, err), err));
    if (arguments.help) {
        if (comm.rank != 0) goto cleanup;
        puts("usage: mpirun -n N hadpot coverage JOB.yaml [--resume] [--set key=value ...]\n\n"
             "Makes many synthetic ensembles of one known potential, does the whole run on each,\n"
             "and tells how often error bars hold the truth. Each rank takes whole ensembles.\n\n"
             "  --resume                    go on from the finished ensembles of an unfinished "
             "study\n"
             "  --set key=value             override a key of the job\n"
             "  --set synth.key.path=value  override a key of the job that makes ensembles\n"
             "  --set run.key.path=value    override a key of the job that analyses them\n");
        hp_config_print_reference(stdout, &hp_coverage_job_schema);
        goto cleanup;
    }
    hp_run_options options = {.job_path = arguments.path,
                              .overrides = arguments.overrides,
                              .noverrides = arguments.noverrides,
                              .resume = arguments.resume != 0};
    HP_TRY(hp_coverage_study(&comm, &options, err));
cleanup:
    hp_cli_arguments_destroy(&arguments);
    return status;
}
