// SPDX-License-Identifier: GPL-3.0-or-later
/* Femtoscopic correlation functions of coupled channels
 * (Koonin-Pratt-Lednicky-Lyuboshitz-Lyuboshitz formula; Haidenbauer, Nucl. Phys. A 981 (2019) 1):
 * pair and wave 1 are observed, and what the source makes of pair j arrives there too,
 *
 *     X_1(k_1) = int_0^inf 4 pi r^2 S(r) [sum_j w_j |psi_j|^2 - (j_l(k_1 r)/(k_1 r))^2] dr,
 *     |psi_j|^2 = (mu_j/mu_1) |chi_j|^2/(k_1 r^2),      chi = Phi (1 - iK)^-1 e_1,
 *
 * Phi -> k^(-1/2) (j_l + c_l K) the standing-wave columns, closed components with their decaying
 * tails (docs/method-smatrix.md); of charged pairs F_l and G_l stand for j_l and c_l. S(r) and C(k)
 * of X as in femtoscopy.h; no factor 2l+1. */
#ifndef HADPOT_COUPLED_FEMTOSCOPY_H
#define HADPOT_COUPLED_FEMTOSCOPY_H

#include "hadpot/coupled.h"

/* weight: w_j >= 0, how much of each component the source makes beside the observed one, whose own
 * is 1 as a rule. The D wave of a tensor force is a final state of the same pair: its weight is
 * that of its S wave. radius > 0, in L: R of S(r). */
typedef struct hp_femto_channels {
    int observed; /* component 1, open */
    double weight[HP_MOST_COMPONENTS];
    double radius;
} hp_femto_channels;

/* X at T->energy. wave (nopen, N, n): the columns of T on the nodes of grid, both as from
 * hp_coupled_solve. One S wave of weight 1: hp_femto_excess. Errors: HP_ERR_INPUT for a closed
 * component 1, weights, a radius; NUMERIC. */
hp_status hp_coupled_femto_excess(const hp_quadrature *grid, const hp_channels *channels,
                                  const hp_femto_channels *source, const hp_tmatrix *T,
                                  const double *wave, double *X, hp_error *err);

#endif
