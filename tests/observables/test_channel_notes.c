// SPDX-License-Identifier: GPL-3.0-or-later
/* What is noted of observables of coupled channels, and when not. Values are made by hand: two
 * components at two energies, four samples. */
#include "channel_case.h"

#include "notes.h"

enum { NSAMPLE = 4, NROW = 1 + NSAMPLE };

/* All phases 10 degrees with samples 0.1 apart at either end: error 0.1 sqrt(3/4 2) degrees. */
static void open_noted(scene *s, bool samples) {
    open_scene(s);
    s->options.nenergy = 2;
    s->options.masses_vary = true;
    s->energies[0] = 7.0;
    s->energies[1] = 9.0;
    assert_ok(create(s), &s->err);
    hp_record_create(&s->record);
    assert_ok(hp_channel_observables_describe(&s->observables, &s->record, &s->err), &s->err);
    size_t length = s->record.length;
    s->values = hp_alloc(NROW * length, sizeof *s->values);
    assert_non_null(s->values);
    for (size_t k = 0; k < NROW; k++) {
        double *vector = s->values + k * length;
        hp_record_at(&s->record, vector, HP_ROW_NODES_ERROR)[0] = NAN;
        hp_record_at(&s->record, vector, HP_ROW_LOWEST_PAIR)[0] = 1.0;
        for (int i = 0; i < 4; i++) {
            hp_record_at(&s->record, vector, HP_ROW_ETA)[i] = 1.0;
            hp_record_at(&s->record, vector, HP_ROW_DELTA)[i] = 10.0 + (k == 1   ? 0.1
                                                                        : k == 2 ? -0.1
                                                                                 : 0.0);
        }
    }
    hp_rows rows = {
        .n = NSAMPLE, .value = s->values, .rule = {HP_METHOD_JACKKNIFE, NSAMPLE}, .has_rule = true};
    if (!samples) rows = (hp_rows){.value = s->values};
    hp_record_set_samples(&s->record, &rows);
}

static void set(scene *s, int sample, const char *path, int i, double value) {
    hp_record_at(&s->record, s->values + (size_t)sample * s->record.length, path)[i] = value;
}

/* The only note, or none. */
static void expect(scene *s, const char *text) {
    s->record.nnote = 0;
    hp_channel_observables_note(&s->observables, 0.1, &s->record);
    assert_only_note(&s->record, text);
}

static void solvers_that_agree_are_not_noted(void **state) {
    (void)state;
    scene s;
    for (int samples = 0; samples < 2; samples++) {
        open_noted(&s, samples);
        expect(&s, NULL);
        close_scene(&s);
    }
}

static void counts_in_doubt_are_noted(void **state) {
    (void)state;
    scene s;
    open_noted(&s, true);
    set(&s, 2, HP_ROW_NBOUND_DOUBT, 0, 1.0);
    expect(&s, "the number of bound states of the channels is in doubt in 1 of 5 vectors: rounding "
               "decides or another grid has others; phase shifts may be wrong by multiples of 180 "
               "degrees");
    close_scene(&s);
    open_noted(&s, false);
    set(&s, 0, HP_ROW_NBOUND_DOUBT, 0, 1.0);
    expect(&s,
           "the number of bound states of the channels is in doubt: rounding decides or another "
           "grid has others; phase shifts may be wrong by multiples of 180 degrees");
    close_scene(&s);
}

/* Energies without any component, in the average or a sample; and |S| that is nothing. */
static void energies_without_solution_are_counted(void **state) {
    (void)state;
    scene s;
    open_noted(&s, true);
    set(&s, 3, HP_ROW_ETA, 1, NAN);
    expect(&s, NULL); /* the other component is there */
    set(&s, 3, HP_ROW_ETA, 3, NAN);
    expect(&s, "the equations of the channels have no solution at 1 of 10 energies, those of "
               "samples included");
    close_scene(&s);
    open_noted(&s, true);
    set(&s, 0, HP_ROW_DELTA, 2, NAN);
    expect(&s, "|S| of a component is below 1e-3 at 1 energies, where its phase has no meaning and "
               "is nan");
    close_scene(&s);
}

/* A total energy next to the threshold of the average, in one sample below its own. */
static void energies_below_the_threshold_of_a_sample_are_counted(void **state) {
    (void)state;
    scene s;
    open_noted(&s, true);
    for (int c = 0; c < 2; c++) {
        set(&s, 3, HP_ROW_CHANNEL_E, 2 * c, -1.0);
        expect(&s, NULL); /* there are phases */
    }
    for (int c = 0; c < 2; c++) set(&s, 3, HP_ROW_ETA, 2 * c, NAN);
    expect(&s, "1 of 10 energies, those of samples included, are below the lowest threshold of "
               "their sample: what is found there has no error");
    close_scene(&s);
}

