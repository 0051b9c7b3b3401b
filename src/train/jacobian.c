// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/jacobian.h"
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "tangent.h"
#include "whiten.h"

/* One function on the radii: f and the linear g, or v, parameters from `start` on. */
static hp_status create_tangent(const hp_loss *loss, size_t start, const double *factor,
                                bool last_constant, hp_tangent *tangent, hp_error *err) {
    static const int first[] = {0};
    int last = tangent->mlp.nlayer - 1;
    size_t head = (size_t)tangent->mlp.width[last + 1] * ((size_t)tangent->mlp.width[last] + 1);
    const size_t starts[] = {start, start + tangent->mlp.nparam - head};
    size_t n = (size_t)loss->n;
    const hp_tangent_spec spec = {.n = loss->n,
                                  .nfunction = 1,
                                  .nnetwork = 1,
                                  .most =
                                      tangent->mlp.nparam < n ? (int)tangent->mlp.nparam : loss->n,
                                  .x = loss->grid.x,
                                  .deviation = loss->deviation,
                                  .network = first,
                                  .output = first,
                                  .start = starts,
                                  .factor = &factor,
                                  .last_constant = last_constant};
    return hp_tangent_create(&spec, tangent, err);
}

static hp_status create_linear(const hp_loss *loss, hp_jacobian *jacobian, hp_error *err) {
    size_t n = (size_t)loss->n;
    const hp_model *model = loss->model;
    jacobian->separates = model->output == HP_IDENTITY && loss->cutoff_start >= loss->n;
    HP_CALL(hp_mlp_join(&model->f, &model->g, &jacobian->nonlocal.mlp, err));
    /* without the constant of g, which no radius needs to share */
    HP_CALL(create_tangent(loss, 0, NULL, false, &jacobian->nonlocal, err));
    if (!jacobian->separates) HP_ALLOCATE(jacobian->kernel, n * n);
    HP_ALLOCATE(jacobian->row_sum, n);
    jacobian->max += n + 1;
    return HP_OK;
}

hp_status hp_jacobian_create(const hp_loss *loss, hp_jacobian *jacobian, hp_error *err) {
    hp_status status = HP_OK;
    memset(jacobian, 0, sizeof *jacobian);
    const hp_model *model = loss->model;
    jacobian->rows = hp_loss_count_residuals(loss);
    jacobian->linear_g = model->has_nonlocal && model->g.nlayer == 1;
    if (jacobian->linear_g)
        HP_TRY(create_linear(loss, jacobian, err));
    else if (model->has_nonlocal && hp_model_is_symmetric(model))
        HP_TRY(hp_jacobian_create_deep(loss, jacobian, err));
    else if (model->has_nonlocal)
        HP_TRY(hp_jacobian_create_rows(loss, jacobian, err));
    if (model->has_local) {
        HP_TRY(hp_mlp_join(&model->v, NULL, &jacobian->local.mlp, err));
        HP_TRY(create_tangent(loss, model->v_start, loss->grid.local_envelope, true,
                              &jacobian->local, err));
        jacobian->max += (size_t)loss->n;
    }
    HP_NEW_UNSET(jacobian->J, (jacobian->rows + 1) * jacobian->max); /* a row to whiten with */
cleanup:
    if (status != HP_OK) hp_jacobian_destroy(jacobian);
    return status;
}

void hp_jacobian_destroy(hp_jacobian *jacobian) {
    hp_tangent_destroy(&jacobian->nonlocal);
    hp_tangent_destroy(&jacobian->local);
    double *const blocks[] = {
        jacobian->J,        jacobian->kernel,       jacobian->row_sum,       jacobian->seed,
        jacobian->features, jacobian->pair_tangent, jacobian->pair_gradient, jacobian->coefficient};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) hp_free(blocks[i]);
    memset(jacobian, 0, sizeof *jacobian);
}

