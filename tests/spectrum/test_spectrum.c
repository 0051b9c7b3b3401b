// SPDX-License-Identifier: GPL-3.0-or-later
/* Masses of two-point functions whose mass is known: exactly without noise, within errors with it.
 */
#include "support.h"

#include <stdio.h>
#include <string.h>
#include "spectrum_case.h"

static const hp_mass_form forms[] = {HP_MASS_EXPONENTIAL, HP_MASS_COSH};

/* The closed form, and for the cosh both limits; 16 digits less the cancellation in the bisection.
 */
static void effective_masses_of_one_state_are_its_mass(void **state) {
    (void)state;
    for (int f = 0; f < 2; f++) {
        spectrum_case is = spectrum_usual;
        is.ratio = 0.0;
        is.noise = 0.0;
        is.nbin = 3;
        is.extent = forms[f] == HP_MASS_COSH ? 36 : 0;
        hp_two_point C = spectrum_make(&is, 1);
        double mass[4 * 17];
        hp_effective_masses(&C, forms[f], mass);
        for (int i = 0; i < is.nt - 1; i++) {
            if (forms[f] == HP_MASS_COSH && is.first + i + 1 > is.extent / 2)
                assert_true(isnan(mass[i]));
            else /* next to T/2 the ratio is 1 + O(m^2), of which rounding takes 1e-13 */
                assert_close(mass[i], is.mass, 1e-12, 0.0);
        }
        spectrum_free(&C);
    }
}

static void an_effective_mass_that_is_not_there_is_nan(void **state) {
    (void)state;
    const double value[] = {2.385, -1.0, -0.5, 0.75, 1.0};
    double mass[4];
    hp_two_point C = {.nt = 5, .nrow = 1, .first = 1, .value = value, .extent = 40};
    hp_effective_masses(&C, HP_MASS_EXPONENTIAL, mass);
    assert_true(isnan(mass[0]));
    assert_close(mass[1], log(2.0), 1e-15, 0.0); /* rounding */
    assert_true(isnan(mass[2]));
    assert_close(mass[3], -log(1.0 / 0.75), 1e-15, 0.0);
    hp_effective_masses(&C, HP_MASS_COSH, mass);
    assert_true(isnan(mass[3])); /* rises before T/2 */
}

/* Fits end where steps are below 1e-12; the noise is there for weights, and as small as 1e-9. */
static void fits_without_noise_find_the_truth(void **state) {
    (void)state;
    for (int f = 0; f < 2; f++)
        for (int states = 1; states <= 2; states++) {
            hp_error err = HP_ERROR_INIT;
            hp_mass_fit fit;
            spectrum_case is = spectrum_usual;
            if (states == 1) is.ratio = 0.0;
            is.extent = forms[f] == HP_MASS_COSH ? 48 : 0;
            is.noise = 1e-9;
            is.growth = 0.0;
            is.nbin = 20;
            hp_two_point C = spectrum_make(&is, 1);
            const hp_mass_window window = {4, 15, states, forms[f]};
            assert_ok(hp_mass_fit_create(&C, &window, &fit, &err), &err);
            assert_int_equal(fit.failed, 0);
            assert_close(fit.mass[0], is.mass, 0.0, 3e-8);
            assert_close(fit.amplitude[0], 1.0, 0.0, 1e-6);
            assert_close(hp_mass_fit_value(&fit, &C, 0, 9.0), spectrum_truth(&is, 9.0), 1e-8, 0.0);
            if (states == 2) {
                assert_true(fit.resolved);
                assert_close(fit.gap[0], is.gap, 0.0, 1e-6);
                assert_close(fit.ratio[0], is.ratio * exp(-4.0 * is.gap), 0.0, 1e-6);
            }
            hp_mass_fit_destroy(&fit);
            spectrum_free(&C);
        }
}

/* A second method for the minimum: chi2 with the inverse covariance, written out for two times by
 * hand, where the fit of one exponential is exact in every row: the effective mass. */
static void two_times_give_the_effective_mass_of_each_sample(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_mass_fit fit;
    hp_two_point C = spectrum_make(&spectrum_usual, 2);
    double *mass = hp_alloc((size_t)C.nrow * (size_t)(C.nt - 1), sizeof *mass);
    const hp_mass_window window = {10, 11, 1, HP_MASS_EXPONENTIAL};
    hp_effective_masses(&C, HP_MASS_EXPONENTIAL, mass);
    assert_ok(hp_mass_fit_create(&C, &window, &fit, &err), &err);
    for (int row = 0; row < C.nrow; row++) /* where steps end */
        assert_close(fit.mass[row], mass[row * (C.nt - 1) + 7], 1e-10, 0.0);
    assert_true(isnan(fit.probability)); /* nothing is left to judge */
    hp_mass_fit_destroy(&fit);
    hp_free(mass);
    spectrum_free(&C);
}

/* chi2 = min over A of sum W (C - A f)(C - A f) on a fine grid of m, W by Gauss and Jordan from the
 * covariance: with 400 bins for 6 times nothing is smoothed. */
