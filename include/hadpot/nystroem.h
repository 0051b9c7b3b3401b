// SPDX-License-Identifier: GPL-3.0-or-later
/* Scattering and bound states by the Nystroem method: the radial equation of interaction.h as an
 * integral equation on Gauss-Legendre nodes, one LU per energy (docs/method-scatter.md). Signs:
 * k cot delta = -1/a0 + r_eff k^2/2 + ... Phase shifts of a charged pair are those against Coulomb
 * functions, its k cot delta is C^2 k cot delta + beta h(eta) (coulomb.h). */
#ifndef HADPOT_NYSTROEM_H
#define HADPOT_NYSTROEM_H

#include <stdbool.h>
#include "hadpot/interaction.h"

/* The solver: a workspace for one grid (copied), made once, used for any number of potentials; free
 * motion until a potential is set. Errors: HP_ERR_INPUT (grid), MEMORY. */
typedef struct hp_nystroem hp_nystroem;
hp_status hp_nystroem_create(const hp_quadrature *grid, hp_nystroem **solver, hp_error *err);
void hp_nystroem_destroy(hp_nystroem **solver);

/* From now on scattering solutions at all momenta come from LU factors at one of them (a few where
 * k range is large), 50 to 500 times less work than factors for each: the same integral equation
 * with waves resolved by the nodes instead of exact, so that the nodes must follow sin kr, and the
 * same O(h^(2 order)). Allowed at any time; threshold and bound states stay as they are. Errors:
 * HP_ERR_MEMORY. */
hp_status hp_nystroem_reduce(hp_nystroem *solver, hp_error *err);

/* From now on phases are only modulo pi, in (-pi/2, pi/2], and bound states are those that the grid
 * has, without a second count: for draws of a band, by the thousand, of which no single one
 * matters. */
void hp_nystroem_trust_grid(hp_nystroem *solver);

/* The solver's own copy of its grid. */
const hp_quadrature *hp_nystroem_grid(const hp_nystroem *solver);

/* Set the interaction; everything in it is copied but local_at with its context, which must stay
 * valid. A kernel that is not symmetric is allowed
 * everywhere except for bound states. Errors: HP_ERR_NUMERIC when not finite, HP_ERR_INPUT for a
 * Coulomb force that is not that of point charges at the end of the range; the interaction is then
 * unchanged. */
hp_status hp_nystroem_set_interaction(hp_nystroem *solver, const hp_interaction *interaction,
                                      hp_error *err);

/* k cot delta at k2 >= 0 (finite at threshold, infinite where tan delta = 0; of a charged pair the
 * effective-range function K), and tan(delta)/k (of a charged pair 0 at threshold). Errors:
 * HP_ERR_INPUT for k2 < 0 or k * range > n, which the nodes cannot resolve; NUMERIC when there is
 * no finite solution. */
hp_status hp_nystroem_kcot(hp_nystroem *solver, double k2, double *kcot, double *tan_over_k,
                           hp_error *err);

/* u[n] at the nodes, normalised to sin(kr + delta) beyond the range (charged: F_0 cos delta + G_0
 * sin delta), the sign with cos delta > 0; tan_delta beside it. At k2 = 0 (not charged) the limits
 * of u/k and tan(delta)/k: u is r - a0 beyond the range and tan_delta is -a0. Errors: as
 * hp_nystroem_kcot. */
hp_status hp_nystroem_wave(hp_nystroem *solver, double k2, double *u, double *tan_delta,
                           hp_error *err);

/* Scattering length a0 and effective range r_eff from k cot delta and its exact derivative with
 * respect to k^2 at threshold (charged: of K, extrapolated); r_eff is infinite when a0 = 0.
 * Errors: HP_ERR_NUMERIC. */
hp_status hp_nystroem_threshold(hp_nystroem *solver, double *scattering_length,
                                double *effective_range, hp_error *err);

/* Number of bound states (E < 0). For an attractive Coulomb force: of those with a binding momentum
 * of at least |beta|/2. It does not rest on the grid alone: a second way counts too (the zeros of
 * the solution at threshold for a local interaction, nodes of another order otherwise) and where
 * these differ a grid that resolves the interaction as it is known (local_at, or between the
 * nodes). Errors: HP_ERR_NUMERIC, MEMORY. */
hp_status hp_nystroem_count_bound(hp_nystroem *solver, int *count, hp_error *err);

/* Whether that number is in doubt: the ways to count differ, a state lies so close to threshold
 * that rounding decides, or phase shifts computed since hp_nystroem_set_interaction do not fit to
 * it at their highest momentum. Errors: as hp_nystroem_count_bound. */
hp_status hp_nystroem_bound_in_doubt(hp_nystroem *solver, bool *in_doubt, hp_error *err);

/* Bound states, deepest first: kappa2[i] = -k^2 = 2 mu B and mean_square[i] = <r^2> with u beyond
 * the range continued exactly, for the first `most` of them; u (most, n) at the nodes with norm 1
 * (int_0^inf u^2 dr), or NULL. found: how many there are, which may exceed `most`. States that only
 * rounding separates from threshold have kappa2 0, mean_square infinite and u of any norm; those
 * that a grid too coarse does not have, and all beyond those found, are nan. Errors:
 * HP_ERR_INPUT for a kernel that is not symmetric; HP_ERR_NUMERIC, also when a state is bound too
 * deeply for the grid (kappa times the shortest panel > order). */
hp_status hp_nystroem_bound_states(hp_nystroem *solver, int most, double *kappa2,
                                   double *mean_square, double *u, int *found, hp_error *err);

/* delta[i] in radians at k2[i] > 0 (n momenta, ascending), continuous in k and equal to n_bound *
 * pi at k -> 0 (Levinson; n_bound from hp_nystroem_count_bound); kcot[i] beside it. Intermediate
 * momenta are inserted where neighbours are further apart than pi / range and where the phase moves
 * by more than pi/4 between them. A momentum without a finite solution has nan, and the others
 * stand: hp_nystroem_trouble says why. Errors: HP_ERR_INPUT for momenta that are not positive, not
 * ascending or too high for the grid; NUMERIC when none has a solution. */
hp_status hp_nystroem_phase_shifts(hp_nystroem *solver, const double *k2, int n, double *delta,
                                   double *kcot, hp_error *err);

/* The reason for nan in the latest phase shifts of this solver; empty when there is none. */
enum { HP_NYSTROEM_TROUBLE = 256 };
const char *hp_nystroem_trouble(const hp_nystroem *solver);

#endif
