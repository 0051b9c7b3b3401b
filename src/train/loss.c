// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/loss.h"

#include <string.h>
#include "hadpot/memory.h"

static void gradient_of_data(hp_loss *loss);

hp_status hp_loss_create(const hp_model *model, const hp_loss_data *data, hp_loss *loss,
                         hp_error *err) {
    hp_status status = HP_OK;
    memset(loss, 0, sizeof *loss);
    size_t n = (size_t)data->n, values = n * (size_t)data->ncolumn;
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
    HP_NEW(loss->block, 7 * values + n);
    double **const by_value[] = {&loss->R,          &loss->S,        &loss->weight,  &loss->qR,
                                 &loss->prediction, &loss->residual, &loss->weighted};
    double *next = loss->block;
    for (size_t i = 0; i < sizeof by_value / sizeof *by_value; i++, next += values)
        *by_value[i] = next;
    loss->d_V = next;
    loss->columns = (hp_model_columns){.ncolumn = data->ncolumn,
                                       .cutoff_start = loss->cutoff_start,
                                       .Q = loss->qR,
                                       .product = loss->prediction,
                                       .d_product = loss->weighted,
                                       .d_square = loss->cutoff_weight};
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
    memset(loss->prediction, 0, values * sizeof *loss->prediction);
    hp_model_multiply(loss->model, param, &loss->grid, &loss->columns);
    for (size_t i = 0; i < values; i++) loss->prediction[i] += loss->grid.V[i % n] * loss->R[i];
    double sum = 0.0;
    for (size_t i = 0; i < values; i++) {
        double residual = loss->S[i] - loss->prediction[i];
        loss->residual[i] = residual;
        sum += loss->weight[i] * residual * residual;
    }
    loss->data_part = sum;
    loss->regulator_part = loss->columns.square;
    return loss->data_part + loss->cutoff_weight * loss->regulator_part;
}

double hp_loss_gradient(hp_loss *loss, const double *param, double *gradient) {
    double value = hp_loss_value(loss, param);
    gradient_of_data(loss);
    memset(gradient, 0, loss->model->nparam * sizeof *gradient);
    hp_model_backward(loss->model, param, &loss->columns, loss->d_V, &loss->grid, gradient);
    return value;
}

/* d L_data / d prediction, and with respect to V. */
static void gradient_of_data(hp_loss *loss) {
    size_t n = (size_t)loss->n, values = n * (size_t)loss->ncolumn;
    memset(loss->d_V, 0, n * sizeof *loss->d_V);
    for (size_t i = 0; i < values; i++) {
        loss->weighted[i] = -2.0 * loss->weight[i] * loss->residual[i];
        loss->d_V[i % n] += loss->weighted[i] * loss->R[i];
    }
}
