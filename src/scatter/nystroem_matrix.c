// SPDX-License-Identifier: GPL-3.0-or-later
/* The matrix M = 1 - G A of the radial equation on the nodes, its LU factors and determinant. */
#include "nystroem_private.h"
#include <math.h>
#include <string.h>
#include <gsl/gsl_machine.h>
#include "factors.h"
#include "green_rows.h"

static hp_status form_matrix(hp_nystroem *solver, hp_error *err) {
    size_t n = (size_t)solver->grid.n;
    double size = hp_green_rows_form(&(hp_green_rows){.grid = &solver->grid,
                                                      .columns = solver->grid.n,
                                                      .A = solver->potential,
                                                      .pair = solver->wave,
                                                      .rows = solver->matrix,
                                                      .bra = solver->bra,
                                                      .above = solver->above,
                                                      .weighted = solver->weighted,
                                                      .outer = solver->outer,
                                                      .inner = solver->inner});
    for (size_t i = 0; i < n; i++) solver->matrix[i * (n + 1)] += 1.0;
    /* LAPACK may write outside its arrays when numbers overflow on the way. False for NaN. */
    HP_REQUIRE(
        size < GSL_SQRT_DBL_MAX, HP_ERR_NUMERIC,
        "the potential is too large: the linear system of the radial equation is not finite");
    return HP_OK;
}

hp_status hp_nystroem_form(hp_nystroem *solver, double k, hp_error *err) {
    const hp_quadrature *grid = &solver->grid;
    double *s = solver->wave, *c = solver->wave + grid->n;
    for (int r = 0; r < grid->n; r++) {
        s[r] = k > 0.0 ? sin(k * grid->r[r]) / k : grid->r[r];
        c[r] = cos(k * grid->r[r]);
    }
    hp_nystroem_set_diagonal(solver, k * k, 0.0);
    return form_matrix(solver, err);
}

hp_status hp_nystroem_form_bound(hp_nystroem *solver, double kappa, double gamma, hp_error *err) {
    const hp_quadrature *grid = &solver->grid;
    double *s = solver->wave, *c = solver->wave + grid->n;
    for (int r = 0; r < grid->n; r++) {
        s[r] = grid->r[r];
        c[r] = (1.0 + gamma * (grid->range - grid->r[r])) / (1.0 + gamma * grid->range);
    }
    hp_nystroem_set_diagonal(solver, -kappa * kappa, kappa * kappa);
    return form_matrix(solver, err);
}

void hp_nystroem_set_diagonal(hp_nystroem *solver, double k2, double shift) {
    size_t n = (size_t)solver->grid.n;
    for (size_t i = 0; i < n; i++) {
        solver->potential[i * (n + 1)] = solver->diagonal[i] + k2 * solver->slope[i] + shift;
    }
}

hp_status hp_nystroem_factorise(hp_nystroem *solver, hp_error *err) {
    return hp_factorise(solver->grid.n, solver->matrix, solver->pivot, err);
}

hp_status hp_nystroem_solve(hp_nystroem *solver, const double *right_side, bool adjoint, double *x,
                            hp_error *err) {
    int n = solver->grid.n;
    memmove(x, right_side, (size_t)n * sizeof *x);
    int info = LAPACKE_dgetrs_work(LAPACK_COL_MAJOR, adjoint ? 'N' : 'T', n, 1, solver->matrix, n,
                                   solver->pivot, x, n);
    HP_REQUIRE(info == 0, HP_ERR_LIBRARY, "dgetrs: argument %d is wrong", -info);
    return HP_OK;
}

double hp_nystroem_determinant(const hp_nystroem *solver, double *log_size) {
    int n = solver->grid.n;
    double sum = 0.0;
    for (int i = 0; log_size != NULL && i < n; i++)
        sum += log(fabs(solver->matrix[(size_t)i * (size_t)(n + 1)]));
    if (log_size != NULL) *log_size = sum;
    return hp_factors_sign(n, solver->matrix, solver->pivot);
}
