// SPDX-License-Identifier: GPL-3.0-or-later
/* The jackknife error of given samples. */
#include "support.h"

#include <math.h>
#include "hadpot/resample.h"

/* Delete-one averages of seven numbers with a large offset. */
enum { N = 7 };
static const double DATA[N] = {1002.385, 998.13, 1000.77, 1003.91, 997.62, 1001.04, 999.49};

static void error_of_a_mean_is_the_standard_error(void **state) {
    (void)state;
    double sum = 0, squares = 0, sample[2 * N];
    for (int i = 0; i < N; i++) sum += DATA[i];
    for (int i = 0; i < N; i++) {
        squares += (DATA[i] - sum / N) * (DATA[i] - sum / N);
        sample[2 * i] = (sum - DATA[i]) / (N - 1);
        sample[2 * i + 1] = -1e9; /* what lies between is not looked at */
    }
    /* rounding of 1000 against a spread of 0.4 in the samples: 1e-16 * 2500 */
    assert_close(hp_jackknife_error(sample, N, 2, N), sqrt(squares / (N * (N - 1))), 1e-12, 0);
}

/* n < N: the variance of the part, with n - 1, stands for that of all. */
static void error_from_a_part_of_the_samples(void **state) {
    (void)state;
    const double sample[3] = {0.4, 1.0, 1.9};
    double squares = 0.7 * 0.7 + 0.1 * 0.1 + 0.8 * 0.8; /* the mean is 1.1 */
    assert_close(hp_jackknife_error(sample, 3, 1, 20), 19 * sqrt(squares / 2 / 20), 1e-14, 0);
}

static void error_of_less_than_two_samples_is_nan(void **state) {
    (void)state;
    const double sample[2] = {0.4, 0.4};
    assert_true(isnan(hp_jackknife_error(sample, 1, 1, 20)));
    assert_true(isnan(hp_jackknife_error(sample, 0, 1, 20)));
    assert_true(hp_jackknife_error(sample, 2, 1, 20) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_of_a_mean_is_the_standard_error),
        cmocka_unit_test(error_from_a_part_of_the_samples),
        cmocka_unit_test(error_of_less_than_two_samples_is_nan),
    };
    return cmocka_run_group_tests_name("resample/jackknife_error", tests, NULL, NULL);
}
