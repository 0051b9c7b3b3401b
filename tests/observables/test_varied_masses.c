// SPDX-License-Identifier: GPL-3.0-or-later
/* Samples with masses of their own: energies that are given stay, and all else is what a pair of
 * these masses alone has; momenta that are given stay, and energies follow. */
#include "well_case.h"

/* Where the second pair is heavier by this factor. */
static const double HEAVIER = 1.0625;

/* The well in w = 2 mu V for a mass factor, all observables for this pair. */
static void compute_for(scene *s, double factor) {
    double w[NODES], ode[ODE_NODES];
    const hp_interaction interaction[2] = {{.local = w}, {.local = ode}};
    hp_pair pair = s->setup.pair;
    pair.mu *= factor;
    fill(&s->observables.nodes[0], factor, w);
    fill(&s->observables.nodes[1], factor, ode);
    assert_ok(
        hp_observables_compute(&s->observables, &pair, interaction, &s->record, s->values, &s->err),
        &s->err);
}

/* Reference: a workspace that has the other pair from the start. */
static void create_heavier(scene *s) {
    s->setup.pair.mu *= HEAVIER;
    assert_ok(create(s), &s->err);
    describe(s);
    double factor = HEAVIER, w[NODES], ode[ODE_NODES];
    const hp_interaction interaction[2] = {{.local = w}, {.local = ode}};
    fill(&s->observables.nodes[0], factor, w);
    fill(&s->observables.nodes[1], factor, ode);
    assert_ok(hp_observables_compute(&s->observables, &s->setup.pair, interaction, &s->record,
                                     s->values, &s->err),
              &s->err);
}

static void open_heavier(scene *s, hp_charge_form coulomb) {
    open_scene(s);
    s->options.coulomb = coulomb;
    create_heavier(s);
}

/* Three k^2, of a charged pair. */
static void open_charged_momenta(scene *s) {
    open_scene(s);
    s->options.coulomb = HP_CHARGE_POINT;
    s->options.momentum_kind = HP_MOMENTA_SQUARED;
    for (int k = 0; k < NK; k++) s->energies[k] = 0.01 * (k + 1);
}

/* Rounding of k^2 = 2 mu e, of 1e-16 twice, is all that may differ. */
static void energies_that_are_given_stay(void **state) {
    (void)state;
    static const char *const rows[] = {HP_ROW_DELTA, HP_ROW_KCOT, "scattering/cross_section_fm2",
                                       HP_ROW_CORRELATION};
    for (int charged = 0; charged < 2; charged++) {
        scene s, other;
        open_scene(&s);
        s.options.coulomb = charged ? HP_CHARGE_POINT : HP_CHARGE_NONE;
        s.options.masses_vary = true;
        assert_ok(create(&s), &s.err);
        describe(&s);
        open_heavier(&other, s.options.coulomb);
        compute_for(&s, HEAVIER);
        for (int k = 0; k < NK; k++) {
            for (int i = 0; i < 4; i++) {
                if (charged && i == 2) continue; /* no cross section */
                assert_close(value(&s, rows[i], k), value(&other, rows[i], k), 1e-9, 1e-9);
            }
            double k2 = other.observables.k2[k];
            assert_close(value(&s, HP_ROW_K2_BY_SAMPLE, k), k2, 1e-14, 0);
            assert_close(value(&s, HP_ROW_K_BY_SAMPLE, k), sqrt(k2) * s.observables.momentum_mev,
                         1e-14, 0);
        }
        assert_null(hp_record_find(&s.record, HP_ROW_E_BY_SAMPLE));
        compute_for(&s, 1.0); /* the average: its momenta to the last bit */
        for (int k = 0; k < NK; k++)
            assert_close(value(&s, HP_ROW_K2_BY_SAMPLE, k), s.observables.k2[k], 0, 0);
        close_scene(&s);
        close_scene(&other);
    }
}

static void momenta_that_are_given_stay(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.options.masses_vary = true;
    s.options.momentum_kind = HP_MOMENTA_SQUARED;
    for (int k = 0; k < NK; k++) s.energies[k] = 0.01 * (k + 1);
    assert_ok(create(&s), &s.err);
    describe(&s);
    compute_for(&s, HEAVIER);
    for (int k = 0; k < NK; k++) {
        double e_mev =
            0.01 * (k + 1) / (2.0 * s.setup.pair.mu * HEAVIER) * s.observables.momentum_mev;
        assert_close(value(&s, HP_ROW_E_BY_SAMPLE, k), e_mev, 1e-14, 0);
    }
    assert_null(hp_record_find(&s.record, HP_ROW_K2_BY_SAMPLE));
    close_scene(&s);
}

/* The Coulomb force at fixed k grows with mu: in the wave and in what C(k) has without it. */
static void charged_pairs_have_their_own_correlation_at_momenta_that_are_given(void **state) {
    (void)state;
    scene s, other;
    open_charged_momenta(&other);
    create_heavier(&other);
    open_charged_momenta(&s);
    s.options.masses_vary = true;
    assert_ok(create(&s), &s.err);
    describe(&s);
    compute_for(&s, 1.0);
    double average = value(&s, HP_ROW_CORRELATION, 0);
    compute_for(&s, HEAVIER);
    for (int k = 0; k < NK; k++) {
        assert_close(value(&s, HP_ROW_DELTA, k), value(&other, HP_ROW_DELTA, k), 1e-9, 1e-9);
        assert_close(value(&s, HP_ROW_CORRELATION, k), value(&other, HP_ROW_CORRELATION, k), 1e-9,
                     1e-9);
    }
    compute_for(&s, 1.0); /* nothing of the sample before is left */
    assert_close(value(&s, HP_ROW_CORRELATION, 0), average, 0, 0);
    close_scene(&s);
    close_scene(&other);
}

/* As it was before masses could vary. */
static void without_it_there_are_no_such_rows(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    compute(&s);
    assert_null(hp_record_find(&s.record, HP_ROW_K2_BY_SAMPLE));
    assert_null(hp_record_find(&s.record, HP_ROW_K_BY_SAMPLE));
    assert_null(hp_record_find(&s.record, HP_ROW_E_BY_SAMPLE));
    close_scene(&s);
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(energies_that_are_given_stay),
        cmocka_unit_test(momenta_that_are_given_stay),
        cmocka_unit_test(charged_pairs_have_their_own_correlation_at_momenta_that_are_given),
        cmocka_unit_test(without_it_there_are_no_such_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
