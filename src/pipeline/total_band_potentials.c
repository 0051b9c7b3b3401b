// SPDX-License-Identifier: GPL-3.0-or-later
/* Total bands of potentials: all of them are linear in the coefficients of draws. */
#include <gsl/gsl_cblas.h>
#include <math.h>
#include "hadpot/memory.h"
#include "hadpot/totals.h"
#include "total_band.h"

/* The band of the numbers that rows of weights (nrow, p) make of the coefficients of every
 * `step`-th draw, in units of scale: total (3, nrow). */
static hp_status band_of_sums(const hp_total_band *total, int step, int nrow, const double *weights,
                              double scale, double *band, hp_error *err) {
    hp_status status = HP_OK;
    int p = total->mixture.p, ndraw = total->mixture.ndraw / step;
    double *x = NULL;
    HP_NEW(x, ndraw);
    for (int i = 0; i < nrow; i++) {
        cblas_dgemv(CblasRowMajor, CblasNoTrans, ndraw, p, scale,
                    hp_total_band_draws(total, (size_t)p), step * p,
                    weights + (size_t)i * (size_t)p, 1, 0.0, x, 1);
        hp_interval interval = hp_interval_of(x, (size_t)ndraw);
        band[i] = interval.value;
        band[nrow + i] = interval.minus;
        band[2 * nrow + i] = interval.plus;
    }
cleanup:
    hp_free(x);
    return status;
}

/* V(r) + int U R/R of the average at each source, time and radius. */
static hp_status describe_localised(hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    const hp_analysis *analysis = &run->analysis;
    const hp_fit_data *data = &analysis->study.data;
    const hp_feature_grid grid = {data->n, data->r, data->quadrature};
    size_t m = (size_t)data->n * (size_t)data->ncolumn, p = (size_t)analysis->features.n;
    if (hp_record_count(&analysis->study.record, HP_ROW_V_LOCALISED) != m) return HP_OK;
    double *A = NULL, *band = NULL, *block = NULL;
    HP_TRY(hp_alloc_parts(&block, HP_PARTS({&A, m * p}, {&band, 3 * m}), err));
    HP_TRY(hp_features_apply(&analysis->features, &grid, data->ncolumn, analysis->R_rows, A, err));
    for (size_t i = 0; i < m; i++) cblas_dscal((int)p, 1.0 / analysis->R_rows[i], A + i * p, 1);
    HP_TRY(band_of_sums(&run->total, 1, (int)m, A, data->energy_mev, band, err));
    hp_record_set_total(hp_pipeline_record(run), HP_ROW_V_LOCALISED, band);
cleanup:
    hp_free(block);
    return status;
}

/* U(r,r') on the map of the fitted one, symmetric; of a part of the draws, since it has so many
 * numbers. */
enum { STEP_OF_MAP = 4 };
static hp_status describe_map(hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    const hp_features *features = &run->analysis.features;
    const hp_fit_data *data = &run->analysis.study.data;
    const hp_potential_map *map = &run->analysis.study.map;
    size_t n = (size_t)map->n, p = (size_t)features->n, n2 = n * n;
    size_t first = (size_t)features->nlocal, pairs = n * (n + 1) / 2, at = 0;
    double *U = NULL, *weights = NULL, *band = NULL, *all = NULL, *block = NULL;
    if (n == 0 || run->total.mixture.ndraw < STEP_OF_MAP) return HP_OK;
    HP_TRY(hp_alloc_parts(
        &block,
        HP_PARTS({&U, (p - first) * n2}, {&weights, pairs * p}, {&band, 3 * pairs}, {&all, 3 * n2}),
        err));
    HP_TRY(hp_features_tabulate(features, 0, 0, map->n, map->r, U, err));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++, at++)
            for (size_t f = first; f < p; f++)
                weights[at * p + f] = U[(f - first) * n2 + i * n + j];
    HP_TRY(band_of_sums(&run->total, STEP_OF_MAP, (int)pairs, weights,
                        data->energy_mev / pow(data->length_fm, 3.0), band, err));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            for (size_t side = 0; side < 3; side++)
                all[side * n2 + i * n + j] =
                    band[side * pairs + (i > j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i)];
    hp_record_set_total(hp_pipeline_record(run), HP_ROW_U, all);
cleanup:
    hp_free(block);
    return status;
}

