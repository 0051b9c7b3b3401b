// SPDX-License-Identifier: GPL-3.0-or-later
/* What is noted of two solvers and of bound states, and when not. */
#include "notes.h"
#include "notes_case.h"

static void only_note_is(const scene *s, const char *text) {
    assert_only_note(&s->record, text);
    if (text != NULL) assert_null(s->record.note[0].fails); /* no alternative is left out for it */
}

static void note(scene *s, double most) {
    s->record.nnote = 0;
    hp_observables_note(&s->observables, most, &s->record);
}

static void solvers_that_agree_are_not_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    note(&s, 0.1);
    only_note_is(&s, NULL);
    hp_observables_note_branches(&s.record);
    only_note_is(&s, NULL);
    close_scene(&s);
}

static void phases_are_judged_by_their_statistical_error(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    set(&s, HP_ROW_DELTA_NUMERICAL, 1, 0.25); /* 0.108 of the error */
    note(&s, 0.1);
    only_note_is(&s, "the two solvers differ by 0.25 degrees at e_cm = 10.67 MeV, not small "
                     "against the statistical error: lower scattering.tolerance_deg");
    const hp_fact *fact = &s.record.fact[s.record.nfact - 1];
    assert_string_equal(fact->place.summary, "delta_numerical_error");
    assert_close(fact->number[0], 0.25, 0, 0);
    set(&s, HP_ROW_DELTA_NUMERICAL, 1, 0.22); /* 0.095 of it */
    note(&s, 0.1);
    only_note_is(&s, NULL);
    /* of no error at all: as of a given potential, 1e-4 degrees, and so the worst of them */
    set(&s, HP_ROW_DELTA_NUMERICAL, 0, 1.1e-5);
    note(&s, 0.1);
    assert_contains(s.record.note[0].text, "differ by 1.1e-05 degrees at e_cm = 4.848 MeV");
    set(&s, HP_ROW_DELTA_NUMERICAL, 0, 0.9e-5);
    note(&s, 0.1);
    only_note_is(&s, NULL);
    close_scene(&s);
}

/* Samples that hardly differ do not make rounding of the solvers a warning. */
static void rounding_is_not_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    spread(&s, HP_ROW_DELTA, 0, 0.5, 1e-13);
    spread(&s, HP_ROW_A0, 0, 1.5, 1e-14);
    set(&s, HP_ROW_DELTA_NUMERICAL, 0, 0.9e-10);
    set(&s, HP_ROW_A0_NUMERICAL, 0, 1.4e-12);
    note(&s, 0.1);
    only_note_is(&s, NULL);
    set(&s, HP_ROW_A0_NUMERICAL, 0, 1.6e-12);
    note(&s, 0.1);
    only_note_is(&s,
                 "the two solvers differ by 1.6e-12 in a0 = 1.5: lower scattering.tolerance_deg");
    set(&s, HP_ROW_A0_NUMERICAL, 0, 0.0);
    set(&s, HP_ROW_DELTA_NUMERICAL, 0, 1.1e-10);
    note(&s, 0.1);
    only_note_is(&s, "the two solvers differ by 1.1e-10 degrees at e_cm = 4.848 MeV, not small "
                     "against the statistical error: lower scattering.tolerance_deg");
    close_scene(&s);
}

