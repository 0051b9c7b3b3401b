// SPDX-License-Identifier: GPL-3.0-or-later
/* The gradient of the loss with respect to every parameter, for every activation, linear and deep
 * g, with and without local part, envelope, regulator, covariance and penalty. */
#include "../train/fit_case.h"
#include "layers.h"

enum { N = 9, NCOLUMN = 3, NMODE = 4 };

typedef struct {
    hp_activation activation;
    int deep_g, local, only_local;
    double envelope, cutoff_weight;
    int modes;
    double penalty;
    hp_model_kind kind;
    int few; /* radii that have weight are three */
} variant;

/* Odd radii and random data: no symmetry that could hide an error. */
static void make_problem(const variant *v, hp_model *model, hp_loss *loss) {
    static const int f[] = {5, 4}, linear[] = {1}, deep[] = {3, 1}, local[] = {4, 1};
    hp_error err = HP_ERROR_INIT;
    hp_activation hidden[] = {v->activation, v->activation};
    hp_activation scalar[] = {v->activation, HP_IDENTITY}, identity[] = {HP_IDENTITY};
    hp_model_spec spec = {.kind = v->kind,
                          .input = v->local ? HP_INPUT_LOG1P : HP_INPUT_LINEAR,
                          .output = v->activation,
                          .scale = 0.37,
                          .local_scale = -1.3,
                          .envelope = v->envelope,
                          .local_envelope = 2.0 * v->envelope,
                          .decay = 0.385,
                          .start = {0.43, 1.17}};
    if (v->kind == HP_MODEL_MLP || v->kind == HP_MODEL_PARTIAL) {
        spec.f = layers_of(2, local, scalar);
    } else if (v->kind == HP_MODEL_SDNN && !v->only_local) {
        spec.f = layers_of(2, f, hidden);
        spec.g = v->deep_g ? layers_of(2, deep, scalar) : layers_of(1, linear, identity);
    }
    if (v->local || v->only_local) /* with and without an activation at the end */
        spec.v = layers_of(2, local, v->deep_g || v->only_local ? hidden : scalar);
    assert_ok(hp_model_create(&spec, model, &err), &err);
    gsl_rng *rng;
    assert_ok(hp_random_create(&rng, 11, 0, HP_PURPOSE_TEST, &err), &err);
    double r[N], q[N], R[NCOLUMN * N], S[NCOLUMN * N], w[NCOLUMN * N];
    for (int i = 0; i < N; i++) {
        r[i] = 0.13 + 0.61 * i;
        q[i] = 0.1 + gsl_rng_uniform(rng);
    }
    for (int i = 0; i < NCOLUMN * N; i++) {
        R[i] = 0.5 + gsl_rng_uniform(rng);
        S[i] = 2.0 * gsl_rng_uniform(rng) - 1.0;
        w[i] = i % 7 == 2 ? 0.0 : 0.3 + gsl_rng_uniform(rng);
        if (v->few && (i % N < 2 || i % N > 4)) w[i] = 0.0;
    }
    double mode[NMODE * NCOLUMN * N];
    const double factor[NMODE] = {0.1, 0.95, 0.385, 1.0};
    fit_draw_modes(rng, w, NCOLUMN * N, NMODE, mode);
    gsl_rng_free(rng);
    hp_loss_data data = {.n = N,
                         .ncolumn = NCOLUMN,
                         .r = r,
                         .quadrature = q,
                         .R = R,
                         .S = S,
                         .weight = w,
                         .nmode = v->modes ? NMODE : 0,
                         .mode = mode,
                         .mode_factor = factor,
                         .cutoff = 2.385,
                         .cutoff_weight = v->cutoff_weight,
                         .penalty = v->penalty,
                         .hidden_deviation = 0.7};
    assert_ok(hp_loss_create(model, &data, loss, &err), &err);
    loss->quadrature = NULL; /* qR is made; the array above ends here */
}

/* Every parameter on its own by central differences, and along one direction the Taylor remainder
 * L(p + e d) - L(p) - e (g, d), which must fall like e^2. Both know the sign of the gradient. */
