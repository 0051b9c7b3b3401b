// SPDX-License-Identifier: GPL-3.0-or-later
/* What a plan takes of a row, V at single points, shapes that must fit, masses and two-point
 * functions at their limits, and what is given back. */
#include "hand_ensemble.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/correlator.h"
#include "hadpot/memory.h"

enum { NPOINT = 6, MOST_NUMBERS = 2 * HAND_NT * (NPOINT + 2) };
static const double RADII[NPOINT] = {0.25, 0.5, 1.0, 1.5, 2.25, 3.0};
static const double MASS[2] = {1.385, 0.617};

/* A radial ensemble whose source "wall" has four- and two-point functions. */
typedef struct scene {
    hand_parts parts;
    hp_ensemble ensemble;
    hp_correlator_plan plan;
    hp_pair pair;
    double row[MOST_NUMBERS];
    double *two_point; /* (2, HAND_NT) of "wall" */
    hp_error err;
} scene;

static void open_scene(scene *s) {
    *s = (scene){.err = HP_ERROR_INIT};
    s->ensemble = hand_ensemble(&s->parts, RADII, NPOINT, false, MASS);
    size_t length = hp_ensemble_row_length(&s->ensemble);
    assert_true(length <= MOST_NUMBERS);
    for (size_t i = 0; i < length; i++) s->row[i] = 1.0 + 0.5 * sin(2.385 * (double)(i * i));
    s->two_point = s->row + length - (size_t)2 * HAND_NT;
    assert_ok(hp_correlator_plan_create(&s->ensemble, NULL, 0, NULL, 0, &s->plan, &s->err),
              &s->err);
    s->pair = hp_pair_of_row(s->plan.masses, 0);
}

static void close_scene(scene *s) {
    hp_correlator_plan_destroy(&s->plan);
    hp_geometry_destroy(&s->ensemble.geometry);
}

/* "wall" at t = 9 and 10 needs its times 8 ... 11, of 7 ... 11; "smeared" is not used. */
static void a_plan_marks_its_times_and_their_neighbours(void **state) {
    (void)state;
    static const bool expected[2 * HAND_NT] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1};
    bool part[2 * HAND_NT] = {false};
    int times[] = {10, 9};
    scene s;
    hp_correlator_plan plan;
    open_scene(&s);
    assert_ok(
        hp_correlator_plan_create(&s.ensemble, &s.parts.source[1], 1, times, 2, &plan, &s.err),
        &s.err);
    hp_correlator_plan_mark(&plan, part);
    assert_memory_equal(part, expected, sizeof part);
    hp_correlator_plan_destroy(&plan);
    close_scene(&s);
}

/* On a radial grid a point is a shell. */
static void V_at_points_is_the_source_term_over_R(void **state) {
    (void)state;
    scene s;
    hp_correlator all;
    double V[NPOINT];
    open_scene(&s);
    assert_ok(hp_correlator_create(&s.plan, &all, &s.err), &s.err);
    assert_ok(hp_correlator_compute(&s.plan, &s.pair, s.row, &all, &s.err), &s.err);
    for (int column = 2 * (HAND_NT - 2) - 1; column >= 0; column--) {
        assert_ok(hp_correlator_point_potential(&s.plan, &s.pair, s.row, column, V, &s.err),
                  &s.err);
        for (int p = 0; p < NPOINT; p++) {
            double expected = all.S[column * NPOINT + p] / all.R[column * NPOINT + p];
            assert_close(V[p], expected, 1e-14, 0); /* the same operations, and an average of one */
        }
    }
    s.two_point[HAND_NT + 4] = 0.0; /* of t = 11: the last column alone needs it */
    assert_ok(hp_correlator_point_potential(&s.plan, &s.pair, s.row, 4, V, &s.err), &s.err);
    assert_status(hp_correlator_point_potential(&s.plan, &s.pair, s.row, 5, V, &s.err),
                  HP_ERR_INPUT, &s.err);
    hp_correlator_destroy(&all);
    close_scene(&s);
}

