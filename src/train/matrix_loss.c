// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/matrix_loss.h"
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "matrix_parts.h"
#include "tangent.h"
#include "whiten.h"

/* The distinct radii into r (nradius) and the place of each among them; returns how many. */
static int find_distinct(const double *all, int nradius, double *r, int *place) {
    int count = 0;
    for (int k = 0; k < nradius; k++) {
        if (count == 0 || all[k] != r[count - 1]) r[count++] = all[k];
        place[k] = count - 1;
    }
    return count;
}

static hp_status create_grid(const hp_loss_data *data, hp_matrix_loss *loss, hp_error *err) {
    hp_status status = HP_OK;
    double *r = NULL;
    HP_NEW(loss->place, loss->nradius);
    HP_NEW(r, loss->nradius);
    int count = find_distinct(data->r, loss->nradius, r, loss->place);
    HP_TRY(hp_matrix_grid_create(loss->model, r, count, &loss->grid, err));
cleanup:
    hp_free(r);
    return status;
}

static hp_status create_arrays(const hp_loss_data *data, hp_matrix_loss *loss, hp_error *err) {
    size_t n = (size_t)loss->n, values = n * (size_t)loss->ncolumn, nmode = (size_t)loss->nmode;
    size_t nparam = loss->model->nparam, N = (size_t)loss->model->terms.ncomponent;
    HP_CALL(hp_alloc_parts(
        &loss->block,
        HP_PARTS({&loss->R, values}, {&loss->S, values}, {&loss->root_weight, values},
                 {&loss->quadrature, n}, {&loss->eqR, values},
                 {&loss->mean_eqR, N * (size_t)loss->ncolumn}, {&loss->prediction, values},
                 {&loss->whitened, values}, {&loss->mode, nmode * values},
                 {&loss->mode_factor, nmode}, {&loss->mean, nparam}, {&loss->deviation, nparam}),
        err));
    for (size_t i = 0; i < values; i++) loss->root_weight[i] = sqrt(data->weight[i]);
    memcpy(loss->quadrature, data->quadrature, n * sizeof *loss->quadrature);
    if (nmode == 0) return HP_OK;
    memcpy(loss->mode, data->mode, nmode * values * sizeof *loss->mode);
    memcpy(loss->mode_factor, data->mode_factor, nmode * sizeof *loss->mode_factor);
    return HP_OK;
}

hp_status hp_matrix_loss_create(const hp_matrix_model *model, const hp_loss_data *data,
                                hp_matrix_loss *loss, hp_error *err) {
    hp_status status = HP_OK;
    memset(loss, 0, sizeof *loss);
    HP_CHECK(!(data->cutoff_weight > 0.0), HP_ERR_INPUT,
             "potential.cutoff_fm: there is no regulator of U between several components, expected "
             "0, the envelope of U does its work");
    loss->model = model;
    loss->n = data->n;
    loss->nradius = data->n / model->terms.ncomponent;
    loss->ncolumn = data->ncolumn;
    loss->nmode = data->nmode;
    loss->penalty = data->penalty;
    loss->hidden_deviation = data->hidden_deviation > 0.0 ? data->hidden_deviation : 1.0;
    HP_TRY(create_grid(data, loss, err));
    HP_TRY(create_arrays(data, loss, err));
    hp_matrix_loss_set_prior(loss, loss->mean);
    HP_TRY(hp_matrix_jacobian_create(loss, err));
    hp_matrix_loss_set_correlator(loss, data->R, data->S);
cleanup:
    if (status != HP_OK) hp_matrix_loss_destroy(loss);
    return status;
}

void hp_matrix_loss_destroy(hp_matrix_loss *loss) {
    if (loss == NULL) return;
    hp_tangent_destroy(&loss->nonlocal);
    hp_tangent_destroy(&loss->local);
    hp_matrix_grid_destroy(&loss->grid);
    hp_free(loss->place);
    hp_free(loss->block);
    hp_free(loss->J);
    hp_free(loss->mean_dA);
    memset(loss, 0, sizeof *loss);
}

void hp_matrix_loss_set_correlator(hp_matrix_loss *loss, const double *R, const double *S) {
    size_t n = (size_t)loss->n, values = n * (size_t)loss->ncolumn, nradius = (size_t)loss->nradius;
    memcpy(loss->R, R, values * sizeof *R);
    memcpy(loss->S, S, values * sizeof *S);
    for (size_t i = 0; i < values; i += nradius) {
        double sum = 0.0;
        for (size_t k = 0; k < nradius; k++) {
            double e = loss->grid.envelope[loss->place[k]];
            sum += loss->eqR[i + k] = e * (loss->quadrature[i % n + k] * R[i + k]);
        }
        loss->mean_eqR[i / nradius] = sum;
    }
}

