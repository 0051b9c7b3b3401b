// SPDX-License-Identifier: GPL-3.0-or-later
#include <cblas.h>
#include <string.h>
#include "unsymmetric.h"

static bool is_wanted(const hp_model_columns *columns, int n, int row) {
    int first = columns->first, end = first + hp_columns_rows(columns, n);
    return (row >= first && row < end) || row >= columns->cutoff_start;
}

/* f on the pairs (row, rp), rp = 0 ... n-1, as one batch. */
static const double *evaluate_row(const hp_model *model, const double *param, int row,
                                  hp_model_grid *grid) {
    for (size_t rp = 0; rp < (size_t)grid->n; rp++) {
        grid->pair[2 * rp] = grid->x[row];
        grid->pair[2 * rp + 1] = grid->x[rp];
    }
    return hp_mlp_forward(&model->f, param, grid->pair, grid->n, &grid->f_work);
}

/* From the arguments of out() in one row of U to U itself and its slope. */
static void finish_row(const hp_model *model, int row, hp_model_grid *grid) {
    size_t n = (size_t)grid->n, start = (size_t)row * n;
    double *restrict U = grid->U + start, *restrict slope = grid->slope + start;
    hp_activation_apply(model->output, n, U, slope);
    for (size_t rp = 0; rp < n; rp++) {
        double factor = model->scale * (grid->envelope[row] * grid->envelope[rp]);
        U[rp] *= factor;
        slope[rp] *= factor;
    }
}

static void multiply_row(const hp_model_grid *grid, int row, hp_model_columns *columns) {
    int n = grid->n, start = columns->cutoff_start;
    const double *U = grid->U + (size_t)row * (size_t)n;
    cblas_dgemv(CblasRowMajor, CblasNoTrans, columns->ncolumn, n, 1.0, columns->Q, n, U, 1, 1.0,
                columns->product + row, n);
    if (row >= start) columns->square += cblas_ddot(n - start, U + start, 1, U + start, 1);
}

void hp_ordered_pairs_forward(const hp_model *model, const double *param, hp_model_grid *grid,
                              hp_model_columns *columns) {
    size_t n = (size_t)grid->n;
    for (int r = 0; r < grid->n; r++) {
        if (columns != NULL && !is_wanted(columns, grid->n, r)) continue;
        const double *z = evaluate_row(model, param, r, grid);
        memcpy(grid->U + (size_t)r * n, z, n * sizeof *z);
        finish_row(model, r, grid);
        if (columns != NULL) multiply_row(grid, r, columns);
    }
}

/* d_z[rp] = dL/dz of the pair (row, rp): slope times sum_c d_ci Q_cj + 2 d_square U_ij. Returns
 * whether it may be other than zero. */
static bool gradient_of_row(const hp_model_grid *grid, const hp_model_columns *columns, int row,
                            double *restrict d_z) {
    size_t n = (size_t)grid->n;
    bool any = row >= columns->cutoff_start;
    memset(d_z, 0, n * sizeof *d_z);
    for (size_t c = 0; c < (size_t)columns->ncolumn; c++) {
        double d = columns->d_product[c * n + (size_t)row];
        if (d == 0.0) continue;
        any = true;
        cblas_daxpy(grid->n, d, columns->Q + c * n, 1, d_z, 1);
    }
    if (!any) return false;
    const double *U = grid->U + (size_t)row * n, *slope = grid->slope + (size_t)row * n;
    for (int rp = columns->cutoff_start; row >= columns->cutoff_start && rp < grid->n; rp++)
        d_z[rp] += 2.0 * columns->d_square * U[rp];
    for (size_t rp = 0; rp < n; rp++) d_z[rp] *= slope[rp];
    return true;
}

void hp_ordered_pairs_backward(const hp_model *model, const double *param,
                               const hp_model_columns *columns, hp_model_grid *grid,
                               double *d_param) {
    for (int r = 0; r < grid->n; r++) {
        if (!gradient_of_row(grid, columns, r, grid->d_row)) continue;
        evaluate_row(model, param, r, grid); /* again: keeps memory at one row of pairs */
        hp_mlp_backward(&model->f, param, grid->pair, grid->n, grid->d_row, &grid->f_work, d_param,
                        NULL);
    }
}
