// SPDX-License-Identifier: GPL-3.0-or-later
/* A perceptron by itself: the spread of its weights, and its derivatives row by row. */
#include "support.h"

#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/mlp.h"
#include "hadpot/random.h"

/* Weights are uniform in (-b, b): their mean square is b^2/3, the square of the deviation. */
static void deviation_is_that_of_the_draw(void **state) {
    (void)state;
    static const int layers[] = {300, 40};
    static const hp_activation activations[] = {HP_SILU, HP_SILU};
    hp_error err = HP_ERROR_INIT;
    hp_mlp mlp;
    gsl_rng *rng;
    assert_ok(hp_mlp_create(1, layers, activations, 2, &mlp, &err), &err);
    assert_ok(hp_random_create(&rng, 5, 0, HP_PURPOSE_TEST, &err), &err);
    double *param = hp_alloc(mlp.nparam, sizeof *param), sum[2] = {0.0};
    double *deviation = hp_alloc(mlp.nparam, sizeof *deviation);
    hp_mlp_draw_weights(&mlp, rng, param);
    hp_mlp_deviation(&mlp, deviation);
    for (size_t i = 0; i < mlp.nparam; i++) {
        double theta_hat = param[i] / deviation[i];
        assert_true(fabs(theta_hat) < sqrt(3.0)); /* the bound of the draw */
        sum[i >= 600] += theta_hat * theta_hat;
    }
    /* a mean of n squares of variance 4/5: 5 standard deviations */
    assert_close(sum[0] / 600.0, 1.0, 5.0 * sqrt(0.8 / 600.0), 0.0);
    assert_close(sum[1] / 12040.0, 1.0, 5.0 * sqrt(0.8 / 12040.0), 0.0);
    gsl_rng_free(rng);
    hp_free(param);
    hp_free(deviation);
    hp_mlp_destroy(&mlp);
}

/* The derivatives of each row against those of a batch of this row alone. */
static void tangent_is_the_gradient_row_by_row(void **state) {
    (void)state;
    enum { ROWS = 6, STRIDE = 200 };
    static const int layers[] = {7, 5, 3};
    hp_error err = HP_ERROR_INIT;
    double x[2 * ROWS], d_out[3 * ROWS], d_x[2 * ROWS], expected_x[2];
    static double tangent[ROWS * STRIDE], expected[STRIDE];
    for (int i = 0; i < 2 * ROWS; i++) x[i] = sin(2.385 * i);
    for (int i = 0; i < 3 * ROWS; i++) d_out[i] = cos(1.7 * i);
    for (int a = 0; a < HP_NACTIVATION; a++) {
        hp_activation activations[] = {(hp_activation)a, HP_TANH, (hp_activation)a};
        hp_mlp mlp;
        hp_mlp_workspace work;
        gsl_rng *rng;
        assert_ok(hp_mlp_create(2, layers, activations, 3, &mlp, &err), &err);
        assert_ok(hp_mlp_workspace_create(&mlp, ROWS, &work, &err), &err);
        assert_ok(hp_random_create(&rng, 5, 0, HP_PURPOSE_TEST, &err), &err);
        double *param = hp_alloc(mlp.nparam, sizeof *param);
        hp_mlp_draw_weights(&mlp, rng, param);
        gsl_rng_free(rng);
        assert_true(mlp.nparam < STRIDE);
        for (int i = 0; i < ROWS * STRIDE; i++) tangent[i] = 77.0;
        hp_mlp_forward(&mlp, param, x, ROWS, &work);
        hp_mlp_tangent(&mlp, param, x, ROWS, d_out, &work, tangent, STRIDE, d_x);
        for (int row = 0; row < ROWS; row++) {
            memset(expected, 0, sizeof expected);
            hp_mlp_forward(&mlp, param, x + 2 * row, 1, &work);
            hp_mlp_backward(&mlp, param, x + 2 * row, 1, d_out + 3 * row, &work, expected,
                            expected_x);
            /* the same products; sums of up to seven of them in another order */
            for (size_t i = 0; i < mlp.nparam; i++)
                assert_close(tangent[row * STRIDE + (int)i], expected[i], 1e-13, 1e-15);
            for (int i = 0; i < 2; i++) assert_close(d_x[2 * row + i], expected_x[i], 1e-13, 1e-15);
            for (int i = (int)mlp.nparam; i < STRIDE; i++) /* what lies between is not touched */
                assert_close(tangent[row * STRIDE + i], 77.0, 0.0, 0.0);
        }
        hp_free(param);
        hp_mlp_workspace_destroy(&work);
        hp_mlp_destroy(&mlp);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deviation_is_that_of_the_draw),
        cmocka_unit_test(tangent_is_the_gradient_row_by_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
