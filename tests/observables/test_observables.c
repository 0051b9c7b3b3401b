// SPDX-License-Identifier: GPL-3.0-or-later
/* Which solver the observables come from, and what a workspace for them refuses. That the numbers
 * are right is tested by tests/scatter and tests/cli/test_benchmarks.c. */
#include "well_case.h"

/* With "ode" the second solver's number is given, with the others the first one's; what "both" and
 * "ode" call the error is the difference of the two. */
static void check_choice(const scene *first, const scene *both, const scene *second,
                         const char *path, const char *error, int i) {
    double change = value(second, path, i) - value(first, path, i);
    assert_close(value(both, path, i), value(first, path, i), 0.0, 0.0); /* the same calculation */
    /* the rounding of a difference of numbers up to 180 degrees; and it is no rounding itself */
    assert_close(value(both, error, i), fabs(change), 0.0, 1e-12);
    assert_close(value(second, error, i), fabs(change), 0.0, 1e-12);
    assert_true(isnan(value(first, error, i)));
    assert_true(fabs(change) > 1e-9 && fabs(change) < 0.1);
}

static void the_named_solver_is_reported(void **state) {
    (void)state;
    scene first, both, second;
    open_scene(&first);
    open_scene(&both);
    open_scene(&second);
    first.options.solver = HP_SOLVER_NYSTROEM;
    second.options.solver = HP_SOLVER_ODE;
    compute(&first);
    compute(&both);
    compute(&second);
    for (int k = 0; k < NK; k++) {
        check_choice(&first, &both, &second, HP_ROW_DELTA, HP_ROW_DELTA_NUMERICAL, k);
        double kcot = value(&second, HP_ROW_KCOT, k);
        assert_true(kcot != value(&first, HP_ROW_KCOT, k));
        /* delta and k cot delta of one solver belong together, to rounding */
        double k_mev = sqrt(second.observables.k2[k]) * second.observables.momentum_mev;
        assert_close(k_mev / tan(value(&second, HP_ROW_DELTA, k) * M_PI / 180.0), kcot, 1e-11, 0.0);
    }
    check_choice(&first, &both, &second, HP_ROW_A0, HP_ROW_A0_NUMERICAL, 0);
    check_choice(&first, &both, &second, HP_ROW_REFF, HP_ROW_REFF_NUMERICAL, 0);
    check_choice(&first, &both, &second, HP_ROW_BINDING, HP_ROW_BINDING_NUMERICAL, 0);
    check_choice(&first, &both, &second, HP_ROW_RMS, HP_ROW_RMS_NUMERICAL, 0);
    const scene *all[] = {&first, &both, &second};
    for (int i = 0; i < 3; i++) { /* -1/a0, by the same solver; rounding */
        double a0 = value(all[i], HP_ROW_A0, 0), unit = all[i]->observables.momentum_mev;
        assert_close(value(all[i], HP_ROW_KCOT0, 0), -unit / a0, 1e-15, 0);
        assert_close(value(all[i], HP_ROW_INVERSE_A0, 0), 1.0 / a0, 1e-14, 0);
    }
    assert_true(value(&first, HP_ROW_NBOUND, 0) == 1.0);
    assert_true(isnan(value(&first, HP_ROW_BINDING, 1)) && isnan(value(&first, HP_ROW_RMS, 1)));
    close_scene(&first);
    close_scene(&both);
    close_scene(&second);
}

/* Where the second solver fails the first one's results stand, with an unknown error; unless it is
 * the second one that is asked for. A later interaction is compared again. */
