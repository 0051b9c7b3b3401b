// SPDX-License-Identifier: GPL-3.0-or-later
/* From T to S and to phases (docs/method-smatrix.md):
 *
 *     K_ab = -k_a^(l_a+1/2) T_ab k_b^(l_b+1/2)  (charged pairs: coupled.h),
 *     S = (1 + iK)/(1 - iK),    S_aa = eta_a exp(2i delta_a).
 *
 * Two open components of one pair, 1 the lower l: Stapp, S11 = cos 2e exp(2i d1), S22 = cos 2e
 * exp(2i d2), S12 = i sin 2e exp(i(d1+d2)), |e| <= pi/4 (Phys. Rev. 105 (1957) 302); Blatt-
 * Biedenharn, K = U^T diag(tan d_a, tan d_b) U, U = [[c,s],[-s,c]], a the one with e -> 0 at
 * threshold (Phys. Rev. 86 (1952) 399). Of charged pairs all phases are those against Coulomb
 * functions. */
#ifndef HADPOT_SMATRIX_H
#define HADPOT_SMATRIX_H

#include "hadpot/coupled.h"

/* All that one energy gives. Entries of open components alone, numbered as in hp_tmatrix; radians.
 * eigenphase[e] with vector[e*nopen + a], number e the one that belongs to component e at its
 * threshold; sum = sum of eigenphases = (1/2) arg det S. stapp[i] = delta[i] and blatt[i] =
 * eigenphase[i] belong to open component i; the epsilons to the order of l. */
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

/* One energy by itself: each phase on its own branch in (-pi/2, pi/2], eigenphase e the one of
 * whose vector most is component e. Errors: HP_ERR_NUMERIC where K is not finite or nothing is
 * open. */
hp_status hp_phases_of_t(const hp_channels *channels, const hp_tmatrix *T, hp_phases *phases,
                         hp_error *err);

/* The same at n ascending energies > 0, on continuous branches: sum -> n_bound pi at the lowest
 * threshold, where the lowest l has all of it (one pair of opposite charges: between (n_bound - 1)
 * pi and n_bound pi); what opens later begins with 0; delta_1 + delta_2 = sum where two are open.
 * solve: T at any energy (hp_coupled_solve, or another solver's). On the way steps of range sum k
 * are pi at most (pi/4 where T->sign is 0), and energies between neighbours are inserted until no
 * phase moves by more than pi/4 and no eigenphases of coupled components seem to cross. Two
 * resonances narrower than a step and both in it are not seen, nor is one where T->sign is 0. An
 * energy without solution has nopen 0 and nan. range: beyond it nothing acts but charges. Errors:
 * HP_ERR_INPUT for energies; those of solve but NUMERIC, and NUMERIC where all fail. */
typedef hp_status (*hp_t_function)(double energy, hp_tmatrix *T, void *context, hp_error *err);
hp_status hp_phases_follow(const hp_channels *channels, hp_t_function solve, void *context,
                           const double *energy, int n, int n_bound, double range,
                           hp_phases *phases, hp_error *err);

#endif
