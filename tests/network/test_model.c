// SPDX-License-Identifier: GPL-3.0-or-later
#include "support.h"

#include <math.h>
#include <string.h>
#include "layers.h"
#include "hadpot/loss.h"
#include "hadpot/memory.h"

static const int F[] = {7, 4}, LINEAR[] = {1}, DEEP[] = {5, 1}, LOCAL[] = {3, 1};
static const hp_activation HIDDEN[] = {HP_SILU, HP_TANH}, TO_SCALAR[] = {HP_ELU, HP_IDENTITY},
                           IDENTITY[] = {HP_IDENTITY};

static hp_model_spec full_spec(int deep) {
    return (hp_model_spec){.input = HP_INPUT_LOG1P,
                           .f = layers_of(2, F, HIDDEN),
                           .g = deep ? layers_of(2, DEEP, TO_SCALAR)
                                     : layers_of(1, LINEAR, IDENTITY),
                           .v = layers_of(2, LOCAL, TO_SCALAR),
                           .output = HP_SOFTPLUS,
                           .scale = -0.017,
                           .local_scale = 0.3,
                           .envelope = 5.1,
                           .local_envelope = 7.7};
}

/* Activation of one number, from its definition and in another form than the code's. */
static double expected_activation(hp_activation activation, double z) {
    switch (activation) {
    case HP_LEAKY_RELU:
        return z > 0 ? z : z / 100;
    case HP_ELU:
        return z > 0 ? z : exp(z) - 1;
    case HP_SOFTPLUS:
        return log(1 + exp(z));
    case HP_SILU:
        return z / (1 + exp(-z));
    case HP_TANH:
        return (exp(2 * z) - 1) / (exp(2 * z) + 1);
    default:
        return z;
    }
}

static void activations_match_their_definition(void **state) {
    (void)state;
    static const double z[] = {-3.7, -0.385, 0.21, 2.385};
    for (int a = 0; a < HP_NACTIVATION; a++)
        for (int i = 0; i < 4; i++) {
            double y = z[i], slope, step = 1e-6;
            hp_activation_apply((hp_activation)a, 1, &y, &slope);
            /* both forms are good to a few ulp of 1 */
            assert_close(y, expected_activation((hp_activation)a, z[i]), 1e-14, 1e-15);
            double difference = expected_activation((hp_activation)a, z[i] + step) -
                                expected_activation((hp_activation)a, z[i] - step);
            /* central difference: truncation 1e-12, rounding 1e-10 */
            assert_close(slope, difference / (2 * step), 1e-8, 1e-9);
        }
}

static void activations_survive_large_arguments(void **state) {
    (void)state;
    for (int a = 0; a < HP_NACTIVATION; a++)
        for (int sign = -1; sign <= 1; sign += 2) {
            double y = 1e4 * sign, slope;
            hp_activation_apply((hp_activation)a, 1, &y, &slope);
            assert_true(isfinite(y) && isfinite(slope));
        }
}

/* Long arrays go through vector code, single numbers do not: 4 ulp of the exponential, and what the
 * formulas make of them. NaN and infinities at any place come out as they do alone. */
static void activations_of_arrays_are_those_of_numbers(void **state) {
    (void)state;
    enum { LENGTH = 4003 };
    static double y[LENGTH], slope[LENGTH];
    static const double special[] = {NAN, INFINITY, -INFINITY, 1e300, -1e300, 0.0, 710.0, -746.0};
    for (int a = 0; a < HP_NACTIVATION; a++)
        for (int pass = 0; pass < 2; pass++) {
            double z[LENGTH];
            for (int i = 0; i < LENGTH; i++) z[i] = (i - 2000) * (pass ? 0.385 : 0.0117);
            for (int i = 0; i < 8; i++) z[101 * i + pass] = special[i];
            memcpy(y, z, sizeof z);
            hp_activation_apply((hp_activation)a, LENGTH, y, slope);
            for (int i = 0; i < LENGTH; i++) {
                double one = z[i], its_slope;
                hp_activation_apply((hp_activation)a, 1, &one, &its_slope);
                assert_true(isnan(y[i]) == isnan(one) && isnan(slope[i]) == isnan(its_slope));
                assert_true(isinf(y[i]) == isinf(one) && isinf(slope[i]) == isinf(its_slope));
                if (isfinite(one)) assert_close(y[i], one, 2e-15, 1e-300);
                if (isfinite(its_slope)) assert_close(slope[i], its_slope, 2e-15, 1e-15);
            }
            assert_true(isnan(y[pass]));
        }
}

