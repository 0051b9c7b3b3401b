// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/matrix_fit.h"
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "trainee.h"

/* Sums of squares of one term: of S and of what output 1 predicts, for U and for V. */
typedef struct sizes {
    double S2[2], P2[2];
} sizes;

/* What a term does to component a of a column. integral (N): int e R_d. */
static void add_sizes(const hp_matrix_terms *terms, const hp_model_spec *spec,
                      const hp_fit_data *data, int term, int a, int column, const double *integral,
                      sizes *sum) {
    int N = terms->ncomponent, n = data->nradius;
    const double *element = terms->element[term] + (ptrdiff_t)a * N;
    const double *R = data->R + (size_t)column * (size_t)data->n;
    const double *S = data->S + (size_t)column * (size_t)data->n + (size_t)a * (size_t)n;
    double total = 0.0;
    for (int d = 0; d < N; d++) total += element[d] * integral[d];
    for (int i = 0; i < n; i++) {
        double fitted = data->fitted[a * n + i], r = data->r[i], wave = 0.0;
        double e = hp_model_envelope(spec->shape, r, spec->envelope);
        double e_V = hp_model_envelope(spec->local_shape, r, spec->local_envelope);
        for (int d = 0; d < N; d++) wave += element[d] * R[(ptrdiff_t)d * n + i];
        sum->S2[0] += fitted * pow(e * S[i], 2.0);
        sum->P2[0] += fitted * pow(e * e * total, 2.0);
        sum->S2[1] += fitted * pow(e_V * S[i], 2.0);
        sum->P2[1] += fitted * pow(e_V * e_V * wave, 2.0);
    }
}

static void find_sizes(const hp_matrix_terms *terms, const hp_model_spec *spec,
                       const hp_fit_data *data, int term, sizes *sum) {
    int N = terms->ncomponent, n = data->nradius;
    *sum = (sizes){0};
    for (int column = 0; column < data->ncolumn; column++) {
        double integral[HP_MOST_COMPONENTS] = {0};
        for (int i = 0; i < N * n; i++)
            integral[i / n] += hp_model_envelope(spec->shape, data->r[i], spec->envelope) *
                               data->quadrature[i] * data->R[(ptrdiff_t)column * data->n + i];
        for (int a = 0; a < N; a++)
            if (hp_matrix_term_acts_on(terms, term, a))
                add_sizes(terms, spec, data, term, a, column, integral, sum);
    }
}

/* Those that are not positive numbers become the largest that is. */
static bool complete(int n, double *scale) {
    double largest = 0.0;
    for (int p = 0; p < n; p++)
        if (isfinite(scale[p])) largest = fmax(largest, scale[p]);
    for (int p = 0; p < n; p++)
        if (!(isfinite(scale[p]) && scale[p] > 0.0)) scale[p] = largest;
    return largest > 0.0;
}

hp_status hp_matrix_scales(const hp_matrix_terms *terms, const hp_model_spec *network,
                           const hp_fit_data *data, double *scale, double *local_scale,
                           hp_error *err) {
    for (int p = 0; p < terms->nterm; p++) {
        sizes sum;
        find_sizes(terms, network, data, p, &sum);
        scale[p] = sqrt(sum.S2[0] / sum.P2[0]);
        local_scale[p] = sqrt(sum.S2[1] / sum.P2[1]);
    }
    bool there = complete(terms->nterm, scale);
    there = complete(terms->nterm, local_scale) && there;
    HP_REQUIRE(
        there, HP_ERR_INPUT,
        "potential.envelope_fm = %g fm or local_envelope_fm = %g fm leaves no radius to act at",
        network->envelope * data->length_fm, network->local_envelope * data->length_fm);
    for (int p = 0; p < terms->nterm; p++) {
        if (network->scale != 0.0) scale[p] = network->scale;
        if (network->local_scale != 0.0) local_scale[p] = network->local_scale;
    }
    return HP_OK;
}

