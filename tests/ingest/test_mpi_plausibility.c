// SPDX-License-Identifier: GPL-3.0-or-later
/* What is found in rows that are made in memory: each sentence, and silence just on the other side
 * of its threshold. Two sources on a radial grid, "raw" with four- and two-point functions and "R".
 */
#include "mpi_support.h"

#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/plausibility.h"

enum { NROW = 72, NT = 3, NPOINT = 5 };

static hp_comm comm;

/* An ensemble without a file, and its rows. */
typedef struct scene {
    hp_ensemble ensemble;
    int nrow;
    double *row; /* (nrow, row_length) */
    bool part[2 * NT + 2];
    const bool *needed; /* NULL: all */
    hp_findings findings;
} scene;

/* Numbers in (-1, 1), smooth in nothing. */
static double noise(int i, int j, int k) {
    double x = sin(12.9898 * (i + 1) + 78.233 * (j + 1) + 37.719 * k) * 43758.5;
    return 2.0 * (x - floor(x)) - 1.0;
}

static double *number(const scene *s, int k, int source, int time, int point) {
    size_t length = hp_ensemble_row_length(&s->ensemble);
    return s->row + (size_t)k * length + hp_ensemble_row_offset(&s->ensemble, source) +
           (size_t)(time * NPOINT + point);
}

static double *two_point(const scene *s, int k, int hadron, int time) {
    return number(s, k, 0, 0, 0) + NT * NPOINT + hadron * NT + time;
}

static double *full(const scene *s, int k, int hadron, int time) {
    size_t length = hp_ensemble_row_length(&s->ensemble);
    hp_full which = hadron == 0 ? HP_FULL_TWO_POINT_1 : HP_FULL_TWO_POINT_2;
    return s->row + (size_t)k * length + hp_ensemble_full_offset(&s->ensemble, 0, which) + time;
}

static void fill_rows(scene *s) {
    for (int k = 0; k < s->nrow; k++)
        for (int t = 0; t < NT; t++) {
            for (int p = 0; p < NPOINT; p++) {
                *number(s, k, 0, t, p) = (2.0 + p) * exp(-t) * (1.0 + 0.01 * noise(k, t, p));
                *number(s, k, 1, t, p) = (1.0 + p) * exp(-t) * (1.0 + 0.02 * noise(k, t + 9, p));
            }
            for (int hadron = 0; hadron < 2; hadron++) {
                double c = exp(-0.5 * t) * (1.0 + 0.01 * noise(k, t + 20, hadron));
                *two_point(s, k, hadron, t) = *full(s, k, hadron, t + 1) = c;
            }
            *full(s, k, 0, 0) = *full(s, k, 1, 0) = 2.0 + 0.01 * noise(k, 31, 0);
        }
}

static int create(void **state) {
    static char *names[] = {"raw", "ratio"}, path[] = "rows.h5";
    static int t[] = {7, 8, 9}, t_full[] = {6, 7, 8, 9}, start[] = {0, NROW};
    static bool has_ratio[] = {false, true}, has_full[] = {true, false}, none[] = {false, false};
    static const double r[] = {0.5, 1.25, 2.0, 3.0, 4.5};
    hp_error err = HP_ERROR_INIT;
    scene *s = test_calloc(1, sizeof *s);
    s->nrow = NROW;
    s->ensemble = (hp_ensemble){.path = path,
                                .nt = NT,
                                .t = t,
                                .nsource = 2,
                                .source = names,
                                .has_ratio = has_ratio,
                                .nt_full = NT + 1,
                                .t_full = t_full,
                                .has_full = has_full,
                                .has_two_baryon = none,
                                .nsample = NROW,
                                .nstream = 1,
                                .stream_start = start,
                                .comm = &comm};
    assert_ok(hp_geometry_create_radial(r, NPOINT, &s->ensemble.geometry, &err), &err);
    s->row = test_calloc(NROW * hp_ensemble_row_length(&s->ensemble), sizeof *s->row);
    for (int i = 0; i < 2 * NT + 2; i++) s->part[i] = true;
    s->needed = NULL;
    fill_rows(s);
    *state = s;
    return 0;
}

static int destroy(void **state) {
    scene *s = *state;
    hp_findings_destroy(&s->findings);
    hp_geometry_destroy(&s->ensemble.geometry);
    test_free(s->row);
    test_free(s);
    return 0;
}

