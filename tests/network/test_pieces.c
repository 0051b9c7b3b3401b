// SPDX-License-Identifier: GPL-3.0-or-later
/* Networks evaluated by their linear pieces against the same networks layer by layer. */
#include "support.h"

#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/mlp_pieces.h"
#include "hadpot/random.h"

enum { MAX_POINTS = 150, LAST = 3 };

static const int LAYERS[] = {9, 17, 6, LAST};
static const hp_activation MIXED[] = {HP_LEAKY_RELU, HP_LEAKY_RELU, HP_IDENTITY, HP_LEAKY_RELU};

/* Sums of up to 17 terms and differences of interpolation: 1e-15 of the largest value. */
static void assert_array_close(const double *actual, const double *expected, size_t n) {
    double largest = 0.0;
    for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs(expected[i]));
    assert_true(largest > 0.0);
    for (size_t i = 0; i < n; i++) assert_close(actual[i], expected[i], 0.0, 1e-13 * largest);
}

/* Returns the number of nodes of the last layer. */
static int check_network(int seed, int n, double spacing, double spread) {
    hp_error err = HP_ERROR_INIT;
    hp_mlp mlp;
    hp_mlp_workspace work;
    hp_mlp_pieces pieces;
    gsl_rng *rng;
    double x[MAX_POINTS], d_out[MAX_POINTS * LAST], expected[512] = {0}, gradient[512] = {0};
    assert_ok(hp_random_create(&rng, (uint64_t)seed, 0, HP_PURPOSE_TEST, &err), &err);
    assert_ok(hp_mlp_create(1, LAYERS, MIXED, 4, &mlp, &err), &err);
    assert_true(mlp.nparam <= 512);
    double *param = hp_alloc(mlp.nparam, sizeof *param);
    hp_mlp_draw_weights(&mlp, rng, param);
    for (int i = 0; i < LAYERS[0]; i++) param[LAYERS[0] + i] *= spread; /* kinks apart */
    for (int i = 0; i < n; i++) x[i] = spacing * ((double)(i - n / 2) + 0.5 * gsl_rng_uniform(rng));
    for (int i = 0; i < n * LAST; i++) d_out[i] = 2.0 * gsl_rng_uniform(rng) - 1.0;
    assert_true(hp_mlp_is_piecewise(&mlp, x, n));
    assert_ok(hp_mlp_workspace_create(&mlp, n, &work, &err), &err);
    assert_ok(hp_mlp_pieces_create(&mlp, n, &pieces, &err), &err);
    for (int repeat = 0; repeat < 2; repeat++) { /* nothing is left over from the first time */
        assert_array_close(hp_mlp_pieces_forward(&mlp, param, x, &pieces),
                           hp_mlp_forward(&mlp, param, x, n, &work), (size_t)(n * LAST));
        hp_mlp_backward(&mlp, param, x, n, d_out, &work, expected, NULL);
        hp_mlp_pieces_backward(&mlp, param, d_out, &pieces, gradient);
        assert_array_close(gradient, expected, mlp.nparam);
    }
    int nodes = pieces.count[4];
    assert_true(nodes <= n);
    hp_mlp_pieces_destroy(&pieces);
    hp_mlp_workspace_destroy(&work);
    hp_mlp_destroy(&mlp);
    hp_free(param);
    gsl_rng_free(rng);
    return nodes;
}

static void pieces_give_what_layers_give(void **state) {
    (void)state;
    int some = 0;
    for (int seed = 0; seed < 40; seed++) {
        int nodes = check_network(seed, MAX_POINTS, 0.1, 4.0);
        some += nodes > 10 && nodes < 100;
        check_network(seed, 2, 3.1, 1.0);
        check_network(seed, 3, 1.3, 1.0);
        check_network(seed, 7, 0.385, 1.0);
    }
    assert_true(some > 30); /* neither one piece nor a piece for every point */
}

/* Coarse points: hardly two lie in one piece. */
static void every_point_may_be_a_piece(void **state) {
    (void)state;
    int most = 0;
    for (int seed = 0; seed < 20; seed++) {
        int nodes = check_network(seed, 12, 0.4, 3.0);
        if (nodes > most) most = nodes;
    }
    assert_int_equal(most, 12);
}