static void correlators_of_another_shape_are_refused(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    for (int i = 0; i < 3; i++) {
        hp_correlator other;
        assert_ok(hp_correlator_create(&s.plan, &other, &s.err), &s.err);
        int *extent[] = {&other.nsource, &other.nt, &other.nshell};
        --*extent[i];
        assert_status(hp_correlator_compute(&s.plan, &s.pair, s.row, &other, &s.err),
                      HP_ERR_INTERNAL, &s.err);
        assert_contains(s.err.message, "used with a plan of (2, 3, 6)");
        hp_correlator_destroy(&other);
    }
    close_scene(&s);
}

/* Every two-point function of t = 7 ... 11 is used. */
static void two_point_functions_must_be_finite_and_not_zero(void **state) {
    (void)state;
    static const double bad[] = {0.0, -0.0, NAN, INFINITY, -INFINITY};
    scene s;
    hp_correlator all;
    char text[96];
    open_scene(&s);
    assert_ok(hp_correlator_create(&s.plan, &all, &s.err), &s.err);
    for (int i = 0; i < 2 * HAND_NT; i++) {
        double kept = s.two_point[i];
        s.two_point[i] = bad[i % 5];
        hp_error_clear(&s.err);
        assert_status(hp_correlator_compute(&s.plan, &s.pair, s.row, &all, &s.err), HP_ERR_INPUT,
                      &s.err);
        snprintf(text, sizeof text, "average of two_point_%d at t = %d must be", i / HAND_NT + 1,
                 HAND_FIRST_TIME + i % HAND_NT);
        assert_contains(s.err.message, text);
        s.two_point[i] = kept;
    }
    for (int p = 0; p < NPOINT; p++) { /* of t = 10 */
        double kept = s.row[3 * NPOINT + p];
        s.row[3 * NPOINT + p] = NAN;
        hp_error_clear(&s.err);
        assert_status(hp_correlator_compute(&s.plan, &s.pair, s.row, &all, &s.err), HP_ERR_INPUT,
                      &s.err);
        snprintf(text, sizeof text,
                 "source 'smeared': R at t = 10, r = %g (point %d) is not finite", RADII[p], p);
        assert_contains(s.err.message, text);
        s.row[3 * NPOINT + p] = kept;
    }
    hp_correlator_destroy(&all);
    close_scene(&s);
}

static void masses_must_be_positive_and_finite(void **state) {
    (void)state;
    static const double bad[] = {0.0, -1.385, -INFINITY, INFINITY};
    scene s;
    hp_correlator_plan plan;
    char text[64];
    open_scene(&s);
    for (int i = 0; i < 8; i++) {
        s.ensemble.mass[i / 4] = bad[i % 4];
        hp_error_clear(&s.err);
        assert_status(hp_correlator_plan_create(&s.ensemble, NULL, 0, NULL, 0, &plan, &s.err),
                      HP_ERR_INPUT, &s.err);
        snprintf(text, sizeof text, "attribute mass_%d must be a positive mass", i / 4 + 1);
        assert_contains(s.err.message, text);
        s.ensemble.mass[i / 4] = MASS[i / 4];
    }
    close_scene(&s);
}

/* Three times have one with both neighbours. */
static void three_times_are_enough(void **state) {
    (void)state;
    scene s;
    hp_correlator_plan plan;
    open_scene(&s);
    s.ensemble.nt = 3;
    assert_ok(hp_correlator_plan_create(&s.ensemble, NULL, 0, NULL, 0, &plan, &s.err), &s.err);
    assert_int_equal(plan.nt, 1);
    assert_int_equal(plan.time[0], 1);
    assert_int_equal(plan.nsource, 2);
    hp_correlator_plan_destroy(&plan);
    close_scene(&s);
}

