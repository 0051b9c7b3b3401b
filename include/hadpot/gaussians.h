// SPDX-License-Identifier: GPL-3.0-or-later
/* Sums of Gaussians V(r) = sum_i a_i exp(-(r/b_i)^2), with or without a tail + c shape(r; d),
 * fitted to a function of r: HAL's standard forms of local potentials. Parameters: a_0, b_0, a_1,
 * b_1, ..., and c, d of the tail at the end, in the units of V and r. */
#ifndef HADPOT_GAUSSIANS_H
#define HADPOT_GAUSSIANS_H

#include <stdbool.h>
#include "hadpot/error.h"
#include "hadpot/course.h"
#include "hadpot/tail.h"

/* What is summed. */
typedef struct hp_gaussian_form {
    int count; /* of Gaussians */
    hp_tail tail;
} hp_gaussian_form;

/* Gaussians and the tail: half as many as parameters. */
int hp_gaussian_form_terms(const hp_gaussian_form *form);

/* The sum of all terms, param[2 terms], at r. */
double hp_gaussian_form_value(const hp_gaussian_form *form, const double *param, double r);

/* A fit of a form to npoint values V(r) with errors. Work space of gsl_multifit_nlinear, made once
 * per rank. */
typedef struct hp_gaussian_fit hp_gaussian_fit;

/* What the data made of a tail. Outside: d is below half the shortest distance, where V is nearly
 * as singular as 1/r^q, or a range is beyond the longest distance, where the data know nothing of
 * it. Inside: a Gaussian has a longer range than d. Longest: none has, or there is no tail. */
typedef enum hp_tail_role {
    HP_TAIL_OUTSIDE,
    HP_TAIL_INSIDE,
    HP_TAIL_LONGEST,
    HP_TAIL_ROLES
} hp_tail_role;

/* Outcome: chi2 = sum ((V - fit)/error)^2 at the parameters. */
typedef struct hp_gaussian_report {
    double chi2;
    int iterations;
    bool converged; /* by the step or the gradient test of GSL, and not HP_TAIL_OUTSIDE */
    hp_tail_role role;
} hp_gaussian_report;

/* r, weight (npoint): weight = 1/error^2, 0 leaves a point out; all copied. fit: out, owned by
 * the caller. Errors: HP_ERR_INPUT unless there are more weighted points than parameters. */
hp_status hp_gaussian_fit_create(const hp_gaussian_form *form, const double *r,
                                 const double *weight, int npoint, hp_gaussian_fit **fit,
                                 hp_error *err);
void hp_gaussian_fit_destroy(hp_gaussian_fit **fit);

/* Where the next fits are kept and go on from; NULL: nowhere. */
void hp_gaussian_fit_follow(hp_gaussian_fit *fit, hp_course *course);

/* Levenberg-Marquardt from param[2 terms] (in: start, out: minimum) to V (npoint); analytic
 * derivatives; ranges come out positive. Errors: HP_ERR_LIBRARY, HP_ERR_NUMERIC, HP_STOPPED. Not
 * converging is reported, not an error. */
hp_status hp_gaussian_fit_minimise(hp_gaussian_fit *fit, const double *V, double *param,
                                   hp_gaussian_report *report, hp_error *err);

/* The best of several fits from nothing: all choices of ranges out of a geometric grid from half
 * the shortest to 0.6 of the longest distance, d for each choice the best of the same grid, are
 * tried with their best amplitudes (linear fits), and the best of them refined. With a tail this is
 * done twice, first with d above the ranges of Gaussians. The lowest chi2 is taken, but that of
 * HP_TAIL_LONGEST up to 1.5 times the lowest, and HP_TAIL_OUTSIDE only where there is nothing else.
 * Gaussians come out ordered by range. r must ascend in each column. Errors: HP_ERR_NUMERIC when no
 * fit is left; HP_STOPPED. */
hp_status hp_gaussian_fit_search(hp_gaussian_fit *fit, const double *V, double *param,
                                 hp_gaussian_report *report, hp_error *err);

/* The sum of `count` Gaussians param[2 count] at r. */
double hp_gaussians_value(const double *param, int count, double r);

#endif
