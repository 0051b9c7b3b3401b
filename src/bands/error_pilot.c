// SPDX-License-Identifier: GPL-3.0-or-later
#include "error_pilot.h"
#include <cblas.h>
#include <gsl/gsl_statistics_double.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/lapack_status.h"

/* Of the variance of S in the pilot, so that it follows the signal and not the noise. */
static const double PILOT_TEMPER = 10.0;

typedef struct {
    const hp_error_data *data;
    int n, ncolumn; /* radii; (source, time, component) */
    int count;
    const int *at; /* radii (count) */
    double *theta; /* (features->n) */
    double *Z;     /* (ncolumn, count, nsample) */
} pilot;

static size_t point_of(const pilot *work, int row, int column, int i) {
    size_t block = (size_t)row * (size_t)work->ncolumn + (size_t)column;
    return block * (size_t)work->n + (size_t)work->at[i];
}

static bool is_fitted(const pilot *work, int column, int i) {
    int component = column % work->data->features->space.ncomponent;
    return work->data->fitted[component * work->n + work->at[i]] > 0.0;
}

/* Variance of S at a point, by the samples. */
static double variance_of(const pilot *work, int column, int i) {
    const hp_error_data *data = work->data;
    size_t stride = (size_t)work->ncolumn * (size_t)work->n;
    const double *S = data->S + point_of(work, 1, column, i);
    double mean = gsl_stats_mean(S, stride, (size_t)data->nsample);
    return data->sample_weight * gsl_stats_tss_m(S, stride, (size_t)data->nsample, mean);
}

/* What features make of `rows` rows from `first` on: A (rows, ncolumn, n, features->n). */
static hp_status apply(const pilot *work, int first, int rows, double *A, hp_error *err) {
    const hp_error_data *data = work->data;
    size_t row = (size_t)data->ncolumn * (size_t)data->grid.n;
    return hp_features_apply(data->features, &data->grid, rows * data->ncolumn,
                             data->R + (size_t)first * row, A, err);
}

/* W = A l/e and y = S/e of the average, e^2 = 10 var S, l^2 = s^2 + core^2 of each feature; W takes
 * the place of A, point by point, and is 0 where nothing is fitted. */
static hp_status weigh_average(const pilot *work, double *A, double *y, hp_error *err) {
    const hp_error_data *data = work->data;
    int p = data->features->n, m = work->ncolumn * work->count;
    for (int row = 0; row < m; row++) {
        int column = row / work->count, i = row % work->count;
        size_t point = point_of(work, 0, column, i);
        if (!is_fitted(work, column, i)) {
            memset(A + (size_t)row * (size_t)p, 0, (size_t)p * sizeof *A);
            continue;
        }
        double variance = variance_of(work, column, i);
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
static hp_status find_pilot(pilot *work, hp_error *err) {
    hp_status status = HP_OK;
    const hp_error_data *data = work->data;
    int p = data->features->n, m = work->ncolumn * work->count;
    size_t rows = (size_t)data->ncolumn * (size_t)data->grid.n + (size_t)p;
    double *A = NULL, *y = NULL, *block = NULL;
    const hp_part parts[] = {{&A, rows * (size_t)p}, {&y, rows}};
    HP_TRY(hp_alloc_parts(&block, parts, sizeof parts / sizeof *parts, err));
    HP_TRY(apply(work, 0, 1, A, err));
    HP_TRY(weigh_average(work, A, y, err));
    memset(A + (size_t)m * (size_t)p, 0, (size_t)p * (size_t)p * sizeof *A);
    for (int i = 0; i < p; i++) A[(size_t)(m + i) * (size_t)p + (size_t)i] = 1.0;
    int info = LAPACKE_dgels(LAPACK_ROW_MAJOR, 'N', m + p, p, 1, A, p, y, 1);
    HP_CHECK(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
             "the pilot of the error model failed (dgels: %d)", info);
    for (int f = 0; f < p; f++)
        work->theta[f] = hypot(data->amplitude, data->features->feature[f].core) * y[f];
cleanup:
    hp_free(block);
    return status;
}

/* Z = S - A theta of a sample, from its A. */
static void find_residual(const pilot *work, int sample, const double *A) {
    const hp_error_data *data = work->data;
    int p = data->features->n, N = data->nsample;
    for (int c = 0; c < work->ncolumn; c++)
        for (int i = 0; i < work->count; i++)
            work->Z[((ptrdiff_t)c * work->count + i) * N + sample] =
                data->S[point_of(work, 1 + sample, c, i)] -
                cblas_ddot(p, A + point_of(work, 0, c, i) * (size_t)p, 1, work->theta, 1);
}

/* Z of all samples, less its mean. A takes more memory than all else: some samples at a time, and
 * not one, since all share the kernels. */
static hp_status find_residuals(const pilot *work, hp_error *err) {
    enum { TOGETHER = 8 };
    hp_status status = HP_OK;
    const hp_error_data *data = work->data;
    int N = data->nsample;
    size_t length = (size_t)data->ncolumn * (size_t)data->grid.n * (size_t)data->features->n;
    double *A = NULL;
    HP_NEW(A, TOGETHER * length);
    for (int first = 0; first < N; first += TOGETHER) {
        int rows = N - first < TOGETHER ? N - first : TOGETHER;
        HP_TRY(apply(work, 1 + first, rows, A, err));
        for (int k = 0; k < rows; k++) find_residual(work, first + k, A + (size_t)k * length);
    }
    for (int row = 0; row < work->ncolumn * work->count; row++) {
        double *Z = work->Z + (ptrdiff_t)row * N, mean = gsl_stats_mean(Z, 1, (size_t)N);
        for (int k = 0; k < N; k++) Z[k] -= mean;
    }
cleanup:
    hp_free(A);
    return status;
}

hp_status hp_error_residuals(const hp_error_data *data, int count, const int *at, double *Z,
                             hp_error *err) {
    hp_status status = HP_OK;
    int ncomponent = data->features->space.ncomponent;
    pilot work = {.data = data,
                  .n = data->grid.n / ncomponent,
                  .ncolumn = data->ncolumn * ncomponent,
                  .count = count,
                  .at = at,
                  .Z = Z};
    HP_NEW(work.theta, data->features->n);
    HP_TRY(find_pilot(&work, err));
    HP_TRY(find_residuals(&work, err));
cleanup:
    hp_free(work.theta);
    return status;
}
