// SPDX-License-Identifier: GPL-3.0-or-later
/* Number of bound states by Sylvester's law of inertia; docs/method-scatter.md. */
#include "nystroem_private.h"
#include <float.h>
#include <math.h>
#include <string.h>
#include <cblas.h>
#include <gsl/gsl_machine.h>

hp_status hp_nystroem_count_bound(hp_nystroem *solver, int *count, hp_error *err) {
    double gamma, kappa = hp_nystroem_lowest_kappa(solver);
    if (!solver->bound.known) {
        HP_CALL(hp_nystroem_decay(solver, kappa, &gamma, err));
        HP_CALL(hp_nystroem_certify(solver, kappa, gamma, &solver->bound, err));
    }
    *count = solver->bound.number;
    return HP_OK;
}

hp_status hp_nystroem_bound_in_doubt(hp_nystroem *solver, bool *in_doubt, hp_error *err) {
    int count;
    hp_status status = hp_nystroem_count_bound(solver, &count, err);
    *in_doubt = solver->bound.in_doubt || solver->branch_in_doubt;
    return status;
}

hp_status hp_nystroem_count_cut(hp_nystroem *solver, hp_count *count, hp_error *err) {
    bool charged = solver->coulomb.strength != 0.0;
    hp_count *cut = charged ? &solver->bound_cut : &solver->bound;
    if (!cut->known) HP_CALL(hp_nystroem_certify(solver, 0.0, 0.0, cut, err));
    *count = *cut;
    return HP_OK;
}

