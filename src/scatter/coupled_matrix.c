// SPDX-License-Identifier: GPL-3.0-or-later
/* M = 1 - G A of coupled components on the nodes, as nystroem_matrix.c has it for one, and its LU
 * factors. */
#include <float.h>
#include <math.h>
#include <string.h>
#include <cblas.h>
#include <gsl/gsl_machine.h>
#include "coupled_private.h"

static void replace_by_sum_so_far(double *row, double *total, int size) {
    for (int j = 0; j < size; j++) {
        double own = row[j];
        row[j] = total[j];
        total[j] += own;
    }
}

static void sum_other_panels(hp_coupled *solver, int c) {
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n, size = solver->size, order = grid->order, panels = grid->panels;
    const double *f = solver->pair + (ptrdiff_t)2 * c * n, *g = f + n;
    double *bra = solver->bra + (ptrdiff_t)c * size;
    for (int i = 0; i < n; i++) {
        solver->weighted[i] = grid->weight[i] * g[i];
        solver->weighted[n + i] = grid->weight[i] * f[i];
    }
    memset(bra, 0, (size_t)size * sizeof *bra);
    memset(solver->above, 0, (size_t)size * sizeof *bra);
    for (int panel = 0; panel < panels; panel++) {
        const double *A = solver->A + (size_t)(c * n + panel * order) * (size_t)size;
        double *outer = solver->outer + (ptrdiff_t)2 * panel * size;
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 2, size, order, 1.0,
                    solver->weighted + (ptrdiff_t)panel * order, n, A, size, 0.0, outer, size);
        replace_by_sum_so_far(outer + size, bra, size);
    }
    for (int panel = panels - 1; panel >= 0; panel--)
        replace_by_sum_so_far(solver->outer + (ptrdiff_t)2 * panel * size, solver->above, size);
}

static void fill_inner(hp_coupled *solver, int c, int panel) {
    const hp_quadrature *grid = &solver->grid;
    int order = grid->order, first = panel * order;
    double length = hp_quadrature_panel_length(grid, panel);
    const double *f = solver->pair + (ptrdiff_t)2 * c * grid->n + first, *g = f + grid->n;
    const double *w = grid->weight + first;
    for (int i = 0; i < order; i++)
        for (int j = 0; j < order; j++) {
            double left = length * grid->left[i * order + j];
            solver->inner[i * order + j] = g[i] * left * f[j] + f[i] * (w[j] - left) * g[j];
        }
}

/* The rows of a component. */
static double form_rows(hp_coupled *solver, int c) {
    int n = solver->grid.n, order = solver->grid.order, size = solver->size;
    double sum = 0.0;
    sum_other_panels(solver, c);
    for (int panel = 0; panel < solver->grid.panels; panel++) {
        size_t start = (size_t)(c * n + panel * order) * (size_t)size;
        const double *outer = solver->outer + (ptrdiff_t)2 * panel * size;
        const double *pair = solver->pair + (ptrdiff_t)2 * c * n + (ptrdiff_t)panel * order;
        double *rows = solver->matrix + start;
        fill_inner(solver, c, panel);
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, order, size, 2, 1.0, pair, n, outer,
                    size, 0.0, rows, size);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, order, size, order, 1.0,
                    solver->inner, order, solver->A + start, size, 1.0, rows, size);
        sum += cblas_dasum(order * size, rows, 1);
    }
    return sum;
}

hp_status hp_coupled_form(hp_coupled *solver, hp_error *err) {
    size_t size = (size_t)solver->size;
    double sum = 0.0;
    for (int c = 0; c < solver->ncomponent; c++) sum += form_rows(solver, c);
    for (size_t i = 0; i < size; i++) solver->matrix[i * (size + 1)] += 1.0;
    /* LAPACK may write outside its arrays when numbers overflow on the way. False for NaN. */
    HP_REQUIRE(sum < GSL_SQRT_DBL_MAX, HP_ERR_NUMERIC,
               "the potential is too large: the linear system of the coupled equations is not "
               "finite");
    return HP_OK;
}

/* LU of M^T, since LAPACK reads our rows as columns; a pivot that cancels to zero stands for one of
 * the size of its rounding error. */
hp_status hp_coupled_factorise(hp_coupled *solver, hp_error *err) {
    size_t size = (size_t)solver->size;
    double largest = 0.0;
    int info = LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, solver->size, solver->size, solver->matrix,
                                   solver->size, solver->pivot);
    HP_REQUIRE(info >= 0, HP_ERR_LIBRARY, "dgetrf: argument %d is wrong", -info);
    if (info == 0) return HP_OK;
    for (size_t i = 0; i < size; i++) largest = fmax(largest, fabs(solver->matrix[i * (size + 1)]));
    for (size_t i = 0; i < size; i++) {
        double *diagonal = &solver->matrix[i * (size + 1)];
        if (*diagonal == 0.0) *diagonal = DBL_EPSILON * largest;
    }
    return HP_OK;
}

double hp_coupled_sign(const hp_coupled *solver) {
    double sign = 1.0;
    for (int i = 0; i < solver->size; i++) {
        if (solver->matrix[(size_t)i * (size_t)(solver->size + 1)] < 0.0) sign = -sign;
        if (solver->pivot[i] != i + 1) sign = -sign; /* a row exchange */
    }
    return sign;
}
