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

/* In the units of `hadpot scatter`, so that the numbers are the same. */
static hp_status create_study(const hp_synth_setup *setup, hp_synth_truth *truth, hp_study *study,
                              hp_error *err) {
    const hp_pair pair = hp_pair_of_reduced_mass(HP_HBARC_MEV_FM / (2 * setup->h_mev_fm2));
    const hp_observables_options wanted = {.nmomentum = truth->nenergy,
                                           .momentum = truth->e_cm_mev,
                                           .solver = HP_SOLVER_NYSTROEM,
                                           .tolerance_deg = TOLERANCE_DEG,
                                           .bound_states = HP_SYNTH_MAX_BOUND};
    memcpy(truth->e_cm_mev, setup->spec->energies_mev, (size_t)truth->nenergy * sizeof(double));
    hp_status status = hp_study_create_given(study, setup->forms, &pair, &wanted, err);
    if (status != HP_OK) hp_error_add_context(err, "phase_shifts.energies_mev");
    return status;
}

static void take(const hp_study *study, const double *values, hp_synth_truth *truth) {
    const hp_observables *observables = &study->observables;
    const hp_record *record = &study->record;
    size_t phases = (size_t)truth->nenergy * sizeof(double);
    const double *binding = hp_record_read(record, values, HP_ROW_BINDING);
    const double *rms = hp_record_read(record, values, HP_ROW_RMS);
    truth->scattering_length_fm = *hp_record_read(record, values, HP_ROW_A0);
    truth->effective_range_fm = *hp_record_read(record, values, HP_ROW_REFF);
    truth->bound_states = (int)*hp_record_read(record, values, HP_ROW_NBOUND);
    while (truth->nbound < HP_SYNTH_MAX_BOUND && isfinite(binding[truth->nbound])) {
        truth->binding_energy_mev[truth->nbound] = binding[truth->nbound];
        truth->rms_fm[truth->nbound] = rms[truth->nbound];
        truth->nbound++;
    }
    memcpy(truth->delta_deg, hp_record_read(record, values, HP_ROW_DELTA), phases);
    memcpy(truth->kcot_mev, hp_record_read(record, values, HP_ROW_KCOT), phases);
    for (int k = 0; k < truth->nenergy; k++)
        truth->k_mev[k] = sqrt(observables->k2[k]) * observables->momentum_mev;
}

static hp_status take_levels(const hp_synth_setup *setup, hp_synth_truth *truth, hp_error *err) {
    hp_status status = HP_OK;
    hp_synth_states states = {0};
    HP_NEW(truth->level_mev, setup->spec->states);
    HP_TRY(hp_synth_states_create(setup, &states, err));
    truth->nlevel = states.count;
    for (int n = 0; n < states.count; n++)
        truth->level_mev[n] = states.shift[n] * setup->spec->inverse_spacing_mev;
cleanup:
    hp_synth_states_destroy(&states);
    return status;
}

hp_status hp_synth_truth_create(const hp_synth_spec *spec, hp_synth_truth *truth, hp_error *err) {
    hp_status status = HP_OK;
    hp_synth_setup setup = {0};
    hp_study study = {0};
    double *values = NULL, local, nonlocal;
    *truth = (hp_synth_truth){.nenergy = spec->nenergy};
    HP_TRY(hp_synth_set_up(spec, &setup, err));
    HP_NEW(truth->binding_energy_mev, HP_SYNTH_MAX_BOUND);
    HP_NEW(truth->rms_fm, HP_SYNTH_MAX_BOUND);
    HP_NEW(truth->e_cm_mev, spec->nenergy);
    HP_NEW(truth->k_mev, spec->nenergy);
    HP_NEW(truth->delta_deg, spec->nenergy);
    HP_NEW(truth->kcot_mev, spec->nenergy);
    HP_TRY(create_study(&setup, truth, &study, err));
    HP_NEW(values, study.record.length);
    HP_TRY(hp_study_observe(&study, &study.observables.pair, values, err));
    take(&study, values, truth);
    if (setup.cubic) HP_TRY(take_levels(&setup, truth, err));
    hp_synth_cut_off(&setup, &local, &nonlocal);
    truth->cut_off = fmax(local, nonlocal);
cleanup:
    hp_free(values);
    hp_study_destroy(&study);
    hp_synth_setup_destroy(&setup);
    if (status != HP_OK) hp_synth_truth_destroy(truth);
    return status;
}

void hp_synth_truth_destroy(hp_synth_truth *truth) {
    if (truth == NULL) return;
    hp_free(truth->binding_energy_mev);
    hp_free(truth->rms_fm);
    hp_free(truth->e_cm_mev);
    hp_free(truth->k_mev);
    hp_free(truth->delta_deg);
    hp_free(truth->kcot_mev);
    hp_free(truth->level_mev);
    *truth = (hp_synth_truth){0};
}
