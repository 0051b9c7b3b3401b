// SPDX-License-Identifier: GPL-3.0-or-later
/* Number of bound states by Sylvester's law of inertia; docs/method-scatter.md. */
#include "nystroem_private.h"

#include <math.h>
#include <string.h>
#include <cblas.h>
#include <gsl/gsl_machine.h>

static hp_status count_inertia(hp_nystroem *solver, double kappa, double gamma, int *count,
                               hp_error *err);
static hp_status count_eigenvalues(hp_nystroem *solver, double kappa, double gamma, int *count,
                                   hp_error *err);
static hp_status form_symmetric(hp_nystroem *solver, double kappa, hp_error *err);
static int negative_pivots(const hp_nystroem *solver);
static double symmetric_green(const hp_quadrature *grid, int i, int j);

hp_status hp_nystroem_count_bound(hp_nystroem *solver, int *count, hp_error *err) {
    hp_status status = HP_OK;
    double gamma, kappa = hp_nystroem_lowest_kappa(solver);
    if (solver->bound == HP_COUNT_UNKNOWN) {
        HP_TRY(hp_nystroem_decay(solver, kappa, &gamma, err));
        HP_TRY(hp_nystroem_count_above(solver, kappa, gamma, &solver->bound, err));
    }
    *count = solver->bound;
cleanup:
    return status;
}

hp_status hp_nystroem_count_cut(hp_nystroem *solver, int *count, hp_error *err) {
    hp_status status = HP_OK;
    if (solver->coulomb.strength == 0.0) return hp_nystroem_count_bound(solver, count, err);
    if (solver->bound_cut == HP_COUNT_UNKNOWN) {
        HP_TRY(hp_nystroem_count_above(solver, 0.0, 0.0, &solver->bound_cut, err));
    }
    *count = solver->bound_cut;
cleanup:
    return status;
}

hp_status hp_nystroem_count_above(hp_nystroem *solver, double kappa, double gamma, int *count,
                                  hp_error *err) {
    return (solver->symmetric ? count_inertia : count_eigenvalues)(solver, kappa, gamma, count,
                                                                   err);
}

/* An attractive Coulomb force has infinitely many states by itself, the lowest at |beta|/2. */
double hp_nystroem_lowest_kappa(const hp_nystroem *solver) {
    return fmax(0.0, -0.5 * solver->coulomb.strength);
}

hp_status hp_nystroem_decay(const hp_nystroem *solver, double kappa, double *gamma, hp_error *err) {
    return hp_coulomb_tail(solver->coulomb.strength, kappa, solver->grid.range, gamma, NULL, NULL,
                           err);
}

hp_status hp_nystroem_fill_root(hp_nystroem *solver, hp_error *err) {
    hp_status status = HP_OK;
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n;
    for (int j = 0; j < n; j++) {
        solver->edge[j] = sqrt(grid->weight[j]) * grid->r[j];
        for (int i = j; i < n; i++) {
            solver->root[(size_t)j * (size_t)n + (size_t)i] = symmetric_green(grid, i, j);
        }
    }
    int info = LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'L', n, solver->root, n);
    HP_CHECK(info == 0, HP_ERR_NUMERIC, "the Green function on the radial grid is not positive");
    cblas_dtrsv(CblasColMajor, CblasLower, CblasNoTrans, CblasNonUnit, n, solver->root, n,
                solver->edge, 1);
cleanup:
    return status;
}

/* P = L (1 - g y y^T) L^T, g = gamma/(1 + gamma R), so the negative eigenvalues of 1 + P A, those
 * of P^-1 + A and those of 1 + sigma y y^T + L^T A L, sigma = g/(1 - g y.y), are equally many. */
