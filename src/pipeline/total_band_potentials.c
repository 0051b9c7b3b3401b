// SPDX-License-Identifier: GPL-3.0-or-later
/* Total bands of potentials: all of them are linear in the coefficients of draws. */
#include <gsl/gsl_cblas.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/stop.h"
#include "hadpot/totals.h"
#include "total_band.h"

/* Rows of weights whose bands a rank finds at a time. */
enum { TOGETHER = 32 };

/* Numbers that rows of weights (nrow, p) make of the coefficients of every `step`-th draw, in units
 * of scale. */
typedef struct {
    const hp_total_band *total;
    int step, nrow;
    const double *weights;
    double scale;
    double *x; /* (draws) */
} sums;

/* Bands (TOGETHER, 3) of a block of rows (hp_item_function). */
static hp_status find_bands(int block, double *out, void *context, hp_error *err) {
    const sums *of = context;
    int p = of->total->mixture.p, ndraw = of->total->mixture.ndraw / of->step;
    int end = (block + 1) * TOGETHER < of->nrow ? (block + 1) * TOGETHER : of->nrow;
    for (int i = block * TOGETHER; i < end; i++) {
        cblas_dgemv(CblasRowMajor, CblasNoTrans, ndraw, p, of->scale,
                    hp_total_band_draws(of->total, (size_t)p), of->step * p,
                    of->weights + (size_t)i * (size_t)p, 1, 0.0, of->x, 1);
        hp_interval interval = hp_interval_of(of->x, (size_t)ndraw);
        *out++ = interval.value;
        *out++ = interval.minus;
        *out++ = interval.plus;
    }
    return hp_stop_check(err);
}

/* Collective. Their bands, band (3, nrow) on rank 0; mine: whether this rank has the weights. */
static hp_status band_of_sums(const hp_pipeline *run, hp_status mine, sums *of, double *band,
                              hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = run->comm;
    int blocks = (of->nrow + TOGETHER - 1) / TOGETHER;
    double *rows = NULL;
    of->total = &run->total;
    HP_TRY(hp_parallel_agree(comm, mine, err));
    HP_NEW_TOGETHER(comm, of->x, run->total.mixture.ndraw);
    HP_NEW_TOGETHER(comm, rows, comm->rank == 0 ? 3 * (size_t)(blocks * TOGETHER) : 0);
    HP_TRY(hp_parallel_collect_rows(comm, blocks, (size_t)3 * TOGETHER, find_bands, of, rows, err));
    for (int i = 0; comm->rank == 0 && band != NULL && i < of->nrow; i++)
        for (int side = 0; side < 3; side++) band[side * of->nrow + i] = rows[3 * i + side];
cleanup:
    hp_free(of->x);
    hp_free(rows);
    return status;
}

/* For the record, which comes later; path: static. values (count) are copied, on rank 0. */
static hp_status keep(hp_pipeline *run, const char *path, const double *values, size_t count,
                      hp_error *err) {
    hp_total_band *total = &run->total;
    hp_potential_band *band = &total->potential[total->npotential];
    if (run->comm->rank != 0) return HP_OK;
    HP_ALLOCATE(band->values, count);
    band->path = path;
    memcpy(band->values, values, count * sizeof *values);
    total->npotential++;
    return HP_OK;
}

/* V(r) + int U R/R of the average at each source, time and radius. */
static hp_status find_localised(hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    const hp_analysis *analysis = &run->analysis;
    const hp_fit_data *data = &analysis->study.data;
    size_t m = (size_t)data->n * (size_t)data->ncolumn, p = (size_t)analysis->features.n;
    if (hp_record_count(&analysis->study.record, HP_ROW_V_LOCALISED) != m) return HP_OK;
    double *A, *band, *block = NULL;
    status = hp_alloc_parts(&block, HP_PARTS({&A, m * p}, {&band, 3 * m}), err);
    for (size_t i = 0; i < m && status == HP_OK; i++) {
        memcpy(A + i * p, analysis->A_average + i * p, p * sizeof *A);
        cblas_dscal((int)p, 1.0 / analysis->R_average[i], A + i * p, 1);
    }
    sums of = {.step = 1, .nrow = (int)m, .weights = A, .scale = data->energy_mev};
    HP_TRY(band_of_sums(run, status, &of, band, err));
    status = keep(run, HP_ROW_V_LOCALISED, band, 3 * m, err);
cleanup:
    hp_free(block);
    return status;
}

