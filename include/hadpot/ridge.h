// SPDX-License-Identifier: GPL-3.0-or-later
/* A function of r as a sum of Gaussians of given ranges, sum_i a_i exp(-(r/b_i)^2), whose
 * amplitudes have a Gaussian prior around 0: linear, so that there is one solution for any data,
 *
 *     sum_r w_r (f_r - sum_i a_i exp(-(r/b_i)^2))^2 + sum_i a_i^2/deviation^2 = min,
 *
 * and it stays below a bound at all r: where it would not, the deviation is made smaller until it
 * just touches it. */
#ifndef HADPOT_RIDGE_H
#define HADPOT_RIDGE_H

#include "hadpot/error.h"

typedef struct hp_ridge_options {
    int n, count;
    const double *r, *weight; /* (n) weights 1/error^2, 0 leaves a point out */
    const double *range;      /* (count) b_i > 0, units of r */
    double deviation;         /* of the prior, units of f */
    double most;              /* bound of the sum, > 0 */
} hp_ridge_options;

/* Work space of fits to the same points. */
typedef struct hp_ridge hp_ridge;

/* Everything is copied. ridge: out, owned by the caller. Errors: HP_ERR_MEMORY, HP_ERR_NUMERIC. */
hp_status hp_ridge_create(const hp_ridge_options *options, hp_ridge **ridge, hp_error *err);
void hp_ridge_destroy(hp_ridge **ridge);

/* amplitude[count] of f[n], of which points without weight are not read. */
void hp_ridge_fit(const hp_ridge *ridge, const double *f, double *amplitude);

#endif
