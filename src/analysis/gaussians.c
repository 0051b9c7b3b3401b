// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts.h"

#include <math.h>
#include <string.h>
#include "hadpot/memory.h"

hp_status hp_analysis_create_gaussians(hp_analysis *analysis, hp_error *err) {
    hp_status status = HP_OK;
    double *r = NULL, *weight = NULL;
    int n = analysis->n, npoint = n * analysis->ncolumn, count = analysis->job->potential.gaussians;
    HP_NEW(r, npoint);
    HP_NEW(weight, npoint);
    for (int i = 0; i < npoint; i++) r[i] = analysis->r[i % n];
    HP_TRY(hp_analysis_weigh_potential(analysis, npoint, weight, err));
    HP_TRY(hp_gaussian_fit_create(HP_GAUSSIANS_CENTRED, count, r, weight, npoint,
                                  &analysis->gaussians, err));
    HP_NEW(analysis->gaussian_param, 2 * count);
cleanup:
    hp_free(r);
    hp_free(weight);
    return status;
}

hp_status hp_analysis_fit_gaussians(hp_analysis *analysis, const double *start, double *vector,
                                    hp_error *err) {
    hp_status status = HP_OK;
    const hp_layout *layout = &analysis->layout;
    int count = analysis->job->potential.gaussians, n = analysis->n;
    double *param = analysis->gaussian_param;
    hp_gaussian_report report;
    HP_TRY(hp_analysis_fit_centred(analysis, analysis->V, start, vector, &report, err));
    *hp_layout_at(layout, vector, HP_SET_LOSS) = report.chi2;
    *hp_layout_at(layout, vector, HP_SET_CONVERGED) = report.converged;
    *hp_layout_at(layout, vector, HP_SET_EPOCHS) = report.iterations;
    double *V_local = hp_layout_at(layout, vector, HP_SET_V_LOCAL);
    for (int r = 0; r < n; r++)
        V_local[r] =
            analysis->inverse_spacing_mev * hp_gaussians_value(param, count, analysis->r[r]);
    for (int i = 0; i < n * analysis->ncolumn; i++)
        analysis->prediction[i] =
            hp_gaussians_value(param, count, analysis->r[i % n]) * analysis->R[i];
cleanup:
    return status;
}

hp_status hp_analysis_weigh_potential(const hp_analysis *analysis, int npoint, double *weight,
                                      hp_error *err) {
    hp_status status = HP_OK;
    bool weighted = strcmp(analysis->job->fit.weighting, "inverse_variance") == 0;
    int n = analysis->n;
    for (int i = 0; i < npoint; i++) {
        double error = analysis->V_error[i];
        weight[i] = 0.0;
        if (analysis->fitted[i % n] == 0.0) continue;
        HP_CHECK(isfinite(analysis->V[i]) && isfinite(error) && error > 0.0, HP_ERR_INPUT,
                 "\"%s\": S/R = %g with error %g at r = %g a cannot be fitted (R is zero?); "
                 "fit.r_min_fm and fit.r_max_fm can leave it out",
                 analysis->plan->ensemble->path, analysis->V[i], error, analysis->r[i % n]);
        weight[i] = weighted ? 1.0 / (error * error) : 1.0;
    }
cleanup:
    return status;
}

hp_status hp_analysis_fit_centred(hp_analysis *analysis, const double *V, const double *start,
                                  double *vector, hp_gaussian_report *report, hp_error *err) {
    hp_status status = HP_OK;
    const hp_layout *layout = &analysis->layout;
    int count = analysis->job->potential.gaussians;
    double mev = analysis->inverse_spacing_mev, *param = analysis->gaussian_param;
    if (start == NULL) {
        HP_TRY(hp_gaussian_fit_search(analysis->gaussians, V, param, report, err));
    } else {
        const double *average = hp_layout_read(layout, start, HP_SET_GAUSSIANS);
        for (int i = 0; i < 2 * count; i++)
            param[i] = average[i] / (i % 2 == 0 ? mev : analysis->spacing_fm);
        HP_TRY(hp_gaussian_fit_minimise(analysis->gaussians, V, param, report, err));
    }
    double *stored = hp_layout_at(layout, vector, HP_SET_GAUSSIANS);
    for (int i = 0; i < 2 * count; i++)
        stored[i] = param[i] * (i % 2 == 0 ? mev : analysis->spacing_fm);
cleanup:
    return status;
}
