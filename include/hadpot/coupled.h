// SPDX-License-Identifier: GPL-3.0-or-later
/* Scattering and bound states of N coupled components, any l, by the Nystroem method
 * (docs/method-channels.md). With chi_c = r psi_c/sqrt(2 mu_c),
 *
 *     chi_c'' + [k_c^2 - l_c(l_c+1)/r^2 - v_C] chi_c = sum_d int_0^R K_cd(r,r') chi_d(r') dr',
 *     K_cd = 2 sqrt(mu_c mu_d) [ V_cd(r) delta(r-r') + 4 pi r r' U_cd(r,r') ] = K_dc(r',r).
 *
 * Standing-wave columns chi^b -> S_a delta_ab - T_ab C_a in open components a, b (riccati.h), of a
 * charged pair phi_a delta_ab - T_ab theta_a (coulomb.h, hp_coulomb_partial); decaying in closed
 * ones. T is real, symmetric and regular in E, thresholds included (k_a^2 = 0 counts as open). With
 * P_a = k_a^(2l+1), g_a = 0, or those of hp_coulomb_barrier,
 *
 *     K = -P^1/2 T (1 + g T)^-1 P^1/2 against F_l and G_l,   S = (1 + iK)/(1 - iK) without the
 *     Coulomb phases;   one component: P cot delta + g = -1/T = -1/a_l + r_l k^2/2 + ..., a_l =
 * T(0).
 */
#ifndef HADPOT_COUPLED_H
#define HADPOT_COUPLED_H

#include "hadpot/channels.h"
#include "hadpot/quadrature.h"

/* W_cd(r) = 2 sqrt(mu_c mu_d) V_cd(r) at r in (0, range], (N, N), symmetric. */
typedef void (*hp_matrix_function)(double r, double *w, void *context);

/* Borrowed pointers; n nodes of the grid that goes with it. kernel (N n, N n): K_cd(r_i, r_j) at
 * row c n + i, column d n + j, equal to its mirror image bit by bit; NULL: none. local (N, N, n):
 * W_cd(r_i); NULL: none. slope (n): as in interaction.h, with one component alone; NULL: none. */
typedef struct hp_matrix_interaction {
    int ncomponent;
    const double *kernel, *local, *slope;
    hp_matrix_function local_at; /* between the nodes; NULL: interpolate in each panel */
    void *context;
} hp_matrix_interaction;

/* What both solvers (this one, coupled_ode.h) ask of an interaction on their grid: as many
 * components as the channels, which hp_channels_check takes; symmetric, finite values, a slope with
 * one component alone, and Coulomb forces that are those of point charges at the end of the range.
 * Errors: HP_ERR_NUMERIC, naming part and place, when not finite; HP_ERR_INPUT. */
hp_status hp_matrix_interaction_check(const hp_matrix_interaction *interaction,
                                      const hp_channels *channels, const hp_quadrature *grid,
                                      hp_error *err);

/* T at one energy: T[a*nopen + b], a and b number the open components open[0 .. nopen-1].
 * Thresholds count as open. */
