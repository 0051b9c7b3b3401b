// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/train.h"
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"

/* Moments of Kingma and Ba (2015), PyTorch's defaults. */
static const double BETA1 = 0.9, BETA2 = 0.999, EPSILON = 1e-8;

/* A run of fixed length counts as converged when its last tenth gained less than this. */
static const double FIXED_RUN_TOLERANCE = 1e-2;

/* Epochs over which, at least, a loss is compared, and for which it must have been at rest. */
enum { WINDOW = 100 };

hp_status hp_adam_create(size_t nparam, int epochs_max, hp_adam *adam, hp_error *err) {
    memset(adam, 0, sizeof *adam);
    adam->nparam = nparam;
    adam->epochs_max = epochs_max;
    return hp_alloc_parts(&adam->gradient,
                          HP_PARTS({&adam->gradient, nparam}, {&adam->first, nparam},
                                   {&adam->second, nparam}, {&adam->history, (size_t)epochs_max}),
                          err);
}

void hp_adam_destroy(hp_adam *adam) {
    if (adam == NULL) return;
    hp_free(adam->gradient);
    memset(adam, 0, sizeof *adam);
}

int hp_train_curve_epoch(int epochs, int ncurve, int i) {
    return (int)((long long)(epochs - 1) * i / (ncurve - 1));
}

static void update(hp_adam *adam, int epoch, const hp_train_options *options,
                   double *restrict param) {
    double *restrict first = adam->first, *restrict second = adam->second;
    const double *restrict gradient = adam->gradient;
    double phase = M_PI * (double)epoch / (double)options->epochs;
    double rate = options->schedule == HP_SCHEDULE_CONSTANT
                      ? options->learning_rate
                      : 0.5 * options->learning_rate * (1.0 + cos(phase));
    double step = rate / (1.0 - pow(BETA1, epoch + 1));
    double unbias = 1.0 / sqrt(1.0 - pow(BETA2, epoch + 1));
    for (size_t i = 0; i < adam->nparam; i++) {
        first[i] = BETA1 * first[i] + (1.0 - BETA1) * gradient[i];
        second[i] = BETA2 * second[i] + (1.0 - BETA2) * gradient[i] * gradient[i];
        param[i] -= step * first[i] / (sqrt(second[i]) * unbias + EPSILON);
    }
}

/* Relative decrease from the loss a tenth of `epochs` (at least 100) before to the latest one; a
 * rise counts as its size. */
static double decrease_over_last_tenth(const double *history, int epochs, double latest) {
    int back = epochs / 10 > WINDOW ? epochs / 10 : WINDOW;
    double before = history[epochs > back ? epochs - back : 0];
    return before > 0.0 ? fabs(before - latest) / before : 0.0;
}

hp_status hp_adam_minimise(hp_adam *adam, hp_loss *loss, const hp_train_options *options,
                           double *param, hp_train_report *report, hp_error *err) {
    HP_REQUIRE(options->epochs <= adam->epochs_max, HP_ERR_INTERNAL, "%d epochs, room for %d",
               options->epochs, adam->epochs_max);
    memset(adam->first, 0, adam->nparam * sizeof *adam->first);
    memset(adam->second, 0, adam->nparam * sizeof *adam->second);
    int at_rest = 0; /* epochs in a row */
    report->epochs = 0;
    report->limit = options->epochs;
    while (report->epochs < options->epochs) {
        int epoch = report->epochs++;
        adam->history[epoch] = hp_loss_gradient(loss, param, adam->gradient);
        HP_REQUIRE(isfinite(adam->history[epoch]), HP_ERR_NUMERIC,
                   "the loss is not finite in epoch %d; %s", epoch,
                   epoch > 0 ? "a smaller training.learning_rate may help"
                             : "the potential it starts from is too large: see potential.scale, "
                               "local_scale and the initial values");
        update(adam, epoch, options, param);
        if (options->tick != NULL)
            HP_CALL(options->tick(options->tick_context,
                                  &(hp_train_tick){epoch, adam->history[epoch], param}, err));
        bool rests = options->tolerance > 0.0 && epoch >= WINDOW &&
                     decrease_over_last_tenth(adam->history, epoch, adam->history[epoch]) <
                         options->tolerance;
        at_rest = rests ? at_rest + 1 : 0;
        if (at_rest >= WINDOW) break; /* once alone may be a crossing of an oscillating loss */
    }
    report->loss = hp_loss_value(loss, param);
    HP_REQUIRE(isfinite(report->loss), HP_ERR_NUMERIC, "the loss is not finite after training");
    report->last_decrease = decrease_over_last_tenth(adam->history, report->epochs, report->loss);
    double limit = options->tolerance > 0.0 ? options->tolerance : FIXED_RUN_TOLERANCE;
    report->decrement = NAN;
    report->converged = at_rest >= WINDOW || report->last_decrease < limit;
    for (int i = 0; report->curve != NULL && i < options->ncurve; i++) {
        int epoch = hp_train_curve_epoch(options->epochs, options->ncurve, i);
        report->curve[i] = epoch < report->epochs ? adam->history[epoch] : report->loss;
    }
    return HP_OK;
}