void hp_matrix_loss_set_prior(hp_matrix_loss *loss, const double *drawn) {
    hp_matrix_model_prior(loss->model, drawn, loss->hidden_deviation, loss->mean, loss->deviation);
}

/* sum_r' e q R_d(r') A_pd(r') of component d. */
static double mean_A(const hp_matrix_loss *loss, const double *eqR, int term, int component) {
    const hp_matrix_terms *terms = &loss->model->terms;
    size_t nterm = (size_t)terms->nterm;
    const double *A =
        loss->grid.A + (size_t)terms->network[component] * (size_t)loss->grid.n * nterm;
    double sum = 0.0;
    for (int k = 0; k < loss->nradius; k++)
        sum += eqR[k] * A[(size_t)loss->place[k] * nterm + (size_t)term];
    return sum;
}

/* e(r) omega_p O_cd [ (A_pc(r) + b) int e R_d + int e A_pd R_d ] of one term and component d of a
 * column, on the rows of component c. */
static void add_nonlocal(const hp_matrix_loss *loss, int column, int term, const int cd[2],
                         double *prediction) {
    const hp_matrix_model *model = loss->model;
    const hp_matrix_terms *terms = &model->terms;
    const hp_matrix_grid *grid = &loss->grid;
    int N = terms->ncomponent, row = column * N + cd[1];
    size_t nterm = (size_t)terms->nterm;
    double factor = model->scale[term] * terms->element[term][cd[0] * N + cd[1]];
    double plain = loss->mean_eqR[row], b = grid->b[term];
    double with_A = mean_A(loss, loss->eqR + (size_t)row * (size_t)loss->nradius, term, cd[1]);
    const double *A = grid->A + (size_t)terms->network[cd[0]] * (size_t)grid->n * nterm;
    for (int k = 0; k < loss->nradius; k++) {
        size_t i = (size_t)loss->place[k];
        prediction[k] +=
            factor * grid->envelope[i] * ((A[i * nterm + (size_t)term] + b) * plain + with_A);
    }
}

static void add_local(const hp_matrix_loss *loss, int column, int term, const int cd[2],
                      double *prediction) {
    int N = loss->model->terms.ncomponent;
    double factor = loss->model->terms.element[term][cd[0] * N + cd[1]];
    const double *V = loss->grid.V + (size_t)term * (size_t)loss->grid.n;
    const double *R = loss->R + (size_t)(column * N + cd[1]) * (size_t)loss->nradius;
    for (int k = 0; k < loss->nradius; k++) prediction[k] += factor * V[loss->place[k]] * R[k];
}

static void predict(hp_matrix_loss *loss, const double *param) {
    const hp_matrix_terms *terms = &loss->model->terms;
    int N = terms->ncomponent;
    hp_matrix_forward(loss->model, param, &loss->grid);
    memset(loss->prediction, 0, (size_t)(loss->n * loss->ncolumn) * sizeof *loss->prediction);
    for (int column = 0; column < loss->ncolumn; column++)
        for (int p = 0; p < terms->nterm; p++)
            for (int cd = 0; cd < N * N; cd++) {
                const int pair[] = {cd / N, cd % N};
                double *prediction =
                    loss->prediction + (size_t)(column * N + pair[0]) * (size_t)loss->nradius;
                if (terms->element[p][cd] == 0.0) continue;
                if (loss->model->one.has_nonlocal) add_nonlocal(loss, column, p, pair, prediction);
                if (loss->model->one.has_local) add_local(loss, column, p, pair, prediction);
            }
}

double hp_matrix_loss_value(hp_matrix_loss *loss, const double *param) {
    int values = loss->n * loss->ncolumn;
    predict(loss, param);
    for (int i = 0; i < values; i++) /* points without weight may hold anything */
        loss->whitened[i] = loss->root_weight[i] > 0.0
                                ? loss->root_weight[i] * (loss->S[i] - loss->prediction[i])
                                : 0.0;
    hp_whiten(values, loss->nmode, loss->mode, loss->mode_factor, loss->whitened);
    loss->data_part = cblas_ddot(values, loss->whitened, 1, loss->whitened, 1);
    loss->penalty_part = 0.0;
    for (size_t i = 0; loss->penalty > 0.0 && i < loss->model->nparam; i++) {
        double theta_hat = (param[i] - loss->mean[i]) / loss->deviation[i];
        loss->penalty_part += theta_hat * theta_hat;
    }
    return loss->data_part + loss->penalty * loss->penalty_part;
}
