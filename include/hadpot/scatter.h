// SPDX-License-Identifier: GPL-3.0-or-later
/* Scattering observables of a potential V(r) delta(r-r') + U(r,r') in the S wave. Units: any with
 * hbar = 1; lengths L and momenta 1/L. Signs: k cot delta = -1/a0 + r_eff k^2/2 + ...
 *
 * With u = r psi and K(r,r') = 2 mu 4 pi r r' U(r,r') + 2 mu V(r) delta(r-r'):
 *     u'' + k^2 u = int_0^range K(r,r') u(r') dr'          (docs/method.md, "Scattering") */
#ifndef HADPOT_SCATTER_H
#define HADPOT_SCATTER_H

#include <stdbool.h>
#include "hadpot/error.h"

/* Composite Gauss-Legendre grid on [0, range]: equal panels of `order` nodes each. */
typedef struct hp_quadrature {
    int panels, order, n; /* n = panels * order */
    double range;
    double *r;      /* (n) nodes, ascending */
    double *weight; /* (n) */
    double *left;   /* (order, order) left[i][j]: int from the start of a panel to node i of
                       the j-th Lagrange polynomial, for a panel of length 1 */
} hp_quadrature;

/* range > 0, panels >= 1, 2 <= order <= 64. Owned by the caller. Errors: HP_ERR_INPUT, MEMORY. */
hp_status hp_quadrature_create(double range, int panels, int order, hp_quadrature *grid,
                               hp_error *err);
void hp_quadrature_destroy(hp_quadrature *grid);

/* The solver: a workspace for one grid (copied), made once, used for any number of potentials; free
 * motion until a potential is set. Errors: HP_ERR_INPUT (grid), MEMORY. */
typedef struct hp_nystroem hp_nystroem;
hp_status hp_nystroem_create(const hp_quadrature *grid, hp_nystroem **solver, hp_error *err);
void hp_nystroem_destroy(hp_nystroem **solver);

/* The solver's own copy of its grid. */
const hp_quadrature *hp_nystroem_grid(const hp_nystroem *solver);

/* Set the potential: kernel[i][j] = 2 mu 4 pi r_i r_j U(r_i,r_j) (n, n), or NULL; and local[i] =
 * 2 mu V(r_i) (n), or NULL. Copied. A kernel that is not symmetric is allowed everywhere except in
 * count_bound, where only real eigenvalues are counted. Errors: HP_ERR_NUMERIC when not finite;
 * the potential is then unchanged. */
hp_status hp_nystroem_set_potential(hp_nystroem *solver, const double *kernel, const double *local,
                                    hp_error *err);

/* k cot delta at k2 >= 0 (finite at threshold, infinite where tan delta = 0) and tan(delta)/k =
 * 1/(k cot delta). Errors: HP_ERR_INPUT for k2 < 0 or k * range > n, which the nodes cannot
 * resolve; NUMERIC when there is no finite solution. */
hp_status hp_nystroem_kcot(hp_nystroem *solver, double k2, double *kcot, double *tan_over_k,
                           hp_error *err);

/* Scattering length a0 and effective range r_eff from k cot delta and its exact derivative with
 * respect to k^2 at threshold; r_eff is infinite when a0 = 0. Errors: HP_ERR_NUMERIC. */
hp_status hp_nystroem_threshold(hp_nystroem *solver, double *scattering_length,
                                double *effective_range, hp_error *err);

/* Number of bound states (E < 0): eigenvalues above 1 of the kernel G_0 K (Birman-Schwinger).
 * Errors: HP_ERR_NUMERIC when the eigenvalues do not converge. */
hp_status hp_nystroem_count_bound(hp_nystroem *solver, int *count, hp_error *err);

/* delta[i] in radians at k2[i] > 0 (n momenta, ascending), continuous in k and equal to
 * bound_states * pi at k -> 0 (Levinson; from hp_nystroem_count_bound); kcot[i] beside it.
 * Intermediate momenta are inserted where neighbours are further apart than pi / range and
 * where the phase moves by more than pi/4 between them. Errors: HP_ERR_INPUT for momenta that are
 * not positive, not ascending or too high for the grid, or bound_states < 0; NUMERIC. */
hp_status hp_nystroem_phase_shifts(hp_nystroem *solver, const double *k2, int n, int bound_states,
                                   double *delta, double *kcot, hp_error *err);

#endif