static void unknown_activation_lists_the_known(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_activation activation;
    assert_status(hp_activation_from_name("relu6", &activation, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "relu6");
    assert_contains(err.message, "silu");
    for (int a = 0; a < HP_NACTIVATION; a++) {
        assert_ok(hp_activation_from_name(hp_activation_name((hp_activation)a), &activation, &err),
                  &err);
        assert_int_equal(activation, a);
    }
}

/* One perceptron by plain loops over the documented layout of its parameters. */
static void plain_mlp(const hp_mlp *mlp, const double *param, const double *x, double *y) {
    double from[16], to[16];
    memcpy(from, x, (size_t)mlp->width[0] * sizeof *x);
    for (int l = 0; l < mlp->nlayer; l++) {
        int in = mlp->width[l], out = mlp->width[l + 1];
        for (int i = 0; i < out; i++) {
            to[i] = param[out * in + i];
            for (int j = 0; j < in; j++) to[i] += param[i * in + j] * from[j];
            to[i] = expected_activation(mlp->activation[l], to[i]);
        }
        param += out * (in + 1);
        memcpy(from, to, (size_t)out * sizeof *to);
    }
    memcpy(y, from, (size_t)mlp->width[mlp->nlayer] * sizeof *y);
}

static void model_is_the_formula_of_its_header(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    const double r[] = {0.0, 0.77, 2.385, 6.1};
    for (int deep = 0; deep < 2; deep++) {
        hp_model model;
        hp_model_grid grid;
        hp_model_spec spec = full_spec(deep);
        assert_ok(hp_model_create(&spec, &model, &err), &err);
        assert_ok(hp_model_grid_create(&model, r, 4, &grid, &err), &err);
        double *param = hp_alloc(model.nparam, sizeof *param);
        assert_ok(hp_model_draw_weights(&model, 3, 0, param, &err), &err);
        hp_model_forward(&model, param, &grid);
        hp_model_mirror(&model, &grid);
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++) {
                double fi[4], fj[4], z, xi = log(1 + r[i]), xj = log(1 + r[j]);
                plain_mlp(&model.f, param, &xi, fi);
                plain_mlp(&model.f, param, &xj, fj);
                for (int k = 0; k < 4; k++) fi[k] += fj[k];
                plain_mlp(&model.g, param + model.g_start, fi, &z);
                double U = -0.017 * log(1 + exp(z)) * exp(-r[i] * r[i] / (5.1 * 5.1)) *
                           exp(-r[j] * r[j] / (5.1 * 5.1));
                /* sums of some ten terms of order 1 */
                assert_close(grid.U[4 * i + j], U, 1e-13, 1e-16);
            }
        for (int i = 0; i < 4; i++) {
            double v, x = log(1 + r[i]);
            plain_mlp(&model.v, param + model.v_start, &x, &v);
            assert_close(grid.V[i], 0.3 * v * exp(-r[i] * r[i] / (7.7 * 7.7)), 1e-13, 1e-16);
        }
        hp_free(param);
        hp_model_grid_destroy(&grid);
        hp_model_destroy(&model);
    }
}

/* The grid of (r, r') and that of (r', r): other places in the same matrix, so a U that depends on
 * the order of its arguments in the last bit shows. */
