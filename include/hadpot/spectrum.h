// SPDX-License-Identifier: GPL-3.0-or-later
/* Masses of hadrons from their two-point functions (docs/method-masses.md). Pure functions; no MPI,
 * no files. Everything is fitted in each sample, so that a mass goes with the correlators of its
 * sample, all samples with the weights of the average. Lattice units. */
#ifndef HADPOT_SPECTRUM_H
#define HADPOT_SPECTRUM_H

#include <stdbool.h>
#include <stddef.h>
#include "hadpot/error.h"
#include "hadpot/sample_rule.h"

/* How a state of mass m depends on t: exp(-m t), or exp(-m t) + exp(-m (T - t)), which both
 * directions of a periodic lattice of T times give. Either: what the data show, of
 * hp_mass_recommend and hp_mass_find_form alone. */
typedef enum hp_mass_form { HP_MASS_EXPONENTIAL, HP_MASS_COSH, HP_MASS_EITHER } hp_mass_form;

/* The two-point function of a hadron, of the average (row 0) and of all N samples; borrowed. */
typedef struct hp_two_point {
    int nt, nrow;        /* times; 1 + N, or 1: there are no errors */
    int first;           /* the first of the consecutive times */
    size_t stride;       /* from row to row */
    const double *value; /* (nrow, nt) */
    hp_sample_rule rule;
    int freedom;    /* independent deviations of the samples (hp_resampling_freedom) */
    int extent;     /* T; 0: not known */
    int limit;      /* the last time of recommended windows, where states that run backwards count
                       beyond it; 0: none do */
    bool symmetric; /* C(t) = C(T - t) within errors, at times that are not among these */
} hp_two_point;

/* Times t_min ... t_max, and what is fitted to them: 1 or 2 states. */
typedef struct hp_mass_window {
    int t_min, t_max, states;
    hp_mass_form form;
} hp_mass_window;

/* mass[(nt - 1) * nrow], row after row: the effective mass of t and t+1, which solves
 *     C(t)/C(t+1) = f(m,t)/f(m,t+1),
 * f the form; ln C(t)/C(t+1) of an exponential. nan where nothing solves it: C changes sign, or
 * (cosh) rises before T/2 or t+1 is beyond. */
void hp_effective_masses(const hp_two_point *two_point, hp_mass_form form, double *mass);

/* One fit of all rows. */
typedef struct hp_mass_fit {
    hp_mass_window window;
    int nrow, points, parameters;
    double *mass;       /* (nrow) of the lowest state, */
    double *amplitude;  /* (nrow) its A in C(t) = A f(m,t), */
    double *gap;        /* (nrow) distance of the next state above it, and */
    double *ratio;      /* (nrow) amplitude of that over the one of the lowest, at t_min; NULL, NULL
                           for one state */
    int failed;         /* rows whose fit did not converge */
    int exact;          /* eigenvalues of the correlation matrix that are not smoothed, <= points */
    bool resolved;      /* two states: the gap is within the limits of what the window can tell */
    double chi2;        /* of the average, */
    double expected;    /* what it is on average in right fits, */
    double probability; /* and in what part of them it is larger; nan: not known */
} hp_mass_fit;

/* Minimise in each row
 *     chi2 = sum_tt' (C - f)(t) W(t,t') (C - f)(t'),
 * W the inverse of the covariance of all samples, whose correlation matrix keeps its `exact`
 * largest eigenvalues while the others become their mean (Michael, McKerrell, Phys. Rev. D 51
 * (1995) 3745): all are kept where independent deviations are 20 times as many as times, else one.
 * fit: out, owned by the caller. Errors: HP_ERR_INPUT for a window that is not there, has fewer
 * times than parameters, or a C in it that is not positive or not finite; HP_ERR_MEMORY;
 * HP_ERR_NUMERIC where eigenvectors are not found. */
hp_status hp_mass_fit_create(const hp_two_point *two_point, const hp_mass_window *window,
                             hp_mass_fit *fit, hp_error *err);
void hp_mass_fit_destroy(hp_mass_fit *fit);

/* C(t) of the fit of a row. */
double hp_mass_fit_value(const hp_mass_fit *fit, const hp_two_point *two_point, int row, double t);

/* Statistical error of rows; nan with fewer than two samples. */
double hp_mass_error(const hp_two_point *two_point, const double *rows);

/* The window that is recommended, and why. */
enum { HP_MASS_REASON = 512 };
typedef struct hp_mass_choice {
    hp_mass_window window;
    bool good;      /* it meets all conditions; else it is the latest there is with a mass */
    double excited; /* of one state: shift of its mass by the second state of a fit that shows one;
                       nan: none does */
    char reason[HP_MASS_REASON];
} hp_mass_choice;

/* The first t_min, of windows that end at t_max, whose fit
 *     describes the data (probability >= HP_MASS_LEAST_PROBABILITY),
 *     gives a mass that agrees with that of every later window within HP_MASS_AGREEMENT errors of
 *     the difference, and
 *     of two states: shows the second, with an amplitude of at least HP_MASS_SEEN of its errors and
 *         a gap that is resolved;
 *     of one: is not moved by more than HP_MASS_EXCITED of its error by such a second state.
 * t_max: the last time up to which C is above 0 with a relative error below HP_MASS_NOISE, up to
 * T/2 and `limit`. No fit with a mass that is not above 0 in all rows is recommended. Either form:
 * cosh where C is symmetric, or where it is good and exponentials are not, or both are and end at
 * T/2, where both directions count alike; the reason says so. states: 1 or 2; 0: two where there is
 * such a window, else one (two where C shows them need no compromise, and their errors are smaller;
 * docs/method-masses.md). Errors: HP_ERR_INPUT where fewer than two times are left, or none of two
 * states; those of the fit. */
#define HP_MASS_LEAST_PROBABILITY 0.05
#define HP_MASS_AGREEMENT 3.0
#define HP_MASS_SEEN 3.0
#define HP_MASS_EXCITED 0.3
#define HP_MASS_NOISE 0.1
hp_status hp_mass_recommend(const hp_two_point *two_point, hp_mass_form form, int states,
                            hp_mass_choice *choice, hp_error *err);

/* The form of a given window, in window->form, which is left alone unless it is HP_MASS_EITHER:
 * cosh where T is known and C is symmetric, or the fit of a cosh describes what exponentials do
 * not. Errors: those of the fit but HP_ERR_INPUT. */
hp_status hp_mass_find_form(const hp_two_point *two_point, hp_mass_window *window, hp_error *err);

#endif
