// SPDX-License-Identifier: GPL-3.0-or-later
/* Which optimiser runs for how long, and from which weights. */
#include "hadpot/network_fit.h"
#include "trainee.h"

/* These are members of hp_trainee. */
static hp_status draw(void *context, int restart, hp_error *err) {
    hp_network_fit *fit = context;
    HP_CALL(hp_model_draw_weights(&fit->model, (uint64_t)fit->training.seed, (uint64_t)restart,
                                  fit->trial, err));
    hp_loss_set_prior(&fit->loss, fit->trial);
    return HP_OK;
}

/* The whole training, or the warm-up of Levenberg-Marquardt. */
static hp_status run_adam(hp_network_fit *fit, const hp_training_turn *turn,
                          hp_train_report *report, hp_error *err) {
    const hp_training_options *training = &fit->training;
    bool sample = turn->sample;
    hp_train_options options = {.epochs = sample && training->sample_epochs > 0
                                              ? training->sample_epochs
                                              : training->epochs,
                                .learning_rate = sample && training->sample_learning_rate > 0.0
                                                     ? training->sample_learning_rate
                                                     : training->learning_rate,
                                .schedule = training->schedule,
                                .tolerance = training->tolerance,
                                .ncurve = HP_CURVE_POINTS,
                                .course = turn->tick != NULL ? turn->tick->course : NULL};
    if (fit->lm.nparam > 0) {
        options.epochs = training->warm_up_epochs;
        options.learning_rate = training->learning_rate;
        options.tolerance = 0.0;
    } else if (turn->tick != NULL) {
        options.tick = turn->tick->function;
        options.tick_context = turn->tick->context;
    }
    return hp_adam_minimise(&fit->adam, &fit->loss, &options, fit->trial, report, err);
}

static hp_status minimise(void *context, const hp_training_turn *turn, hp_train_report *report,
                          hp_error *err) {
    hp_network_fit *fit = context;
    bool second_order = fit->lm.nparam > 0;
    if (!second_order || (!turn->warm && fit->adam.nparam > 0))
        HP_CALL(run_adam(fit, turn, report, err));
    if (!second_order) return HP_OK;
    hp_lm_options options = hp_trainee_lm_options(&fit->training, turn);
    return hp_lm_minimise(&fit->lm, &fit->loss, &options, fit->trial, report, err);
}

static double value(void *context, const double *param) {
    return hp_loss_value(&((hp_network_fit *)context)->loss, param);
}

hp_status hp_network_fit_train(hp_network_fit *fit, const hp_record *record, const double *start,
                               const hp_tick *tick, double *vector, hp_error *err) {
    const hp_trainee trainee = {.context = fit,
                                .training = &fit->training,
                                .nparam = fit->model.nparam,
                                .trial = fit->trial,
                                .draw = draw,
                                .minimise = minimise,
                                .value = value};
    return hp_trainee_train(&trainee, record, start, tick, vector, err);
}
