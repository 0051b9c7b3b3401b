// SPDX-License-Identifier: GPL-3.0-or-later
/* Training of the ensemble average of jobs/omega_ccc/job.yaml: the full Adam run, and
 * Levenberg-Marquardt on the same network, loss and initial weights until it is below Adam's final
 * loss, one thread, training alone.
 *
 *     bench_omega [LM STEPS [key.path=value ...]]
 *
 * Needs data/omega_ccc.h5 (hadpot synth jobs/omega_ccc/synth.yaml); run in the project's folder. */
#include <cblas.h>
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../../src/pipeline/shared_job.h"
#include "../../src/pipeline/leading_order.h"
#include "../../src/potential/classes.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/options.h"
#include "hadpot/resampled.h"
#include "hadpot/units.h"

enum { MAX_STEPS = 1000, ROUNDS = 3 };

/* The analysis of a job, its average row read. */
typedef struct {
    hp_comm comm;
    hp_job *job;
    hp_analysis_options options;
    hp_ensemble ensemble;
    hp_ingest ingest;
    hp_resampling resampling;
    hp_correlator_plan plan;
    hp_lo_errors errors;
    hp_analysis analysis;
    hp_network_fit *fit;   /* inside the analysis */
    double *start, *param; /* (nparam) initial and trained weights */
} bench;

/* Clock at the end of each step. */
typedef struct {
    int count;
    double clock[MAX_STEPS + 1];
} stamps;

static hp_status bench_open(char *const *overrides, int noverrides, bench *b, hp_error *err);
static hp_status set_correlator(bench *b, const double *row, hp_error *err);
static void bench_close(bench *b);
static hp_status compare(bench *b, int steps, hp_error *err);
static hp_status run_adam(bench *b, double *loss, double *seconds, hp_error *err);
static hp_status run_lm(bench *b, int steps, double *history, stamps *clock, hp_error *err);
static hp_status note_time(void *context, const hp_train_tick *at, hp_error *err);

int main(int argc, char **argv) {
    hp_error err = HP_ERROR_INIT;
    bench b = {0};
    int steps = argc > 1 ? atoi(argv[1]) : 100;
    MPI_Init(&argc, &argv);
    gsl_set_error_handler_off();
    openblas_set_num_threads(1);
    hp_status status = bench_open(argv + 2, argc > 2 ? argc - 2 : 0, &b, &err);
    if (status == HP_OK) status = compare(&b, steps < MAX_STEPS ? steps : MAX_STEPS, &err);
    if (status != HP_OK) hp_log_error(&err);
    bench_close(&b);
    MPI_Finalize();
    return status == HP_OK ? 0 : 1;
}

static hp_status bench_open(char *const *overrides, int noverrides, bench *b, hp_error *err) {
    hp_status status = HP_OK;
    char *text = NULL;
    double *row = NULL;
    HP_TRY(hp_parallel_wrap(MPI_COMM_WORLD, &b->comm, err));
    HP_TRY(hp_config_merge(&hp_job_schema, "jobs/omega_ccc/job.yaml", overrides, noverrides, &text,
                           err));
    HP_TRY(hp_job_parse(text, &b->job, err));
    HP_TRY(hp_ensemble_open(&b->comm, b->job->ensemble, &b->ensemble, err));
    HP_TRY(hp_options_of_run(b->job, hp_spacing_fm(b->ensemble.inverse_spacing_mev), &b->options,
                             err));
    HP_TRY(hp_job_create_ingest(b->job, &b->ensemble, b->job->resampling.bin, &b->ingest, err));
    HP_TRY(hp_job_create_resampling(b->job, &b->ingest, &b->resampling, err));
    HP_TRY(hp_correlator_plan_create(&b->ensemble, b->job->fit.sources.values,
                                     b->job->fit.sources.count, b->job->fit.times.values,
                                     b->job->fit.times.count, &b->plan, err));
    hp_correlator_plan_mark(&b->plan, b->ingest.part);
    HP_TRY(hp_ingest_read(&b->ingest, err));
    HP_TRY(hp_leading_order_estimate(&b->options, &b->resampling, &b->plan, &b->errors, err));
    HP_TRY(hp_leading_order_gather(&b->options, &b->resampling, &b->plan, &b->errors, err));
    HP_TRY(hp_analysis_create(&b->options, &b->plan, &b->errors, &b->analysis, err));
    b->fit = hp_potential_network(&b->analysis.study.potential);
    HP_NEW(b->start, 2 * b->fit->model.nparam);
    b->param = b->start + b->fit->model.nparam;
    HP_TRY(
        hp_model_draw_weights(&b->fit->model, (uint64_t)b->job->training.seed, 0, b->start, err));
    HP_NEW(row, hp_ensemble_row_length(&b->ensemble));
    hp_ingest_mean(&b->ingest, row);
    HP_TRY(set_correlator(b, row, err));
cleanup:
    hp_free(text);
    hp_free(row);
    return status;
}

