// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to scatter: decaying waves beyond the range, in any partial wave and beside a point-like
 * Coulomb force; docs/method-channels-bound.md, "Tails".
 *
 *     H'' = [kappa^2 + beta/r + l(l+1)/r^2] H,
 *     beta = 0: H = exp(-x) theta_l(x)/r^l, x = kappa r, theta_0 = 1, theta_1 = x + 1,
 *               theta_l = (2l-1) theta_(l-1) + x^2 theta_(l-2); kappa = 0: (2l-1)!!/r^l. */
#ifndef HADPOT_SCATTER_COUPLED_TAIL_H
#define HADPOT_SCATTER_COUPLED_TAIL_H

#include "hadpot/error.h"

/* beta < 0 needs kappa >= |beta|/(2 (l + 1)), the lowest state of the Coulomb force alone. */
typedef struct hp_tail {
    int l;
    double strength, kappa, range; /* beta, kappa >= 0; the end of the range, > 0 */
} hp_tail;

/* gamma = -H'/H at the range. Errors: HP_ERR_NUMERIC. */
hp_status hp_tail_decay(const hp_tail *tail, double *gamma, hp_error *err);

/* value[i] = H(r_i)/H(range) at n ascending r_i >= range. Errors: HP_ERR_NUMERIC. */
hp_status hp_tail_values(const hp_tail *tail, const double *r, int n, double *value, hp_error *err);

/* int_range^inf r^power H_a H_b dr / (H_a H_b)(range), kappa_a + kappa_b > 0. Errors:
 * HP_ERR_NUMERIC. */
hp_status hp_tail_integral(const hp_tail *a, const hp_tail *b, int power, double *integral,
                           hp_error *err);

/* The value at the range of the tail that is exp(-kappa r) (2 kappa r)^(-beta/(2 kappa)) far out,
 * Whittaker's function where beta != 0; kappa > 0. Errors: HP_ERR_NUMERIC. */
hp_status hp_tail_amplitude(const hp_tail *tail, double *value, hp_error *err);

#endif