/* z = x: the kink lies on the point x = 0 (t = 1/2, exact), whose slope is that of z <= 0. */
static void kink_on_a_point(void **state) {
    (void)state;
    static const int layers[] = {1};
    static const hp_activation leaky[] = {HP_LEAKY_RELU};
    const double x[] = {-4.77, -2.385, 0.0, 2.385, 4.77}, param[] = {1.0, 0.0};
    const double d_out[] = {0.0, 0.0, 1.0, 0.0, 0.0};
    hp_error err = HP_ERROR_INIT;
    hp_mlp mlp;
    hp_mlp_pieces pieces;
    double gradient[2] = {0.0};
    assert_ok(hp_mlp_create(1, layers, leaky, 1, &mlp, &err), &err);
    assert_ok(hp_mlp_pieces_create(&mlp, 5, &pieces, &err), &err);
    const double *y = hp_mlp_pieces_forward(&mlp, param, x, &pieces);
    for (int i = 0; i < 5; i++) assert_close(y[i], x[i] > 0 ? x[i] : 0.01 * x[i], 1e-15, 1e-16);
    hp_mlp_pieces_backward(&mlp, param, d_out, &pieces, gradient);
    assert_close(gradient[0], 0.0, 0.0, 1e-17);
    assert_close(gradient[1], 0.01, 1e-15, 0.0);
    hp_mlp_pieces_destroy(&pieces);
    hp_mlp_destroy(&mlp);
}

static void numbers_that_are_not_come_through(void **state) {
    (void)state;
    static const int layers[] = {4, 2};
    static const hp_activation leaky[] = {HP_LEAKY_RELU, HP_LEAKY_RELU};
    const double x[] = {0.1, 0.7, 1.9, 2.385}, bad[] = {NAN, INFINITY, -INFINITY};
    hp_error err = HP_ERROR_INIT;
    hp_mlp mlp;
    hp_mlp_pieces pieces;
    assert_ok(hp_mlp_create(1, layers, leaky, 2, &mlp, &err), &err);
    assert_ok(hp_mlp_pieces_create(&mlp, 4, &pieces, &err), &err);
    for (int i = 0; i < 3; i++) {
        double param[32] = {1.0, -1.0, 0.5, 2.0, bad[i], 0.1, 0.2, 0.3, 1.0, 1.0, 1.0, 1.0};
        const double *y = hp_mlp_pieces_forward(&mlp, param, x, &pieces);
        for (int r = 0; r < 4; r++) assert_false(isfinite(y[2 * r]));
    }
    hp_mlp_pieces_destroy(&pieces);
    hp_mlp_destroy(&mlp);
}

static void other_networks_are_known(void **state) {
    (void)state;
    static const hp_activation smooth[] = {HP_LEAKY_RELU, HP_SILU, HP_IDENTITY, HP_LEAKY_RELU};
    const double x[] = {0.1, 0.7, 1.9}, equal[] = {0.1, 0.7, 0.7},
                 infinite[] = {0.1, 0.7, HUGE_VAL};
    hp_error err = HP_ERROR_INIT;
    hp_mlp mlp;
    assert_ok(hp_mlp_create(1, LAYERS, MIXED, 4, &mlp, &err), &err);
    assert_true(hp_mlp_is_piecewise(&mlp, x, 3));
    assert_false(hp_mlp_is_piecewise(&mlp, x, 1));
    assert_false(hp_mlp_is_piecewise(&mlp, equal, 3));
    assert_false(hp_mlp_is_piecewise(&mlp, infinite, 3));
    hp_mlp_destroy(&mlp);
    assert_ok(hp_mlp_create(1, LAYERS, smooth, 4, &mlp, &err), &err);
    assert_false(hp_mlp_is_piecewise(&mlp, x, 3));
    hp_mlp_destroy(&mlp);
    assert_ok(hp_mlp_create(2, LAYERS, MIXED, 4, &mlp, &err), &err);
    assert_false(hp_mlp_is_piecewise(&mlp, x, 3));
    hp_mlp_destroy(&mlp);
    hp_mlp_pieces_destroy(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_give_what_layers_give),
        cmocka_unit_test(every_point_may_be_a_piece),
        cmocka_unit_test(kink_on_a_point),
        cmocka_unit_test(numbers_that_are_not_come_through),
        cmocka_unit_test(other_networks_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
