// SPDX-License-Identifier: GPL-3.0-or-later
/* Which optimiser runs for how long, and from which weights. */
#include <math.h>
#include <string.h>
#include "hadpot/network_fit.h"

/* One call of hp_network_fit_train. */
typedef struct training_run {
    hp_network_fit *fit;
    const hp_record *record;
    const hp_tick *tick;
    bool sample, warm; /* it starts from another fit: from its prior, or also its weights */
    double *vector;
} training_run;

/* Initial weights into fit->trial, and the prior that goes with them. */
static hp_status draw(hp_network_fit *fit, int restart, hp_error *err) {
    HP_CALL(hp_model_draw_weights(&fit->model, (uint64_t)fit->training.seed, (uint64_t)restart,
                                  fit->trial, err));
    hp_loss_set_prior(&fit->loss, fit->trial);
    return HP_OK;
}

/* The whole training, or the warm-up of Levenberg-Marquardt. */
static hp_status run_adam(const training_run *run, hp_train_report *report, hp_error *err) {
    hp_network_fit *fit = run->fit;
    const hp_training_options *training = &fit->training;
    hp_train_options options = {.epochs = run->sample && training->sample_epochs > 0
                                              ? training->sample_epochs
                                              : training->epochs,
                                .learning_rate = run->sample && training->sample_learning_rate > 0.0
                                                     ? training->sample_learning_rate
                                                     : training->learning_rate,
                                .schedule = training->schedule,
                                .tolerance = training->tolerance,
                                .ncurve = HP_CURVE_POINTS};
    if (fit->lm.nparam > 0) {
        options.epochs = training->warm_up_epochs;
        options.learning_rate = training->learning_rate;
        options.tolerance = 0.0;
    } else if (run->tick != NULL) {
        options.tick = run->tick->function;
        options.tick_context = run->tick->context;
    }
    return hp_adam_minimise(&fit->adam, &fit->loss, &options, fit->trial, report, err);
}

static hp_status run_levenberg_marquardt(const training_run *run, hp_train_report *report,
                                         hp_error *err) {
    hp_network_fit *fit = run->fit;
    hp_lm_options options = {.steps = fit->training.steps,
                             .tolerance = fit->training.step_tolerance,
                             .warm = run->warm,
                             .ncurve = HP_CURVE_POINTS,
                             .tick = run->tick != NULL ? run->tick->function : NULL,
                             .tick_context = run->tick != NULL ? run->tick->context : NULL};
    return hp_lm_minimise(&fit->lm, &fit->loss, &options, fit->trial, report, err);
}

/* Parameters and report into the vector when the loss is below the one there. */
static void keep_fit(const training_run *run, const hp_train_report *report) {
    const hp_record *record = run->record;
    double *vector = run->vector, *loss = hp_record_at(record, vector, HP_ROW_LOSS);
    if (report->loss >= *loss) return;
    *loss = report->loss;
    *hp_record_at(record, vector, HP_ROW_CONVERGED) = report->converged;
    *hp_record_at(record, vector, HP_ROW_EPOCHS) = report->epochs;
    *hp_record_at(record, vector, HP_ROW_DECREASE) = report->last_decrease;
    *hp_record_at(record, vector, HP_ROW_DECREMENT) = report->decrement;
    memcpy(hp_record_at(record, vector, HP_ROW_CURVE), report->curve,
           HP_CURVE_POINTS * sizeof *report->curve);
    for (int i = 0; i < HP_CURVE_POINTS; i++)
        hp_record_at(record, vector, HP_ROW_CURVE_EPOCH)[i] =
            hp_train_curve_epoch(report->limit, HP_CURVE_POINTS, i);
    memcpy(hp_record_at(record, vector, HP_ROW_PARAM), run->fit->trial,
           run->fit->model.nparam * sizeof *run->fit->trial);
}

/* Train from fit->trial. */
static hp_status train_once(const training_run *run, hp_error *err) {
    double curve[HP_CURVE_POINTS];
    hp_train_report report = {.curve = curve};
    bool second_order = run->fit->lm.nparam > 0;
    if (!second_order || (!run->warm && run->fit->adam.nparam > 0))
        HP_CALL(run_adam(run, &report, err));
    if (second_order) HP_CALL(run_levenberg_marquardt(run, &report, err));
    keep_fit(run, &report);
    return HP_OK;
}

/* Keep the fit with the lowest loss; one that diverges is lost if another does not. */
static hp_status try_restarts(const training_run *run, hp_error *err) {
    hp_status status = HP_OK;
    hp_error trouble = HP_ERROR_INIT; /* of the latest restart that diverged */
    double *loss = hp_record_at(run->record, run->vector, HP_ROW_LOSS), best = *loss;
    for (int restart = 0; restart < run->fit->training.restarts; restart++) {
        HP_TRY(draw(run->fit, restart, err));
        hp_error_clear(&trouble);
        status = train_once(run, &trouble);
        if (status != HP_OK && status != HP_ERR_NUMERIC) break;
        if (*loss < best) *hp_record_at(run->record, run->vector, HP_ROW_RESTART) = restart;
        best = *loss;
    }
    if (isfinite(*loss) && status == HP_ERR_NUMERIC) status = HP_OK;
    if (status != HP_OK && err != NULL) *err = trouble;
cleanup:
    return status;
}

/* The average tries training.restarts initial weights. A sample has the prior of the one that won,
 * and starts from the fitted average or (training.warm_start: false) from the same weights. */
hp_status hp_network_fit_train(hp_network_fit *fit, const hp_record *record, const double *start,
                               const hp_tick *tick, double *vector, hp_error *err) {
    training_run run = {fit, record, tick, .sample = start != NULL, .vector = vector};
    run.warm = run.sample && fit->training.warm_start;
    *hp_record_at(record, vector, HP_ROW_LOSS) = INFINITY;
    if (run.sample) {
        double restart = *hp_record_read(record, start, HP_ROW_RESTART);
        HP_CALL(draw(fit, (int)restart, err));
        if (run.warm)
            memcpy(fit->trial, hp_record_read(record, start, HP_ROW_PARAM),
                   fit->model.nparam * sizeof *fit->trial);
        HP_CALL(train_once(&run, err));
        *hp_record_at(record, vector, HP_ROW_RESTART) = restart;
    } else {
        HP_CALL(try_restarts(&run, err));
    }
    hp_loss_value(&fit->loss, hp_record_at(record, vector, HP_ROW_PARAM));
    return HP_OK;
}
