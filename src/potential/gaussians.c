// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/gaussians.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"

struct hp_gaussian_fit {
    int count, npoint; /* Gaussians; points with weight > 0 */
    int *index;        /* (npoint) place of each in the caller's arrays */
    double *r, *V;     /* (npoint) */
    gsl_vector *weight;
    gsl_multifit_nlinear_workspace *nonlinear;
    gsl_multifit_linear_workspace *linear;
    gsl_matrix *design, *covariance;
    gsl_vector *value, *amplitude;
};

/* Steps until the tests below hold: a well-posed fit takes some ten, a degenerate one some 100. */
enum { MAX_ITERATIONS = 2000 };
static const double STEP_TOLERANCE = 1e-10, GRADIENT_TOLERANCE = 1e-12;

/* Where a search starts: all choices out of RANGES ranges, of which the STARTS best are refined. */
enum { RANGES = 12, STARTS = 10 };

static int residual_function(const gsl_vector *param, void *context, gsl_vector *residual);
static int jacobian_function(const gsl_vector *param, void *context, gsl_matrix *jacobian);
static hp_status collect_starts(hp_gaussian_fit *fit, double *starts, double *chi2, int *nstart,
                                hp_error *err);
static void keep_if_better(const double *trial, double trial_chi2, int count, double *starts,
                           double *chi2, int *nstart);
static bool next_choice(int *chosen, int count);
static hp_status best_amplitudes(hp_gaussian_fit *fit, double *param, double *chi2, hp_error *err);
static void take_values(hp_gaussian_fit *fit, const double *V);
static void order_by_range(double *param, int count);

double hp_gaussians_value(const double *param, int count, double r) {
    double sum = 0.0;
    for (int i = 0; i < count; i++) {
        double x = r / param[2 * i + 1];
        sum += param[2 * i] * exp(-x * x);
    }
    return sum;
}

hp_status hp_gaussian_fit_minimise(hp_gaussian_fit *fit, const double *V, double *param,
                                   hp_gaussian_report *report, hp_error *err) {
    hp_status status = HP_OK;
    size_t nparam = 2 * (size_t)fit->count;
    gsl_multifit_nlinear_fdf problem = {.f = residual_function,
                                        .df = jacobian_function,
                                        .n = (size_t)fit->npoint,
                                        .p = nparam,
                                        .params = fit};
    gsl_vector_const_view start = gsl_vector_const_view_array(param, nparam);
    take_values(fit, V);
    int code = gsl_multifit_nlinear_winit(&start.vector, fit->weight, &problem, fit->nonlinear);
    HP_CHECK(code == GSL_SUCCESS, HP_ERR_LIBRARY, "gsl_multifit_nlinear_winit: %s",
             gsl_strerror(code));
    int reason = 0;
    code = gsl_multifit_nlinear_driver(MAX_ITERATIONS, STEP_TOLERANCE, GRADIENT_TOLERANCE, 0.0,
                                       NULL, NULL, &reason, fit->nonlinear);
    /* No progress from the very start, which GSL calls too many iterations, is how a fit goes that
     * starts at its minimum to rounding: converged as well. */
    report->converged = code == GSL_SUCCESS || reason == GSL_ENOPROG;
    report->iterations = (int)gsl_multifit_nlinear_niter(fit->nonlinear);
    const gsl_vector *found = gsl_multifit_nlinear_position(fit->nonlinear);
    const gsl_vector *residual = gsl_multifit_nlinear_residual(fit->nonlinear);
    report->chi2 = 0.0;
    for (int i = 0; i < fit->npoint; i++)
        report->chi2 += gsl_vector_get(residual, (size_t)i) * gsl_vector_get(residual, (size_t)i);
    HP_CHECK(isfinite(report->chi2), HP_ERR_NUMERIC, "the fit of %d Gaussians diverged",
             fit->count);
    for (size_t i = 0; i < nparam; i++) { /* only b^2 matters: the fit may end at -b */
        double value = gsl_vector_get(found, i);
        param[i] = i % 2 == 0 ? value : fabs(value);
    }
cleanup:
    return status;
}

