// SPDX-License-Identifier: GPL-3.0-or-later
#include "samples.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "items.h"

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

bool hp_samples_are_hopeless(const hp_pipeline *run) {
    return *hp_record_read(&run->analysis.study.record, run->rows, HP_ROW_EFFECTIVE) >
           HP_HOPELESS *
               hp_goodness_limit(run->analysis.goodness.part, 1, run->settings.min_fit_probability);
}

/* Numbers of the message that has the average, before it. */
enum { KNOWN, COMPUTED, NHEAD };

struct hp_sample_fits {
    hp_pipeline *run;
    hp_items samples;
    double *average; /* rank 0: (length + 1) and whether it was in the checkpoint */
    double *message; /* (NHEAD + length) of rank 0 to all */
    size_t length;
    bool known; /* the average, here */
    hp_posted posted;
};

/* Number 0 is the only one (hp_chore). */
static hp_status fit_average(void *context, int number, const hp_tick *tick, double *vector,
                             hp_error *err) {
    (void)number;
    hp_sample_fits *of = context;
    hp_pipeline *run = of->run;
    const struct hp_job_training *training = &run->job->training;
    bool adam = strcmp(training->optimiser, "adam") == 0, found;
    int most = adam ? training->epochs : training->steps;
    watch state = {.quiet = run->options.quiet,
                   .what = adam ? "ensemble average: epoch" : "ensemble average: step",
                   .total = (long long)most * training->restarts,
                   .others = tick};
    hp_tick own = {.function = tick_average, .context = &state};
    hp_status status = hp_items_take(&of->samples, -1, &own, vector, &found, err);
    vector[of->length] = found;
    hp_progress_end(&state.progress);
    return status;
}

hp_status hp_sample_fits_begin(hp_pipeline *run, hp_sample_fits **fits, hp_error *err) {
    hp_status status = HP_OK;
    bool root = run->comm->rank == 0;
    size_t length = run->analysis.study.record.length;
    HP_NEW_TOGETHER(run->comm, *fits, 1);
    hp_sample_fits *of = *fits;
    *of = (hp_sample_fits){.run = run, .samples = items_of(run), .length = length};
    of->samples.count = run->ncomputed;
    HP_NEW_TOGETHER(run->comm, of->average, root ? length + 1 : 0);
    HP_NEW_TOGETHER(run->comm, of->message, NHEAD + length);
    size_t count = (root ? 1 + (size_t)run->ncomputed : 1) * length;
    run->rows = hp_alloc_unset(count, sizeof *run->rows);
    HP_TRY(hp_parallel_agree_block(run->comm, run->rows, count, sizeof *run->rows, err));
cleanup:
    if (status != HP_OK) hp_sample_fits_destroy(fits);
    return status;
}

hp_chore hp_sample_fits_average(hp_sample_fits *of) {
    return (hp_chore){.count = 1,
                      .length = of->length + 1,
                      .rows = of->average,
                      .compute = fit_average,
                      .context = of};
}

static hp_status post(hp_sample_fits *of, hp_error *err) {
    return hp_posted_broadcast(of->run->comm, of->message,
                               (NHEAD + of->length) * sizeof *of->message, &of->posted, err);
}

hp_status hp_sample_fits_expect(hp_sample_fits *of, hp_error *err) {
    return of->run->comm->rank == 0 ? HP_OK : post(of, err);
}

static void take_average(hp_sample_fits *of, const double *average) {
    of->known = true;
    memcpy(of->run->rows, average, of->length * sizeof *average);
}

/* On rank 0, by the model of errors. */
static void judge_average(hp_sample_fits *of) {
    hp_pipeline *run = of->run;
    take_average(of, of->average);
    hp_analysis_judge(&run->analysis, run->rows);
    if (!run->options.quiet && of->average[of->length] != 0.0)
        hp_log("going on from the samples in %s/checkpoint", run->checkpoint.folder);
    else if (!run->options.quiet)
        log_average(&run->analysis.study.record, run->rows);
    if (hp_samples_are_hopeless(run)) run->ncomputed = 0;
    of->message[KNOWN] = 1.0;
    of->message[COMPUTED] = run->ncomputed;
    memcpy(of->message + NHEAD, run->rows, of->length * sizeof *run->rows);
}

hp_status hp_sample_fits_share(void *context, bool *goes_on, hp_error *err) {
    hp_sample_fits *of = context;
    if (of->run->comm->rank == 0) {
        if (*goes_on) judge_average(of);
        HP_CALL(post(of, err)); /* in any case */
    } else {
        HP_CALL(hp_posted_wait(&of->posted, err));
        *goes_on = *goes_on && of->message[KNOWN] != 0.0;
        if (*goes_on) {
            take_average(of, of->message + NHEAD);
            of->run->ncomputed = (int)of->message[COMPUTED];
        }
    }
    of->samples.count = of->run->ncomputed;
    return HP_OK;
}

hp_items *hp_sample_fits_samples(hp_sample_fits *of) {
    return &of->samples;
}

void hp_sample_fits_advise(const hp_sample_fits *of, hp_status status, hp_error *err) {
    bool kept = of->known && of->samples.checkpoint != NULL;
    if (status != HP_OK && status != HP_STOPPED && kept)
        hp_error_add_advice(err,
                            "finished samples are kept in \"%s/checkpoint\", go on with --resume",
                            of->run->job->output);
}

void hp_sample_fits_destroy(hp_sample_fits **fits) {
    if (fits == NULL || *fits == NULL) return;
    hp_sample_fits *of = *fits;
    *fits = NULL;
    if (hp_posted_wait(&of->posted, NULL) != HP_OK) return; /* MPI may still look at the message */
    hp_free(of->average);
    hp_free(of->message);
    hp_free(of);
}
