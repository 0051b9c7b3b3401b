// SPDX-License-Identifier: GPL-3.0-or-later
/* Potentials that are not symmetric; the columns are the weights themselves. P_i = sum_j U_ij Q_j,
 *     MLP             dP_i = sum_j s_ij Q_j df(x_i, x_j),    s_ij = dU_ij/df, a row i at a time
 *     partial         dP_i = left_i sum_j Q_j s_j df(x_j),   s_j = d right_j/df
 *     two parameters  dP_i/dtheta_1 = -r_i left_i sum_j Q_j right_j,
 *                     dP_i/dtheta_2 = -left_i sum_j Q_j r_j right_j. */
#include <cblas.h>
#include <math.h>
#include "hadpot/memory.h"
#include "hadpot/stop.h"
#include "tangent.h"

hp_status hp_jacobian_create_rows(const hp_loss *loss, hp_jacobian *jacobian, hp_error *err) {
    const hp_model *model = loss->model;
    size_t n = (size_t)loss->n, ncolumn = (size_t)loss->ncolumn;
    HP_ALLOCATE(jacobian->pair_tangent, n * model->f.nparam);
    HP_ALLOCATE(jacobian->row_sum, n);
    HP_ALLOCATE(jacobian->coefficient, ncolumn * (hp_model_is_product(model) ? model->v_start : n));
    jacobian->max += model->v_start;
    return HP_OK;
}

/* sum_j Q_cj d right_j by the weights of f. */
static void integrate_partial(hp_jacobian *jacobian, hp_loss *loss, const double *param) {
    const hp_mlp *f = &loss->model->f;
    hp_model_grid *grid = &loss->grid;
    int n = loss->n, nparam = (int)f->nparam;
    hp_mlp_forward(f, param, grid->x, n, &grid->f_work);
    hp_mlp_tangent(f, param, grid->x, n, grid->right_slope, &grid->f_work, jacobian->pair_tangent,
                   f->nparam, NULL);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, loss->ncolumn, nparam, n, 1.0, loss->qR,
                n, jacobian->pair_tangent, nparam, 0.0, jacobian->coefficient, nparam);
}

/* -sum_j Q_cj right_j, which theta_1 multiplies, and -sum_j Q_cj r_j right_j. */
static void integrate_theta(hp_jacobian *jacobian, const hp_loss *loss) {
    const hp_model_grid *grid = &loss->grid;
    size_t n = (size_t)loss->n;
    for (size_t j = 0; j < n; j++) jacobian->row_sum[j] = grid->r[j] * grid->right[j];
    for (size_t c = 0; c < (size_t)loss->ncolumn; c++) {
        double *integral = jacobian->coefficient + 2 * c;
        integral[0] = -cblas_ddot(loss->n, loss->qR + c * n, 1, grid->right, 1);
        integral[1] = -cblas_ddot(loss->n, loss->qR + c * n, 1, jacobian->row_sum, 1);
    }
}

static void fill_products(hp_jacobian *jacobian, const hp_loss *loss) {
    const hp_model_grid *grid = &loss->grid;
    size_t n = (size_t)loss->n, nparam = loss->model->v_start, columns = jacobian->columns;
    for (size_t point = 0; point < n * (size_t)loss->ncolumn; point++) {
        const double *integral = jacobian->coefficient + point / n * nparam;
        double *J = jacobian->J + point * columns;
        double factor = -loss->root_weight[point] * grid->left[point % n];
        for (size_t i = 0; i < nparam; i++) J[i] = factor * integral[i];
        if (loss->model->kind == HP_MODEL_TWO_PARAMETER) J[0] *= grid->r[point % n];
    }
}

static bool row_has_weight(const hp_loss *loss, int row) {
    for (int c = 0; c < loss->ncolumn; c++)
        if (loss->root_weight[(size_t)c * (size_t)loss->n + (size_t)row] > 0.0) return true;
    return false;
}

/* df of the pairs (row, j), and what the columns and the regulator make of them. */
static void fill_row_of_pairs(hp_jacobian *jacobian, hp_loss *loss, const double *param, int row) {
    const hp_mlp *f = &loss->model->f;
    hp_model_grid *grid = &loss->grid;
    size_t n = (size_t)loss->n;
    const double *slope = grid->slope + (size_t)row * n;
    for (size_t j = 0; j < n; j++) {
        grid->pair[2 * j] = grid->x[row];
        grid->pair[2 * j + 1] = grid->x[j];
    }
    hp_mlp_forward(f, param, grid->pair, loss->n, &grid->f_work);
    hp_mlp_tangent(f, param, grid->pair, loss->n, slope, &grid->f_work, jacobian->pair_tangent,
                   f->nparam, NULL);
    for (size_t c = 0; c < (size_t)loss->ncolumn; c++)
        for (size_t j = 0; j < n; j++)
            jacobian->coefficient[c * n + j] =
                -loss->root_weight[c * n + (size_t)row] * loss->qR[c * n + j];
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, loss->ncolumn, (int)f->nparam, loss->n,
                1.0, jacobian->coefficient, loss->n, jacobian->pair_tangent, (int)f->nparam, 0.0,
                jacobian->J + (size_t)row * jacobian->columns, loss->n * (int)jacobian->columns);
    if (row < loss->cutoff_start) return;
    size_t start = (size_t)loss->cutoff_start, above = ((size_t)row - start) * (n - start);
    double *J = jacobian->J + (n * (size_t)loss->ncolumn + above) * jacobian->columns;
    for (size_t j = start; j < n; j++, J += jacobian->columns)
        cblas_daxpy((int)f->nparam, sqrt(loss->cutoff_weight),
                    jacobian->pair_tangent + j * f->nparam, 1, J, 1);
}

hp_status hp_jacobian_compute_rows(hp_jacobian *jacobian, hp_loss *loss, const double *param,
                                   hp_error *err) {
    if (hp_model_is_product(loss->model)) {
        if (loss->model->kind == HP_MODEL_PARTIAL)
            integrate_partial(jacobian, loss, param);
        else
            integrate_theta(jacobian, loss);
        fill_products(jacobian, loss);
        return HP_OK;
    }
    for (int row = 0; row < loss->n; row++) {
        HP_CALL(hp_stop_check(err));
        if (row >= loss->cutoff_start || row_has_weight(loss, row))
            fill_row_of_pairs(jacobian, loss, param, row);
    }
    return HP_OK;
}