/* W^1/2 (A - k2) W^-1/2, lower half by columns, which is symmetric. */
static hp_status form_symmetric(hp_nystroem *solver, double k2, hp_error *err) {
    size_t n = (size_t)solver->grid.n;
    double size = 0.0, *scale = solver->moment;
    hp_nystroem_set_diagonal(solver, k2, -k2);
    for (size_t i = 0; i < n; i++) scale[i] = sqrt(solver->grid.weight[i]);
    for (size_t j = 0; j < n; j++) {
        const double *row = solver->potential + j * n;
        double *column = solver->matrix + j * n;
        for (size_t i = j; i < n; i++) {
            column[i] = scale[j] * row[i] / scale[i];
            size += fabs(column[i]);
        }
    }
    HP_REQUIRE(size < GSL_SQRT_DBL_MAX, HP_ERR_NUMERIC,
               "the potential is too large: its bound states cannot be counted");
    return HP_OK;
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

/* P = L (1 - g y y^T) L^T, g = gamma/(1 + gamma R), so the negative eigenvalues of 1 + P (A - k2),
 * those of P^-1 + A - k2 and those of 1 + sigma y y^T + L^T (A - k2) L, sigma = g/(1 - g y.y), are
 * equally many. */
static hp_status count_inertia(hp_nystroem *solver, double k2, double gamma, int *count,
                               hp_error *err) {
    int n = solver->grid.n;
    HP_CALL(form_symmetric(solver, k2, err));
    int info = LAPACKE_dsygst_work(LAPACK_COL_MAJOR, 2, 'L', n, solver->matrix, n, solver->root, n);
    HP_REQUIRE(info == 0, HP_ERR_LIBRARY, "dsygst: argument %d is wrong", -info);
    double squared = cblas_ddot(n, solver->edge, 1, solver->edge, 1);
    double rest = solver->grid.range - squared;
    double sigma = isinf(gamma) ? 1.0 / rest : gamma / (1.0 + gamma * rest);
    cblas_dsyr(CblasColMajor, CblasLower, n, sigma, solver->edge, 1, solver->matrix, n);
    for (size_t i = 0; i < (size_t)n; i++) solver->matrix[i * (size_t)(n + 1)] += 1.0;
    solver->count_scale = 0.0; /* |B_ij|, at most, of the lower half */
    for (int j = 0; j < n; j++) {
        const double *column = solver->matrix + (size_t)j * (size_t)(n + 1);
        size_t largest = cblas_idamax(n - j, column, 1);
        solver->count_scale = fmax(solver->count_scale, fabs(column[largest]));
    }
    info = LAPACKE_dsytrf_work(LAPACK_COL_MAJOR, 'L', n, solver->matrix, n, solver->pivot,
                               solver->outer, 2 * n * solver->grid.panels);
    HP_REQUIRE(info >= 0, HP_ERR_LIBRARY, "dsytrf: argument %d is wrong", -info);
    if (info > 0) solver->count_scale = INFINITY; /* a pivot is exactly zero */
    *count = negative_pivots(solver);
    return HP_OK;
}

/* Of a kernel that is not symmetric. */
static hp_status count_eigenvalues(hp_nystroem *solver, double kappa, double gamma, int *count,
                                   hp_error *err) {
    /* Far above the rounding of dgeev on real eigenvalues, far below a true complex pair. */
    const double real_enough = 1e-6;
    /* A pair nearer to the axis may be two real ones, an eigenvalue nearer to zero has no sign. */
    const double unclear_below = 1e-4, zero_below = 1e-10;
    int n = solver->grid.n;
    double *re = solver->u, *im = solver->z;
    HP_CALL(hp_nystroem_form_bound(solver, kappa, gamma, err));
    int info =
        LAPACKE_dgeev(LAPACK_COL_MAJOR, 'N', 'N', n, solver->matrix, n, re, im, NULL, 1, NULL, 1);
    HP_REQUIRE(info == 0, HP_ERR_NUMERIC,
               "the eigenvalues of the bound-state kernel were not found (dgeev: %d)", info);
    *count = 0;
    solver->count_scale = 1.0;
    for (int i = 0; i < n; i++) { /* M = 1 - G_0 A: above 1 there is below 0 here */
        double size = hypot(re[i], im[i]);
        bool unclear = im[i] != 0.0 && fabs(im[i]) <= unclear_below * size;
        if (re[i] < 0.0 && fabs(im[i]) <= real_enough * fabs(re[i])) ++*count;
        if (size <= zero_below || (re[i] < 0.0 && unclear)) solver->count_scale = INFINITY;
    }
    return HP_OK;
}

hp_status hp_nystroem_count_above(hp_nystroem *solver, double kappa, double gamma, int *count,
                                  hp_error *err) {
    if (solver->symmetric) return count_inertia(solver, -kappa * kappa, gamma, count, err);
    return count_eigenvalues(solver, kappa, gamma, count, err);
}

hp_status hp_nystroem_count_box(hp_nystroem *solver, double k2, int *count, hp_error *err) {
    return count_inertia(solver, k2, INFINITY, count, err);
}

/* An attractive Coulomb force has infinitely many states by itself, the lowest at |beta|/2. */
double hp_nystroem_lowest_kappa(const hp_nystroem *solver) {
    return fmax(0.0, -0.5 * solver->coulomb.strength);
}

hp_status hp_nystroem_decay(const hp_nystroem *solver, double kappa, double *gamma, hp_error *err) {
    return hp_coulomb_tail(solver->coulomb.strength, kappa, solver->grid.range, gamma, NULL, NULL,
                           err);
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

hp_status hp_nystroem_fill_root(hp_nystroem *solver, hp_error *err) {
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n;
    for (int j = 0; j < n; j++) {
        solver->edge[j] = sqrt(grid->weight[j]) * grid->r[j];
        for (int i = j; i < n; i++) {
            solver->root[(size_t)j * (size_t)n + (size_t)i] = symmetric_green(grid, i, j);
        }
    }
    int info = LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'L', n, solver->root, n);
    HP_REQUIRE(info == 0, HP_ERR_NUMERIC, "the Green function on the radial grid is not positive");
    cblas_dtrsv(CblasColMajor, CblasLower, CblasNoTrans, CblasNonUnit, n, solver->root, n,
                solver->edge, 1);
    return HP_OK;
}

bool hp_nystroem_count_is_close(hp_nystroem *solver) {
    enum { ITERATIONS = 2 }; /* enough where lambda is far below the others, which alone matters */
    int n = solver->grid.n;
    double *x = solver->F, norm = 1.0;
    if (!solver->symmetric) return solver->count_scale == INFINITY;
    if (!isfinite(solver->count_scale)) return true;
    for (int i = 0; i < n; i++) x[i] = solver->grid.r[i];
    for (int i = 0; i < ITERATIONS; i++) { /* inverse iteration: norm becomes 1/|lambda| */
        cblas_dscal(n, 1.0 / cblas_dnrm2(n, x, 1), x, 1);
        int info = LAPACKE_dsytrs_work(LAPACK_COL_MAJOR, 'L', n, 1, solver->matrix, n,
                                       solver->pivot, x, n);
        norm = cblas_dnrm2(n, x, 1);
        if (info != 0 || !isfinite(norm)) return true;
    }
    return 1.0 / norm <= 10.0 * n * DBL_EPSILON * solver->count_scale;
}
