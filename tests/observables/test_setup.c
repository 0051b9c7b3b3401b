// SPDX-License-Identifier: GPL-3.0-or-later
/* What options make of a workspace for observables: momenta, charges, the window of a fit,
 * identical particles, solvers; and what they must not be. */
#include "well_case.h"

#include <stdio.h>
#include "hadpot/units.h"

/* Fail unless the options are refused with these words, or taken where there are none. */
static void expect(scene *s, const char *refusal) {
    hp_error_clear(&s->err);
    hp_status status = create(s);
    assert_status(status, refusal != NULL ? HP_ERR_INPUT : HP_OK, &s->err);
    if (refusal != NULL) assert_contains(s->err.message, refusal);
    if (refusal != NULL) assert_null(s->observables.k2);
    hp_observables_destroy(&s->observables);
}

static void ask(scene *s, hp_momentum_kind kind, int n, const double *momenta) {
    s->options.momentum_kind = kind;
    s->options.nmomentum = n;
    s->options.momentum = momenta;
}

/* k^2, momenta in MeV and in 1/L, energies; by itself 1, 2, ... 100 MeV; L = 0.5 fm. */
static void momenta_are_of_any_kind(void **state) {
    (void)state;
    double given[] = {0.02, 0.5}, momenta[] = {30.0, 90.0, 150.0, 211.0};
    double unit = HP_HBARC_MEV_FM / 0.5;
    scene s;
    open_scene(&s);
    s.setup.length_fm = 0.5;
    ask(&s, HP_MOMENTA_SQUARED, 2, given);
    assert_ok(create(&s), &s.err);
    assert_int_equal(s.observables.nk, 2);
    assert_memory_equal(s.observables.k2, given, sizeof given);
    hp_observables_destroy(&s.observables);
    ask(&s, HP_MOMENTA_SQUARED, 1, given);
    assert_ok(create(&s), &s.err);
    assert_int_equal(s.observables.nk, 1);
    assert_close(s.observables.k2[0], given[0], 0, 0);
    hp_observables_destroy(&s.observables);
    ask(&s, HP_MOMENTA_MEV, 4, momenta);
    assert_ok(create(&s), &s.err);
    assert_int_equal(s.observables.nk, 4);
    for (int k = 0; k < 4; k++) /* rounding */
        assert_close(s.observables.k2[k], pow(momenta[k] / unit, 2.0), 1e-15, 0);
    hp_observables_destroy(&s.observables);
    for (int k = 0; k < 4; k++) momenta[k] /= unit;
    ask(&s, HP_MOMENTA, 4, momenta);
    assert_ok(create(&s), &s.err);
    for (int k = 0; k < 4; k++) assert_close(s.observables.k2[k], momenta[k] * momenta[k], 0, 0);
    hp_observables_destroy(&s.observables);
    ask(&s, HP_ENERGIES_MEV, NK, s.energies);
    assert_ok(create(&s), &s.err);
    assert_int_equal(s.observables.nk, NK);
    for (int k = 0; k < NK; k++) {
        double k2 = 2.0 * s.setup.pair.mu * s.energies[k] / unit;
        assert_close(s.observables.k2[k], k2, 1e-15, 0);
        assert_close(hp_observables_k2(&s.observables, s.energies[k]), k2, 1e-15, 0);
        assert_close(hp_observables_energy_mev(&s.observables, k2), s.energies[k], 1e-15, 0);
    }
    hp_observables_destroy(&s.observables);
    ask(&s, HP_MOMENTA_SQUARED, 0, NULL); /* of whatever kind */
    assert_ok(create(&s), &s.err);
    assert_int_equal(s.observables.nk, HP_DEFAULT_ENERGIES);
    assert_close(hp_observables_energy_mev(&s.observables, s.observables.k2[0]), 1.0, 1e-15, 0);
    assert_close(hp_observables_energy_mev(&s.observables, s.observables.k2[99]), 100.0, 1e-15, 0);
    close_scene(&s);
}

/* What the manual says of a job that says nothing: hadrons of charge 1 and spin 1/2, all of whose
 * spin states have the potential. */
static void defaults_are_those_of_the_manual(void **state) {
    (void)state;
    const hp_observables_options *o = &hp_observables_defaults;
    assert_close(o->tolerance_deg, 1e-6, 0, 0);
    assert_int_equal(o->bound_states, 2);
    assert_true(o->charge_1 == 1.0 && o->charge_2 == 1.0 && o->spin == 0.5 && o->weight == 1.0);
    assert_true(o->nmomentum == 0 && o->cutoff == 0.0 && o->ode_tolerance == 0.0);
    assert_true(o->coulomb == HP_CHARGE_NONE && o->nsource == 0 && o->fit_e_max_mev == 0.0);
}