hp_status hp_gaussian_fit_search(hp_gaussian_fit *fit, const double *V, double *param,
                                 hp_gaussian_report *report, hp_error *err) {
    hp_status status = HP_OK;
    size_t nparam = 2 * (size_t)fit->count;
    double *starts = NULL, chi2[STARTS];
    HP_NEW(starts, STARTS * nparam);
    take_values(fit, V);
    int nstart = 0;
    HP_TRY(collect_starts(fit, starts, chi2, &nstart, err));
    report->chi2 = INFINITY;
    for (int i = 0; i < nstart; i++) {
        hp_gaussian_report outcome;
        double *trial = starts + (size_t)i * nparam;
        if (hp_gaussian_fit_minimise(fit, V, trial, &outcome, NULL) != HP_OK) continue;
        if (outcome.chi2 >= report->chi2) continue;
        *report = outcome;
        memcpy(param, trial, nparam * sizeof *param);
    }
    HP_CHECK(isfinite(report->chi2), HP_ERR_NUMERIC,
             "no fit of %d Gaussians to the potential succeeded", fit->count);
    order_by_range(param, fit->count);
cleanup:
    hp_free(starts);
    return status;
}

hp_status hp_gaussian_fit_create(int count, const double *r, const double *weight, int npoint,
                                 hp_gaussian_fit **out, hp_error *err) {
    hp_status status = HP_OK;
    hp_gaussian_fit *fit = NULL;
    HP_NEW(fit, 1);
    fit->count = count;
    for (int i = 0; i < npoint; i++) fit->npoint += weight[i] > 0.0;
    HP_CHECK(count >= 1 && fit->npoint > 2 * count, HP_ERR_INPUT,
             "%d Gaussians have %d parameters, but there are %d points to fit", count, 2 * count,
             fit->npoint);
    size_t n = (size_t)fit->npoint, p = 2 * (size_t)count;
    HP_NEW(fit->index, n);
    HP_NEW(fit->r, n);
    HP_NEW(fit->V, n);
    gsl_multifit_nlinear_parameters parameters = gsl_multifit_nlinear_default_parameters();
    fit->weight = gsl_vector_alloc(n);
    fit->nonlinear = gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &parameters, n, p);
    fit->linear = gsl_multifit_linear_alloc(n, (size_t)count);
    fit->design = gsl_matrix_alloc(n, (size_t)count);
    fit->covariance = gsl_matrix_alloc((size_t)count, (size_t)count);
    fit->value = gsl_vector_alloc(n);
    fit->amplitude = gsl_vector_alloc((size_t)count);
    HP_CHECK(fit->weight != NULL && fit->nonlinear != NULL && fit->linear != NULL &&
                 fit->design != NULL && fit->covariance != NULL && fit->value != NULL &&
                 fit->amplitude != NULL,
             HP_ERR_MEMORY, "no memory for a fit of %d Gaussians to %zu points", count, n);
    for (int i = 0, used = 0; i < npoint; i++) {
        if (!(weight[i] > 0.0)) continue;
        fit->index[used] = i;
        fit->r[used] = r[i];
        gsl_vector_set(fit->weight, (size_t)used++, weight[i]);
    }
    *out = fit;
cleanup:
    if (status != HP_OK) hp_gaussian_fit_destroy(&fit);
    return status;
}

void hp_gaussian_fit_destroy(hp_gaussian_fit **fit_pointer) {
    if (fit_pointer == NULL || *fit_pointer == NULL) return;
    hp_gaussian_fit *fit = *fit_pointer;
    gsl_vector_free(fit->weight); /* GSL's free functions take NULL */
    if (fit->nonlinear != NULL) gsl_multifit_nlinear_free(fit->nonlinear);
    if (fit->linear != NULL) gsl_multifit_linear_free(fit->linear);
    gsl_matrix_free(fit->design);
    gsl_matrix_free(fit->covariance);
    gsl_vector_free(fit->value);
    gsl_vector_free(fit->amplitude);
    hp_free(fit->index);
    hp_free(fit->r);
    hp_free(fit->V);
    hp_free(fit);
    *fit_pointer = NULL;
}

static int residual_function(const gsl_vector *param, void *context, gsl_vector *residual) {
    const hp_gaussian_fit *fit = context;
    for (int r = 0; r < fit->npoint; r++)
        gsl_vector_set(residual, (size_t)r,
                       hp_gaussians_value(param->data, fit->count, fit->r[r]) - fit->V[r]);
    return GSL_SUCCESS;
}

