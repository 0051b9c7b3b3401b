// SPDX-License-Identifier: GPL-3.0-or-later
/* Errors and biases from given samples of both kinds. */
#include "support.h"

#include <math.h>
#include "hadpot/resample.h"

/* Delete-one averages of seven numbers with a large offset. */
enum { N = 7 };
static const double DATA[N] = {1002.385, 998.13, 1000.77, 1003.91, 997.62, 1001.04, 999.49};
static const hp_sample_rule seven = {HP_METHOD_JACKKNIFE, N};

static double sum_of_data(void) {
    double sum = 0;
    for (int i = 0; i < N; i++) sum += DATA[i];
    return sum;
}

/* Squared standard error of the mean. */
static double variance_of_mean(void) {
    double squares = 0;
    for (int i = 0; i < N; i++)
        squares += (DATA[i] - sum_of_data() / N) * (DATA[i] - sum_of_data() / N);
    return squares / (N * (N - 1));
}

static void error_of_a_mean_is_the_standard_error(void **state) {
    (void)state;
    double sample[2 * N];
    for (int i = 0; i < N; i++) {
        sample[2 * i] = (sum_of_data() - DATA[i]) / (N - 1);
        sample[2 * i + 1] = -1e9; /* what lies between is not looked at */
    }
    /* rounding of 1000 against a spread of 0.4 in the samples: 1e-16 * 2500 */
    assert_close(hp_sample_error(seven, sample, N, 2), sqrt(variance_of_mean()), 1e-12, 0);
}

/* n < N: the variance of the part, with n - 1, stands for that of all. */
static void error_from_a_part_of_the_samples(void **state) {
    (void)state;
    const double sample[3] = {0.4, 1.0, 1.9};
    double squares = 0.7 * 0.7 + 0.1 * 0.1 + 0.8 * 0.8; /* the mean is 1.1 */
    hp_sample_rule rule = {HP_METHOD_JACKKNIFE, 20};
    assert_close(hp_sample_error(rule, sample, 3, 1), 19 * sqrt(squares / 2 / 20), 1e-14, 0);
    rule.method = HP_METHOD_BOOTSTRAP; /* whatever N is */
    assert_close(hp_sample_error(rule, sample, 3, 1), sqrt(squares / 2), 1e-14, 0);
}

static void error_of_less_than_two_samples_is_nan(void **state) {
    (void)state;
    const double sample[2] = {0.4, 0.4};
    for (int method = HP_METHOD_JACKKNIFE; method <= HP_METHOD_BOOTSTRAP; method++) {
        hp_sample_rule rule = {(hp_method)method, 20};
        assert_true(isnan(hp_sample_error(rule, sample, 1, 1)));
        assert_true(isnan(hp_sample_error(rule, sample, 0, 1)));
        assert_true(isnan(hp_sample_bias(rule, 0.4, sample, 1, 1)));
        assert_true(hp_sample_error(rule, sample, 2, 1) == 0);
    }
}

/* The square of a mean exceeds that of the true one by the variance of the mean; the jackknife
 * finds an unbiased estimate of just that. */
static void jackknife_bias_of_a_square_is_exact(void **state) {
    (void)state;
    double mean = sum_of_data() / N, sample[N];
    for (int i = 0; i < N; i++) sample[i] = pow((sum_of_data() - DATA[i]) / (N - 1), 2);
    /* rounding of 1e6 by 1e-10, times N - 1, against a bias of 0.7 */
    assert_close(hp_sample_bias(seven, mean * mean, sample, N, 1), variance_of_mean(), 0, 2e-9);
    assert_true(isnan(hp_sample_bias(seven, mean * mean, sample, N - 1, 1))); /* noise */
}

/* All 27 draws of three numbers, each once: the bias of the square is the variance of a mean of
 * three draws, (N-1)/N of the unbiased one. */
static void bootstrap_bias_of_a_square_is_that_of_all_draws(void **state) {
    (void)state;
    const double x[3] = {0.385, -1.2, 2.45};
    double sample[27], mean = (x[0] + x[1] + x[2]) / 3, variance = 0;
    for (int i = 0; i < 27; i++) sample[i] = pow((x[i / 9] + x[i / 3 % 3] + x[i % 3]) / 3, 2);
    for (int i = 0; i < 3; i++) variance += pow(x[i] - mean, 2) / 9;
    hp_sample_rule rule = {HP_METHOD_BOOTSTRAP, 27};
    /* rounding of numbers of order 1 */
    assert_close(hp_sample_bias(rule, mean * mean, sample, 27, 1), variance, 1e-14, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_of_a_mean_is_the_standard_error),
        cmocka_unit_test(error_from_a_part_of_the_samples),
        cmocka_unit_test(error_of_less_than_two_samples_is_nan),
        cmocka_unit_test(jackknife_bias_of_a_square_is_exact),
        cmocka_unit_test(bootstrap_bias_of_a_square_is_that_of_all_draws),
    };
    return cmocka_run_group_tests_name("resample/sample_rule", tests, NULL, NULL);
}
