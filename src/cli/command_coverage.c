// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/coverage.h"
#include <stdio.h>
#include "cli.h"

static void print_help(void) {
    puts("usage: mpirun -n N hadpot coverage JOB.yaml [--resume] [--set key=value ...]\n"
         "       [--overwrite]\n\n"
         "Makes many synthetic ensembles of one known potential, does the whole run on each,\n"
         "and tells how often error bars hold the truth. Each rank takes whole ensembles.\n\n"
         "  --resume                    go on from the finished ensembles of an unfinished "
         "study\n"
         "  --set key=value             override a key of the job\n"
         "  --set synth.key.path=value  override a key of the job that makes ensembles\n"
         "  --set run.key.path=value    override a key of the job that analyses "
         "them\n" HP_CLI_OVERWRITE);
    hp_config_print_reference(stdout, &hp_coverage_job_schema);
}

hp_status hp_cli_coverage(int argc, char **argv, hp_error *err) {
    return hp_cli_run_together(argc, argv, 1, print_help, hp_coverage_study, err);
}