/* A given potential: converged solvers agree to 1e-4 degrees, and 1e-6 of the other numbers. */
static void given_potentials_are_judged_by_convergence(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.record.group[HP_SAMPLES] = (hp_rows){.value = s.samples.value};
    set(&s, HP_ROW_DELTA_NUMERICAL, 0, 0.9e-4);
    set(&s, HP_ROW_DELTA_NUMERICAL, 1, 0.8e-4);
    set(&s, HP_ROW_A0_NUMERICAL, 0, 2.2e-6); /* a0 = 1.5: 1e-6 of a0^2/(1 fm) */
    note(&s, 1.0);
    only_note_is(&s, NULL);
    assert_close(s.record.fact[s.record.nfact - 1].number[0], 0.9e-4, 0, 0);
    set(&s, HP_ROW_DELTA_NUMERICAL, 1, 1.1e-4);
    note(&s, 1.0);
    only_note_is(&s, "the two solvers differ by 0.00011 degrees at e_cm = 10.67 MeV, more than a "
                     "converged solution would: lower scattering.tolerance_deg");
    set(&s, HP_ROW_DELTA_NUMERICAL, 0, 1.1e-4); /* the first of two that are as bad */
    note(&s, 1.0);
    assert_contains(s.record.note[0].text, "differ by 0.00011 degrees at e_cm = 4.848 MeV");
    set(&s, HP_ROW_DELTA_NUMERICAL, 0, 0.9e-4);
    s.observables.given = true; /* panels of the job, for which there is no tolerance */
    note(&s, 1.0);
    only_note_is(&s, "the two solvers differ by 0.00011 degrees at e_cm = 10.67 MeV, more than a "
                     "converged solution would: lower scattering.tolerance_deg, without "
                     "scattering.panels");
    set(&s, HP_ROW_DELTA_NUMERICAL, 1, 0.0);
    set(&s, HP_ROW_A0_NUMERICAL, 0, 2.3e-6);
    note(&s, 1.0);
    only_note_is(&s,
                 "the two solvers differ by 2.3e-06 in a0 = 1.5: lower scattering.tolerance_deg, "
                 "without scattering.panels");
    close_scene(&s);
}

static void numbers_are_judged_by_their_statistical_error(void **state) {
    (void)state;
    static const struct {
        const char *path, *twin, *name;
        double value;
    } scalar[] = {{HP_ROW_A0, HP_ROW_A0_NUMERICAL, "a0 = 1.5", 1.5},
                  {HP_ROW_REFF, HP_ROW_REFF_NUMERICAL, "r_eff = 1.5", 1.5},
                  {HP_ROW_BINDING, HP_ROW_BINDING_NUMERICAL, "a binding energy = 1.5", 1.5},
                  {HP_ROW_RMS, HP_ROW_RMS_NUMERICAL, "an rms distance = 1.5", 1.5}};
    for (size_t i = 0; i < sizeof scalar / sizeof *scalar; i++) {
        scene s;
        char text[128];
        open_scene(&s);
        spread(&s, scalar[i].path, 0, 1.5, 1.0);
        set(&s, scalar[i].twin, 0, 0.12); /* 0.104 of the error */
        note(&s, 0.1);
        snprintf(text, sizeof text,
                 "the two solvers differ by 0.12 in %s: lower scattering.tolerance_deg",
                 scalar[i].name);
        only_note_is(&s, text);
        set(&s, scalar[i].twin, 0, 0.11); /* 0.095 of it */
        note(&s, 0.1);
        only_note_is(&s, NULL);
        close_scene(&s);
    }
}

static void what_the_second_solver_did_not_find_is_unknown(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    set(&s, HP_ROW_REFF_NUMERICAL, 0, NAN);
    note(&s, 0.1);
    only_note_is(&s, "the second solver did not find r_eff of 1: its numerical error is unknown");
    set(&s, HP_ROW_REFF, 0, NAN); /* nor did the first: there is nothing to compare */
    note(&s, 0.1);
    only_note_is(&s, NULL);
    set(&s, HP_ROW_DELTA_NUMERICAL, 1, NAN);
    note(&s, 0.1);
    only_note_is(&s, "the second solver found no solution at 1 of 2 momenta: their numerical error "
                     "is unknown");
    assert_int_equal(s.record.note[0].cases, 1);
    close_scene(&s);
}

/* All numerical errors are nan then. */
static void one_solver_is_compared_with_nobody(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.observables.nsolver = 1;
    set(&s, HP_ROW_DELTA_NUMERICAL, 0, NAN);
    set(&s, HP_ROW_DELTA_NUMERICAL, 1, NAN);
    set(&s, HP_ROW_A0_NUMERICAL, 0, NAN);
    int facts = s.record.nfact;
    note(&s, 0.1);
    only_note_is(&s, NULL);
    assert_int_equal(s.record.nfact, facts); /* no delta_numerical_error */
    close_scene(&s);
}

static void samples_with_other_bound_states_are_counted(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    *hp_record_at(&s.record, s.samples.value + 2 * s.record.length, HP_ROW_NBOUND) = 0.0;
    hp_observables_note_branches(&s.record);
    only_note_is(&s, "the number of bound states differs between samples: 1/a0 is compatible with "
                     "zero, or a bound state is at the edge of what the data resolve; phase shifts "
                     "of 1 of 3 samples were moved by multiples of 180 degrees to be next to that "
                     "of the average");
    assert_int_equal(s.record.note[0].cases, 1);
    close_scene(&s);
}

