// SPDX-License-Identifier: GPL-3.0-or-later
/* Bound states by two solvers: how many there are, which is which, and when that is in doubt. */
#include "well_case.h"

/* The second solver has a well without a bound state, or one that is not near it. */
static void counts_and_states_are_compared(void **state) {
    (void)state;
    static const struct {
        double ode_factor;
        bool doubt, found;
    } cases[] = {{1.0, false, true}, {0.3, true, false}, {1.01, false, true}, {2.5, false, false}};
    scene s;
    open_scene(&s);
    compute(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_ok(compute_wells(&s, 1.0, cases[i].ode_factor), &s.err);
        assert_close(value(&s, HP_ROW_NBOUND, 0), 1.0, 0, 0);
        assert_close(value(&s, HP_ROW_NBOUND_DOUBT, 0), cases[i].doubt ? 1.0 : 0.0, 0, 0);
        assert_int_equal(isfinite(value(&s, HP_ROW_BINDING_NUMERICAL, 0)), cases[i].found);
        assert_int_equal(isfinite(value(&s, HP_ROW_RMS_NUMERICAL, 0)), cases[i].found);
        assert_true(value(&s, HP_ROW_BINDING, 0) > 0.0);
    }
    s.observables.report_ode = true; /* a state that the second solver does not find stays */
    assert_ok(compute_wells(&s, 1.0, 2.5), &s.err);
    double B = value(&s, HP_ROW_BINDING, 0);
    s.observables.report_ode = false;
    assert_ok(compute_wells(&s, 1.0, 1.0), &s.err);
    assert_close(B, value(&s, HP_ROW_BINDING, 0), 0, 0);
    close_scene(&s);
}

/* A state at threshold, found by halving: rounding of the first solver decides. And a little above
 * it, where the first solver, given another well, is sure, but not the second, whose tolerance is
 * larger. */
static void states_at_threshold_are_in_doubt(void **state) {
    (void)state;
    double unbound = 0.3, bound = 1.0;
    scene s;
    open_scene(&s);
    s.options.nsource = 0;
    compute(&s);
    s.observables.nsolver = 1;
    s.observables.compare = false;
    for (int i = 0; i < 52; i++) {
        double middle = 0.5 * (unbound + bound);
        assert_ok(compute_wells(&s, middle, middle), &s.err);
        *(value(&s, HP_ROW_NBOUND, 0) > 0.0 ? &bound : &unbound) = middle;
    }
    assert_ok(compute_wells(&s, bound, bound), &s.err);
    assert_close(value(&s, HP_ROW_NBOUND_DOUBT, 0), 1.0, 0, 0);
    assert_ok(compute_wells(&s, bound * (1.0 + 1e-6), bound), &s.err);
    assert_close(value(&s, HP_ROW_NBOUND_DOUBT, 0), 0.0, 0, 0);
    s.observables.nsolver = 2;
    assert_ok(compute_wells(&s, bound, 1.0), &s.err); /* of which the second is sure */
    assert_close(value(&s, HP_ROW_NBOUND_DOUBT, 0), 1.0, 0, 0);
    assert_ok(compute_wells(&s, 1.0, bound * (1.0 + 1e-5)), &s.err);
    assert_close(value(&s, HP_ROW_NBOUND, 0), 1.0, 0, 0);
    assert_close(value(&s, HP_ROW_NBOUND_DOUBT, 0), 1.0, 0, 0);
    close_scene(&s);
}

/* An attractive Coulomb force has infinitely many states, the deepest at kappa = |beta|/2: one a
 * little below it is searched for from there on. */
static void states_below_those_of_coulomb_are_compared(void **state) {
    (void)state;
    double low = 0.05, high = 1.0, kappa2 = NAN, limit = NAN;
    scene s;
    open_scene(&s);
    s.options.nsource = 0;
    s.options.coulomb = HP_CHARGE_POINT;
    s.options.charge_1 = 30.0;
    s.options.ode_tolerance = 1e-9;
    compute(&s);
    for (int i = 0; i < 12; i++) { /* until kappa^2 is 1.2 to 1.4 times beta^2/4 */
        double middle = 0.5 * (low + high), beta = s.observables.coulomb.strength;
        assert_ok(compute_wells(&s, middle, middle), &s.err);
        kappa2 = value(&s, HP_ROW_BINDING, 0) / 41.47;
        limit = 0.25 * beta * beta;
        if (kappa2 > 1.2 * limit && kappa2 < 1.4 * limit) break;
        *(kappa2 >= 1.4 * limit ? &high : &low) = middle;
    }
    assert_true(kappa2 > 1.2 * limit && kappa2 < 1.4 * limit);
    assert_close(value(&s, HP_ROW_NBOUND, 0), 1.0, 0, 0);
    assert_close(value(&s, HP_ROW_NBOUND_DOUBT, 0), 0.0, 0, 0);
    assert_true(value(&s, HP_ROW_BINDING_NUMERICAL, 0) < 1e-5 * value(&s, HP_ROW_BINDING, 0));
    close_scene(&s);
}

