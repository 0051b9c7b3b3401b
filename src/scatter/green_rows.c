// SPDX-License-Identifier: GPL-3.0-or-later
#include "green_rows.h"
#include <string.h>
#include <cblas.h>

static void replace_by_sum_so_far(double *row, double *total, int size) {
    for (int j = 0; j < size; j++) {
        double own = row[j];
        row[j] = total[j];
        total[j] += own;
    }
}

static void sum_other_panels(const hp_green_rows *at) {
    const hp_quadrature *grid = at->grid;
    int n = grid->n, size = at->columns, order = grid->order, panels = grid->panels;
    const double *f = at->pair, *g = f + n;
    for (int i = 0; i < n; i++) {
        at->weighted[i] = grid->weight[i] * g[i];
        at->weighted[n + i] = grid->weight[i] * f[i];
    }
    memset(at->bra, 0, (size_t)size * sizeof *at->bra);
    memset(at->above, 0, (size_t)size * sizeof *at->above);
    for (int panel = 0; panel < panels; panel++) {
        int first = panel * order;
        double *outer = at->outer + 2 * (size_t)panel * (size_t)size;
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 2, size, order, 1.0,
                    at->weighted + first, n, at->A + (size_t)first * (size_t)size, size, 0.0, outer,
                    size);
        replace_by_sum_so_far(outer + size, at->bra, size);
    }
    for (int panel = panels - 1; panel >= 0; panel--)
        replace_by_sum_so_far(at->outer + 2 * (size_t)panel * (size_t)size, at->above, size);
}

static void fill_inner(const hp_green_rows *at, int panel) {
    const hp_quadrature *grid = at->grid;
    int order = grid->order, first = panel * order;
    double length = hp_quadrature_panel_length(grid, panel);
    const double *f = at->pair + first, *g = f + grid->n, *w = grid->weight + first;
    for (int i = 0; i < order; i++)
        for (int j = 0; j < order; j++) {
            double left = length * grid->left[i * order + j];
            at->inner[i * order + j] = g[i] * left * f[j] + f[i] * (w[j] - left) * g[j];
        }
}

double hp_green_rows_form(const hp_green_rows *at) {
    int n = at->grid->n, size = at->columns, order = at->grid->order;
    double sum = 0.0;
    sum_other_panels(at);
    for (int panel = 0; panel < at->grid->panels; panel++) {
        int first = panel * order;
        size_t start = (size_t)first * (size_t)size;
        double *rows = at->rows + start;
        fill_inner(at, panel);
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, order, size, 2, 1.0, at->pair + first,
                    n, at->outer + 2 * (size_t)panel * (size_t)size, size, 0.0, rows, size);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, order, size, order, 1.0, at->inner,
                    order, at->A + start, size, 1.0, rows, size);
        sum += cblas_dasum(order * size, rows, 1);
    }
    return sum;
}
