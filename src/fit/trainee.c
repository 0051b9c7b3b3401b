// SPDX-License-Identifier: GPL-3.0-or-later
#include "trainee.h"
#include <math.h>
#include <string.h>

/* One call of hp_trainee_train. */
typedef struct training {
    const hp_trainee *trainee;
    hp_training_turn turn;
    const hp_record *record;
    double *vector;
} training;

hp_loss_data hp_trainee_loss_data(const hp_training_options *options, const hp_fit_data *data) {
    return (hp_loss_data){.n = data->n,
                          .ncolumn = data->ncolumn,
                          .r = data->r,
                          .quadrature = data->quadrature,
                          .R = data->R,
                          .S = data->S,
                          .weight = data->weights.weight,
                          .nmode = data->weights.nmode,
                          .mode = data->weights.mode,
                          .mode_factor = data->weights.mode_factor,
                          .cutoff = options->cutoff,
                          .cutoff_weight = options->cutoff_weight,
                          .penalty = options->penalty * data->penalty_unit,
                          .hidden_deviation = options->hidden_deviation};
}

hp_lm_options hp_trainee_lm_options(const hp_training_options *options,
                                    const hp_training_turn *turn) {
    return (hp_lm_options){.steps = options->steps,
                           .tolerance = options->step_tolerance,
                           .warm = turn->warm,
                           .ncurve = HP_CURVE_POINTS,
                           .tick = turn->tick != NULL ? turn->tick->function : NULL,
                           .tick_context = turn->tick != NULL ? turn->tick->context : NULL,
                           .course = turn->tick != NULL ? turn->tick->course : NULL};
}

/* Parameters and report into the vector when the loss is below the one there. */
static void keep_fit(const training *run, const hp_train_report *report) {
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
    memcpy(hp_record_at(record, vector, HP_ROW_PARAM), run->trainee->trial,
           run->trainee->nparam * sizeof *run->trainee->trial);
}

/* Train from the weights in trial. */
static hp_status train_once(const training *run, hp_error *err) {
    double curve[HP_CURVE_POINTS];
    hp_train_report report = {.curve = curve};
    HP_CALL(run->trainee->minimise(run->trainee->context, &run->turn, &report, err));
    keep_fit(run, &report);
    return HP_OK;
}

/* Keep the fit with the lowest loss; one that diverges is lost if another does not. */
static hp_status try_restarts(const training *run, hp_error *err) {
    hp_status status = HP_OK;
    hp_error trouble = HP_ERROR_INIT; /* of the latest restart that diverged */
    const hp_trainee *trainee = run->trainee;
    double *loss = hp_record_at(run->record, run->vector, HP_ROW_LOSS), best = *loss;
    for (int restart = 0; restart < trainee->training->restarts; restart++) {
        HP_TRY(trainee->draw(trainee->context, restart, err));
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
hp_status hp_trainee_train(const hp_trainee *trainee, const hp_record *record, const double *start,
                           const hp_tick *tick, double *vector, hp_error *err) {
    training run = {trainee, {.tick = tick, .sample = start != NULL}, record, vector};
    run.turn.warm = run.turn.sample && trainee->training->warm_start;
    *hp_record_at(record, vector, HP_ROW_LOSS) = INFINITY;
    if (run.turn.sample) {
        double restart = *hp_record_read(record, start, HP_ROW_RESTART);
        HP_CALL(trainee->draw(trainee->context, (int)restart, err));
        if (run.turn.warm)
            memcpy(trainee->trial, hp_record_read(record, start, HP_ROW_PARAM),
                   trainee->nparam * sizeof *trainee->trial);
        HP_CALL(train_once(&run, err));
        *hp_record_at(record, vector, HP_ROW_RESTART) = restart;
    } else {
        HP_CALL(try_restarts(&run, err));
    }
    trainee->value(trainee->context, hp_record_at(record, vector, HP_ROW_PARAM));
    return HP_OK;
}