/* R and S of the average, one column, normalised, into the loss. */
static hp_status set_correlator(bench *b, const double *row, hp_error *err) {
    hp_status status = HP_OK;
    hp_fit_data *data = &b->analysis.study.data;
    const hp_correlator *correlator = &b->analysis.correlator;
    hp_pair pair = hp_pair_of_row(b->plan.masses, 0);
    HP_TRY(hp_correlator_compute(&b->plan, &pair, row, &b->analysis.correlator, err));
    for (int r = 0; r < data->n; r++) {
        data->R[r] = correlator->R[r] / data->normalisation[0];
        data->S[r] = correlator->S[r] / data->normalisation[0];
    }
    hp_loss_set_correlator(&b->fit->loss, data->R, data->S);
    hp_loss_set_prior(&b->fit->loss, b->start);
cleanup:
    return status;
}

static void bench_close(bench *b) {
    hp_free(b->start);
    hp_analysis_destroy(&b->analysis);
    hp_lo_errors_destroy(&b->errors);
    hp_correlator_plan_destroy(&b->plan);
    hp_resampling_destroy(&b->resampling);
    hp_ingest_destroy(&b->ingest);
    hp_ensemble_close(&b->ensemble);
    hp_job_free(&b->job);
}

/* The two in turn, so that both meet the same machine. */
static hp_status compare(bench *b, int steps, hp_error *err) {
    hp_status status = HP_OK;
    static double history[MAX_STEPS + 1];
    static stamps clock;
    double loss, seconds;
    for (int round = 0; round < ROUNDS; round++) {
        HP_TRY(run_adam(b, &loss, &seconds, err));
        HP_TRY(run_lm(b, steps, history, &clock, err));
        int below = 0;
        while (below < clock.count && !(history[below] < loss)) below++;
        double elapsed = clock.clock[below] - clock.clock[0];
        printf("Adam %d epochs: loss %.4e in %.3f s;  Levenberg-Marquardt: loss %.4e after %d "
               "steps, %.4f s (%.2f ms a step), ratio %.1f%s\n",
               b->job->training.epochs, loss, seconds, history[below], below, elapsed,
               below > 0 ? 1e3 * elapsed / below : 0.0, seconds / elapsed,
               history[below] < loss ? "" : ": NOT below");
    }
    printf("# step, ms, loss of the last round\n");
    for (int i = 0; i <= clock.count; i += i < 20 ? 1 : 10)
        printf("%4d %8.2f %.4e\n", i, 1e3 * (clock.clock[i] - clock.clock[0]), history[i]);
cleanup:
    return status;
}

static hp_status run_adam(bench *b, double *loss, double *seconds, hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_job_training *training = &b->job->training;
    hp_train_options options = {.epochs = training->epochs,
                                .learning_rate = training->learning_rate,
                                .schedule = strcmp(training->schedule, "cosine") == 0
                                                ? HP_SCHEDULE_COSINE
                                                : HP_SCHEDULE_CONSTANT,
                                .ncurve = 2};
    hp_train_report report = {0};
    memcpy(b->param, b->start, b->fit->model.nparam * sizeof *b->param);
    double start = hp_clock_seconds();
    HP_TRY(hp_adam_minimise(&b->fit->adam, &b->fit->loss, &options, b->param, &report, err));
    *seconds = hp_clock_seconds() - start;
    *loss = report.loss;
cleanup:
    return status;
}

/* history[0 .. clock->count] of the loss. */
static hp_status run_lm(bench *b, int steps, double *history, stamps *clock, hp_error *err) {
    hp_status status = HP_OK;
    hp_lm lm = {0};
    hp_lm_options options = {
        .steps = steps, .tolerance = 1e-12, .ncurve = 2, .tick = note_time, .tick_context = clock};
    hp_train_report report = {0};
    memcpy(b->param, b->start, b->fit->model.nparam * sizeof *b->param);
    HP_TRY(hp_lm_create(&b->fit->loss, steps, &lm, err));
    clock->count = 0;
    clock->clock[0] = hp_clock_seconds();
    HP_TRY(hp_lm_minimise(&lm, &b->fit->loss, &options, b->param, &report, err));
    memcpy(history, lm.history, ((size_t)clock->count + 1) * sizeof *history);
cleanup:
    hp_lm_destroy(&lm);
    return status;
}

static hp_status note_time(void *context, const hp_train_tick *at, hp_error *err) {
    (void)err;
    stamps *clock = context;
    (void)at;
    clock->clock[++clock->count] = hp_clock_seconds();
    return HP_OK;
}