static hp_status read_row(void *context, int item, double *row, hp_error *err) {
    const scene *s = context;
    size_t length = hp_ensemble_row_length(&s->ensemble);
    (void)err;
    memcpy(row, s->row + (size_t)item * length, length * sizeof *row);
    return HP_OK;
}

/* Each row is taken by one rank, and judged by all. */
static void judge(scene *s, bool used) {
    hp_error err = HP_ERROR_INIT;
    hp_row_looks looks;
    size_t length = hp_ensemble_row_length(&s->ensemble);
    double *mean = test_calloc(length, sizeof *mean);
    const hp_row_access access = {s->nrow, 1, read_row, s, false};
    hp_findings_destroy(&s->findings);
    assert_ok(hp_row_looks_create(&s->ensemble, s->part, s->nrow, &looks, &err), &err);
    looks.needed = s->needed;
    for (int k = 0; k < s->nrow; k++) {
        looks.file_row[k] = k;
        if (k % comm.size == comm.rank) hp_row_looks_take(&looks, k, s->row + (size_t)k * length);
        for (size_t i = 0; i < length; i++) mean[i] += s->row[(size_t)k * length + i] / s->nrow;
    }
    assert_ok(hp_row_looks_share(&looks, s->nrow, 1, &err), &err);
    assert_ok(hp_plausibility_judge(&looks, mean, &access, used, &s->findings, &err), &err);
    hp_row_looks_destroy(&looks);
    test_free(mean);
}

/* There is one finding, it begins so, and refuses or does not. */
static void assert_finding(scene *s, bool refuses, const char *text) {
    judge(s, true);
    for (int i = 1; i < s->findings.count; i++) print_error("too: %s\n", s->findings.list[i].text);
    assert_int_equal(s->findings.count, 1);
    if (strncmp(s->findings.list[0].text, text, strlen(text)) != 0)
        fail_msg("found: %s", s->findings.list[0].text);
    assert_int_equal(s->findings.list[0].refuses, refuses);
}

static void assert_silent(scene *s) {
    judge(s, true);
    if (s->findings.count > 0) fail_msg("found: %s", s->findings.list[0].text);
}

static void good_rows_are_passed(void **state) {
    assert_silent(*state);
}

static void zeros_are_found(void **state) {
    scene *s = *state;
    for (int p = 0; p < NPOINT; p++) *number(s, 5, 1, 2, p) = 0.0;
    judge(s, true); /* the row is an outlier, too */
    assert_true(s->findings.list[0].refuses);
    assert_string_equal(s->findings.list[0].text,
                        "rows.h5: source 'ratio', row 5: R is zero at t = "
                        "9 (rows with zeros: 1 of 72)");
    fill_rows(s);
    *number(s, 5, 1, 2, 0) = *number(s, 5, 1, 1, 0) = 0.0;
    *number(s, 8, 1, 0, 2) = 0.0;
    judge(s, true);
    assert_false(s->findings.list[0].refuses);
    assert_string_equal(
        s->findings.list[0].text,
        "rows.h5: source 'ratio', row 5: R is zero at t = 8, 9 at some points (rows "
        "with zeros: 2 of 72)");
    fill_rows(s);
    *full(s, 3, 1, 0) = 0.0;
    judge(s, true);
    assert_string_equal(
        s->findings.list[0].text,
        "rows.h5: source 'raw', row 3: two_point_full_2 is zero at t = 6 (rows with "
        "zeros: 1 of 72)");
}

/* The average is 2.9 or 3.1 errors from zero: numbers of alternating sign with an offset. */
static void set_signal(scene *s, double errors) {
    double size = 0.0;
    for (int k = 0; k < NROW; k++) {
        double x = k % 2 == 0 ? 1.0 : -1.0;
        size += x * x / (NROW * (NROW - 1.0));
        *two_point(s, k, 1, 1) = *full(s, k, 1, 2) = x;
    }
    for (int k = 0; k < NROW; k++)
        *two_point(s, k, 1, 1) = *full(s, k, 1, 2) += errors * sqrt(size);
}

