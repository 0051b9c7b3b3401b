// SPDX-License-Identifier: GPL-3.0-or-later
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "unsymmetric.h"

/* f on the pairs (row, rp), rp = 0 ... n-1, as one batch. */
static const double *evaluate_row(const hp_model *model, const double *param, int row,
                                  hp_model_grid *grid) {
    for (size_t rp = 0; rp < (size_t)grid->n; rp++) {
        grid->pair[2 * rp] = grid->x[row];
        grid->pair[2 * rp + 1] = grid->x[rp];
    }
    return hp_mlp_forward(&model->f, param, grid->pair, grid->n, &grid->f_work);
}

void hp_ordered_pairs_forward(const hp_model *model, const double *param, hp_model_grid *grid,
                              hp_model_columns *columns) {
    int n = grid->n, first = 0, end = n, cutoff = n;
    if (columns != NULL) {
        first = columns->first;
        end = first + hp_columns_rows(columns, n);
        cutoff = columns->cutoff_start;
    }
    for (int r = 0; r < n; r++) {
        if ((r < first || r >= end) && r < cutoff) continue;
        const double *z = evaluate_row(model, param, r, grid);
        double *restrict U = grid->U + (size_t)r * (size_t)n;
        double *restrict slope = grid->slope + (size_t)r * (size_t)n;
        memcpy(U, z, (size_t)n * sizeof *z);
        hp_activation_apply(model->output, (size_t)n, U, slope);
        for (int rp = 0; rp < n; rp++) {
            double factor = model->scale * (grid->envelope[r] * grid->envelope[rp]);
            U[rp] *= factor;
            slope[rp] *= factor;
        }
        if (columns == NULL) continue;
        cblas_dgemv(CblasRowMajor, CblasNoTrans, columns->ncolumn, n, 1.0, columns->Q, n, U, 1, 1.0,
                    columns->product + r, n);
        if (r >= cutoff) columns->square += cblas_ddot(n - cutoff, U + cutoff, 1, U + cutoff, 1);
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

void hp_factors_compute(const hp_model *model, const double *param, hp_model_grid *grid) {
    bool partial = model->kind == HP_MODEL_PARTIAL;
    size_t n = (size_t)grid->n;
    double rate = partial ? model->decay : param[0];
    double *restrict left = grid->left, *restrict right = grid->right;
    const double *restrict r = grid->r;
    for (size_t i = 0; i < n; i++) left[i] = model->scale * exp(-rate * r[i]);
    if (partial) {
        memcpy(right, grid->f_out, n * sizeof *right);
        hp_activation_apply(model->output, n, right, grid->right_slope);
        return;
    }
    for (size_t i = 0; i < n; i++) right[i] = exp(-param[1] * r[i]);
}

void hp_factors_map(hp_model_grid *grid) {
    size_t n = (size_t)grid->n;
    if (grid->U == NULL) return;
    for (size_t r = 0; r < n; r++)
        for (size_t rp = 0; rp < n; rp++) grid->U[r * n + rp] = grid->left[r] * grid->right[rp];
}

void hp_factors_multiply(const hp_model_grid *grid, hp_model_columns *columns) {
    int n = grid->n, first = columns->first, rows = hp_columns_rows(columns, n);
    for (int c = 0; c < columns->ncolumn; c++) {
        size_t start = (size_t)c * (size_t)n;
        double integral = cblas_ddot(n, grid->right, 1, columns->Q + start, 1);
        cblas_daxpy(rows, integral, grid->left + first, 1, columns->product + start + (size_t)first,
                    1);
    }
}

/* dL/df_j = right'_j sum_c (left . d_c) Q_cj. */
static void backward_right(const hp_model_columns *columns, hp_model_grid *grid) {
    int n = grid->n, first = columns->first, rows = hp_columns_rows(columns, n);
    memset(grid->d_f, 0, (size_t)n * sizeof *grid->d_f);
    for (int c = 0; c < columns->ncolumn; c++) {
        size_t start = (size_t)c * (size_t)n;
        double sum =
            cblas_ddot(rows, grid->left + first, 1, columns->d_product + start + (size_t)first, 1);
        cblas_daxpy(n, sum, columns->Q + start, 1, grid->d_f, 1);
    }
    for (int r = 0; r < n; r++) grid->d_f[r] *= grid->right_slope[r];
}

/* dL/dtheta_1 = - sum_c (r left . d_c) (right . Q_c), dL/dtheta_2 = - sum_c (left . d_c)
 * (r right . Q_c), d_c = dL/d product_c. */
static void backward_theta(const hp_model_columns *columns, const hp_model_grid *grid,
                           double *d_theta) {
    size_t n = (size_t)grid->n, first = (size_t)columns->first;
    size_t end = first + (size_t)hp_columns_rows(columns, grid->n);
    const double *restrict r = grid->r, *restrict left = grid->left, *restrict right = grid->right;
    for (size_t c = 0; c < (size_t)columns->ncolumn; c++) {
        const double *restrict Q = columns->Q + c * n, *restrict d = columns->d_product + c * n;
        double plain_d = 0.0, with_r_d = 0.0, plain_Q = 0.0, with_r_Q = 0.0;
        for (size_t i = first; i < end; i++) {
            plain_d += left[i] * d[i];
            with_r_d += r[i] * left[i] * d[i];
        }
#pragma omp simd reduction(+ : plain_Q, with_r_Q)
        for (size_t j = 0; j < n; j++) {
            plain_Q += right[j] * Q[j];
            with_r_Q += r[j] * right[j] * Q[j];
        }
        d_theta[0] -= with_r_d * plain_Q;
        d_theta[1] -= plain_d * with_r_Q;
    }
}

void hp_factors_backward(const hp_model *model, const hp_model_columns *columns,
                         hp_model_grid *grid, double *d_param) {
    if (model->kind == HP_MODEL_PARTIAL)
        backward_right(columns, grid);
    else
        backward_theta(columns, grid, d_param);
}