/* The same for s_ij = omega e_i e_j: with Q' = e Q, dP_i = omega e_i ( sum_j Q'_j dL_j +
 * dL_i sum_j Q'_j ). */
static void fill_separable(hp_jacobian *jacobian, const hp_loss *loss) {
    size_t n = (size_t)loss->n, rank = (size_t)jacobian->nonlocal.rank, columns = jacobian->columns;
    const double *e = loss->grid.envelope;
    double bias = loss->deviation[loss->model->v_start - 1];
    double *restrict mean = jacobian->row_sum; /* (rank) */
    for (size_t c = 0; c < (size_t)loss->ncolumn; c++) {
        const double *qR = loss->qR + c * n, *root = loss->root_weight + c * n;
        double sum = 0.0;
        memset(mean, 0, rank * sizeof *mean);
        for (size_t j = 0; j < n; j++) {
            sum += e[j] * qR[j];
            cblas_daxpy((int)rank, e[j] * qR[j], jacobian->nonlocal.L + j * rank, 1, mean, 1);
        }
        for (size_t i = 0; i < n; i++) {
            double *restrict J = jacobian->J + (c * n + i) * columns;
            const double *restrict L = jacobian->nonlocal.L + i * rank;
            double factor = -root[i] * loss->model->scale * e[i];
            for (size_t k = 0; k < rank; k++) J[k] = factor * (mean[k] + sum * L[k]);
            J[rank] = factor * sum * bias;
        }
    }
}

static void fill_kernel(hp_jacobian *jacobian, const hp_loss *loss, int column) {
    size_t n = (size_t)loss->n;
    const double *qR = loss->qR + (size_t)column * n;
    for (size_t i = 0; i < n; i++) {
        double *restrict row = jacobian->kernel + i * n, sum = 0.0;
        for (size_t j = 0; j < n; j++) {
            row[j] = hp_slope_of_pair(loss, (int)i, (int)j) * qR[j];
            sum += row[j];
        }
        row[i] += sum;
        jacobian->row_sum[i] = sum;
    }
}

static void fill_regulator(hp_jacobian *jacobian, const hp_loss *loss) {
    size_t columns = jacobian->columns, rank = (size_t)jacobian->nonlocal.rank;
    double *J = jacobian->J + (size_t)loss->n * (size_t)loss->ncolumn * columns;
    double bias = loss->deviation[loss->model->v_start - 1];
    for (int i = loss->cutoff_start; i < loss->n; i++)
        for (int j = loss->cutoff_start; j <= i; j++, J += columns) {
            double slope =
                hp_slope_of_pair(loss, i, j) * sqrt((j < i ? 2.0 : 1.0) * loss->cutoff_weight);
            const double *L_i = jacobian->nonlocal.L + (size_t)i * rank;
            const double *L_j = jacobian->nonlocal.L + (size_t)j * rank;
            for (size_t k = 0; k < rank; k++) J[k] = slope * (L_i[k] + L_j[k]);
            J[rank] = slope * bias;
        }
}

/* Columns of a(r) and of the constant b, U_ij = out(a_i + a_j + b):
 * dP_i/da_j = s_ij Q_j + delta_ij sum_k s_ik Q_k,  dP_i/db = sum_k s_ik Q_k,  Q = q R. */
static void fill_nonlocal(hp_jacobian *jacobian, const hp_loss *loss) {
    int n = loss->n, rank = jacobian->nonlocal.rank, columns = (int)jacobian->columns;
    double bias = loss->deviation[loss->model->v_start - 1];
    for (int c = 0; c < loss->ncolumn; c++) {
        double *J = jacobian->J + (size_t)c * (size_t)n * jacobian->columns;
        const double *root = loss->root_weight + (size_t)c * (size_t)n;
        fill_kernel(jacobian, loss, c);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, rank, n, -1.0, jacobian->kernel,
                    n, jacobian->nonlocal.L, rank, 0.0, J, columns);
        for (int i = 0; i < n; i++, J += columns) {
            cblas_dscal(rank, root[i], J, 1);
            J[rank] = -root[i] * bias * jacobian->row_sum[i];
        }
    }
    fill_regulator(jacobian, loss);
}

