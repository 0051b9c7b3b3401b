// SPDX-License-Identifier: GPL-3.0-or-later
/* Fits of V0 and V2 of the derivative expansion. V2 comes first, from both sources; V0 is then what
 * it leaves of the leading-order potential of the first source. */
#include "hadpot/n2lo.h"

#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "parts.h"

static hp_status create_v2(hp_analysis *analysis, const double *error, hp_error *err);
static hp_status create_v0(hp_analysis *analysis, hp_error *err);
static hp_status fit_v2(hp_analysis *analysis, const double *start, double *vector,
                        hp_gaussian_report *report, hp_error *err);
static hp_status fit_v0(hp_analysis *analysis, const double *start, double *vector,
                        hp_gaussian_report *report, hp_error *err);
static void store_potential(hp_analysis *analysis, double *vector);
static void unit_of_v2(const hp_analysis *analysis, double unit[3]);

hp_status hp_analysis_create_n2lo(hp_analysis *analysis, const hp_lo_errors *errors,
                                  hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_job_potential *potential = &analysis->job->potential;
    HP_CHECK(analysis->nsource == 2 && analysis->nt == 1 && errors->x_error != NULL,
             HP_ERR_INTERNAL, "the derivative expansion takes two sources at one time");
    HP_NEW(analysis->x, analysis->n);
    HP_NEW(analysis->V0, analysis->n);
    HP_NEW(analysis->x_weight, analysis->n);
    HP_NEW(analysis->x_param, 3 * potential->n2lo_gaussians);
    HP_NEW(analysis->gaussian_param, 2 * potential->gaussians);
    HP_TRY(create_v2(analysis, errors->x_error, err));
    HP_TRY(create_v0(analysis, err));
cleanup:
    return status;
}

hp_status hp_analysis_fit_n2lo(hp_analysis *analysis, const double *start, double *vector,
                               hp_error *err) {
    hp_status status = HP_OK;
    const hp_layout *layout = &analysis->layout;
    hp_gaussian_report v2, v0;
    HP_TRY(fit_v2(analysis, start, vector, &v2, err));
    HP_TRY(fit_v0(analysis, start, vector, &v0, err));
    *hp_layout_at(layout, vector, HP_SET_LOSS) = v0.chi2;
    *hp_layout_at(layout, vector, HP_SET_CONVERGED) = v0.converged && v2.converged;
    *hp_layout_at(layout, vector, HP_SET_EPOCHS) = v0.iterations + v2.iterations;
    store_potential(analysis, vector);
cleanup:
    return status;
}

void hp_analysis_n2lo_at(const hp_analysis *analysis, double r, double *V0, double *x) {
    const struct hp_job_potential *potential = &analysis->job->potential;
    *V0 = hp_gaussians_value(analysis->gaussian_param, potential->gaussians, r);
    *x = hp_shifted_gaussians_value(analysis->x_param, potential->n2lo_gaussians, r);
}

/* Weights 1/error^2 (or 1) of x = 2 mu V2 up to potential.n2lo_r_max_fm. Radii without a solution
 * or an error, where both sources look alike, have none. */
static hp_status create_v2(hp_analysis *analysis, const double *error, hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_job_potential *potential = &analysis->job->potential;
    bool weighted = strcmp(analysis->job->fit.weighting, "inverse_variance") == 0;
    double end = potential->n2lo_r_max_fm / analysis->spacing_fm * (1.0 + 1e-9);
    for (int r = 0; r < analysis->n; r++) {
        if (analysis->fitted[r] == 0.0 || analysis->r[r] > end) continue;
        if (!isfinite(error[r]) || error[r] <= 0.0) continue;
        analysis->x_weight[r] = weighted ? 1.0 / (error[r] * error[r]) : 1.0;
        analysis->nx++;
    }
    HP_TRY(hp_gaussian_fit_create(HP_GAUSSIANS_SHIFTED, potential->n2lo_gaussians, analysis->r,
                                  analysis->x_weight, analysis->n, &analysis->x_fit, err));
cleanup:
    if (status == HP_ERR_INPUT) hp_error_add_context(err, "fit of V2, potential.n2lo_r_max_fm");
    return status;
}

/* Weights from S/R of the first source. */
static hp_status create_v0(hp_analysis *analysis, hp_error *err) {
    hp_status status = HP_OK;
    double *weight = NULL;
    HP_NEW(weight, analysis->n);
    HP_TRY(hp_analysis_weigh_potential(analysis, analysis->n, weight, err));
    HP_TRY(hp_gaussian_fit_create(HP_GAUSSIANS_CENTRED, analysis->job->potential.gaussians,
                                  analysis->r, weight, analysis->n, &analysis->gaussians, err));
cleanup:
    hp_free(weight);
    return status;
}