/* A value of one row: the average is row 0. */
static void put(scene *s, size_t row, const char *path, size_t i, double value) {
    hp_record_at(&s->record, s->samples.value + row * s->record.length, path)[i] = value;
}

static void counts_in_doubt_are_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    put(&s, 0, HP_ROW_NBOUND_DOUBT, 0, 1.0);
    note(&s, 0.1);
    only_note_is(&s, "number of bound states in doubt: two ways to count them differ or rounding "
                     "decides, 1 were found; phase shifts may be wrong by multiples of 180 "
                     "degrees");
    put(&s, 0, HP_ROW_NBOUND_DOUBT, 0, 0.0);
    put(&s, 1, HP_ROW_NBOUND_DOUBT, 0, 1.0);
    put(&s, 3, HP_ROW_NBOUND_DOUBT, 0, 1.0);
    note(&s, 0.1);
    only_note_is(&s, "the number of bound states of 2 of 3 samples is in doubt");
    assert_int_equal(s.record.note[0].cases, 2);
    set(&s, HP_ROW_NBOUND_DOUBT, 0, NAN); /* a toy's that is not found */
    note(&s, 0.1);
    only_note_is(&s, NULL);
    close_scene(&s);
}

/* Of the average and a sample at one momentum, then of another sample at the other. */
static void momenta_without_phase_shift_are_counted(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    put(&s, 0, HP_ROW_DELTA, 1, NAN);
    put(&s, 2, HP_ROW_DELTA, 1, NAN);
    note(&s, 0.1);
    only_note_is(&s, "there is no phase shift at 1 of 2 momenta (2 of 8 with those of samples)");
    assert_int_equal(s.record.note[0].cases, 2);
    put(&s, 3, HP_ROW_DELTA, 0, NAN);
    note(&s, 0.1);
    only_note_is(&s, "there is no phase shift at 2 of 2 momenta (3 of 8 with those of samples)");
    set(&s, HP_ROW_NBOUND, 0, NAN); /* nothing at all was found, which others say */
    note(&s, 0.1);
    only_note_is(&s, NULL);
    close_scene(&s);
}

/* Of a given potential the reason of the solver is known: a wall that grows with energy beyond all
 * numbers, so that the second of two momenta has no phase. */
static void missing_phases_of_a_given_potential_have_a_reason(void **state) {
    (void)state;
    static const double k2[] = {1e-6, 1.0};
    double slope[160], delta[2], kcot[2];
    char text[512];
    hp_error err = HP_ERROR_INIT;
    hp_quadrature grid;
    scene s;
    open_scene(&s);
    assert_ok(hp_quadrature_create(10.0, 10, 16, &grid, &err), &err);
    assert_ok(hp_nystroem_create(&grid, &s.observables.nystroem, &err), &err);
    for (int i = 0; i < grid.n; i++) slope[i] = grid.r[i] < 1.0 ? 1e155 : 0.0;
    assert_ok(hp_nystroem_set_interaction(s.observables.nystroem, &(hp_interaction){.slope = slope},
                                          &err),
              &err);
    assert_ok(hp_nystroem_phase_shifts(s.observables.nystroem, k2, 2, delta, kcot, &err), &err);
    assert_true(!isnan(delta[0]) && isnan(delta[1]));
    put(&s, 0, HP_ROW_DELTA, 1, NAN);
    note(&s, 0.1); /* samples of a fit have other potentials than the latest */
    only_note_is(&s, "there is no phase shift at 1 of 2 momenta (1 of 8 with those of samples)");
    s.record.group[HP_SAMPLES] = (hp_rows){.value = s.samples.value};
    note(&s, 1e9);
    snprintf(text, sizeof text, "there is no phase shift at 1 of 2 momenta: %s",
             hp_nystroem_trouble(s.observables.nystroem));
    only_note_is(&s, text);
    assert_contains(text, "too large");
    hp_nystroem_destroy(&s.observables.nystroem);
    note(&s, 1e9);
    only_note_is(&s, "there is no phase shift at 1 of 2 momenta");
    hp_quadrature_destroy(&grid);
    close_scene(&s);
}

