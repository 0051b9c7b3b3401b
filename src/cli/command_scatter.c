// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot scatter: all observables of a potential of known form. */
#include <stdio.h>
#include "cli.h"
#include "hadpot/given_study.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/results.h"

static void print_help(void) {
    puts("usage: hadpot scatter JOB.yaml [--set key.path=value ...] [--overwrite]\n\n"
         "Phase shifts, scattering length and effective range, bound states and correlation\n"
         "functions of a potential that the job states: a sum of local and non-local terms and of\n"
         "tables. Results go to the folder `output` of the job.\n\n" HP_CLI_OVERWRITE);
    hp_config_print_reference(stdout, &hp_scatter_job_schema);
}

static hp_status read_job(const hp_cli_arguments *arguments, char **effective, hp_scatter_job **job,
                          hp_error *err) {
    HP_CALL(hp_config_merge(&hp_scatter_job_schema, arguments->path, arguments->overrides,
                            arguments->noverrides, effective, err));
    HP_CALL(hp_scatter_job_parse(*effective, job, err));
    HP_REQUIRE(hp_text_is_writable((*job)->channel), HP_ERR_INPUT,
               "%s: channel: must be one line of UTF-8", arguments->path);
    return HP_OK;
}

static hp_status write_results(hp_given_study *given, hp_folder *folder, hp_error *err) {
    hp_record *record = &given->study.record;
    const char *channel = given->job->channel, *output = given->job->output;
    char kind[HP_GIVEN_TEXT];
    hp_given_describe(&given->keys, kind);
    hp_results_describe(record, channel, kind, folder->job);
    HP_CALL(hp_given_study_describe(given, err));
    HP_CALL(hp_folder_claim(folder, err));
    HP_CALL(hp_results_save(record, folder, err));
    hp_results_log_notes(record);
    hp_log("%s: a0 = %.6g fm, r_eff = %.6g fm, bound states: %g; results in %s", channel,
           hp_record_value(record, HP_ROW_A0, 0), hp_record_value(record, HP_ROW_REFF, 0),
           hp_record_value(record, HP_ROW_NBOUND, 0), output);
    return HP_OK;
}

static hp_status scatter(const hp_cli_arguments *arguments, hp_error *err) {
    hp_status status = HP_OK;
    char *effective = NULL;
    hp_scatter_job *job = NULL;
    hp_given_study given = {0};
    hp_folder folder = {0};
    HP_TRY(read_job(arguments, &effective, &job, err));
    status = hp_given_study_create(job, &given, err);
    if (status != HP_OK) hp_error_add_context(err, "%s", arguments->path);
    HP_TRY(status);
    folder = (hp_folder){.path = job->output,
                         .command = "scatter",
                         .job = effective,
                         .overwrite = arguments->overwrite != 0};
    HP_TRY(hp_folder_open(&folder, err));
    HP_TRY(hp_folder_judge(&folder, 0, NULL, err));
    HP_TRY(hp_given_study_observe(&given, err));
    HP_TRY(write_results(&given, &folder, err));
cleanup:
    hp_folder_close(&folder);
    hp_given_study_destroy(&given);
    hp_scatter_job_free(&job);
    hp_free(effective);
    return status;
}

hp_status hp_cli_scatter(int argc, char **argv, hp_error *err) {
    return hp_cli_run_alone(argc, argv, print_help, scatter, err);
}