static void a_failing_second_solver_ends_nothing(void **state) {
    (void)state;
    double w[NODES], bad[ODE_NODES];
    scene s;
    open_scene(&s);
    compute(&s);
    double delta = value(&s, HP_ROW_DELTA, 0), error = value(&s, HP_ROW_DELTA_NUMERICAL, 0);
    hp_interaction interaction[2] = {{.local = w}, {.local = bad}};
    fill(&s.observables.nodes[0], 1.0, w);
    fill(&s.observables.nodes[1], 1.0, bad);
    bad[17] = NAN;
    for (int trial = 0; trial < 2; trial++) {
        assert_ok(hp_observables_compute(&s.observables, &s.observables.pair, interaction,
                                         &s.record, s.values, &s.err),
                  &s.err);
        assert_close(value(&s, HP_ROW_DELTA, 0), delta, 0.0, 0.0); /* the same calculation */
        if (trial == 0) {
            assert_true(isnan(value(&s, HP_ROW_DELTA_NUMERICAL, 0)));
            assert_true(isnan(value(&s, HP_ROW_A0_NUMERICAL, 0)));
            assert_true(isnan(value(&s, HP_ROW_BINDING_NUMERICAL, 0)));
            fill(&s.observables.nodes[1], 1.0, bad);
        } else {
            assert_close(value(&s, HP_ROW_DELTA_NUMERICAL, 0), error, 0.0, 0.0); /* as before */
        }
    }
    bad[17] = NAN;
    s.observables.report_ode = true;
    assert_status(hp_observables_compute(&s.observables, &s.observables.pair, interaction,
                                         &s.record, s.values, &s.err),
                  HP_ERR_NUMERIC, &s.err);
    close_scene(&s);
}

/* Lednicky and Lyuboshitz have no formula for charged pairs. For others, and a source no wider than
 * the force, theirs is 16, 4 and 0.04 per cent off: a wrong factor shows at the highest energy. */
static void charges_take_the_lednicky_formula_away(void **state) {
    (void)state;
    const double off[NK] = {0.2, 0.05, 1e-3};
    scene neutral, charged;
    open_scene(&neutral);
    open_scene(&charged);
    charged.options.coulomb = HP_CHARGE_POINT;
    compute(&neutral);
    compute(&charged);
    for (int k = 0; k < NK; k++) {
        double C = value(&neutral, HP_ROW_CORRELATION, k);
        assert_close(value(&neutral, HP_ROW_LEDNICKY, k), C, off[k], 0.0);
        assert_true(isnan(value(&charged, HP_ROW_LEDNICKY, k)));
        assert_true(value(&charged, HP_ROW_CORRELATION, k) > 0.0);
    }
    /* opposite charges meet more often, without a strong force */
    assert_close(neutral.observables.background[0], 1.0, 1e-15, 0.0); /* rounding of a sum */
    assert_true(charged.observables.background[0] > 1.01);
    close_scene(&neutral);
    close_scene(&charged);
}

static void expect_refusal(scene *s, const char *words) {
    assert_status(create(s), HP_ERR_INPUT, &s->err);
    assert_contains(s->err.message, words);
    hp_error_clear(&s->err);
    hp_quadrature_destroy(&s->grid);
}

static void bad_options_are_named(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.energies[NK - 1] = 380.0; /* k = sqrt(380/41.47) = 3.03 */
    expect_refusal(&s, "beyond the lattice cutoff pi/a = 591.98");
    open_scene(&s);
    hp_quadrature_destroy(&s.grid);
    assert_ok(hp_quadrature_create(9.0, 1, 7, &s.grid, &s.err), &s.err); /* up to k = 7/9 */
    expect_refusal(&s, "raise scattering.panels");
    open_scene(&s);
    s.options.coulomb = HP_CHARGE_POINT;
    s.options.charge_2 = 0.0;
    expect_refusal(&s, "scattering.charge_2 = 0");
    open_scene(&s);
    s.options.coulomb = HP_CHARGE_DIPOLE;
    expect_refusal(&s, "scattering.charge_radius_fm: must be > 0");
    open_scene(&s);
    s.options.fit_e_max_mev = 7.5;
    s.options.fit_shape = true;
    expect_refusal(&s, "holds 2 of the momenta, an effective-range fit needs at least 3");
}

