// SPDX-License-Identifier: GPL-3.0-or-later
/* Autocorrelation times and errors of chains whose truth is known: AR(1),
 *     x_{i+1} = rho x_i + sqrt(1 - rho^2) eta_i,   Gamma(t) = rho^t,   tau_int =
 * (1+rho)/(2(1-rho)).
 */
#include "support.h"

#include <math.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include "hadpot/autocorrelation.h"
#include "hadpot/memory.h"
#include "hadpot/random.h"
#include "hadpot/resampled.h"

static double *make_chain(double rho, int n, int seed) {
    hp_error err = HP_ERROR_INIT;
    gsl_rng *rng;
    double *x = hp_alloc((size_t)n, sizeof *x), last;
    assert_non_null(x);
    assert_ok(hp_random_create(&rng, (uint64_t)seed, 0, HP_PURPOSE_TEST, &err), &err);
    last = gsl_ran_gaussian_ziggurat(rng, 1.0);
    for (int i = 0; i < n; i++) {
        x[i] = last;
        last = rho * last + sqrt(1.0 - rho * rho) * gsl_ran_gaussian_ziggurat(rng, 1.0);
    }
    gsl_rng_free(rng);
    return x;
}

static double true_tau(double rho) {
    return 0.5 * (1.0 + rho) / (1.0 - rho);
}

/* Error of the mean of n numbers: sum_{|t| < n} (1 - |t|/n) rho^|t| / n, by its closed form. */
static double true_error(double rho, int n) {
    double q = rho / (1.0 - rho);
    return sqrt((1.0 + 2.0 * q - 2.0 * q * (1.0 - pow(rho, n)) / (1.0 - rho) / n) / n);
}

static hp_autocorrelation estimate(const double *x, int n) {
    return hp_autocorrelation_estimate(x, (int[]){0, n}, 1);
}

/* Nine numbers in streams of 4, 0 and 5, worked out in another language by the formulas of the
 * header. Rounding. */
static void nine_numbers_are_worked_out(void **state) {
    (void)state;
    static const double x[] = {2.385, 2.5, 2.125, 1.75, 0.875, 0.5, 0.625, 1.25, 1.5};
    hp_autocorrelation found = hp_autocorrelation_estimate(x, (int[]){0, 4, 4, 9}, 3);
    assert_int_equal(found.nrow, 9);
    assert_int_equal(found.window, 1);
    assert_close(found.tau_int, 1.4827229988290294, 1e-14, 0.0);
    assert_close(found.tau_int_error, 0.1299280577358619, 1e-13, 0.0);
    assert_close(found.error, 0.4654445518756553, 1e-14, 0.0);
    assert_close(found.error_error, 0.19001694260895508, 1e-14, 0.0);
    assert_close(found.independent, 0.27028562047011945, 1e-14, 0.0);
    assert_close(found.replica_quality, 0.18556558205845686, 1e-12, 0.0);
    double uncertainty,
        error = hp_autocorrelation_binned_error(x, (int[]){0, 4, 4, 9}, 3, 2, &uncertainty);
    assert_close(error, 0.41395136087065426, 1e-14, 0.0); /* 4 bins, the last number in none */
    assert_close(uncertainty, error / sqrt(6.0), 1e-15, 0.0);
}

/* Lengths for which 5 % are three standard deviations, by the method's own error. */
static void known_times_come_out_within_5_percent(void **state) {
    (void)state;
    static const struct {
        double rho;
        int n;
    } cases[] = {{0.385, 170000}, {2.0 / 3.0, 330000}, {0.85, 900000}};
    for (int i = 0; i < 3; i++) {
        double tau = true_tau(cases[i].rho), *x = make_chain(cases[i].rho, cases[i].n, 11 + i);
        hp_autocorrelation found = estimate(x, cases[i].n);
        assert_close(found.tau_int, tau, 0.05, 0.0);
        assert_true(3.0 * found.tau_int_error < 0.052 * tau);
        assert_true(3.0 * found.tau_int_error > 0.025 * tau); /* nor does it claim too much */
        /* half of the relative error of tau_int, and that of Gamma(0), which is smaller */
        assert_close(found.error, true_error(cases[i].rho, cases[i].n), 0.03, 0.0);
        assert_close(found.independent, sqrt(1.0 / cases[i].n), 0.02, 0.0);
        hp_free(x);
    }
}

