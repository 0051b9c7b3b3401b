// SPDX-License-Identifier: GPL-3.0-or-later
/* Energy levels in the box of the ensemble: what the potential makes of the energies that a lattice
 * calculation would measure (docs/method-box.md). */
#include "parts.h"

#include "hadpot/memory.h"

static hp_status store_levels(hp_analysis *analysis, const double *U, double *level_mev,
                              hp_error *err);
static double fitted_local_part(const hp_analysis *analysis, int shell);

hp_status hp_analysis_create_box(hp_analysis *analysis, hp_error *err) {
    hp_status status = HP_OK;
    const hp_ensemble *ensemble = analysis->plan->ensemble;
    int levels = analysis->job->finite_volume.levels;
    if (levels == 0) return HP_OK;
    HP_CHECK(ensemble->geometry.kind == HP_GEOMETRY_CUBIC, HP_ERR_INPUT,
             "finite_volume.levels = %d needs a cubic ensemble, \"%s\" is radial", levels,
             ensemble->path);
    HP_TRY(hp_box_create(&ensemble->geometry, analysis->pair.mu, levels, &analysis->box, err));
    HP_NEW(analysis->box_V, ensemble->geometry.npoint);
    HP_NEW(analysis->box_level, levels);
cleanup:
    return status;
}

hp_status hp_analysis_find_levels(hp_analysis *analysis, const double *row, double *vector,
                                  hp_error *err) {
    hp_status status = HP_OK;
    const hp_geometry *geometry = &analysis->plan->ensemble->geometry;
    int levels = analysis->job->finite_volume.levels;
    double *level = hp_layout_at(&analysis->layout, vector, HP_SET_LEVEL_LO);
    if (analysis->box == NULL) return HP_OK;
    for (int c = 0; c < analysis->ncolumn; c++) {
        HP_TRY(hp_correlator_point_potential(analysis->plan, &analysis->pair, row, c,
                                             analysis->box_V, err));
        HP_TRY(store_levels(analysis, NULL, level + (ptrdiff_t)c * levels, err));
    }
    if (analysis->layout.dataset[HP_SET_LEVEL].count == 0) goto cleanup;
    for (int p = 0; p < geometry->npoint; p++)
        analysis->box_V[p] = fitted_local_part(analysis, geometry->shell[p]);
    if (analysis->fit.model.has_nonlocal)
        hp_model_mirror(&analysis->fit.model, &analysis->fit.loss.grid);
    HP_TRY(store_levels(analysis,
                        analysis->fit.model.has_nonlocal ? analysis->fit.loss.grid.U : NULL,
                        hp_layout_at(&analysis->layout, vector, HP_SET_LEVEL), err));
cleanup:
    return status;
}

/* Levels of box_V and U as energies relative to threshold. */
static hp_status store_levels(hp_analysis *analysis, const double *U, double *level_mev,
                              hp_error *err) {
    hp_status status = HP_OK;
    const double *mass = analysis->plan->ensemble->mass;
    HP_TRY(hp_box_levels(analysis->box, analysis->box_V, U, analysis->n, analysis->box_level, err));
    for (int i = 0; i < analysis->job->finite_volume.levels; i++)
        level_mev[i] =
            analysis->inverse_spacing_mev * hp_box_energy(mass[0], mass[1], analysis->box_level[i]);
cleanup:
    return status;
}

/* V(r) of the fit on a shell; networks end with the data of the fit. */
static double fitted_local_part(const hp_analysis *analysis, int shell) {
    if (analysis->gaussians != NULL)
        return hp_gaussians_value(analysis->gaussian_param, analysis->job->potential.gaussians,
                                  analysis->plan->ensemble->geometry.r[shell]);
    return shell < analysis->n ? analysis->fit.loss.grid.V[shell] : 0.0;
}
