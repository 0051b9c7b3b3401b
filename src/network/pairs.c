// SPDX-License-Identifier: GPL-3.0-or-later
#include "pairs.h"
#include <cblas.h>
#include <math.h>
#include <string.h>

/* exp(a) exp(a') neither overflows nor loses digits for exponents up to this. */
#define LARGEST_EXPONENT 300.0

/* With one linear layer g(f_i + f_j) = a_i + a_j + b: one number per radius instead of one network
 * per pair. The order (a_i + a_j) + b keeps U symmetric to the last bit. */
static void linear_features(const hp_model *model, const double *param, hp_model_grid *grid) {
    int width = model->g.width[0];
    cblas_dgemv(CblasRowMajor, CblasNoTrans, grid->n, width, 1.0, grid->f_out, width, param, 1, 0.0,
                grid->a, 1);
}

/* exp(a_i + a_j + b) = exp(a_i + b/2) exp(a_j + b/2): n exponentials for n^2/2 pairs. The product
 * is as close to exp(z) as the rounding of z itself allows. */
static bool prepare_elu(const hp_model *model, double bias, hp_model_grid *grid) {
    if (model->output != HP_ELU) return false;
    for (int r = 0; r < grid->n; r++) {
        double exponent = grid->a[r] + 0.5 * bias;
        if (!(fabs(exponent) < LARGEST_EXPONENT)) return false; /* nor NaN */
        grid->exp_a[r] = exp(exponent);
    }
    return true;
}

static void elu_row(const hp_model *model, double bias, int row, hp_model_grid *grid) {
    double *restrict U = grid->U + (size_t)row * (size_t)grid->n;
    double *restrict slope = grid->slope + (size_t)row * (size_t)grid->n;
    const double *restrict a = grid->a, *restrict exp_a = grid->exp_a;
    const double *restrict envelope = grid->envelope;
    double a_row = a[row], exp_row = exp_a[row], envelope_row = envelope[row];
    double scale = model->scale;
    for (int rp = 0; rp <= row; rp++) {
        double z = (a_row + a[rp]) + bias, e = exp_row * exp_a[rp];
        double factor = scale * (envelope_row * envelope[rp]);
        U[rp] = factor * (z > 0.0 ? z : e - 1.0);
        slope[rp] = factor * (z > 0.0 ? 1.0 : e);
    }
}

/* From the arguments of out() in one row of U to U itself and its slope. */
static void finish_row(const hp_model *model, int row, hp_model_grid *grid) {
    size_t start = (size_t)row * (size_t)grid->n;
    double *restrict U = grid->U + start, *restrict slope = grid->slope + start;
    const double *restrict envelope = grid->envelope;
    double scale = model->scale, envelope_row = envelope[row];
    hp_activation_apply(model->output, (size_t)row + 1, U, slope);
    for (int rp = 0; rp <= row; rp++) {
        double factor = scale * (envelope_row * envelope[rp]);
        U[rp] *= factor;
        slope[rp] *= factor;
    }
}

static void linear_row(const hp_model *model, double bias, int row, hp_model_grid *grid) {
    double *restrict U = grid->U + (size_t)row * (size_t)grid->n;
    const double *restrict a = grid->a;
    double a_row = a[row];
    for (int rp = 0; rp <= row; rp++) U[rp] = (a_row + a[rp]) + bias;
    finish_row(model, row, grid);
}

/* g on the pairs (row, rp), rp = 0 .. row, as one batch. */
static const double *deep_row(const hp_model *model, const double *param, int row,
                              hp_model_grid *grid) {
    int width = model->g.width[0];
    const double *f_row = grid->f_out + (size_t)row * (size_t)width;
    for (int rp = 0; rp <= row; rp++) {
        const double *f_rp = grid->f_out + (size_t)rp * (size_t)width;
        double *pair = grid->pair + (size_t)rp * (size_t)width;
        for (int i = 0; i < width; i++) pair[i] = f_row[i] + f_rp[i];
    }
    return hp_mlp_forward(&model->g, param, grid->pair, row + 1, &grid->g_work);
}