static void white_noise_has_one_half(void **state) {
    (void)state;
    enum { N = 100000 };
    double *x = make_chain(0.0, N, 21);
    hp_autocorrelation found = estimate(x, N);
    assert_true(found.window <= 3);
    assert_close(found.tau_int, 0.5, 0.0, 3.0 * found.tau_int_error);
    assert_true(found.tau_int_error < 0.01);
    assert_int_equal(hp_autocorrelation_bin(found.tau_int - 2.0 * found.tau_int_error), 1);
    hp_free(x);
}

/* Every chain of 40 numbers takes its mean from itself, which makes Gamma too small by its
 * variance; without the correction the mean of error^2 is too small by (2W+1)/N = 8 % and more. The
 * average over 20000 chains of white noise has an uncertainty of 0.3 %; what is left, 1.4 %, comes
 * from the window. */
static void bias_of_the_mean_is_corrected(void **state) {
    (void)state;
    enum { N = 40, CHAINS = 20000 };
    double *x = make_chain(0.0, N * CHAINS, 31), variance = 0.0;
    for (int i = 0; i < CHAINS; i++) variance += pow(estimate(x + i * N, N).error, 2) / CHAINS;
    assert_close(variance, 1.0 / N, 0.03, 0.0);
    hp_free(x);
}

/* Streams of one chain agree; a shift of one of them by 12 of its errors, a third of the width of
 * the distribution, is seen by Q. */
static void streams_are_compared(void **state) {
    (void)state;
    enum { N = 12000 };
    static const int start[] = {0, 3000, 7000, N};
    double *x = make_chain(0.6, N, 41);
    hp_autocorrelation found = hp_autocorrelation_estimate(x, start, 3);
    assert_true(found.replica_quality > 0.01);
    assert_close(found.tau_int, true_tau(0.6), 0.0, 3.0 * found.tau_int_error);
    for (int i = start[2]; i < N; i++) x[i] += 12.0 * true_error(0.6, start[3] - start[2]);
    hp_autocorrelation shifted = hp_autocorrelation_estimate(x, start, 3);
    assert_true(shifted.replica_quality < 1e-6);
    assert_true(shifted.error > found.error); /* but is not large enough: Q must be looked at */
    hp_free(x);
}

/* Half of a random walk is before the other: a pair across the border would be seen. */
static void lags_do_not_cross_streams(void **state) {
    (void)state;
    enum { N = 4000 };
    int start[N / 2 + 1];
    double x[N];
    for (int i = 0; i < N; i++) x[i] = i % 4 < 2 ? 1.0 : -1.0; /* pairs of equal numbers */
    for (int i = 0; i <= N / 2; i++) start[i] = 2 * i;
    hp_autocorrelation found = hp_autocorrelation_estimate(x, start, N / 2);
    assert_int_equal(found.window, 1);           /* half of the longest */
    assert_close(found.tau_int, 1.5, 2e-3, 0.0); /* rho(1) = 1, and corrections of order 3/N */
    assert_close(estimate(x, N).tau_int, 0.5, 2e-3, 0.0); /* 1, 1, -1, -1: Gamma(1) = 0 */
}

/* Bins of 100 numbers: 1.2 % below the true error by the formula, and 1.25 % of uncertainty, three
 * times of which are the rest of 5 %. */
