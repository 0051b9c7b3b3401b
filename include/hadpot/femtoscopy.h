// SPDX-License-Identifier: GPL-3.0-or-later
/* Femtoscopic correlation functions of a Gaussian source (Koonin-Pratt, S wave):
 *
 *     S(r) = (4 pi R^2)^(-3/2) exp(-r^2/(4 R^2)),
 *     X(k) = int_0^inf 4 pi r^2 S(r) (|psi_k|^2 - j_0^2) dr,
 *     distinct particles:   C(k) = 1 + w X(k),
 *     identical, spin j:    C(k) = 1 +- exp(-4 k^2 R^2)/(2j+1) + 2 w X(k),   + bosons, - fermions,
 *
 * psi_k(r) = u/(kr), u -> sin(kr + delta); w is the statistical weight of the spin channel (1 for a
 * pair without spin, 1/4 for the singlet of two nucleons). Charged pairs: 1 is replaced by the
 * average of |full Coulomb wave|^2 over the source, sum_l (2l+1) F_l^2/(kr)^2, and j_0 by
 * F_0/(kr). Beside it the formula of Lednicky and Lyuboshitz (Yad. Fiz. 35 (1982) 1316). */
#ifndef HADPOT_FEMTOSCOPY_H
#define HADPOT_FEMTOSCOPY_H

#include "hadpot/interaction.h"

typedef enum hp_statistics {
    HP_STATISTICS_DISTINCT,
    HP_STATISTICS_BOSONS,
    HP_STATISTICS_FERMIONS
} hp_statistics;

/* The pair, and what is common to all of its source radii. */
typedef struct hp_femto_pair {
    hp_statistics statistics;
    double spin;   /* j of each of two identical particles */
    double weight; /* w */
    double coulomb_strength;
} hp_femto_pair;

/* X for source radius R > 0 at k2 > 0: u (n) on the nodes of grid and tan_delta as
 * hp_nystroem_wave gives them; beyond the range sin(kr + delta) or Coulomb functions.
 * Errors: HP_ERR_INPUT for R, HP_ERR_NUMERIC. */
hp_status hp_femto_excess(const hp_quadrature *grid, const double *u, double tan_delta, double k2,
                          double coulomb_strength, double radius, double *X, hp_error *err);

/* C without strong interaction: 1, plus quantum statistics, plus Coulomb. */
hp_status hp_femto_background(const hp_femto_pair *pair, double k2, double radius, double *C,
                              hp_error *err);

/* Factor of X in C: w, or 2 w for identical particles. */
double hp_femto_factor(const hp_femto_pair *pair);

/* X in the approximation of Lednicky and Lyuboshitz for an uncharged pair, with the amplitude
 * f = 1/(kcot - ik):  |f|^2/(2R^2) (1 - r_eff/(2 sqrt(pi) R)) + 2 Re f/(sqrt(pi) R) F1(2kR)
 * - Im f/R F2(2kR),  F1(z) = Dawson(z)/z,  F2(z) = (1 - exp(-z^2))/z. */
double hp_femto_lednicky(double kcot, double effective_range, double k2, double radius);

#endif
