// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot scatter: all observables of a potential of known form. */
#include "cli.h"
#include "hadpot/given_study.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/results.h"

static hp_status read_job(const hp_run_options *options, char **effective, hp_scatter_job **job,
                          hp_error *err) {
    HP_CALL(hp_config_merge(&hp_scatter_job_schema, options->job_path, options->overrides,
                            options->noverrides, effective, err));
    HP_CALL(hp_scatter_job_parse(*effective, job, err));
    HP_REQUIRE(hp_text_is_writable((*job)->channel), HP_ERR_INPUT,
               "%s: channel: must be one line of UTF-8", options->job_path);
    return HP_OK;
}

static hp_status write_results(hp_given_study *given, const char *effective, hp_error *err) {
    hp_record *record = &given->study.record;
    const char *channel = given->job->channel, *output = given->job->output;
    char kind[HP_GIVEN_TEXT];
    hp_given_describe(&given->keys, kind);
    hp_results_describe(record, channel, kind, effective);
    HP_CALL(hp_given_study_describe(given, err));
    HP_CALL(hp_folder_create(output, err));
    HP_CALL(hp_results_save(record, output, err));
    hp_results_log_notes(record);
    hp_log("%s: a0 = %.6g fm, r_eff = %.6g fm, bound states: %g; results in %s", channel,
           hp_record_value(record, HP_ROW_A0, 0), hp_record_value(record, HP_ROW_REFF, 0),
           hp_record_value(record, HP_ROW_NBOUND, 0), output);
    return HP_OK;
}

hp_status hp_cli_scatter(const hp_run_options *options, hp_error *err) {
    hp_status status = HP_OK;
    char *effective = NULL;
    hp_scatter_job *job = NULL;
    hp_given_study given = {0};
    HP_TRY(read_job(options, &effective, &job, err));
    status = hp_given_study_create(job, &given, err);
    if (status != HP_OK) hp_error_add_context(err, "%s", options->job_path);
    HP_TRY(status);
    HP_TRY(hp_given_study_observe(&given, err));
    HP_TRY(write_results(&given, effective, err));
cleanup:
    hp_given_study_destroy(&given);
    hp_scatter_job_free(&job);
    hp_free(effective);
    return status;
}
