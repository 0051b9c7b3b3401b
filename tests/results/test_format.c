// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers as text, the CSV files made of them, checksums, and where datasets lie in a sample. */
#include "support.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/results.h"

static void check_value(double value, double error, const char *expected) {
    char text[64];
    hp_format_value((hp_band){value, error}, text, sizeof text);
    assert_string_equal(text, expected);
}

static void errors_are_quoted_with_two_digits(void **state) {
    (void)state;
    check_value(0.3413, 0.0368, "0.341(37)");
    check_value(-15.0, 260000.0, "0(260000)"); /* no -0 */
    check_value(-0.0004, 0.12, "0.00(12)");
    check_value(-0.02, 0.12, "-0.02(12)");
    check_value(-1.1264, 0.1194, "-1.13(12)");
    check_value(175.4, 18.6, "175(19)");
    check_value(2.279, 1.098, "2.3(1.1)");
    check_value(-0.0001234, 0.0000021, "-0.0001234(21)");
    check_value(4.2, 0.001, "4.2000(10)");
    check_value(-3.0, 12.0, "-3(12)");
    /* above 100 the value is rounded to the ten of the error's second digit */
    check_value(12347.0, 230.4, "12350(230)");
    check_value(-12343.0, 1000.0, "-12300(1000)");
}

/* An error that rounds up to a power of ten keeps two digits, not three. */
static void errors_round_across_powers_of_ten(void **state) {
    (void)state;
    check_value(0.34134, 0.0996, "0.34(10)");
    check_value(0.34134, 0.0994, "0.341(99)");
    check_value(2.279, 0.996, "2.3(1.0)");
    check_value(2.279, 0.994, "2.28(99)");
    check_value(2.279, 0.995, "2.3(1.0)");
    check_value(175.4, 9.96, "175(10)");
    check_value(175.4, 9.94, "175.4(9.9)");
    check_value(1754.0, 99.6, "1750(100)");
    check_value(1754.0, 99.4, "1754(99)");
}

static void values_without_an_error_stand_alone(void **state) {
    (void)state;
    check_value(1.62034567, NAN, "1.62035");
    check_value(1.62034567, 0.0, "1.62035");
    check_value(-1.62034567, -0.1, "-1.62035");
    check_value(3.5, INFINITY, "3.5");
    check_value(-INFINITY, 0.1, "-inf");
}

static void check_exact(double value, const char *expected) {
    char text[HP_EXACT_SIZE];
    hp_format_exact(value, text, sizeof text);
    assert_string_equal(text, expected);
}

static void exact_numbers_are_as_short_as_they_can_be(void **state) {
    (void)state;
    check_exact(0.00484848, "0.00484848");
    check_exact(-1e-10, "-1e-10");
    check_exact(0.1, "0.1");
    check_exact(0.1 + 0.2, "0.30000000000000004"); /* needs 17 digits */
    check_exact(1.0 / 3.0, "0.3333333333333333");  /* needs 16 */
    check_exact(12.0, "12");
    check_exact(INFINITY, "inf");
    check_exact(-INFINITY, "-inf");
    check_exact(NAN, "nan");
    check_exact(copysign(NAN, -1.0), "nan");
    check_exact(-0.0, "-0");
    check_exact(0.0, "0");
}

/* Bit for bit, at every order of magnitude, in the room that the header promises. */
static void exact_numbers_read_back(void **state) {
    (void)state;
    double special[] = {DBL_MAX,
                        -DBL_MAX,
                        DBL_MIN,
                        -DBL_MIN,
                        DBL_TRUE_MIN,
                        -3.0 * DBL_TRUE_MIN,
                        DBL_MIN - DBL_TRUE_MIN,
                        1.0 + DBL_EPSILON,
                        1.0 - DBL_EPSILON / 2.0,
                        -0.0};
    char text[HP_EXACT_SIZE];
    for (int i = 0; i < 4000; i++) {
        double value = 1.0;
        if (i < (int)(sizeof special / sizeof *special))
            value = special[i];
        else
            value = ldexp(sin(i), i % 2098 - 1074) * (i % 3 == 0 ? -1.0 : 1.0);
        hp_format_exact(value, text, sizeof text);
        double back = strtod(text, NULL);
        assert_memory_equal(&back, &value, sizeof value);
    }
}