/* Two states of a deeper well and the first two of three, deepest first, by both solvers. */
static void several_states_are_compared_with_their_neighbours(void **state) {
    (void)state;
    static const struct {
        double factor;
        int count;
    } cases[] = {{5.0, 2}, {12.0, 3}};
    scene s, one;
    open_scene(&s);
    s.options.ode_tolerance = 1e-10;
    compute(&s);
    for (int i = 0; i < 2; i++) {
        assert_ok(compute_wells(&s, cases[i].factor, cases[i].factor), &s.err);
        assert_close(value(&s, HP_ROW_NBOUND, 0), cases[i].count, 0, 0);
        assert_close(value(&s, HP_ROW_NBOUND_DOUBT, 0), 0, 0, 0);
        assert_true(value(&s, HP_ROW_BINDING, 0) > value(&s, HP_ROW_BINDING, 1));
        assert_true(value(&s, HP_ROW_RMS, 0) < value(&s, HP_ROW_RMS, 1));
        for (int n = 0; n < 2; n++) { /* the tolerance times 1e3 */
            double B = value(&s, HP_ROW_BINDING, n), rms = value(&s, HP_ROW_RMS, n);
            assert_true(B > 0.0 && value(&s, HP_ROW_BINDING_NUMERICAL, n) < 1e-7 * B);
            assert_true(value(&s, HP_ROW_RMS_NUMERICAL, n) < 1e-7 * rms);
        }
    }
    open_scene(&one); /* room for one of three */
    one.options.bound_states = 1;
    compute(&one);
    assert_ok(compute_wells(&one, 12.0, 12.0), &one.err);
    assert_close(value(&one, HP_ROW_BINDING, 0), value(&s, HP_ROW_BINDING, 0), 1e-12, 0);
    close_scene(&one);
    close_scene(&s);
}

/* A well with fewer states than that of the sample before it, whose second state is deeper than
 * the only one here: what a workspace that starts here finds. */
static void states_of_the_sample_before_are_forgotten(void **state) {
    (void)state;
    static const char *const rows[] = {HP_ROW_BINDING, HP_ROW_RMS, HP_ROW_BINDING_NUMERICAL,
                                       HP_ROW_RMS_NUMERICAL};
    scene s, fresh;
    open_scene(&fresh);
    compute(&fresh);
    open_scene(&s);
    compute(&s);
    assert_ok(compute_wells(&s, 12.0, 12.0), &s.err);
    assert_true(value(&s, HP_ROW_BINDING, 1) > 10.0 * value(&fresh, HP_ROW_BINDING, 0));
    assert_ok(compute_wells(&s, 1.0, 1.0), &s.err);
    for (int i = 0; i < 4; i++) {
        assert_close(value(&s, rows[i], 0), value(&fresh, rows[i], 0), 0, 0);
        assert_true(isnan(value(&s, rows[i], 1)));
    }
    close_scene(&s);
    close_scene(&fresh);
}

/* States of a deep well less than a factor of two apart: each is searched for between the middles
 * to its neighbours. */
static void close_states_are_told_apart(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.options.bound_states = 3;
    s.options.ode_tolerance = 1e-10;
    compute(&s);
    assert_ok(compute_wells(&s, 40.0, 40.0), &s.err);
    assert_true(value(&s, HP_ROW_NBOUND, 0) > 3.0);
    for (int n = 0; n < 3; n++) {
        double B = value(&s, HP_ROW_BINDING, n);
        if (n > 0) assert_true(B < value(&s, HP_ROW_BINDING, n - 1));
        if (n > 0) assert_true(2.0 * B > value(&s, HP_ROW_BINDING, n - 1));
        assert_true(value(&s, HP_ROW_BINDING_NUMERICAL, n) < 1e-5 * B); /* the grid is coarse */
    }
    close_scene(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_and_states_are_compared),
        cmocka_unit_test(states_at_threshold_are_in_doubt),
        cmocka_unit_test(states_below_those_of_coulomb_are_compared),
        cmocka_unit_test(several_states_are_compared_with_their_neighbours),
        cmocka_unit_test(states_of_the_sample_before_are_forgotten),
        cmocka_unit_test(close_states_are_told_apart),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests_name("observables/states", tests, NULL, NULL);
}