static void potential_is_symmetric_to_the_last_bit(void **state) {
    (void)state;
    enum { N = 41 };
    hp_error err = HP_ERROR_INIT;
    double r[N], reversed[N];
    for (int i = 0; i < N; i++) r[i] = reversed[N - 1 - i] = 0.17 + 0.2385 * i;
    for (int deep = 0; deep < 2; deep++)
        for (int a = 0; a < HP_NACTIVATION; a++) {
            hp_model model;
            hp_model_grid grid, other;
            hp_model_spec spec = full_spec(deep);
            spec.output = (hp_activation)a;
            assert_ok(hp_model_create(&spec, &model, &err), &err);
            assert_ok(hp_model_grid_create(&model, r, N, &grid, &err), &err);
            assert_ok(hp_model_grid_create(&model, reversed, N, &other, &err), &err);
            double *param = hp_alloc(model.nparam, sizeof *param);
            assert_ok(hp_model_draw_weights(&model, 3, 0, param, &err), &err);
            hp_model_forward(&model, param, &grid);
            hp_model_mirror(&model, &grid);
            hp_model_forward(&model, param, &other);
            hp_model_mirror(&model, &other);
            for (int i = 0; i < N; i++)
                for (int j = 0; j < N; j++) {
                    assert_true(grid.U[N * i + j] == grid.U[N * j + i]);
                    /* computed as (r', r): BLAS may add in another order, a few ulp of the terms */
                    assert_close(other.U[N * (N - 1 - i) + (N - 1 - j)], grid.U[N * i + j], 1e-13,
                                 1e-17);
                }
            hp_free(param);
            hp_model_grid_destroy(&grid);
            hp_model_grid_destroy(&other);
            hp_model_destroy(&model);
        }
}

/* The product and the sum of squares by their definition, from U of hp_model_forward. */
static void check_product(hp_activation output, int deep, int cutoff_start, double stretch) {
    enum { N = 13, C = 2 };
    hp_error err = HP_ERROR_INIT;
    hp_model model;
    hp_model_grid grid;
    hp_model_spec spec = full_spec(deep);
    spec.output = output;
    double r[N], Q[C * N], product[C * N], square = 0.0;
    for (int i = 0; i < N; i++) r[i] = 0.17 + 0.385 * i;
    for (int i = 0; i < C * N; i++) Q[i] = cos(3.0 * i), product[i] = 0.1 * i;
    assert_ok(hp_model_create(&spec, &model, &err), &err);
    assert_ok(hp_model_grid_create(&model, r, N, &grid, &err), &err);
    double *param = hp_alloc(model.nparam, sizeof *param);
    assert_ok(hp_model_draw_weights(&model, 3, 0, param, &err), &err);
    for (size_t i = model.g_start; i < model.v_start; i++) param[i] *= stretch;
    hp_model_forward(&model, param, &grid);
    if (stretch != 1.0) param[model.v_start - 1] = -grid.a[0] - grid.a[4]; /* z both signs */
    hp_model_columns columns = {
        .ncolumn = C, .cutoff_start = cutoff_start, .Q = Q, .product = product};
    hp_model_multiply(&model, param, &grid, &columns);
    hp_model_forward(&model, param, &grid);
    hp_model_mirror(&model, &grid);
    for (int c = 0; c < C; c++)
        for (int i = 0; i < N; i++) {
            double expected = 0.1 * (c * N + i), size = 0.0;
            for (int j = 0; j < N; j++) {
                expected += grid.U[i * N + j] * Q[c * N + j];
                size += fabs(grid.U[i * N + j] * Q[c * N + j]);
            }
            /* sums of 13 terms in another order */
            assert_close(product[c * N + i], expected, 1e-14, 1e-14 * size);
        }
    for (int i = cutoff_start; i < N; i++)
        for (int j = cutoff_start; j < N; j++) square += grid.U[i * N + j] * grid.U[i * N + j];
    assert_close(columns.square, square, 1e-13, 0.0);
    hp_free(param);
    hp_model_grid_destroy(&grid);
    hp_model_destroy(&model);
}

static void products_are_those_of_the_potential(void **state) {
    (void)state;
    for (int a = 0; a < HP_NACTIVATION; a++)
        for (int deep = 0; deep < 2; deep++)
            for (int cutoff_start = 7; cutoff_start <= 13; cutoff_start += 6)
                check_product((hp_activation)a, deep, cutoff_start, 1.0);
}

/* exp(a_i) exp(a_j) would overflow, or be infinity times zero, where out() itself is neither. */
static void elu_takes_any_argument(void **state) {
    (void)state;
    check_product(HP_ELU, 0, 7, 1e5);
    check_product(HP_ELU, 0, 7, -1e5);
}

