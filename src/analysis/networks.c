// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts.h"

#include <string.h>
#include "hadpot/memory.h"

static hp_status create_weights(hp_analysis *analysis, const hp_lo_errors *errors, hp_error *err);
static hp_loss_data columns_of(const hp_analysis *analysis);
static double mean_weighted_variance(const hp_analysis *analysis);
static void store_potential(hp_analysis *analysis, double *vector);

hp_status hp_analysis_create_networks(hp_analysis *analysis, const hp_lo_errors *errors,
                                      hp_error *err) {
    hp_status status = HP_OK;
    const hp_job *job = analysis->job;
    analysis->potential = (hp_potential_keys){HP_POTENTIAL_KEYS(HP_TAKE_KEY)};
    analysis->training = (hp_training_keys){HP_TRAINING_KEYS(HP_TAKE_KEY)};
    HP_TRY(create_weights(analysis, errors, err));
    hp_network_fit_setup setup = {.kind = job->potential.kind,
                                  .potential = &analysis->potential,
                                  .training = &analysis->training,
                                  .length_fm = analysis->spacing_fm,
                                  .energy_mev = analysis->inverse_spacing_mev,
                                  .columns = columns_of(analysis),
                                  .fitted = analysis->fitted,
                                  .penalty_unit = mean_weighted_variance(analysis)};
    HP_TRY(hp_network_fit_create(&setup, &analysis->fit, err));
cleanup:
    return status;
}

hp_status hp_analysis_fit_networks(hp_analysis *analysis, const double *start, const hp_tick *tick,
                                   double *vector, hp_error *err) {
    hp_status status = HP_OK;
    hp_network_fit *fit = &analysis->fit;
    hp_loss_set_correlator(&fit->loss, analysis->R, analysis->S);
    HP_TRY(hp_network_fit_train(fit, &analysis->layout, start, tick, vector, err));
    memcpy(analysis->prediction, fit->loss.prediction,
           (size_t)analysis->ncolumn * (size_t)analysis->n * sizeof *analysis->prediction);
    store_potential(analysis, vector);
cleanup:
    return status;
}

static hp_status create_weights(hp_analysis *analysis, const hp_lo_errors *errors, hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_job_fit *fit = &analysis->job->fit;
    hp_fit_points points = {.n = analysis->n,
                            .ncolumn = analysis->ncolumn,
                            .fitted = analysis->fitted,
                            .error_eff = analysis->S_error,
                            .inverse_variance = strcmp(fit->weighting, "inverse_variance") == 0,
                            .covariance = hp_covariance_from_name(fit->covariance),
                            .parameter = fit->covariance_parameter,
                            .nsample = errors->nsample,
                            .sample_weight = errors->sample_weight,
                            .sample = errors->S_sample,
                            .unit = analysis->normalisation};
    HP_CHECK(errors->S_sample == NULL || errors->nkept == analysis->n, HP_ERR_INTERNAL,
             "samples of S at %d radii for a fit to %d", errors->nkept, analysis->n);
    HP_TRY(hp_fit_weights_create(&points, &analysis->weights, err));
cleanup:
    return status;
}

static hp_loss_data columns_of(const hp_analysis *analysis) {
    return (hp_loss_data){.n = analysis->n,
                          .ncolumn = analysis->ncolumn,
                          .r = analysis->r,
                          .quadrature = analysis->quadrature,
                          .R = analysis->R,
                          .S = analysis->S,
                          .weight = analysis->weights.weight,
                          .nmode = analysis->weights.nmode,
                          .mode = analysis->weights.mode,
                          .mode_factor = analysis->weights.mode_factor};
}

/* Penalties count in units of chi2: 1 for weights 1/error^2. */
static double mean_weighted_variance(const hp_analysis *analysis) {
    if (strcmp(analysis->job->fit.weighting, "inverse_variance") == 0) return 1.0;
    double sum = 0.0;
    for (int i = 0; i < analysis->n * analysis->ncolumn; i++)
        sum += analysis->fitted[i % analysis->n] * analysis->S_error[i] * analysis->S_error[i];
    return sum / analysis->nfitted;
}

/* Local part on the radii of the data and U on the map, in MeV and fm, of the fit just made. */
static void store_potential(hp_analysis *analysis, double *vector) {
    const hp_layout *layout = &analysis->layout;
    const hp_network_fit *fit = &analysis->fit;
    double *V_local = hp_layout_at(layout, vector, HP_SET_V_LOCAL);
    for (int r = 0; fit->model.has_local && r < analysis->n; r++)
        V_local[r] = analysis->inverse_spacing_mev * fit->loss.grid.V[r];
    if (!fit->model.has_nonlocal) return;
    hp_network_fit_map(fit, hp_layout_at(layout, vector, HP_SET_PARAM), &analysis->map_grid,
                       hp_layout_at(layout, vector, HP_SET_U));
    if (analysis->momentum != NULL)
        hp_momentum_transform(analysis->momentum, hp_layout_at(layout, vector, HP_SET_U),
                              hp_layout_at(layout, vector, HP_SET_U_MOMENTUM));
}
