// SPDX-License-Identifier: GPL-3.0-or-later
#include "gaussians_private.h"
#include <gsl/gsl_errno.h>
#include <math.h>
#include "hadpot/memory.h"

/* Steps until the tests below hold: a well-posed fit takes some ten, a degenerate one some 100. */
enum { MAX_ITERATIONS = 2000 };
static const double STEP_TOLERANCE = 1e-10, GRADIENT_TOLERANCE = 1e-12;

double hp_gaussians_value(const double *param, int count, double r) {
    double sum = 0.0;
    for (int i = 0; i < count; i++) {
        double x = r / param[2 * i + 1];
        sum += param[2 * i] * exp(-x * x);
    }
    return sum;
}

double hp_shifted_gaussians_value(const double *param, int count, double r) {
    double sum = 0.0;
    for (int i = 0; i < count; i++) {
        double x = (r - param[3 * i + 2]) / param[3 * i + 1];
        sum += param[3 * i] * exp(-x * x);
    }
    return sum;
}

static int residual_function(const gsl_vector *param, void *context, gsl_vector *residual) {
    const hp_gaussian_fit *fit = context;
    bool shifted = fit->form == HP_GAUSSIANS_SHIFTED;
    for (int r = 0; r < fit->npoint; r++) {
        double value = shifted ? hp_shifted_gaussians_value(param->data, fit->count, fit->r[r])
                               : hp_gaussians_value(param->data, fit->count, fit->r[r]);
        gsl_vector_set(residual, (size_t)r, value - fit->V[r]);
    }
    return GSL_SUCCESS;
}

/* (r - c)/b of a term (a, b) or (a, b, c). */
static double distance(const hp_gaussian_fit *fit, const double *term, double r) {
    return (fit->form == HP_GAUSSIANS_SHIFTED ? r - term[2] : r) / term[1];
}

static int jacobian_function(const gsl_vector *param, void *context, gsl_matrix *jacobian) {
    const hp_gaussian_fit *fit = context;
    size_t form = (size_t)fit->form;
    for (int r = 0; r < fit->npoint; r++)
        for (size_t i = 0; i < (size_t)fit->count; i++) {
            const double *term = param->data + form * i;
            double x = distance(fit, term, fit->r[r]), gaussian = exp(-x * x);
            double slope = term[0] * gaussian * 2.0 * x / term[1];
            gsl_matrix_set(jacobian, (size_t)r, form * i, gaussian);
            gsl_matrix_set(jacobian, (size_t)r, form * i + 1, slope * x);
            if (form == HP_GAUSSIANS_SHIFTED)
                gsl_matrix_set(jacobian, (size_t)r, form * i + 2, slope);
        }
    return GSL_SUCCESS;
}

hp_status hp_gaussian_fit_minimise(hp_gaussian_fit *fit, const double *V, double *param,
                                   hp_gaussian_report *report, hp_error *err) {
    size_t form = (size_t)fit->form, nparam = form * (size_t)fit->count;
    gsl_multifit_nlinear_fdf problem = {.f = residual_function,
                                        .df = jacobian_function,
                                        .n = (size_t)fit->npoint,
                                        .p = nparam,
                                        .params = fit};
    gsl_vector_const_view start = gsl_vector_const_view_array(param, nparam);
    hp_gaussian_fit_take_values(fit, V);
    int code = gsl_multifit_nlinear_winit(&start.vector, fit->weight, &problem, fit->nonlinear);
    HP_REQUIRE(code == GSL_SUCCESS, HP_ERR_LIBRARY, "gsl_multifit_nlinear_winit: %s",
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
    HP_REQUIRE(isfinite(report->chi2), HP_ERR_NUMERIC, "the fit of %d Gaussians diverged",
               fit->count);
    for (size_t i = 0; i < nparam; i++) { /* only b^2 matters: the fit may end at -b */
        double value = gsl_vector_get(found, i);
        param[i] = i % form == 1 ? fabs(value) : value;
    }
    return HP_OK;
}

static hp_status allocate(hp_gaussian_fit *fit, hp_error *err) {
    size_t n = (size_t)fit->npoint, count = (size_t)fit->count, p = (size_t)fit->form * count;
    HP_ALLOCATE(fit->index, n);
    HP_ALLOCATE(fit->r, n);
    HP_ALLOCATE(fit->V, n);
    gsl_multifit_nlinear_parameters parameters = gsl_multifit_nlinear_default_parameters();
    fit->weight = gsl_vector_alloc(n);
    fit->nonlinear = gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &parameters, n, p);
    fit->linear = gsl_multifit_linear_alloc(n, count);
    fit->design = gsl_matrix_alloc(n, count);
    fit->covariance = gsl_matrix_alloc(count, count);
    fit->value = gsl_vector_alloc(n);
    fit->amplitude = gsl_vector_alloc(count);
    HP_REQUIRE(fit->weight != NULL && fit->nonlinear != NULL && fit->linear != NULL &&
                   fit->design != NULL && fit->covariance != NULL && fit->value != NULL &&
                   fit->amplitude != NULL,
               HP_ERR_MEMORY, "no memory for a fit of %d Gaussians to %zu points", fit->count, n);
    return HP_OK;
}

hp_status hp_gaussian_fit_create(hp_gaussian_form form, int count, const double *r,
                                 const double *weight, int npoint, hp_gaussian_fit **out,
                                 hp_error *err) {
    hp_status status = HP_OK;
    hp_gaussian_fit *fit = NULL;
    HP_NEW(fit, 1);
    fit->form = (int)form;
    fit->count = count;
    for (int i = 0; i < npoint; i++) fit->npoint += weight[i] > 0.0;
    HP_CHECK(count >= 1 && fit->npoint > fit->form * count, HP_ERR_INPUT,
             "%d Gaussians have %d parameters, but there are %d points to fit", count,
             fit->form * count, fit->npoint);
    HP_TRY(allocate(fit, err));
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

double hp_gaussian_fit_basis(const hp_gaussian_fit *fit, const double *term, double r) {
    double x = distance(fit, term, r);
    return exp(-x * x);
}

void hp_gaussian_fit_take_values(hp_gaussian_fit *fit, const double *V) {
    for (int i = 0; i < fit->npoint; i++) fit->V[i] = V[fit->index[i]];
}