static void weights_follow_seed_and_restart_alone(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_model model;
    hp_model_spec spec = full_spec(0);
    assert_ok(hp_model_create(&spec, &model, &err), &err);
    double *param[3];
    for (int i = 0; i < 3; i++) {
        param[i] = hp_alloc(model.nparam, sizeof(double));
        assert_ok(hp_model_draw_weights(&model, 9, i == 2, param[i], &err), &err);
    }
    assert_memory_equal(param[0], param[1], model.nparam * sizeof(double));
    assert_true(param[0][0] != param[2][0]);
    /* PyTorch's rule: layer 0 of f has one input, so |w| < 1; layer 1 has 7 */
    for (int i = 0; i < 14; i++) assert_true(fabs(param[0][i]) < 1.0);
    for (int i = 14; i < 14 + 32; i++) assert_true(fabs(param[0][i]) < 1.0 / sqrt(7.0));
    for (int i = 0; i < 3; i++) hp_free(param[i]);
    hp_model_destroy(&model);
}

/* Both shapes are 1 - (r/Lambda)^2 n at the origin, n = 1 and 1/2, without a term in r, and end where
 * they have fallen to 1e-4; the exponential one falls like e exp(-r/Lambda). */
static void envelopes_have_their_form(void **state) {
    (void)state;
    static const hp_envelope shape[] = {HP_ENVELOPE_GAUSSIAN, HP_ENVELOPE_EXPONENTIAL};
    const double lambda = 0.83, small = 1e-3 * lambda;
    for (int i = 0; i < 2; i++) {
        double end = hp_model_envelope_end(shape[i], lambda);
        assert_close(hp_model_envelope(shape[i], 0.0, lambda), 1.0, 0, 0);
        assert_close(hp_model_envelope(shape[i], 3.1, 0.0), 1.0, 0, 0);
        assert_close(1.0 - hp_model_envelope(shape[i], small, lambda), i == 0 ? 1e-6 : 0.5e-6, 1e-6,
                     1e-15); /* the next term; rounding of 1 */
        assert_close(hp_model_envelope(shape[i], end, lambda), 1e-4, 1e-13, 0);
        assert_close(hp_model_envelope_end(shape[i], 0.0), 0.0, 0, 0);
    }
    assert_close(hp_model_envelope(shape[0], 2.0 * lambda, lambda), exp(-4.0), 1e-15, 0);
    /* 1 - hypot(1, y) = 1 - y - 1/(2 y) + ... */
    assert_close(log(hp_model_envelope(shape[1], 100.0 * lambda, lambda)), -99.005, 0, 1e-6);
}

/* x = scale (log(1 + r/length) - centre): the model of log(1 + r/length) with the first layers of f
 * and v in other units, w' = w/scale and b' = b + w centre. */
static void input_may_be_centred(void **state) {
    (void)state;
    enum { N = 5 };
    hp_error err = HP_ERROR_INIT;
    const double r[N] = {0.0, 0.31, 1.7, 4.4, 9.385}, scale = 3.77, centre = 1.17;
    const double length = 0.83;
    hp_model model[2];
    hp_model_grid grid[2];
    for (int k = 0; k < 2; k++) {
        hp_model_spec spec = full_spec(0);
        spec.input_length = length;
        if (k == 1) {
            spec.input = HP_INPUT_CENTRED_LOG1P;
            spec.input_scale = scale;
            spec.input_centre = length * expm1(centre);
        }
        assert_ok(hp_model_create(&spec, &model[k], &err), &err);
        assert_ok(hp_model_grid_create(&model[k], r, N, &grid[k], &err), &err);
        double *param = hp_alloc(model[k].nparam, sizeof *param);
        assert_ok(hp_model_draw_weights(&model[k], 3, 0, param, &err), &err);
        const size_t start[] = {0, model[k].v_start}, width[] = {7, 3}; /* first layers */
        for (int net = 0; k == 1 && net < 2; net++)
            for (size_t i = 0; i < width[net]; i++) {
                param[start[net] + i] /= scale;
                param[start[net] + width[net] + i] += param[start[net] + i] * scale * centre;
            }
        hp_model_forward(&model[k], param, &grid[k]);
        hp_model_mirror(&model[k], &grid[k]);
        hp_free(param);
    }
    for (int i = 0; i < N; i++) {
        assert_close(grid[1].x[i], scale * (log(1.0 + r[i] / length) - centre), 1e-14, 1e-15);
        assert_close(grid[1].V[i], grid[0].V[i], 1e-13, 1e-16); /* sums of ten terms of order 1 */
        for (int j = 0; j < N; j++)
            assert_close(grid[1].U[i * N + j], grid[0].U[i * N + j], 1e-13, 1e-16);
    }
    for (int k = 0; k < 2; k++) {
        hp_model_grid_destroy(&grid[k]);
        hp_model_destroy(&model[k]);
    }
}

