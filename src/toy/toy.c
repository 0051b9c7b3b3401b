// SPDX-License-Identifier: GPL-3.0-or-later
/* True potential and waves; the stages are in files of their own. */
#include "hadpot/toy.h"
#include <string.h>
#include "hadpot/given_potential.h"
#include "hadpot/memory.h"
#include "hadpot/options.h"
#include "hadpot/units.h"
#include "toy_parts.h"

static hp_status take_keys(hp_toy *toy, hp_error *err) {
    const hp_toy_job *job = toy->job;
    toy->forms = (hp_form_keys){HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, HP_NO_KEY, HP_TAKE_END)};
    if (job->hbar2_over_2mu_mev_fm2 > 0)
        toy->h = job->hbar2_over_2mu_mev_fm2;
    else if (job->reduced_mass_per_fm > 0)
        toy->h = HP_HBARC_MEV_FM / (2 * job->reduced_mass_per_fm);
    else
        toy->h = hp_given_hbar2_over_2mu(job->mass_1_mev, job->mass_2_mev);
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
    hp_status status = hp_toy_data_create(toy->truth, &options, &toy->data, err);
    if (status != HP_OK) hp_error_add_context(err, "data");
    return status;
}

hp_status hp_toy_create(const hp_toy_job *job, hp_toy *toy, hp_error *err) {
    hp_status status = HP_OK;
    memset(toy, 0, sizeof *toy);
    toy->job = job;
    HP_TRY(take_keys(toy, err));
    HP_TRY(hp_given_potential(&toy->forms, toy->h, &toy->truth, err));
    HP_TRY(make_data(toy, err));
    HP_TRY(hp_toy_create_fit(toy, err));
    HP_TRY(hp_toy_create_observables(toy, err));
    HP_TRY(hp_toy_log_create(toy, &toy->log, err));
cleanup:
    if (status != HP_OK) hp_toy_destroy(toy);
    return status;
}

void hp_toy_destroy(hp_toy *toy) {
    if (toy == NULL) return;
    hp_study_destroy(&toy->learned);
    hp_study_destroy(&toy->exact);
    hp_toy_data_destroy(&toy->data);
    hp_forms_destroy(&toy->truth);
    hp_free(toy->vector);
    hp_free(toy->log.line);
    memset(toy, 0, sizeof *toy);
}