static void divisors_without_signal_are_refused(void **state) {
    scene *s = *state;
    set_signal(s, 3.1);
    assert_silent(s);
    set_signal(s, 2.9);
    judge(s, true);
    assert_int_equal(s->findings.count, 2); /* two_point_full_2 is marked */
    assert_true(s->findings.list[0].refuses);
    assert_string_equal(s->findings.list[0].text,
                        "rows.h5: source 'raw': two_point_2 is compatible "
                        "with zero at t = 8 (0.344 +- 0.12 at t = 8)");
    assert_false(s->findings.list[1].refuses);
    judge(s, false); /* a file that is only looked at */
    assert_false(s->findings.list[0].refuses);
    s->part[1] = false; /* and a job that does not take this time, nor full times */
    s->part[2 * NT] = false;
    assert_silent(s);
}

static void divisors_that_change_sign_are_refused(void **state) {
    scene *s = *state;
    for (int k = 0; k < NROW; k++) *two_point(s, k, 0, 2) = *full(s, k, 0, 3) *= -1.0;
    judge(s, true);
    assert_int_equal(s->findings.count, 2);
    assert_true(s->findings.list[0].refuses);
    assert_contains(s->findings.list[0].text,
                    "source 'raw': two_point_1 changes sign between t = 8 (0.60");
    assert_int_equal(s->findings.list[0].time[0], 1);
    assert_int_equal(s->findings.list[0].time[1], 2);
    for (int k = 0; k < NROW; k++)
        for (int t = 0; t < 2; t++) *two_point(s, k, 0, t) = *full(s, k, 0, t + 1) *= -1.0;
    s->part[2 * NT] = false; /* the full one has a time before these */
    assert_silent(s);        /* negative everywhere: a convention */
}

/* What is read for masses alone, and is left out by their window: the same at times that the fit of
 * the potential needs is an error. */
static void what_is_not_needed_is_marked(void **state) {
    scene *s = *state;
    static const bool needed[2][2 * NT + 2] = {{true, false, false}, {true, true, true}};
    for (int i = 0; i < 2; i++) {
        fill_rows(s);
        s->needed = needed[i];
        set_signal(s, 2.9);
        judge(s, true);
        assert_contains(s->findings.list[0].text, "two_point_2 is compatible with zero at t = 8");
        assert_int_equal(s->findings.list[0].refuses, i == 1);
        fill_rows(s);
        s->needed = needed[i];
        for (int k = 0; k < NROW; k++) *two_point(s, k, 0, 2) = *full(s, k, 0, 3) *= -1.0;
        judge(s, true);
        assert_contains(s->findings.list[0].text, "two_point_1 changes sign between t = 8");
        assert_int_equal(s->findings.list[0].refuses, i == 1);
        fill_rows(s);
        s->needed = needed[i];
        *two_point(s, 3, 1, 1) = 0.0;
        judge(s, true);
        assert_contains(s->findings.list[0].text, "row 3: two_point_2 is zero at t = 8");
        assert_int_equal(s->findings.list[0].refuses, i == 1);
        fill_rows(s);
        s->needed = needed[i];
        *full(s, 3, 1, 0) = 0.0; /* t = 6: filled up, which a window leaves out */
        judge(s, true);
        assert_contains(s->findings.list[0].text, "row 3: two_point_full_2 is zero at t = 6");
        assert_false(s->findings.list[0].refuses);
        *full(s, 4, 1, 2) = 0.0; /* t = 8, in another row */
        judge(s, true);
        assert_int_equal(s->findings.list[0].refuses, i == 1);
        assert_contains(s->findings.list[0].text, i == 1
                                                      ? "row 4: two_point_full_2 is zero at t = 8"
                                                      : "row 3: two_point_full_2 is zero at");
    }
    int nt = s->ensemble.nt_full;
    s->needed = NULL;
    fill_rows(s);
    for (int t = 0; t < nt; t++) *full(s, 5, 1, t) = 0.0; /* never written */
    judge(s, true);
    assert_true(s->findings.list[0].refuses);
    *full(s, 5, 1, nt - 1) = 1.0;
    judge(s, false);
    assert_false(s->findings.list[0].refuses);
}

static void other_two_point_functions_are_marked(void **state) {
    scene *s = *state;
    for (int k = 0; k < NROW; k++) *full(s, k, 0, 2) *= 1.0 + 9e-7;
    assert_silent(s);
    for (int k = 0; k < NROW; k++) *full(s, k, 0, 2) *= 1.0 + 3e-7;
    assert_finding(s, false, "rows.h5: source 'raw': the average two_point_1 at t = 8 is 0.60");
}

static void copy_source(scene *s, int from, int to, int source) {
    size_t length = hp_ensemble_time_length(&s->ensemble, source) * NT;
    memcpy(number(s, to, source, 0, 0), number(s, from, source, 0, 0), length * sizeof(double));
}

