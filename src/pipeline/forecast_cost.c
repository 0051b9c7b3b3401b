// SPDX-License-Identifier: GPL-3.0-or-later
/* Times fits and draws of an analysis. Steps of Adam are known before; those of Levenberg-Marquardt
 * are not, and so two fits are done as a whole where they are short. */
#include <time.h>
#include "hadpot/memory.h"
#include "hadpot/stop.h"
#include "fits.h"
#include "forecast_parts.h"
#include "samples.h"
#include "total_band.h"

/* Steps of a first look, and epochs, which are shorter. */
enum { LOOK_STEPS = 6, LOOK_EPOCHS = 40 };

/* Levenberg-Marquardt takes 30 to 500 steps for the average of the jobs in this tree, and 10 to 80
 * for their samples, which start from it: their geometric means. */
enum { TYPICAL_STEPS = 120, TYPICAL_SAMPLE_STEPS = 30 };

/* Whole fits of a job are done where they are expected to take less than this, in seconds; its
 * alternatives are then taken to need as many steps. */
static const double SHORT = 2.0;

/* What a dataset of results.h5 and a checkpoint take besides numbers, in bytes; and a number in a
 * CSV file. */
enum { PER_DATASET = 1000, PER_CHECKPOINT = 100, PER_TEXT = 20 };

