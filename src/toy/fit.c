// SPDX-License-Identifier: GPL-3.0-or-later
/* The fit of a potential to waves. */
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/units.h"
#include "parts.h"

static hp_status weigh(hp_toy *toy, hp_error *err);
static hp_status check_weights(const hp_toy *toy, hp_error *err);
static double weight_of(const hp_toy *toy, int r);
static double source_size(const hp_toy_data *data, int r);
static double mean_weighted_variance(const hp_toy *toy);
static void store_potential(hp_toy *toy);

hp_status hp_toy_create_fit(hp_toy *toy, hp_error *err) {
    hp_status status = HP_OK;
    const hp_toy_data *data = &toy->data;
    const struct hp_toy_job_potential *potential = &toy->job->potential;
    HP_TRY(weigh(toy, err));
    hp_network_fit_setup setup = {.kind = potential->kind,
                                  .decay = potential->decay_per_fm,
                                  .start = potential->theta_start.values,
                                  .potential = &toy->potential,
                                  .training = &toy->training,
                                  .length_fm = 1.0,
                                  .energy_mev = HP_HBARC_MEV_FM,
                                  .columns = {.n = data->n,
                                              .ncolumn = data->nk,
                                              .r = data->r,
                                              .quadrature = data->quadrature,
                                              .R = data->R,
                                              .S = data->S,
                                              .weight = toy->weight},
                                  .fitted = toy->fitted,
                                  .penalty_unit = mean_weighted_variance(toy)};
    HP_TRY(hp_network_fit_create(&setup, &toy->fit, err));
cleanup:
    return status;
}

hp_status hp_toy_learn(hp_toy *toy, FILE *out, hp_error *err) {
    hp_status status = HP_OK;
    hp_tick tick = {hp_toy_log_tick, &toy->log};
    toy->log.out = out;
    if (out != NULL) hp_toy_log_header(&toy->log, out);
    HP_TRY(hp_network_fit_train(&toy->fit, &toy->layout, NULL, &tick, toy->vector, err));
    hp_toy_log_finish(&toy->log);
    store_potential(toy);
cleanup:
    return status;
}

/* Each momentum the same; radii as fit.weighting says. */
static hp_status weigh(hp_toy *toy, hp_error *err) {
    hp_status status = HP_OK;
    const hp_toy_data *data = &toy->data;
    const struct hp_toy_job_fit *fit = &toy->job->fit;
    double end = fit->r_max_fm > 0 ? fit->r_max_fm : data->r[data->n - 1];
    double slack = 1e-9 * data->r[data->n - 1]; /* a limit may miss its radius by rounding */
    HP_NEW(toy->fitted, data->n);
    HP_NEW(toy->weight, (size_t)data->nk * (size_t)data->n);
    for (int r = 0; r < data->n; r++) {
        if (data->r[r] < fit->r_min_fm - slack || data->r[r] > end + slack) continue;
        double weight = weight_of(toy, r);
        HP_CHECK(isfinite(weight), HP_ERR_INPUT,
                 "fit.weighting: relative: (E - H_0) phi vanishes at r = %g fm", data->r[r]);
        toy->fitted[r] = 1.0;
        toy->npoint += data->nk;
        for (int k = 0; k < data->nk; k++) toy->weight[k * data->n + r] = weight;
    }
    HP_TRY(check_weights(toy, err));
cleanup:
    return status;
}

static hp_status check_weights(const hp_toy *toy, hp_error *err) {
    hp_status status = HP_OK;
    bool any = false;
    for (int r = 0; r < toy->data.n; r++) any |= toy->weight[r] > 0.0;
    HP_CHECK(any, HP_ERR_INPUT,
             "fit.weighting: %s: every radius of the fit has weight 0, as r = 0 has",
             toy->job->fit.weighting);
cleanup:
    return status;
}

static double weight_of(const hp_toy *toy, int r) {
    const struct hp_toy_job_fit *fit = &toy->job->fit;
    if (strcmp(fit->weighting, "none") == 0) return 1.0;
    double radial = 2.0 * toy->data.mass * toy->data.r[r];
    if (strcmp(fit->weighting, "radial") == 0) return radial * radial;
    double error = fit->relative_error * source_size(&toy->data, r);
    return 1.0 / (error * error);
}

/* r.m.s. of S over the momenta. */
static double source_size(const hp_toy_data *data, int r) {
    double sum = 0.0;
    for (int k = 0; k < data->nk; k++)
        sum += data->S[k * data->n + r] * data->S[k * data->n + r] / data->nk;
    return sqrt(sum);
}

/* Penalties count in units of chi2 for data with fit.relative_error: 1 for those weights. */
static double mean_weighted_variance(const hp_toy *toy) {
    const hp_toy_data *data = &toy->data;
    double sum = 0.0;
    for (int r = 0; r < data->n; r++) {
        double error = toy->job->fit.relative_error * source_size(data, r);
        sum += data->nk * toy->weight[r] * error * error;
    }
    return sum / toy->npoint;
}

/* The potential just learned: on the radii of the data, on the map, on the nodes of the solvers. */
static void store_potential(hp_toy *toy) {
    const hp_layout *layout = &toy->layout;
    const hp_model *model = &toy->fit.model;
    const hp_model_grid *grid = &toy->fit.loss.grid;
    const double *param = hp_layout_read(layout, toy->vector, HP_SET_PARAM);
    double *V = hp_layout_at(layout, toy->vector, HP_SET_V_LOCAL);
    double *f = hp_layout_at(layout, toy->vector, HP_SET_F);
    double *U = hp_layout_at(layout, toy->vector, HP_SET_U);
    for (int r = 0; model->has_local && r < toy->data.n; r++) V[r] = HP_HBARC_MEV_FM * grid->V[r];
    if (model->kind == HP_MODEL_PARTIAL) memcpy(f, grid->right, (size_t)toy->data.n * sizeof *f);
    if (model->has_nonlocal) hp_network_fit_map(&toy->fit, param, &toy->map_grid, U);
    if (toy->momentum != NULL)
        hp_momentum_transform(toy->momentum, U,
                              hp_layout_at(layout, toy->vector, HP_SET_U_MOMENTUM));
}
