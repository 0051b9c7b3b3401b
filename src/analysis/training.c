// SPDX-License-Identifier: GPL-3.0-or-later
/* Which optimiser runs for how long, and from which weights. */
#include <math.h>
#include <string.h>
#include "parts.h"

static hp_status try_restarts(hp_analysis *analysis, const hp_tick *tick, double *vector,
                              hp_error *err);
static hp_status draw(hp_analysis *analysis, int restart, hp_error *err);
static hp_status train_once(hp_analysis *analysis, bool sample, bool warm, const hp_tick *tick,
                            double *vector, hp_error *err);
static hp_status run_adam(hp_analysis *analysis, bool sample, const hp_tick *tick,
                          hp_train_report *report, hp_error *err);
static hp_status run_levenberg_marquardt(hp_analysis *analysis, bool warm, const hp_tick *tick,
                                         hp_train_report *report, hp_error *err);
static void keep_fit(hp_analysis *analysis, const hp_train_report *report, double *vector);

hp_status hp_analysis_create_training(hp_analysis *analysis, hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_job_training *training = &analysis->job->training;
    int epochs = training->warm_up_epochs;
    if (strcmp(training->optimiser, "adam") == 0)
        epochs =
            training->epochs > training->sample_epochs ? training->epochs : training->sample_epochs;
    else
        HP_TRY(hp_lm_create(&analysis->loss, training->steps, &analysis->lm, err));
    if (epochs > 0) HP_TRY(hp_adam_create(analysis->model.nparam, epochs, &analysis->adam, err));
cleanup:
    return status;
}

/* The average tries training.restarts initial weights. A sample has the prior of the one that won,
 * and starts from the fitted average or (training.warm_start: false) from the same weights. */
hp_status hp_analysis_train(hp_analysis *analysis, const double *start, const hp_tick *tick,
                            double *vector, hp_error *err) {
    hp_status status = HP_OK;
    const hp_layout *layout = &analysis->layout;
    bool sample = start != NULL, warm = sample && analysis->job->training.warm_start;
    *hp_layout_at(layout, vector, HP_SET_LOSS) = INFINITY;
    if (!sample) {
        HP_TRY(try_restarts(analysis, tick, vector, err));
        goto cleanup;
    }
    double restart = *hp_layout_read(layout, start, HP_SET_RESTART);
    HP_TRY(draw(analysis, (int)restart, err));
    if (warm)
        memcpy(analysis->trial, hp_layout_read(layout, start, HP_SET_PARAM),
               analysis->model.nparam * sizeof *analysis->trial);
    HP_TRY(train_once(analysis, sample, warm, tick, vector, err));
    *hp_layout_at(layout, vector, HP_SET_RESTART) = restart;
cleanup:
    return status;
}

/* Keep the fit with the lowest loss; one that diverges is lost if another does not. */
static hp_status try_restarts(hp_analysis *analysis, const hp_tick *tick, double *vector,
                              hp_error *err) {
    hp_status status = HP_OK;
    hp_error trouble = HP_ERROR_INIT; /* of the latest restart that diverged */
    double *loss = hp_layout_at(&analysis->layout, vector, HP_SET_LOSS), best = *loss;
    for (int restart = 0; restart < analysis->job->training.restarts; restart++) {
        HP_TRY(draw(analysis, restart, err));
        hp_error_clear(&trouble);
        status = train_once(analysis, false, false, tick, vector, &trouble);
        if (status != HP_OK && status != HP_ERR_NUMERIC) break;
        if (*loss < best) *hp_layout_at(&analysis->layout, vector, HP_SET_RESTART) = restart;
        best = *loss;
    }
    if (isfinite(*loss) && status == HP_ERR_NUMERIC) status = HP_OK;
    if (status != HP_OK && err != NULL) *err = trouble;
cleanup:
    return status;
}

