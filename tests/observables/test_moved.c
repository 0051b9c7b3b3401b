// SPDX-License-Identifier: GPL-3.0-or-later
/* Numerical errors of a potential that is known at points: how far another interpolation moves
 * observables, and what becomes of it beside the error of the solvers. */
#include "well_case.h"

static const char *const rows[] = {HP_ROW_DELTA, HP_ROW_A0, HP_ROW_REFF, HP_ROW_BINDING,
                                   HP_ROW_RMS};
static const char *const twins[] = {HP_ROW_DELTA_NUMERICAL, HP_ROW_A0_NUMERICAL,
                                    HP_ROW_REFF_NUMERICAL, HP_ROW_BINDING_NUMERICAL,
                                    HP_ROW_RMS_NUMERICAL};
enum { NROW = sizeof rows / sizeof *rows };

/* Move the observables by a well of another depth; part: of the distance. */
static hp_status move(scene *s, double factor, double part, double *moved) {
    double w[NODES];
    fill(&s->observables.nodes[0], factor, w);
    const hp_other_interpolation other = {.interaction = {.local = w}, .part = part};
    return hp_observables_move(&s->observables, &other, &s->record, s->values, moved, &s->err);
}

static double *numbers(scene *s) {
    double *values = hp_alloc(s->record.length, sizeof *values);
    assert_non_null(values);
    return values;
}

/* Half of the distance to a well that is deeper by 1 %; it stays when a nearer one follows, and
 * grows with one farther away. */
static void the_largest_part_of_a_distance_is_kept(void **state) {
    (void)state;
    static const struct {
        double factor, part;
        int kept; /* which of these cases is the largest so far */
    } cases[] = {{1.01, 0.5, 0}, {0.996, 0.5, 0}, {1.02, 0.5, 2}, {1.02, 0.25, 2}};
    scene s, other;
    open_scene(&s);
    compute(&s);
    double *moved = numbers(&s), distance[4][NROW][NK];
    for (int c = 0; c < 4; c++) {
        open_scene(&other);
        assert_ok(create(&other), &other.err);
        describe(&other);
        assert_ok(compute_wells(&other, cases[c].factor, cases[c].factor), &other.err);
        for (int r = 0; r < NROW; r++)
            for (int i = 0; i < (r == 0 ? NK : 1); i++)
                distance[c][r][i] =
                    cases[c].part * fabs(value(&other, rows[r], i) - value(&s, rows[r], i));
        close_scene(&other);
        assert_ok(move(&s, cases[c].factor, cases[c].part, moved), &s.err);
        for (int r = 0; r < NROW; r++)
            for (int i = 0; i < (r == 0 ? NK : 1); i++) {
                double found = hp_record_read(&s.record, moved, twins[r])[i];
                assert_true(found > 1e-6);
                assert_close(found, distance[cases[c].kept][r][i], 0, 0); /* the same solver */
            }
    }
    /* there is no second state to be moved */
    assert_true(isnan(hp_record_read(&s.record, moved, HP_ROW_BINDING_NUMERICAL)[1]));
    assert_int_equal(s.observables.nsolver, 2); /* the workspace is what it was */
    assert_non_null(s.observables.ode);
    hp_free(moved);
    close_scene(&s);
}

/* A well without a bound state is as near as its phases modulo 180 degrees; its B is not known. */
static void phases_move_modulo_180_degrees(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    compute(&s);
    double *moved = numbers(&s);
    assert_ok(move(&s, 0.3, 1.0, moved), &s.err);
    for (int k = 0; k < NK; k++) {
        double found = hp_record_read(&s.record, moved, HP_ROW_DELTA_NUMERICAL)[k];
        assert_true(found > 1.0 && found <= 90.0);
    }
    assert_true(isnan(hp_record_read(&s.record, moved, HP_ROW_BINDING_NUMERICAL)[0]));
    assert_ok(move(&s, 1.01, 1.0, moved), &s.err); /* what is not known stays so */
    assert_true(isnan(hp_record_read(&s.record, moved, HP_ROW_BINDING_NUMERICAL)[0]));
    hp_free(moved);
    close_scene(&s);
}

