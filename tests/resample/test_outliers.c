// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers that do not belong to the others: by hand, and how often normal and heavy-tailed ones are
 * taken for such. */
#include "support.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include "hadpot/outliers.h"

enum { MOST = 1000 };

/* Eleven numbers with a large offset, each twice: median 100.5, distances 0 to 2.5, of which the
 * median is 1. */
static const double DATA[] = {98.2,  98.2,  98.7,  98.7,  99.5,  99.5,  99.5,  99.5,
                              100.0, 100.0, 100.5, 100.5, 100.9, 100.9, 101.5, 101.5,
                              101.9, 101.9, 102.3, 102.3, 103.0, 103.0};
enum { N = sizeof DATA / sizeof *DATA };

static hp_spread spread_of(const double *x, int n) {
    double work[2 * MOST];
    return hp_spread_of(x, n, 1, work);
}

/* d_90 of normal variables */
static const double NORMAL_90 = 1.6448536 / 0.6744898;

static void median_and_deviation_by_hand(void **state) {
    (void)state;
    hp_spread found = spread_of(DATA, N);
    assert_close(found.median, 100.5, 0, 0); /* one of the numbers */
    assert_close(found.mad, 1.0, 1e-13, 0);  /* 101.5 - 100.5, rounded at 100 */
    assert_close(found.tail, 1.0, 0, 0);     /* the 90 % point 2.3 is below that of normal ones */
    assert_close(spread_of(DATA, N - 2).median, 100.25, 0, 0); /* the mean of two */
    double wider[N];
    for (int i = 0; i < N; i++) wider[i] = DATA[i];
    wider[0] = wider[1] = 97.0;
    wider[2] = wider[3] = 97.5;
    assert_close(spread_of(wider, N).tail, 3.0 / NORMAL_90, 1e-13,
                 0); /* d_90 = 3, rounded at 100 */
}

/* Limits are 20 for normal variables and d_90^p beyond, with the longer tail. */
static void limits_move_out_with_tails(void **state) {
    (void)state;
    double tails[] = {1.7, INFINITY, 1.0, 3.0, 1.2, INFINITY, 1.4};
    const hp_spread found = {.median = 100.5, .mad = 1.0, .tail = 1.5};
    double d_90 = 1.5 * NORMAL_90, power = log(20.0) / log(NORMAL_90);
    assert_close(hp_spread_limit(&found, 1.2), pow(d_90, power), 1e-13, 0); /* one power more */
    assert_close(hp_spread_limit(&found, 1.8), 20.0 * pow(1.8, power), 1e-14, 0);
    assert_close(hp_spread_limit(&(hp_spread){.tail = 1.0}, 1.0), 20.0, 0, 0);
    assert_close(hp_spread_common_tail(tails, 7), 1.7, 0, 0); /* of 1, 1.2, 1.4, 1.7, 3 */
    assert_close(hp_spread_common_tail((double[]){INFINITY}, 1), 1.0, 0, 0);
    assert_close(hp_spread_common_tail(NULL, 0), 1.0, 0, 0);
    assert_close(hp_spread_excess(&found, 20.0, 120.4), 0.0, 0, 0);
    assert_close(hp_spread_excess(&found, 20.0, 121.0), 20.5, 0, 0);
    assert_close(hp_spread_excess(&found, 20.0, 79.0), 21.5, 0, 0);
}

/* Few rows, and rows that agree, have no outliers; nor does the order of rows matter, or what
 * stands between them. */
static void there_must_be_rows_with_a_spread(void **state) {
    (void)state;
    double same[N], apart[3 * N], work[2 * N];
    for (int i = 0; i < N; i++) same[i] = i == 3 ? 5.0 : 0.7 * (1.0 + 1e-15 * i);
    assert_true(isinf(spread_of(same, N).tail));
    assert_true(isinf(spread_of(DATA, HP_OUTLIER_ROWS - 1).tail));
    assert_false(isinf(spread_of(DATA, HP_OUTLIER_ROWS).tail));
    for (int i = 0; i < 3 * N; i++) apart[i] = i % 3 == 0 ? DATA[(5 * (i / 3)) % N] : 1e9;
    assert_close(hp_spread_of(apart, N, 3, work).mad, spread_of(DATA, N).mad, 0, 0);
}

enum { COLUMNS = 20 };

/* In how many of `trials` sets of n rows of 20 normal numbers there is an outlier; tail s: a row is
 * multiplied by exp(s z), z normal, an exceptional configuration. */
static int count_alarms(int trials, int n, double s) {
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double *x = test_calloc((size_t)(n * COLUMNS), sizeof *x), work[2 * MOST], tail[COLUMNS];
    int alarms = 0;
    gsl_rng_set(rng, 11);
    for (int trial = 0; trial < trials; trial++) {
        hp_spread found[COLUMNS];
        bool any = false;
        for (int i = 0; i < n; i++) {
            double amplitude = exp(s * gsl_ran_gaussian(rng, 1.0));
            for (int c = 0; c < COLUMNS; c++)
                x[i * COLUMNS + c] = gsl_ran_gaussian(rng, 2.385) * amplitude;
        }
        for (int c = 0; c < COLUMNS; c++) {
            found[c] = hp_spread_of(x + c, n, COLUMNS, work);
            tail[c] = found[c].tail;
        }
        double common = hp_spread_common_tail(tail, COLUMNS);
        for (int i = 0; i < n * COLUMNS; i++) {
            const hp_spread *one = &found[i % COLUMNS];
            any |= hp_spread_excess(one, hp_spread_limit(one, common), x[i]) > 0.0;
        }
        alarms += any;
    }
    gsl_rng_free(rng);
    test_free(x);
    return alarms;
}

/* Normal numbers never. Exceptional configurations, of which a plain limit of 20 takes 0.95 and
 * more for outliers: 3.5, 0.1, 0.1 % expected for 12, 20, 100 rows (docs/method-plausibility.md);
 * the bounds are passed with a chance below 1e-4. */
static void good_rows_are_no_outliers(void **state) {
    (void)state;
    assert_int_equal(count_alarms(500, 20, 0.0), 0);
    assert_int_equal(count_alarms(100, 100, 0.0), 0);
    assert_in_range(count_alarms(500, 20, 1.0), 0, 5);
    assert_in_range(count_alarms(200, 100, 1.0), 0, 3);
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
        cmocka_unit_test(limits_move_out_with_tails),
        cmocka_unit_test(there_must_be_rows_with_a_spread),
        cmocka_unit_test(good_rows_are_no_outliers),
        cmocka_unit_test(averages_have_the_error_of_their_kind),
    };
    return cmocka_run_group_tests_name("resample/outliers", tests, NULL, NULL);
}
