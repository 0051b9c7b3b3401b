// SPDX-License-Identifier: GPL-3.0-or-later
#include "samples.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "items.h"
#include "noise_model.h"

/* The fit of the average counts epochs or steps. */
typedef struct {
    bool quiet;
    hp_progress progress;
    const char *what;
    long long total, epoch;
    const hp_tick *others; /* of those who wait for this rank */
} watch;

static hp_status tick_average(void *context, const hp_train_tick *at, hp_error *err) {
    (void)at;
    watch *state = context;
    if (!state->quiet)
        hp_progress_report(&state->progress, state->what, ++state->epoch, state->total, NAN);
    return state->others->function(state->others->context, NULL, err);
}

/* The fit of a sample that goes on: how hp_course hands what it has to the checkpoint. */
typedef struct {
    const hp_pipeline *run;
    int sample;
} kept_fit;

static hp_status keep_fit(void *context, const double *state, size_t length, hp_error *err) {
    const kept_fit *fit = context;
    return hp_checkpoint_keep_fit(&fit->run->checkpoint, fit->sample, state, length, err);
}

static hp_status restore_fit(void *context, double **state, size_t *length, hp_error *err) {
    const kept_fit *fit = context;
    bool found;
    HP_CALL(hp_checkpoint_read_fit(&fit->run->checkpoint, fit->sample, state, length, &found, err));
    if (!found) *length = 0;
    return HP_OK;
}

static void tell_place(void *context, const hp_course_place *at) {
    const kept_fit *fit = context;
    char what[40] = "the ensemble average";
    if (fit->run->options.quiet) return;
    if (fit->sample >= 0) snprintf(what, sizeof what, "sample %d", fit->sample + 1);
    if (at->refused)
        hp_log_warning("what was kept of the fit of %s is not of this fit, which starts anew",
                       what);
    else
        hp_log("going on inside of the fit of %s: minimisation %d, step %d", what, at->finished + 1,
               at->step);
}

/* Whether fits that take long are kept in the checkpoint. */
static bool keeps_fits(const hp_pipeline *run) {
    return !run->options.no_checkpoints && !run->options.look;
}

/* A fit that is stopped is kept at once; when it cannot be, that is how the run ends. */
static hp_status keep_stopped(hp_course *course, hp_error *err) {
    hp_error trouble = HP_ERROR_INIT;
    hp_status status = hp_course_save(course, &trouble);
    if (status == HP_OK) return HP_STOPPED;
    if (err != NULL) *err = trouble;
    return status;
}

static hp_status compute(hp_pipeline *run, int sample, const hp_tick *tick, double *vector,
                         hp_error *err) {
    hp_status status = HP_OK;
    double *row = NULL;
    HP_NEW(row, hp_ensemble_row_length(run->ensemble));
    if (sample < 0)
        hp_ingest_mean(run->ingest, row);
    else
        HP_TRY(hp_ingest_sample(run->resampling, sample, row, err));
    hp_sample wanted = {.row = row, .start = sample < 0 ? NULL : run->rows, .tick = tick};
    hp_pairs_of_row(run->plan.masses, run->plan.npair, sample + 1, wanted.pair);
    HP_TRY(hp_analysis_compute(&run->analysis, &wanted, vector, err));
    hp_all_masses_store(&run->masses, run->ensemble->inverse_spacing_mev, sample + 1,
                        &run->analysis.study.record, vector);
cleanup:
    hp_free(row);
    return status;
}

hp_status hp_samples_compute(void *context, int sample, const hp_tick *tick, double *vector,
                             hp_error *err) {
    hp_pipeline *run = context;
    kept_fit fit = {run, sample};
    const hp_fit_keeper keeper = {.context = &fit,
                                  .interval = run->job->results.checkpoint_interval_s,
                                  .keep = keep_fit,
                                  .restore = restore_fit,
                                  .tell = tell_place};
    hp_course course = {0};
    hp_tick watched = tick != NULL ? *tick : (hp_tick){0};
    watched.course = &course;
    hp_status status = keeps_fits(run) ? hp_course_create(&keeper, &course, err) : HP_OK;
    if (status == HP_OK) status = compute(run, sample, &watched, vector, err);
    if (status == HP_STOPPED) status = keep_stopped(&course, err);
    hp_course_destroy(&course);
    if (status != HP_OK && status != HP_STOPPED && sample >= 0)
        hp_error_add_context(err, "sample %d", sample + 1);
    return status;
}