/* Mean and deviation layer by layer; with deep g all but its last layer are hidden. */
static void prior_belongs_to_the_drawn_weights(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    const struct {
        int count, inputs;
        bool output;
    } layers[2][6] = {
        {{14, 1, 0}, {32, 7, 0}, {5, 4, 1}, {6, 1, 0}, {4, 3, 1}},              /* linear g */
        {{14, 1, 0}, {32, 7, 0}, {25, 4, 0}, {6, 5, 1}, {6, 1, 0}, {4, 3, 1}}}; /* deep g */
    for (int deep = 0; deep < 2; deep++)
        for (int in_place = 0; in_place < 2; in_place++) {
            hp_model model;
            hp_model_spec spec = full_spec(deep);
            assert_ok(hp_model_create(&spec, &model, &err), &err);
            size_t n = model.nparam, i = 0;
            double *param = hp_alloc(n, sizeof *param), *mean = hp_alloc(n, sizeof *mean);
            double *deviation = hp_alloc(n, sizeof *deviation);
            assert_ok(hp_model_draw_weights(&model, 3, 0, param, &err), &err);
            memcpy(mean, param, n * sizeof *mean);
            hp_model_prior(&model, in_place ? mean : param, 0.385, mean, deviation);
            for (int l = 0; l < 5 + deep; l++)
                for (int k = 0; k < layers[deep][l].count; k++, i++) {
                    bool output = layers[deep][l].output;
                    assert_true(param[i] != 0.0);
                    assert_close(mean[i], output ? 0.0 : param[i], 0.0, 0.0); /* copies */
                    assert_close(deviation[i],
                                 (output ? 1.0 : 0.385) / sqrt(3.0 * layers[deep][l].inputs), 1e-15,
                                 0.0); /* two roundings */
                }
            assert_int_equal(i, n);
            hp_free(param);
            hp_free(mean);
            hp_free(deviation);
            hp_model_destroy(&model);
        }
}

static void bad_models_are_refused(void **state) {
    (void)state;
    hp_model model;
    hp_model_spec specs[5];
    for (int i = 0; i < 5; i++) specs[i] = full_spec(0);
    specs[0].g.n = 0;                               /* f without g */
    specs[1].g.width[0] = 2;                        /* g does not end in one number */
    specs[2].v.n = 1, specs[2].v.width[0] = 2;      /* nor does the local part */
    specs[3].f.n = 1, specs[3].f.width[0] = 0;      /* empty layer */
    specs[4].f.n = specs[4].g.n = specs[4].v.n = 0; /* nothing at all */
    for (int i = 0; i < 5; i++) {
        hp_error err = HP_ERROR_INIT;
        assert_status(hp_model_create(&specs[i], &model, &err), HP_ERR_INPUT, &err);
        assert_true(err.message[0] != '\0');
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(activations_match_their_definition),
        cmocka_unit_test(activations_survive_large_arguments),
        cmocka_unit_test(activations_of_arrays_are_those_of_numbers),
        cmocka_unit_test(unknown_activation_lists_the_known),
        cmocka_unit_test(model_is_the_formula_of_its_header),
        cmocka_unit_test(potential_is_symmetric_to_the_last_bit),
        cmocka_unit_test(products_are_those_of_the_potential),
        cmocka_unit_test(elu_takes_any_argument),
        cmocka_unit_test(weights_follow_seed_and_restart_alone),
        cmocka_unit_test(envelopes_have_their_form),
        cmocka_unit_test(input_may_be_centred),
        cmocka_unit_test(prior_belongs_to_the_drawn_weights),
        cmocka_unit_test(bad_models_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
