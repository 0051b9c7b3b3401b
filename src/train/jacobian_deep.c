// SPDX-License-Identifier: GPL-3.0-or-later
/* Deep g: U_ij = out(g(p_ij)), p_ij = f_i + f_j. The residual of a row i is
 *     P_i = sum_j U_ij Q_j,   dP_i = sum_j s_ij Q_j [ dg(p_ij) + (dg/dp)(p_ij) . (df_i + df_j) ].
 * Rows are taken in batches, so that the coefficients of df meet df in large matrix products. */
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/stop.h"
#include "tangent.h"

enum { BATCH = 32 }; /* radii */

hp_status hp_jacobian_create_deep(const hp_loss *loss, hp_jacobian *jacobian, hp_error *err) {
    const hp_model *model = loss->model;
    size_t n = (size_t)loss->n, width = (size_t)model->g.width[0];
    HP_ALLOCATE(jacobian->features, n * width * model->f.nparam);
    HP_ALLOCATE(jacobian->pair_tangent, n * model->g.nparam);
    HP_ALLOCATE(jacobian->pair_gradient, n * width);
    HP_ALLOCATE(jacobian->seed, n * width);
    HP_ALLOCATE(jacobian->row_sum, n);
    HP_ALLOCATE(jacobian->coefficient, (size_t)BATCH * (size_t)loss->ncolumn * n * width);
    jacobian->max += model->v_start;
    return HP_OK;
}

/* g on the pairs (row, j), j = 0 ... n-1: its derivatives by weights and inputs. */
static void evaluate_pairs(hp_jacobian *jacobian, hp_loss *loss, const double *param, int row) {
    const hp_model *model = loss->model;
    hp_model_grid *grid = &loss->grid;
    const double *g = param + model->g_start;
    size_t n = (size_t)loss->n, width = (size_t)model->g.width[0];
    const double *f_row = grid->f_out + (size_t)row * width;
    for (size_t j = 0; j < n; j++)
        for (size_t k = 0; k < width; k++)
            grid->pair[j * width + k] = f_row[k] + grid->f_out[j * width + k];
    hp_mlp_forward(&model->g, g, grid->pair, loss->n, &grid->g_work);
    for (size_t j = 0; j < n; j++) jacobian->row_sum[j] = 1.0;
    hp_mlp_tangent(&model->g, g, grid->pair, loss->n, jacobian->row_sum, &grid->g_work,
                   jacobian->pair_tangent, model->g.nparam, jacobian->pair_gradient);
}

/* Row i of every column: the part of g into J, the coefficients of df into the batch. */
static void fill_row(hp_jacobian *jacobian, const hp_loss *loss, int row, int in_batch) {
    const hp_model *model = loss->model;
    size_t n = (size_t)loss->n, width = (size_t)model->g.width[0];
    double *sum = jacobian->row_sum;
    for (int c = 0; c < loss->ncolumn; c++) {
        size_t point = (size_t)c * n + (size_t)row;
        double *coefficient =
            jacobian->coefficient + (size_t)(in_batch * loss->ncolumn + c) * n * width;
        double *own = coefficient + (size_t)row * width;
        for (size_t j = 0; j < n; j++) {
            sum[j] = -loss->root_weight[point] * hp_slope_of_pair(loss, row, (int)j) *
                     loss->qR[(size_t)c * n + j];
            for (size_t k = 0; k < width; k++)
                coefficient[j * width + k] = sum[j] * jacobian->pair_gradient[j * width + k];
        }
        cblas_dgemv(CblasRowMajor, CblasTrans, (int)n, (int)width, 1.0, jacobian->pair_gradient,
                    (int)width, sum, 1, 1.0, own, 1);
        cblas_dgemv(CblasRowMajor, CblasTrans, (int)n, (int)model->g.nparam, 1.0,
                    jacobian->pair_tangent, (int)model->g.nparam, sum, 1, 0.0,
                    jacobian->J + point * jacobian->columns + model->g_start, 1);
    }
}

static void fill_regulator_row(hp_jacobian *jacobian, const hp_loss *loss, int row) {
    const hp_model *model = loss->model;
    size_t width = (size_t)model->g.width[0], nparam = model->f.nparam;
    size_t above = (size_t)(row - loss->cutoff_start);
    double *J = jacobian->J + ((size_t)loss->n * (size_t)loss->ncolumn + above * (above + 1) / 2) *
                                  jacobian->columns;
    const double *df_i = jacobian->features + (size_t)row * width * nparam;
    for (int j = loss->cutoff_start; j <= row; j++, J += jacobian->columns) {
        const double *df_j = jacobian->features + (size_t)j * width * nparam;
        const double *gradient = jacobian->pair_gradient + (size_t)j * width;
        double slope =
            hp_slope_of_pair(loss, row, j) * sqrt((j < row ? 2.0 : 1.0) * loss->cutoff_weight);
        for (size_t k = 0; k < width; k++) {
            cblas_daxpy((int)nparam, slope * gradient[k], df_i + k * nparam, 1, J, 1);
            cblas_daxpy((int)nparam, slope * gradient[k], df_j + k * nparam, 1, J, 1);
        }
        cblas_daxpy((int)model->g.nparam, slope,
                    jacobian->pair_tangent + (size_t)j * model->g.nparam, 1, J + model->g_start, 1);
    }
}

hp_status hp_jacobian_compute_deep(hp_jacobian *jacobian, hp_loss *loss, const double *param,
                                   hp_error *err) {
    const hp_model *model = loss->model;
    size_t n = (size_t)loss->n, width = (size_t)model->g.width[0], nparam = model->f.nparam;
    int inner = loss->n * model->g.width[0];
    for (size_t k = 0; k < width; k++) { /* d f_k(r) / d theta for every feature k */
        memset(jacobian->seed, 0, n * width * sizeof *jacobian->seed);
        for (size_t r = 0; r < n; r++) jacobian->seed[r * width + k] = 1.0;
        hp_mlp_tangent(&model->f, param, loss->grid.x, loss->n, jacobian->seed, &loss->grid.f_work,
                       jacobian->features + k * nparam, width * nparam, NULL);
    }
    for (int first = 0; first < loss->n; first += BATCH) {
        int count = loss->n - first < BATCH ? loss->n - first : BATCH;
        for (int i = 0; i < count; i++) {
            HP_CALL(hp_stop_check(err));
            evaluate_pairs(jacobian, loss, param, first + i);
            fill_row(jacobian, loss, first + i, i);
            if (first + i >= loss->cutoff_start) fill_regulator_row(jacobian, loss, first + i);
        }
        /* the part of f: coefficients (batch, columns; n, width) times d f (n, width; nparam) */
        for (int c = 0; c < loss->ncolumn; c++)
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, count, (int)nparam, inner, 1.0,
                        jacobian->coefficient + (size_t)c * (size_t)inner, loss->ncolumn * inner,
                        jacobian->features, (int)nparam, 0.0,
                        jacobian->J + ((size_t)c * n + (size_t)first) * jacobian->columns,
                        (int)jacobian->columns);
    }
    return HP_OK;
}
