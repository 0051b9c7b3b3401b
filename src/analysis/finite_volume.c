// SPDX-License-Identifier: GPL-3.0-or-later
/* Energy levels in the box of the ensemble: what the potential makes of the energies that a lattice
 * calculation would measure (docs/method-box.md). */
#include "parts.h"

#include "hadpot/memory.h"

static hp_status store_levels(hp_analysis *analysis, const double *V, const double *U,
                              double *level_mev, hp_error *err);

hp_status hp_analysis_create_box(hp_analysis *analysis, hp_error *err) {
    hp_status status = HP_OK;
    const hp_ensemble *ensemble = analysis->plan->ensemble;
    const hp_geometry *geometry = &ensemble->geometry;
    int levels = analysis->job->finite_volume.levels;
    if (levels == 0) return HP_OK;
    HP_CHECK(geometry->kind == HP_GEOMETRY_CUBIC, HP_ERR_INPUT,
             "finite_volume.levels = %d needs a cubic ensemble, \"%s\" is radial", levels,
             ensemble->path);
    HP_TRY(hp_box_create(geometry, analysis->study.data.pair.mu, levels, &analysis->box, err));
    HP_NEW(analysis->box_V, (size_t)geometry->nshell + (size_t)geometry->npoint);
    HP_NEW(analysis->box_level, levels);
cleanup:
    return status;
}

hp_status hp_analysis_find_levels(hp_analysis *analysis, const double *row, double *vector,
                                  hp_error *err) {
    hp_status status = HP_OK;
    hp_study *study = &analysis->study;
    const hp_geometry *geometry = &analysis->plan->ensemble->geometry;
    int levels = analysis->job->finite_volume.levels;
    double *level = hp_layout_at(&study->layout, vector, HP_SET_LEVEL_LO);
    if (analysis->box == NULL) return HP_OK;
    hp_box_set_mass(analysis->box, study->data.pair.mu);
    double *on_shells = analysis->box_V, *V = on_shells + geometry->nshell;
    for (int c = 0; c < study->data.ncolumn; c++) {
        HP_TRY(hp_correlator_point_potential(analysis->plan, &study->data.pair, row, c, V, err));
        HP_TRY(store_levels(analysis, V, NULL, level + (ptrdiff_t)c * levels, err));
    }
    if (study->layout.dataset[HP_SET_LEVEL].count == 0) goto cleanup;
    const double *U =
        hp_potential_on_shells(&study->potential, geometry->r, geometry->nshell, on_shells);
    for (int p = 0; p < geometry->npoint; p++) V[p] = on_shells[geometry->shell[p]];
    HP_TRY(store_levels(analysis, V, U, hp_layout_at(&study->layout, vector, HP_SET_LEVEL), err));
cleanup:
    return status;
}

/* Levels of V on the orbits and U on the radii of the data as energies relative to threshold. */
static hp_status store_levels(hp_analysis *analysis, const double *V, const double *U,
                              double *level_mev, hp_error *err) {
    hp_status status = HP_OK;
    const hp_fit_data *data = &analysis->study.data;
    const double *mass = data->pair.mass;
    HP_TRY(hp_box_levels(analysis->box, V, U, data->n, analysis->box_level, err));
    for (int i = 0; i < analysis->job->finite_volume.levels; i++)
        level_mev[i] = data->energy_mev * hp_box_energy(mass[0], mass[1], analysis->box_level[i]);
cleanup:
    return status;
}
