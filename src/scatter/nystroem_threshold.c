// SPDX-License-Identifier: GPL-3.0-or-later
/* Low-energy constants of the Nystroem solver: exact derivatives at threshold. */
#include "nystroem_private.h"
#include <math.h>
#include <cblas.h>
#include <gsl/gsl_math.h>

static hp_status edge_at(double k2, double *u, double *d_u, void *context, hp_error *err) {
    hp_nystroem *solver = context;
    double T = 0.0;
    HP_CALL(hp_nystroem_solve_momentum(solver, k2, false, &T, err));
    hp_nystroem_edge(solver, k2, T, u, d_u);
    return HP_OK;
}

hp_status hp_nystroem_threshold(hp_nystroem *solver, double *scattering_length,
                                double *effective_range, hp_error *err) {
    double T, d_T;
    if (solver->coulomb.strength != 0.0)
        return hp_coulomb_threshold(solver->coulomb.strength, solver->grid.range, edge_at, solver,
                                    scattering_length, effective_range, err);
    HP_CALL(hp_nystroem_solve_lu(solver, 0.0, &T, err));
    HP_CALL(hp_nystroem_threshold_derivative(solver, &d_T, err));
    HP_REQUIRE(isfinite(d_T), HP_ERR_NUMERIC, "the effective range is not finite");
    *scattering_length = T;
    *effective_range = T != 0.0 ? 2.0 * (d_T / T) / T : INFINITY; /* T * T could overflow */
    return HP_OK;
}

/* integral[i] = int_0^r_i r^power F dr by the product rule. Returns the integral over the range. */
static double integrate_moment(const hp_nystroem *solver, int power, double *integral) {
    const hp_quadrature *grid = &solver->grid;
    int order = grid->order;
    double before = 0.0;
    for (int start = 0; start < grid->n; start += order) {
        double length = hp_quadrature_panel_length(grid, start / order), panel = 0.0;
        for (int i = 0; i < order; i++) integral[start + i] = before;
        for (int j = 0; j < order; j++) {
            double f = gsl_pow_int(grid->r[start + j], power) * solver->F[start + j];
            for (int i = 0; i < order; i++) {
                integral[start + i] += length * grid->left[i * order + j] * f;
            }
            panel += grid->weight[start + j] * f;
        }
        before += panel;
    }
    return before;
}

/* <s', F> + z . (s' + G' F) with s' = -r^3/6, G' = r<^3/6 + r< r>^2/2. */
static double force_part(hp_nystroem *solver) {
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n;
    double *F0 = solver->moment, *F1 = F0 + n, *F2 = F1 + n, *F3 = F2 + n;
    cblas_dgemv(CblasRowMajor, CblasNoTrans, n, n, 1.0, solver->potential, n, solver->u, 1, 0.0,
                solver->F, 1);
    double all_F0 = integrate_moment(solver, 0, F0), all_F2 = integrate_moment(solver, 2, F2);
    integrate_moment(solver, 1, F1);
    integrate_moment(solver, 3, F3);
    double sum = 0.0;
    for (int i = 0; i < n; i++) {
        double r = grid->r[i], d_s = -r * r * r / 6.0;
        double below = F3[i] / 6.0 + r * r * F1[i] / 2.0;
        double above = r * r * r * (all_F0 - F0[i]) / 6.0 + r * (all_F2 - F2[i]) / 2.0;
        sum += grid->weight[i] * d_s * solver->F[i] + solver->z[i] * (d_s + below + above);
    }
    return sum;
}

/* <s, d> + z . G d with s = r, G = -r<; d takes the place of F. */
static double slope_part(hp_nystroem *solver) {
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n;
    double *d0 = solver->moment, *d1 = d0 + n;
    for (int i = 0; i < n; i++) solver->F[i] = solver->slope[i] * solver->u[i];
    double all_d0 = integrate_moment(solver, 0, d0), sum = integrate_moment(solver, 1, d1);
    for (int i = 0; i < n; i++) {
        sum -= solver->z[i] * (d1[i] + grid->r[i] * (all_d0 - d0[i]));
    }
    return sum;
}

/* T = <s, F> with M u = s and F = A u gives T' = <s', F> + <s, d> + z . (s' + G' F + G d), where
 * d = slope u, M^T z = A^T W s: u and z grow like T near unitarity, nothing cancels. */
hp_status hp_nystroem_threshold_derivative(hp_nystroem *solver, double *d_T, hp_error *err) {
    HP_CALL(hp_nystroem_solve(solver, solver->bra, true, solver->z, err));
    *d_T = force_part(solver);
    if (solver->has_slope) *d_T += slope_part(solver);
    return HP_OK;
}
