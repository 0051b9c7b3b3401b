// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/features.h"
#include <math.h>
#include "hadpot/memory.h"
#include "support.h"

enum { N = 60, ROWS = 3 };
static const double LOCAL[] = {0.2, 0.5}, SEPARABLE[] = {0.2, 0.6}, BAND[] = {0.15, 0.4},
                    ENVELOPE[] = {0.5, 1.2};
static const hp_features_options OPTIONS = {{2, LOCAL}, {2, SEPARABLE}, {2, BAND}, {2, ENVELOPE}};

typedef struct {
    hp_features features;
    double r[N], weight[N], R[ROWS * N], *A;
} fixture;

static void set_up(fixture *of) {
    hp_error err = HP_ERROR_INIT;
    assert_int_equal(hp_features_create(&OPTIONS, &hp_feature_s_wave, 1.0, &of->features, &err),
                     HP_OK);
    for (int i = 0; i < N; i++) {
        of->r[i] = 0.08 * i;
        of->weight[i] = 4.0 * M_PI * of->r[i] * of->r[i] * 0.08;
        for (int row = 0; row < ROWS; row++)
            of->R[row * N + i] = 1.0 + 0.3 * row * exp(-of->r[i]) + 0.1 * sin(row * of->r[i]);
    }
    of->A = hp_alloc((size_t)(ROWS * N * of->features.n), sizeof *of->A);
    const hp_feature_grid grid = {N, of->r, of->weight};
    assert_int_equal(hp_features_apply(&of->features, &grid, ROWS, of->R, of->A, &err), HP_OK);
}

static void tear_down(fixture *of) {
    hp_features_destroy(&of->features);
    hp_free(of->A);
}

/* The matrix against the sum over r' of each function by itself; 1e-13: sums of 60 terms. */
static void test_apply_is_the_integral_of_each_function(void **state) {
    (void)state;
    fixture of;
    set_up(&of);
    assert_int_equal(of.features.n, 2 + 3 + 4);
    for (int row = 0; row < ROWS; row++)
        for (int i = 0; i < N; i++)
            for (int f = 0; f < of.features.n; f++) {
                double expected = 0.0;
                for (int j = 0; j < N && f >= of.features.nlocal; j++)
                    expected += of.weight[j] *
                                hp_features_nonlocal(&of.features, f, 0, 0, of.r[i], of.r[j]) *
                                of.R[row * N + j];
                if (f < of.features.nlocal)
                    expected =
                        hp_features_local(&of.features, f, 0, 0, of.r[i]) * of.R[row * N + i];
                assert_close(of.A[(row * N + i) * of.features.n + f], expected, 1e-13, 1e-13);
            }
    tear_down(&of);
}

/* K_beta -> delta function: the error of a smooth R is beta^2/4 nabla^2 of (envelope R), here below
 * 0.3 beta^2; the sum over r' with steps of 0.08 resolves beta = 0.15. */
static void test_band_becomes_local(void **state) {
    (void)state;
    hp_feature feature = {.group = HP_GROUP_BAND, .b = 1.2, .beta = 0.15};
    hp_feature_owner owner = {0};
    const hp_features features = {
        .n = 1, .feature = &feature, .space = hp_feature_s_wave, .nowner = 1, .owner = &owner};
    double step = 0.002;
    for (int i = 0; i < 2; i++, feature.beta *= 0.5) {
        double r = 0.7, sum = 0.0;
        for (int j = 1; j < 2000; j++)
            sum += 4.0 * M_PI * (j * step) * (j * step) * step *
                   hp_features_nonlocal(&features, 0, 0, 0, r, j * step);
        assert_close(sum, exp(-r * r / 1.44), 0.0, 2.0 * feature.beta * feature.beta);
        assert_true(fabs(sum - exp(-r * r / 1.44)) > 0.05 * feature.beta * feature.beta);
    }
}

/* Symmetric, finite at the origin, and there the limit of small radii. */
static void test_symmetry_and_origin(void **state) {
    (void)state;
    fixture of;
    set_up(&of);
    for (int f = of.features.nlocal; f < of.features.n; f++) {
        assert_close(hp_features_nonlocal(&of.features, f, 0, 0, 0.3, 1.1),
                     hp_features_nonlocal(&of.features, f, 0, 0, 1.1, 0.3), 1e-15, 0.0);
        assert_close(hp_features_nonlocal(&of.features, f, 0, 0, 0.0, 0.3),
                     hp_features_nonlocal(&of.features, f, 0, 0, 1e-8, 0.3), 1e-6, 0.0);
    }
    tear_down(&of);
}

/* The table is the functions; 1e-14: products in another order. */
static void test_table(void **state) {
    (void)state;
    enum { ROWS_OF_TABLE = 5 };
    static double U[7 * ROWS_OF_TABLE * ROWS_OF_TABLE];
    const double r[ROWS_OF_TABLE] = {0.0, 0.1, 0.5, 1.0, 2.0};
    fixture of;
    hp_error err = HP_ERROR_INIT;
    set_up(&of);
    assert_ok(hp_features_tabulate(&of.features, 0, 0, ROWS_OF_TABLE, r, U, &err), &err);
    for (int f = 0; f < 7; f++)
        for (int i = 0; i < ROWS_OF_TABLE; i++)
            for (int j = 0; j < ROWS_OF_TABLE; j++)
                assert_close(U[(f * ROWS_OF_TABLE + i) * ROWS_OF_TABLE + j],
                             hp_features_nonlocal(&of.features, 2 + f, 0, 0, r[i], r[j]), 1e-14,
                             1e-300);
    tear_down(&of);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_apply_is_the_integral_of_each_function),
        cmocka_unit_test(test_band_becomes_local), cmocka_unit_test(test_symmetry_and_origin),
        cmocka_unit_test(test_table)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