static hp_status create_model(const hp_potential_kind *kind, const hp_matrix_terms *terms,
                              const hp_model_spec *network, const hp_fit_data *data,
                              hp_matrix_model *model, hp_error *err) {
    hp_model_spec spec = *network;
    double scale[HP_MOST_TERMS], local_scale[HP_MOST_TERMS];
    HP_REQUIRE((kind->flags & (HP_KIND_FG | HP_KIND_LOCAL)) != 0, HP_ERR_INPUT,
               "potential.kind: between several components networks are sdnn or local, found %s",
               kind->name);
    spec.kind = HP_MODEL_SDNN;
    HP_CALL(hp_matrix_scales(terms, &spec, data, scale, local_scale, err));
    return hp_matrix_model_create(&spec, terms, scale, local_scale, model, err);
}

static hp_status create_loss(const hp_fit_data *data, hp_matrix_fit *fit, hp_error *err) {
    const hp_loss_data columns = hp_trainee_loss_data(&fit->training, data);
    return hp_matrix_loss_create(&fit->model, &columns, &fit->loss, err);
}

hp_status hp_matrix_fit_create(const hp_potential_kind *kind, const hp_matrix_terms *terms,
                               const hp_model_spec *network, const hp_training_options *training,
                               const hp_fit_data *data, hp_matrix_fit *fit, hp_error *err) {
    hp_status status = HP_OK;
    *fit = (hp_matrix_fit){.training = *training};
    HP_CHECK(training->optimiser == HP_LEVENBERG_MARQUARDT && training->warm_up_epochs == 0,
             HP_ERR_INPUT,
             "training.%s: potentials between several components are trained by "
             "levenberg_marquardt, without adam",
             training->optimiser == HP_ADAM ? "optimiser" : "warm_up_epochs");
    HP_TRY(create_model(kind, terms, network, data, &fit->model, err));
    HP_NEW(fit->trial, fit->model.nparam);
    HP_TRY(create_loss(data, fit, err));
    hp_least_squares sum = hp_matrix_loss_sum(&fit->loss);
    HP_TRY(hp_lm_create_for(&sum, training->steps, &fit->lm, err));
cleanup:
    if (status != HP_OK) hp_matrix_fit_destroy(fit);
    return status;
}

void hp_matrix_fit_destroy(hp_matrix_fit *fit) {
    if (fit == NULL) return;
    hp_lm_destroy(&fit->lm);
    hp_matrix_loss_destroy(&fit->loss);
    hp_matrix_model_destroy(&fit->model);
    hp_free(fit->trial);
    memset(fit, 0, sizeof *fit);
}

/* These are members of hp_trainee. */
static hp_status draw(void *context, int restart, hp_error *err) {
    hp_matrix_fit *fit = context;
    HP_CALL(hp_matrix_model_draw_weights(&fit->model, (uint64_t)fit->training.seed,
                                         (uint64_t)restart, fit->trial, err));
    hp_matrix_loss_set_prior(&fit->loss, fit->trial);
    return HP_OK;
}

static hp_status minimise(void *context, const hp_training_turn *turn, hp_train_report *report,
                          hp_error *err) {
    hp_matrix_fit *fit = context;
    hp_lm_options options = hp_trainee_lm_options(&fit->training, turn);
    hp_least_squares sum = hp_matrix_loss_sum(&fit->loss);
    return hp_lm_minimise_sum(&fit->lm, &sum, &options, fit->trial, report, err);
}

static double value(void *context, const double *param) {
    return hp_matrix_loss_value(&((hp_matrix_fit *)context)->loss, param);
}

hp_status hp_matrix_fit_train(hp_matrix_fit *fit, const hp_record *record, const double *start,
                              const hp_tick *tick, double *vector, hp_error *err) {
    const hp_trainee trainee = {.context = fit,
                                .training = &fit->training,
                                .nparam = fit->model.nparam,
                                .trial = fit->trial,
                                .draw = draw,
                                .minimise = minimise,
                                .value = value};
    return hp_trainee_train(&trainee, record, start, tick, vector, err);
}
