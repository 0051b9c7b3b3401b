// SPDX-License-Identifier: GPL-3.0-or-later
#include "noise_model.h"
#include "hadpot/memory.h"
#include "leading_order.h"

typedef struct {
    hp_pipeline *run;
    hp_error_data data;
    hp_lo_samples samples;
    hp_error_pilot pilot;
    size_t length;    /* (ncolumn, n) */
    double *variance; /* (length) of S by the samples */
    double *R, *S;    /* (HP_ERROR_ROWS, length) */
} work;

static hp_status begin(work *of, hp_error *err) {
    hp_pipeline *run = of->run;
    HP_CALL(hp_lo_samples_create(&run->settings, run->resampling, &run->plan, &run->errors,
                                 &of->samples, err));
    of->length = of->samples.length;
    HP_CALL(hp_analysis_begin_noise(&run->analysis, &run->errors, &of->data, err));
    HP_ALLOCATE(of->variance, of->length);
    HP_ALLOCATE(of->R, HP_ERROR_ROWS * of->length);
    HP_ALLOCATE(of->S, HP_ERROR_ROWS * of->length);
    return hp_error_pilot_create(&of->data, &of->pilot, err);
}

/* S of sample i (hp_item_function). */
static hp_status take_S(int i, double *S, void *context, hp_error *err) {
    work *of = context;
    hp_lo_sample sample;
    HP_CALL(hp_lo_samples_take(&of->samples, i, &sample, err));
    hp_analysis_normalise(&of->run->analysis, sample.S_noise, S);
    return HP_OK;
}

/* The variance of S from all samples, which meet on rank 0 alone. */
static hp_status find_variance(work *of, hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = of->run->comm;
    double *S = NULL;
    size_t count = comm->rank == 0 ? (size_t)of->data.nsample : 0;
    HP_NEW_TOGETHER(comm, S, count * of->length);
    HP_TRY(hp_parallel_collect_rows(comm, of->data.nsample, of->length, take_S, of, S, err));
    if (comm->rank == 0) hp_error_variance(&of->data, S, of->variance);
    HP_TRY(hp_parallel_broadcast(comm, of->variance, of->length * sizeof *of->variance, err));
cleanup:
    hp_free(S);
    return status;
}

/* Z of a block of samples. Each rank fits the pilot when it takes the first; one that is busy with
 * other work does without. */
static hp_status compute(void *context, int block, const hp_tick *tick, double *Z, hp_error *err) {
    work *of = context;
    int first = block * HP_ERROR_ROWS, left = of->data.nsample - first;
    int rows = left < HP_ERROR_ROWS ? left : HP_ERROR_ROWS;
    HP_CALL(tick->function(tick->context, NULL, err));
    if (of->pilot.theta == NULL)
        HP_CALL(hp_error_pilot_fit(&of->pilot, &of->data, of->variance, err));
    for (int k = 0; k < rows; k++) {
        hp_lo_sample sample;
        HP_CALL(hp_lo_samples_take(&of->samples, first + k, &sample, err));
        hp_analysis_normalise(&of->run->analysis, sample.R, of->R + (size_t)k * of->length);
        hp_analysis_normalise(&of->run->analysis, sample.S_noise, of->S + (size_t)k * of->length);
    }
    return hp_error_pilot_residuals(&of->pilot, &of->data, rows, of->R, of->S, Z, err);
}

/* Z of all samples in blocks, on rank 0, and the other work. */
static hp_status find_residuals(work *of, const hp_items *beside, double **Z, hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = of->run->comm;
    hp_items blocks = {.comm = comm,
                       .name = "blocks of the error model",
                       .count = (of->data.nsample + HP_ERROR_ROWS - 1) / HP_ERROR_ROWS,
                       .length = HP_ERROR_ROWS * of->pilot.length,
                       .quiet = true,
                       .compute = compute,
                       .context = of,
                       .loss = -1};
    if (beside != NULL) {
        blocks.nother = beside->nother;
        blocks.compute_other = beside->compute_other;
        blocks.other_context = beside->other_context;
    }
    HP_NEW_TOGETHER(comm, *Z, comm->rank == 0 ? (size_t)blocks.count * blocks.length : 0);
    HP_TRY(hp_items_compute(&blocks, comm->rank == 0 ? *Z : NULL, err));
cleanup:
    return status;
}

