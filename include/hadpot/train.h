// SPDX-License-Identifier: GPL-3.0-or-later
/* Minimisation of a loss. Not converging is a result, not an error. */
#ifndef HADPOT_TRAIN_H
#define HADPOT_TRAIN_H

#include "hadpot/course.h"
#include "hadpot/jacobian.h"
#include "hadpot/loss.h"
#include "hadpot/normal.h"

/* What a training tells its caller in every epoch of Adam or step of Levenberg-Marquardt. */
typedef struct hp_train_tick {
    int epoch;           /* from 0 */
    double loss;         /* total loss before the update of this epoch */
    const double *param; /* (nparam) after it */
} hp_train_tick;

/* Told every epoch or step; what is not HP_OK ends the training, which returns it. */
typedef hp_status (*hp_train_watcher)(void *context, const hp_train_tick *at, hp_error *err);

/* Whom a fit of several trainings tells, and where it is kept. */
typedef struct hp_tick {
    hp_train_watcher function; /* NULL: nobody */
    void *context;
    hp_course *course; /* NULL: nowhere */
} hp_tick;

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
    hp_train_watcher tick; /* called every epoch; may be NULL */
    void *tick_context;
    hp_course *course; /* what it goes on from, and where it is kept; NULL: nothing is */
} hp_train_options;

/* Outcome of a training. */
typedef struct hp_train_report {
    int epochs;           /* done */
    int limit;            /* of Adam most epochs, of Levenberg-Marquardt steps done + 1: the curve
                             is at hp_train_curve_epoch(limit, ncurve, i) */
    double loss;          /* total loss at the final parameters */
    double last_decrease; /* relative decrease of the loss over the last tenth of the epochs, or in
                             the last step of Levenberg-Marquardt */
    double decrement;     /* what a Newton step would still gain, over the loss; Adam: nan */
    bool converged;       /* Adam: last_decrease below the tolerance, or below 1e-2 when that is 0;
                             Levenberg-Marquardt: decrement below the tolerance */
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
 * Errors: HP_ERR_NUMERIC when the loss is not finite (then param is what led there); HP_STOPPED
 * (stop.h), with the state put into the course; those of tick and course. */
hp_status hp_adam_minimise(hp_adam *adam, hp_loss *loss, const hp_train_options *options,
                           double *param, hp_train_report *report, hp_error *err);

/* A sum of squares as Levenberg-Marquardt sees it, L = |rho(theta)|^2 + kappa |theta_hat|^2 with
 * theta_hat = (theta - mean)/deviation, whatever model rho is of. J = d rho/d theta_hat is stated
 * in some orthonormal directions Q of theta_hat, outside of which rho does not change (jacobian.h).
 * All pointers are borrowed; context is handed to all functions. */
typedef struct hp_least_squares {
    void *context;
    size_t nparam, rows, most_columns;                   /* of theta; of rho; of J */
    double penalty;                                      /* kappa */
    const double *mean, *deviation;                      /* (nparam) */
    size_t nweight;                                      /* the first rows of rho have a weight, */
    const double *root_weight;                           /* (nweight) 0: rho and J are zero there */
    double (*value)(void *context, const double *param); /* L */
    void (*residuals)(void *context, double *rho);       /* (rows) of the latest value */
    /* J (rows, columns), which may be changed, at param, where value was taken last. */
    hp_status (*linearise)(void *context, const double *param, double **J, size_t *columns,
                           hp_error *err);
    void (*expand)(void *context, const double *u, double *step);       /* step = Q u */
    void (*project)(void *context, const double *theta_hat, double *q); /* q = Q^T theta_hat */
} hp_least_squares;

/* Levenberg-Marquardt for such a sum. A step minimises |rho + J d|^2 + kappa |theta_hat + d|^2 +
 * lambda |d|^2 over d; lambda follows the ratio of found to promised decrease (Nielsen,
 * IMM-REP-1999-05). */
typedef struct hp_lm_options {
    int steps;        /* at most; a rejected trial counts */
    double tolerance; /* converged when the decrement g^T H^-1 g, H = J^T J + kappa and g = J^T rho
                         + kappa theta_hat, is below this part of L; a warm fit first moves once,
                         or small differences between samples would be lost */
    bool warm;        /* the start is close to a minimum: begin with hardly any damping */
    int ncurve;
    hp_train_watcher tick; /* called every step; may be NULL */
    void *tick_context;
    hp_course *course; /* what it goes on from, and where it is kept; NULL: nothing is */
} hp_lm_options;

/* Work space of Levenberg-Marquardt for sums of the shape of one, made once per rank. */
typedef struct hp_lm {
    hp_jacobian jacobian; /* of a loss; else empty */
    hp_normal normal;
    size_t nparam;
    int steps_max;
    double *block;
    double *residual;                 /* (rows) rho */
    double *theta_hat, *step, *trial; /* (nparam) */
    double *gradient, *projected, *u; /* (columns) J^T rho, Q^T theta_hat, step in columns */
    double *history;                  /* (steps_max + 1) loss by step */
} hp_lm;

/* lm: out, owned by the caller; steps_max: most steps of any of its minimisations. Errors:
 * HP_ERR_MEMORY. */
hp_status hp_lm_create_for(const hp_least_squares *sum, int steps_max, hp_lm *lm, hp_error *err);
void hp_lm_destroy(hp_lm *lm);

/* Minimise the sum from param[nparam] (in: start; out: the best found). report->epochs counts the
 * steps. Errors: HP_ERR_NUMERIC when value or J are not finite at the start of a step; HP_STOPPED
 * (stop.h), with the state put into the course; those of linearise, tick and course. */
hp_status hp_lm_minimise_sum(hp_lm *lm, const hp_least_squares *sum, const hp_lm_options *options,
                             double *param, hp_train_report *report, hp_error *err);

/* The same for the loss of a potential (loss.h, jacobian.h). */
hp_status hp_lm_create(const hp_loss *loss, int steps_max, hp_lm *lm, hp_error *err);
hp_status hp_lm_minimise(hp_lm *lm, hp_loss *loss, const hp_lm_options *options, double *param,
                         hp_train_report *report, hp_error *err);

#endif
