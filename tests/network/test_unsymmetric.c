// SPDX-License-Identifier: GPL-3.0-or-later
/* Potentials that are not symmetric: their formulas, their products with columns, what is refused.
 * Gradients: test_gradient.c. */
#include "support.h"

#include <math.h>
#include <string.h>
#include "layers.h"
#include "hadpot/loss.h"
#include "hadpot/memory.h"

enum { N = 13, C = 2, KINDS = 3 };

static const int LAYERS[] = {5, 1}, ONE[] = {1}, TWO[] = {2};
static const hp_activation ACTIVATIONS[] = {HP_SILU, HP_IDENTITY};

static hp_model_spec spec_of(hp_model_kind kind, bool local) {
    hp_model_spec spec = {.kind = kind,
                          .input = HP_INPUT_LOG1P,
                          .output = HP_SOFTPLUS,
                          .scale = -0.37,
                          .local_scale = 1.2,
                          .envelope = kind == HP_MODEL_MLP ? 2.9 : 0.0,
                          .decay = 0.385,
                          .start = {0.43, 1.17}};
    if (kind != HP_MODEL_TWO_PARAMETER) spec.f = layers_of(2, LAYERS, ACTIVATIONS);
    if (local) spec.v = layers_of(2, LAYERS, ACTIVATIONS);
    return spec;
}

/* SiLU network 1- or 2-5-1 by hand. */
static double network(const double *param, const double *x, int inputs) {
    double out = param[5 * (inputs + 1) + 5];
    for (int h = 0; h < 5; h++) {
        double z = param[5 * inputs + h];
        for (int i = 0; i < inputs; i++) z += param[h * inputs + i] * x[i];
        out += param[5 * (inputs + 1) + h] * z / (1.0 + exp(-z));
    }
    return out;
}

/* U(r,rp) of the header. */
static double formula(hp_model_kind kind, const double *param, double r, double rp) {
    double x[] = {log1p(r), log1p(rp)};
    if (kind == HP_MODEL_TWO_PARAMETER) return -0.37 * exp(-param[0] * r - param[1] * rp);
    if (kind == HP_MODEL_PARTIAL)
        return -0.37 * exp(-0.385 * r) * log1p(exp(network(param, x + 1, 1)));
    return -0.37 * log1p(exp(network(param, x, 2))) * exp(-(r * r + rp * rp) / (2.9 * 2.9));
}

static void model_is_the_formula_of_its_header(void **state) {
    (void)state;
    const size_t nparam[] = {21, 16, 2};
    double r[N];
    for (int i = 0; i < N; i++) r[i] = 0.17 + 0.385 * i;
    for (int k = 0; k < 2 * KINDS; k++) {
        hp_model_kind kind = (hp_model_kind)(HP_MODEL_MLP + k % KINDS);
        bool local = k >= KINDS;
        hp_error err = HP_ERROR_INIT;
        hp_model model;
        hp_model_grid grid;
        hp_model_spec spec = spec_of(kind, local);
        assert_ok(hp_model_create(&spec, &model, &err), &err);
        assert_int_equal(model.nparam, nparam[k % KINDS] + (local ? 16 : 0));
        assert_true(model.has_nonlocal && !hp_model_is_symmetric(&model));
        assert_int_equal(hp_model_is_product(&model), kind != HP_MODEL_MLP);
        assert_ok(hp_model_grid_create(&model, r, N, &grid, &err), &err);
        double *param = hp_alloc(model.nparam, sizeof *param);
        assert_ok(hp_model_draw_weights(&model, 3, 0, param, &err), &err);
        hp_model_forward(&model, param, &grid);
        hp_model_mirror(&model, &grid); /* does nothing */
        for (int i = 0; i < N; i++) {
            /* sums of 10 terms, and an exponential or two: some 1e-16 */
            for (int j = 0; j < N; j++)
                assert_close(grid.U[i * N + j], formula(kind, param, r[i], r[j]), 1e-14, 0.0);
            double x = log1p(r[i]);
            double V = local ? 1.2 * network(param + model.v_start, &x, 1) : 0.0;
            assert_close(grid.V[i], V, 1e-13, 1e-15); /* the same, of terms that cancel */
        }
        hp_free(param);
        hp_model_grid_destroy(&grid);
        hp_model_destroy(&model);
    }
}

/* product and square against double sums over U; rows = 0: all radii. */
static void check_product(hp_model_kind kind, int cutoff_start, int first, int rows) {
    hp_error err = HP_ERROR_INIT;
    hp_model model;
    hp_model_grid map, grid;
    hp_model_spec spec = spec_of(kind, false);
    double r[N], Q[C * N], product[C * N], square = 0.0;
    for (int i = 0; i < N; i++) r[i] = 0.17 + 0.385 * i;
    for (int i = 0; i < C * N; i++) Q[i] = cos(3.0 * i), product[i] = 0.1 * i;
    assert_ok(hp_model_create(&spec, &model, &err), &err);
    assert_ok(hp_model_grid_create(&model, r, N, &map, &err), &err);
    assert_ok(hp_model_grid_create_products(&model, r, N, &grid, &err), &err);
    assert_int_equal(grid.U == NULL, hp_model_is_product(&model));
    double *param = hp_alloc(model.nparam, sizeof *param);
    assert_ok(hp_model_draw_weights(&model, 3, 0, param, &err), &err);
    hp_model_columns columns = {.ncolumn = C,
                                .first = first,
                                .rows = rows,
                                .cutoff_start = cutoff_start,
                                .Q = Q,
                                .product = product};
    hp_model_multiply(&model, param, &grid, &columns);
    hp_model_forward(&model, param, &grid); /* harmless without U */
    hp_model_forward(&model, param, &map);
    for (int c = 0; c < C; c++)
        for (int i = first; i < (rows > 0 ? first + rows : N); i++) {
            double expected = 0.1 * (c * N + i), size = 0.0;
            for (int j = 0; j < N; j++) {
                expected += map.U[i * N + j] * Q[c * N + j];
                size += fabs(map.U[i * N + j] * Q[c * N + j]);
            }
            /* sums of 13 terms in another order */
            assert_close(product[c * N + i], expected, 1e-14, 1e-14 * size);
        }
    for (int i = cutoff_start; i < N; i++)
        for (int j = cutoff_start; j < N; j++) square += map.U[i * N + j] * map.U[i * N + j];
    assert_close(columns.square, square, 1e-13, 0.0);
    hp_free(param);
    hp_model_grid_destroy(&map);
    hp_model_grid_destroy(&grid);
    hp_model_destroy(&model);
}