static void samples_with_another_order_are_counted(void **state) {
    (void)state;
    scene s;
    open_noted(&s, true);
    set(&s, 4, HP_ROW_LOWEST_PAIR, 0, 2.0);
    expect(&s, "another pair than that of the average has the lowest threshold in 1 of 4 samples: "
               "energies are above the lowest one of each sample, and scattering lengths at the "
               "lowest threshold have no error");
    close_scene(&s);
}

static void nodes_that_miss_the_tolerance_are_noted(void **state) {
    (void)state;
    scene s;
    open_noted(&s, true);
    set(&s, 0, HP_ROW_NODES_ERROR, 0, 1.1e-8);
    expect(&s,
           "scattering.tolerance_deg = 1e-08 is not reached in the channels: with the most nodes "
           "that there may be the error of phase shifts is 1.1e-08 degrees");
    set(&s, 0, HP_ROW_NODES_ERROR, 0, 0.9e-8);
    expect(&s, NULL);
    close_scene(&s);
}

/* Errors 0.1225 degrees, of which a tenth is allowed; 1e-4 degrees without them. */
static void phases_are_judged_by_their_error(void **state) {
    (void)state;
    scene s;
    for (int samples = 0; samples < 2; samples++) {
        double limit = samples ? 0.1 * 0.1 * sqrt(1.5) : 1e-5; /* expect allows a tenth */
        open_noted(&s, samples);
        set(&s, 0, HP_ROW_DELTA_NUMERICAL, 3, 1.02 * limit);
        expect(&s, samples
                       ? "the two solvers of the channels differ by 0.012 degrees in B:1S0 at E = "
                         "1776 MeV: lower scattering.tolerance_deg"
                       : "the two solvers of the channels differ by 1e-05 degrees in B:1S0 at E = "
                         "1776 MeV: lower scattering.tolerance_deg");
        set(&s, 0, HP_ROW_DELTA_NUMERICAL, 3, 0.98 * limit);
        expect(&s, NULL);
        s.observables.interpolated = true;
        set(&s, 0, HP_ROW_DELTA_NUMERICAL, 3, 0.25);
        expect(&s, "the interpolation of the tables of the channels leaves an error of up to 0.25 "
                   "degrees: give finer tables, also towards r = 0");
        close_scene(&s);
    }
}

static void what_the_second_solver_did_not_find_is_unknown(void **state) {
    (void)state;
    scene s;
    open_noted(&s, true);
    set(&s, 0, HP_ROW_DELTA_NUMERICAL, 1, NAN);
    expect(&s, "the second solver of the channels found no solution for 1 of 4 phases: their "
               "numerical error is unknown");
    s.observables.nsolver = 1;
    expect(&s, NULL);
    close_scene(&s);
}

static void numbers_are_judged_by_their_size(void **state) {
    (void)state;
    static const char *const length = "scattering/scattering_length_A_1S0_fm";
    static const char *const error = "scattering/scattering_length_numerical_error_A_1S0_fm";
    scene s;
    open_noted(&s, false);
    set(&s, 0, length, 0, 3.0);
    set(&s, 0, error, 0, 9.1e-6); /* 1e-6 a^2/fm */
    expect(&s,
           "the two solvers of the channels differ by 9.1e-06 in scattering_length_A_1S0_fm = 3: "
           "lower scattering.tolerance_deg");
    s.observables.interpolated = true;
    expect(&s, "the tables of the channels leave an error of 9.1e-06 in "
               "scattering_length_A_1S0_fm = 3: give finer tables, also towards r = 0");
    set(&s, 0, error, 0, 8.9e-6);
    expect(&s, NULL);
    close_scene(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(solvers_that_agree_are_not_noted),
        cmocka_unit_test(counts_in_doubt_are_noted),
        cmocka_unit_test(energies_without_solution_are_counted),
        cmocka_unit_test(energies_below_the_threshold_of_a_sample_are_counted),
        cmocka_unit_test(samples_with_another_order_are_counted),
        cmocka_unit_test(nodes_that_miss_the_tolerance_are_noted),
        cmocka_unit_test(phases_are_judged_by_their_error),
        cmocka_unit_test(what_the_second_solver_did_not_find_is_unknown),
        cmocka_unit_test(numbers_are_judged_by_their_size),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests_name("observables/channel_notes", tests, NULL, NULL);
}