static void copies_are_marked(void **state) {
    scene *s = *state;
    copy_source(s, 4, 9, 1);
    assert_finding(s, false,
                   "rows.h5: source 'ratio', row 9 is equal to row 4 to the last bit (1 of 72 rows "
                   "are equal to an earlier one): what is counted twice makes errors too small");
    *number(s, 9, 1, 2, 4) = nextafter(*number(s, 9, 1, 2, 4), 1.0); /* another last bit */
    assert_silent(s);
    size_t length = hp_ensemble_row_length(&s->ensemble);
    memcpy(s->row + 7 * length, s->row + 2 * length, length * sizeof(double));
    memcpy(s->row + 8 * length, s->row + 2 * length, length * sizeof(double));
    assert_finding(s, false, "rows.h5: row 7 is equal to row 2 to the last bit (2 of 72 rows");
}

static void equal_times_are_marked(void **state) {
    scene *s = *state;
    for (int k = 0; k < NROW; k++)
        memcpy(number(s, k, 1, 1, 0), number(s, k, 1, 0, 0), NPOINT * sizeof(double));
    assert_finding(
        s, false, "rows.h5: source 'ratio' at t = 8 is equal to t = 7 to the last bit in all rows");
    *number(s, 17, 1, 1, 3) *= 1.001;
    assert_silent(s);
}

static void equal_sources_are_marked(void **state) {
    scene *s = *state;
    s->ensemble.has_ratio = (bool[]){true, true};
    s->ensemble.has_full = (bool[]){false, false};
    for (int k = 0; k < NROW; k++)
        memcpy(number(s, k, 1, 0, 0), number(s, k, 0, 0, 0), NT * NPOINT * sizeof(double));
    assert_finding(s, false,
                   "rows.h5: sources 'raw' and 'ratio' are equal to the last bit in all rows at 3 "
                   "times: one of them adds nothing");
    *number(s, 3, 1, 0, 0) *= 1.0001;
    for (int k = 0; k < NROW; k++) *number(s, k, 1, 1, 0) *= 1.0001;
    *number(s, 3, 1, 2, 0) *= 1.0001;
    assert_silent(s);
}

/* Seven of 72, less than a tenth, beyond which rows cannot be told from each other. */
static void outliers_are_marked(void **state) {
    scene *s = *state;
    for (int k = 0; k < 7; k++) *two_point(s, 3 * k, 1, 1) = *full(s, 3 * k, 1, 2) *= 1.5;
    judge(s, true);
    assert_int_equal(s->findings.count, 5 + 1);
    assert_contains(s->findings.list[0].text,
                    "source 'raw', row 0 is an outlier: two_point_2 at t");
    assert_contains(s->findings.list[0].text, "median absolute deviations away from the median");
    assert_contains(s->findings.list[5].text, "2 more rows are outliers");
}

/* 72 numbers -35.5 ... 35.5: median 0, MAD 18, and the 90 % point is below that of normal ones. One
 * of them is moved to 19 and 21 MAD. */
static void the_limit_is_20_deviations(void **state) {
    scene *s = *state;
    for (int distance = 19 * 18; distance <= 21 * 18; distance += 2 * 18) {
        for (int k = 0; k < NROW; k++)
            *two_point(s, k, 0, 0) = *full(s, k, 0, 1) = 1e4 + (k == 40 ? distance : k - 35.5);
        if (distance < 20 * 18)
            assert_silent(s);
        else
            judge(s, true);
    }
    assert_int_equal(s->findings.count, 1);
    assert_contains(s->findings.list[0].text, "row 40 is an outlier: two_point_1 at t = 7 is 2");
}

/* R of alternating rows, 4.9 and 5.1 errors below zero at one distance. */
static void set_turn(scene *s, double errors) {
    double size = sqrt(1.0 / (NROW - 1.0));
    for (int k = 0; k < NROW; k++)
        *number(s, k, 1, 1, 0) = 0.01 * ((k % 2 == 0 ? 1.0 : -1.0) - errors * size) *
                                 (1.0 + 1e-6 * noise(k, 3, 3)); /* no two rows agree */
}

