// SPDX-License-Identifier: GPL-3.0-or-later
/* The derivative expansion of the non-local potential to next-to-next-to-leading order,
 * U(r,r') = [V0(r) + V2(r) nabla^2] delta3(r-r'), from two sources (Iritani et al., PRD 99 (2019)
 * 014514):
 *
 *     S_s = V0 R_s + V2 nabla^2 R_s = V0 R_s + x K_s,    K = nabla^2 R/(2 mu),    x = 2 mu V2.
 *
 * x has no dimension. In the radial equation 1 - x multiplies u'' and must be positive. */
#ifndef HADPOT_N2LO_H
#define HADPOT_N2LO_H

/* R, K and S of two sources at n radii, each an array of its own; in any normalisation that the
 * three of a source share. */
typedef struct hp_n2lo_columns {
    const double *R[2], *K[2], *S[2]; /* (n) borrowed */
} hp_n2lo_columns;

/* V0[n] and x[n] at each radius by itself; either may be NULL. Where both sources have the same
 * K/R there is no solution: not finite there. */
void hp_n2lo_solve(const hp_n2lo_columns *columns, int n, double *V0, double *x);

/* The terms of interaction.h, w = 2 mu V0/(1 - x) and s = -x/(1 - x), from two_mu_V0 and x < 1. */
void hp_n2lo_interaction(double two_mu_V0, double x, double *w, double *s);

#endif