static hp_status count_inertia(hp_nystroem *solver, double kappa, double gamma, int *count,
                               hp_error *err) {
    hp_status status = HP_OK;
    int n = solver->grid.n;
    HP_TRY(form_symmetric(solver, kappa, err));
    int info = LAPACKE_dsygst_work(LAPACK_COL_MAJOR, 2, 'L', n, solver->matrix, n, solver->root, n);
    HP_CHECK(info == 0, HP_ERR_LIBRARY, "dsygst: argument %d is wrong", -info);
    double squared = cblas_ddot(n, solver->edge, 1, solver->edge, 1);
    double sigma = gamma / (1.0 + gamma * (solver->grid.range - squared));
    cblas_dsyr(CblasColMajor, CblasLower, n, sigma, solver->edge, 1, solver->matrix, n);
    for (size_t i = 0; i < (size_t)n; i++) solver->matrix[i * (size_t)(n + 1)] += 1.0;
    info = LAPACKE_dsytrf_work(LAPACK_COL_MAJOR, 'L', n, solver->matrix, n, solver->pivot,
                               solver->outer, 2 * n * solver->grid.panels);
    HP_CHECK(info >= 0, HP_ERR_LIBRARY, "dsytrf: argument %d is wrong", -info);
    *count = negative_pivots(solver);
cleanup:
    return status;
}

/* Of a kernel that is not symmetric. */
static hp_status count_eigenvalues(hp_nystroem *solver, double kappa, double gamma, int *count,
                                   hp_error *err) {
    hp_status status = HP_OK;
    /* Far above the rounding of dgeev on real eigenvalues, far below a true complex pair. */
    const double real_enough = 1e-6;
    int n = solver->grid.n;
    double *re = solver->u, *im = solver->z;
    HP_TRY(hp_nystroem_form_bound(solver, kappa, gamma, err));
    int info =
        LAPACKE_dgeev(LAPACK_COL_MAJOR, 'N', 'N', n, solver->matrix, n, re, im, NULL, 1, NULL, 1);
    HP_CHECK(info == 0, HP_ERR_NUMERIC,
             "the eigenvalues of the bound-state kernel were not found (dgeev: %d)", info);
    *count = 0;
    for (int i = 0; i < n; i++) { /* M = 1 - G_0 A: above 1 there is below 0 here */
        if (re[i] < 0.0 && fabs(im[i]) <= real_enough * fabs(re[i])) ++*count;
    }
cleanup:
    return status;
}

/* W^1/2 (A + kappa^2) W^-1/2, lower half by columns, which is symmetric. */
static hp_status form_symmetric(hp_nystroem *solver, double kappa, hp_error *err) {
    hp_status status = HP_OK;
    size_t n = (size_t)solver->grid.n;
    double size = 0.0, *scale = solver->moment;
    hp_nystroem_set_diagonal(solver, -kappa * kappa, kappa * kappa);
    for (size_t i = 0; i < n; i++) scale[i] = sqrt(solver->grid.weight[i]);
    for (size_t j = 0; j < n; j++) {
        const double *row = solver->potential + j * n;
        double *column = solver->matrix + j * n;
        for (size_t i = j; i < n; i++) {
            column[i] = scale[j] * row[i] / scale[i];
            size += fabs(column[i]);
        }
    }
    HP_CHECK(size < GSL_SQRT_DBL_MAX, HP_ERR_NUMERIC,
             "the potential is too large: its bound states cannot be counted");
cleanup:
    return status;
}

/* In the factors of dsytrf; blocks of two, marked by negative pivots, have one sign of each. */
static int negative_pivots(const hp_nystroem *solver) {
    int n = solver->grid.n, count = 0;
    for (int i = 0; i < n; i++) {
        bool pair = solver->pivot[i] < 0;
        if (pair || solver->matrix[(size_t)i * (size_t)(n + 1)] < 0.0) count++;
        if (pair) i++;
    }
    return count;
}

/* W^1/2 min(r,r') W^-1/2 with the product rule inside panels; i >= j. */
static double symmetric_green(const hp_quadrature *grid, int i, int j) {
    int order = grid->order, panel = i / order;
    if (j / order != panel) return sqrt(grid->weight[i] * grid->weight[j]) * grid->r[j];
    double left =
        hp_quadrature_panel_length(grid, panel) * grid->left[(i % order) * order + j % order];
    double value = left * grid->r[j] + grid->r[i] * (grid->weight[j] - left);
    return sqrt(grid->weight[i] / grid->weight[j]) * value;
}
