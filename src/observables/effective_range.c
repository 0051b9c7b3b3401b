// SPDX-License-Identifier: GPL-3.0-or-later
/* Fit of the effective-range expansion to k cot delta in a window of momenta. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit.h>
#include <math.h>
#include "hadpot/memory.h"
#include "hadpot/observables.h"

/* A weighted linear fit in the powers of k^2: k cot delta = c_0 + c_1 k^2 + c_2 k^4. */
typedef struct window_fit {
    int npoint, nparam;
    const double *error; /* (nk) or NULL */
    double *block;
    gsl_matrix_view design, covariance;
    gsl_vector_view value, weight, param;
    gsl_multifit_linear_workspace *work;
} window_fit;

static bool is_inside(const hp_observables *observables, const double *error, int k) {
    double k2 = observables->k2[k];
    bool usable = error == NULL || (isfinite(error[k]) && error[k] > 0.0);
    return usable && k2 >= observables->window_low && k2 <= observables->window_high;
}

static hp_status window_fit_create(const hp_observables *observables, const double *error,
                                   window_fit *fit, hp_error *err) {
    *fit = (window_fit){.nparam = 2 + observables->shape, .error = error};
    for (int k = 0; k < observables->nk; k++) fit->npoint += is_inside(observables, error, k);
    if (fit->npoint < fit->nparam) return HP_OK; /* there is nothing to fit */
    size_t n = (size_t)fit->npoint, p = (size_t)fit->nparam;
    HP_ALLOCATE(fit->block, (p + 2) * n + (p + 1) * p);
    fit->design = gsl_matrix_view_array(fit->block, n, p);
    fit->value = gsl_vector_view_array(fit->block + p * n, n);
    fit->weight = gsl_vector_view_array(fit->block + (p + 1) * n, n);
    fit->covariance = gsl_matrix_view_array(fit->block + (p + 2) * n, p, p);
    fit->param = gsl_vector_view_array(fit->block + (p + 2) * n + p * p, p);
    fit->work = gsl_multifit_linear_alloc(n, p);
    HP_REQUIRE(fit->work != NULL, HP_ERR_MEMORY,
               "no memory for an effective-range fit to %zu points", n);
    return HP_OK;
}

/* The window holds too few momenta with an error, which shows only when all samples are there. */
static void forget_fit(const hp_observables *observables, const hp_record *record, int nrow,
                       double *rows) {
    static const char *const found[] = {HP_ROW_FIT_KCOT0, HP_ROW_FIT_A0, HP_ROW_FIT_REFF,
                                        HP_ROW_FIT_SHAPE};
    int nfound = observables->shape ? 4 : 3;
    for (int row = 0; row < nrow; row++)
        for (int i = 0; i < nfound; i++)
            *hp_record_at(record, rows + (size_t)row * record->length, found[i]) = NAN;
}

/* c_0 = -1/a0, c_1 = r_eff/2, c_2 = -P r_eff^3, in units of the solver (k^2 in 1/L^2). */
static hp_status fit_row(const hp_observables *observables, const hp_record *record,
                         window_fit *fit, double *row, hp_error *err) {
    const double *kcot = hp_record_read(record, row, HP_ROW_KCOT);
    const double *k2 = hp_record_read(record, row, HP_ROW_K2_BY_SAMPLE);
    if (k2 == NULL) k2 = observables->k2;
    double mev = observables->momentum_mev, chi2;
    size_t i = 0;
    for (int k = 0; k < observables->nk; k++) {
        if (!is_inside(observables, fit->error, k)) continue;
        double power = 1.0, error = fit->error != NULL ? fit->error[k] / mev : 1.0;
        bool finite = isfinite(kcot[k]); /* a sample may have its pole here */
        gsl_vector_set(&fit->value.vector, i, finite ? kcot[k] / mev : 0.0);
        gsl_vector_set(&fit->weight.vector, i, finite ? 1.0 / (error * error) : 0.0);
        for (size_t j = 0; j < (size_t)fit->nparam; j++, power *= k2[k])
            gsl_matrix_set(&fit->design.matrix, i, j, power);
        i++;
    }
    int code = gsl_multifit_wlinear(&fit->design.matrix, &fit->weight.vector, &fit->value.vector,
                                    &fit->param.vector, &fit->covariance.matrix, &chi2, fit->work);
    HP_REQUIRE(code == GSL_SUCCESS, HP_ERR_NUMERIC, "the effective-range fit failed: %s",
               gsl_strerror(code));
    double c0 = gsl_vector_get(&fit->param.vector, 0),
           r_eff = 2.0 * gsl_vector_get(&fit->param.vector, 1);
    *hp_record_at(record, row, HP_ROW_FIT_KCOT0) = c0 * mev;
    *hp_record_at(record, row, HP_ROW_FIT_A0) = -observables->length_fm / c0;
    *hp_record_at(record, row, HP_ROW_FIT_REFF) = r_eff * observables->length_fm;
    if (observables->shape)
        *hp_record_at(record, row, HP_ROW_FIT_SHAPE) =
            -gsl_vector_get(&fit->param.vector, 2) / (r_eff * r_eff * r_eff);
    return HP_OK;
}

static void window_fit_destroy(window_fit *fit) {
    if (fit->work != NULL) gsl_multifit_linear_free(fit->work);
    hp_free(fit->block);
}

hp_status hp_observables_fit_window(const hp_observables *observables, const hp_record *record,
                                    const double *error, int nrow, double *rows, hp_error *err) {
    hp_status status = HP_OK;
    window_fit fit = {0};
    if (observables->window_high == 0.0) return HP_OK;
    HP_TRY(window_fit_create(observables, error, &fit, err));
    if (fit.npoint < fit.nparam) forget_fit(observables, record, nrow, rows);
    for (int row = 0; row < nrow && fit.npoint >= fit.nparam; row++)
        HP_TRY(fit_row(observables, record, &fit, rows + (size_t)row * record->length, err));
cleanup:
    window_fit_destroy(&fit);
    return status;
}
