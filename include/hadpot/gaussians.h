// SPDX-License-Identifier: GPL-3.0-or-later
/* Sums of Gaussians fitted to a function of r: centred ones, V(r) = sum_i a_i exp(-(r/b_i)^2),
 * HAL's standard form of local potentials, and shifted ones, sum_i a_i exp(-((r-c_i)/b_i)^2), that
 * of V2 in the derivative expansion (Iritani et al., PRD 99 (2019) 014514, there p0 exp(-p1
 * (r-p2)^2)).
 */
#ifndef HADPOT_GAUSSIANS_H
#define HADPOT_GAUSSIANS_H

#include <stdbool.h>
#include "hadpot/error.h"

/* Which form, and the number of parameters of each term: a_0, b_0, a_1, b_1, ... or
 * a_0, b_0, c_0, a_1, b_1, c_1, ..., in the units of V and r. */
typedef enum hp_gaussian_form {
    HP_GAUSSIANS_CENTRED = 2,
    HP_GAUSSIANS_SHIFTED = 3
} hp_gaussian_form;

/* A fit of `count` Gaussians to npoint values V(r) with errors. Work space of
 * gsl_multifit_nlinear, made once per rank. */
typedef struct hp_gaussian_fit hp_gaussian_fit;

/* Outcome: chi2 = sum ((V - fit)/error)^2 at the parameters. */
typedef struct hp_gaussian_report {
    double chi2;
    int iterations;
    bool converged; /* by the step or the gradient test of GSL */
} hp_gaussian_report;

/* r, weight (npoint): weight = 1/error^2, 0 leaves a point out; both copied. fit: out, owned by
 * the caller. Errors: HP_ERR_INPUT unless there are more weighted points than parameters. */
hp_status hp_gaussian_fit_create(hp_gaussian_form form, int count, const double *r,
                                 const double *weight, int npoint, hp_gaussian_fit **fit,
                                 hp_error *err);
void hp_gaussian_fit_destroy(hp_gaussian_fit **fit);

/* Levenberg-Marquardt from param[form count] (in: start, out: minimum) to V (npoint); analytic
 * derivatives; ranges come out positive. Errors: HP_ERR_LIBRARY, HP_ERR_NUMERIC. Not converging is
 * reported, not an error. */
hp_status hp_gaussian_fit_minimise(hp_gaussian_fit *fit, const double *V, double *param,
                                   hp_gaussian_report *report, hp_error *err);

/* The best of several fits from nothing: all choices of ranges out of a geometric grid from half
 * the shortest to 0.6 of the longest distance, and for shifted ones of centres out of an equal grid
 * up to the longest distance, are tried with their best amplitudes (linear fits), and the best of
 * them refined. A shifted term that lies beyond the data or between two points is not taken: it is
 * not determined by them, and may be large where they are not. Terms come out ordered by range. r
 * must ascend in each column. Errors: HP_ERR_NUMERIC when no fit is left. */
hp_status hp_gaussian_fit_search(hp_gaussian_fit *fit, const double *V, double *param,
                                 hp_gaussian_report *report, hp_error *err);

/* The sum of `count` terms param[form count] at r. */
double hp_gaussians_value(hp_gaussian_form form, const double *param, int count, double r);

#endif
