// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include "hadpot/analysis.h"
#include "hadpot/est.h"
#include "hadpot/memory.h"

/* Errors within which cos is not told from 0. */
static const double ERRORS_FROM_ZERO = 3.0;

/* cos of the average and its error by all samples. */
static hp_status estimate(const hp_fit_data *data, const hp_lo_errors *errors, hp_band *cosine,
                          hp_error *err) {
    double *weight = NULL, sum = 0.0, square = 0.0;
    size_t length = (size_t)data->n * (size_t)data->ncolumn, nset = (size_t)errors->nset;
    HP_ALLOCATE(weight, data->n);
    for (int i = 0; i < data->n; i++) weight[i] = data->fitted[i] * data->quadrature[i];
    hp_est_columns columns = {data->n, 1, weight, data->R, data->S};
    hp_est_cosines(&columns, &cosine->value);
    for (int k = 0; k < errors->nsample; k++) {
        double value;
        columns.R = errors->sample + (size_t)k * nset * length;
        columns.S = columns.R + length;
        hp_est_cosines(&columns, &value);
        value -= cosine->value;
        sum += value;
        square += value * value;
    }
    double variance = errors->sample_weight * (square - sum * sum / errors->nsample);
    cosine->error = sqrt(fmax(variance, 0.0));
    hp_free(weight);
    return HP_OK;
}

hp_status hp_analysis_check_column(const hp_fit_data *data, const hp_lo_errors *errors,
                                   const char *source, int t, hp_error *err) {
    hp_band cosine;
    HP_REQUIRE(errors->sample != NULL && errors->nkept == data->n && data->ncolumn == 1,
               HP_ERR_INTERNAL, "cos of one column from %d radii of samples and %d of the fit",
               errors->nkept, data->n);
    HP_CALL(estimate(data, errors, &cosine, err));
    HP_REQUIRE(!(fabs(cosine.value) < ERRORS_FROM_ZERO * cosine.error), HP_ERR_INPUT,
               "\"%s\": R and S of source \"%s\" at t = %d, the only column, are orthogonal within "
               "%g errors: cos = %.2g with error %.2g. By itself it does not determine a separable "
               "potential; fit more columns jointly (fit.sources, fit.times)",
               data->label, source, t, ERRORS_FROM_ZERO, cosine.value, cosine.error);
    return HP_OK;
}
