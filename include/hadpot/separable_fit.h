// SPDX-License-Identifier: GPL-3.0-or-later
/* Separable potentials fitted to columns,
 *
 *     U(p,p') = sum_m s_m v_m(p) v_m(p'),   S_i = sum_m s_m v_m <v_m, R_i>,   <a,b> = sum_p q a b,
 *
 * s_m = +-1, v_m = sum of Gaussians of given ranges (gaussian_basis.h) with free amplitudes; p is a
 * point of any component (fit_data.h). S is fitted and never divided by R, which may have zeros.
 * From nothing a fit starts with the expansion of Ernst, Shakin and Thaler (est.h) of what the
 * basis takes of S_i, reduced to the rank, with its signs and with other numbers of negative ones
 * (the lowest chi2 counts); then it is Levenberg-Marquardt with the derivatives
 *
 *     d S_i(p)/d v_m(p') = s_m [ delta_pp' <v_m, R_i> + v_m(p) q(p') R_i(p') ].
 *
 * Terms come out in the only form in which they are unique: eigenfunctions of U, v_m = |u_m|^1/2
 * e_m, <e_m,e_n> = delta_mn, largest |u_m| first. Equations: docs/method-separable.md. */
#ifndef HADPOT_SEPARABLE_FIT_H
#define HADPOT_SEPARABLE_FIT_H

#include <stdbool.h>
#include "hadpot/course.h"
#include "hadpot/gaussian_basis.h"

enum { HP_MOST_RANK = 16, HP_MOST_FITTED_RANGES = 8 };

/* Room for one potential: s_m, then the amplitudes of v_m, (rank, ncomponent, count), in 1/L^2,
 * then, where ranges are fitted (basis->fitted), log(b_1/L) and log log(b_2/b_1). */
size_t hp_separable_size(const hp_gaussian_basis *basis, int rank);

/* Ranges that are fitted as param has them. */
void hp_separable_set_ranges(hp_gaussian_basis *basis, int rank, const double *param);

/* v_m of a component at r, at the ranges of the basis. */
double hp_separable_value(const hp_gaussian_basis *basis, int rank, const double *param, int m,
                          int component, double r);

/* The basis of up to HP_MOST_FITTED_RANGES Gaussians with ranges that are fitted, as many as R and
 * S of data (the average) ask for: the least chi2 + prior + parameters log(points), or points
 * log(chi2) where weights know no errors; its ranges are those of that fit. Errors: of
 * hp_separable_fit_create and hp_separable_fit_run. */
hp_status hp_separable_choose(const hp_fit_data *data, int rank, hp_gaussian_basis *basis,
                              hp_error *err);

/* Work space of fits to the points of one data set, made once per rank. */
typedef struct hp_separable_fit hp_separable_fit;

/* data: radii, quadrature and weights (which are borrowed, not copied). fit: out, owned by the
 * caller. Errors: HP_ERR_INPUT for more terms than columns, which do not determine them, or more
 * parameters than points; MEMORY. */
hp_status hp_separable_fit_create(const hp_fit_data *data, const hp_gaussian_basis *basis, int rank,
                                  hp_separable_fit **fit, hp_error *err);
void hp_separable_fit_destroy(hp_separable_fit **fit);

/* Where the next fits are kept and go on from; NULL: nowhere. */
void hp_separable_fit_follow(hp_separable_fit *fit, hp_course *course);

typedef struct hp_separable_report {
    double chi2;
    double prior;     /* of ranges that are fitted, in units of chi2; 0: given ones */
    double decrement; /* what one more Newton step would gain, over chi2 */
    int steps;
    bool converged;
} hp_separable_report;

/* R, S (ncolumn, n). start: parameters of another fit, or NULL; from them, and from nothing, and
 * the better minimum is taken. param: out (hp_separable_size). Errors: HP_ERR_NUMERIC, HP_STOPPED.
 */
hp_status hp_separable_fit_run(hp_separable_fit *fit, const double *R, const double *S,
                               const double *start, double *param, hp_separable_report *report,
                               hp_error *err);

/* sum_m s_m v_m <v_m, R_i> of the latest fit (ncolumn, n), borrowed. */
const double *hp_separable_fit_prediction(const hp_separable_fit *fit);

/* Of the latest fit, with ranges that are given, the covariance (J^T J)^-1 of its amplitudes, in
 * which directions that leave U as it is have no part. Errors: HP_ERR_NUMERIC, MEMORY. */
hp_status hp_separable_fit_covariance(hp_separable_fit *fit, const double *param,
                                      double *covariance, hp_error *err);

#endif