static int jacobian_function(const gsl_vector *param, void *context, gsl_matrix *jacobian) {
    const hp_gaussian_fit *fit = context;
    for (int r = 0; r < fit->npoint; r++)
        for (int i = 0; i < fit->count; i++) {
            double a = gsl_vector_get(param, 2 * (size_t)i);
            double b = gsl_vector_get(param, 2 * (size_t)i + 1);
            double x = fit->r[r] / b, gaussian = exp(-x * x);
            gsl_matrix_set(jacobian, (size_t)r, 2 * (size_t)i, gaussian);
            gsl_matrix_set(jacobian, (size_t)r, 2 * (size_t)i + 1, a * gaussian * 2.0 * x * x / b);
        }
    return GSL_SUCCESS;
}

/* The STARTS best of all choices of `count` ranges out of RANGES geometrically spaced ones, between
 * half the shortest and 0.6 of the longest distance, each with its best amplitudes (a linear fit).
 */
static hp_status collect_starts(hp_gaussian_fit *fit, double *starts, double *chi2, int *nstart,
                                hp_error *err) {
    hp_status status = HP_OK;
    int count = fit->count, chosen[RANGES];
    double trial[2 * RANGES], trial_chi2;
    double low = 0.5 * (fit->r[0] > 0.0 ? fit->r[0] : fit->r[1]);
    double ratio = 0.6 * fit->r[fit->npoint - 1] / low;
    for (int i = 0; i < count; i++) chosen[i] = i;
    do {
        for (int i = 0; i < count; i++)
            trial[2 * i + 1] = low * pow(ratio, (double)chosen[i] / (RANGES - 1));
        HP_TRY(best_amplitudes(fit, trial, &trial_chi2, err));
        keep_if_better(trial, trial_chi2, count, starts, chi2, nstart);
    } while (next_choice(chosen, count));
cleanup:
    return status;
}

/* Insert a start into the list, which is ordered by chi2 and STARTS long at most. */
static void keep_if_better(const double *trial, double trial_chi2, int count, double *starts,
                           double *chi2, int *nstart) {
    size_t nparam = 2 * (size_t)count;
    if (*nstart == STARTS && !(trial_chi2 < chi2[STARTS - 1])) return;
    int at = *nstart < STARTS ? (*nstart)++ : STARTS - 1;
    for (; at > 0 && trial_chi2 < chi2[at - 1]; at--) {
        chi2[at] = chi2[at - 1];
        memcpy(starts + (size_t)at * nparam, starts + (size_t)(at - 1) * nparam,
               nparam * sizeof *starts);
    }
    chi2[at] = trial_chi2;
    memcpy(starts + (size_t)at * nparam, trial, nparam * sizeof *starts);
}

/* The next ascending choice of `count` numbers below RANGES; false after the last. */
static bool next_choice(int *chosen, int count) {
    int i = count - 1;
    while (i >= 0 && chosen[i] == RANGES - count + i) i--;
    if (i < 0) return false;
    chosen[i]++;
    for (int j = i + 1; j < count; j++) chosen[j] = chosen[j - 1] + 1;
    return true;
}

/* Amplitudes of the weighted linear fit at the ranges given in param. */
static hp_status best_amplitudes(hp_gaussian_fit *fit, double *param, double *chi2, hp_error *err) {
    hp_status status = HP_OK;
    for (int r = 0; r < fit->npoint; r++) {
        gsl_vector_set(fit->value, (size_t)r, fit->V[r]);
        for (int i = 0; i < fit->count; i++) {
            double x = fit->r[r] / param[2 * i + 1];
            gsl_matrix_set(fit->design, (size_t)r, (size_t)i, exp(-x * x));
        }
    }
    int code = gsl_multifit_wlinear(fit->design, fit->weight, fit->value, fit->amplitude,
                                    fit->covariance, chi2, fit->linear);
    HP_CHECK(code == GSL_SUCCESS, HP_ERR_LIBRARY, "gsl_multifit_wlinear: %s", gsl_strerror(code));
    for (int i = 0; i < fit->count; i++) param[2 * i] = gsl_vector_get(fit->amplitude, (size_t)i);
cleanup:
    return status;
}

static void take_values(hp_gaussian_fit *fit, const double *V) {
    for (int i = 0; i < fit->npoint; i++) fit->V[i] = V[fit->index[i]];
}

static void order_by_range(double *param, int count) {
    for (int i = 1; i < count; i++)
        for (int j = i; j > 0 && param[2 * j + 1] < param[2 * j - 1]; j--) {
            double a = param[2 * j], b = param[2 * j + 1];
            param[2 * j] = param[2 * j - 2];
            param[2 * j + 1] = param[2 * j - 1];
            param[2 * j - 2] = a;
            param[2 * j - 1] = b;
        }
}
