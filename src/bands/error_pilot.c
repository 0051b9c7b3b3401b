// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/error_model.h"
#include <cblas.h>
#include <gsl/gsl_statistics_double.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/lapack_status.h"
#include "hadpot/stop.h"

/* Of the variance of S in the pilot, so that it follows the signal and not the noise. */
static const double PILOT_TEMPER = 10.0;

/* A pilot and the average that it is fitted to. */
typedef struct {
    const hp_error_data *data;
    const double *variance; /* (ncolumn, n) of S by the samples */
    hp_error_pilot *pilot;
} work;

/* Column, of all components, and radius i of those that are fitted. */
static size_t point_of(const hp_error_pilot *pilot, int column, int i) {
    return (size_t)column * (size_t)pilot->n + (size_t)pilot->at[i];
}

static bool is_fitted(const work *of, int column, int i) {
    int component = column % of->data->features->space.ncomponent;
    return of->data->fitted[component * of->pilot->n + of->pilot->at[i]] > 0.0;
}

void hp_error_variance(const hp_error_data *data, const double *S, double *variance) {
    size_t m = (size_t)data->ncolumn * (size_t)data->grid.n, N = (size_t)data->nsample;
    for (size_t point = 0; point < m; point++) {
        double mean = gsl_stats_mean(S + point, m, N);
        variance[point] = data->sample_weight * gsl_stats_tss_m(S + point, m, N, mean);
    }
}

/* W = A l/e and y = S/e of the average, e^2 = 10 var S, l^2 = s^2 + core^2 of each feature; W takes
 * the place of A, point by point, and is 0 where nothing is fitted. */
static hp_status weigh_average(const work *of, double *A, double *y, hp_error *err) {
    const hp_error_data *data = of->data;
    const hp_error_pilot *pilot = of->pilot;
    int p = data->features->n, m = pilot->ncolumn * pilot->count;
    for (int row = 0; row < m; row++) {
        int column = row / pilot->count, i = row % pilot->count;
        size_t point = point_of(pilot, column, i);
        if (!is_fitted(of, column, i)) {
            memset(A + (size_t)row * (size_t)p, 0, (size_t)p * sizeof *A);
            continue;
        }
        double variance = of->variance[point];
        HP_REQUIRE(variance > 0.0 && isfinite(variance), HP_ERR_NUMERIC,
                   "samples of S have the variance %g at a point that is fitted", variance);
        double error = sqrt(PILOT_TEMPER * variance), *W = A + (size_t)row * (size_t)p;
        y[row] = data->S[point] / error;
        memmove(W, A + point * (size_t)p, (size_t)p * sizeof *W);
        for (int f = 0; f < p; f++)
            W[f] *= hypot(data->amplitude, data->features->feature[f].core) / error;
    }
    return HP_OK;
}

/* theta = l x of the smallest |W x - y|^2 + |x|^2, with x = 0 as p more equations: data may be so
 * good that W^T W + 1 has no factor. */
static hp_status find_pilot(const work *of, hp_error *err) {
    hp_status status = HP_OK;
    const hp_error_data *data = of->data;
    int p = data->features->n, m = of->pilot->ncolumn * of->pilot->count;
    size_t rows = (size_t)data->ncolumn * (size_t)data->grid.n + (size_t)p;
    double *A = NULL, *y = NULL, *block = NULL;
    const hp_part parts[] = {{&A, rows * (size_t)p}, {&y, rows}};
    HP_TRY(hp_alloc_parts(&block, parts, sizeof parts / sizeof *parts, err));
    memcpy(A, of->pilot->A, (rows - (size_t)p) * (size_t)p * sizeof *A);
    HP_TRY(weigh_average(of, A, y, err));
    memset(A + (size_t)m * (size_t)p, 0, (size_t)p * (size_t)p * sizeof *A);
    for (int i = 0; i < p; i++) A[(size_t)(m + i) * (size_t)p + (size_t)i] = 1.0;
    int info = LAPACKE_dgels(LAPACK_ROW_MAJOR, 'N', m + p, p, 1, A, p, y, 1);
    HP_CHECK(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
             "the pilot of the error model failed (dgels: %d)", info);
    for (int f = 0; f < p; f++)
        of->pilot->theta[f] = hypot(data->amplitude, data->features->feature[f].core) * y[f];
cleanup:
    hp_free(block);
    return status;
}

/* Radii that any component has fitted. */
static void choose_radii(const hp_error_data *data, hp_error_pilot *pilot) {
    for (int r = 0; r < pilot->n; r++) {
        bool fitted = false;
        for (int c = 0; c < data->features->space.ncomponent; c++)
            fitted |= data->fitted[c * pilot->n + r] > 0.0;
        if (fitted) pilot->at[pilot->count++] = r;
    }
}

hp_status hp_error_pilot_create(const hp_error_data *data, hp_error_pilot *pilot, hp_error *err) {
    hp_status status = HP_OK;
    int ncomponent = data->features->space.ncomponent;
    *pilot =
        (hp_error_pilot){.n = data->grid.n / ncomponent, .ncolumn = data->ncolumn * ncomponent};
    HP_NEW(pilot->at, pilot->n);
    choose_radii(data, pilot);
    HP_CHECK(data->nsample >= 2 && pilot->count > 0, HP_ERR_INTERNAL,
             "an error model of %d samples at %d radii", data->nsample, pilot->count);
    pilot->length = (size_t)pilot->ncolumn * (size_t)pilot->count;
cleanup:
    if (status != HP_OK) hp_error_pilot_destroy(pilot);
    return status;
}

hp_status hp_error_pilot_fit(hp_error_pilot *pilot, const hp_error_data *data,
                             const double *variance, hp_error *err) {
    const work of = {data, variance, pilot};
    HP_ALLOCATE(pilot->theta, data->features->n);
    HP_ALLOCATE_UNSET(pilot->A,
                      (size_t)data->ncolumn * (size_t)data->grid.n * (size_t)data->features->n);
    HP_CALL(hp_features_apply(data->features, &data->grid, data->ncolumn, data->R, pilot->A, err));
    return find_pilot(&of, err);
}

void hp_error_pilot_destroy(hp_error_pilot *pilot) {
    hp_free(pilot->at);
    hp_free(pilot->theta);
    hp_free(pilot->A);
    *pilot = (hp_error_pilot){0};
}

/* A takes more memory than all else. */
hp_status hp_error_pilot_residuals(const hp_error_pilot *pilot, const hp_error_data *data, int rows,
                                   const double *R, const double *S, double *Z, hp_error *err) {
    hp_status status = HP_OK;
    int p = data->features->n;
    size_t row = (size_t)data->ncolumn * (size_t)data->grid.n;
    double *A = NULL;
    HP_NEW_UNSET(A, (size_t)rows * row * (size_t)p);
    HP_TRY(hp_features_apply(data->features, &data->grid, rows * data->ncolumn, R, A, err));
    for (int k = 0; k < rows; k++) {
        HP_TRY(hp_stop_check(err));
        for (size_t at = 0; at < pilot->length; at++) {
            size_t point =
                point_of(pilot, (int)(at / (size_t)pilot->count), (int)(at % (size_t)pilot->count));
            point += (size_t)k * row;
            *Z++ = S[point] - cblas_ddot(p, A + point * (size_t)p, 1, pilot->theta, 1);
        }
    }
cleanup:
    hp_free(A);
    return status;
}