static void check_variant(const variant *v) {
    hp_error err = HP_ERROR_INIT;
    hp_model model;
    hp_loss loss;
    make_problem(v, &model, &loss);
    size_t n = model.nparam;
    double *param = hp_alloc(n, sizeof *param), *gradient = hp_alloc(n, sizeof *gradient);
    double *moved = hp_alloc(n, sizeof *moved), *direction = hp_alloc(n, sizeof *direction);
    assert_ok(hp_model_draw_weights(&model, 5, 0, param, &err), &err);
    assert_ok(hp_model_draw_weights(&model, 6, 0, direction, &err), &err);
    if (v->penalty > 0.0) { /* the prior of other weights, or its gradient is zero */
        assert_ok(hp_model_draw_weights(&model, 7, 0, moved, &err), &err);
        hp_loss_set_prior(&loss, moved);
    }
    double value = hp_loss_gradient(&loss, param, gradient);
    assert_close(hp_loss_value(&loss, param), value, 0.0, 0.0);
    double largest = 0.0, slope = 0.0;
    for (size_t i = 0; i < n; i++) {
        largest = fmax(largest, fabs(gradient[i]));
        slope += gradient[i] * direction[i];
    }
    assert_true(largest > 1e-6);
    for (size_t i = 0; i < n; i++) {
        double step = 1e-5, kept = param[i];
        param[i] = kept + step;
        double above = hp_loss_value(&loss, param);
        param[i] = kept - step;
        double below = hp_loss_value(&loss, param);
        param[i] = kept;
        /* differences: rounding 1e-16 L/step = 1e-11 L, truncation step^2 = 1e-10 of the scale */
        assert_close(gradient[i], (above - below) / (2.0 * step), 1e-6, 1e-7 * (largest + value));
    }
    double remainder[2];
    for (int k = 0; k < 2; k++) {
        double e = 2e-4 / (1 << k); /* short: LeakyReLU has kinks */
        for (size_t i = 0; i < n; i++) moved[i] = param[i] + e * direction[i];
        remainder[k] = hp_loss_value(&loss, moved) - value - e * slope;
    }
    /* second order: the ratio is 4 up to the third-order term, some e of it and, where the second
     * order is small by accident, e^3 of the loss */
    assert_close(remainder[0], 4.0 * remainder[1], 0.01, 8e-12 * value);
    hp_free(param);
    hp_free(gradient);
    hp_free(moved);
    hp_free(direction);
    hp_loss_destroy(&loss);
    hp_model_destroy(&model);
}

static void gradient_is_right_for_every_activation_and_depth(void **state) {
    (void)state;
    for (int a = 0; a < HP_NACTIVATION; a++)
        for (int deep = 0; deep < 2; deep++)
            for (int part = 0; part < 2; part++) {
                variant v = {
                    (hp_activation)a, deep, part, 0, part ? 2.9 : 0.0, part ? 0.0 : 0.7, 0, 0.0,
                    HP_MODEL_SDNN,    0};
                print_message("%s, %s g, %s\n", hp_activation_name(v.activation),
                              deep ? "deep" : "linear", part ? "local part" : "regulator");
                check_variant(&v);
            }
}

static void gradient_is_right_for_local_part_alone(void **state) {
    (void)state;
    for (int a = 0; a < HP_NACTIVATION; a++) {
        variant v = {(hp_activation)a, 0, 1, 1, 3.1, 0.0, 0, 0.0, HP_MODEL_SDNN, 0};
        check_variant(&v);
    }
}

/* bits: modes, penalty; with them all there is. */
static void gradient_is_right_with_covariance_and_penalty(void **state) {
    (void)state;
    for (int a = 0; a < HP_NACTIVATION; a++)
        for (int deep = 0; deep < 2; deep++)
            for (int bits = 1; bits < 4; bits++) {
                variant v = {(hp_activation)a,       deep,          1, 0, 2.9, 0.7, bits & 1,
                             bits & 2 ? 0.385 : 0.0, HP_MODEL_SDNN, 0};
                check_variant(&v);
            }
}

static void gradient_is_right_with_all_options_together(void **state) {
    (void)state;
    for (int deep = 0; deep < 2; deep++) {
        variant v = {HP_SILU, deep, 1, 0, 2.9, 0.7, 0, 0.0, HP_MODEL_SDNN, 0};
        check_variant(&v);
    }
}

/* bits: local part, regulator or envelope where there is one, covariance and penalty. Whatever the
 * form, radii without weight may be left out. */
static void gradient_is_right_for_every_form_and_few_weights(void **state) {
    (void)state;
    for (int kind = HP_MODEL_SDNN; kind <= HP_MODEL_TWO_PARAMETER; kind++)
        for (int a = 0; a < HP_NACTIVATION; a++)
            for (int bits = kind == HP_MODEL_SDNN ? 8 : 0; bits < 16; bits++) {
                bool product = kind > HP_MODEL_MLP;
                variant v = {.activation = (hp_activation)a,
                             .local = bits & 1,
                             .envelope = product || bits & 2 ? 0.0 : 2.9,
                             .cutoff_weight = !product && bits & 2 ? 0.7 : 0.0,
                             .modes = bits & 4,
                             .penalty = bits & 4 ? 0.385 : 0.0,
                             .kind = (hp_model_kind)kind,
                             .few = bits & 8};
                check_variant(&v);
            }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradient_is_right_for_every_activation_and_depth),
        cmocka_unit_test(gradient_is_right_for_local_part_alone),
        cmocka_unit_test(gradient_is_right_with_covariance_and_penalty),
        cmocka_unit_test(gradient_is_right_with_all_options_together),
        cmocka_unit_test(gradient_is_right_for_every_form_and_few_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