/* The same well in units of 0.5 fm: all factors are powers of two, so that only roots round. */
static void units_of_length_do_not_matter(void **state) {
    (void)state;
    static const struct {
        const char *path;
        int count;
    } rows[] = {{HP_ROW_DELTA, NK},       {HP_ROW_KCOT, NK},     {HP_ROW_A0, 1},
                {HP_ROW_REFF, 1},         {HP_ROW_KCOT0, 1},     {HP_ROW_INVERSE_A0, 1},
                {HP_ROW_BINDING, 1},      {HP_ROW_RMS, 1},       {HP_ROW_NBOUND, 1},
                {HP_ROW_CORRELATION, NK}, {HP_ROW_LEDNICKY, NK}, {HP_ROW_PANEL_EDGES, 9}};
    static const char *const errors[] = {HP_ROW_DELTA_NUMERICAL, HP_ROW_A0_NUMERICAL,
                                         HP_ROW_REFF_NUMERICAL, HP_ROW_BINDING_NUMERICAL,
                                         HP_ROW_RMS_NUMERICAL};
    double w[NODES], ode_w[ODE_NODES];
    scene fm, half;
    open_scene(&fm);
    compute(&fm);
    open_scene(&half);
    hp_quadrature_destroy(&half.grid);
    assert_ok(hp_quadrature_create(18.0, 8, 16, &half.grid, &half.err), &half.err);
    half.setup.length_fm = 0.5;
    half.setup.pair.mu *= 0.5;
    assert_ok(create(&half), &half.err);
    describe(&half);
    fill(&fm.observables.nodes[0], 0.25, w);
    fill(&fm.observables.nodes[1], 0.25, ode_w);
    assert_ok(hp_observables_compute(&half.observables, &half.observables.pair,
                                     (hp_interaction[2]){{.local = w}, {.local = ode_w}},
                                     &half.record, half.values, &half.err),
              &half.err);
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        for (int i = 0; i < rows[r].count; i++)
            assert_close(value(&half, rows[r].path, i), value(&fm, rows[r].path, i), 1e-12, 0);
    for (size_t r = 0; r < sizeof errors / sizeof *errors;
         r++) /* the second solver's steps differ */
        assert_close(value(&half, errors[r], 0), value(&fm, errors[r], 0), 0.5, 0);
    close_scene(&half);
    close_scene(&fm);
}

/* A sample may have masses of its own: B = kappa^2/(2 mu), and the Coulomb force; its momenta are
 * those of the average, its charges those of the options. */
static void masses_of_a_sample_are_its_own(void **state) {
    (void)state;
    double w[NODES], ode_w[ODE_NODES];
    for (int charged = 0; charged < 2; charged++) {
        scene s;
        open_scene(&s);
        if (charged) s.options.coulomb = HP_CHARGE_POINT;
        compute(&s);
        fill(&s.observables.nodes[0], 1.0, w);
        fill(&s.observables.nodes[1], 1.0, ode_w);
        double B = value(&s, HP_ROW_BINDING, 0),
               difference = value(&s, HP_ROW_BINDING_NUMERICAL, 0);
        double delta = value(&s, HP_ROW_DELTA, 0), strength = s.observables.coulomb.strength;
        hp_pair pair = {.mu = 1.25 * s.setup.pair.mu, .charges = 17.0};
        assert_ok(hp_observables_compute(&s.observables, &pair,
                                         (hp_interaction[2]){{.local = w}, {.local = ode_w}},
                                         &s.record, s.values, &s.err),
                  &s.err);
        assert_close(s.observables.coulomb.strength, 1.25 * strength, 1e-15, 0); /* rounding */
        assert_int_equal(value(&s, HP_ROW_DELTA, 0) == delta, !charged);
        assert_int_equal(fabs(value(&s, HP_ROW_BINDING, 0) / B - 0.8) < 1e-14, !charged);
        if (!charged)
            assert_close(value(&s, HP_ROW_BINDING_NUMERICAL, 0), 0.8 * difference, 1e-13, 0);
        assert_ok(compute_wells(&s, 1.0, 1.0), &s.err); /* nothing of it stays */
        assert_close(value(&s, HP_ROW_BINDING, 0), B, 0, 0);
        assert_close(value(&s, HP_ROW_DELTA, 0), delta, 0, 0);
        close_scene(&s);
    }
}

/* By Nystroem alone; states are counted, not given. */
static void unsymmetric_kernels_have_one_solver(void **state) {
    (void)state;
    static double kernel[NODES * NODES];
    scene s;
    open_scene(&s);
    s.setup.asymmetric = true;
    assert_ok(create(&s), &s.err);
    describe(&s);
    const double *r = s.observables.nodes[0].r;
    for (int i = 0; i < NODES; i++)
        for (int j = 0; j < NODES; j++)
            kernel[i * NODES + j] = -1.5 * r[i] * r[j] * exp(-r[i] - 1.2 * r[j]);
    assert_ok(hp_observables_compute(&s.observables, &s.observables.pair,
                                     &(hp_interaction){.kernel = kernel}, &s.record, s.values,
                                     &s.err),
              &s.err);
    assert_int_equal(hp_record_count(&s.record, HP_ROW_BINDING), 0);
    assert_true(value(&s, HP_ROW_NBOUND, 0) >= 0.0 && value(&s, HP_ROW_DELTA, 0) > 0.0);
    assert_true(isnan(value(&s, HP_ROW_DELTA_NUMERICAL, 0)));
    close_scene(&s);
}

