// SPDX-License-Identifier: GPL-3.0-or-later
/* How well a potential describes the data it was fitted to. */
#include <math.h>
#include "hadpot/memory.h"
#include "parts.h"

static void store_pulls(const hp_analysis *analysis, double *vector);
static void store_column(const hp_analysis *analysis, int column, double *vector);
static double correlated_chi2(hp_analysis *analysis);

hp_status hp_analysis_create_regions(hp_analysis *analysis, hp_error *err) {
    hp_status status = HP_OK;
    const hp_double_list *edges = &analysis->job->results.chi2_region_edges_fm;
    analysis->nregion = edges->count + 1;
    HP_NEW(analysis->region, analysis->n);
    HP_NEW(analysis->region_points, analysis->nregion);
    for (int r = 0; r < analysis->n; r++) {
        /* a shell on an edge is beyond it, whatever the rounding of a in fm */
        double r_fm = analysis->r[r] * analysis->spacing_fm * (1.0 + 1e-9);
        int *region = &analysis->region[r];
        while (*region < edges->count && r_fm >= edges->values[*region]) ++*region;
        analysis->region_points[*region] += analysis->fitted[r] > 0.0;
    }
cleanup:
    return status;
}

void hp_analysis_store_goodness(hp_analysis *analysis, double *vector) {
    const hp_layout *layout = &analysis->layout;
    double chi2 = 0.0;
    store_pulls(analysis, vector);
    for (int c = 0; c < analysis->ncolumn; c++) {
        store_column(analysis, c, vector);
        chi2 += hp_layout_at(layout, vector, HP_SET_CHI2_BY)[c] / analysis->ncolumn;
    }
    *hp_layout_at(layout, vector, HP_SET_CHI2) = chi2;
    if (layout->dataset[HP_SET_CHI2_CORRELATED].count > 0)
        *hp_layout_at(layout, vector, HP_SET_CHI2_CORRELATED) =
            correlated_chi2(analysis) / analysis->nfitted;
}

/* Gaussians and the derivative expansion are fitted to V = S/R with its error, everything else to S
 * with its error. */
static void store_pulls(const hp_analysis *analysis, double *vector) {
    const hp_layout *layout = &analysis->layout;
    double *V_localised = hp_layout_at(layout, vector, HP_SET_V_LOCALISED);
    double *pull = hp_layout_at(layout, vector, HP_SET_PULL);
    for (int i = 0; i < analysis->n * analysis->ncolumn; i++) {
        double V = analysis->prediction[i] / analysis->R[i];
        V_localised[i] = analysis->inverse_spacing_mev * V;
        pull[i] = analysis->gaussians != NULL
                      ? (analysis->V[i] - V) / analysis->V_error[i]
                      : (analysis->S[i] - analysis->prediction[i]) / analysis->S_error[i];
    }
}

/* chi2 per point of one source and time, and of its regions of r. */
static void store_column(const hp_analysis *analysis, int column, double *vector) {
    const hp_layout *layout = &analysis->layout;
    const double *pull = hp_layout_read(layout, vector, HP_SET_PULL) + column * analysis->n;
    double *by_region =
        hp_layout_at(layout, vector, HP_SET_CHI2_REGION) + column * analysis->nregion;
    double chi2 = 0.0;
    for (int i = 0; i < analysis->nregion; i++) by_region[i] = 0.0;
    for (int r = 0; r < analysis->n; r++) {
        if (analysis->fitted[r] == 0.0) continue;
        by_region[analysis->region[r]] += pull[r] * pull[r];
        chi2 += pull[r] * pull[r];
    }
    for (int i = 0; i < analysis->nregion; i++) by_region[i] /= analysis->region_points[i];
    hp_layout_at(layout, vector, HP_SET_CHI2_BY)[column] =
        chi2 * analysis->ncolumn / analysis->nfitted;
}

/* Leaves the residual in analysis->residual. */
static double correlated_chi2(hp_analysis *analysis) {
    for (int i = 0; i < analysis->n * analysis->ncolumn; i++)
        analysis->residual[i] = analysis->S[i] - analysis->prediction[i];
    return hp_fit_weights_chi2(&analysis->weights, analysis->residual);
}