/* The highest momentum counts; the cutoff itself is too high. */
static void momenta_stay_below_the_cutoff(void **state) {
    (void)state;
    static const struct {
        double k2, cutoff;
        const char *refusal;
    } cases[] = {{8.99, 3.0, NULL},
                 {9.0, 3.0, "momentum 591.981 MeV is beyond the lattice cutoff pi/a = 591.981 MeV"},
                 {1.21, 1.0, "is beyond the lattice cutoff"},
                 {9.0, 0.0, NULL}};
    double k2[2] = {0.01};
    scene s;
    open_scene(&s);
    ask(&s, HP_MOMENTA_SQUARED, 2, k2);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        k2[1] = cases[i].k2;
        s.options.cutoff = cases[i].cutoff;
        expect(&s, cases[i].refusal);
    }
    assert_ok(create(&s), &s.err);
    assert_false(s.observables.lattice);
    hp_observables_destroy(&s.observables);
    k2[1] = 0.25;
    s.options.cutoff = 0.75;
    assert_ok(create(&s), &s.err);
    assert_true(s.observables.lattice);
    close_scene(&s);
}

/* beta = 2 mu alpha Z1 Z2, and sqrt(12)/R of a dipole form factor, in 1/L. */
static void charges_act_where_they_are_asked_for(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.setup.length_fm = 0.5;
    s.options.charge_1 = 2.0;
    s.options.charge_2 = -3.0;
    s.options.charge_radius_fm = 0.8;
    for (int i = 0; i < 3; i++) {
        double charges = i > 0 ? -6.0 : 0.0;
        s.options.coulomb = (hp_charge_form)i;
        assert_ok(create(&s), &s.err);
        assert_close(s.observables.pair.charges, charges, 0, 0);
        assert_close(s.observables.coulomb.strength,
                     2.0 * s.setup.pair.mu * HP_FINE_STRUCTURE * charges, 1e-15, 0); /* rounding */
        assert_close(s.observables.coulomb.dipole, i > 1 ? sqrt(12.0) / 0.8 * 0.5 : 0.0, 1e-15, 0);
        assert_close(s.observables.femto.coulomb_strength, s.observables.coulomb.strength, 0, 0);
        hp_observables_destroy(&s.observables);
    }
    s.options.charge_1 = 0.0;
    expect(&s, "scattering.coulomb: dipole, but scattering.charge_1 = 0 and scattering.charge_2 = "
               "-3");
    s.options.charge_1 = 2.0;
    s.options.charge_radius_fm = 0.0;
    expect(&s, "scattering.charge_radius_fm: must be > 0 for scattering.coulomb: dipole, found 0");
    s.options.coulomb = HP_CHARGE_POINT;
    expect(&s, NULL);
    hp_quadrature_destroy(&s.grid);
}

/* 1, 7 and 31 MeV: the ends belong to the window. */
static void windows_need_as_many_momenta_as_parameters(void **state) {
    (void)state;
    static const struct {
        double low, high;
        bool shape;
        const char *refusal;
    } cases[] = {
        {0.0, 0.0, true, NULL}, /* no fit */
        {0.0, 7.01, false, NULL},
        {0.0, 6.99, false,
         "window from 0 to 6.99 MeV holds 1 of the momenta, an effective-range "
         "fit needs at least 2"},
        {6.99, 40.0, false, NULL},
        {7.01, 40.0, false, "window from 7.01 to 40 MeV holds 1 of the momenta"},
        {0.99, 31.01, true, NULL},
        {0.99, 30.99, true, "holds 2 of the momenta, an effective-range fit needs at least 3"},
        {1.01, 31.01, true, "holds 2 of the momenta, an effective-range fit needs at least 3"}};
    scene s;
    open_scene(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        s.options.fit_e_min_mev = cases[i].low;
        s.options.fit_e_max_mev = cases[i].high;
        s.options.fit_shape = cases[i].shape;
        expect(&s, cases[i].refusal);
    }
    double k2[2];
    s.options.fit_e_min_mev = 1.0;
    s.options.fit_e_max_mev = 7.0;
    s.options.fit_shape = false;
    assert_ok(create(&s), &s.err);
    k2[0] = s.observables.window_low;
    k2[1] = s.observables.window_high;
    assert_close(k2[0], hp_observables_k2(&s.observables, 1.0), 0, 0);
    assert_close(k2[1], hp_observables_k2(&s.observables, 7.0), 0, 0);
    hp_observables_destroy(&s.observables);
    ask(&s, HP_MOMENTA_SQUARED, 2, k2); /* exactly at both ends */
    expect(&s, NULL);
    hp_quadrature_destroy(&s.grid);
}

