// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot scatter: all observables of a potential of known form, in one S wave or in coupled
 * channels. */
#include "cli.h"
#include "hadpot/given_potential.h"
#include "hadpot/given_study.h"
#include "hadpot/matrix_study.h"
#include "hadpot/memory.h"
#include "hadpot/options.h"
#include "hadpot/results.h"

/* What a job is about: one S wave, forms and wave; or channels, matrix and coupled. */
typedef struct {
    hp_given_channels channels;
    hp_form_keys keys;
    hp_forms *forms;
    hp_form_matrix *matrix;
    hp_given_study wave;
    hp_matrix_study coupled;
} scatter;

static hp_status read_job(const hp_run_options *options, char **effective, hp_scatter_job **job,
                          hp_error *err) {
    HP_CALL(hp_config_merge(&hp_scatter_job_schema, options->job_path, options->overrides,
                            options->noverrides, effective, err));
    HP_CALL(hp_scatter_job_parse(*effective, job, err));
    HP_REQUIRE(hp_text_is_writable((*job)->channel), HP_ERR_INPUT,
               "%s: channel: must be one line of UTF-8", options->job_path);
    return HP_OK;
}

/* Total energies of one S wave are those above its threshold. */
static hp_status create_wave(const hp_scatter_job *job, scatter *of, hp_error *err) {
    hp_status status = HP_OK;
    hp_observables_options options = hp_options_of_scatter(job);
    const hp_pair *pair = &of->channels.channels.pair[0];
    const hp_pair uncharged = {.mass = {pair->mass[0], pair->mass[1]}, .mu = pair->mu};
    const char *key = NULL;
    double *energy = NULL;
    int nenergy = 0;
    if (job->scattering.total_energies_mev.count > 0) {
        HP_TRY(hp_given_energies(job, &of->channels, &energy, &nenergy, &key, err));
        for (int i = 0; i < nenergy; i++) energy[i] *= HP_HBARC_MEV_FM;
        options.momentum_kind = HP_ENERGIES_MEV;
        options.nmomentum = nenergy;
        options.momentum = energy;
    }
    HP_TRY(hp_given_potential(&of->keys, of->channels.h[0], &of->forms, err));
    HP_TRY(hp_given_study_create(of->forms, &uncharged, &options, &of->wave, err));
cleanup:
    hp_free(energy);
    return status;
}

static hp_status create_coupled(const hp_scatter_job *job, scatter *of, hp_error *err) {
    hp_status status = HP_OK;
    const hp_given_channels *given = &of->channels;
    const char *pair[HP_MOST_PAIRS], *component[HP_MOST_COMPONENTS], *key = NULL;
    double *energy = NULL;
    int nenergy = 0;
    for (int a = 0; a < given->channels.npair; a++) pair[a] = given->pair[a];
    for (int c = 0; c < given->channels.ncomponent; c++) component[c] = given->component[c];
    HP_CHECK(job->scattering.fit_e_max_mev == 0.0, HP_ERR_INPUT,
             "scattering.fit_e_max_mev: effective-range fits are those of one S wave, with "
             "channels.components scattering lengths are those at threshold; expected 0, found %g",
             job->scattering.fit_e_max_mev);
    HP_TRY(hp_given_energies(job, given, &energy, &nenergy, &key, err));
    HP_TRY(hp_given_form_matrix(&of->keys, given, &of->matrix, err));
    const hp_channel_options options = hp_options_of_channels(job, given, energy, nenergy);
    const hp_matrix_setup setup = {.matrix = of->matrix,
                                   .channels = &given->channels,
                                   .pair_name = pair,
                                   .component_name = component,
                                   .spin = given->spin,
                                   .options = &options};
    HP_TRY(hp_matrix_study_create(&setup, &of->coupled, err));
cleanup:
    hp_free(energy);
    return status;
}

/* The potential that the job states, and its study. */
static hp_status create(const hp_scatter_job *job, scatter *of, hp_error *err) {
    const char *key = NULL;
    of->keys = (hp_form_keys){HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, SHOWN, HP_TAKE_END)};
    HP_CALL(hp_given_channels_read(job, &of->channels, &key, err));
    return of->channels.one_s_wave ? create_wave(job, of, err) : create_coupled(job, of, err);
}

static hp_status observe(scatter *of, hp_error *err) {
    return of->channels.one_s_wave ? hp_given_study_observe(&of->wave, err)
                                   : hp_matrix_study_observe(&of->coupled, err);
}

static hp_status write_results(const hp_scatter_job *job, scatter *of, hp_folder *folder,
                               hp_error *err) {
    bool one = of->channels.one_s_wave;
    hp_record *record = one ? &of->wave.study.record : &of->coupled.record;
    char kind[HP_GIVEN_TEXT];
    hp_given_describe(&of->keys, kind);
    hp_results_describe(record, job->channel, kind, folder->job);
    HP_CALL(one ? hp_given_study_describe(&of->wave, err)
                : hp_matrix_study_describe(&of->coupled, err));
    HP_CALL(hp_folder_claim(folder, err));
    HP_CALL(hp_results_save(record, folder, err));
    hp_results_report(record, folder->path);
    return HP_OK;
}

static void destroy(scatter *of) {
    hp_given_study_destroy(&of->wave);
    hp_matrix_study_destroy(&of->coupled);
    hp_forms_destroy(&of->forms);
    hp_form_matrix_destroy(&of->matrix);
}

hp_status hp_cli_scatter(const hp_run_options *options, hp_error *err) {
    hp_status status = HP_OK;
    char *effective = NULL;
    hp_scatter_job *job = NULL;
    scatter of = {0};
    hp_folder folder = {0};
    HP_TRY(read_job(options, &effective, &job, err));
    HP_TRY_IN(create(job, &of, err), "%s", options->job_path);
    folder = (hp_folder){job->output, "scatter", effective, .overwrite = options->overwrite};
    HP_TRY(hp_folder_open(&folder, err));
    HP_TRY(hp_folder_judge(&folder, 0, NULL, err));
    HP_TRY(observe(&of, err));
    HP_TRY(write_results(job, &of, &folder, err));
cleanup:
    hp_folder_close(&folder);
    destroy(&of);
    hp_scatter_job_free(&job);
    hp_free(effective);
    return status;
}
