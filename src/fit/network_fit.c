// SPDX-License-Identifier: GPL-3.0-or-later
/* Model and loss from options. */
#include "fit_parts.h"
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"

const hp_network_options hp_network_defaults = {
    .input = HP_INPUT_CENTRED_LOG1P,
    .input_scale = 4.0,
    .f = {2, {32, 32}, {HP_SILU, HP_SILU}},
    .g = {1, {1}, {HP_IDENTITY}},
    .local = {3, {32, 32, 1}, {HP_SILU, HP_SILU, HP_IDENTITY}},
    .output = HP_IDENTITY,
    .envelope_fm = -1.0,
    .local_envelope_fm = -1.0};

const hp_training_options hp_training_defaults = {.penalty = 1.0,
                                                  .hidden_deviation = 0.1,
                                                  .steps = 500,
                                                  .step_tolerance = 1e-6,
                                                  .epochs = 5000,
                                                  .learning_rate = 1e-2,
                                                  .schedule = HP_SCHEDULE_COSINE,
                                                  .seed = 1,
                                                  .restarts = 1,
                                                  .warm_start = true};

static hp_model_kind model_of(const hp_potential_kind *kind) {
    if (kind->flags & HP_KIND_THETA) return HP_MODEL_TWO_PARAMETER;
    if (kind->flags & HP_KIND_DECAY) return HP_MODEL_PARTIAL;
    return kind->flags & HP_KIND_F ? HP_MODEL_MLP : HP_MODEL_SDNN;
}

/* Lambda in L; where it is not given, a part of the range of the fit. */
static double envelope(const hp_network_fit_setup *setup, double given_fm, double part) {
    const hp_loss_data *columns = &setup->columns;
    return given_fm < 0.0 ? part * columns->r[columns->n - 1] : given_fm / setup->length_fm;
}

static hp_mlp_spec spec_of(const hp_layers *layers) {
    return (hp_mlp_spec){layers->n, layers->width, layers->activation};
}

/* Automatic scales: networks of output 1 predict a source term of the r.m.s. size of the data. */
static hp_status choose_scales(const hp_network_fit_setup *setup, hp_model_spec *spec,
                               hp_error *err) {
    const hp_loss_data *columns = &setup->columns;
    const double *r = columns->r, *fitted = setup->fitted;
    int n = columns->n;
    double S2 = 0.0, U2 = 0.0, V2 = 0.0;
    for (int c = 0; c < columns->ncolumn; c++) {
        const double *R = columns->R + (size_t)c * (size_t)n;
        const double *S = columns->S + (size_t)c * (size_t)n;
        double integral = 0.0;
        for (int i = 0; i < n; i++)
            integral += hp_model_envelope(r[i], spec->envelope) * columns->quadrature[i] * R[i];
        for (int i = 0; i < n; i++) {
            double U = hp_model_envelope(r[i], spec->envelope) * integral;
            double V = hp_model_envelope(r[i], spec->local_envelope) * R[i];
            S2 += fitted[i] * S[i] * S[i];
            U2 += fitted[i] * U * U;
            V2 += fitted[i] * V * V;
        }
    }
    if (spec->scale == 0.0) spec->scale = sqrt(S2 / U2);
    if (spec->local_scale == 0.0) spec->local_scale = sqrt(S2 / V2);
    HP_REQUIRE(
        isfinite(spec->scale) && isfinite(spec->local_scale), HP_ERR_INPUT,
        "potential.envelope_fm = %g fm or local_envelope_fm = %g fm leaves no radius to act at",
        spec->envelope * setup->length_fm, spec->local_envelope * setup->length_fm);
    return HP_OK;
}

static hp_status create_model(const hp_network_fit_setup *setup, hp_model *model, hp_error *err) {
    const hp_network_options *network = setup->network;
    const hp_loss_data *columns = &setup->columns;
    double length = network->input_length_fm / setup->length_fm;
    if (length == 0.0) length = 1.0;
    double first = log1p(columns->r[0] / length);
    double last = log1p(columns->r[columns->n - 1] / length);
    hp_model_spec spec = {.kind = model_of(setup->kind),
                          .decay = network->decay,
                          .start = {network->start[0], network->start[1]},
                          .input = network->input,
                          .input_scale = network->input_scale,
                          .input_centre = 0.5 * (first + last),
                          .input_length = length,
                          .f = spec_of(&network->f),
                          .g = spec_of(&network->g),
                          .v = spec_of(&network->local),
                          .output = network->output,
                          .scale = network->scale,
                          .local_scale = network->local_scale,
                          .local_envelope = envelope(setup, network->local_envelope_fm, 0.4)};
    if (spec.kind == HP_MODEL_SDNN || spec.kind == HP_MODEL_MLP) /* a product has none */
        spec.envelope = envelope(setup, network->envelope_fm, 0.3);
    HP_CALL(choose_scales(setup, &spec, err));
    return hp_model_create(&spec, model, err);
}

static hp_status create_loss(const hp_network_fit_setup *setup, hp_network_fit *fit,
                             hp_error *err) {
    hp_loss_data data = setup->columns;
    data.cutoff = setup->network->cutoff_fm / setup->length_fm;
    data.cutoff_weight = setup->network->cutoff_weight;
    data.penalty = setup->training->penalty * setup->penalty_unit;
    data.hidden_deviation = setup->training->hidden_deviation;
    return hp_loss_create(&fit->model, &data, &fit->loss, err);
}

hp_status hp_network_fit_create(const hp_network_fit_setup *setup, hp_network_fit *fit,
                                hp_error *err) {
    hp_status status = HP_OK;
    *fit = (hp_network_fit){.training = *setup->training,
                            .length_fm = setup->length_fm,
                            .energy_mev = setup->energy_mev};
    HP_TRY(create_model(setup, &fit->model, err));
    HP_NEW(fit->trial, fit->model.nparam);
    HP_TRY(create_loss(setup, fit, err));
    HP_TRY(hp_network_fit_create_optimiser(fit, err));
cleanup:
    if (status != HP_OK) hp_network_fit_destroy(fit);
    return status;
}

void hp_network_fit_destroy(hp_network_fit *fit) {
    if (fit == NULL) return;
    hp_adam_destroy(&fit->adam);
    hp_lm_destroy(&fit->lm);
    hp_loss_destroy(&fit->loss);
    hp_model_destroy(&fit->model);
    hp_free(fit->trial);
    memset(fit, 0, sizeof *fit);
}

void hp_network_fit_map(const hp_network_fit *fit, const double *param, hp_model_grid *grid,
                        double *U) {
    double mev = fit->energy_mev, fm3 = pow(fit->length_fm, 3.0);
    size_t pairs = (size_t)grid->n * (size_t)grid->n;
    hp_model_forward(&fit->model, param, grid);
    hp_model_mirror(&fit->model, grid);
    for (size_t i = 0; i < pairs; i++) U[i] = grid->U[i] * mev / fm3;
}
