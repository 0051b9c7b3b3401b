// SPDX-License-Identifier: GPL-3.0-or-later
#include "total_band.h"
#include <gsl/gsl_cblas.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "items.h"
#include "leading_order.h"

/* Draws that a rank takes at a time. */
enum { BATCH = 20 };

/* The middle of all forms, whose nodes serve all draws. */
static void find_typical(const hp_mixture *mixture, double *typical) {
    size_t p = (size_t)mixture->p, form_length = (size_t)(1 + mixture->nsample) * p;
    for (int form = 0; form < mixture->nform; form++)
        cblas_daxpy(mixture->p, mixture->weight[form], mixture->theta + (size_t)form * form_length,
                    1, typical, 1);
}

static bool is_wanted(const hp_pipeline *run) {
    return run->settings.mixture.ndraw > 0 && !run->options.part;
}

static hp_mixture_data data_of(const hp_pipeline *run) {
    const hp_analysis *analysis = &run->analysis;
    const hp_fit_data *data = &analysis->study.data;
    return (hp_mixture_data){.features = &analysis->features,
                             .model = &analysis->noise,
                             .grid = {data->n, data->r, data->quadrature},
                             .nsample = analysis->nsample,
                             .sample_weight = analysis->sample_weight,
                             .freedom = hp_resampling_freedom(run->resampling)};
}

/* R and S of rows from `first` on, (rows, m); row 0 is the average. */
static hp_status take_rows(hp_pipeline *run, int first, int rows, double *R, double *S,
                           hp_error *err) {
    hp_status status = HP_OK;
    hp_lo_samples samples;
    HP_TRY(hp_lo_samples_create(&run->settings, run->resampling, &run->plan, &run->errors, &samples,
                                err));
    size_t m = samples.length;
    for (int row = first; row < first + rows; row++, R += m, S += m) {
        hp_lo_sample sample;
        if (row == 0) {
            memcpy(R, run->analysis.R_average, m * sizeof *R);
            memcpy(S, run->analysis.S_average, m * sizeof *S);
            continue;
        }
        HP_TRY(hp_lo_samples_take(&samples, row - 1, &sample, err));
        hp_analysis_normalise(&run->analysis, sample.R, R);
        hp_analysis_normalise(&run->analysis, sample.S, S);
    }
cleanup:
    hp_lo_samples_destroy(&samples);
    return status;
}

/* Estimates of a block, which stay here. */
static hp_status solve_block(hp_pipeline *run, int block, hp_error *err) {
    hp_status status = HP_OK;
    hp_total_band *total = &run->total;
    const hp_mixture_data data = data_of(run);
    int first = block * total->blocks.most, rows = 1 + data.nsample - first;
    if (rows > total->blocks.most) rows = total->blocks.most;
    size_t m = (size_t)data.model->ncolumn * (size_t)data.model->n;
    double *R = NULL, *S, *work = NULL;
    HP_TRY(hp_analysis_apply_features(&run->analysis, err)); /* while others have work, too */
    HP_TRY(hp_alloc_parts(&work, HP_PARTS({&R, (size_t)rows * m}, {&S, (size_t)rows * m}), err));
    HP_NEW(total->block[block], total->blocks.length);
    HP_TRY(take_rows(run, first, rows, R, S, err));
    HP_TRY(hp_mixture_solve_block(&total->mixture, &data, first, rows, R, S, total->block[block],
                                  err));
cleanup:
    hp_free(work);
    return status;
}

static hp_status begin(hp_pipeline *run, hp_error *err) {
    hp_total_band *total = &run->total;
    const hp_mixture_data data = data_of(run);
    HP_CALL(hp_mixture_begin(&data, &run->settings.mixture, &total->mixture, &total->blocks, err));
    HP_ALLOCATE(total->block, total->blocks.count);
    return HP_OK;
}

/* All but the first one (hp_chore). */
static hp_status solve_other_block(void *context, int number, const hp_tick *tick, double *vector,
                                   hp_error *err) {
    (void)vector;
    HP_CALL(tick->function(tick->context, NULL, err));
    return solve_block(context, number + 1, err);
}

hp_status hp_total_band_begin(hp_pipeline *run, hp_chore *chore, hp_error *err) {
    *chore = (hp_chore){.compute = solve_other_block, .context = run};
    if (!is_wanted(run)) return HP_OK;
    HP_CALL(hp_parallel_agree(run->comm, begin(run, err), err));
    chore->count = run->total.blocks.count - 1;
    return HP_OK;
}

hp_status hp_total_band_solve_first(hp_pipeline *run, hp_error *err) {
    return is_wanted(run) ? solve_block(run, 0, err) : HP_OK;
}

/* The mixture of estimates (1 + nsample, nform, p), and coefficients of all draws, and before them
 * of the middle, on rank 0. */
