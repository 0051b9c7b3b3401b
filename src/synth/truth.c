// SPDX-License-Identifier: GPL-3.0-or-later
/* What an analysis of a synthetic ensemble should find. Inside: fm and 1/fm. */
#include "parts.h"

#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/observables.h"
#include "hadpot/units.h"

/* Of a phase shift of the truth: far below what any fit to it can show. */
static const double TOLERANCE_DEG = 1e-10;

static hp_status create_solver(const hp_synth_setup *setup, hp_synth_truth *truth,
                               hp_observables *observables, hp_error *err);
static hp_status solve(const hp_synth_setup *setup, hp_observables *observables,
                       const hp_layout *layout, double *values, hp_error *err);
static void take(const hp_observables *observables, const hp_layout *layout, const double *values,
                 hp_synth_truth *truth);
static hp_status take_levels(const hp_synth_setup *setup, hp_synth_truth *truth, hp_error *err);

hp_status hp_synth_truth_create(const hp_synth_spec *spec, hp_synth_truth *truth, hp_error *err) {
    hp_status status = HP_OK;
    hp_synth_setup setup = {0};
    hp_observables observables = {0};
    hp_layout layout;
    size_t extent[HP_NAXIS] = {0};
    double *values = NULL, local, nonlocal;
    *truth = (hp_synth_truth){.nenergy = spec->nenergy};
    HP_TRY(hp_synth_set_up(spec, &setup, err));
    HP_NEW(truth->binding_energy_mev, HP_SYNTH_MAX_BOUND);
    HP_NEW(truth->rms_fm, HP_SYNTH_MAX_BOUND);
    HP_NEW(truth->e_cm_mev, spec->nenergy);
    HP_NEW(truth->k_mev, spec->nenergy);
    HP_NEW(truth->delta_deg, spec->nenergy);
    HP_NEW(truth->kcot_mev, spec->nenergy);
    HP_TRY(create_solver(&setup, truth, &observables, err));
    hp_observables_extents(&observables, extent);
    hp_layout_fill(&layout, extent);
    HP_NEW(values, layout.length);
    HP_TRY(solve(&setup, &observables, &layout, values, err));
    take(&observables, &layout, values, truth);
    if (setup.cubic) HP_TRY(take_levels(&setup, truth, err));
    hp_synth_cut_off(&setup, &local, &nonlocal);
    truth->cut_off = fmax(local, nonlocal);
cleanup:
    hp_free(values);
    hp_observables_destroy(&observables);
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

/* The grid and the units of `hadpot scatter`, so that the numbers are the same. */
static hp_status create_solver(const hp_synth_setup *setup, hp_synth_truth *truth,
                               hp_observables *observables, hp_error *err) {
    hp_status status = HP_OK;
    const hp_synth_spec *spec = setup->spec;
    char solver[] = "nystroem", coulomb[] = "none", statistics[] = "distinct";
    hp_quadrature grid = {0};
    hp_scattering_keys keys = {.energies_mev = {truth->e_cm_mev, truth->nenergy},
                               .solver = solver,
                               .coulomb = coulomb,
                               .tolerance_deg = TOLERANCE_DEG,
                               .bound_states = HP_SYNTH_MAX_BOUND};
    hp_femtoscopy_keys femtoscopy = {.statistics = statistics};
    hp_observables_setup wanted = {.keys = &keys,
                                   .femtoscopy = &femtoscopy,
                                   .unequal = !setup->identical,
                                   .mu = HP_HBARC_MEV_FM / (2 * setup->h_mev_fm2),
                                   .length_fm = 1};
    hp_forms_on_nodes on = {.forms = setup->forms};
    memcpy(truth->e_cm_mev, spec->energies_mev, (size_t)spec->nenergy * sizeof(double));
    double highest = spec->energies_mev[spec->nenergy - 1];
    hp_forms_grid_options options = {
        .k_max = sqrt(highest / setup->h_mev_fm2), .order = HP_NODES_ORDER, .edges_alone = true};
    status = hp_forms_create_grid(setup->forms, &options, &grid, err);
    if (status != HP_OK) hp_error_add_context(err, "phase_shifts.energies_mev");
    HP_TRY(status);
    wanted.range = grid.range;
    wanted.nedge = grid.panels - 1;
    wanted.edge = grid.edge + 1;
    HP_TRY(hp_observables_create(&wanted, observables, err));
    status = hp_observables_choose_nodes(observables, hp_forms_fill_interaction, &on, err);
    if (status != HP_OK) hp_error_add_context(err, "phase_shifts.energies_mev");
    HP_TRY(status);
cleanup:
    hp_forms_on_nodes_free(&on);
    hp_quadrature_destroy(&grid);
    return status;
}

static hp_status solve(const hp_synth_setup *setup, hp_observables *observables,
                       const hp_layout *layout, double *values, hp_error *err) {
    hp_status status = HP_OK;
    const hp_quadrature *nodes = &observables->nodes[0];
    size_t n = (size_t)nodes->n;
    double *local = NULL, *kernel = NULL;
    if (hp_forms_has_local(setup->forms)) HP_NEW(local, n);
    if (hp_forms_has_nonlocal(setup->forms)) HP_NEW(kernel, n * n);
    hp_forms_fill(setup->forms, nodes, local, kernel);
    const hp_interaction interaction = {.kernel = kernel, .local = local};
    HP_TRY(hp_observables_compute(observables, &interaction, layout, values, err));
cleanup:
    hp_free(kernel);
    hp_free(local);
    return status;
}

static void take(const hp_observables *observables, const hp_layout *layout, const double *values,
                 hp_synth_truth *truth) {
    size_t phases = (size_t)truth->nenergy * sizeof(double);
    const double *binding = hp_layout_read(layout, values, HP_SET_BINDING);
    const double *rms = hp_layout_read(layout, values, HP_SET_RMS);
    truth->scattering_length_fm = *hp_layout_read(layout, values, HP_SET_A0);
    truth->effective_range_fm = *hp_layout_read(layout, values, HP_SET_REFF);
    truth->bound_states = (int)*hp_layout_read(layout, values, HP_SET_NBOUND);
    while (truth->nbound < HP_SYNTH_MAX_BOUND && isfinite(binding[truth->nbound])) {
        truth->binding_energy_mev[truth->nbound] = binding[truth->nbound];
        truth->rms_fm[truth->nbound] = rms[truth->nbound];
        truth->nbound++;
    }
    memcpy(truth->delta_deg, hp_layout_read(layout, values, HP_SET_DELTA), phases);
    memcpy(truth->kcot_mev, hp_layout_read(layout, values, HP_SET_KCOT), phases);
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
