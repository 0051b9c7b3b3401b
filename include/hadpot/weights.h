// SPDX-License-Identifier: GPL-3.0-or-later
/* Weights of a fit to the source term: errors with a floor, and the covariance of the points.
 *
 *     error_eff^2 = error(S)^2 + (floor |S|)^2
 *     C = Cov(S) + diag((floor |S|)^2)          diagonal: error_eff^2
 *
 * Cov = w sum_k (S_ik - mean_k S_ik)(S_jk - mean_k S_jk), w of the rule of the
 * samples (sample_rule.h), of N samples of m points, has rank N-1 at most. With its
 * correlation matrix Corr = Z Z^T, Z_ik = sqrt(w) (S_ik - mean_k S_ik)/error(S_i), it is replaced
 * by one that can be inverted,
 *
 *     shrinkage:       Corr' = (1-b) Corr + b 1                        (b: covariance_parameter)
 *     eigenvalue cut:  Corr' = Corr with eigenvalues below b raised to b
 *
 * both b 1 + G G^T, G of N columns. In units of error_eff, with rho = (error/error_eff)^2, that is
 * C' = D + (rho^1/2 G)(rho^1/2 G)^T, D = 1 - (1-b) rho diagonal. With the orthonormal eigenvectors
 * q_m and eigenvalues kappa_m of W W^T, W = D^-1/2 rho^1/2 G (m, N), found from the N x N matrix
 * W^T W, the whitened residual, of which chi2 is the sum of squares, is
 *
 *     y = x - sum_m f_m q_m (q_m . x),   x = residual / (error_eff sqrt(D)),
 *     f_m = 1 - (1 + kappa_m)^(-1/2).
 *
 * Without floor D = b, and kappa_m = (1-b) lambda_m/b or max(0, lambda_m/b - 1) with the
 * eigenvalues lambda_m of Corr. Nothing of size m x m is formed. See docs/method.md, section 3. */
#ifndef HADPOT_WEIGHTS_H
#define HADPOT_WEIGHTS_H

#include <stdbool.h>
#include "hadpot/error.h"

typedef enum hp_covariance {
    HP_COVARIANCE_NONE,
    HP_COVARIANCE_SHRINKAGE,
    HP_COVARIANCE_EIGENVALUE_CUT
} hp_covariance;

/* The points of a fit; column c is one source and time. All borrowed. */
typedef struct hp_fit_points {
    int n, ncolumn;
    const double *fitted;    /* (n) 1: the radius is fitted, else 0 */
    const double *error_eff; /* (ncolumn, n) > 0 where fitted */
    bool inverse_variance;   /* weights 1/error^2, else 1; a covariance needs the former */
    hp_covariance covariance;
    double parameter;     /* b in (0, 1] */
    int nsample;          /* N, all samples */
    double sample_weight; /* w of their covariance (hp_sample_weight) */
    const double *sample; /* (nsample, ncolumn, n) S of each, less anything common to all, */
    const double *unit; /* (ncolumn) in units of error_eff times this; NULL, 0 without covariance */
} hp_fit_points;

/* Residuals become x = sqrt(weight) residual, then y = x - sum_m mode_factor mode (mode . x). */
typedef struct hp_fit_weights {
    int n, ncolumn;
    double *weight;      /* (ncolumn, n) 1/(error_eff^2 D), or 1; 0: not fitted */
    int nmode;           /* at most N; 0 without covariance */
    double *mode;        /* (nmode, ncolumn, n) q, orthonormal, 0 where not fitted */
    double *mode_factor; /* (nmode) f, from 0 to 1 */
} hp_fit_weights;

/* sqrt(error^2 + (floor value)^2) */
double hp_effective_error(double error, double value, double floor);

/* Columns of one source at several times, whose variances have one dependence on r. */
typedef struct hp_smoothing {
    int n, ncolumn;
    double length;
    const double *r; /* (n) ascending, in the unit of length */
    const double
        *sites; /* (n) of the shells of a cubic lattice (geometry.weight); NULL: no shells */
} hp_smoothing;

/* Variances smoothed: of each point the geometric mean over all radii within `length` and over the
 * columns, each of which keeps the mean of its logarithm. Near the ends of a column the window
 * shrinks to stay symmetric, so that what is exponential in r stays. Shells of more sites have
 * smaller variances: a power of their number, fitted to each column, is taken out before and put
 * back. Variances of 0 are left out and stay 0. variance, smooth: (ncolumn, n), in any unit, not
 * the same array. */
void hp_smooth_variances(const hp_smoothing *along, const double *variance, double *smooth);

/* weights: out, owned by the caller. Operations m N^2 + N^3 with a covariance.
 * Errors: HP_ERR_INTERNAL for a covariance without samples or 1/error^2; HP_ERR_NUMERIC when the
 * eigenvectors are not found or samples are not finite. */
hp_status hp_fit_weights_create(const hp_fit_points *points, hp_fit_weights *weights,
                                hp_error *err);
void hp_fit_weights_destroy(hp_fit_weights *weights);

/* y of x (ncolumn n, width), in its place, each of whose columns is one x. Operations 4 nmode
 * ncolumn n width. */
void hp_fit_weights_whiten(const hp_fit_weights *weights, int width, double *x);

/* |y|^2 of the residual S - prediction (ncolumn, n). No allocation. */
double hp_fit_weights_chi2(const hp_fit_weights *weights, const double *S,
                           const double *prediction);

#endif
