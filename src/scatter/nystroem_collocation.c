// SPDX-License-Identifier: GPL-3.0-or-later
/* The inverse of -d^2/dr^2 as two integrations of the polynomial through the nodes of each panel,
 * P = C C*, that is Gauss collocation of u'' = f; docs/method-scatter.md. */
#include <float.h>
#include <math.h>
#include <string.h>
#include <cblas.h>
#include "nystroem_private.h"
#include "nystroem_reduced.h"

/* result = C f, from r = 0 to each node, or inwards C* f, from each node to the end of the range,
 * column by column. */
static void integrate(const hp_nystroem *solver, bool inwards, const double *f, double *result) {
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n, order = grid->order;
    size_t row = (size_t)n;
    double *so_far = solver->above, *inner = solver->inner;
    memset(so_far, 0, row * sizeof *so_far);
    for (int step = 0; step < grid->panels; step++) {
        int panel = inwards ? grid->panels - 1 - step : step;
        double length = hp_quadrature_panel_length(grid, panel);
        size_t first = (size_t)panel * (size_t)order;
        const double *weight = grid->weight + first, *here = f + first * row;
        for (int i = 0; i < order; i++) {
            memcpy(result + (first + (size_t)i) * row, so_far, row * sizeof *so_far);
            for (int j = 0; j < order; j++) {
                double left = length * grid->left[i * order + j];
                inner[i * order + j] = inwards ? weight[j] - left : left;
            }
        }
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, order, n, order, 1.0, inner, order,
                    here, n, 1.0, result + first * row, n);
        cblas_dgemv(CblasRowMajor, CblasTrans, order, n, 1.0, here, n, weight, 1, 1.0, so_far, 1);
    }
}

hp_status hp_reduced_form(hp_nystroem *solver, double k2, double gamma, hp_error *err) {
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n;
    double size = 0.0, g = gamma / (1.0 + gamma * grid->range), *moment = solver->bra;
    hp_nystroem_set_diagonal(solver, k2, -k2);
    integrate(solver, true, solver->potential, solver->reduced->factor);
    integrate(solver, false, solver->reduced->factor, solver->matrix);
    if (g > 0.0) {
        for (int i = 0; i < n; i++) solver->z[i] = grid->weight[i] * grid->r[i];
        cblas_dgemv(CblasRowMajor, CblasTrans, n, n, 1.0, solver->potential, n, solver->z, 1, 0.0,
                    moment, 1);
        cblas_dger(CblasRowMajor, n, n, -g, grid->r, 1, moment, 1, solver->matrix, n);
    }
    for (int i = 0; i < n; i++) size += cblas_dasum(n, solver->matrix + (size_t)i * (size_t)n, 1);
    for (size_t i = 0; i < (size_t)n; i++) solver->matrix[i * (size_t)(n + 1)] += 1.0;
    /* False for NaN. In the sum with such numbers nothing is left of the 1 of free motion. */
    HP_REQUIRE(size < n / DBL_EPSILON, HP_ERR_NUMERIC,
               "the potential is too large: it is so strong that rounding decides what waves do");
    return HP_OK;
}

void hp_reduced_apply_green(hp_nystroem *solver, const double *f, double *result) {
    const hp_quadrature *grid = &solver->grid;
    int order = grid->order;
    double gamma = solver->reduced->gamma, g = gamma / (1.0 + gamma * grid->range);
    double after = 0.0, before = 0.0, moment = 0.0, *inner = solver->z;
    for (int start = grid->n - order; start >= 0; start -= order) {
        double length = hp_quadrature_panel_length(grid, start / order);
        for (int i = 0; i < order; i++) {
            double sum = after;
            for (int j = 0; j < order; j++)
                sum +=
                    (grid->weight[start + j] - length * grid->left[i * order + j]) * f[start + j];
            inner[start + i] = sum;
        }
        for (int j = start; j < start + order; j++) {
            after += grid->weight[j] * f[j];
            moment += grid->weight[j] * grid->r[j] * f[j];
        }
    }
    for (int start = 0; start < grid->n; start += order) {
        double length = hp_quadrature_panel_length(grid, start / order);
        for (int i = 0; i < order; i++) {
            double sum = before - g * moment * grid->r[start + i];
            for (int j = 0; j < order; j++)
                sum += length * grid->left[i * order + j] * inner[start + j];
            result[start + i] = sum;
        }
        for (int j = start; j < start + order; j++) before += grid->weight[j] * inner[j];
    }
}