/* Numbers below 0 are a fault of the caller, each alone; a file may have no source. */
static void impossible_numbers_are_refused(void **state) {
    (void)state;
    static const int cases[3][2] = {{-1, 0}, {0, -1}, {-2, -3}};
    scene s;
    hp_correlator_plan plan;
    char text[64];
    open_scene(&s);
    for (int i = 0; i < 3; i++) {
        hp_error_clear(&s.err);
        assert_status(hp_correlator_plan_create(&s.ensemble, NULL, cases[i][0], NULL, cases[i][1],
                                                &plan, &s.err),
                      HP_ERR_INTERNAL, &s.err);
        snprintf(text, sizeof text, "%d sources and %d times asked for", cases[i][0], cases[i][1]);
        assert_contains(s.err.message, text);
    }
    s.ensemble.nsource = 1;
    hp_error_clear(&s.err);
    assert_ok(hp_correlator_plan_create(&s.ensemble, NULL, 0, NULL, 0, &plan, &s.err), &s.err);
    assert_int_equal(plan.nsource, 1);
    hp_correlator_plan_destroy(&plan);
    s.ensemble.nsource = 0;
    assert_status(hp_correlator_plan_create(&s.ensemble, NULL, 0, NULL, 0, &plan, &s.err),
                  HP_ERR_INPUT, &s.err);
    assert_contains(s.err.message, "group /source holds no source");
    s.ensemble.nsource = 2;
    close_scene(&s);
}

/* The list of what there is ends where the message is full. */
static void many_long_names_are_not_all_listed(void **state) {
    (void)state;
    enum { MANY = 9, LONG = 200 };
    char name[MANY][LONG + 1], *source[MANY], other[] = "wall";
    scene s;
    hp_correlator_plan plan;
    open_scene(&s);
    for (int i = 0; i < MANY; i++) {
        memset(name[i], 'a' + i, LONG);
        name[i][LONG] = '\0';
        source[i] = name[i];
    }
    s.ensemble.nsource = MANY;
    s.ensemble.source = source;
    assert_status(
        hp_correlator_plan_create(&s.ensemble, (char *[]){other}, 1, NULL, 0, &plan, &s.err),
        HP_ERR_INPUT, &s.err);
    assert_contains(s.err.message, "there is no source 'wall'; the file has aaaa");
    assert_contains(s.err.message, "a, bbbb");
    assert_null(strchr(strstr(s.err.message, "bbbb"), 'd'));
    s.ensemble.nsource = 2;
    s.ensemble.source = s.parts.source;
    close_scene(&s);
}

static void make_and_destroy(void) {
    scene s;
    hp_correlator all;
    hp_correlator_plan plan;
    open_scene(&s);
    assert_ok(hp_correlator_create(&s.plan, &all, &s.err), &s.err);
    hp_correlator_destroy(&all);
    assert_status(hp_correlator_plan_create(&s.ensemble, NULL, 0, (int[]){9, 9}, 2, &plan, &s.err),
                  HP_ERR_INPUT, &s.err); /* after its sources were chosen */
    close_scene(&s);
}

static void all_memory_is_given_back(void **state) {
    (void)state;
    assert_no_leak(make_and_destroy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_marks_its_times_and_their_neighbours),
        cmocka_unit_test(V_at_points_is_the_source_term_over_R),
        cmocka_unit_test(correlators_of_another_shape_are_refused),
        cmocka_unit_test(two_point_functions_must_be_finite_and_not_zero),
        cmocka_unit_test(masses_must_be_positive_and_finite),
        cmocka_unit_test(three_times_are_enough),
        cmocka_unit_test(impossible_numbers_are_refused),
        cmocka_unit_test(many_long_names_are_not_all_listed),
        cmocka_unit_test(all_memory_is_given_back),
    };
    return cmocka_run_group_tests_name("correlator/parts", tests, NULL, NULL);
}