static hp_status draw(hp_pipeline *run, const double *estimates, hp_error *err) {
    hp_total_band *total = &run->total;
    const hp_mixture_data data = data_of(run);
    hp_mixture_options options = run->settings.mixture;
    if (run->settings.channels != NULL)
        options.most_chi2 =
            hp_goodness_limit(run->analysis.goodness.part, 1, run->settings.min_fit_probability);
    HP_CALL(hp_mixture_finish(&total->mixture, &data, &options, estimates, err));
    size_t p = (size_t)total->mixture.p;
    find_typical(&total->mixture, total->theta);
    memcpy(total->theta + p, total->mixture.theta,
           (size_t)total->nestimate * p * sizeof *total->theta);
    for (int i = 0; i < total->mixture.ndraw; i++)
        HP_CALL(hp_mixture_draw(&total->mixture, i, hp_total_band_draws(total, p) + (size_t)i * p,
                                err));
    return HP_OK;
}

/* Potentials that are solved. */
static int count(const hp_pipeline *run) {
    return run->total.nestimate + run->settings.mixture.ndraw;
}

/* A pair whose masses are those of each sample. */
static bool masses_vary(const hp_pipeline *run) {
    bool vary = false;
    for (int a = 0; a < run->plan.npair; a++) vary |= run->plan.masses[a].nrow > 1;
    return vary;
}

/* Masses of the estimates of samples, and of draws that follow them (rank 0). */
static hp_status draw_masses(hp_pipeline *run, hp_error *err) {
    hp_total_band *total = &run->total;
    for (int i = 0; i < count(run) && total->mass != NULL; i++)
        for (int which = 0; which < 2 * run->plan.npair; which++) {
            const hp_pair_masses *masses = &run->plan.masses[which / 2];
            const double *rows = masses->mass[which % 2];
            double *mass = total->mass + (ptrdiff_t)which * count(run) + i;
            if (masses->nrow == 1)
                *mass = rows[0];
            else if (i < total->nestimate)
                *mass = rows[i % masses->nrow];
            else
                HP_CALL(hp_mixture_follow(&total->mixture, i - total->nestimate, rows, mass, err));
        }
    return HP_OK;
}

/* Of a potential, or of the run (-1). */
static void take_pairs(const hp_pipeline *run, int i, hp_pair *pair) {
    const double *mass = run->total.mass;
    int n = count(run);
    hp_pairs_of_row(run->plan.masses, run->plan.npair, 0, pair);
    for (int a = 0; a < run->plan.npair && mass != NULL && i >= 0; a++, mass += 2 * (ptrdiff_t)n)
        pair[a] = hp_pair_of_masses(mass[i], mass[n + i]);
}

/* A batch: the last one may be short. */
static hp_status compute(void *context, int batch, const hp_tick *tick, double *vector,
                         hp_error *err) {
    hp_pipeline *run = context;
    hp_total_band *total = &run->total;
    size_t length = total->draws.record.length, p = (size_t)run->analysis.features.n;
    int first = batch * BATCH, end = first + BATCH;
    if (end > count(run)) end = count(run);
    for (int i = first; i < end; i++) {
        HP_CALL(tick->function(tick->context, NULL, err));
        hp_pair pair[HP_MOST_PAIRS];
        take_pairs(run, i, pair);
        HP_CALL(hp_draws_solve(&total->draws, pair, total->theta + (size_t)(1 + i) * p,
                               vector + (size_t)(i - first) * length, err));
    }
    return HP_OK;
}

/* Beside the fit of the average, if there is one. */
static hp_status follow(hp_pipeline *run, const hp_pair *pair, hp_error *err) {
    hp_total_band *total = &run->total;
    if (run->rows == NULL) return hp_draws_follow_potential(&total->draws, pair, total->theta, err);
    return hp_draws_follow(&total->draws, &run->analysis.study.record, run->rows, pair,
                           total->theta, err);
}

static hp_status create_draws(hp_pipeline *run, hp_error *err) {
    const hp_analysis *analysis = &run->analysis;
    const hp_study_channels *of = run->settings.channels;
    hp_pair pair[HP_MOST_PAIRS];
    take_pairs(run, -1, pair);
    hp_channel_setup channels = {.channels = &analysis->study.channels,
                                 .length_fm = analysis->study.data.length_fm};
    if (of != NULL) {
        channels.options = of->options;
        channels.pair_name = of->pair_name;
        channels.component_name = of->component_name;
        channels.spin = of->spin;
    }
    const hp_draws_setup setup = {.features = &analysis->features,
                                  .options = &run->settings.observables,
                                  .pair = pair,
                                  .channels = of != NULL ? &channels : NULL,
                                  .length_fm = analysis->study.data.length_fm,
                                  .typical = run->total.theta};
    HP_CALL(hp_draws_create(&setup, &run->total.draws, err));
    return follow(run, pair, err);
}