static void products_are_those_of_the_potential(void **state) {
    (void)state;
    for (int kind = HP_MODEL_MLP; kind <= HP_MODEL_TWO_PARAMETER; kind++) {
        check_product((hp_model_kind)kind, N, 0, 0);
        check_product((hp_model_kind)kind, N, 3, 2);
        check_product((hp_model_kind)kind, N, 12, 1);
    }
    check_product(HP_MODEL_MLP, 7, 0, 0);
    check_product(HP_MODEL_MLP, 7, 3, 2); /* the regulator has rows of its own */
}

/* The last layer of f plays the part of g; theta starts where it is told and stays there. */
static void prior_belongs_to_the_drawn_weights(void **state) {
    (void)state;
    for (int kind = HP_MODEL_MLP; kind <= HP_MODEL_TWO_PARAMETER; kind++) {
        hp_error err = HP_ERROR_INIT;
        hp_model model;
        hp_model_spec spec = spec_of((hp_model_kind)kind, true);
        assert_ok(hp_model_create(&spec, &model, &err), &err);
        double param[64], mean[64], deviation[64];
        assert_ok(hp_model_draw_weights(&model, 3, 0, param, &err), &err);
        hp_model_prior(&model, param, 0.385, mean, deviation);
        size_t hidden = model.v_start - (kind == HP_MODEL_TWO_PARAMETER ? 0 : 6);
        double inputs = kind == HP_MODEL_MLP ? 2.0 : 1.0;
        for (size_t i = 0; i < model.v_start; i++) {
            double drawn = i < hidden ? 0.385 / sqrt(3.0 * inputs) : 1.0 / sqrt(15.0);
            if (kind == HP_MODEL_TWO_PARAMETER) drawn = 1.0;
            assert_close(mean[i], i < hidden ? param[i] : 0.0, 0.0, 0.0);
            assert_close(deviation[i], drawn, 1e-15, 0.0); /* a few roundings */
            assert_true(param[i] != 0.0);
        }
        for (int i = 0; i < 2 && kind == HP_MODEL_TWO_PARAMETER; i++)
            assert_close(param[i], spec.start[i], 0.0, 0.0);
        for (size_t i = model.nparam - 6; i < model.nparam; i++)
            assert_close(mean[i], 0.0, 0.0, 0.0);
        hp_model_destroy(&model);
    }
}

static void bad_models_are_refused(void **state) {
    (void)state;
    static const hp_activation bent[] = {HP_SILU, HP_SILU};
    const hp_layers linear = layers_of(1, ONE, ACTIVATIONS + 1);
    hp_model model;
    hp_model_spec specs[7];
    const char *const part[] = {"without g", "without g",       "no networks",    "1 output",
                                "linear",    "has no envelope", "has no envelope"};
    for (int i = 0; i < 7; i++)
        specs[i] = spec_of((hp_model_kind)(HP_MODEL_MLP + i % KINDS), i % 2);
    specs[0].g = linear;
    specs[1].f.n = 0;
    specs[2].f = linear;
    specs[3].f = layers_of(1, TWO, ACTIVATIONS + 1);
    specs[4].f = layers_of(2, LAYERS, bent);
    specs[5].envelope = 1.0;
    specs[6] = specs[4], specs[6].f = linear, specs[6].envelope = 1.0;
    for (int i = 0; i < 7; i++) {
        hp_error err = HP_ERROR_INIT;
        assert_status(hp_model_create(&specs[i], &model, &err), HP_ERR_INPUT, &err);
        assert_contains(err.message, part[i]);
    }
}

static void products_have_no_regulator(void **state) {
    (void)state;
    const double r[] = {0.385, 1.17}, one[] = {1.0, 1.0};
    hp_loss_data data = {
        .n = 2, .ncolumn = 1, .r = r, .quadrature = one, .R = one, .S = one, .weight = one};
    data.cutoff = 1.0;
    data.cutoff_weight = 0.7;
    for (int kind = HP_MODEL_MLP; kind <= HP_MODEL_TWO_PARAMETER; kind++) {
        hp_error err = HP_ERROR_INIT;
        hp_model model;
        hp_loss loss;
        hp_model_spec spec = spec_of((hp_model_kind)kind, false);
        assert_ok(hp_model_create(&spec, &model, &err), &err);
        hp_status status = hp_loss_create(&model, &data, &loss, &err);
        assert_status(status, kind == HP_MODEL_MLP ? HP_OK : HP_ERR_INPUT, &err);
        if (status != HP_OK) assert_contains(err.message, "no regulator");
        hp_loss_destroy(&loss);
        hp_model_destroy(&model);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(model_is_the_formula_of_its_header),
        cmocka_unit_test(products_are_those_of_the_potential),
        cmocka_unit_test(prior_belongs_to_the_drawn_weights),
        cmocka_unit_test(bad_models_are_refused),
        cmocka_unit_test(products_have_no_regulator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
