// SPDX-License-Identifier: GPL-3.0-or-later
/* What trains, for the average and for samples: restarts, warm starts and what is stored are the
 * same for networks of one S wave and of matrices. */
#ifndef HADPOT_FIT_TRAINEE_H
#define HADPOT_FIT_TRAINEE_H

#include "hadpot/network_fit.h"

/* One training from the weights in trial. */
typedef struct hp_training_turn {
    const hp_tick *tick;
    bool sample, warm; /* it starts from another fit: from its prior, or also its weights */
} hp_training_turn;

/* A network with its loss. All pointers are borrowed; context is handed to all functions. */
typedef struct hp_trainee {
    void *context;
    const hp_training_options *training;
    size_t nparam;
    double *trial; /* (nparam) */
    /* Initial weights into trial, and the prior that goes with them. */
    hp_status (*draw)(void *context, int restart, hp_error *err);
    hp_status (*minimise)(void *context, const hp_training_turn *turn, hp_train_report *report,
                          hp_error *err);
    double (*value)(void *context, const double *param);
} hp_trainee;

/* hp_network_fit_train for it. */
hp_status hp_trainee_train(const hp_trainee *trainee, const hp_record *record, const double *start,
                           const hp_tick *tick, double *vector, hp_error *err);

/* What a loss is made of: the columns of data, which it borrows, cutoff and penalty of options. */
hp_loss_data hp_trainee_loss_data(const hp_training_options *options, const hp_fit_data *data);

/* The options of Levenberg-Marquardt for a turn. */
hp_lm_options hp_trainee_lm_options(const hp_training_options *training,
                                    const hp_training_turn *turn);

#endif
