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

/* Two of two: (N-1)^2/(N (n-1)) = 1/2; a bootstrap 1/(n-1) = 1. */
static void weights_begin_with_two_samples(void **state) {
    (void)state;
    static const struct {
        hp_sample_rule rule;
        int n;
        double weight;
    } cases[] = {{{HP_METHOD_JACKKNIFE, 2}, 2, 0.5}, {{HP_METHOD_JACKKNIFE, 5}, 2, 3.2},
                 {{HP_METHOD_JACKKNIFE, 5}, 5, 0.8}, {{HP_METHOD_JACKKNIFE, 2}, 1, NAN},
                 {{HP_METHOD_BOOTSTRAP, 2}, 2, 1.0}, {{HP_METHOD_BOOTSTRAP, 9}, 5, 0.25},
                 {{HP_METHOD_BOOTSTRAP, 9}, 1, NAN}, {{HP_METHOD_BOOTSTRAP, 9}, 0, NAN}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double weight = hp_sample_weight(cases[i].rule, cases[i].n);
        if (isnan(cases[i].weight))
            assert_true(isnan(weight));
        else
            assert_close(weight, cases[i].weight, 1e-15, 0); /* rounding of a quotient */
    }
}

/* As states that are not bound in some samples: they count with the value given, or not at all. */
static void missing_values_are_replaced(void **state) {
    (void)state;
    const double sample[] = {2.5, NAN, 4.5, NAN};
    hp_sample_rule rule = {HP_METHOD_BOOTSTRAP, 4};
    /* 2.5, 0.5, 4.5, 0.5 around 2 */
    assert_close(hp_sample_error_with(rule, sample, 4, 1, 0.5),
                 sqrt((0.25 + 2.25 + 6.25 + 2.25) / 3), 1e-15, 0);
    assert_close(hp_sample_error_with(rule, sample, 2, 2, 0.5), sqrt(2.0), 1e-15, 0);
    assert_true(isnan(hp_sample_error(rule, sample, 4, 1)));
    assert_true(isnan(hp_sample_error_with(rule, sample, 1, 1, 0.5)));
}

/* (N-1) (mean - value) of a jackknife, mean - value of a bootstrap, also of a part of it. */
static void biases_are_shifts_of_the_mean(void **state) {
    (void)state;
    const double sample[] = {2.5, -1e9, 4.5, -1e9, 5.0};
    assert_close(hp_sample_bias((hp_sample_rule){HP_METHOD_JACKKNIFE, 3}, 3.5, sample, 3, 2), 1.0,
                 1e-15, 0);
    assert_close(hp_sample_bias((hp_sample_rule){HP_METHOD_BOOTSTRAP, 9}, 3.5, sample, 3, 2), 0.5,
                 1e-15, 0);
    assert_close(hp_sample_bias((hp_sample_rule){HP_METHOD_JACKKNIFE, 2}, 3.0, sample, 2, 2), 0.5,
                 1e-15, 0);
    assert_true(isnan(hp_sample_bias((hp_sample_rule){HP_METHOD_BOOTSTRAP, 9}, 3.5, sample, 1, 2)));
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
        cmocka_unit_test(weights_begin_with_two_samples),
        cmocka_unit_test(missing_values_are_replaced),
        cmocka_unit_test(biases_are_shifts_of_the_mean),
        cmocka_unit_test(jackknife_bias_of_a_square_is_exact),
        cmocka_unit_test(bootstrap_bias_of_a_square_is_that_of_all_draws),
    };
    return cmocka_run_group_tests_name("resample/sample_rule", tests, NULL, NULL);
}