static void fill_local(hp_jacobian *jacobian, const hp_loss *loss) {
    size_t n = (size_t)loss->n, columns = jacobian->columns, rank = (size_t)jacobian->local.rank;
    for (size_t i = 0; i < n * (size_t)loss->ncolumn; i++) {
        double *restrict J = jacobian->J + i * columns + (columns - rank);
        const double *restrict L = jacobian->local.L + (i % n) * rank;
        double factor = -loss->root_weight[i] * loss->R[i];
        for (size_t k = 0; k < rank; k++) J[k] = factor * L[k];
    }
}

hp_status hp_jacobian_compute(hp_jacobian *jacobian, hp_loss *loss, const double *param,
                              hp_error *err) {
    const hp_model *model = loss->model;
    /* hp_loss_value may do without slopes */
    if (!jacobian->separates) hp_model_forward(model, param, &loss->grid);
    jacobian->columns = 0;
    if (jacobian->linear_g) {
        HP_CALL(hp_tangent_factorise(&jacobian->nonlocal, param, err));
        jacobian->columns += (size_t)jacobian->nonlocal.rank + 1;
    } else if (model->has_nonlocal)
        jacobian->columns += model->v_start;
    if (model->has_local) {
        HP_CALL(hp_tangent_factorise(&jacobian->local, param, err));
        jacobian->columns += (size_t)jacobian->local.rank;
    }
    memset(jacobian->J, 0, jacobian->rows * jacobian->columns * sizeof *jacobian->J);
    if (jacobian->separates)
        fill_separable(jacobian, loss);
    else if (jacobian->linear_g)
        fill_nonlocal(jacobian, loss);
    else if (model->has_nonlocal && hp_model_is_symmetric(model))
        HP_CALL(hp_jacobian_compute_deep(jacobian, loss, param, err));
    else if (model->has_nonlocal)
        HP_CALL(hp_jacobian_compute_rows(jacobian, loss, param, err));
    for (size_t row = 0; !jacobian->linear_g && row < jacobian->rows; row++) {
        double *J = jacobian->J + row * jacobian->columns; /* by weights, not yet by theta_hat */
        for (size_t i = 0; i < model->v_start; i++) J[i] *= loss->deviation[i];
    }
    if (model->has_local) fill_local(jacobian, loss);
    hp_whiten_columns(loss->n * loss->ncolumn, (int)jacobian->columns, loss->nmode, loss->mode,
                      loss->mode_factor, jacobian->J,
                      jacobian->J + jacobian->rows * jacobian->columns); /* a row more than J */
    return HP_OK;
}

void hp_jacobian_expand(hp_jacobian *jacobian, const hp_loss *loss, const double *u, double *step) {
    size_t nonlocal = loss->model->v_start;
    if (jacobian->linear_g) {
        hp_tangent_expand(&jacobian->nonlocal, u, step);
        u += jacobian->nonlocal.rank;
        step[nonlocal - 1] = *u++; /* the constant b of g */
    } else {
        memcpy(step, u, nonlocal * sizeof *u);
        u += nonlocal;
    }
    if (loss->model->has_local) hp_tangent_expand(&jacobian->local, u, step);
}

void hp_jacobian_project(hp_jacobian *jacobian, const hp_loss *loss, const double *theta_hat,
                         double *q) {
    size_t nonlocal = loss->model->v_start;
    if (jacobian->linear_g) {
        hp_tangent_project(&jacobian->nonlocal, theta_hat, q);
        q += jacobian->nonlocal.rank;
        *q++ = theta_hat[nonlocal - 1];
    } else {
        memcpy(q, theta_hat, nonlocal * sizeof *q);
        q += nonlocal;
    }
    if (loss->model->has_local) hp_tangent_project(&jacobian->local, theta_hat, q);
}
