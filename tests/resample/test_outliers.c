// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers that do not belong to the others: by hand, and how often normal and heavy-tailed ones are
 * taken for such. */
#include "support.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include "hadpot/outliers.h"

enum { MOST = 1000 };

/* Eleven numbers with a large offset: median 100.5, distances 0 to 2.5, of which the median is 1.
 */
static const double DATA[] = {98.2,  98.7,  99.5,  99.5,  100.0, 100.5,
                              100.9, 101.5, 101.9, 102.3, 103.0};
enum { N = sizeof DATA / sizeof *DATA };

static hp_spread spread_of(const double *x, int n) {
    double work[2 * MOST];
    return hp_spread_of(x, n, 1, work);
}

static void median_and_deviation_by_hand(void **state) {
    (void)state;
    hp_spread found = spread_of(DATA, N);
    assert_close(found.median, 100.5, 0, 0); /* one of the numbers */
    assert_close(found.mad, 1.0, 1e-13, 0);  /* 101.5 - 100.5, rounded at 100 */
    assert_close(found.limit, 20.0, 0, 0);   /* the 90 % point 2.3 is below that of normal ones */
    assert_close(spread_of(DATA, N - 1).median, 100.25, 0, 0); /* the mean of two */
    /* d_90 = 3: above the 2.4387 of normal numbers, so that the limit moves out */
    double wider[N];
    for (int i = 0; i < N; i++) wider[i] = DATA[i];
    wider[0] = 97.0;
    wider[1] = 97.5;
    assert_close(spread_of(wider, N).limit, pow(3.0, log(20.0) / log(1.6448536 / 0.6744898)), 1e-12,
                 0); /* logarithms and a power, rounding */
}

static void what_is_beyond_the_limit_is_an_outlier(void **state) {
    (void)state;
    const hp_spread found = {.median = 100.5, .mad = 1.0, .limit = 20.0};
    assert_close(hp_spread_excess(&found, 120.4), 0.0, 0, 0);
    assert_close(hp_spread_excess(&found, 121.0), 20.5, 0, 0);
    assert_close(hp_spread_excess(&found, 79.0), 21.5, 0, 0);
}

/* Few rows, and rows that agree, have no outliers; nor does the order of rows matter, or what
 * stands between them. */
static void there_must_be_rows_with_a_spread(void **state) {
    (void)state;
    double same[N], apart[3 * N], work[2 * N];
    for (int i = 0; i < N; i++) same[i] = i == 3 ? 5.0 : 0.7 * (1.0 + 1e-15 * i);
    assert_true(isinf(spread_of(same, N).limit));
    assert_true(isinf(spread_of(DATA, HP_OUTLIER_ROWS - 1).limit));
    assert_false(isinf(spread_of(DATA, HP_OUTLIER_ROWS).limit));
    for (int i = 0; i < 3 * N; i++) apart[i] = i % 3 == 0 ? DATA[(5 * (i / 3)) % N] : 1e9;
    assert_close(hp_spread_of(apart, N, 3, work).mad, spread_of(DATA, N).mad, 0, 0);
}

/* In how many of `trials` sets of n numbers there is an outlier; tail s: normal ones times exp(s
 * z), z normal. */
static int count_alarms(int trials, int n, double tail, double *row) {
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    int alarms = 0;
    gsl_rng_set(rng, 11);
    for (int trial = 0; trial < trials; trial++) {
        bool any = false;
        for (int i = 0; i < n; i++)
            row[i] = gsl_ran_gaussian(rng, 2.385) * exp(tail * gsl_ran_gaussian(rng, 1.0));
        const hp_spread found = spread_of(row, n);
        for (int i = 0; i < n; i++) any |= hp_spread_excess(&found, row[i]) > 0.0;
        alarms += any;
    }
    gsl_rng_free(rng);
    return alarms;
}

/* Normal numbers reach 13.5 standard deviations never. With tail 1, where a plain limit of 20 would
 * be passed by 0.17, 0.55 and all of such sets, expected are 0.8, 0.2 and 0.1 % (docs/
 * method-plausibility.md); twice that is a chance below 1e-4. */
static void good_rows_are_no_outliers(void **state) {
    (void)state;
    double row[MOST];
    assert_int_equal(count_alarms(5000, 20, 0.0, row), 0);
    assert_int_equal(count_alarms(500, MOST, 0.0, row), 0);
    assert_in_range(count_alarms(5000, 20, 1.0, row), 1, 80);
    assert_in_range(count_alarms(2000, 100, 1.0, row), 0, 15);
    assert_in_range(count_alarms(300, MOST, 1.0, row), 0, 4);
}

static void averages_have_the_error_of_their_kind(void **state) {
    (void)state;
    double x[8] = {1.5, 0, 2.5, 0, 4.0, 0, 5.0, 0}, error;
    /* mean 3.25, squares of deviations 7.25 */
    assert_close(hp_row_mean(x, 4, 2, false, &error), 3.25, 0, 0);
    assert_close(error, sqrt(7.25 / 12.0), 1e-15, 0); /* rounding of a root */
    assert_close(hp_row_mean(x, 4, 2, true, &error), 3.25, 0, 0);
    assert_close(error, sqrt(7.25 * 3.0 / 4.0), 1e-15, 0);
    assert_close(hp_row_mean(x, 1, 2, false, &error), 1.5, 0, 0);
    assert_true(isnan(error));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(median_and_deviation_by_hand),
        cmocka_unit_test(what_is_beyond_the_limit_is_an_outlier),
        cmocka_unit_test(there_must_be_rows_with_a_spread),
        cmocka_unit_test(good_rows_are_no_outliers),
        cmocka_unit_test(averages_have_the_error_of_their_kind),
    };
    return cmocka_run_group_tests_name("resample/outliers", tests, NULL, NULL);
}
