// SPDX-License-Identifier: GPL-3.0-or-later
#include "total_band.h"
#include <gsl/gsl_cblas.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/units.h"
#include "items.h"

/* Draws that a rank takes at a time. */
enum { BATCH = 20 };

/* The middle of all forms, whose nodes serve all draws. */
static void find_typical(const hp_mixture *mixture, double *typical) {
    size_t p = (size_t)mixture->p, form_length = (size_t)(1 + mixture->nsample) * p;
    for (int form = 0; form < mixture->nform; form++)
        cblas_daxpy(mixture->p, mixture->share[form + 1] - mixture->share[form],
                    mixture->theta + (size_t)form * form_length, 1, typical, 1);
}

/* Coefficients of all draws, and before them of the middle, on rank 0. */
static hp_status draw(hp_pipeline *run, hp_error *err) {
    const hp_analysis *analysis = &run->analysis;
    const hp_fit_data *data = &analysis->study.data;
    hp_total_band *total = &run->total;
    const hp_mixture_data from = {.features = &analysis->features,
                                  .model = &analysis->noise,
                                  .grid = {data->n, data->r, data->quadrature},
                                  .nsample = analysis->nsample,
                                  .sample_weight = analysis->sample_weight,
                                  .R = analysis->R_rows,
                                  .S = analysis->S_rows};
    HP_CALL(hp_mixture_create(&from, &run->settings.mixture, &total->mixture, err));
    find_typical(&total->mixture, total->theta);
    for (int i = 0; i < total->mixture.ndraw; i++)
        HP_CALL(hp_mixture_draw(&total->mixture, i,
                                total->theta + (size_t)(i + 1) * (size_t)total->mixture.p, err));
    return HP_OK;
}

/* A batch: the last one may be short. */
static hp_status compute(void *context, int batch, const hp_tick *tick, double *vector,
                         hp_error *err) {
    hp_pipeline *run = context;
    hp_total_band *total = &run->total;
    size_t length = total->draws.record.length, p = (size_t)run->analysis.features.n;
    int first = batch * BATCH, end = first + BATCH;
    if (end > run->settings.mixture.ndraw) end = run->settings.mixture.ndraw;
    for (int i = first; i < end; i++) {
        tick->function(tick->context, NULL);
        HP_CALL(hp_draws_solve(&total->draws, total->theta + (size_t)(1 + i) * p,
                               vector + (size_t)(i - first) * length, err));
    }
    return HP_OK;
}

static hp_status solve(hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    hp_total_band *total = &run->total;
    const hp_pair pair = hp_pair_of_row(&run->plan.masses, 0);
    status = hp_draws_create(&run->analysis.features, &run->settings.observables, &pair,
                             run->analysis.study.data.length_fm, total->theta, &total->draws, err);
    HP_TRY(hp_parallel_agree(run->comm, status, err));
    hp_items batches = {.comm = run->comm,
                        .name = "draws of the total band, batches",
                        .count = (run->settings.mixture.ndraw + BATCH - 1) / BATCH,
                        .length = BATCH * total->draws.record.length,
                        .quiet = run->options.quiet,
                        .compute = compute,
                        .context = run,
                        .loss = -1};
    size_t count = (size_t)batches.count * batches.length;
    HP_NEW_TOGETHER(run->comm, total->rows, run->comm->rank == 0 ? count : 0);
    HP_TRY(hp_items_compute(&batches, run->comm->rank == 0 ? total->rows : NULL, err));
cleanup:
    return status;
}

hp_status hp_total_band_compute(hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    hp_total_band *total = &run->total;
    size_t ndraw = (size_t)run->settings.mixture.ndraw;
    size_t count = (1 + ndraw) * (size_t)run->analysis.features.n;
    if (ndraw == 0 || run->options.part) return HP_OK;
    HP_NEW_TOGETHER(run->comm, total->theta, count);
    status = run->comm->rank == 0 ? draw(run, err) : HP_OK;
    HP_TRY(hp_parallel_agree(run->comm, status, err));
    HP_TRY(hp_parallel_broadcast(run->comm, total->theta, count * sizeof(double), err));
    HP_TRY(solve(run, err));
cleanup:
    return status;
}

/* The band of the numbers that rows of weights (nrow, p) make of the coefficients of each draw, in
 * units of scale: total (3, nrow). */
static hp_status band_of_sums(const hp_total_band *total, int nrow, const double *weights,
                              const double *scale, double *band, hp_error *err) {
    hp_status status = HP_OK;
    int p = total->mixture.p, ndraw = total->mixture.ndraw;
    double *x = NULL;
    HP_NEW(x, ndraw);
    for (int i = 0; i < nrow; i++) {
        cblas_dgemv(CblasRowMajor, CblasNoTrans, ndraw, p, scale[i], total->theta + p, p,
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
    double *A = NULL, *scale = NULL, *band = NULL, *block = NULL;
    HP_TRY(hp_alloc_parts(&block, HP_PARTS({&A, m * p}, {&scale, m}, {&band, 3 * m}), err));
    HP_TRY(hp_features_apply(&analysis->features, &grid, data->ncolumn, analysis->R_rows, A, err));
    for (size_t i = 0; i < m; i++) scale[i] = data->energy_mev / analysis->R_rows[i];
    HP_TRY(band_of_sums(&run->total, (int)m, A, scale, band, err));
    hp_record_set_total(hp_pipeline_record(run), HP_ROW_V_LOCALISED, band);
cleanup:
    hp_free(block);
    return status;
}

static void describe_forms(const hp_pipeline *run, hp_record *record) {
    const hp_error_model *noise = &run->analysis.noise;
    const hp_mixture *mixture = &run->total.mixture;
    hp_record_put_integer(record, hp_key("total_band/draws"), mixture->ndraw);
    hp_record_put_numbers(record, hp_key("total_band/chi2_tempered_of_forms"), mixture->chi2,
                          mixture->nform);
    hp_record_put_number(record, hp_key("total_band/effective_points"), noise->effective_points);
}

hp_status hp_total_band_describe(hp_pipeline *run, hp_error *err) {
    hp_total_band *total = &run->total;
    hp_record *record = hp_pipeline_record(run);
    const hp_rows draws = {
        .n = total->mixture.ndraw, .value = total->rows, .layout = &total->draws.record};
    if (total->rows == NULL) return HP_OK;
    HP_CALL(hp_record_set_draws(record, &draws, err));
    HP_CALL(describe_localised(run, err));
    describe_forms(run, record);
    return hp_record_check(record, err);
}

void hp_total_band_destroy(hp_total_band *total) {
    hp_mixture_destroy(&total->mixture);
    hp_draws_destroy(&total->draws);
    hp_free(total->theta);
    hp_free(total->rows);
    *total = (hp_total_band){0};
}