typedef struct hp_tmatrix {
    double energy;
    int nopen;
    int open[HP_MOST_COMPONENTS];
    double k2[HP_MOST_COMPONENTS]; /* of all components, closed ones < 0 */
    double T[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    double sign; /* of det M: arg D = arg det(1 - iK) + pi where it is -1, D = det(1 - G^+ A); 0:
                    not known, and phases then are so modulo pi alone */
} hp_tmatrix;

/* A workspace for one grid (copied) and number of components, made once, used for any number of
 * interactions. Errors: HP_ERR_INPUT, MEMORY. */
typedef struct hp_coupled hp_coupled;
hp_status hp_coupled_create(const hp_quadrature *grid, int ncomponent, hp_coupled **solver,
                            hp_error *err);
void hp_coupled_destroy(hp_coupled **solver);
const hp_quadrature *hp_coupled_grid(const hp_coupled *solver);
const hp_channels *hp_coupled_channels(const hp_coupled *solver);

/* From now on solutions at all energies come from few LU factors (docs/method-channels-bound.md,
 * "One basis for all energies"), fastest when the highest energy is asked for first; determinants
 * and bound states stay as they are. Errors: MEMORY. */
hp_status hp_coupled_reduce(hp_coupled *solver, hp_error *err);

/* One of thousands of interactions: from now on bound states are those of the grid, which no other
 * one counts again. */
void hp_coupled_trust_grid(hp_coupled *solver);

/* Set channels and interaction; all is copied but local_at with its context. Errors: HP_ERR_INPUT
 * (channels, a kernel that is not symmetric), NUMERIC (not finite). */
hp_status hp_coupled_set(hp_coupled *solver, const hp_channels *channels,
                         const hp_matrix_interaction *interaction, hp_error *err);

/* T at E >= 0; wave: (nopen, N, n) standing-wave columns at the nodes, or NULL. Errors:
 * HP_ERR_INPUT for momenta that the nodes cannot resolve; NUMERIC where there is no solution. */
hp_status hp_coupled_solve(hp_coupled *solver, double energy, hp_tmatrix *T, double *wave,
                           hp_error *err);

/* K (nopen, nopen) of T, symmetric. Errors: HP_ERR_NUMERIC where it is infinite. */
hp_status hp_coupled_kmatrix(const hp_channels *channels, const hp_tmatrix *T, double *K,
                             hp_error *err);

/* D(E) = det(1 - G^+ A) on a sheet, = phase * exp(log_size), |phase| = 1; and the null vector wave
 * (N, n) of 1 - G^+ A there (inverse iteration), normalised arbitrarily, with force = A wave beside
 * it, or NULL. Its zeros are the poles of S: a barrier adds none of its own. Uncharged pairs alone.
 * Errors: HP_ERR_INPUT, NUMERIC. */
hp_status hp_coupled_determinant(hp_coupled *solver, double complex energy, hp_sheet sheet,
                                 double complex *phase, double *log_size, hp_error *err);
hp_status hp_coupled_null_vector(hp_coupled *solver, double complex energy, hp_sheet sheet,
                                 double complex *wave, double complex *force, hp_error *err);

/* By reduced solutions where hp_coupled_reduce is on. At the lowest threshold, for the first open
 * component of the lowest l there: a_l = T(0) and r_eff = 2 d(k^(2l+1) cot delta)/dk^2 = 2 T'/T^2
 * (charged: of K as in coulomb.h). At threshold of another pair, with lower ones open: the complex
 * a = T_aa there with outgoing waves in the open components. Errors: NUMERIC. */
hp_status hp_coupled_threshold(hp_coupled *solver, double *scattering_length,
                               double *effective_range, hp_error *err);
hp_status hp_coupled_threshold_of(hp_coupled *solver, int component, double complex *length,
                                  hp_error *err);

/* Bound states below the lowest threshold, deepest first (docs/method-channels-bound.md).
 * probability: of component c, 2 mu_c int chi_c^2 over the sum; r2: of the normalised u_c = r
 * psi_c, int r^2 u_c u_d, (N, N), so that <r^2> is its trace (infinite at threshold); asymptotic:
 * u_c -> A_c H~_c(r), H~_l -> exp(-kappa r), with charges (2 kappa r)^(-beta/(2 kappa)) times that
 * (Whittaker's function), sign so that the first is positive, nan at threshold; tails beyond the
 * range are continued exactly. */
typedef struct hp_bound_state {
    double energy; /* -B, 1/L */
    double kappa[HP_MOST_COMPONENTS];
    double probability[HP_MOST_COMPONENTS];
    double r2[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    double asymptotic[HP_MOST_COMPONENTS];
} hp_bound_state;

/* count and found: how many there are, which may exceed `most`; beside attractive charges those
 * below the lowest state of the Coulomb force alone. wave: (most, N, n) normalised u_c at the
 * nodes, or NULL. in_doubt: rounding decides, or another grid counts otherwise; states are those of
 * this grid. Energies are nan where it has less, and of the deepest states where those are bound
 * beyond relativistic momenta (W^2 < |m1^2 - m2^2|). Errors: NUMERIC, also for states that are
 * bound too deeply for the nodes. */
hp_status hp_coupled_count_bound(hp_coupled *solver, int *count, bool *in_doubt, hp_error *err);
hp_status hp_coupled_bound_states(hp_coupled *solver, int most, hp_bound_state *state, double *wave,
                                  int *found, hp_error *err);

#endif
