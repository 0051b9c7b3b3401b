// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to scatter: a kernel as a sum of separable terms, for the solvers by integration. */
#ifndef HADPOT_SCATTER_SEPARABLE_H
#define HADPOT_SCATTER_SEPARABLE_H

#include "hadpot/quadrature.h"

/* K_cd(r,r') = sum_m sign_m term_mc(r) term_md(r') on the nodes, that is term_m = sqrt|s_m| v_m; N
 * components. */
typedef struct hp_separable {
    int rank;
    double *sign;     /* (rank) +1 or -1 */
    double *term;     /* (n, N, rank) */
    double *weighted; /* (n, N, rank) weight_i term_mc(r_i) */
} hp_separable;

/* From K (N n, N n), finite and symmetric, row c n + i; owned by the caller. Terms with |s_m| <=
 * tolerance |s|_max, or N n eps |s|_max, are left out. Errors: HP_ERR_NUMERIC, MEMORY. */
hp_status hp_separable_create(const hp_quadrature *grid, int ncomponent, const double *K,
                              double tolerance, hp_separable *terms, hp_error *err);
void hp_separable_destroy(hp_separable *terms);

#endif