static double grid_chi2(const hp_two_point *C, int start, int n, double m) {
    double cov[6][12] = {{0}}, N = C->nrow - 1, sums[3] = {0};
    const double *c = C->value + start;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            double a = 0.0, b = 0.0;
            for (int k = 1; k < C->nrow; k++) {
                a += c[(size_t)k * C->stride + (size_t)i] / N;
                b += c[(size_t)k * C->stride + (size_t)j] / N;
            }
            for (int k = 1; k < C->nrow; k++)
                cov[i][j] += (N - 1.0) / N * (c[(size_t)k * C->stride + (size_t)i] - a) *
                             (c[(size_t)k * C->stride + (size_t)j] - b);
            cov[i][j] /= c[i] * c[j];
        }
        cov[i][n + i] = 1.0;
    }
    for (int i = 0; i < n; i++) {
        double pivot = cov[i][i];
        for (int j = 0; j < 2 * n; j++) cov[i][j] /= pivot;
        for (int k = 0; k < n; k++) {
            double factor = cov[k][i];
            for (int j = 0; j < 2 * n && k != i; j++) cov[k][j] -= factor * cov[i][j];
        }
    }
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            double fi = exp(-m * i) * c[0] / c[i], fj = exp(-m * j) * c[0] / c[j];
            sums[0] += cov[i][n + j];
            sums[1] += cov[i][n + j] * fi;
            sums[2] += cov[i][n + j] * fi * fj;
        }
    return sums[0] - sums[1] * sums[1] / sums[2];
}

static void chi2_is_the_minimum_of_a_scan(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_mass_fit fit;
    spectrum_case is = spectrum_usual;
    is.nbin = 400;
    hp_two_point C = spectrum_make(&is, 3);
    const hp_mass_window window = {12, 17, 1, HP_MASS_EXPONENTIAL};
    assert_ok(hp_mass_fit_create(&C, &window, &fit, &err), &err);
    assert_int_equal(fit.exact, 6);
    assert_close(fit.expected, 4.0, 1e-9, 0.0); /* points less parameters: W is the inverse */
    double least = INFINITY, at = 0.0, step = 1e-6;
    for (int i = -2000; i <= 2000; i++) {
        double m = fit.mass[0] + i * step, chi2 = grid_chi2(&C, 9, 6, m);
        if (chi2 < least) at = m;
        if (chi2 < least) least = chi2;
    }
    assert_close(fit.mass[0], at, 0.0, 1.1 * step); /* the grid */
    assert_close(fit.chi2, least, 1e-5, 0.0);       /* likewise, and conditioning */
    hp_mass_fit_destroy(&fit);
    spectrum_free(&C);
}

/* Over 200 ensembles of 30 bins: the truth is within one error in 68 % of them, 1.96 standard
 * deviations of a binomial are 6.5 %, and the noise of 30 bins takes some 3 % (Student's t, and
 * smoothed weights); chances below 5 % are some 5 % of all. */
static void errors_and_chances_are_right(void **state) {
    (void)state;
    enum { ENSEMBLES = 200 };
    hp_error err = HP_ERROR_INIT;
    int inside = 0, unlikely = 0;
    spectrum_case is = spectrum_usual;
    is.ratio = 0.0;
    is.nbin = 30;
    for (int i = 0; i < ENSEMBLES; i++) {
        hp_mass_fit fit;
        hp_two_point C = spectrum_make(&is, 52001 + i);
        const hp_mass_window window = {6, 14, 1, HP_MASS_EXPONENTIAL};
        assert_ok(hp_mass_fit_create(&C, &window, &fit, &err), &err);
        inside += fabs(fit.mass[0] - is.mass) < hp_mass_error(&C, fit.mass);
        unlikely += fit.probability < HP_MASS_LEAST_PROBABILITY;
        hp_mass_fit_destroy(&fit);
        spectrum_free(&C);
    }
    print_message("one error holds the truth in %d of %d, p < 0.05 in %d\n", inside, ENSEMBLES,
                  unlikely);
    assert_in_range(inside, 0.585 * ENSEMBLES, 0.745 * ENSEMBLES);
    assert_in_range(unlikely, 0.01 * ENSEMBLES, 0.09 * ENSEMBLES);
}

/* How often the recommended window is wrong, as docs/method-masses.md says. */
static int count_right(const spectrum_case *is, int states, int n, double errors) {
    hp_error err = HP_ERROR_INIT;
    int right = 0;
    for (int i = 0; i < n; i++) {
        hp_mass_choice choice;
        hp_mass_fit fit;
        hp_two_point C = spectrum_make(is, 51001 + i);
        hp_mass_form form = is->extent > 0 ? HP_MASS_COSH : HP_MASS_EXPONENTIAL;
        assert_ok(hp_mass_recommend(&C, form, states, &choice, &err), &err);
        assert_ok(hp_mass_fit_create(&C, &choice.window, &fit, &err), &err);
        right += fabs(fit.mass[0] - is->mass) < errors * hp_mass_error(&C, fit.mass);
        if (i == 0) print_message("%s\n", choice.reason);
        hp_mass_fit_destroy(&fit);
        spectrum_free(&C);
    }
    return right;
}

