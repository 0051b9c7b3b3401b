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
    const hp_mixture_data from = {
        .features = &analysis->features,
        .model = &analysis->error_model,
        .grid = {data->n, data->r, data->quadrature},
        .nsample = run->errors.nsample,
        .sample_weight = run->errors.sample_weight,
        .R = run->errors.R_sample,
        .S = run->errors.S_sample};
    HP_CALL(hp_mixture_create(&from, &run->settings.mixture, &total->mixture, err));
    find_typical(&total->mixture, total->theta);
    for (int i = 0; i < total->mixture.ndraw; i++)
        HP_CALL(hp_mixture_draw(&total->mixture, i,
                                total->theta + (size_t)(i + 1) * (size_t)total->mixture.p, err));
    return HP_OK;
}

/* A batch: its last one may be short. */
static hp_status compute(void *context, int batch, const hp_tick *tick, double *vector,
                         hp_error *err) {
    hp_pipeline *run = context;
    hp_total_band *total = &run->total;
    size_t length = total->draws.record.length, p = (size_t)run->analysis.features.n;
    for (int i = 0; i < BATCH && batch * BATCH + i < run->settings.mixture.ndraw; i++) {
        const double *theta = total->theta + (size_t)(1 + batch * BATCH + i) * p;
        if (tick != NULL) tick->function(tick->context, NULL);
        HP_CALL(hp_draws_solve(&total->draws, theta, vector + (size_t)i * length, err));
    }
    return HP_OK;
}

static hp_status solve(hp_pipeline *run, hp_error *err) {
    hp_total_band *total = &run->total;
    int ndraw = run->settings.mixture.ndraw;
    const hp_pair pair = hp_pair_of_row(&run->plan.masses, 0);
    hp_status status = hp_draws_create(&run->analysis.features, &run->settings.observables, &pair,
                                       run->analysis.study.data.length_fm, total->theta,
                                       &total->draws, err);
    HP_CALL(hp_parallel_agree(run->comm, status, err));
    hp_items batches = {.comm = run->comm,
                        .name = "draws of the total band",
                        .count = (ndraw + BATCH - 1) / BATCH,
                        .length = BATCH * total->draws.record.length,
                        .quiet = run->options.quiet,
                        .compute = compute,
                        .context = run,
                        .loss = -1};
    bool root = run->comm->rank == 0;
    HP_NEW_ROWS;
    return hp_items_compute(&batches, total->rows, err);
}
