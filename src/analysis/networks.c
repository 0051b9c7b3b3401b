// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts.h"

#include <math.h>
#include <string.h>
#include "hadpot/memory.h"

enum { MAX_LAYERS = 64 };

static hp_input input_of(const char *name);
static double envelope(const hp_analysis *analysis, double given_fm, double part);
static hp_status read_perceptron(const char *key, const hp_int_list *layers,
                                 const hp_string_list *names, bool linear_output,
                                 hp_activation *activation, hp_mlp_spec *spec, hp_error *err);
static hp_status choose_scales(const hp_analysis *analysis, hp_model_spec *spec, hp_error *err);
static hp_status create_weights(hp_analysis *analysis, const hp_lo_errors *errors, hp_error *err);
static hp_status create_loss(hp_analysis *analysis, hp_error *err);
static double mean_weighted_variance(const hp_analysis *analysis);
static void store_potential(hp_analysis *analysis, double *vector);
static void evaluate_on_nodes(const hp_analysis *analysis, const double *param,
                              hp_node_potential *on);

hp_status hp_analysis_create_networks(hp_analysis *analysis, const hp_lo_errors *errors,
                                      hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_job_potential *potential = &analysis->job->potential;
    hp_activation f[MAX_LAYERS], g[MAX_LAYERS], v[MAX_LAYERS]; /* the model copies them */
    double first = log1p(analysis->r[0]), last = log1p(analysis->r[analysis->n - 1]);
    hp_model_spec spec = {.input = input_of(potential->input),
                          .input_scale = potential->input_scale,
                          .input_centre = 0.5 * (first + last),
                          .scale = potential->scale,
                          .local_scale = potential->local_scale,
                          .envelope = envelope(analysis, potential->envelope_fm, 0.3),
                          .local_envelope = envelope(analysis, potential->local_envelope_fm, 0.4)};
    HP_TRY(hp_activation_from_name(potential->output_activation, &spec.output, err));
    bool nonlocal = strcmp(potential->kind, "sdnn") == 0;
    if (nonlocal) {
        HP_TRY(read_perceptron("f", &potential->f_layers, &potential->f_activations, false, f,
                               &spec.f, err));
        HP_TRY(read_perceptron("g", &potential->g_layers, &potential->g_activations, true, g,
                               &spec.g, err));
    }
    if (potential->local_part || !nonlocal)
        HP_TRY(read_perceptron("local", &potential->local_layers, &potential->local_activations,
                               true, v, &spec.v, err));
    HP_TRY(choose_scales(analysis, &spec, err));
    HP_TRY(hp_model_create(&spec, &analysis->model, err));
    HP_NEW(analysis->trial, analysis->model.nparam);
    HP_TRY(create_weights(analysis, errors, err));
    HP_TRY(create_loss(analysis, err));
    HP_TRY(hp_analysis_create_training(analysis, err));
cleanup:
    return status;
}

hp_status hp_analysis_fit_networks(hp_analysis *analysis, const double *start, const hp_tick *tick,
                                   double *vector, hp_error *err) {
    hp_status status = HP_OK;
    double *param = hp_layout_at(&analysis->layout, vector, HP_SET_PARAM);
    hp_loss_set_correlator(&analysis->loss, analysis->R, analysis->S);
    HP_TRY(hp_analysis_train(analysis, start, tick, vector, err));
    hp_loss_value(&analysis->loss, param);
    memcpy(analysis->prediction, analysis->loss.prediction,
           (size_t)analysis->ncolumn * (size_t)analysis->n * sizeof *analysis->prediction);
    store_potential(analysis, vector);
    for (int i = 0; i < analysis->observables.nsolver; i++)
        evaluate_on_nodes(analysis, param, &analysis->on_nodes[i]);
cleanup:
    return status;
}

/* Lambda in lattice units; where it is not given, a part of the range of the fit. */
static double envelope(const hp_analysis *analysis, double given_fm, double part) {
    return given_fm < 0.0 ? part * analysis->r[analysis->n - 1] : given_fm / analysis->spacing_fm;
}

static hp_input input_of(const char *name) {
    if (strcmp(name, "linear") == 0) return HP_INPUT_LINEAR;
    return strcmp(name, "log1p") == 0 ? HP_INPUT_LOG1P : HP_INPUT_CENTRED_LOG1P;
}

static hp_status read_perceptron(const char *key, const hp_int_list *layers,
                                 const hp_string_list *names, bool linear_output,
                                 hp_activation *activation, hp_mlp_spec *spec, hp_error *err) {
    hp_status status = HP_OK;
    HP_CHECK(layers->count <= MAX_LAYERS, HP_ERR_INPUT,
             "potential.%s_layers: at most %d layers, found %d", key, MAX_LAYERS, layers->count);
    for (int l = 0; l < layers->count; l++) {
        bool linear = linear_output && l == layers->count - 1;
        const char *name = linear ? "identity" : names->values[names->count > 1 ? l : 0];
        HP_TRY(hp_activation_from_name(name, &activation[l], err));
    }
    *spec = (hp_mlp_spec){layers->count, layers->values, activation};
cleanup:
    return status;
}