/* What row r of the lower triangle adds to U Q and to the sum of squares. */
static void multiply_row(const hp_model_grid *grid, int row, hp_model_columns *columns) {
    size_t n = (size_t)grid->n;
    const double *restrict U = grid->U + (size_t)row * n;
    if (row == 0) columns->square = 0.0;
    for (int c = 0; c < columns->ncolumn; c++) {
        const double *restrict Q = columns->Q + (size_t)c * n;
        double *restrict product = columns->product + (size_t)c * n;
        double dot = 0.0, Q_row = Q[row];
#pragma omp simd reduction(+ : dot)
        for (int rp = 0; rp < row; rp++) {
            dot += U[rp] * Q[rp];
            product[rp] += U[rp] * Q_row;
        }
        product[row] += dot + U[row] * Q_row;
    }
    if (row < columns->cutoff_start) return;
    double sum = 0.0;
#pragma omp simd reduction(+ : sum)
    for (int rp = columns->cutoff_start; rp < row; rp++) sum += U[rp] * U[rp];
    columns->square += 2.0 * sum + U[row] * U[row]; /* both orders of each pair */
}

void hp_pairs_forward(const hp_model *model, const double *param, hp_model_grid *grid,
                      hp_model_columns *columns) {
    bool linear = model->g.nlayer == 1, elu = false;
    double bias = param[model->g.width[0]]; /* of a linear g */
    if (linear) {
        linear_features(model, param, grid);
        elu = prepare_elu(model, bias, grid);
    }
    for (int r = 0; r < grid->n; r++) {
        if (elu) {
            elu_row(model, bias, r, grid);
        } else if (linear) {
            linear_row(model, bias, r, grid);
        } else {
            const double *z = deep_row(model, param, r, grid);
            memcpy(grid->U + (size_t)r * (size_t)grid->n, z, ((size_t)r + 1) * sizeof *z);
            finish_row(model, r, grid);
        }
        if (columns != NULL) multiply_row(grid, r, columns);
    }
}

/* d_U[rp] = dL/dU of the pair (row, rp), rp = 0 .. row, with U_ij = U_ji:
 * sum_c (d_ci Q_cj + d_cj Q_ci) + 4 d_square U_ij, and half of it on the diagonal. */
static void gradient_of_row(const hp_model_grid *grid, const hp_model_columns *columns, int row,
                            double *restrict d_U) {
    size_t n = (size_t)grid->n;
    const double *restrict U = grid->U + (size_t)row * n;
    for (int c = 0; c < columns->ncolumn; c++) {
        const double *restrict Q = columns->Q + (size_t)c * n;
        const double *restrict d_product = columns->d_product + (size_t)c * n;
        double Q_row = Q[row], d_row = d_product[row];
        if (c == 0)
            for (int rp = 0; rp <= row; rp++) d_U[rp] = d_row * Q[rp] + d_product[rp] * Q_row;
        else
            for (int rp = 0; rp <= row; rp++) d_U[rp] += d_row * Q[rp] + d_product[rp] * Q_row;
    }
    double factor = 4.0 * columns->d_square;
    for (int rp = columns->cutoff_start; rp <= row; rp++) d_U[rp] += factor * U[rp];
    d_U[row] *= 0.5;
}

static void backward_deep_row(const hp_model *model, const double *param, int row,
                              hp_model_grid *grid, double *d_param) {
    size_t width = (size_t)model->g.width[0];
    double *d_f_row = grid->d_f + (size_t)row * width;
    deep_row(model, param, row, grid); /* layers of g again: keeps memory at one row of pairs */
    hp_mlp_backward(&model->g, param, grid->pair, row + 1, grid->d_row, &grid->g_work, d_param,
                    grid->d_pair);
    for (int rp = 0; rp <= row; rp++) {
        const double *d_pair = grid->d_pair + (size_t)rp * width;
        double *d_f_rp = grid->d_f + (size_t)rp * width;
        for (size_t i = 0; i < width; i++) {
            d_f_rp[i] += d_pair[i];
            d_f_row[i] += d_pair[i];
        }
    }
}