static void checksum_is_crc32(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    char folder[64], path[128];
    uint32_t checksum = 0;
    assert_int_equal(hp_checksum_text("123456789"), 0xcbf43926); /* check value of CRC-32 */
    assert_int_equal(hp_checksum_text(""), 0);
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/digits", folder);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    fputs("123456789", out);
    assert_int_equal(fclose(out), 0);
    assert_ok(hp_checksum_file(path, &checksum, &err), &err);
    assert_int_equal(checksum, 0xcbf43926);
    snprintf(path, sizeof path, "%s/absent", folder);
    assert_status(hp_checksum_file(path, &checksum, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, path);
    hp_test_remove_folder(folder);
}

/* Every dataset has room of its own, and together they fill the vector. */
static void check_layout(const size_t extent[HP_NAXIS]) {
    enum { MOST = 100000 };
    hp_layout layout;
    hp_layout_fill(&layout, extent);
    assert_true(layout.length > 0 && layout.length < MOST);
    char *used = calloc(layout.length, 1);
    assert_non_null(used);
    for (int set = 0; set < HP_NSET; set++) {
        const hp_dataset *dataset = &layout.dataset[set];
        size_t count = 1;
        for (int axis = 0; axis < dataset->rank; axis++) count *= dataset->extent[axis];
        if (dataset->count == 0) continue; /* maybe by a switch, which is no axis */
        assert_int_equal(dataset->count, count);
        assert_true(dataset->start + dataset->count <= layout.length);
        for (size_t i = 0; i < count; i++) assert_int_equal(used[dataset->start + i]++, 0);
    }
    for (size_t i = 0; i < layout.length; i++) assert_int_equal(used[i], 1);
    free(used);
}

static void datasets_are_disjoint_and_cover_a_sample(void **state) {
    (void)state;
    size_t extent[HP_NAXIS] = {[HP_AXIS_SOURCE] = 2, [HP_AXIS_T] = 3,     [HP_AXIS_POINT] = 17,
                               [HP_AXIS_U] = 5,      [HP_AXIS_K] = 7,     [HP_AXIS_CURVE] = 11,
                               [HP_AXIS_PARAM] = 97, [HP_AXIS_GAUSS] = 0, [HP_AXIS_PAIR] = 2};
    check_layout(extent);
    extent[HP_AXIS_GAUSS] = 4;
    extent[HP_AXIS_PARAM] = extent[HP_AXIS_CURVE] = extent[HP_AXIS_U] = 0;
    check_layout(extent);
}

static void datasets_have_the_axes_of_their_table(void **state) {
    (void)state;
    size_t extent[HP_NAXIS] = {[HP_AXIS_SOURCE] = 2,
                               [HP_AXIS_T] = 3,
                               [HP_AXIS_POINT] = 17,
                               [HP_AXIS_GAUSS] = 4,
                               [HP_AXIS_PAIR] = 2};
    hp_layout layout;
    hp_layout_fill(&layout, extent);
    const hp_dataset *R = &layout.dataset[HP_SET_R];
    assert_string_equal(R->path, "correlator/R");
    assert_int_equal(R->rank, 3);
    assert_int_equal(R->extent[0], 2);
    assert_int_equal(R->extent[1], 3);
    assert_int_equal(R->extent[2], 17);
    assert_int_equal(layout.dataset[HP_SET_A0].rank, 0);
    assert_int_equal(layout.dataset[HP_SET_A0].count, 1);
    assert_int_equal(layout.dataset[HP_SET_GAUSSIANS].count, 8);
    assert_int_equal(layout.dataset[HP_SET_U].count, 0); /* an axis of extent 0 drops a dataset */
    assert_int_equal(layout.dataset[HP_SET_LOSS].count, 0); /* a switch that is off, too */
    extent[HP_AXIS_FITTED] = extent[HP_AXIS_CHI2] = 1;
    hp_layout_fill(&layout, extent);
    assert_int_equal(layout.dataset[HP_SET_LOSS].count, 1);
    assert_int_equal(layout.dataset[HP_SET_LOSS].rank, 0); /* one that is on is no axis */
}

/* The lines of phase_shift.csv: numbers of a job file as they were written, errors from the
 * jackknife rows, the warning when the fit is bad. */
static void phase_shifts_are_written_exactly(void **state) {
    (void)state;
    enum { NSAMPLE = 3 };
    hp_error err = HP_ERROR_INIT;
    char folder[64], path[128], output[2048];
    double k2[] = {0.00484848, 0.0106667};
    hp_job job = {
        .results.max_chi2_per_point = 2.0, .fit.weighting = "none", .fit.covariance = "none"};
    hp_ensemble ensemble = {.channel = "a channel"};
    hp_correlator_plan plan = {.mu = 0.5};
    hp_analysis analysis = {.inverse_spacing_mev = 1000.0, .plan = &plan};
    hp_observables observables = {.mu = 0.5, .momentum_mev = 1000.0, .nk = 2, .k2 = k2};
    hp_layout_fill(&analysis.layout,
                   (size_t[HP_NAXIS]){[HP_AXIS_K] = 2, [HP_AXIS_FITTED] = 1, [HP_AXIS_CHI2] = 1});
    double *rows = calloc((NSAMPLE + 1) * analysis.layout.length, sizeof *rows);
    assert_non_null(rows);
    hp_results results = {.channel = "a channel",
                          .layout = &analysis.layout,
                          .observables = &observables,
                          .analysis = &analysis,
                          .job = &job,
                          .ensemble = &ensemble,
                          .nsample = NSAMPLE,
                          .ncomputed = NSAMPLE,
                          .max_numerical_error = 0.1,
                          .rows = rows};
    for (size_t row = 0; row <= NSAMPLE; row++) {
        double *vector = rows + row * analysis.layout.length;
        double *delta = hp_layout_at(&analysis.layout, vector, HP_SET_DELTA);
        delta[0] = 0.5;
        delta[1] = row == 0 ? 0.7 : 2.0 * (double)row; /* error sqrt(2/3 (4 + 0 + 4)) */
        double *numerical = hp_layout_at(&analysis.layout, vector, HP_SET_DELTA_NUMERICAL);
        numerical[0] = 0.0;
        numerical[1] = 0.25; /* 0.108 of the error */
        *hp_layout_at(&analysis.layout, vector, HP_SET_CHI2) = 2.5;
    }
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/phase_shift.csv", folder);
    assert_ok(hp_results_write_phase_shift(&results, path, &err), &err);
    assert_int_equal(hp_test_run(output, sizeof output, "cat '%s'", path), 0);
    assert_contains(output,
                    ", a channel\n# chi2 per point 2.5, average NOT converged, 0 of 3 samples "
                    "converged\n# warning: the fit does not describe its data: chi2 per "
                    "point = 2.5, above results.max_chi2_per_point = 2\n");
    assert_contains(output, "\nk2_lat,k_mev,e_cm_mev,delta_deg,delta_deg_err,kcot_mev,"
                            "kcot_mev_err,delta_numerical_error\n0.00484848,69.6310");
    assert_contains(output, ",0.5,0,0,0,0\n0.0106667,");
    assert_contains(output, ",0.7,2.309401076758503,0,0,0.25\n");
    assert_contains(output,
                    "# warning: the two solvers differ by 0.25 degrees at e_cm = 10.67 MeV, "
                    "not small against the statistical error");
    for (size_t row = 0; row <= NSAMPLE; row++)
        hp_layout_at(&analysis.layout, rows + row * analysis.layout.length,
                     HP_SET_DELTA_NUMERICAL)[1] = 0.22; /* 0.095 of it */
    assert_ok(hp_results_write_phase_shift(&results, path, &err), &err);
    assert_int_equal(hp_test_run(output, sizeof output, "cat '%s'", path), 0);
    assert_null(strstr(output, "solvers differ"));
    observables.nsolver = 2;
    for (size_t row = 0; row <= NSAMPLE; row++) { /* a0 = 1.5 with an error of sqrt(2/3 (1 + 1)) */
        double *vector = rows + row * analysis.layout.length;
        *hp_layout_at(&analysis.layout, vector, HP_SET_A0) = row == 0 ? 1.5 : (double)row;
        *hp_layout_at(&analysis.layout, vector, HP_SET_A0_NUMERICAL) = 0.12; /* 0.104 of it */
        *hp_layout_at(&analysis.layout, vector, HP_SET_REFF_NUMERICAL) = NAN;
    }
    assert_ok(hp_results_write_phase_shift(&results, path, &err), &err);
    assert_int_equal(hp_test_run(output, sizeof output, "cat '%s'", path), 0);
    assert_contains(output, "# warning: the two solvers differ by 0.12 in a0 = 1.5: lower");
    assert_contains(output, "# warning: the second solver did not find r_eff of 0:");
    hp_test_remove_folder(folder);
    free(rows);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_quoted_with_two_digits),
        cmocka_unit_test(errors_round_across_powers_of_ten),
        cmocka_unit_test(values_without_an_error_stand_alone),
        cmocka_unit_test(exact_numbers_are_as_short_as_they_can_be),
        cmocka_unit_test(exact_numbers_read_back),
        cmocka_unit_test(checksum_is_crc32),
        cmocka_unit_test(datasets_are_disjoint_and_cover_a_sample),
        cmocka_unit_test(datasets_have_the_axes_of_their_table),
        cmocka_unit_test(phase_shifts_are_written_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
