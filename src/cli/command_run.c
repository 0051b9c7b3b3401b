// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/run.h"
#include <stdio.h>
#include "cli.h"
#include "hadpot/config.h"

static void print_help(void) {
    puts("usage: mpirun -n N hadpot run JOB.yaml [--resume] [--set key.path=value ...] "
         "[--overwrite]\n\n"
         "Fits a potential to every resampled set of an ensemble and solves it for phase\n"
         "shifts. Results, with all samples, go to the folder `output` of the job.\n\n"
         "  --resume              go on from the finished samples of an unfinished run\n"
         "  --set key.path=value  override a key of the job, lists as [12,13]\n" HP_CLI_OVERWRITE);
    hp_config_print_reference(stdout, &hp_job_schema);
}

hp_status hp_cli_run(int argc, char **argv, hp_error *err) {
    return hp_cli_run_together(argc, argv, 1, print_help, hp_run, err);
}