/* In an S wave: bosons in (j+1)/(2j+1) of their spin states, fermions in j/(2j+1). */
static void identical_particles_are_checked(void **state) {
    (void)state;
    static const struct {
        hp_statistics statistics;
        double spin, weight, mass_2;
        hp_charge_form coulomb;
        double charge_2;
        const char *refusal;
    } cases[] = {
        {HP_STATISTICS_DISTINCT, 0.3, 7.0, 9.0, HP_CHARGE_POINT, 5.0, NULL},
        {HP_STATISTICS_BOSONS, 0.0, 1.0, 5.0, HP_CHARGE_NONE, 5.0, NULL},
        {HP_STATISTICS_BOSONS, 0.0, 1.0009, 5.0, HP_CHARGE_NONE, 5.0,
         NULL}, /* a weight may be rounded */
        {HP_STATISTICS_BOSONS, 0.0, 1.0011, 5.0, HP_CHARGE_NONE, 5.0,
         "at most 1 of their spin states, found 1.0011"},
        {HP_STATISTICS_BOSONS, 1.0, 0.6667, 5.0, HP_CHARGE_POINT, 1.0, NULL},
        {HP_STATISTICS_BOSONS, 1.0, 0.6674, 5.0, HP_CHARGE_NONE, 1.0,
         "at most 0.6667 of their spin states"},
        {HP_STATISTICS_BOSONS, 0.5, 0.1, 5.0, HP_CHARGE_NONE, 1.0,
         "bosons have an integer spin, found 0.5"},
        {HP_STATISTICS_FERMIONS, 0.5, 0.25, 5.0, HP_CHARGE_NONE, 1.0, NULL},
        {HP_STATISTICS_FERMIONS, 0.5, 0.2504, 5.0, HP_CHARGE_NONE, 1.0,
         "at most 0.25 of their spin states"},
        {HP_STATISTICS_FERMIONS, 1.5, 0.375, 5.0, HP_CHARGE_DIPOLE, 1.0, NULL},
        {HP_STATISTICS_FERMIONS, 1.5, 0.376, 5.0, HP_CHARGE_NONE, 1.0,
         "at most 0.375 of their spin states"},
        {HP_STATISTICS_FERMIONS, 1.0, 0.1, 5.0, HP_CHARGE_NONE, 1.0,
         "fermions have a half-integer spin, found 1"},
        {HP_STATISTICS_FERMIONS, 0.5, 0.25, 5.1, HP_CHARGE_NONE, 1.0,
         "identical particles, but their masses differ"},
        {HP_STATISTICS_FERMIONS, 0.5, 0.25, 5.0, HP_CHARGE_POINT, 2.0,
         "but their charges are 1 and 2"},
        {HP_STATISTICS_FERMIONS, 0.5, 0.25, 5.0, HP_CHARGE_NONE, 2.0, NULL}}; /* which do not act */
    scene s;
    open_scene(&s);
    s.options.charge_radius_fm = 0.7;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        s.options.statistics = cases[i].statistics;
        s.options.spin = cases[i].spin;
        s.options.weight = cases[i].weight;
        s.setup.pair = hp_pair_of_masses(5.0, cases[i].mass_2);
        s.options.coulomb = cases[i].coulomb;
        s.options.charge_2 = cases[i].charge_2;
        s.options.nsource = 1;
        expect(&s, cases[i].refusal);
        s.options.nsource = 0; /* without femtoscopy nobody asks */
        expect(&s, NULL);
    }
    hp_quadrature_destroy(&s.grid);
}