static void binned_errors_reach_the_true_error(void **state) {
    (void)state;
    enum { N = 330000 };
    const double rho = 2.0 / 3.0;
    double *x = make_chain(rho, N, 51), uncertainty, truth = true_error(rho, N);
    double error = hp_autocorrelation_binned_error(x, (int[]){0, N}, 1, 100, &uncertainty);
    assert_close(error, truth, 0.05, 0.0);
    assert_close(uncertainty, error / sqrt(2.0 * 3299.0), 1e-12, 0.0);
    /* And the formula itself for smaller bins: three times the uncertainty of 13200 bins of 25
     * numbers, 0.6 %, which smaller, correlated bins do not undercut. */
    static const int bins[] = {1, 2, 3, 6, 12, 25};
    for (int i = 0; i < 6; i++)
        assert_close(hp_autocorrelation_binned_error(x, (int[]){0, N}, 1, bins[i], NULL) / truth,
                     hp_autocorrelation_ratio(true_tau(rho), bins[i]), 0.02, 0.0);
    hp_free(x);
}

/* sqrt(1/(2 tau)) for bins of one number; 0.95 is reached by the recommended bin and not before. */
static void recommended_bins_suffice(void **state) {
    (void)state;
    static const double tau[] = {0.3, 0.5, 0.6, 1.0, 2.5, 17.0};
    static const int bin[] = {1, 1, 2, 8, 25, 175};
    for (int i = 0; i < 6; i++) {
        assert_int_equal(hp_autocorrelation_bin(tau[i]), bin[i]);
        assert_true(hp_autocorrelation_ratio(tau[i], bin[i]) >= 0.95);
        if (bin[i] == 1) continue;
        assert_true(hp_autocorrelation_ratio(tau[i], bin[i] - 1) < 0.95);
        assert_close(hp_autocorrelation_ratio(tau[i], 1), sqrt(0.5 / tau[i]), 1e-13, 0.0);
    }
}

/* Of delete-one-bin averages of 22 numbers; rounding. */
static void binned_error_is_that_of_the_jackknife(void **state) {
    (void)state;
    enum { N = 22, BIN = 3, NBIN = N / BIN };
    double *x = make_chain(0.5, N, 61), sum = 0.0, sample[NBIN];
    for (int i = 0; i < NBIN * BIN; i++) sum += x[i];
    for (int b = 0; b < NBIN; b++)
        sample[b] = (sum - x[BIN * b] - x[BIN * b + 1] - x[BIN * b + 2]) / (BIN * (NBIN - 1));
    assert_close(hp_autocorrelation_binned_error(x, (int[]){0, N}, 1, BIN, NULL),
                 hp_sample_error((hp_sample_rule){HP_METHOD_JACKKNIFE, NBIN}, sample, NBIN, 1),
                 1e-13, 0.0);
    hp_free(x);
}

static void odd_chains_are_survived(void **state) {
    (void)state;
    static const double constant[] = {7.0, 7.0, 7.0, 7.0}, zigzag[] = {1, -1, 1, -1, 1, -1, 1, -1};
    hp_autocorrelation none = estimate(constant, 4), flip = estimate(zigzag, 8);
    assert_true(isnan(none.tau_int) && isnan(none.error));
    assert_int_equal(flip.window, 0); /* Gamma(0) + 2 Gamma(1) < 0 means nothing */
    assert_close(flip.tau_int, 0.5, 1e-15, 0.0);
    assert_true(flip.error > 0.0 && flip.tau_int_error > 0.0);
    assert_true(isnan(hp_autocorrelation_binned_error(zigzag, (int[]){0, 8}, 1, 5, NULL)));
    assert_int_equal(hp_autocorrelation_bin(NAN), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nine_numbers_are_worked_out),
        cmocka_unit_test(known_times_come_out_within_5_percent),
        cmocka_unit_test(white_noise_has_one_half),
        cmocka_unit_test(bias_of_the_mean_is_corrected),
        cmocka_unit_test(streams_are_compared),
        cmocka_unit_test(lags_do_not_cross_streams),
        cmocka_unit_test(binned_errors_reach_the_true_error),
        cmocka_unit_test(recommended_bins_suffice),
        cmocka_unit_test(binned_error_is_that_of_the_jackknife),
        cmocka_unit_test(odd_chains_are_survived),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests_name("resample/autocorrelation", tests, NULL, NULL);
}