/* Initial weights into analysis->trial, and the prior that goes with them. */
static hp_status draw(hp_analysis *analysis, int restart, hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(hp_model_draw_weights(&analysis->model, (uint64_t)analysis->job->training.seed,
                                 (uint64_t)restart, analysis->trial, err));
    hp_loss_set_prior(&analysis->loss, analysis->trial);
cleanup:
    return status;
}

/* Train from analysis->trial. */
static hp_status train_once(hp_analysis *analysis, bool sample, bool warm, const hp_tick *tick,
                            double *vector, hp_error *err) {
    hp_status status = HP_OK;
    double curve[HP_CURVE_POINTS];
    hp_train_report report = {.curve = curve};
    bool second_order = analysis->lm.nparam > 0;
    if (!second_order || (!warm && analysis->adam.nparam > 0))
        HP_TRY(run_adam(analysis, sample, tick, &report, err));
    if (second_order) HP_TRY(run_levenberg_marquardt(analysis, warm, tick, &report, err));
    keep_fit(analysis, &report, vector);
cleanup:
    return status;
}

/* The whole training, or the warm-up of Levenberg-Marquardt. */
static hp_status run_adam(hp_analysis *analysis, bool sample, const hp_tick *tick,
                          hp_train_report *report, hp_error *err) {
    const struct hp_job_training *training = &analysis->job->training;
    hp_train_options options = {
        .epochs =
            sample && training->sample_epochs > 0 ? training->sample_epochs : training->epochs,
        .learning_rate = sample && training->sample_learning_rate > 0.0
                             ? training->sample_learning_rate
                             : training->learning_rate,
        .schedule =
            strcmp(training->schedule, "cosine") == 0 ? HP_SCHEDULE_COSINE : HP_SCHEDULE_CONSTANT,
        .tolerance = training->tolerance,
        .ncurve = HP_CURVE_POINTS};
    if (analysis->lm.nparam > 0) {
        options.epochs = training->warm_up_epochs;
        options.learning_rate = training->learning_rate;
        options.tolerance = 0.0;
    } else if (tick != NULL) {
        options.tick = tick->function;
        options.tick_context = tick->context;
    }
    return hp_adam_minimise(&analysis->adam, &analysis->loss, &options, analysis->trial, report,
                            err);
}

static hp_status run_levenberg_marquardt(hp_analysis *analysis, bool warm, const hp_tick *tick,
                                         hp_train_report *report, hp_error *err) {
    const struct hp_job_training *training = &analysis->job->training;
    hp_lm_options options = {.steps = training->steps,
                             .tolerance = training->step_tolerance,
                             .warm = warm,
                             .ncurve = HP_CURVE_POINTS,
                             .tick = tick != NULL ? tick->function : NULL,
                             .tick_context = tick != NULL ? tick->context : NULL};
    return hp_lm_minimise(&analysis->lm, &analysis->loss, &options, analysis->trial, report, err);
}

/* Parameters and report into vector when the loss is below the one there. */
static void keep_fit(hp_analysis *analysis, const hp_train_report *report, double *vector) {
    const hp_layout *layout = &analysis->layout;
    double *loss = hp_layout_at(layout, vector, HP_SET_LOSS);
    if (report->loss >= *loss) return;
    *loss = report->loss;
    *hp_layout_at(layout, vector, HP_SET_CONVERGED) = report->converged;
    *hp_layout_at(layout, vector, HP_SET_EPOCHS) = report->epochs;
    *hp_layout_at(layout, vector, HP_SET_DECREASE) = report->last_decrease;
    *hp_layout_at(layout, vector, HP_SET_DECREMENT) = report->decrement;
    memcpy(hp_layout_at(layout, vector, HP_SET_CURVE), report->curve,
           HP_CURVE_POINTS * sizeof *report->curve);
    for (int i = 0; i < HP_CURVE_POINTS; i++)
        hp_layout_at(layout, vector, HP_SET_CURVE_EPOCH)[i] =
            hp_train_curve_epoch(report->limit, HP_CURVE_POINTS, i);
    memcpy(hp_layout_at(layout, vector, HP_SET_PARAM), analysis->trial,
           analysis->model.nparam * sizeof *analysis->trial);
}