static void ratios_that_change_sign_are_marked(void **state) {
    scene *s = *state;
    set_turn(s, 4.9);
    assert_silent(s);
    set_turn(s, 5.1);
    assert_finding(s, false,
                   "rows.h5: source 'ratio': the average R changes sign with r at t = 8 (at t = 8 "
                   "it is ");
    assert_contains(s->findings.list[0].text, "-0.00605 +- 0.0012 at r = 0.5 a)");
}

/* All of a source at time t, times exp(energy (t - 7)). */
static void tilt(scene *s, int source, double energy) {
    for (int k = 0; k < NROW; k++)
        for (int t = 0; t < NT; t++)
            for (int p = 0; p < NPOINT; p++) *number(s, k, source, t, p) *= exp(energy * t);
}

/* R of "ratio" falls like exp(-t), of "raw" not at all; masses of 0.5. */
static void four_point_functions_named_R_are_refused(void **state) {
    scene *s = *state;
    s->ensemble.mass[0] = 0.5;
    s->ensemble.mass[1] = 0.75;
    assert_finding(s, true,
                   "rows.h5: source 'ratio': ln R(t)/R(t+1) is 1 at t = 7, and at all times above "
                   "the lighter mass, 0.5: R falls like a four-point function; what is not divided "
                   "by two-point functions has the name four_point");
    tilt(s, 1, 0.55);
    assert_silent(s);
    fill_rows(s);
    for (int k = 0; k < NROW; k++) /* at one of two pairs of times */
        for (int p = 0; p < NPOINT; p++) *number(s, k, 1, 2, p) *= exp(0.6);
    assert_silent(s);
    fill_rows(s);
    for (int k = 0; k < NROW; k++) /* at large distances alone, r_max/4 is 1.125 */
        for (int t = 0; t < NT; t++) *number(s, k, 1, t, 0) *= exp(0.6 * t);
    assert_silent(s);
    fill_rows(s);
    s->ensemble.mass[0] = s->ensemble.mass[1] = NAN; /* of the two-point functions */
    assert_silent(s);
}

static void ratios_named_four_point_are_refused(void **state) {
    scene *s = *state;
    s->ensemble.mass[0] = 0.75;
    s->ensemble.mass[1] = 0.5;
    tilt(s, 1, 1.0);
    tilt(s, 0, 1.0);
    assert_finding(s, true,
                   "rows.h5: source 'raw': four_point over two_point_1 and two_point_2 rises by "
                   "exp(1) at t = 7, and at all times by more than exp(0.5), that of the lighter "
                   "mass: four_point falls like R; what is divided by two-point functions has the "
                   "name R");
    tilt(s, 0, -0.55);
    assert_silent(s);
    for (int k = 0; k < NROW; k++) /* at one of two pairs of times */
        for (int p = 0; p < NPOINT; p++) *number(s, k, 0, 2, p) *= exp(0.55);
    assert_silent(s);
}

/* 4.8 and 5.2 errors from zero at the last time. */
static void falls_of_noise_are_passed(void **state) {
    scene *s = *state;
    s->ensemble.mass[0] = s->ensemble.mass[1] = 0.5;
    for (int many = 0; many < 2; many++) {
        double offset = (many ? 5.2 : 4.8) * sqrt(1.0 / (NROW - 1.0));
        for (int k = 0; k < NROW; k++)
            for (int p = 0; p < NPOINT; p++)
                *number(s, k, 1, 2, p) =
                    0.01 * ((k % 2 == 0 ? 1.0 : -1.0) + offset) * (1.0 + 1e-6 * noise(k, 3, p));
        judge(s, true);
        assert_int_equal(s->findings.count, many);
    }
}

int main(int argc, char **argv) {
#define row_test(function) cmocka_unit_test_setup_teardown(function, create, destroy)
    const struct CMUnitTest tests[] = {
        row_test(good_rows_are_passed),
        row_test(zeros_are_found),
        row_test(divisors_without_signal_are_refused),
        row_test(divisors_that_change_sign_are_refused),
        row_test(what_is_not_needed_is_marked),
        row_test(other_two_point_functions_are_marked),
        row_test(copies_are_marked),
        row_test(equal_times_are_marked),
        row_test(equal_sources_are_marked),
        row_test(outliers_are_marked),
        row_test(the_limit_is_20_deviations),
        row_test(ratios_that_change_sign_are_marked),
        row_test(four_point_functions_named_R_are_refused),
        row_test(ratios_named_four_point_are_refused),
        row_test(falls_of_noise_are_passed),
    };
    char folder[64];
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, folder);
}
