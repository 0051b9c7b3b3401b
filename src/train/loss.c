// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/loss.h"
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "whiten.h"

/* And the smallest range of radii outside which no point has weight. */
static void copy_weights(const hp_loss_data *data, hp_loss *loss) {
    int values = data->n * data->ncolumn, nmode = data->nmode, first = loss->n, last = -1;
    loss->penalty = data->penalty;
    loss->hidden_deviation = data->hidden_deviation > 0.0 ? data->hidden_deviation : 1.0;
    loss->nmode = nmode;
    hp_loss_set_prior(loss, loss->mean);
    for (int i = 0; i < values; i++) {
        int r = i % loss->n;
        loss->root_weight[i] = sqrt(data->weight[i]);
        if (!(loss->root_weight[i] > 0.0)) continue;
        if (r < first) first = r;
        if (r > last) last = r;
    }
    loss->first = last < 0 ? 0 : first;
    loss->rows = last < 0 ? loss->n : last - first + 1;
    if (nmode == 0) return;
    memcpy(loss->mode, data->mode, (size_t)nmode * (size_t)values * sizeof *loss->mode);
    memcpy(loss->mode_factor, data->mode_factor, (size_t)nmode * sizeof *loss->mode_factor);
}

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
    HP_CHECK(!(loss->cutoff_weight > 0.0) || !hp_model_is_product(model), HP_ERR_INPUT,
             "a product left(r) right(r') has no regulator, found a weight of %g",
             data->cutoff_weight);
    loss->cutoff_start = data->n;
    if (loss->cutoff_weight > 0.0)
        while (loss->cutoff_start > 0 && data->r[loss->cutoff_start - 1] > data->cutoff)
            loss->cutoff_start--;
    HP_TRY(hp_model_grid_create_products(model, data->r, data->n, &loss->grid, err));
    size_t nmode = (size_t)data->nmode, nparam = model->nparam;
    HP_TRY(hp_alloc_parts(
        &loss->block,
        HP_PARTS({&loss->R, values}, {&loss->S, values}, {&loss->root_weight, values},
                 {&loss->qR, values}, {&loss->prediction, values}, {&loss->residual, values},
                 {&loss->whitened, values}, {&loss->weighted, values}, {&loss->d_V, n},
                 {&loss->mode, nmode * values}, {&loss->mode_factor, nmode}, {&loss->mean, nparam},
                 {&loss->deviation, nparam}),
        err));
    loss->columns = (hp_model_columns){.ncolumn = data->ncolumn,
                                       .cutoff_start = loss->cutoff_start,
                                       .Q = loss->qR,
                                       .product = loss->prediction,
                                       .d_product = loss->weighted,
                                       .d_square = loss->cutoff_weight};
    copy_weights(data, loss);
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
    for (size_t i = 0; i < values; i += n)
        for (size_t r = 0; r < n; r++) loss->qR[i + r] = loss->quadrature[r] * R[i + r];
}

void hp_loss_set_prior(hp_loss *loss, const double *drawn) {
    hp_model_prior(loss->model, drawn, loss->hidden_deviation, loss->mean, loss->deviation);
}

static void predict(hp_loss *loss, const double *param, int first, int rows) {
    size_t n = (size_t)loss->n, values = n * (size_t)loss->ncolumn, count = (size_t)rows;
    loss->columns.first = first;
    loss->columns.rows = rows;
    memset(loss->prediction, 0, values * sizeof *loss->prediction);
    hp_model_multiply(loss->model, param, &loss->grid, &loss->columns);
    for (size_t i = (size_t)first; loss->model->has_local && i < values; i += n)
        for (size_t r = 0; r < count; r++)
            loss->prediction[i + r] += loss->grid.V[(size_t)first + r] * loss->R[i + r];
    for (size_t i = (size_t)first; i < values; i += n)
        for (size_t r = i; r < i + count; r++) loss->residual[r] = loss->S[r] - loss->prediction[r];
}