static void log_average(const hp_record *record, const double *average) {
    bool converged = *hp_record_read(record, average, HP_ROW_CONVERGED) > 0.0;
    hp_log("ensemble average: loss %.6g, chi2 per effective point %.4g, per point %.4g, %s",
           *hp_record_read(record, average, HP_ROW_LOSS),
           *hp_record_read(record, average, HP_ROW_EFFECTIVE),
           *hp_record_read(record, average, HP_ROW_CHI2),
           converged ? "converged" : "NOT converged");
}

/* The items of a run, whose number is not known before the average. */
static hp_items items_of(hp_pipeline *run) {
    const hp_record *record = &run->analysis.study.record;
    return (hp_items){.comm = run->comm,
                      .name = "samples",
                      .length = record->length,
                      .checkpoint = run->options.no_checkpoints ? NULL : &run->checkpoint,
                      .quiet = run->options.quiet,
                      .compute = hp_samples_compute,
                      .context = run,
                      .loss = (ptrdiff_t)hp_record_find(record, HP_ROW_LOSS)->start};
}

/* The fit of the average, on rank 0. */
typedef struct {
    hp_pipeline *run;
    bool found; /* in the checkpoint */
} average;

/* The only other work beside the model of errors (compute_other of hp_items). */
static hp_status fit_average(void *context, int other, const hp_tick *tick, hp_error *err) {
    (void)other;
    average *of = context;
    hp_pipeline *run = of->run;
    const hp_items samples = items_of(run);
    const struct hp_job_training *training = &run->job->training;
    bool adam = strcmp(training->optimiser, "adam") == 0;
    int most = adam ? training->epochs : training->steps;
    watch state = {.quiet = samples.quiet,
                   .what = adam ? "ensemble average: epoch" : "ensemble average: step",
                   .total = (long long)most * training->restarts,
                   .others = tick};
    hp_tick own = {.function = tick_average, .context = &state};
    hp_status status = hp_items_take(&samples, -1, &own, run->rows, &of->found, err);
    hp_progress_end(&state.progress);
    return status;
}

hp_status hp_samples_average(hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    bool root = run->comm->rank == 0;
    size_t length = run->analysis.study.record.length;
    average of = {.run = run};
    const hp_items beside = {.nother = 1, .compute_other = fit_average, .other_context = &of};
    HP_NEW_TOGETHER(run->comm, run->rows, (root ? 1 + (size_t)run->ncomputed : 1) * length);
    HP_TRY(hp_noise_find(run, &beside, err));
    if (root) hp_analysis_judge(&run->analysis, run->rows);
    HP_TRY(hp_parallel_broadcast(run->comm, run->rows, length * sizeof(double), err));
    if (!root || run->options.quiet) goto cleanup;
    if (of.found)
        hp_log("going on from the samples in %s/checkpoint", run->checkpoint.folder);
    else
        log_average(&run->analysis.study.record, run->rows);
cleanup:
    return status;
}

bool hp_samples_are_hopeless(const hp_pipeline *run) {
    return *hp_record_read(&run->analysis.study.record, run->rows, HP_ROW_EFFECTIVE) >
           HP_HOPELESS *
               hp_goodness_limit(run->analysis.goodness.part, 1, run->settings.min_fit_probability);
}

hp_status hp_samples_fit(hp_pipeline *run, const hp_items *beside, hp_error *err) {
    hp_status status = HP_OK;
    bool root = run->comm->rank == 0;
    hp_items samples = items_of(run);
    if (root && hp_samples_are_hopeless(run)) run->ncomputed = 0;
    HP_TRY(hp_parallel_broadcast(run->comm, &run->ncomputed, sizeof run->ncomputed, err));
    samples.count = run->ncomputed;
    samples.nother = beside->nother;
    samples.compute_other = beside->compute_other;
    samples.other_context = beside->other_context;
    status = hp_items_compute(&samples, root ? run->rows + samples.length : NULL, err);
    if (status != HP_OK && status != HP_STOPPED && samples.checkpoint != NULL)
        hp_error_add_advice(err,
                            "finished samples are kept in \"%s/checkpoint\", go on with --resume",
                            run->job->output);
cleanup:
    return status;
}