/* From grid->d_a to f and the parameters of a linear g. */
static void backward_linear(const hp_model *model, const double *param, double d_bias,
                            hp_model_grid *grid, double *d_param) {
    int n = grid->n, width = model->g.width[0];
    d_param[width] += d_bias;
    cblas_dgemv(CblasRowMajor, CblasTrans, n, width, 1.0, grid->f_out, width, grid->d_a, 1, 1.0,
                d_param, 1);
    for (int r = 0; r < n; r++)
        for (int i = 0; i < width; i++)
            grid->d_f[(size_t)r * (size_t)width + (size_t)i] = grid->d_a[r] * param[i];
}

void hp_pairs_backward(const hp_model *model, const double *param, const hp_model_columns *columns,
                       hp_model_grid *grid, double *d_param) {
    size_t n = (size_t)grid->n, width = (size_t)model->g.width[0];
    bool linear = model->g.nlayer == 1;
    double d_bias = 0.0, *restrict d_a = grid->d_a;
    double *restrict d_row = grid->d_row;
    memset(d_a, 0, n * sizeof *d_a);
    if (!linear) memset(grid->d_f, 0, n * width * sizeof *grid->d_f);
    for (int r = 0; r < grid->n; r++) {
        const double *restrict slope = grid->slope + (size_t)r * n;
        gradient_of_row(grid, columns, r, d_row);
        if (!linear) {
            for (int rp = 0; rp <= r; rp++) d_row[rp] *= slope[rp];
            backward_deep_row(model, param, r, grid, d_param);
            continue;
        }
        double sum = 0.0;
#pragma omp simd reduction(+ : sum)
        for (int rp = 0; rp <= r; rp++) {
            double d_z = d_row[rp] * slope[rp];
            d_a[rp] += d_z; /* z_ij depends on a_i and a_j alike */
            sum += d_z;
        }
        d_a[r] += sum;
        d_bias += sum;
    }
    if (linear) backward_linear(model, param, d_bias, grid, d_param);
}

bool hp_pairs_separate(const hp_model *model, const hp_model_grid *grid,
                       const hp_model_columns *columns) {
    return model->g.nlayer == 1 && model->output == HP_IDENTITY && columns->cutoff_start >= grid->n;
}

void hp_separable_forward(const hp_model *model, const double *param, hp_model_grid *grid,
                          hp_model_columns *columns) {
    int n = grid->n;
    double bias = param[model->g.width[0]];
    linear_features(model, param, grid);
    columns->square = 0.0;
    for (int c = 0; c < columns->ncolumn; c++) {
        const double *Q = columns->Q + (size_t)c * (size_t)n;
        double *product = columns->product + (size_t)c * (size_t)n;
        double plain = 0.0, with_a = 0.0;
        for (int r = 0; r < n; r++) {
            plain += grid->envelope[r] * Q[r];
            with_a += grid->a[r] * (grid->envelope[r] * Q[r]);
        }
        for (int r = 0; r < n; r++)
            product[r] += model->scale * grid->envelope[r] * ((grid->a[r] + bias) * plain + with_a);
    }
}

void hp_separable_backward(const hp_model *model, const double *param,
                           const hp_model_columns *columns, hp_model_grid *grid, double *d_param) {
    int n = grid->n;
    double d_bias = 0.0;
    memset(grid->d_a, 0, (size_t)n * sizeof *grid->d_a);
    for (int c = 0; c < columns->ncolumn; c++) {
        const double *Q = columns->Q + (size_t)c * (size_t)n;
        const double *d_product = columns->d_product + (size_t)c * (size_t)n;
        double sum = model->scale * cblas_ddot(n, grid->envelope, 1, Q, 1);
        double d_sum = model->scale * cblas_ddot(n, grid->envelope, 1, d_product, 1);
        for (int r = 0; r < n; r++)
            grid->d_a[r] += grid->envelope[r] * (d_product[r] * sum + Q[r] * d_sum);
        d_bias += d_sum * sum / model->scale;
    }
    backward_linear(model, param, d_bias, grid, d_param);
}