static double cpu_seconds(void) {
    struct timespec now = {0};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Steps of a fit, from the end of the first. */
typedef struct {
    int count;
    double first, last;
} watch;

static hp_status tick(void *context, const hp_train_tick *at, hp_error *err) {
    (void)at;
    watch *steps = context;
    steps->last = cpu_seconds();
    if (steps->count++ == 0) steps->first = steps->last;
    return hp_stop_check(err);
}

/* Fit the average (-1), whose results go to run->rows, or a sample. */
static hp_status time_fit(hp_pipeline *run, int sample, double *seconds, watch *steps,
                          hp_error *err) {
    hp_status status = HP_OK;
    double *vector = NULL, start = cpu_seconds();
    const hp_tick look = {.function = tick, .context = steps};
    *steps = (watch){0};
    HP_NEW(vector, hp_pipeline_record(run)->length);
    HP_TRY(hp_samples_compute(run, sample, &look, sample < 0 ? run->rows : vector, err));
    *seconds = cpu_seconds() - start;
cleanup:
    hp_free(vector);
    return status;
}

/* Both fits of one analysis as it is prepared. */
typedef struct {
    double average, sample;
    watch steps, sample_steps;
} pair_of_fits;

static hp_status time_fits(hp_pipeline *run, pair_of_fits *fits, hp_error *err) {
    HP_ALLOCATE(run->rows, hp_pipeline_record(run)->length);
    HP_CALL(time_fit(run, -1, &fits->average, &fits->steps, err));
    if (run->ncomputed == 0) return HP_OK;
    return time_fit(run, 0, &fits->sample, &fits->sample_steps, err);
}

static int least(int one, int other) {
    return one < other ? one : other;
}

/* Fits of a few steps, from one start. */
static hp_training_options shorten(const hp_training_options *full) {
    hp_training_options few = *full;
    few.steps = least(full->steps, LOOK_STEPS);
    few.epochs = least(full->epochs, LOOK_EPOCHS);
    few.sample_epochs = least(full->sample_epochs, LOOK_EPOCHS);
    few.restarts = 1;
    return few;
}

/* From the time of a step and the number of them that there will be. */
static void scale(const hp_training_options *full, const pair_of_fits *few, const hp_cost *like,
                  hp_cost *cost) {
    bool adam = full->optimiser == HP_ADAM;
    const watch *steps = &few->steps, *of_sample = &few->sample_steps;
    double step = steps->count > 1 ? (steps->last - steps->first) / (steps->count - 1) : 0.0;
    cost->average = few->average;
    cost->sample = few->sample;
    cost->measured = steps->count == 0;
    if (cost->measured) return;
    int epochs = full->sample_epochs > 0 ? full->sample_epochs : full->epochs;
    cost->steps = adam ? full->epochs : least(full->steps, like->steps);
    cost->sample_steps = adam ? epochs : least(full->steps, like->sample_steps);
    cost->average += step * (full->restarts * cost->steps - steps->count);
    if (of_sample->count > 0) cost->sample += step * (cost->sample_steps - of_sample->count);
}

static bool is_short(const hp_training_options *full, const hp_cost *cost) {
    return !cost->measured && full->optimiser != HP_ADAM && cost->average + cost->sample <= SHORT;
}

static hp_status look(hp_pipeline *run, const hp_training_options *full, const hp_cost *like,
                      hp_cost *cost, hp_error *err) {
    pair_of_fits few = {0};
    HP_CALL(time_fits(run, &few, err));
    scale(full, &few, like, cost);
    return HP_OK;
}

static hp_status do_all(hp_pipeline *run, hp_cost *cost, hp_error *err) {
    pair_of_fits fits = {0};
    HP_CALL(time_fits(run, &fits, err));
    cost->average = fits.average;
    cost->sample = fits.sample;
    cost->steps = fits.steps.count;
    cost->sample_steps = fits.sample_steps.count;
    cost->measured = true;
    return HP_OK;
}

/* Bytes of what is written, from the layout of the record. */
static void size_up(const hp_pipeline *run, hp_cost *cost) {
    const hp_record *record = &run->analysis.study.record;
    const double n = 1.0 + run->ncomputed,
                 drawn = cost->ndraw > 0 ? run->settings.mixture.ndraw : 0;
    double largest = 0.0;
    for (int i = 0; i < record->nentry; i++) {
        const hp_entry *entry = &record->entry[i];
        bool draws = cost->ndraw > 0 && (entry->row.roles & HP_DRAWN) != 0;
        double count = (double)entry->count, number = sizeof(double);
        double bytes = number * count * (hp_entry_is_sampled(entry) ? n : 1.0);
        if (bytes > largest) largest = bytes;
        cost->results += bytes + PER_DATASET;
        if (draws) cost->results += number * count * (drawn + 3.0) + 2.0 * PER_DATASET;
        if (entry->row.table != NULL) cost->results += count * PER_TEXT * (draws ? 5.0 : 2.0);
        if (run->job->results.covariance && (entry->row.roles & HP_COVARIANCE) != 0)
            cost->results += number * count * (double)entry->extent[entry->naxis - 1];
    }
    cost->checkpoint = n * ((double)(record->length * sizeof(double)) + PER_CHECKPOINT);
    cost->rows = n * (double)(record->length * sizeof(double)) + largest +
                 (double)cost->ndraw * (double)sizeof(double) *
                     (double)(cost->draw_length + (size_t)run->analysis.features.n);
}

/* What is fitted, and what is computed. */
static void describe(const hp_pipeline *run, hp_cost *cost) {
    const hp_record *record = &run->analysis.study.record;
    const hp_fit_data *data = &run->analysis.study.data;
    const double *energy = hp_record_labels(record, "k", "e_cm_mev");
    cost->parameters =
        (double)(hp_record_count(record, HP_ROW_PARAM) + hp_record_count(record, HP_ROW_GAUSSIANS) +
                 2 * hp_record_count(record, HP_ROW_TAIL_RANGE) +
                 hp_record_count(record, HP_ROW_V2_GAUSSIANS) +
                 hp_record_count(record, HP_ROW_SEPARABLE_AMPLITUDE) +
                 hp_record_count(record, HP_ROW_BLOCK_AMPLITUDE));
    cost->points = data->nfitted;
    cost->nform = hp_mixture_count_forms(&run->analysis.features, run->settings.mixture.forms);
    for (int i = 0; i < data->n; i++) {
        if (!data->fitted[i]) continue;
        cost->r_fm[cost->radii > 0] = data->r[i] * data->length_fm;
        cost->radii++;
    }
    if (hp_study_has_channels(&run->analysis.study)) {
        cost->momenta = run->analysis.study.channel_observables.nenergy;
        energy = hp_record_labels(record, "k", "e_mev");
    } else
        cost->momenta = run->analysis.study.observables.nk;
    if (energy == NULL || cost->momenta == 0) return;
    cost->energy_mev[0] = energy[0];
    cost->energy_mev[1] = energy[cost->momenta - 1];
}

/* Model of errors, then the total band; on rank 0 but for the first. */
static hp_status time_band(hp_pipeline *run, hp_cost *cost, hp_error *err) {
    double start = cpu_seconds();
    HP_CALL(hp_fits_of_noise(run, err));
    cost->errors = cpu_seconds() - start;
    if (run->settings.mixture.ndraw == 0 || run->options.part) return HP_OK;
    hp_status status = HP_OK;
    hp_band_trial trial = {.clock = cpu_seconds};
    if (run->comm->rank == 0) status = hp_total_band_try(run, &trial, err);
    HP_CALL(hp_parallel_agree(run->comm, status, err));
    cost->draws = trial.draws;
    cost->nodes = trial.nodes;
    cost->draw = trial.draw;
    cost->ndraw = trial.count;
    cost->draw_length = run->total.draws.record.length;
    return HP_OK;
}

/* One pass with these options of training: of few steps, with as many to come as `like` has, or of
 * all (NULL). */
static hp_status pass(hp_pipeline *run, const hp_training_options *full, const hp_cost *like,
                      hp_cost *cost, hp_error *err) {
    hp_status status = HP_OK;
    run->settings.potential.training = like != NULL ? shorten(full) : *full;
    HP_TRY(hp_pipeline_prepare(run, err));
    if (run->comm->rank == 0)
        status = like != NULL ? look(run, full, like, cost, err) : do_all(run, cost, err);
    HP_TRY(hp_parallel_agree(run->comm, status, err));
    if (like == NULL) goto cleanup;
    HP_TRY(time_band(run, cost, err));
    if (run->comm->rank == 0) {
        size_up(run, cost);
        describe(run, cost);
    }
cleanup:
    run->settings.potential.training = *full;
    hp_pipeline_release(run);
    return status;
}

hp_status hp_forecast_measure(hp_pipeline *run, const hp_cost *job, hp_cost *cost, hp_error *err) {
    static const hp_cost typical = {.steps = TYPICAL_STEPS, .sample_steps = TYPICAL_SAMPLE_STEPS};
    const hp_training_options full = run->settings.potential.training;
    *cost = (hp_cost){0};
    HP_CALL(pass(run, &full, job != NULL && job->steps > 0 ? job : &typical, cost, err));
    bool again = job == NULL && is_short(&full, cost);
    HP_CALL(hp_parallel_broadcast(run->comm, &again, sizeof again, err));
    return again ? pass(run, &full, NULL, cost, err) : HP_OK;
}