/* 20 ensembles each: more than half within one error, nearly all within three. */
static void recommended_windows_find_the_truth(void **state) {
    (void)state;
    spectrum_case is = spectrum_usual;
    is.nbin = 40;
    assert_in_range(count_right(&is, 0, 20, 1.0), 9, 20);
    assert_in_range(count_right(&is, 0, 20, 3.0), 18, 20);
    assert_in_range(count_right(&is, 1, 20, 3.0), 18, 20);
    is.extent = 48;
    is.mass = 0.2;
    assert_in_range(count_right(&is, 0, 20, 3.0), 18, 20);
}

/* Where noise reaches the limit, and at half of the lattice. */
static void windows_end_where_they_should(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_mass_choice choice;
    spectrum_case is = spectrum_usual;
    is.noise = 0.1;
    is.growth = 0.2; /* errors of C: 0.01 exp(0.2 t), 10 % at t = 11.5 */
    hp_two_point C = spectrum_make(&is, 4);
    assert_ok(hp_mass_recommend(&C, HP_MASS_EXPONENTIAL, 1, &choice, &err), &err);
    assert_in_range(choice.window.t_max, 10, 12);
    assert_contains(choice.reason, "limit 10 %");
    spectrum_free(&C);
    is = spectrum_usual;
    is.extent = 24;
    C = spectrum_make(&is, 4);
    assert_ok(hp_mass_recommend(&C, HP_MASS_COSH, 1, &choice, &err), &err);
    assert_int_equal(choice.window.t_max, 12);
    assert_contains(choice.reason, "half of the lattice");
    spectrum_free(&C);
}

static void bad_windows_are_refused(void **state) {
    (void)state;
    hp_mass_fit fit;
    hp_mass_choice choice;
    spectrum_case is = spectrum_usual;
    is.nbin = 5;
    hp_two_point C = spectrum_make(&is, 5);
    const struct {
        hp_mass_window window;
        const char *message;
    } bad[] = {
        {{2, 10, 1, HP_MASS_EXPONENTIAL}, "t = 2 ... 10 of a mass is not within t = 3 ... 20"},
        {{3, 21, 1, HP_MASS_EXPONENTIAL}, "is not within"},
        {{5, 7, 2, HP_MASS_EXPONENTIAL}, "has 3 times, 2 states need at least 4"},
        {{9, 8, 1, HP_MASS_EXPONENTIAL}, "is not within"},
        {{9, 12, 1, HP_MASS_COSH}, "a temporal extent of at least 20, found 0"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        hp_error err = HP_ERROR_INIT;
        assert_status(hp_mass_fit_create(&C, &bad[i].window, &fit, &err), HP_ERR_INPUT, &err);
        assert_contains(err.message, bad[i].message);
    }
    hp_error err = HP_ERROR_INIT;
    ((double *)C.value)[2 * C.stride + 4] = -1.0;
    const hp_mass_window window = {3, 10, 1, HP_MASS_EXPONENTIAL};
    assert_status(hp_mass_fit_create(&C, &window, &fit, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "at t = 7, in the window of a mass, must be above 0, found -1 in "
                                 "sample 2");
    hp_error_clear(&err);
    ((double *)C.value)[1] = -1.0;
    assert_status(hp_mass_recommend(&C, HP_MASS_EXPONENTIAL, 1, &choice, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "a mass needs two times");
    spectrum_free(&C);
}

/* Without errors, one row or samples that agree, weights are 1. */
static void data_without_errors_are_fitted_all_the_same(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_mass_fit fit;
    spectrum_case is = spectrum_usual;
    is.ratio = is.noise = 0.0;
    hp_two_point C = spectrum_make(&is, 6);
    const hp_mass_window window = {3, 12, 1, HP_MASS_EXPONENTIAL};
    for (int i = 0; i < 2; i++) {
        assert_ok(hp_mass_fit_create(&C, &window, &fit, &err), &err);
        assert_close(fit.mass[0], is.mass, 1e-12, 0.0); /* rounding of the samples' means */
        assert_true(isnan(fit.probability));
        hp_mass_fit_destroy(&fit);
        C.nrow = 1;
    }
    spectrum_free(&C);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(effective_masses_of_one_state_are_its_mass),
        cmocka_unit_test(an_effective_mass_that_is_not_there_is_nan),
        cmocka_unit_test(fits_without_noise_find_the_truth),
        cmocka_unit_test(two_times_give_the_effective_mass_of_each_sample),
        cmocka_unit_test(chi2_is_the_minimum_of_a_scan),
        cmocka_unit_test(errors_and_chances_are_right),
        cmocka_unit_test(recommended_windows_find_the_truth),
        cmocka_unit_test(windows_end_where_they_should),
        cmocka_unit_test(bad_windows_are_refused),
        cmocka_unit_test(data_without_errors_are_fitted_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