static void whiten(const hp_loss *loss, double *x) {
    hp_whiten(loss->n * loss->ncolumn, loss->nmode, loss->mode, loss->mode_factor, x);
}

/* Total loss, with prediction and residual at `rows` radii from `first` on. */
static double evaluate(hp_loss *loss, const double *param, int first, int rows) {
    size_t n = (size_t)loss->n, values = n * (size_t)loss->ncolumn;
    predict(loss, param, first, rows);
    for (size_t i = (size_t)loss->first; i < values; i += n)
        for (size_t r = i; r < i + (size_t)loss->rows; r++)
            loss->whitened[r] = loss->root_weight[r] * loss->residual[r];
    whiten(loss, loss->whitened);
    loss->data_part = 0.0;
    for (size_t i = (size_t)loss->first; i < values; i += n)
        loss->data_part += cblas_ddot(loss->rows, loss->whitened + i, 1, loss->whitened + i, 1);
    loss->regulator_part = loss->columns.square;
    loss->penalty_part = 0.0;
    for (size_t i = 0; loss->penalty > 0.0 && i < loss->model->nparam; i++) {
        double theta_hat = (param[i] - loss->mean[i]) / loss->deviation[i];
        loss->penalty_part += theta_hat * theta_hat;
    }
    return loss->data_part + loss->cutoff_weight * loss->regulator_part +
           loss->penalty * loss->penalty_part;
}

double hp_loss_value(hp_loss *loss, const double *param) {
    return evaluate(loss, param, 0, loss->n);
}

double hp_loss_gradient(hp_loss *loss, const double *param, double *gradient) {
    double value = evaluate(loss, param, loss->first, loss->rows);
    /* d L_data / d prediction, and with respect to V */
    size_t n = (size_t)loss->n, values = n * (size_t)loss->ncolumn, rows = (size_t)loss->rows;
    memset(loss->d_V, 0, n * sizeof *loss->d_V);
    for (size_t i = (size_t)loss->first; i < values; i += n)
        memcpy(loss->weighted + i, loss->whitened + i, rows * sizeof *loss->weighted);
    whiten(loss, loss->weighted); /* once more: the matrix is symmetric */
    for (size_t i = (size_t)loss->first; i < values; i += n)
        for (size_t r = 0; r < rows; r++) {
            loss->weighted[i + r] *= -2.0 * loss->root_weight[i + r];
            loss->d_V[(size_t)loss->first + r] += loss->weighted[i + r] * loss->R[i + r];
        }
    memset(gradient, 0, loss->model->nparam * sizeof *gradient);
    hp_model_backward(loss->model, param, &loss->columns, loss->d_V, &loss->grid, gradient);
    for (size_t i = 0; loss->penalty > 0.0 && i < loss->model->nparam; i++)
        gradient[i] += 2.0 * loss->penalty * (param[i] - loss->mean[i]) /
                       (loss->deviation[i] * loss->deviation[i]);
    return value;
}

size_t hp_loss_count_residuals(const hp_loss *loss) {
    size_t beyond = (size_t)(loss->n - loss->cutoff_start);
    size_t pairs = hp_model_is_symmetric(loss->model) ? beyond * (beyond + 1) / 2 : beyond * beyond;
    return (size_t)loss->n * (size_t)loss->ncolumn + pairs;
}

void hp_loss_residuals(const hp_loss *loss, double *residual) {
    size_t n = (size_t)loss->n, values = n * (size_t)loss->ncolumn;
    bool symmetric = hp_model_is_symmetric(loss->model);
    memcpy(residual, loss->whitened, values * sizeof *residual);
    residual += values;
    double once = sqrt(loss->cutoff_weight), twice = sqrt(2.0 * loss->cutoff_weight);
    for (size_t r = (size_t)loss->cutoff_start; r < n; r++)
        for (size_t rp = (size_t)loss->cutoff_start; rp < (symmetric ? r + 1 : n); rp++)
            *residual++ = (symmetric && rp < r ? twice : once) * loss->grid.U[r * n + rp];
}