static void nodes_that_miss_the_tolerance_are_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.observables.problem.tolerance_deg = 1e-6;
    set(&s, HP_ROW_NODES_ERROR, 0, 1e-6); /* it is reached */
    note(&s, 0.1);
    only_note_is(&s, NULL);
    set(&s, HP_ROW_NODES_ERROR, 0, NAN); /* nodes are given */
    note(&s, 0.1);
    only_note_is(&s, NULL);
    set(&s, HP_ROW_NODES_ERROR, 0, 2.5e-5);
    note(&s, 0.1);
    only_note_is(&s, "scattering.tolerance_deg = 1e-06 is not reached: with the most nodes that "
                     "the radial equation may have the error of phase shifts is 2.5e-05 degrees, "
                     "the potential varies too fast");
    close_scene(&s);
}

/* As many points as parameters, or a fit that nothing was asked of, need no word. */
static void windows_without_fit_are_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.observables.window_low = s.k2[0];
    s.observables.window_high = s.k2[1];
    hp_record_destroy(&s.record); /* which has no row for a fit */
    hp_free(s.samples.value);
    describe_scene(&s);
    put(&s, 0, HP_ROW_FIT_KCOT0, 0, -0.25);
    note(&s, 0.1);
    only_note_is(&s, NULL);
    put(&s, 0, HP_ROW_FIT_KCOT0, 0, NAN);
    note(&s, 0.1);
    only_note_is(&s,
                 "there is no effective-range fit: its window from 4.84848 to 10.6667 MeV holds "
                 "too few momenta with a finite k cot delta and error");
    s.observables.window_high = 0.0;
    note(&s, 0.1);
    only_note_is(&s, NULL);
    s.observables.window_high = s.k2[1];
    set(&s, HP_ROW_NBOUND, 0, NAN); /* nothing at all was found, which others say */
    note(&s, 0.1);
    only_note_is(&s, NULL);
    close_scene(&s);
}

/* Where its interpolation decides, other nodes would be no remedy. */
static void errors_of_tables_ask_for_finer_ones(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.observables.interpolated = true;
    set(&s, HP_ROW_DELTA_NUMERICAL, 1, 0.25);
    note(&s, 0.1);
    only_note_is(&s, "the interpolation of the table leaves an error of up to 0.25 degrees at "
                     "e_cm = 10.67 MeV: give a finer table, also towards r = 0");
    set(&s, HP_ROW_DELTA_NUMERICAL, 1, 0.0);
    set(&s, HP_ROW_A0_NUMERICAL, 0, 0.12); /* 0.104 of the error */
    note(&s, 0.1);
    only_note_is(&s, "the interpolation of the table leaves an error of up to 0.12 in a0 = 1.5: "
                     "give a finer table, also towards r = 0");
    set(&s, HP_ROW_A0_NUMERICAL, 0, NAN);
    note(&s, 0.1);
    only_note_is(&s, "the second solver, or another interpolation of the table, did not find a0 of "
                     "1.5: its numerical error is unknown");
    set(&s, HP_ROW_A0_NUMERICAL, 0, 0.0);
    set(&s, HP_ROW_DELTA_NUMERICAL, 0, NAN);
    note(&s, 0.1);
    only_note_is(&s, "the second solver, or another interpolation of the table, found no solution "
                     "at 1 of 2 momenta: their numerical error is unknown");
    close_scene(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(solvers_that_agree_are_not_noted),
        cmocka_unit_test(phases_are_judged_by_their_statistical_error),
        cmocka_unit_test(rounding_is_not_noted),
        cmocka_unit_test(given_potentials_are_judged_by_convergence),
        cmocka_unit_test(numbers_are_judged_by_their_statistical_error),
        cmocka_unit_test(what_the_second_solver_did_not_find_is_unknown),
        cmocka_unit_test(one_solver_is_compared_with_nobody),
        cmocka_unit_test(samples_with_other_bound_states_are_counted),
        cmocka_unit_test(counts_in_doubt_are_noted),
        cmocka_unit_test(momenta_without_phase_shift_are_counted),
        cmocka_unit_test(missing_phases_of_a_given_potential_have_a_reason),
        cmocka_unit_test(nodes_that_miss_the_tolerance_are_noted),
        cmocka_unit_test(windows_without_fit_are_noted),
        cmocka_unit_test(errors_of_tables_ask_for_finer_ones),
    };
    return cmocka_run_group_tests_name("observables/notes", tests, NULL, NULL);
}
