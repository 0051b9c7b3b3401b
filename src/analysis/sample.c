// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <string.h>
#include "hadpot/n2lo.h"
#include "parts.h"

static void store_correlator(hp_analysis *analysis, double *vector);
static hp_status observe(hp_analysis *analysis, double *vector, hp_error *err);
static void gaussians_at(double r, double *w, double *s, void *context);

hp_status hp_analysis_compute(hp_analysis *analysis, const double *row, const double *start,
                              const hp_tick *tick, double *vector, hp_error *err) {
    hp_status status = HP_OK;
    memset(vector, 0, analysis->layout.length * sizeof *vector);
    HP_TRY(hp_correlator_compute(analysis->plan, row, &analysis->correlator, err));
    store_correlator(analysis, vector);
    if (analysis->x_fit != NULL)
        HP_TRY(hp_analysis_fit_n2lo(analysis, start, vector, err));
    else if (analysis->gaussians != NULL)
        HP_TRY(hp_analysis_fit_gaussians(analysis, start, vector, err));
    else
        HP_TRY(hp_analysis_fit_networks(analysis, start, tick, vector, err));
    hp_analysis_store_goodness(analysis, vector);
    HP_TRY(hp_analysis_place_nodes(analysis, start, vector, err));
    HP_TRY(observe(analysis, vector, err));
    HP_TRY(hp_analysis_find_levels(analysis, row, vector, err));
cleanup:
    return status;
}

/* The terms of the source term, normalised, and V = S/R, for the radii of the analysis. */
static void store_correlator(hp_analysis *analysis, double *vector) {
    const hp_layout *layout = &analysis->layout;
    const hp_correlator *correlator = &analysis->correlator;
    const double *const term[] = {correlator->R, correlator->laplacian, correlator->dt,
                                  correlator->dt2, correlator->S};
    static const hp_set set[] = {HP_SET_R, HP_SET_LAPLACIAN, HP_SET_DT, HP_SET_DT2, HP_SET_S};
    size_t n = (size_t)analysis->n, nshell = (size_t)correlator->nshell;
    size_t ncolumn = (size_t)analysis->ncolumn;
    for (int i = 0; i < 5; i++)
        for (size_t c = 0; c < ncolumn; c++)
            for (size_t r = 0; r < n; r++)
                hp_layout_at(layout, vector, set[i])[c * n + r] =
                    term[i][c * nshell + r] / analysis->normalisation[c];
    memcpy(analysis->R, hp_layout_at(layout, vector, HP_SET_R), ncolumn * n * sizeof(double));
    memcpy(analysis->S, hp_layout_at(layout, vector, HP_SET_S), ncolumn * n * sizeof(double));
    double *V_lo = hp_layout_at(layout, vector, HP_SET_V_LO);
    for (size_t i = 0; i < ncolumn * n; i++) {
        analysis->V[i] = analysis->S[i] / analysis->R[i];
        V_lo[i] = analysis->inverse_spacing_mev * analysis->V[i];
    }
}

static hp_status observe(hp_analysis *analysis, double *vector, hp_error *err) {
    hp_status status = HP_OK;
    hp_interaction interaction[2] = {0};
    for (int i = 0; i < analysis->observables.nsolver; i++) {
        const hp_node_potential *on = &analysis->on_nodes[i];
        interaction[i] =
            (hp_interaction){.kernel = on->kernel,
                             .local = on->local,
                             .slope = on->slope,
                             .local_at = analysis->gaussians != NULL ? gaussians_at : NULL,
                             .context = analysis};
    }
    HP_TRY(hp_observables_compute(&analysis->observables, interaction, &analysis->layout, vector,
                                  err));
    *hp_layout_at(&analysis->layout, vector, HP_SET_EDGE) =
        hp_node_potential_edge_ratio(&analysis->on_nodes[0]);
cleanup:
    return status;
}

/* w and s between the nodes. Networks, smooth and known there, are interpolated by the solver. */
static void gaussians_at(double r, double *w, double *s, void *context) {
    const hp_analysis *analysis = context;
    if (analysis->x_fit != NULL) {
        double V0, x;
        hp_analysis_n2lo_at(analysis, r, &V0, &x);
        hp_n2lo_interaction(2.0 * analysis->plan->mu * V0, x, w, s);
        return;
    }
    *w = 2.0 * analysis->plan->mu *
         hp_gaussians_value(analysis->gaussian_param, analysis->job->potential.gaussians, r);
    *s = 0.0;
}