/* The same of one element, and its mirror image in the other: total (3, N, N, n, n). */
static hp_status describe_element(hp_pipeline *run, int c, int d, double *all, hp_error *err) {
    hp_status status = HP_OK;
    const hp_features *features = &run->analysis.features;
    const hp_fit_data *data = &run->analysis.study.data;
    const hp_potential_map *map = &run->analysis.study.map;
    int first = features->nlocal,
        count = hp_features_between(features, first, features->n, c, d, NULL);
    size_t n = (size_t)map->n, n2 = n * n, p = (size_t)features->n, N = (size_t)data->ncomponent;
    double *U = NULL, *weights = NULL, *band = NULL, *block = NULL;
    int *index = NULL;
    HP_NEW(index, count);
    HP_TRY(hp_alloc_parts(
        &block, HP_PARTS({&U, (size_t)count * n2}, {&weights, n2 * p}, {&band, 3 * n2}), err));
    (void)hp_features_between(features, first, features->n, c, d, index);
    HP_TRY(hp_features_tabulate(features, c, d, map->n, map->r, U, err));
    for (int f = 0; f < count; f++)
        for (size_t i = 0; i < n2; i++) weights[i * p + (size_t)index[f]] = U[(size_t)f * n2 + i];
    HP_TRY(band_of_sums(&run->total, STEP_OF_MAP, (int)n2, weights,
                        data->energy_mev / pow(data->length_fm, 3.0), band, err));
    for (size_t side = 0; side < 3; side++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) {
                double value = band[side * n2 + i * n + j];
                all[((side * N + (size_t)c) * N + (size_t)d) * n2 + i * n + j] = value;
                all[((side * N + (size_t)d) * N + (size_t)c) * n2 + j * n + i] = value;
            }
cleanup:
    hp_free(index);
    hp_free(block);
    return status;
}

static hp_status describe_elements(hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    int N = run->analysis.study.data.ncomponent;
    size_t all = hp_record_count(hp_pipeline_record(run), HP_ROW_U);
    double *band = NULL;
    if (all == 0 || run->total.mixture.ndraw < STEP_OF_MAP) return HP_OK;
    HP_NEW(band, 3 * all);
    for (int c = 0; c < N; c++)
        for (int d = c; d < N; d++) HP_TRY(describe_element(run, c, d, band, err));
    hp_record_set_total(hp_pipeline_record(run), HP_ROW_U, band);
cleanup:
    hp_free(band);
    return status;
}

static const char *const matrix_path[] = {HP_ROW_LOCALISED_MATRIX, HP_ROW_LOCALISED_FLAVOUR,
                                          HP_ROW_LOCALISED_VC, HP_ROW_LOCALISED_VT};
enum { MATRICES = sizeof matrix_path / sizeof *matrix_path };

/* Rows of the localised matrix of what function f makes of the average: weights of it, by path. */
static hp_status weigh_function(hp_pipeline *run, size_t f, const double *A, double *const *weights,
                                double *work, hp_error *err) {
    const hp_analysis *analysis = &run->analysis;
    const hp_record *record = &analysis->study.record;
    const hp_fit_data *data = &analysis->study.data;
    size_t m = (size_t)data->n * (size_t)data->ncolumn, p = (size_t)analysis->features.n;
    double *prediction = work + record->length;
    cblas_dcopy((int)m, A + f, (int)p, prediction, 1);
    HP_CALL(hp_leading_compute(&analysis->leading, analysis->R_rows, analysis->S_rows, prediction,
                               record, work, err));
    for (int k = 0; k < MATRICES; k++) {
        const double *from = hp_record_read(record, work, matrix_path[k]);
        for (size_t i = 0; i < hp_record_count(record, matrix_path[k]); i++)
            weights[k][i * p + f] = from[i];
    }
    return HP_OK;
}

/* V_cd(r) + what U makes of R there, (A theta) R^-1 of the average. */
static hp_status describe_matrices(hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    const hp_analysis *analysis = &run->analysis;
    hp_record *record = hp_pipeline_record(run);
    const hp_fit_data *data = &analysis->study.data;
    const hp_feature_grid grid = {data->n, data->r, data->quadrature};
    size_t m = (size_t)data->n * (size_t)data->ncolumn, p = (size_t)analysis->features.n;
    size_t largest = 0, count[MATRICES];
    double *block = NULL, *A, *work, *band, *weights[MATRICES];
    for (int k = 0; k < MATRICES; k++) {
        count[k] = hp_record_count(record, matrix_path[k]);
        if (count[k] > largest) largest = count[k];
    }
    if (largest == 0) return HP_OK;
    HP_TRY(hp_alloc_parts(&block,
                          HP_PARTS({&A, m * p}, {&work, record->length + m}, {&band, 3 * largest},
                                   {&weights[0], count[0] * p}, {&weights[1], count[1] * p},
                                   {&weights[2], count[2] * p}, {&weights[3], count[3] * p}),
                          err));
    HP_TRY(hp_features_apply(&analysis->features, &grid, data->ncolumn, analysis->R_rows, A, err));
    for (size_t f = 0; f < p; f++) HP_TRY(weigh_function(run, f, A, weights, work, err));
    for (int k = 0; k < MATRICES; k++) {
        if (count[k] == 0) continue;
        HP_TRY(band_of_sums(&run->total, 1, (int)count[k], weights[k], 1.0, band, err));
        hp_record_set_total(record, matrix_path[k], band);
    }
cleanup:
    hp_free(block);
    return status;
}

hp_status hp_total_band_describe_potentials(hp_pipeline *run, hp_error *err) {
    HP_CALL(describe_localised(run, err));
    if (!run->total.draws.several) return describe_map(run, err);
    HP_CALL(describe_elements(run, err));
    return describe_matrices(run, err);
}