/* Numbers that the solver refuses: the results stand, with an unknown error. */
static void an_interpolation_that_fails_leaves_errors_unknown(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    compute(&s);
    double *moved = numbers(&s), delta = value(&s, HP_ROW_DELTA, 0);
    assert_ok(move(&s, NAN, 0.5, moved), &s.err);
    assert_int_equal(s.err.status, HP_OK);
    assert_string_equal(s.err.message, "");
    for (int r = 0; r < NROW; r++)
        assert_true(isnan(hp_record_read(&s.record, moved, twins[r])[0]));
    assert_close(value(&s, HP_ROW_DELTA, 0), delta, 0, 0);
    hp_free(moved);
    close_scene(&s);
}

/* Errors of solvers and of tables add; one solver alone has none. `interpolated`: which decides. */
static void errors_of_tables_join_those_of_solvers(void **state) {
    (void)state;
    static const struct {
        int nsolver;
        double solver[NK], table[NK], both[NK];
        bool interpolated;
    } cases[] = {{2, {1, 2, 0.5}, {0.5, 0.25, 3}, {1.5, 2.25, 3.5}, true}, /* 3.75 beside 3.5 */
                 {2, {1, 2, 0.5}, {0.5, 0.25, 2.75}, {1.5, 2.25, 3.25}, false}, /* as much */
                 {2, {1, NAN, 0.5}, {0.5, 0.25, 1}, {1.5, NAN, 1.5}, true}, /* 1.75 beside 1.5 */
                 {2, {1, NAN, 0.5}, {0.5, 0.25, 0.5}, {1.5, NAN, 1}, false},
                 {2, {1, 2, 0.5}, {0.5, NAN, 0}, {1.5, NAN, 0.5}, true},
                 {1, {NAN, NAN, NAN}, {0.5, 0.25, 0}, {0.5, 0.25, 0}, true},
                 {1, {NAN, 2, NAN}, {0.5, 0.25, 0.125}, {0.5, 2.25, 0.125}, false}};
    scene s;
    open_scene(&s);
    assert_ok(create(&s), &s.err);
    describe(&s);
    double *moved = numbers(&s);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        s.observables.nsolver = cases[c].nsolver;
        for (int i = 0; i < NK; i++) {
            hp_record_at(&s.record, s.values, HP_ROW_DELTA_NUMERICAL)[i] = cases[c].solver[i];
            hp_record_at(&s.record, moved, HP_ROW_DELTA_NUMERICAL)[i] = cases[c].table[i];
        }
        for (int r = 1; r < NROW; r++) { /* of which none decides */
            *hp_record_at(&s.record, s.values, twins[r]) = 16.0;
            *hp_record_at(&s.record, moved, twins[r]) = 64.0 + r;
        }
        hp_observables_add_moved(&s.observables, &s.record, moved, s.values);
        assert_int_equal(s.observables.interpolated, cases[c].interpolated);
        for (int i = 0; i < NK; i++) {
            double found = value(&s, HP_ROW_DELTA_NUMERICAL, i);
            assert_int_equal(isnan(found), isnan(cases[c].both[i]));
            if (!isnan(found)) assert_close(found, cases[c].both[i], 0, 0); /* exact in binary */
        }
        for (int r = 1; r < NROW; r++) assert_close(value(&s, twins[r], 0), 80.0 + r, 0, 0);
    }
    hp_free(moved);
    close_scene(&s);
}

static void make_and_destroy(void) {
    scene s;
    open_scene(&s);
    s.options.solver = HP_SOLVER_NYSTROEM;
    compute(&s);
    double *moved = numbers(&s);
    assert_ok(move(&s, 1.01, 0.5, moved), &s.err);
    hp_free(moved);
    close_scene(&s);
}

static void all_memory_is_given_back(void **state) {
    (void)state;
    assert_no_leak(make_and_destroy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_largest_part_of_a_distance_is_kept),
        cmocka_unit_test(phases_move_modulo_180_degrees),
        cmocka_unit_test(an_interpolation_that_fails_leaves_errors_unknown),
        cmocka_unit_test(errors_of_tables_join_those_of_solvers),
        cmocka_unit_test(all_memory_is_given_back),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests_name("observables/moved", tests, NULL, NULL);
}
