// SPDX-License-Identifier: GPL-3.0-or-later
/* Model and loss from options. */
#include "hadpot/network_fit.h"
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "trainee.h"

const hp_model_spec hp_network_defaults = {.input = HP_INPUT_CENTRED_LOG1P,
                                           .input_scale = 4.0,
                                           .input_centre = 0.5,
                                           .input_length = 0.09,
                                           .f = {2, {32, 32}, {HP_SILU, HP_SILU}},
                                           .g = {1, {1}, {HP_IDENTITY}},
                                           .v = {3, {32, 32, 1}, {HP_SILU, HP_SILU, HP_IDENTITY}},
                                           .output = HP_IDENTITY,
                                           .envelope = 1.2,
                                           .local_envelope = 1.6};

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

/* Automatic scales: networks of output 1 predict a source term of the r.m.s. size of the data, both
 * within the envelope, so that longer data, which are noise there, change nothing. */
static hp_status choose_scales(const hp_fit_data *data, hp_model_spec *spec, hp_error *err) {
    const double *r = data->r, *fitted = data->fitted;
    int n = data->n;
    double S2[2] = {0}, U2 = 0.0, V2 = 0.0;
    for (int c = 0; c < data->ncolumn; c++) {
        const double *R = data->R + (size_t)c * (size_t)n;
        const double *S = data->S + (size_t)c * (size_t)n;
        double integral = 0.0;
        for (int i = 0; i < n; i++)
            integral +=
                hp_model_envelope(spec->shape, r[i], spec->envelope) * data->quadrature[i] * R[i];
        for (int i = 0; i < n; i++) {
            double e = hp_model_envelope(spec->shape, r[i], spec->envelope);
            double e_V = hp_model_envelope(spec->local_shape, r[i], spec->local_envelope);
            S2[0] += fitted[i] * pow(e * S[i], 2.0);
            U2 += fitted[i] * pow(e * e * integral, 2.0);
            S2[1] += fitted[i] * pow(e_V * S[i], 2.0);
            V2 += fitted[i] * pow(e_V * e_V * R[i], 2.0);
        }
    }
    if (spec->scale == 0.0) spec->scale = sqrt(S2[0] / U2);
    if (spec->local_scale == 0.0) spec->local_scale = sqrt(S2[1] / V2);
    HP_REQUIRE(
        isfinite(spec->scale) && isfinite(spec->local_scale), HP_ERR_INPUT,
        "potential.envelope_fm = %g fm or local_envelope_fm = %g fm leaves no radius to act at",
        spec->envelope * data->length_fm, spec->local_envelope * data->length_fm);
    return HP_OK;
}

static hp_status create_model(const hp_potential_kind *kind, const hp_model_spec *network,
                              const hp_fit_data *data, hp_model *model, hp_error *err) {
    hp_model_spec spec = *network;
    spec.kind = model_of(kind);
    if (kind->flags & HP_KIND_PRODUCT) spec.envelope = 0.0;
    HP_CALL(choose_scales(data, &spec, err));
    return hp_model_create(&spec, model, err);
}

static hp_status create_loss(const hp_fit_data *data, hp_network_fit *fit, hp_error *err) {
    const hp_loss_data columns = hp_trainee_loss_data(&fit->training, data);
    return hp_loss_create(&fit->model, &columns, &fit->loss, err);
}

static hp_status create_optimiser(hp_network_fit *fit, hp_error *err) {
    const hp_training_options *training = &fit->training;
    int epochs = training->warm_up_epochs;
    if (training->optimiser == HP_ADAM)
        epochs =
            training->epochs > training->sample_epochs ? training->epochs : training->sample_epochs;
    else
        HP_CALL(hp_lm_create(&fit->loss, training->steps, &fit->lm, err));
    if (epochs > 0) HP_CALL(hp_adam_create(fit->model.nparam, epochs, &fit->adam, err));
    return HP_OK;
}

hp_status hp_network_fit_create(const hp_potential_kind *kind, const hp_model_spec *network,
                                const hp_training_options *training, const hp_fit_data *data,
                                hp_network_fit *fit, hp_error *err) {
    hp_status status = HP_OK;
    *fit = (hp_network_fit){
        .training = *training, .length_fm = data->length_fm, .energy_mev = data->energy_mev};
    HP_TRY(create_model(kind, network, data, &fit->model, err));
    HP_NEW(fit->trial, fit->model.nparam);
    HP_TRY(create_loss(data, fit, err));
    HP_TRY(create_optimiser(fit, err));
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