/* Automatic scales: networks of output 1 predict a source term of the r.m.s. size of the data. */
static hp_status choose_scales(const hp_analysis *analysis, hp_model_spec *spec, hp_error *err) {
    hp_status status = HP_OK;
    int n = analysis->n;
    double S2 = 0.0, U2 = 0.0, V2 = 0.0;
    for (int c = 0; c < analysis->ncolumn; c++) {
        const double *R = analysis->R + (size_t)c * (size_t)n;
        const double *S = analysis->S + (size_t)c * (size_t)n;
        double integral = 0.0;
        for (int r = 0; r < n; r++)
            integral +=
                hp_model_envelope(analysis->r[r], spec->envelope) * analysis->quadrature[r] * R[r];
        for (int r = 0; r < n; r++) {
            double U = hp_model_envelope(analysis->r[r], spec->envelope) * integral;
            double V = hp_model_envelope(analysis->r[r], spec->local_envelope) * R[r];
            S2 += analysis->fitted[r] * S[r] * S[r];
            U2 += analysis->fitted[r] * U * U;
            V2 += analysis->fitted[r] * V * V;
        }
    }
    if (spec->scale == 0.0) spec->scale = sqrt(S2 / U2);
    if (spec->local_scale == 0.0) spec->local_scale = sqrt(S2 / V2);
    HP_CHECK(
        isfinite(spec->scale) && isfinite(spec->local_scale), HP_ERR_INPUT,
        "potential.envelope_fm = %g fm or local_envelope_fm = %g fm leaves no radius to act at",
        spec->envelope * analysis->spacing_fm, spec->local_envelope * analysis->spacing_fm);
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
                            .sample = errors->S_sample,
                            .unit = analysis->normalisation};
    HP_CHECK(errors->S_sample == NULL || errors->nkept == analysis->n, HP_ERR_INTERNAL,
             "samples of S at %d radii for a fit to %d", errors->nkept, analysis->n);
    HP_TRY(hp_fit_weights_create(&points, &analysis->weights, err));
cleanup:
    return status;
}

static hp_status create_loss(hp_analysis *analysis, hp_error *err) {
    hp_loss_data data = {.n = analysis->n,
                         .ncolumn = analysis->ncolumn,
                         .r = analysis->r,
                         .quadrature = analysis->quadrature,
                         .R = analysis->R,
                         .S = analysis->S,
                         .weight = analysis->weights.weight,
                         .nmode = analysis->weights.nmode,
                         .mode = analysis->weights.mode,
                         .mode_factor = analysis->weights.mode_factor,
                         .cutoff = analysis->job->potential.cutoff_fm / analysis->spacing_fm,
                         .cutoff_weight = analysis->job->potential.cutoff_weight,
                         .penalty =
                             analysis->job->training.penalty * mean_weighted_variance(analysis),
                         .hidden_deviation = analysis->job->training.hidden_deviation};
    return hp_loss_create(&analysis->model, &data, &analysis->loss, err);
}

/* Penalties count in units of chi2: 1 for weights 1/error^2. */
static double mean_weighted_variance(const hp_analysis *analysis) {
    if (strcmp(analysis->job->fit.weighting, "inverse_variance") == 0) return 1.0;
    double sum = 0.0;
    for (int i = 0; i < analysis->n * analysis->ncolumn; i++)
        sum += analysis->fitted[i % analysis->n] * analysis->S_error[i] * analysis->S_error[i];
    return sum / analysis->nfitted;
}

/* Local part on the radii of the data and U on the map, in MeV and fm. Needs the latest
 * hp_loss_value at the parameters in vector. */
static void store_potential(hp_analysis *analysis, double *vector) {
    const hp_layout *layout = &analysis->layout;
    double mev = analysis->inverse_spacing_mev, fm3 = pow(analysis->spacing_fm, 3.0);
    double *V_local = hp_layout_at(layout, vector, HP_SET_V_LOCAL);
    for (int r = 0; analysis->model.has_local && r < analysis->n; r++)
        V_local[r] = mev * analysis->loss.grid.V[r];
    if (!analysis->model.has_nonlocal) return;
    const double *param = hp_layout_at(layout, vector, HP_SET_PARAM);
    double *U = hp_layout_at(layout, vector, HP_SET_U);
    hp_model_forward(&analysis->model, param, &analysis->map_grid);
    hp_model_mirror(&analysis->map_grid);
    size_t pairs = (size_t)analysis->nu * (size_t)analysis->nu;
    for (size_t i = 0; i < pairs; i++) U[i] = analysis->map_grid.U[i] * mev / fm3;
}

/* K(r,r') = 2 mu 4 pi r r' U(r,r') and 2 mu V(r) on the nodes of the radial equation. */
static void evaluate_on_nodes(const hp_analysis *analysis, const double *param,
                              hp_node_potential *on) {
    size_t n = (size_t)on->nodes->n;
    double mass = 2.0 * analysis->plan->mu;
    const double *r = on->nodes->r;
    hp_model_forward(&analysis->model, param, &on->grid);
    for (size_t i = 0; i < n; i++) on->local[i] = mass * on->grid.V[i];
    if (!analysis->model.has_nonlocal) return;
    hp_model_mirror(&on->grid);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            on->kernel[i * n + j] = mass * 4.0 * M_PI * (r[i] * r[j]) * on->grid.U[i * n + j];
}
