// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot scatter: all observables of a potential of known form. */
#include <stdio.h>
#include "cli.h"
#include "hadpot/given_study.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/results.h"

static void print_help(void);
static hp_status scatter(const hp_cli_arguments *arguments, hp_error *err);
static hp_status read_job(const hp_cli_arguments *arguments, char **effective, hp_scatter_job **job,
                          hp_error *err);
static hp_status write_results(const hp_given_study *given, const char *effective, hp_error *err);

hp_status hp_cli_scatter(int argc, char **argv, hp_error *err) {
    return hp_cli_run_alone(argc, argv, print_help, scatter, err);
}

static void print_help(void) {
    puts("usage: hadpot scatter JOB.yaml [--set key.path=value ...]\n\n"
         "Phase shifts, scattering length and effective range, bound states and correlation\n"
         "functions of a potential that the job states: a sum of local and non-local terms and of\n"
         "tables. Results go to the folder `output` of the job.\n");
    hp_config_print_reference(stdout, &hp_scatter_job_schema);
}

static hp_status scatter(const hp_cli_arguments *arguments, hp_error *err) {
    hp_status status = HP_OK;
    char *effective = NULL;
    hp_scatter_job *job = NULL;
    hp_given_study given = {0};
    HP_TRY(read_job(arguments, &effective, &job, err));
    status = hp_given_study_create(job, &given, err);
    if (status != HP_OK) hp_error_add_context(err, "%s", arguments->path);
    HP_TRY(status);
    HP_TRY(hp_given_study_observe(&given, err));
    HP_TRY(write_results(&given, effective, err));
cleanup:
    hp_given_study_destroy(&given);
    hp_scatter_job_free(&job);
    hp_free(effective);
    return status;
}

static hp_status read_job(const hp_cli_arguments *arguments, char **effective, hp_scatter_job **job,
                          hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(hp_config_merge(&hp_scatter_job_schema, arguments->path, arguments->overrides,
                           arguments->noverrides, effective, err));
    HP_TRY(hp_scatter_job_parse(*effective, job, err));
    HP_CHECK(hp_text_is_writable((*job)->channel), HP_ERR_INPUT,
             "%s: channel: must be one line of UTF-8", arguments->path);
cleanup:
    return status;
}

static hp_status write_results(const hp_given_study *given, const char *effective, hp_error *err) {
    hp_status status = HP_OK;
    const hp_scatter_job *job = given->job;
    char kind[HP_GIVEN_TEXT], warning[HP_MAX_WARNINGS][HP_WARNING_SIZE];
    hp_given_describe(&given->keys, kind);
    hp_results results = {
        .channel = job->channel,
        .potential_kind = kind,
        .effective_job = effective,
        .layout = &given->study.layout,
        .observables = &given->study.observables,
        .rows = given->vector,
        .max_numerical_error = 1, /* of what a converged solution has */
        .edge_ratio = given->study.edge_ratio,
        .table = {.n = given->npoint, .r_fm = given->r_fm, .v_mev = given->v_mev}};
    HP_TRY(hp_folder_create(job->output, err));
    HP_TRY(hp_results_write(&results, job->output, err));
    for (int i = 0, count = hp_results_warn(&results, warning); i < count; i++)
        hp_log_warning("%s", warning[i]);
    hp_log("%s: a0 = %.6g fm, r_eff = %.6g fm, bound states: %g; results in %s", job->channel,
           hp_results_band(&results, HP_SET_A0, 0).value,
           hp_results_band(&results, HP_SET_REFF, 0).value,
           hp_results_band(&results, HP_SET_NBOUND, 0).value, job->output);
cleanup:
    return status;
}
