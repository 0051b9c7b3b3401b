// SPDX-License-Identifier: GPL-3.0-or-later
/* From T to S and to phases (docs/method-smatrix.md):
 *
 *     K_ab = -k_a^(l_a+1/2) T_ab k_b^(l_b+1/2),    S = (1 + iK)/(1 - iK),    S_aa = eta_a exp(2 i
 * delta_a).
 *
 * Two open components of one pair: Stapp, S11 = cos 2e exp(2 i d1), S22 = cos 2e exp(2 i d2),
 * S12 = i sin 2e exp(i(d1+d2)) (Phys. Rev. 105 (1957) 302); Blatt-Biedenharn, K = U^T diag(tan d_a,
 * tan d_b) U, U = [[c,s],[-s,c]], a the one with e -> 0 at threshold (Phys. Rev. 86 (1952) 399). */
#ifndef HADPOT_SMATRIX_H
#define HADPOT_SMATRIX_H

#include "hadpot/coupled.h"

/* All that one energy gives. Entries of open components alone, numbered as in hp_tmatrix; radians.
 * eigenphase[e] with vector[e*nopen + a]; sum = sum of eigenphases = (1/2) arg det S, continuous.
 */
typedef struct hp_phases {
    double energy;
    int nopen, open[HP_MOST_COMPONENTS];
    double k2[HP_MOST_COMPONENTS];
    double complex S[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    double delta[HP_MOST_COMPONENTS], eta[HP_MOST_COMPONENTS];
    bool undefined[HP_MOST_COMPONENTS]; /* |S_aa| so small that delta_a has no meaning */
    double eigenphase[HP_MOST_COMPONENTS];
    double vector[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    double sum;
    bool mixes; /* two open components, of one pair: */
    double stapp[2], stapp_epsilon, blatt[2], blatt_epsilon;
} hp_phases;

/* K (nopen, nopen), S and what follows from it, each phase on its own branch in (-pi/2, pi/2]. Of a
 * charged pair K is that against Coulomb functions, which hp_tmatrix then stands for
 * (docs/method-channels.md). Errors: HP_ERR_NUMERIC. */
hp_status hp_phases_of_t(const hp_channels *channels, const hp_tmatrix *T, hp_phases *phases,
                         hp_error *err);

/* The same at n ascending energies > 0, on continuous branches: sum -> n_bound pi at the lowest
 * threshold, eigenphases by the overlap of their vectors, the others next to the energy before, the
 * rest on its way from the lowest threshold. solve: T at any energy (hp_coupled_solve, or another
 * solver's). Energies between neighbours are inserted until sums move by less than pi/4. An energy
 * without solution has nopen 0. Errors: HP_ERR_INPUT for energies; those of solve if all fail. */
typedef hp_status (*hp_t_function)(double energy, hp_tmatrix *T, void *context, hp_error *err);
hp_status hp_phases_follow(const hp_channels *channels, hp_t_function solve, void *context,
                           const double *energy, int n, int n_bound, double range,
                           hp_phases *phases, hp_error *err);

#endif