static hp_status fit_v2(hp_analysis *analysis, const double *start, double *vector,
                        hp_gaussian_report *report, hp_error *err) {
    hp_status status = HP_OK;
    const hp_layout *layout = &analysis->layout;
    const double *K = hp_layout_read(layout, vector, HP_SET_LAPLACIAN);
    int n = analysis->n, count = analysis->job->potential.n2lo_gaussians;
    double unit[3], *param = analysis->x_param;
    hp_n2lo_columns columns = {
        .R = {analysis->R, analysis->R + n}, .K = {K, K + n}, .S = {analysis->S, analysis->S + n}};
    hp_n2lo_solve(&columns, n, analysis->V0, analysis->x);
    unit_of_v2(analysis, unit);
    double *V0 = hp_layout_at(layout, vector, HP_SET_V0);
    double *V2 = hp_layout_at(layout, vector, HP_SET_V2);
    for (int r = 0; r < n; r++) {
        V0[r] = analysis->V0[r] * analysis->inverse_spacing_mev;
        V2[r] = analysis->x[r] * unit[0];
    }
    if (start == NULL) {
        HP_TRY(hp_gaussian_fit_search(analysis->x_fit, analysis->x, param, report, err));
    } else {
        const double *average = hp_layout_read(layout, start, HP_SET_V2_GAUSSIANS);
        for (int i = 0; i < 3 * count; i++) param[i] = average[i] / unit[i % 3];
        HP_TRY(hp_gaussian_fit_minimise(analysis->x_fit, analysis->x, param, report, err));
    }
    double *stored = hp_layout_at(layout, vector, HP_SET_V2_GAUSSIANS);
    for (int i = 0; i < 3 * count; i++) stored[i] = param[i] * unit[i % 3];
cleanup:
    if (status != HP_OK) hp_error_add_context(err, "fit of V2");
    return status;
}

/* V0 = S/R - V2 nabla^2 R/R of the first source with the fitted V2. The pointwise V0 would take
 * over the noise that V2 has where both sources look alike. */
static hp_status fit_v0(hp_analysis *analysis, const double *start, double *vector,
                        hp_gaussian_report *report, hp_error *err) {
    hp_status status = HP_OK;
    const hp_layout *layout = &analysis->layout;
    const double *K = hp_layout_read(layout, vector, HP_SET_LAPLACIAN);
    double V0, x;
    for (int r = 0; r < analysis->n; r++) {
        hp_analysis_n2lo_at(analysis, analysis->r[r], &V0, &x);
        analysis->V0[r] = analysis->V[r] - x * K[r] / analysis->R[r];
    }
    HP_TRY(hp_analysis_fit_centred(analysis, analysis->V0, start, vector, report, err));
cleanup:
    if (status != HP_OK) hp_error_add_context(err, "fit of V0");
    return status;
}

/* The fitted V0 and V2 on the radii, chi2 of V2, and V0 R + V2 nabla^2 R of both sources. */
static void store_potential(hp_analysis *analysis, double *vector) {
    const hp_layout *layout = &analysis->layout;
    const double *K = hp_layout_read(layout, vector, HP_SET_LAPLACIAN);
    double *V_local = hp_layout_at(layout, vector, HP_SET_V_LOCAL);
    double *V2_fit = hp_layout_at(layout, vector, HP_SET_V2_FIT);
    double unit[3], chi2 = 0.0;
    int n = analysis->n;
    unit_of_v2(analysis, unit);
    for (int r = 0; r < n; r++) {
        double V0, x;
        hp_analysis_n2lo_at(analysis, analysis->r[r], &V0, &x);
        V_local[r] = V0 * analysis->inverse_spacing_mev;
        V2_fit[r] = x * unit[0];
        if (analysis->x_weight[r] > 0.0)
            chi2 += analysis->x_weight[r] * (analysis->x[r] - x) * (analysis->x[r] - x);
        for (int i = r; i < 2 * n; i += n) analysis->prediction[i] = V0 * analysis->R[i] + x * K[i];
    }
    *hp_layout_at(layout, vector, HP_SET_V2_CHI2) = chi2 / analysis->nx;
}

hp_status hp_analysis_evaluate_n2lo(const hp_analysis *analysis, const hp_node_potential *on,
                                    hp_error *err) {
    hp_status status = HP_OK;
    double V0, x;
    for (int i = 0; i < on->nodes->n; i++) {
        hp_analysis_n2lo_at(analysis, on->nodes->r[i], &V0, &x);
        HP_CHECK(x < 1.0, HP_ERR_NUMERIC,
                 "1 - 2 mu V2 = %g at r = %g fm, but it multiplies the second derivative of the "
                 "wave function and must be positive: fit V2 with fewer potential.n2lo_gaussians "
                 "or up to another potential.n2lo_r_max_fm",
                 1.0 - x, on->nodes->r[i] * analysis->spacing_fm);
        hp_n2lo_interaction(2.0 * analysis->plan->mu * V0, x, &on->local[i], &on->slope[i]);
    }
cleanup:
    return status;
}

/* From amplitude, range and centre of x = 2 mu V2 in lattice units to those of V2. */
static void unit_of_v2(const hp_analysis *analysis, double unit[3]) {
    double fm = analysis->spacing_fm;
    unit[0] = analysis->inverse_spacing_mev * fm * fm / (2.0 * analysis->plan->mu);
    unit[1] = unit[2] = fm;
}