/* C(k) without the strong force, for each radius and momentum; L = 0.5 fm. */
static void backgrounds_are_those_of_their_radius(void **state) {
    (void)state;
    double radii[] = {1.3, 2.6};
    scene s;
    open_scene(&s);
    s.setup.length_fm = 0.5;
    s.options.nsource = 2;
    s.options.source_radius_fm = radii;
    s.options.statistics = HP_STATISTICS_BOSONS;
    s.options.spin = 1.0;
    s.options.weight = 0.5;
    assert_ok(create(&s), &s.err);
    assert_int_equal(s.observables.nradius, 2);
    assert_close(s.observables.femto.spin, 1.0, 0, 0);
    assert_close(s.observables.femto.weight, 0.5, 0, 0);
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < NK; k++) {
            double C, R = radii[i] / 0.5, k2 = s.observables.k2[k];
            assert_close(s.observables.radius[i], R, 0, 0);
            assert_ok(hp_femto_background(&s.observables.femto, k2, R, &C, &s.err), &s.err);
            assert_close(s.observables.background[i * NK + k], C, 0, 0);
            /* 1 + exp(-4 k^2 R^2)/(2 j + 1), rounding */
            assert_close(C, 1.0 + exp(-4.0 * k2 * R * R) / 3.0, 1e-14, 0);
        }
    close_scene(&s);
}

static void solvers_follow_the_options(void **state) {
    (void)state;
    static const struct {
        hp_solver solver;
        bool asymmetric;
        int nsolver;
        bool report_ode;
        int nbound;
    } cases[] = {{HP_SOLVER_BOTH, false, 2, false, 2},
                 {HP_SOLVER_ODE, false, 2, true, 2},
                 {HP_SOLVER_NYSTROEM, false, 1, false, 2},
                 {HP_SOLVER_BOTH, true, 1, false, 0},
                 {HP_SOLVER_ODE, true, 1, false, 0}};
    scene s;
    open_scene(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        s.options.solver = cases[i].solver;
        s.setup.asymmetric = cases[i].asymmetric;
        assert_ok(create(&s), &s.err);
        assert_int_equal(s.observables.nsolver, cases[i].nsolver);
        assert_int_equal(s.observables.report_ode, cases[i].report_ode);
        assert_int_equal(s.observables.nbound, cases[i].nbound);
        assert_int_equal(s.observables.ode != NULL, cases[i].nsolver == 2);
        hp_observables_destroy(&s.observables);
    }
    hp_quadrature_destroy(&s.grid);
}

/* By itself a hundredth of the error of a phase, in radians, and not beyond rounding. */
static void ode_tolerances_have_a_default(void **state) {
    (void)state;
    static const struct {
        double given, tolerance_deg, expected; /* 0: refused */
    } cases[] = {{1e-4, 1e-6, 1e-4},
                 {0.0, 1e-3, 1e-5 * M_PI / 180.0},
                 {0.0, 1e-12, 1e-13},
                 {1e-14, 1e-6, 1e-14},
                 {9e-15, 1e-6, 0.0}};
    scene s;
    open_scene(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        s.options.ode_tolerance = cases[i].given;
        s.options.tolerance_deg = cases[i].tolerance_deg;
        expect(&s, cases[i].expected > 0.0 ? NULL : "scattering.ode_tolerance: must be 0 or from");
        if (cases[i].expected == 0.0) continue;
        assert_ok(create(&s), &s.err); /* rounding of a product */
        assert_close(s.observables.ode_tolerance, cases[i].expected, 1e-15, 0);
        hp_observables_destroy(&s.observables);
    }
    s.options.solver = HP_SOLVER_NYSTROEM; /* where it does not matter */
    expect(&s, NULL);
    hp_quadrature_destroy(&s.grid);
}

static void make_and_destroy(void) {
    scene s;
    open_scene(&s);
    expect(&s, NULL);
    s.options.fit_e_max_mev = 1.5;
    expect(&s, "effective-range fit");
    hp_quadrature_destroy(&s.grid);
}

static void all_memory_is_given_back(void **state) {
    (void)state;
    hp_observables_destroy(NULL);
    assert_no_leak(make_and_destroy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(momenta_are_of_any_kind),
        cmocka_unit_test(defaults_are_those_of_the_manual),
        cmocka_unit_test(momenta_stay_below_the_cutoff),
        cmocka_unit_test(charges_act_where_they_are_asked_for),
        cmocka_unit_test(windows_need_as_many_momenta_as_parameters),
        cmocka_unit_test(identical_particles_are_checked),
        cmocka_unit_test(backgrounds_are_those_of_their_radius),
        cmocka_unit_test(solvers_follow_the_options),
        cmocka_unit_test(ode_tolerances_have_a_default),
        cmocka_unit_test(all_memory_is_given_back),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests_name("observables/setup", tests, NULL, NULL);
}
