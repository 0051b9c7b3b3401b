// SPDX-License-Identifier: GPL-3.0-or-later
/* True potential and waves; the stages are in files of their own. */
#include "hadpot/toy.h"
#include <string.h>
#include "hadpot/given_potential.h"
#include "hadpot/memory.h"
#include "hadpot/options.h"
#include "toy_parts.h"

static hp_status take_keys(hp_toy *toy, hp_error *err) {
    const hp_toy_job *job = toy->job;
    hp_given_channels *given = &toy->matrix.given;
    const char *key = NULL;
    toy->forms =
        (hp_form_keys){HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, SHOWN, HP_TAKE_END)};
    toy->matrix.job = hp_toy_truth(job);
    HP_CALL(hp_given_channels_read(&toy->matrix.job, given, &key, err));
    toy->has_channels = job->channels.components.count > 0;
    toy->h = given->h[0];
    toy->pair = hp_given_pair(job->mass_1_mev, job->mass_2_mev, toy->h);
    return hp_options_of_toy(job, &toy->potential, &toy->observables, err);
}

static hp_status make_data(hp_toy *toy, hp_error *err) {
    const struct hp_toy_job_data *data = &toy->job->data;
    hp_toy_data_options options = {.points = data->points,
                                   .momenta = data->momenta,
                                   .r_min = data->r_min_fm,
                                   .r_max = data->r_max_fm,
                                   .k_min = data->k_min_per_fm,
                                   .k_max = data->k_max_per_fm};
    HP_CALL(hp_given_potential(&toy->forms, toy->h, &toy->truth, err));
    HP_CALL_IN(hp_toy_data_create(toy->truth, &options, &toy->data, err), "data");
    return HP_OK;
}

hp_status hp_toy_create(const hp_toy_job *job, hp_toy *toy, hp_error *err) {
    hp_status status = HP_OK;
    memset(toy, 0, sizeof *toy);
    toy->job = job;
    HP_TRY(take_keys(toy, err));
    HP_TRY(toy->has_channels ? hp_toy_matrix_create_data(toy, err) : make_data(toy, err));
    HP_TRY(hp_toy_create_fit(toy, err));
    HP_TRY(toy->has_channels ? hp_toy_matrix_create_observables(toy, err)
                             : hp_toy_create_observables(toy, err));
    HP_TRY(hp_toy_log_create(toy, &toy->log, err));
cleanup:
    if (status != HP_OK) hp_toy_destroy(toy);
    return status;
}

void hp_toy_destroy(hp_toy *toy) {
    if (toy == NULL) return;
    hp_toy_matrix_destroy(&toy->matrix); /* part of it points to the learned potential */
    hp_study_destroy(&toy->learned);
    hp_study_destroy(&toy->exact);
    hp_toy_data_destroy(&toy->data);
    hp_forms_destroy(&toy->truth);
    hp_free(toy->vector);
    hp_free(toy->log.line);
    memset(toy, 0, sizeof *toy);
}
