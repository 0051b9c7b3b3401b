// SPDX-License-Identifier: GPL-3.0-or-later
/* Minimisation of a loss. Not converging is a result, not an error. */
#ifndef HADPOT_TRAIN_H
#define HADPOT_TRAIN_H

#include "hadpot/loss.h"

typedef enum hp_schedule { HP_SCHEDULE_CONSTANT, HP_SCHEDULE_COSINE } hp_schedule;

/* Adam (Kingma, Ba 2015) with the papers' moments; the rate is constant or falls from
 * learning_rate to zero like half a cosine. */
typedef struct hp_train_options {
    int epochs;
    double learning_rate;
    hp_schedule schedule;
    double tolerance; /* stop when the loss changed by less than this fraction over the last tenth
                         of the epochs done (at least 100), 100 epochs in a row; 0: run all */
    int ncurve;       /* points kept of the loss curve, at least 2 */
    void (*tick)(void *context); /* called every epoch; may be NULL */
    void *tick_context;
} hp_train_options;

/* Outcome of a training. */
typedef struct hp_train_report {
    int epochs;           /* done */
    double loss;          /* total loss at the final parameters */
    double last_decrease; /* relative decrease of the loss over the last tenth of the epochs */
    bool converged;       /* last_decrease below the tolerance, or below 1e-2 when that is 0 */
    double *curve;        /* (ncurve) loss before the update of epoch hp_train_curve_epoch(i); not
                             owned, NULL: not wanted */
} hp_train_report;

/* Epoch of point i of the loss curve: 0 for the first, epochs - 1 for the last. */
int hp_train_curve_epoch(int epochs, int ncurve, int i);

/* Work space of an optimiser for nparam parameters, made once per rank. */
typedef struct hp_adam {
    size_t nparam;
    double *gradient, *first, *second; /* (nparam) gradient and its running moments */
    double *history;                   /* (epochs_max) loss by epoch */
    int epochs_max;
} hp_adam;

hp_status hp_adam_create(size_t nparam, int epochs_max, hp_adam *adam, hp_error *err);
void hp_adam_destroy(hp_adam *adam);

/* Minimise the loss from param[nparam] (in: start; out: the parameters of the last epoch).
 * Errors: HP_ERR_NUMERIC when the loss is not finite (then param is what led there). */
hp_status hp_adam_minimise(hp_adam *adam, hp_loss *loss, const hp_train_options *options,
                           double *param, hp_train_report *report, hp_error *err);

#endif