static hp_status solve(hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    hp_total_band *total = &run->total;
    status = create_draws(run, err);
    HP_TRY(hp_parallel_agree(run->comm, status, err));
    hp_items batches = {.comm = run->comm,
                        .name = "draws of the total band, batches",
                        .count = (count(run) + BATCH - 1) / BATCH,
                        .length = BATCH * total->draws.record.length,
                        .quiet = run->options.quiet,
                        .compute = compute,
                        .context = run,
                        .loss = -1};
    size_t length = (size_t)batches.count * batches.length;
    HP_NEW_TOGETHER(run->comm, total->rows, run->comm->rank == 0 ? length : 0);
    HP_TRY(hp_items_compute(&batches, run->comm->rank == 0 ? total->rows : NULL, err));
cleanup:
    return status;
}

/* Of the middle, all estimates and all draws. */
static size_t count_coefficients(hp_pipeline *run) {
    const hp_features *features = &run->analysis.features;
    run->total.nestimate = hp_mixture_count_forms(features, run->settings.mixture.forms) *
                           (1 + run->resampling->nsample);
    return (1 + (size_t)count(run)) * (size_t)features->n;
}

static void free_blocks(hp_total_band *total) {
    for (int b = 0; total->block != NULL && b < total->blocks.count; b++) hp_free(total->block[b]);
    hp_free(total->block);
    total->block = NULL;
}

/* Coefficients from the blocks of all ranks, to all ranks. */
static hp_status draw_together(hp_pipeline *run, size_t length, hp_error *err) {
    hp_status status = HP_OK;
    hp_total_band *total = &run->total;
    const hp_comm *comm = run->comm;
    const hp_mixture_blocks *blocks = &total->blocks;
    double *all = NULL;
    HP_NEW_TOGETHER(comm, all, comm->rank == 0 ? (size_t)blocks->count * blocks->length : 0);
    HP_TRY(hp_parallel_gather_rows(comm, blocks->count, blocks->length, total->block, all, err));
    free_blocks(total);
    status = comm->rank == 0 ? draw(run, all, err) : HP_OK;
    if (status == HP_OK && comm->rank == 0) status = draw_masses(run, err);
    HP_TRY(hp_parallel_agree(comm, status, err));
    HP_TRY(hp_parallel_broadcast(comm, total->theta, length * sizeof(double), err));
cleanup:
    hp_free(all);
    return status;
}

hp_status hp_total_band_compute(hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    hp_total_band *total = &run->total;
    if (!is_wanted(run)) return HP_OK;
    size_t length = count_coefficients(run);
    HP_NEW_TOGETHER(run->comm, total->theta, length);
    size_t nmass = masses_vary(run) ? 2 * (size_t)run->plan.npair * (size_t)count(run) : 0;
    if (nmass > 0) HP_NEW_TOGETHER(run->comm, total->mass, nmass);
    HP_TRY(draw_together(run, length, err));
    if (nmass > 0)
        HP_TRY(hp_parallel_broadcast(run->comm, total->mass, nmass * sizeof(double), err));
    HP_TRY(solve(run, err));
    HP_TRY(hp_total_band_find_potentials(run, err));
cleanup:
    return status;
}

/* All blocks, one after the other, on this rank. */
static hp_status draw_alone(hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    hp_total_band *total = &run->total;
    double *all = NULL;
    HP_TRY(begin(run, err));
    HP_NEW(all, (size_t)total->blocks.count * total->blocks.length);
    for (int b = 0; b < total->blocks.count; b++) {
        HP_TRY(solve_block(run, b, err));
        memcpy(all + (size_t)b * total->blocks.length, total->block[b],
               total->blocks.length * sizeof *all);
    }
    free_blocks(total);
    HP_TRY(draw(run, all, err));
cleanup:
    hp_free(all);
    return status;
}

hp_status hp_total_band_try(hp_pipeline *run, hp_band_trial *trial, hp_error *err) {
    hp_total_band *total = &run->total;
    size_t p = (size_t)run->analysis.features.n;
    hp_pair pair[HP_MOST_PAIRS];
    take_pairs(run, -1, pair);
    double *vector, start = trial->clock(), end;
    HP_ALLOCATE(total->theta, count_coefficients(run));
    HP_CALL(draw_alone(run, err));
    end = trial->clock();
    trial->draws = end - start;
    HP_CALL(create_draws(run, err));
    start = trial->clock();
    trial->nodes = start - end;
    trial->count = count(run);
    HP_ALLOCATE(vector, total->draws.record.length);
    hp_status status = HP_OK;
    for (int i = 0; i < BATCH && status == HP_OK; i++) /* draws, of which the last are */
        status = hp_draws_solve(&total->draws, pair, total->theta + (size_t)(trial->count - i) * p,
                                vector, err);
    trial->draw = (trial->clock() - start) / BATCH;
    hp_free(vector);
    return status;
}

void hp_total_band_destroy(hp_total_band *total) {
    free_blocks(total);
    for (int i = 0; i < total->npotential; i++) hp_free(total->potential[i].values);
    hp_mixture_destroy(&total->mixture);
    hp_draws_destroy(&total->draws);
    hp_free(total->theta);
    hp_free(total->mass);
    hp_free(total->rows);
    *total = (hp_total_band){0};
}
