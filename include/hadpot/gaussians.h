// SPDX-License-Identifier: GPL-3.0-or-later
/* Sums of Gaussians V(r) = sum_i a_i exp(-(r/b_i)^2) fitted to a function of r, HAL's standard form
 * of local potentials. Parameters: a_0, b_0, a_1, b_1, ..., in the units of V and r. */
#ifndef HADPOT_GAUSSIANS_H
#define HADPOT_GAUSSIANS_H

#include <stdbool.h>
#include "hadpot/error.h"

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
hp_status hp_gaussian_fit_create(int count, const double *r, const double *weight, int npoint,
                                 hp_gaussian_fit **fit, hp_error *err);
void hp_gaussian_fit_destroy(hp_gaussian_fit **fit);

/* Levenberg-Marquardt from param[2 count] (in: start, out: minimum) to V (npoint); analytic
 * derivatives; ranges come out positive. Errors: HP_ERR_LIBRARY, HP_ERR_NUMERIC. Not converging is
 * reported, not an error. */
hp_status hp_gaussian_fit_minimise(hp_gaussian_fit *fit, const double *V, double *param,
                                   hp_gaussian_report *report, hp_error *err);

/* The best of several fits from nothing: all choices of ranges out of a geometric grid from half
 * the shortest to 0.6 of the longest distance are tried with their best amplitudes (linear fits),
 * and the best of them refined. Terms come out ordered by range. r must ascend in each column.
 * Errors: HP_ERR_NUMERIC when no fit is left. */
hp_status hp_gaussian_fit_search(hp_gaussian_fit *fit, const double *V, double *param,
                                 hp_gaussian_report *report, hp_error *err);

/* The sum of `count` terms param[2 count] at r. */
double hp_gaussians_value(const double *param, int count, double r);

#endif
