// SPDX-License-Identifier: GPL-3.0-or-later
/* Regions that reach where D has no digits: |Im k| times the range above 36. */
#include "poles_model.h"

/* Three S waves, K_cd = 2 (mu_c mu_d)^1/2 lambda_cd exp(-b_c r) exp(-b_d r'). */
static const double two_mu[3] = {1.0, 1.4, 1.2}, threshold[3] = {0.0, 0.6, 1.1},
                    b[3] = {1.6, 1.9, 2.2},
                    lambda[9] = {-6.0, 2.5, 1.0, 2.5, -12.0, 2.0, 1.0, 2.0, -21.0};

static double form(int c, double r) {
    return exp(-b[c] * r);
}

/* det(1 - g lambda), g_c = -1/(2 b (b - i k)^2). */
static hp_status closed_determinant(void *context, double complex energy, hp_sheet sheet,
                                    double complex *phase, double *log_size, hp_error *err) {
    (void)err;
    double complex k[HP_MOST_PAIRS], m[9];
    hp_channels_momenta(context, energy, sheet, k);
    for (int c = 0; c < 3; c++) {
        double complex g = -1.0 / (2.0 * b[c] * (b[c] - I * k[c]) * (b[c] - I * k[c]));
        for (int d = 0; d < 3; d++) m[3 * c + d] = (c == d ? 1.0 : 0.0) - g * lambda[3 * c + d];
    }
    poles_split(poles_determinant(3, m), phase, log_size);
    return HP_OK;
}

static hp_status determinant_of(void *context, double complex energy, hp_sheet sheet,
                                double complex *phase, double *log_size, hp_error *err) {
    return hp_coupled_determinant(context, energy, sheet, phase, log_size, err);
}

/* What the end of the range takes from g: int f H of the part beyond, relative. */
static double cut_off(double range, const hp_pole *pole) {
    double sum = 0.0;
    for (int c = 0; c < 3; c++) sum += exp(-(b[c] + cimag(pole->k[c])) * range);
    return 200.0 * sum;
}

static const hp_pole_region WITH_DIGITS = {-1.5, 3.0, 1.0}; /* in the closed form */

/* All poles of the closed form are found. whole: D has digits in all of the region. */
static void search_all(double range, hp_pole_region region, hp_sheet step, const bool whole[8]) {
    hp_channels channels = poles_channels(3, two_mu, threshold);
    poles_model m = poles_model_open_equal(range, (int)lround(range / 2.75), 10, &channels);
    poles_model_set_separable(&m, lambda, form);
    for (hp_sheet sheet = 0; sheet < 8; sheet += step) {
        hp_pole exact[20], pole[20];
        int number, found, determinants;
        bool complete;
        hp_pole_function closed = {&channels, 2.0, closed_determinant, &channels};
        assert_ok(hp_poles_find_of(&closed, sheet, &WITH_DIGITS, 20, exact, &number, &complete,
                                   NULL, &m.err),
                  &m.err);
        assert_true(complete);
        clock_t start = clock();
        hp_pole_function of = {&channels, range, determinant_of, m.solver};
        assert_ok(hp_poles_find_of(&of, sheet, &region, 20, pole, &found, &complete, &determinants,
                                   &m.err),
                  &m.err);
        printf("    sheet %u: %d of %d poles, complete %d, %d determinants, %.2f s\n", sheet, found,
               number, complete, determinants, (double)(clock() - start) / CLOCKS_PER_SEC);
        assert_int_equal(complete, whole[sheet]);
        assert_true(determinants < (complete ? 400 : 800));
        for (int j = 0; j < number; j++) /* 10 nodes: 2e-10 */
            poles_assert(pole, found, exact[j].energy, 1e-9 + cut_off(range, &exact[j]));
    }
    poles_model_close(&m);
}

/* Sheets (+,-,+) and (-,-,+) lose D at the left end, at |Im k| R = 38. */
static void poles_beside_noise(void **state) {
    (void)state;
    static const bool whole[8] = {true, true, false, false, true, true, true, true};
    search_all(22.0, (hp_pole_region){-1.5, 3.0, 1.0}, 1, whole);
}

/* Sheets (+,+,+), (-,-,+), (+,-,-), at the left and at the bottom, |Im k| R up to 70 and more.
 * Where |Im k| > b there are more poles, which the end of the range makes. */
static void poles_beside_much_noise(void **state) {
    (void)state;
    static const bool whole[8] = {true};
    search_all(22.0, (hp_pole_region){-9.0, 3.0, 7.0}, 3, whole);
}

/* On a shorter range D has digits everywhere. */
static void shorter_range(void **state) {
    (void)state;
    static const bool whole[8] = {true, true, true, true, true, true, true, true};
    search_all(13.75, (hp_pole_region){-1.5, 3.0, 1.0}, 1, whole);
}

/* Nothing has digits: nothing is found, and that is said; waves of exp(2000) are no error. */
static void nothing_but_noise(void **state) {
    (void)state;
    hp_channels channels = poles_channels(3, two_mu, threshold);
    poles_model m = poles_model_open_equal(22.0, 8, 8, &channels);
    poles_model_set_separable(&m, lambda, form);
    for (double low = -20.0; low > -3e4; low *= 100.0) {
        hp_pole pole[20];
        int found, determinants;
        bool complete;
        hp_pole_region region = {low, low / 2.0, -0.1 * low};
        hp_pole_function of = {&channels, 22.0, determinant_of, m.solver};
        assert_ok(
            hp_poles_find_of(&of, 7, &region, 20, pole, &found, &complete, &determinants, &m.err),
            &m.err);
        printf("    from %g: %d poles, %d determinants\n", low, found, determinants);
        assert_int_equal(found, 0);
        assert_false(complete);
        assert_true(determinants < 150);
    }
    poles_model_close(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(poles_beside_noise),
        cmocka_unit_test(poles_beside_much_noise),
        cmocka_unit_test(shorter_range),
        cmocka_unit_test(nothing_but_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
