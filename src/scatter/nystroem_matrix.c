// SPDX-License-Identifier: GPL-3.0-or-later
/* The matrix M = 1 - G A of the radial equation on the nodes, its LU factors and determinant. */
#include "nystroem_private.h"
#include <float.h>
#include <math.h>
#include <string.h>
#include <cblas.h>
#include <gsl/gsl_machine.h>

static void replace_by_sum_so_far(double *row, double *total, int n) {
    for (int j = 0; j < n; j++) {
        double own = row[j];
        row[j] = total[j];
        total[j] += own;
    }
}

static void sum_other_panels(hp_nystroem *solver) {
    int n = solver->grid.n, order = solver->grid.order, panels = solver->grid.panels;
    size_t row = (size_t)n;
    for (int r = 0; r < n; r++) {
        solver->weighted[r] = solver->grid.weight[r] * solver->wave[n + r];
        solver->weighted[n + r] = solver->grid.weight[r] * solver->wave[r];
    }
    memset(solver->bra, 0, row * sizeof(double));
    memset(solver->above, 0, row * sizeof(double));
    for (int panel = 0; panel < panels; panel++) {
        int first = panel * order;
        const double *A = solver->potential + (size_t)first * row;
        double *outer = solver->outer + 2 * (size_t)panel * row;
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 2, n, order, 1.0,
                    solver->weighted + first, n, A, n, 0.0, outer, n);
        replace_by_sum_so_far(outer + row, solver->bra, n);
    }
    for (int panel = panels - 1; panel >= 0; panel--) {
        replace_by_sum_so_far(solver->outer + 2 * (size_t)panel * row, solver->above, n);
    }
}

static void fill_inner(hp_nystroem *solver, int panel) {
    const hp_quadrature *grid = &solver->grid;
    int order = grid->order, first = panel * order;
    double length = hp_quadrature_panel_length(grid, panel);
    const double *s = solver->wave + first, *c = s + grid->n;
    const double *w = grid->weight + first;
    for (int i = 0; i < order; i++) {
        for (int j = 0; j < order; j++) {
            double left = length * grid->left[i * order + j];
            solver->inner[i * order + j] = c[i] * left * s[j] + s[i] * (w[j] - left) * c[j];
        }
    }
}

/* M = 1 - G A panel by panel: full Gauss weights for the other panels, where G factorises, and the
 * product rule inside the panel. (2 order + 8) n^2 operations instead of 2 n^3. */
static hp_status form_matrix(hp_nystroem *solver, hp_error *err) {
    int n = solver->grid.n, order = solver->grid.order;
    size_t block = (size_t)order * (size_t)n;
    double size = 0.0;
    sum_other_panels(solver);
    for (int panel = 0; panel < solver->grid.panels; panel++) {
        int first = panel * order;
        const double *A = solver->potential + (size_t)panel * block;
        const double *outer = solver->outer + 2 * (size_t)panel * (size_t)n;
        double *rows = solver->matrix + (size_t)panel * block;
        fill_inner(solver, panel);
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, order, n, 2, 1.0, solver->wave + first,
                    n, outer, n, 0.0, rows, n);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, order, n, order, 1.0, solver->inner,
                    order, A, n, 1.0, rows, n);
        size += cblas_dasum(order * n, rows, 1);
    }
    for (size_t i = 0; i < (size_t)n; i++) solver->matrix[i * (size_t)(n + 1)] += 1.0;
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

/* LU of M^T, since LAPACK reads our rows as columns. A pivot that cancels to zero (tan delta
 * infinite to all digits) stands for one of the size of its rounding error. */
hp_status hp_nystroem_factorise(hp_nystroem *solver, hp_error *err) {
    size_t n = (size_t)solver->grid.n;
    int info = LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, solver->grid.n, solver->grid.n, solver->matrix,
                                   solver->grid.n, solver->pivot);
    HP_REQUIRE(info >= 0, HP_ERR_LIBRARY, "dgetrf: argument %d is wrong", -info);
    if (info > 0) {
        double largest = 0.0;
        for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs(solver->matrix[i * (n + 1)]));
        for (size_t i = 0; i < n; i++) {
            double *diagonal = &solver->matrix[i * (n + 1)];
            if (*diagonal == 0.0) *diagonal = DBL_EPSILON * largest;
        }
    }
    return HP_OK;
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
    double sign = 1.0, sum = 0.0;
    for (int i = 0; i < solver->grid.n; i++) {
        double pivot = solver->matrix[(size_t)i * (size_t)(solver->grid.n + 1)];
        if (pivot < 0.0) sign = -sign;
        if (solver->pivot[i] != i + 1) sign = -sign; /* a row exchange */
        if (log_size != NULL) sum += log(fabs(pivot));
    }
    if (log_size != NULL) *log_size = sum;
    return sign;
}
