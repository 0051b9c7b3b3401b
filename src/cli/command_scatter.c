// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot scatter: all observables of a potential of known form. */
#include "cli.h"
#include "hadpot/given_potential.h"
#include "hadpot/given_study.h"
#include "hadpot/memory.h"
#include "hadpot/options.h"
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

/* The potential that the job states, and its study; forms: out, owned by the caller. */
static hp_status create(const hp_scatter_job *job, hp_forms **forms, hp_given_study *given,
                        hp_error *err) {
    const hp_form_keys keys = {
        HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, HP_TAKE_KEY, HP_TAKE_END)};
    const hp_observables_options options = hp_options_of_scatter(job);
    double h = job->hbar2_over_2mu_mev_fm2 > 0
                   ? job->hbar2_over_2mu_mev_fm2
                   : hp_given_hbar2_over_2mu(job->mass_1_mev, job->mass_2_mev);
    hp_pair pair = hp_given_pair(job->mass_1_mev, job->mass_2_mev, h);
    HP_CALL(hp_given_potential(&keys, h, forms, err));
    return hp_given_study_create(*forms, &pair, &options, given, err);
}

static hp_status write_results(const hp_scatter_job *job, hp_given_study *given, hp_folder *folder,
                               hp_error *err) {
    const hp_form_keys keys = {
        HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, HP_TAKE_KEY, HP_TAKE_END)};
    hp_record *record = &given->study.record;
    char kind[HP_GIVEN_TEXT];
    hp_given_describe(&keys, kind);
    hp_results_describe(record, job->channel, kind, folder->job);
    HP_CALL(hp_given_study_describe(given, err));
    HP_CALL(hp_folder_claim(folder, err));
    HP_CALL(hp_results_save(record, folder, err));
    hp_results_report(record, folder->path);
    return HP_OK;
}

hp_status hp_cli_scatter(const hp_run_options *options, hp_error *err) {
    hp_status status = HP_OK;
    char *effective = NULL;
    hp_scatter_job *job = NULL;
    hp_forms *forms = NULL;
    hp_given_study given = {0};
    hp_folder folder = {0};
    HP_TRY(read_job(options, &effective, &job, err));
    status = create(job, &forms, &given, err);
    if (status != HP_OK) hp_error_add_context(err, "%s", options->job_path);
    HP_TRY(status);
    folder = (hp_folder){job->output, "scatter", effective, .overwrite = options->overwrite};
    HP_TRY(hp_folder_open(&folder, err));
    HP_TRY(hp_folder_judge(&folder, 0, NULL, err));
    HP_TRY(hp_given_study_observe(&given, err));
    HP_TRY(write_results(job, &given, &folder, err));
cleanup:
    hp_folder_close(&folder);
    hp_given_study_destroy(&given);
    hp_forms_destroy(&forms);
    hp_scatter_job_free(&job);
    hp_free(effective);
    return status;
}
