// SPDX-License-Identifier: GPL-3.0-or-later
/* What an analysis of a synthetic ensemble should find. Inside: fm and 1/fm. */
#include "synth_parts.h"
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/study.h"
#include "hadpot/units.h"

/* Of a phase shift of the truth: far below what any fit to it can show. */
static const double TOLERANCE_DEG = 1e-10;

/* The grid and the units of `hadpot scatter`, so that the numbers are the same. */
static hp_status create_study(const hp_synth_setup *setup, hp_study *study, hp_error *err) {
    const hp_double_list *energies = &setup->job->phase_shifts.energies_mev;
    double h = hp_forms_hbar2_over_2mu(setup->forms);
    const hp_pair pair = hp_pair_of_reduced_mass(HP_HBARC_MEV_FM / (2 * h));
    const hp_observables_options options = {.nmomentum = energies->count,
                                            .momentum = energies->values,
                                            .solver = HP_SOLVER_NYSTROEM,
                                            .tolerance_deg = TOLERANCE_DEG,
                                            .bound_states = HP_SYNTH_MAX_BOUND};
    hp_status status = hp_study_prepare_given(study, setup->forms, &pair, &options, err);
    if (status != HP_OK) hp_error_add_context(err, "phase_shifts.energies_mev");
    return status;
}

static hp_status take_observables(const hp_synth_setup *setup, hp_study *study,
                                  hp_synth_truth *truth, hp_error *err) {
    hp_status status = HP_OK;
    const hp_observables *observables = &study->observables;
    const hp_record *record = &study->record;
    size_t phases = (size_t)truth->nenergy * sizeof(double);
    double *values = NULL;
    HP_NEW(values, record->length);
    HP_TRY(hp_study_observe(study, &observables->pair, values, err));
    const double *binding = hp_record_read(record, values, HP_ROW_BINDING);
    truth->scattering_length_fm = *hp_record_read(record, values, HP_ROW_A0);
    truth->effective_range_fm = *hp_record_read(record, values, HP_ROW_REFF);
    truth->bound_states = (int)*hp_record_read(record, values, HP_ROW_NBOUND);
    while (truth->nbound < HP_SYNTH_MAX_BOUND && isfinite(binding[truth->nbound])) truth->nbound++;
    memcpy(truth->binding_energy_mev, binding, sizeof truth->binding_energy_mev);
    memcpy(truth->rms_fm, hp_record_read(record, values, HP_ROW_RMS), sizeof truth->rms_fm);
    memcpy(truth->e_cm_mev, setup->job->phase_shifts.energies_mev.values, phases);
    memcpy(truth->delta_deg, hp_record_read(record, values, HP_ROW_DELTA), phases);
    memcpy(truth->kcot_mev, hp_record_read(record, values, HP_ROW_KCOT), phases);
    for (int k = 0; k < truth->nenergy; k++)
        truth->k_mev[k] = sqrt(observables->k2[k]) * observables->momentum_mev;
cleanup:
    hp_free(values);
    return status;
}

static hp_status take_levels(const hp_synth_setup *setup, hp_synth_truth *truth, hp_error *err) {
    hp_synth_states states;
    HP_CALL(hp_synth_states_create(setup, &states, err));
    truth->nlevel = states.count;
    for (int n = 0; n < states.count; n++)
        truth->level_mev[n] = states.shift[n] * setup->job->inverse_spacing_mev;
    hp_synth_states_destroy(&states);
    return HP_OK;
}

hp_status hp_synth_truth_create(const hp_synth_job *job, hp_synth_truth *truth, hp_error *err) {
    hp_status status = HP_OK;
    hp_synth_setup setup = {0};
    hp_study study = {0};
    double local, nonlocal;
    size_t n = (size_t)job->phase_shifts.energies_mev.count;
    *truth = (hp_synth_truth){.nenergy = (int)n};
    HP_TRY(hp_synth_set_up(job, &setup, err));
    if (setup.channels != NULL) {
        HP_TRY(hp_synth_coupled_create(&setup, truth, err));
        goto cleanup;
    }
    HP_NEW(truth->block, 4 * n + (size_t)job->states.count);
    truth->e_cm_mev = truth->block;
    truth->k_mev = truth->e_cm_mev + n;
    truth->delta_deg = truth->k_mev + n;
    truth->kcot_mev = truth->delta_deg + n;
    truth->level_mev = truth->kcot_mev + n;
    HP_TRY(create_study(&setup, &study, err));
    HP_TRY(take_observables(&setup, &study, truth, err));
    if (setup.cubic) HP_TRY(take_levels(&setup, truth, err));
    hp_synth_cut_off(&setup, &local, &nonlocal);
    truth->cut_off = fmax(local, nonlocal);
cleanup:
    hp_study_destroy(&study);
    hp_synth_setup_destroy(&setup);
    if (status != HP_OK) hp_synth_truth_destroy(truth);
    return status;
}

void hp_synth_truth_destroy(hp_synth_truth *truth) {
    if (truth == NULL) return;
    hp_synth_coupled_destroy(&truth->coupled);
    hp_free(truth->block);
    *truth = (hp_synth_truth){0};
}
