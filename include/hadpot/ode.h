// SPDX-License-Identifier: GPL-3.0-or-later
/* The second, independent solver: the radial equation of interaction.h by GSL's ODE integrator.
 *
 * The kernel becomes a sum of separable terms by its symmetric eigen-decomposition on the grid,
 * K(r,r') = sum_n s_n v_n(r) v_n(r'), smallest terms below the tolerance left out. The regular
 * solution w_0 of the local problem and the driven ones,
 *
 *     w_n'' + k^2 w_n - (w + k^2 s + v_C) w_n = v_n,     w_n(0) = w_n'(0) = 0,
 *
 * are integrated together by gsl_odeiv2 (rk8pd, adaptive); u = w_0 + sum_n c_n w_n with
 * c_n = s_n int v_n u, a linear system, and u is matched at the end of the range. The integrator
 * stops at the nodes of the grid, and the couplings int v_m w_n are Gauss-Legendre sums over them
 * (nodes by GSL). Same signs and meaning as nystroem.h; docs/method-scatter.md, "Second solver". */
#ifndef HADPOT_ODE_H
#define HADPOT_ODE_H

#include "hadpot/interaction.h"

/* grid: where interactions are given (copied). tolerance: relative error per step of the
 * integrator, 1e-14 .. 1e-3. solver: out, owned by the caller. Errors: HP_ERR_INPUT, MEMORY. */
typedef struct hp_ode hp_ode;
hp_status hp_ode_create(const hp_quadrature *grid, double tolerance, hp_ode **solver,
                        hp_error *err);
void hp_ode_destroy(hp_ode **solver);

/* Everything is copied but local_at with its context, which must stay valid. The kernel must be
 * symmetric. Errors: those of hp_interaction_check; HP_ERR_INPUT, NUMERIC. */
hp_status hp_ode_set_interaction(hp_ode *solver, const hp_interaction *interaction, hp_error *err);

/* Separable terms kept of the kernel: |s_n| > max(tolerance, n eps) |s|_max. */
int hp_ode_rank(const hp_ode *solver);

/* k cot delta and tan(delta)/k at k2 >= 0, as hp_nystroem_kcot. */
hp_status hp_ode_kcot(hp_ode *solver, double k2, double *kcot, double *tan_over_k, hp_error *err);

/* a0 and r_eff, from the solution at threshold and its derivative with respect to k^2, which obeys
 * an equation of the same kind; charged: by hp_coulomb_threshold. */
hp_status hp_ode_threshold(hp_ode *solver, double *scattering_length, double *effective_range,
                           hp_error *err);

/* Number of bound states as hp_nystroem_count_bound, without knowing anything of that: zeros of the
 * regular solution at threshold, and the inertia of the separable terms. in_doubt: a state lies so
 * close to threshold that errors of the size of the tolerance decide. Errors: HP_ERR_NUMERIC,
 * MEMORY. */
hp_status hp_ode_count_bound(hp_ode *solver, int *count, bool *in_doubt, hp_error *err);

/* The bound state with binding momentum squared between low and high (> low >= 0), where there must
 * be exactly one: kappa2 and <r^2>. For an attractive Coulomb force low must be at least beta^2/4.
 * Errors: HP_ERR_INPUT for a window that is none; NUMERIC when there is no change of sign in it. */
hp_status hp_ode_bound_state(hp_ode *solver, double low, double high, double *kappa2,
                             double *mean_square, hp_error *err);

#endif
