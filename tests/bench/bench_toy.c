// SPDX-License-Identifier: GPL-3.0-or-later
/* The separable toy (tests/support/toy_run.h), one thread: error of U and of phase shifts, and
 * time, of Adam and Levenberg-Marquardt for several forms of the potential.
 *
 *     bench_toy [LM STEPS [ADAM EPOCHS]]       0 epochs: no Adam */
#include "toy_run.h"

#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include "layers.h"
#include "hadpot/log.h"
#include "hadpot/train.h"

typedef struct {
    const char *name;
    hp_input input;
    hp_activation hidden, output;
    double scale; /* over omega */
    int ng, g[2];
    double hidden_deviation, penalty;
} form;

static const form forms[] = {
    {"paper: LeakyReLU, r, Softplus", HP_INPUT_LINEAR, HP_LEAKY_RELU, HP_SOFTPLUS, 1, 1, {1}, 1, 0},
    {"the same, 20 omega", HP_INPUT_LINEAR, HP_LEAKY_RELU, HP_SOFTPLUS, 20, 1, {1}, 1, 0},
    {"the same, 100 omega", HP_INPUT_LINEAR, HP_LEAKY_RELU, HP_SOFTPLUS, 100, 1, {1}, 1, 0},
    {"SiLU, r, Softplus", HP_INPUT_LINEAR, HP_SILU, HP_SOFTPLUS, 1, 1, {1}, 1, 1e-12},
    {"SiLU, r, Softplus, 20 omega", HP_INPUT_LINEAR, HP_SILU, HP_SOFTPLUS, 20, 1, {1}, 1, 1e-12},
    {"SiLU, 4 log(1+r), Softplus",
     HP_INPUT_CENTRED_LOG1P,
     HP_SILU,
     HP_SOFTPLUS,
     1,
     1,
     {1},
     1,
     1e-12},
    {"SiLU, 4 log(1+r), Softplus, 20 omega",
     HP_INPUT_CENTRED_LOG1P,
     HP_SILU,
     HP_SOFTPLUS,
     20,
     1,
     {1},
     1,
     1e-12},
    {"SiLU, 4 log(1+r), identity",
     HP_INPUT_CENTRED_LOG1P,
     HP_SILU,
     HP_IDENTITY,
     1,
     1,
     {1},
     0.1,
     1e-12},
};

static hp_status create_model(const form *f, hp_model *model, hp_error *err);
static hp_status fit(const toy *t, const form *f, int steps, int epochs, hp_error *err);
static hp_status report(const toy *t, hp_loss *loss, const double *param, double seconds,
                        hp_error *err);

int main(int argc, char **argv) {
    hp_error err = HP_ERROR_INIT;
    hp_status status = HP_OK;
    int steps = argc > 1 ? atoi(argv[1]) : 300, epochs = argc > 2 ? atoi(argv[2]) : 10000;
    static toy t;
    openblas_set_num_threads(1);
    toy_fill(&t);
    printf("# f 1-64-16. Relative L2 error of U over [0.3, 5]^2 and [0.01, 5]^2, largest error of\n"
           "# delta [deg] for k = 0.05 ... 1 with the networks up to 15, and cut off at 5; loss, "
           "time\n");
    for (size_t i = 0; status == HP_OK && i < sizeof forms / sizeof *forms; i++)
        status = fit(&t, &forms[i], steps, epochs, &err);
    if (status != HP_OK) hp_log_error(&err);
    return status == HP_OK ? 0 : 1;
}

static hp_status create_model(const form *f, hp_model *model, hp_error *err) {
    static const int layers[] = {64, 16};
    const hp_activation hidden[] = {f->hidden, f->hidden};
    const hp_activation g[] = {f->ng > 1 ? f->hidden : HP_IDENTITY, HP_IDENTITY};
    hp_model_spec spec = {.input = f->input,
                          .input_scale = 4.0,
                          .input_centre = expm1(0.5 * (log1p(0.01) + log1p(TOY_END))),
                          .f = layers_of(2, layers, hidden),
                          .g = layers_of(f->ng, f->g, g),
                          .output = f->output,
                          .scale = f->scale * TOY_OMEGA};
    return hp_model_create(&spec, model, err);
}

static hp_status fit(const toy *t, const form *f, int steps, int epochs, hp_error *err) {
    hp_status status = HP_OK;
    hp_model model = {0};
    hp_loss loss = {0};
    hp_adam adam = {0};
    hp_lm lm = {0};
    double *param = NULL;
    hp_loss_data data = t->data;
    hp_train_report outcome = {0};
    data.penalty = f->penalty;
    data.hidden_deviation = f->hidden_deviation;
    HP_TRY(create_model(f, &model, err));
    HP_TRY(hp_loss_create(&model, &data, &loss, err));
    HP_NEW(param, model.nparam);
    printf("%s, penalty %g\n", f->name, f->penalty);
    if (epochs > 0) {
        hp_train_options options = {.epochs = epochs, .learning_rate = 1e-3, .ncurve = 2};
        HP_TRY(hp_adam_create(model.nparam, epochs, &adam, err));
        HP_TRY(hp_model_draw_weights(&model, 1, 0, param, err));
        hp_loss_set_prior(&loss, param);
        double start = hp_clock_seconds();
        HP_TRY(hp_adam_minimise(&adam, &loss, &options, param, &outcome, err));
        double seconds = hp_clock_seconds() - start;
        printf("    Adam, %5d epochs  ", outcome.epochs);
        HP_TRY(report(t, &loss, param, seconds, err));
    }
    hp_lm_options options = {.steps = steps, .tolerance = 1e-6, .ncurve = 2};
    HP_TRY(hp_lm_create(&loss, steps, &lm, err));
    HP_TRY(hp_model_draw_weights(&model, 1, 0, param, err));
    hp_loss_set_prior(&loss, param);
    double start = hp_clock_seconds();
    HP_TRY(hp_lm_minimise(&lm, &loss, &options, param, &outcome, err));
    double seconds = hp_clock_seconds() - start;
    printf("    LM, %4d steps%s  ", outcome.epochs, outcome.converged ? ", conv." : "       ");
    HP_TRY(report(t, &loss, param, seconds, err));
cleanup:
    hp_free(param);
    hp_lm_destroy(&lm);
    hp_adam_destroy(&adam);
    hp_loss_destroy(&loss);
    hp_model_destroy(&model);
    return status;
}

static hp_status report(const toy *t, hp_loss *loss, const double *param, double seconds,
                        hp_error *err) {
    hp_status status = HP_OK;
    double cut, phases, value = hp_loss_value(loss, param);
    HP_TRY(toy_error_of_phases(loss->model, param, TOY_END, &cut, err));
    HP_TRY(toy_error_of_phases(loss->model, param, 3.0 * TOY_END, &phases, err));
    hp_model_forward(loss->model, param, &loss->grid);
    printf("U %.5f %.5f  delta %7.4f, cut %7.4f deg  loss %.3e  %.3f s\n",
           toy_error_of_U(t, &loss->grid, 0.3), toy_error_of_U(t, &loss->grid, 0.0), phases, cut,
           value, seconds);
cleanup:
    return status;
}
