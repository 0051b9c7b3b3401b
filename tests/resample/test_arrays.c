// SPDX-License-Identifier: GPL-3.0-or-later
/* Samples of numbers that a caller has in arrays, against sums written out. */
#include "support.h"

#include "hadpot/resample.h"

enum { NBIN = 7, LENGTH = 2, BIN = 2 };

/* Sums of two rows; the second stream begins with the fourth bin, 6 rows after the first. */
static const double SUMS[NBIN][LENGTH] = {{1.25, -3.0}, {2.5, 0.5},  {-0.75, 8.0}, {4.0, 2.25},
                                          {0.5, -1.5},  {3.25, 1.0}, {6.0, -2.5}};
static const int START[] = {0, 3 * BIN, NBIN *BIN};
static const hp_bins BINS = {
    .label = "arrays", .bin = BIN, .nbin = NBIN, .nstream = 2, .start = START};

static void a_jackknife_leaves_one_bin_out(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_resampling resampling;
    const hp_resampling_setup setup = {.method = HP_METHOD_JACKKNIFE, .max_samples = -1};
    assert_ok(hp_resampling_create(&BINS, &setup, &resampling, &err), &err);
    assert_int_equal(resampling.nsample, NBIN);
    for (int i = 0; i < NBIN; i++) {
        double mean[LENGTH];
        hp_resampling_average(&resampling, i, LENGTH, &SUMS[0][0], mean);
        for (int j = 0; j < LENGTH; j++) {
            double sum = 0;
            for (int bin = 0; bin < NBIN; bin++) sum += bin != i ? SUMS[bin][j] : 0;
            assert_close(mean[j], sum / ((NBIN - 1) * BIN), 1e-15, 1e-15); /* rounding */
        }
    }
    hp_resampling_destroy(&resampling);
}

/* As many bins of each stream as it has, whose sums are those of the draws. */
static void a_bootstrap_draws_within_streams(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_resampling resampling;
    const hp_resampling_setup setup = {
        .method = HP_METHOD_BOOTSTRAP, .max_samples = -1, .bootstrap_samples = 5, .seed = 11};
    assert_ok(hp_resampling_create(&BINS, &setup, &resampling, &err), &err);
    for (int i = 0; i < 5; i++) {
        double mean[LENGTH], sum = 0;
        hp_resampling_average(&resampling, i, LENGTH, &SUMS[0][0], mean);
        for (int k = 0; k < NBIN; k++) {
            int drawn = resampling.draw[i * NBIN + k];
            assert_true(k < 3 ? drawn < 3 : drawn >= 3);
            sum += SUMS[drawn][1];
        }
        assert_close(mean[1], sum / (NBIN * BIN), 1e-15, 1e-15); /* rounding */
    }
    assert_int_equal(hp_resampling_freedom(&resampling), NBIN - 2);
    assert_int_equal(hp_resampling_shortest_stream(&resampling), 3);
    hp_resampling_destroy(&resampling);
}

static void rows_that_are_samples_stay_as_they_are(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_resampling resampling;
    static const int start[] = {0, NBIN};
    const hp_bins bins = {.label = "arrays",
                          .bin = 1,
                          .nbin = NBIN,
                          .nstream = 1,
                          .start = start,
                          .are_samples = true};
    hp_resampling_setup setup = {.method = HP_METHOD_JACKKNIFE, .max_samples = 4};
    double mean[LENGTH];
    assert_ok(hp_resampling_create(&bins, &setup, &resampling, &err), &err);
    assert_int_equal(resampling.ncomputed, 4);
    hp_resampling_average(&resampling, 2, LENGTH, &SUMS[0][0], mean);
    assert_memory_equal(mean, SUMS[2], sizeof mean);
    hp_resampling_destroy(&resampling);
    setup.method = HP_METHOD_BOOTSTRAP;
    assert_status(hp_resampling_create(&bins, &setup, &resampling, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "bootstrap needs configurations: the rows of arrays");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_jackknife_leaves_one_bin_out),
        cmocka_unit_test(a_bootstrap_draws_within_streams),
        cmocka_unit_test(rows_that_are_samples_stay_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
