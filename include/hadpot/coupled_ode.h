// SPDX-License-Identifier: GPL-3.0-or-later
/* The second, independent solver of coupled.h: GSL's ODE integrator, the kernel as a sum of
 * separable terms, matched at the end of the range, as ode.h for one S wave
 * (docs/method-channels-ode.md). */
#ifndef HADPOT_COUPLED_ODE_H
#define HADPOT_COUPLED_ODE_H

#include "hadpot/coupled.h"

/* As hp_ode_create, for N components. Errors: HP_ERR_INPUT, MEMORY. */
typedef struct hp_coupled_ode hp_coupled_ode;
hp_status hp_coupled_ode_create(const hp_quadrature *grid, int ncomponent, double tolerance,
                                hp_coupled_ode **solver, hp_error *err);
void hp_coupled_ode_destroy(hp_coupled_ode **solver);

/* All is copied but local_at with its context. Errors: HP_ERR_INPUT, NUMERIC. */
hp_status hp_coupled_ode_set(hp_coupled_ode *solver, const hp_channels *channels,
                             const hp_matrix_interaction *interaction, hp_error *err);

/* T at E >= 0 as hp_coupled_solve. Errors: HP_ERR_INPUT for momenta that the nodes cannot resolve;
 * NUMERIC. */
hp_status hp_coupled_ode_solve(hp_coupled_ode *solver, double energy, hp_tmatrix *T, hp_error *err);

/* Largest |T_ab - T_ba|/|T_aa T_bb|^(1/2) of the last solution, before T was made symmetric: a
 * measure of its errors, of no meaning where a T_aa is next to zero. */
double hp_coupled_ode_asymmetry(const hp_coupled_ode *solver);

/* The bound state with an energy between low and high (< 0), where there must be exactly one: its
 * energy alone. Errors: HP_ERR_INPUT for a window that is none; NUMERIC without a change of sign.
 */
hp_status hp_coupled_ode_bound_state(hp_coupled_ode *solver, double low, double high,
                                     double *energy, hp_error *err);

#endif
