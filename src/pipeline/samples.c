// SPDX-License-Identifier: GPL-3.0-or-later
#include "samples.h"
#include <math.h>
#include <string.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"

/* Seconds between plain progress lines in a batch log. */
static const double LOG_INTERVAL = 30.0;

typedef struct {
    const hp_comm *comm;
    bool quiet;
    hp_work_counter *next, *done; /* samples handed out, samples finished */
    hp_progress progress;
    const char *what; /* the fit of the average counts epochs or steps */
    long long total, epoch;
    double checked; /* clock at the latest look at the counters */
    double loss;    /* of the latest fit of this rank */
} watch;

static hp_status find(const hp_samples *work, int sample, double *vector, bool *found,
                      hp_error *err) {
    *found = false;
    if (work->checkpoint == NULL) return HP_OK;
    return hp_checkpoint_read(work->checkpoint, sample, vector, found, err);
}

static void tick_average(void *context, const hp_train_tick *at) {
    (void)at;
    watch *state = context;
    if (state->quiet) return;
    hp_progress_report(&state->progress, state->what, ++state->epoch, state->total, NAN);
}

/* Form the averaged row of a sample (-1: of the ensemble average) and compute its results. */
static hp_status compute(const hp_samples *work, int sample, const double *start,
                         const hp_tick *tick, double *vector, hp_error *err) {
    hp_status status = HP_OK;
    hp_resampling *resampling = work->resampling;
    double *row = NULL;
    HP_NEW(row, hp_ensemble_row_length(resampling->ingest->ensemble));
    if (sample < 0)
        hp_ingest_mean(resampling->ingest, row);
    else
        HP_TRY(hp_ingest_sample(resampling, sample, row, err));
    const hp_sample wanted = {row, hp_pair_of_row(&work->analysis->plan->masses, sample + 1), start,
                              tick};
    HP_TRY(hp_analysis_compute(work->analysis, &wanted, vector, err));
cleanup:
    hp_free(row);
    if (status != HP_OK && sample >= 0) hp_error_add_context(err, "sample %d", sample + 1);
    return status;
}

static void log_average(const hp_record *record, const double *average) {
    bool converged = *hp_record_read(record, average, HP_ROW_CONVERGED) > 0.0;
    hp_log("ensemble average: loss %.6g, chi2 per point %.4g, %s",
           *hp_record_read(record, average, HP_ROW_LOSS),
           *hp_record_read(record, average, HP_ROW_CHI2),
           converged ? "converged" : "NOT converged");
}

static hp_status keep(const hp_samples *work, int sample, const double *vector, hp_error *err) {
    if (work->checkpoint == NULL) return HP_OK;
    return hp_checkpoint_write(work->checkpoint, sample, vector, err);
}

hp_status hp_samples_fit_average(const hp_samples *work, double *average, hp_error *err) {
    hp_status status = HP_OK;
    bool found;
    HP_TRY(find(work, -1, average, &found, err));
    if (found) {
        if (!work->quiet)
            hp_log("going on from the samples in %s/checkpoint", work->checkpoint->folder);
        goto cleanup;
    }
    const hp_training_options *training = &work->analysis->options->potential.training;
    bool adam = training->optimiser == HP_ADAM;
    int most = adam ? training->epochs : training->steps;
    watch state = {.comm = work->comm,
                   .quiet = work->quiet,
                   .progress = {.interval = LOG_INTERVAL},
                   .what = adam ? "ensemble average: epoch" : "ensemble average: step",
                   .total = (long long)most * training->restarts};
    hp_tick tick = {tick_average, &state};
    status = compute(work, -1, NULL, &tick, average, err);
    hp_progress_end(&state.progress);
    HP_TRY(status);
    if (!work->quiet) log_average(&work->analysis->study.record, average);
    HP_TRY(keep(work, -1, average, err));
cleanup:
    return status;
}

static hp_status report_samples(watch *state, hp_error *err) {
    int done = 0;
    if (state->comm->rank != 0 || state->quiet) return HP_OK;
    HP_CALL(hp_work_counter_read(state->done, &done, err));
    if (done < state->total)
        hp_progress_report(&state->progress, "samples", done, state->total, state->loss);
    return HP_OK;
}

/* Every tenth of a second rank 0 serves the counters and shows progress. */
static void tick_samples(void *context, const hp_train_tick *at) {
    (void)at;
    watch *state = context;
    double now = hp_clock_seconds();
    if (state->comm->rank != 0 || now - state->checked < 0.1) return;
    state->checked = now;
    hp_work_counter_progress(state->next);
    (void)report_samples(state, NULL); /* a failing counter shows when it is used */
}

static hp_status fit_until_none_left(watch *state, const hp_samples *work, const double *average,
                                     double **sample, hp_error *err) {
    hp_tick tick = {tick_samples, state};
    const hp_record *record = &work->analysis->study.record;
    int i, finished;
    for (;;) {
        bool found;
        HP_CALL(hp_work_counter_next(state->next, &i, err));
        if (i >= work->ncomputed) break;
        HP_ALLOCATE(sample[i], record->length);
        HP_CALL(find(work, i, sample[i], &found, err));
        if (!found) {
            HP_CALL(compute(work, i, average, &tick, sample[i], err));
            HP_CALL(keep(work, i, sample[i], err));
        }
        state->loss = *hp_record_read(record, sample[i], HP_ROW_LOSS);
        HP_CALL(hp_work_counter_next(state->done, &finished, err));
        HP_CALL(report_samples(state, err));
    }
    return HP_OK;
}

hp_status hp_samples_fit_all(const hp_samples *work, const double *average, double **sample,
                             hp_error *err) {
    hp_status status = HP_OK;
    int ncomputed = work->ncomputed;
    watch state = {.comm = work->comm,
                   .quiet = work->quiet,
                   .progress = {.interval = LOG_INTERVAL},
                   .total = ncomputed,
                   .loss = NAN};
    HP_TRY(hp_work_counter_create(work->comm, &state.next, err));
    HP_TRY(hp_work_counter_create(work->comm, &state.done, err));
    status = fit_until_none_left(&state, work, average, sample, err);
    /* a rank that failed lets the others finish the samples they have begun, and no more */
    if (status != HP_OK) (void)hp_work_counter_stop(state.next, ncomputed, NULL);
    hp_progress_end(&state.progress);
    HP_TRY(hp_parallel_agree(work->comm, status, err));
    if (work->comm->rank == 0 && state.total > 0 && !work->quiet)
        hp_progress_report(&state.progress, "samples", state.total, state.total, state.loss);
cleanup:
    hp_work_counter_destroy(&state.done);
    hp_work_counter_destroy(&state.next);
    return status;
}
