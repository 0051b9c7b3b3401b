// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/loss.h"

#include <cblas.h>
#include <string.h>
#include "hadpot/memory.h"

static double regulator(const hp_loss *loss);
static void gradient_of_data(hp_loss *loss);
static void add_gradient_of_regulator(hp_loss *loss);

hp_status hp_loss_create(const hp_model *model, const hp_loss_data *data, hp_loss *loss,
                         hp_error *err) {
    hp_status status = HP_OK;
    memset(loss, 0, sizeof *loss);
    size_t n = (size_t)data->n, values = n * (size_t)data->ncolumn;
    size_t pairs = model->has_nonlocal ? n * n : 0;
    loss->model = model;
    loss->n = data->n;
    loss->ncolumn = data->ncolumn;
    loss->quadrature = data->quadrature;
    loss->cutoff_weight = model->has_nonlocal ? data->cutoff_weight : 0.0;
    loss->cutoff_start = data->n;
    if (loss->cutoff_weight > 0.0)
        while (loss->cutoff_start > 0 && data->r[loss->cutoff_start - 1] > data->cutoff)
            loss->cutoff_start--;
    HP_TRY(hp_model_grid_create(model, data->r, data->n, &loss->grid, err));
    HP_NEW(loss->block, 7 * values + pairs + n);
    double **const by_value[] = {&loss->R,          &loss->S,        &loss->weight,  &loss->qR,
                                 &loss->prediction, &loss->residual, &loss->weighted};
    double *next = loss->block;
    for (size_t i = 0; i < sizeof by_value / sizeof *by_value; i++, next += values)
        *by_value[i] = next;
    loss->d_U = next;
    loss->d_V = next + pairs;
    memcpy(loss->weight, data->weight, values * sizeof *loss->weight);
    hp_loss_set_correlator(loss, data->R, data->S);
cleanup:
    if (status != HP_OK) hp_loss_destroy(loss);
    return status;
}

void hp_loss_destroy(hp_loss *loss) {
    if (loss == NULL) return;
    hp_model_grid_destroy(&loss->grid);
    hp_free(loss->block);
    memset(loss, 0, sizeof *loss);
}

void hp_loss_set_correlator(hp_loss *loss, const double *R, const double *S) {
    size_t n = (size_t)loss->n, values = n * (size_t)loss->ncolumn;
    memcpy(loss->R, R, values * sizeof *R);
    memcpy(loss->S, S, values * sizeof *S);
    for (size_t i = 0; i < values; i++) loss->qR[i] = loss->quadrature[i % n] * R[i];
}

double hp_loss_value(hp_loss *loss, const double *param) {
    size_t n = (size_t)loss->n, values = n * (size_t)loss->ncolumn;
    hp_model_forward(loss->model, param, &loss->grid);
    for (size_t i = 0; i < values; i++) loss->prediction[i] = loss->grid.V[i % n] * loss->R[i];
    for (int c = 0; loss->model->has_nonlocal && c < loss->ncolumn; c++)
        cblas_dsymv(CblasRowMajor, CblasLower, loss->n, 1.0, loss->grid.U, loss->n,
                    loss->qR + (size_t)c * n, 1, 1.0, loss->prediction + (size_t)c * n, 1);
    double sum = 0.0;
    for (size_t i = 0; i < values; i++) {
        double residual = loss->S[i] - loss->prediction[i];
        loss->residual[i] = residual;
        sum += loss->weight[i] * residual * residual;
    }
    loss->data_part = sum;
    loss->regulator_part = regulator(loss);
    return loss->data_part + loss->cutoff_weight * loss->regulator_part;
}

double hp_loss_gradient(hp_loss *loss, const double *param, double *gradient) {
    double value = hp_loss_value(loss, param);
    gradient_of_data(loss);
    if (loss->cutoff_start < loss->n) add_gradient_of_regulator(loss);
    memset(gradient, 0, loss->model->nparam * sizeof *gradient);
    hp_model_backward(loss->model, param, loss->d_U, loss->d_V, &loss->grid, gradient);
    return value;
}

static double regulator(const hp_loss *loss) {
    double sum = 0.0;
    for (size_t n = (size_t)loss->n, r = (size_t)loss->cutoff_start; r < n; r++) {
        const double *U = loss->grid.U + r * n;
        double row = 0.0;
        for (size_t rp = (size_t)loss->cutoff_start; rp < r; rp++) row += U[rp] * U[rp];
        sum += 2.0 * row + U[r] * U[r]; /* both orders of each pair */
    }
    return sum;
}

/* d_U_ij + d_U_ji = sum_c (e_ci qR_cj + e_cj qR_ci) with e = -2 w residual: a symmetric rank-2
 * update; its diagonal comes out twice. */
static void gradient_of_data(hp_loss *loss) {
    size_t n = (size_t)loss->n, values = n * (size_t)loss->ncolumn;
    memset(loss->d_V, 0, n * sizeof *loss->d_V);
    for (size_t i = 0; i < values; i++) {
        loss->weighted[i] = -2.0 * loss->weight[i] * loss->residual[i];
        loss->d_V[i % n] += loss->weighted[i] * loss->R[i];
    }
    if (!loss->model->has_nonlocal) return;
    cblas_dsyr2k(CblasRowMajor, CblasLower, CblasTrans, loss->n, loss->ncolumn, 1.0, loss->weighted,
                 loss->n, loss->qR, loss->n, 0.0, loss->d_U, loss->n);
    for (size_t r = 0; r < n; r++) loss->d_U[r * n + r] *= 0.5;
}

static void add_gradient_of_regulator(hp_loss *loss) {
    for (size_t n = (size_t)loss->n, r = (size_t)loss->cutoff_start; r < n; r++) {
        const double *U = loss->grid.U + r * n;
        double *d_U = loss->d_U + r * n;
        for (size_t rp = (size_t)loss->cutoff_start; rp < r; rp++)
            d_U[rp] += 4.0 * loss->cutoff_weight * U[rp];
        d_U[r] += 2.0 * loss->cutoff_weight * U[r];
    }
}