static void end(work *of) {
    hp_lo_samples_destroy(&of->samples);
    hp_error_pilot_destroy(&of->pilot);
    hp_free(of->variance);
    hp_free(of->R);
    hp_free(of->S);
}

/* What the features make of the average: rank 1 has it of the pilot and gives it to rank 0, which
 * has fitted the average meanwhile. Who else had no block makes it when it is needed. */
static hp_status share_features(hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = run->comm;
    const hp_fit_data *data = &run->analysis.study.data;
    size_t length = (size_t)data->ncolumn * (size_t)data->n * (size_t)run->analysis.features.n;
    double *A = NULL, *mine[] = {comm->rank == 1 ? run->analysis.A_average : NULL};
    bool there = run->analysis.A_average != NULL || comm->size == 1;
    HP_TRY(hp_parallel_broadcast(comm, &there, sizeof there, err));
    if (there) goto cleanup;
    HP_NEW_TOGETHER(comm, A, comm->rank == 0 ? length : 0);
    HP_TRY(hp_parallel_gather_rows(comm, 1, length, mine, comm->rank == 0 ? A : NULL, err));
    if (comm->rank == 0) {
        run->analysis.A_average = A;
        A = NULL;
    }
cleanup:
    hp_free(A);
    return status;
}

hp_status hp_noise_find(hp_pipeline *run, const hp_items *beside, hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = run->comm;
    work of = {.run = run};
    double *Z = NULL;
    HP_TRY(hp_parallel_agree(comm, begin(&of, err), err));
    HP_TRY(find_variance(&of, err));
    HP_TRY(find_residuals(&of, beside, &Z, err));
    run->analysis.A_average = of.pilot.A; /* the total band takes it, too */
    of.pilot.A = NULL;
    HP_TRY(share_features(run, err));
    if (comm->rank == 0) status = hp_analysis_model_errors(&run->analysis, &of.data, Z, err);
    HP_TRY(hp_parallel_agree(comm, status, err));
cleanup:
    hp_free(Z);
    end(&of);
    return status;
}

hp_status hp_noise_share(hp_pipeline *run, hp_error *err) {
    const hp_comm *comm = run->comm;
    hp_error_model *model = &run->analysis.noise, from = *model;
    hp_fit_weights *weights = &model->weights;
    if (comm->size == 1) return HP_OK;
    HP_CALL(hp_parallel_broadcast(comm, &from, sizeof from, err));
    size_t m = (size_t)from.n * (size_t)from.ncolumn, nmode = (size_t)from.weights.nmode;
    if (comm->rank != 0) { /* numbers; the pointers are those of rank 0 */
        *model = (hp_error_model){.freedom = from.freedom,
                                  .ncomponent = from.ncomponent,
                                  .n = from.n,
                                  .ncolumn = from.ncolumn,
                                  .nfitted = from.nfitted,
                                  .effective_points = from.effective_points};
        *weights = (hp_fit_weights){
            .n = from.weights.n, .ncolumn = from.weights.ncolumn, .nmode = from.weights.nmode};
    }
    HP_CALL(hp_parallel_broadcast_block(comm, (void **)&weights->weight, m * sizeof(double), err));
    HP_CALL(hp_parallel_broadcast_block(comm, (void **)&weights->mode, nmode * m * sizeof(double),
                                        err));
    return hp_parallel_broadcast_block(comm, (void **)&weights->mode_factor, nmode * sizeof(double),
                                       err);
}