/* U(r,r') on the map of the fitted one, symmetric; of a part of the draws, since it has so many
 * numbers. */
enum { STEP_OF_MAP = 4 };

/* Rows of weights of pairs of radii, (pairs, p). */
static hp_status weigh_map(const hp_pipeline *run, double *U, double *weights, hp_error *err) {
    const hp_features *features = &run->analysis.features;
    const hp_potential_map *map = &run->analysis.study.map;
    size_t n = (size_t)map->n, p = (size_t)features->n, first = (size_t)features->nlocal, at = 0;
    HP_CALL(hp_features_tabulate(features, 0, 0, map->n, map->r, U, err));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++, at++)
            for (size_t f = first; f < p; f++)
                weights[at * p + f] = U[(f - first) * n * n + i * n + j];
    return HP_OK;
}

static hp_status find_map(hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    const hp_features *features = &run->analysis.features;
    const hp_fit_data *data = &run->analysis.study.data;
    size_t n = (size_t)run->analysis.study.map.n, p = (size_t)features->n, n2 = n * n;
    size_t pairs = n * (n + 1) / 2;
    double *U, *weights, *band, *all, *block = NULL;
    if (n == 0 || run->total.mixture.ndraw < STEP_OF_MAP) return HP_OK;
    status = hp_alloc_parts(&block,
                            HP_PARTS({&U, (p - (size_t)features->nlocal) * n2},
                                     {&weights, pairs * p}, {&band, 3 * pairs}, {&all, 3 * n2}),
                            err);
    if (status == HP_OK) status = weigh_map(run, U, weights, err);
    sums of = {.step = STEP_OF_MAP,
               .nrow = (int)pairs,
               .weights = weights,
               .scale = data->energy_mev / pow(data->length_fm, 3.0)};
    HP_TRY(band_of_sums(run, status, &of, band, err));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            for (size_t side = 0; side < 3; side++)
                all[side * n2 + i * n + j] =
                    band[side * pairs + (i > j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i)];
    status = keep(run, HP_ROW_U, all, 3 * n2, err);
cleanup:
    hp_free(block);
    return status;
}

/* The same of one element, and its mirror image in the other: total (3, N, N, n, n). */
typedef struct {
    int c, d, count, *index; /* features between d and c */
    double *U, *weights, *band, *block;
} element;

static hp_status weigh_element(const hp_pipeline *run, element *of, hp_error *err) {
    const hp_features *features = &run->analysis.features;
    const hp_potential_map *map = &run->analysis.study.map;
    int first = features->nlocal;
    size_t n2 = (size_t)map->n * (size_t)map->n, p = (size_t)features->n;
    of->count = hp_features_between(features, first, features->n, of->c, of->d, NULL);
    HP_ALLOCATE(of->index, of->count);
    HP_CALL(hp_alloc_parts(
        &of->block,
        HP_PARTS({&of->U, (size_t)of->count * n2}, {&of->weights, n2 * p}, {&of->band, 3 * n2}),
        err));
    (void)hp_features_between(features, first, features->n, of->c, of->d, of->index);
    HP_CALL(hp_features_tabulate(features, of->c, of->d, map->n, map->r, of->U, err));
    for (int f = 0; f < of->count; f++)
        for (size_t i = 0; i < n2; i++)
            of->weights[i * p + (size_t)of->index[f]] = of->U[(size_t)f * n2 + i];
    return HP_OK;
}

