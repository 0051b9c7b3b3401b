// SPDX-License-Identifier: GPL-3.0-or-later
/* The fit of a potential to waves. */
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/units.h"
#include "toy_parts.h"

/* The waves as columns of a fit. */
static hp_status create_data(hp_toy *toy, hp_error *err) {
    const hp_toy_data *waves = &toy->data;
    hp_fit_data *data = &toy->learned.data;
    size_t n = (size_t)waves->n, values = (size_t)waves->nk * n;
    HP_CALL(hp_fit_data_create(waves->n, waves->nk, data, err));
    HP_ALLOCATE(data->weights.weight, values);
    data->weights.n = waves->n;
    data->weights.ncolumn = waves->nk;
    data->label = toy->job->channel;
    data->length_fm = 1.0;
    data->energy_mev = HP_HBARC_MEV_FM;
    data->pair[0] = toy->pair;
    memcpy(data->r, waves->r, n * sizeof *data->r);
    memcpy(data->quadrature, waves->quadrature, n * sizeof *data->quadrature);
    memcpy(data->R, waves->R, values * sizeof *data->R);
    memcpy(data->S, waves->S, values * sizeof *data->S);
    return HP_OK;
}

/* r.m.s. of S over the momenta. */
static double source_size(const hp_toy_data *data, int r) {
    double sum = 0.0;
    for (int k = 0; k < data->nk; k++)
        sum += data->S[k * data->n + r] * data->S[k * data->n + r] / data->nk;
    return sqrt(sum);
}

static double weight_of(const hp_toy *toy, int r) {
    const struct hp_toy_job_fit *fit = &toy->job->fit;
    if (strcmp(fit->weighting, "none") == 0) return 1.0;
    double radial = 2.0 * toy->data.mass * toy->data.r[r];
    if (strcmp(fit->weighting, "radial") == 0) return radial * radial;
    double error = fit->relative_error * source_size(&toy->data, r);
    return 1.0 / (error * error);
}

/* Each momentum the same; radii as fit.weighting says. */
static hp_status weigh(hp_toy *toy, hp_error *err) {
    const hp_toy_data *data = &toy->data;
    const struct hp_toy_job_fit *fit = &toy->job->fit;
    hp_fit_data *fitted = &toy->learned.data;
    double end = fit->r_max_fm > 0 ? fit->r_max_fm : data->r[data->n - 1];
    double slack = 1e-9 * data->r[data->n - 1]; /* a limit may miss its radius by rounding */
    bool any = false;
    for (int r = 0; r < data->n; r++) {
        if (data->r[r] < fit->r_min_fm - slack || data->r[r] > end + slack) continue;
        double weight = weight_of(toy, r);
        HP_REQUIRE(isfinite(weight), HP_ERR_INPUT,
                   "fit.weighting: relative: (E - H_0) phi vanishes at r = %g fm", data->r[r]);
        any |= weight > 0.0;
        fitted->fitted[r] = 1.0;
        fitted->nfitted += data->nk;
        for (int k = 0; k < data->nk; k++) fitted->weights.weight[k * data->n + r] = weight;
    }
    HP_REQUIRE(any, HP_ERR_INPUT,
               "fit.weighting: %s: every radius of the fit has weight 0, as r = 0 has",
               fit->weighting);
    return HP_OK;
}

/* Penalties count in units of chi2 for data with fit.relative_error: 1 for those weights. */
static double mean_weighted_variance(const hp_toy *toy) {
    const hp_toy_data *data = &toy->data;
    double sum = 0.0;
    for (int r = 0; r < data->n; r++) {
        double error = toy->job->fit.relative_error * source_size(data, r);
        sum += data->nk * toy->learned.data.weights.weight[r] * error * error;
    }
    return sum / toy->learned.data.nfitted;
}

hp_status hp_toy_create_fit(hp_toy *toy, hp_error *err) {
    HP_CALL(create_data(toy, err));
    HP_CALL(weigh(toy, err));
    toy->learned.data.penalty_unit = mean_weighted_variance(toy);
    /* waves are known up to there, and tables of the true potential may end there, too */
    const hp_fit_data *data = &toy->learned.data;
    if (toy->observables.range_fm == 0.0)
        toy->observables.range_fm = data->r[data->n - 1] * data->length_fm;
    return hp_study_create(&toy->learned, &toy->potential, &toy->observables, err);
}

hp_status hp_toy_learn(hp_toy *toy, FILE *out, hp_error *err) {
    hp_tick tick = {hp_toy_log_tick, &toy->log};
    hp_toy_log_print(&toy->log, out);
    HP_CALL(hp_study_learn(&toy->learned, NULL, &tick, toy->vector, err));
    hp_toy_log_finish(&toy->log);
    return HP_OK;
}
