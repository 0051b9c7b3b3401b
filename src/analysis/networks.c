// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts.h"

#include <math.h>
#include <string.h>
#include "hadpot/memory.h"

enum { MAX_LAYERS = 64 };

static hp_status read_perceptron(const char *key, const hp_int_list *layers,
                                 const hp_string_list *names, bool linear_output,
                                 hp_activation *activation, hp_mlp_spec *spec, hp_error *err);
static hp_status choose_scales(const hp_analysis *analysis, hp_model_spec *spec, hp_error *err);
static hp_status create_weights(hp_analysis *analysis, const hp_lo_errors *errors, hp_error *err);
static hp_status create_loss(hp_analysis *analysis, hp_error *err);
static hp_status train(hp_analysis *analysis, const double *start, const hp_tick *tick,
                       double *vector, hp_error *err);
static hp_status train_once(hp_analysis *analysis, const hp_train_options *options, double *vector,
                            hp_error *err);
static void store_potential(hp_analysis *analysis, double *vector);
static void evaluate_on_nodes(const hp_analysis *analysis, const double *param,
                              hp_node_potential *on);

hp_status hp_analysis_create_networks(hp_analysis *analysis, const hp_lo_errors *errors,
                                      hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_job_potential *potential = &analysis->job->potential;
    hp_activation f[MAX_LAYERS], g[MAX_LAYERS], v[MAX_LAYERS]; /* the model copies them */
    hp_model_spec spec = {.input = strcmp(potential->input, "log1p") == 0 ? HP_INPUT_LOG1P
                                                                          : HP_INPUT_LINEAR,
                          .scale = potential->scale,
                          .local_scale = potential->local_scale,
                          .envelope = potential->envelope_fm / analysis->spacing_fm,
                          .local_envelope = potential->local_envelope_fm / analysis->spacing_fm};
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
    const struct hp_job_training *training = &analysis->job->training;
    int epochs =
        training->epochs > training->sample_epochs ? training->epochs : training->sample_epochs;
    HP_TRY(hp_adam_create(analysis->model.nparam, epochs, &analysis->adam, err));
cleanup:
    return status;
}

hp_status hp_analysis_fit_networks(hp_analysis *analysis, const double *start, const hp_tick *tick,
                                   double *vector, hp_error *err) {
    hp_status status = HP_OK;
    double *param = hp_layout_at(&analysis->layout, vector, HP_SET_PARAM);
    hp_loss_set_correlator(&analysis->loss, analysis->R, analysis->S);
    HP_TRY(train(analysis, start, tick, vector, err));
    hp_loss_value(&analysis->loss, param);
    memcpy(analysis->prediction, analysis->loss.prediction,
           (size_t)analysis->ncolumn * (size_t)analysis->n * sizeof *analysis->prediction);
    store_potential(analysis, vector);
    for (int i = 0; i < analysis->observables.nsolver; i++)
        evaluate_on_nodes(analysis, param, &analysis->on_nodes[i]);
cleanup:
    return status;
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
        analysis->job->potential.envelope_fm, analysis->job->potential.local_envelope_fm);
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
                         .cutoff_weight = analysis->job->potential.cutoff_weight};
    return hp_loss_create(&analysis->model, &data, &analysis->loss, err);
}

/* The average tries training.restarts initial weights; a sample starts from the fitted average, or
 * (training.warm_start: false) from the average's first initial weights. */
static hp_status train(hp_analysis *analysis, const double *start, const hp_tick *tick,
                       double *vector, hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_job_training *training = &analysis->job->training;
    size_t bytes = analysis->model.nparam * sizeof(double);
    bool sample = start != NULL;
    hp_train_options options = {
        .epochs =
            sample && training->sample_epochs > 0 ? training->sample_epochs : training->epochs,
        .learning_rate = sample && training->sample_learning_rate > 0.0
                             ? training->sample_learning_rate
                             : training->learning_rate,
        .schedule =
            strcmp(training->schedule, "cosine") == 0 ? HP_SCHEDULE_COSINE : HP_SCHEDULE_CONSTANT,
        .tolerance = training->tolerance,
        .ncurve = HP_CURVE_POINTS,
        .tick = tick != NULL ? tick->function : NULL,
        .tick_context = tick != NULL ? tick->context : NULL};
    *hp_layout_at(&analysis->layout, vector, HP_SET_LOSS) = INFINITY;
    if (sample && training->warm_start) {
        memcpy(analysis->trial, hp_layout_read(&analysis->layout, start, HP_SET_PARAM), bytes);
        HP_TRY(train_once(analysis, &options, vector, err));
        goto cleanup;
    }
    hp_error trouble = HP_ERROR_INIT; /* of the latest restart that diverged */
    for (int restart = 0; restart < (sample ? 1 : training->restarts); restart++) {
        HP_TRY(hp_model_draw_weights(&analysis->model, (uint64_t)training->seed, (uint64_t)restart,
                                     analysis->trial, err));
        hp_error_clear(&trouble);
        status = train_once(analysis, &options, vector, &trouble);
        if (status != HP_OK && status != HP_ERR_NUMERIC) break;
    }
    bool fitted = isfinite(*hp_layout_read(&analysis->layout, vector, HP_SET_LOSS));
    if (fitted && status == HP_ERR_NUMERIC) status = HP_OK; /* another restart succeeded */
    if (status != HP_OK && err != NULL) *err = trouble;
cleanup:
    return status;
}

/* Train from analysis->trial; keep parameters and report in vector when the loss is below the one
 * there. */
static hp_status train_once(hp_analysis *analysis, const hp_train_options *options, double *vector,
                            hp_error *err) {
    double *trial = analysis->trial;
    hp_status status = HP_OK;
    const hp_layout *layout = &analysis->layout;
    double curve[HP_CURVE_POINTS];
    hp_train_report report = {.curve = curve};
    HP_TRY(hp_adam_minimise(&analysis->adam, &analysis->loss, options, trial, &report, err));
    double *loss = hp_layout_at(layout, vector, HP_SET_LOSS);
    if (report.loss >= *loss) goto cleanup;
    *loss = report.loss;
    *hp_layout_at(layout, vector, HP_SET_CONVERGED) = report.converged;
    *hp_layout_at(layout, vector, HP_SET_EPOCHS) = report.epochs;
    *hp_layout_at(layout, vector, HP_SET_DECREASE) = report.last_decrease;
    memcpy(hp_layout_at(layout, vector, HP_SET_CURVE), curve, sizeof curve);
    for (int i = 0; i < HP_CURVE_POINTS; i++)
        hp_layout_at(layout, vector, HP_SET_CURVE_EPOCH)[i] =
            hp_train_curve_epoch(options->epochs, HP_CURVE_POINTS, i);
    memcpy(hp_layout_at(layout, vector, HP_SET_PARAM), trial,
           analysis->model.nparam * sizeof *trial);
cleanup:
    return status;
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
