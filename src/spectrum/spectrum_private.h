// SPDX-License-Identifier: GPL-3.0-or-later
/* What the files of this folder share. */
#ifndef HADPOT_SPECTRUM_PRIVATE_H
#define HADPOT_SPECTRUM_PRIVATE_H

#include "hadpot/spectrum.h"

enum { HP_MASS_PARAMETERS = 4 }; /* of two states */

/* hp_mass_recommend for one form. */
hp_status hp_mass_recommend_form(const hp_two_point *two_point, hp_mass_form form, int states,
                                 hp_mass_choice *choice, hp_error *err);

/* Weights of the n times of a window, for y(t) = C(t)/C_average(t). */
typedef struct hp_mass_weights {
    int n, exact;
    bool known;     /* there are errors; else all weights are 1 */
    double *block;  /* all arrays */
    double *whiten; /* (n, n) L, W = L^T L */
    double *spread; /* (n, n) L Cov L^T: the covariance of whitened numbers */
} hp_mass_weights;

/* start: index of the first time. Errors: HP_ERR_MEMORY, HP_ERR_NUMERIC. */
hp_status hp_mass_weights_create(const hp_two_point *two_point, int start, int n,
                                 hp_mass_weights *weights, hp_error *err);
void hp_mass_weights_destroy(hp_mass_weights *weights);

/* Expectation of chi2 of right fits with this whitened Jacobian (n, p), and the part of them whose
 * chi2 is larger. Errors: HP_ERR_MEMORY, HP_ERR_NUMERIC. */
hp_status hp_mass_weights_judge(const hp_mass_weights *weights, int freedom, int p,
                                const double *jacobian, double chi2, double *expected,
                                double *probability, hp_error *err);

/* f(m, t) exp(m t0), and its derivative with respect to m at fixed t0. */
double hp_mass_shape(const hp_mass_window *window, int extent, double m, double t, double *d_m);

/* A fit at hand, for other data than those of its rows. */
typedef struct hp_mass_problem {
    const hp_mass_window *window;
    int n, p, extent;
    double low, high; /* limits of ln gap */
    const hp_mass_weights *weights;
    double *block; /* all arrays */
    double *scale; /* (n) C_average(t_min)/C_average(t) */
    double *y;     /* (n) C(t)/C_average(t) of the row */
    double *model, *derivative, *residual, *jacobian, *trial; /* (n), (n, p), (n), (n, p), (n) */
} hp_mass_problem;

/* problem: out, owned by the caller; y is that of the average. Errors: HP_ERR_MEMORY. */
hp_status hp_mass_problem_create(const hp_two_point *two_point, const hp_mass_window *window,
                                 const hp_mass_weights *weights, hp_mass_problem *problem,
                                 hp_error *err);
void hp_mass_problem_destroy(hp_mass_problem *problem);

/* Parameters x of the minimum of chi2, from a start: m, A in units of C_average(t_min), and of two
 * states z with ln gap = low + (high - low) (1 + tanh z)/2, and ratio. Returns chi2; *converged:
 * out. */
double hp_mass_problem_solve(hp_mass_problem *problem, double x[HP_MASS_PARAMETERS],
                             bool *converged);

/* The gap of the parameter z. */
double hp_mass_problem_gap(const hp_mass_problem *problem, double z);

#endif
