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
    data->pair[0] = toy->pair;
    memcpy(data->r, waves->r, n * sizeof *data->r);
    memcpy(data->quadrature, waves->quadrature, n * sizeof *data->quadrature);
    memcpy(data->R, waves->R, values * sizeof *data->R);
    memcpy(data->S, waves->S, values * sizeof *data->S);
    return HP_OK;
}

/* Those of several components: points (component, radius). */
static hp_status create_matrix_data(hp_toy *toy, hp_error *err) {
    const hp_toy_waves *waves = &toy->matrix.waves;
    const hp_channels *channels = &toy->matrix.given.channels;
    hp_fit_data *data = &toy->learned.data;
    size_t n = (size_t)waves->nradius, N = (size_t)waves->ncomponent;
    size_t values = (size_t)waves->ncolumn * n * N;
    HP_CALL(hp_fit_data_create_components(waves->ncomponent, waves->nradius, waves->ncolumn, data,
                                          err));
    data->npair = channels->npair;
    memcpy(data->pair, channels->pair, sizeof data->pair);
    for (size_t c = 0; c < N; c++) {
        data->component[c] = channels->component[c];
        data->spin[c] = toy->matrix.given.spin[c];
        memcpy(data->r + c * n, waves->r, n * sizeof *data->r);
        memcpy(data->quadrature + c * n, waves->quadrature, n * sizeof *data->quadrature);
    }
    memcpy(data->R, waves->R, values * sizeof *data->R);
    memcpy(data->S, waves->S, values * sizeof *data->S);
    return HP_OK;
}

static hp_status complete_data(hp_toy *toy, hp_error *err) {
    hp_fit_data *data = &toy->learned.data;
    HP_CALL(toy->has_channels ? create_matrix_data(toy, err) : create_data(toy, err));
    HP_ALLOCATE(data->weights.weight, (size_t)data->ncolumn * (size_t)data->n);
    data->weights.n = data->n;
    data->weights.ncolumn = data->ncolumn;
    data->label = toy->job->channel;
    data->length_fm = 1.0;
    data->energy_mev = HP_HBARC_MEV_FM;
    return HP_OK;
}

/* r.m.s. of S over the columns, point i. */
static double source_size(const hp_fit_data *data, int i) {
    double sum = 0.0;
    for (int k = 0; k < data->ncolumn; k++)
        sum += data->S[k * data->n + i] * data->S[k * data->n + i] / data->ncolumn;
    return sqrt(sum);
}

static double weight_of(const hp_fit_data *data, const struct hp_toy_job_fit *fit, int i) {
    if (strcmp(fit->weighting, "none") == 0) return 1.0;
    double mu = data->pair[data->component[i / data->nradius].pair].mu;
    double radial = 2.0 * mu * data->r[i];
    if (strcmp(fit->weighting, "radial") == 0) return radial * radial;
    double error = fit->relative_error * source_size(data, i);
    return 1.0 / (error * error);
}

/* Each column the same; radii as fit.weighting says. */
static hp_status weigh(hp_toy *toy, hp_error *err) {
    const struct hp_toy_job_fit *fit = &toy->job->fit;
    hp_fit_data *data = &toy->learned.data;
    double last = data->r[data->n - 1], end = fit->r_max_fm > 0 ? fit->r_max_fm : last;
    double slack = 1e-9 * last; /* a limit may miss its radius by rounding */
    bool any = false;
    for (int i = 0; i < data->n; i++) {
        if (data->r[i] < fit->r_min_fm - slack || data->r[i] > end + slack) continue;
        double weight = weight_of(data, fit, i);
        HP_REQUIRE(isfinite(weight), HP_ERR_INPUT,
                   "fit.weighting: relative: (E - H_0) phi vanishes at r = %g fm", data->r[i]);
        any |= weight > 0.0;
        data->fitted[i] = 1.0;
        data->nfitted += data->ncolumn;
        for (int k = 0; k < data->ncolumn; k++) data->weights.weight[k * data->n + i] = weight;
    }
    HP_REQUIRE(any, HP_ERR_INPUT,
               "fit.weighting: %s: every radius of the fit has weight 0, as r = 0 has",
               fit->weighting);
    return HP_OK;
}

/* Penalties count in units of chi2 for data with fit.relative_error: 1 for those weights. */
static double mean_weighted_variance(const hp_toy *toy) {
    const hp_fit_data *data = &toy->learned.data;
    double sum = 0.0;
    for (int i = 0; i < data->n; i++) {
        double error = toy->job->fit.relative_error * source_size(data, i);
        sum += data->ncolumn * data->weights.weight[i] * error * error;
    }
    return sum / data->nfitted;
}

hp_status hp_toy_create_fit(hp_toy *toy, hp_error *err) {
    HP_CALL(complete_data(toy, err));
    HP_CALL(weigh(toy, err));
    toy->learned.data.penalty_unit = mean_weighted_variance(toy);
    if (toy->has_channels) return hp_toy_matrix_create_study(toy, err);
    /* waves are known up to there, and tables of the true potential may end there, too */
    const hp_fit_data *data = &toy->learned.data;
    if (toy->observables.range_fm == 0.0)
        toy->observables.range_fm = data->r[data->n - 1] * data->length_fm;
    return hp_study_create(&toy->learned, &toy->potential, &toy->observables, err);
}

hp_status hp_toy_learn(hp_toy *toy, FILE *out, hp_error *err) {
    hp_tick tick = {.function = hp_toy_log_tick, .context = &toy->log};
    hp_toy_log_print(&toy->log, out);
    HP_CALL(hp_study_learn(&toy->learned, NULL, &tick, toy->vector, err));
    hp_toy_log_finish(&toy->log);
    return HP_OK;
}