/* C(k) of two radii is that of each; what two bosons add to their background is twice their weight.
 * Lednicky's from delta and r_eff of the same row. */
static void every_source_radius_has_its_correlation(void **state) {
    (void)state;
    double radii[] = {1.3, 2.6};
    scene both;
    open_scene(&both);
    both.options.nsource = 2;
    both.options.source_radius_fm = radii;
    both.options.statistics = HP_STATISTICS_BOSONS;
    both.options.spin = 1.0;
    both.options.weight = 0.375;
    compute(&both);
    const hp_observables *it = &both.observables;
    for (int i = 0; i < 2; i++) {
        scene one;
        open_scene(&one);
        one.options.source_radius_fm = radii + i;
        one.options.weight = 0.75;
        compute(&one);
        for (int k = 0; k < NK; k++) { /* differences of numbers near 1; delta goes through tan */
            double kcot = value(&both, HP_ROW_KCOT, k) / it->momentum_mev;
            double background = it->background[i * NK + k];
            double formula =
                hp_femto_lednicky(kcot, value(&both, HP_ROW_REFF, 0), it->k2[k], radii[i]);
            assert_close(value(&both, HP_ROW_CORRELATION, i * NK + k) - background,
                         value(&one, HP_ROW_CORRELATION, k) - 1.0, 1e-12, 1e-14);
            assert_close(value(&both, HP_ROW_LEDNICKY, i * NK + k), background + 0.75 * formula,
                         1e-10, 0);
        }
        close_scene(&one);
    }
    close_scene(&both);
}

/* A wall that grows with energy beyond all numbers: no phase, so no C, at the highest momenta. */
static void momenta_without_phase_have_no_correlation(void **state) {
    (void)state;
    double slope[NODES], radii[] = {1.3, 2.6}, k2[] = {1e-6, 1e-2, 1.0};
    scene s;
    open_scene(&s);
    s.options.solver = HP_SOLVER_NYSTROEM;
    s.options.nsource = 2;
    s.options.source_radius_fm = radii;
    s.options.momentum_kind = HP_MOMENTA_SQUARED;
    s.options.momentum = k2;
    assert_ok(create(&s), &s.err);
    describe(&s);
    for (int i = 0; i < NODES; i++) slope[i] = s.observables.nodes[0].r[i] < 1.0 ? 1e155 : 0.0;
    hp_status status =
        hp_observables_compute(&s.observables, &s.observables.pair,
                               &(hp_interaction){.slope = slope}, &s.record, s.values, &s.err);
    assert_ok(status, &s.err);
    for (int k = 0; k < NK; k++) {
        assert_int_equal(isnan(value(&s, HP_ROW_DELTA, k)), k > 0);
        assert_close(value(&s, HP_ROW_PANEL_EDGES, k), 1.125 * k, 0, 0); /* which follow C */
        for (int i = 0; i < 2; i++) {
            assert_int_equal(isnan(value(&s, HP_ROW_CORRELATION, i * NK + k)), k > 0);
            assert_int_equal(isnan(value(&s, HP_ROW_LEDNICKY, i * NK + k)), k > 0);
        }
    }
    close_scene(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_named_solver_is_reported),
        cmocka_unit_test(a_failing_second_solver_ends_nothing),
        cmocka_unit_test(charges_take_the_lednicky_formula_away),
        cmocka_unit_test(units_of_length_do_not_matter),
        cmocka_unit_test(masses_of_a_sample_are_its_own),
        cmocka_unit_test(unsymmetric_kernels_have_one_solver),
        cmocka_unit_test(every_source_radius_has_its_correlation),
        cmocka_unit_test(momenta_without_phase_have_no_correlation),
        cmocka_unit_test(bad_options_are_named),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