static hp_status find_element(hp_pipeline *run, int c, int d, double *all, hp_error *err) {
    hp_status status = HP_OK;
    const hp_fit_data *data = &run->analysis.study.data;
    size_t n = (size_t)run->analysis.study.map.n, n2 = n * n, N = (size_t)data->ncomponent;
    element of = {.c = c, .d = d};
    status = weigh_element(run, &of, err);
    sums rows = {.step = STEP_OF_MAP,
                 .nrow = (int)n2,
                 .weights = of.weights,
                 .scale = data->energy_mev / pow(data->length_fm, 3.0)};
    HP_TRY(band_of_sums(run, status, &rows, of.band, err));
    HP_CHECK(of.band != NULL, HP_ERR_INTERNAL, "no band of an element");
    for (size_t side = 0; side < 3; side++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) {
                double value = of.band[side * n2 + i * n + j];
                all[((side * N + (size_t)c) * N + (size_t)d) * n2 + i * n + j] = value;
                all[((side * N + (size_t)d) * N + (size_t)c) * n2 + j * n + i] = value;
            }
cleanup:
    hp_free(of.index);
    hp_free(of.block);
    return status;
}

static hp_status find_elements(hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    int N = run->analysis.study.data.ncomponent;
    size_t all = hp_record_count(hp_pipeline_record(run), HP_ROW_U);
    double *band = NULL;
    if (all == 0 || run->total.mixture.ndraw < STEP_OF_MAP) return HP_OK;
    HP_NEW_TOGETHER(run->comm, band, 3 * all);
    for (int c = 0; c < N; c++)
        for (int d = c; d < N; d++) HP_TRY(find_element(run, c, d, band, err));
    status = keep(run, HP_ROW_U, band, 3 * all, err);
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
    HP_CALL(hp_leading_compute(&analysis->leading, analysis->R_average, analysis->S_average,
                               prediction, record, work, err));
    for (int k = 0; k < MATRICES; k++) {
        const double *from = hp_record_read(record, work, matrix_path[k]);
        for (size_t i = 0; i < hp_record_count(record, matrix_path[k]); i++)
            weights[k][i * p + f] = from[i];
    }
    return HP_OK;
}

/* V_cd(r) + what U makes of R there, (A theta) R^-1 of the average. */
static hp_status find_matrices(hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    const hp_analysis *analysis = &run->analysis;
    hp_record *record = hp_pipeline_record(run);
    size_t m = (size_t)analysis->study.data.n * (size_t)analysis->study.data.ncolumn;
    size_t p = (size_t)analysis->features.n, largest = 0, count[MATRICES];
    double *block = NULL, *work, *band, *weights[MATRICES];
    for (int k = 0; k < MATRICES; k++) {
        count[k] = hp_record_count(record, matrix_path[k]);
        if (count[k] > largest) largest = count[k];
    }
    if (largest == 0) return HP_OK;
    status = hp_alloc_parts(&block,
                            HP_PARTS({&work, record->length + m}, {&band, 3 * largest},
                                     {&weights[0], count[0] * p}, {&weights[1], count[1] * p},
                                     {&weights[2], count[2] * p}, {&weights[3], count[3] * p}),
                            err);
    for (size_t f = 0; f < p && status == HP_OK; f++)
        status = weigh_function(run, f, analysis->A_average, weights, work, err);
    HP_TRY(hp_parallel_agree(run->comm, status, err));
    for (int k = 0; k < MATRICES; k++) {
        sums of = {.step = 1, .nrow = (int)count[k], .weights = weights[k], .scale = 1.0};
        if (count[k] == 0) continue;
        HP_TRY(band_of_sums(run, status, &of, band, err));
        status = keep(run, matrix_path[k], band, 3 * count[k], err);
    }
cleanup:
    hp_free(block);
    return status;
}

hp_status hp_total_band_find_potentials(hp_pipeline *run, hp_error *err) {
    hp_status status = hp_analysis_apply_features(&run->analysis, err);
    bool several = run->total.draws.several;
    HP_CALL(hp_parallel_agree(run->comm, status, err));
    status = find_localised(run, err);
    HP_CALL(hp_parallel_agree(run->comm, status, err));
    status = several ? find_elements(run, err) : find_map(run, err);
    HP_CALL(hp_parallel_agree(run->comm, status, err));
    return hp_parallel_agree(run->comm, several ? find_matrices(run, err) : HP_OK, err);
}

void hp_total_band_describe_potentials(hp_pipeline *run) {
    const hp_total_band *total = &run->total;
    for (int i = 0; i < total->npotential; i++)
        hp_record_set_total(hp_pipeline_record(run), total->potential[i].path,
                            total->potential[i].values);
}
