// SPDX-License-Identifier: GPL-3.0-or-later
/* Samples near threshold that differ from their average in bound states: branches of phases, poles
 * of lengths, states that are not bound (docs/method.md, "Bound states that come and go"). */
#include "support.h"

#include <math.h>
#include <gsl/gsl_math.h>
#include "hadpot/luescher.h"
#include "hadpot/record.h"

enum { NSAMPLE = 20, NK = 3, LENGTH = NK + 6 };

#define DELTA "scattering/delta_deg"
#define KCOT "scattering/kcot_mev"
#define A0 "scattering/scattering_length_fm"
#define INVERSE "scattering/inverse_scattering_length_per_fm"
#define BINDING "scattering/binding_energy_mev"
#define RMS "scattering/rms_fm"
#define NBOUND "scattering/bound_states"

static const hp_row rows[] = {
    {.path = DELTA,
     .axis = {"k"},
     .compare = HP_MODULO_180,
     .guide = NBOUND,
     .column = "delta_deg",
     .roles = HP_BUDGET},
    {.path = KCOT, .compare = HP_POLE, .guide = DELTA, .roles = HP_BUDGET},
    {.path = A0, .compare = HP_POLE, .guide = INVERSE, .scale = 1.0, .roles = HP_BUDGET},
    {.path = RMS, .compare = HP_POLE, .guide = BINDING, .roles = HP_BUDGET},
    {.path = INVERSE, .column = "inverse_a0", .roles = HP_BUDGET},
    {.path = BINDING, .compare = HP_UNBOUND, .roles = HP_BUDGET},
    {.path = NBOUND}};

typedef struct scene {
    hp_record record;
    double value[NSAMPLE + 1][LENGTH], plus[LENGTH], minus[LENGTH];
} scene;

static void open_scene(scene *s) {
    hp_error err = HP_ERROR_INIT;
    *s = (scene){.value = {{0}}};
    hp_record_create(&s->record);
    hp_record_add_axis(&s->record, "k", NK);
    hp_record_add_rows(&s->record, rows, (int)(sizeof rows / sizeof *rows));
    assert_ok(hp_record_check(&s->record, &err), &err);
    assert_int_equal(s->record.length, LENGTH);
    const hp_rows samples = {NSAMPLE, s->value[0], {HP_METHOD_JACKKNIFE, NSAMPLE}, true, NULL};
    hp_record_set_samples(&s->record, &samples);
}

static double *at(scene *s, int row, const char *path) {
    return hp_record_at(&s->record, s->value[row], path);
}

/* The average, and one value for all samples. */
static void set(scene *s, const char *path, double average, double sample) {
    for (int row = 0; row <= NSAMPLE; row++) *at(s, row, path) = row == 0 ? average : sample;
}

/* The average with this jackknife error: samples at value -+ error/sqrt(N - 1). */
static void spread(scene *s, const char *path, double average, double error) {
    for (int row = 1; row <= NSAMPLE; row++)
        *at(s, row, path) = average + (row % 2 == 0 ? error : -error) / sqrt(NSAMPLE - 1.0);
    *at(s, 0, path) = average;
}

static void quoted_is(const scene *s, const char *path, const char *expected) {
    char text[HP_QUOTED];
    hp_record_quote(&s->record, hp_record_find(&s->record, path), 0, text);
    assert_string_equal(text, expected);
}

/* The average and 19 samples have no bound state, sample 7 has one at threshold. A deviation D of
 * one of N samples is a jackknife error D (N-1)/N. */
static void a_branch_is_no_error(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    set(&s, DELTA, 2.7, 3.7);
    *at(&s, 7, DELTA) = 163.7; /* -16.3: 160 from the others on one branch, 20 on the other */
    *at(&s, 7, NBOUND) = 1.0;
    assert_close(hp_record_band_of(&s.record, DELTA, 0).error, 152.0, 1e-14, 0); /* of sums */
    quoted_is(&s, DELTA, "0(150)");
    assert_int_equal(hp_record_join_branches(&s.record), 1);
    assert_close(hp_record_band_of(&s.record, DELTA, 0).error, 19.0, 1e-13, 0); /* of 163.7 */
    quoted_is(&s, DELTA, "3(19)");
    assert_close(*at(&s, 7, DELTA), -16.3, 1e-14, 0); /* rounding of 163.7; so it is in files */
    assert_close(*at(&s, 7, NBOUND), 1.0, 0, 0);      /* as it was found */
    assert_int_equal(hp_record_join_branches(&s.record), 1); /* and a second time changes nothing */
    assert_close(*at(&s, 7, DELTA), -16.3, 1e-14, 0);
    hp_record_destroy(&s.record);
}

/* Each momentum to its own average; a sample with as many states stays wherever it is. */
static void only_other_numbers_of_states_move(void **state) {
    (void)state;
    static const double average[NK] = {170.0, 95.0, 20.0}, other[NK] = {-3.0, 3.0, -175.0};
    static const double joined[NK] = {177.0, 183.0, 5.0};
    scene s;
    open_scene(&s);
    set(&s, NBOUND, 1.0, 1.0);
    for (int row = 0; row <= NSAMPLE; row++)
        for (int k = 0; k < NK; k++) at(&s, row, DELTA)[k] = average[k];
    for (int k = 0; k < NK; k++) at(&s, 3, DELTA)[k] = at(&s, 5, DELTA)[k] = other[k];
    *at(&s, 5, NBOUND) = 0.0;
    assert_int_equal(hp_record_join_branches(&s.record), 1);
    for (int k = 0; k < NK; k++) {
        assert_close(at(&s, 3, DELTA)[k], other[k], 0, 0);
        assert_close(at(&s, 5, DELTA)[k], joined[k], 0, 0); /* whole numbers */
        assert_close(at(&s, 0, DELTA)[k], average[k], 0, 0);
    }
    hp_record_destroy(&s.record);
}

/* 1/a0 = -0.02(5): a0 = -50 has no error, but lies outside of 1/-0.07 and 1/0.03. */
static void lengths_that_pass_infinity_lie_outside_of_limits(void **state) {
    (void)state;
    scene s;
    double limits[2];
    open_scene(&s);
    spread(&s, INVERSE, -0.02, 0.05);
    for (int row = 0; row <= NSAMPLE; row++) *at(&s, row, A0) = 1.0 / *at(&s, row, INVERSE);
    const hp_entry *a0 = hp_record_find(&s.record, A0);
    assert_true(isinf(hp_record_band(&s.record, a0, 0).error));
    assert_close(hp_record_band_of(&s.record, INVERSE, 0).error, 0.05, 1e-14, 0); /* rounding */
    assert_true(hp_record_outside(&s.record, a0, 0, limits));
    assert_close(limits[0], 1.0 / -0.07, 1e-13, 0); /* rounding of the error */
    assert_close(limits[1], 1.0 / 0.03, 1e-13, 0);
    quoted_is(&s, A0, "undetermined: inverse_a0 = -0.020(50); below -14.29 or above 33.33");
    spread(&s, INVERSE, -0.02, 0.015); /* all of one sign */
    for (int row = 0; row <= NSAMPLE; row++) *at(&s, row, A0) = 1.0 / *at(&s, row, INVERSE);
    assert_true(isfinite(hp_record_band(&s.record, a0, 0).error));
    assert_false(hp_record_outside(&s.record, a0, 0, limits));
    hp_record_destroy(&s.record);
}

/* The total error reaches 0 where the statistical one does not: sqrt(0.015^2 + 0.02^2) = 0.025. */
static void systematic_errors_reach_poles(void **state) {
    (void)state;
    scene s;
    double limits[2];
    open_scene(&s);
    spread(&s, INVERSE, -0.02, 0.015);
    set(&s, A0, -50.0, -50.0);
    s.record.plus = s.plus;
    s.record.minus = s.minus;
    *hp_record_at(&s.record, s.plus, INVERSE) = 0.02;
    const hp_entry *a0 = hp_record_find(&s.record, A0);
    assert_true(hp_record_outside(&s.record, a0, 0, limits));
    assert_close(limits[0], 1.0 / -0.035, 1e-13, 0); /* rounding of the error */
    assert_close(limits[1], 1.0 / 0.005, 1e-12, 0);  /* of a difference that is 5 times smaller */
    assert_true(isfinite(hp_record_band(&s.record, a0, 0).error)); /* the statistical one */
    hp_record_destroy(&s.record);
}

/* k cot delta is no constant over delta: nothing can be said of where it lies. */
static void phases_that_pass_180_degrees_hold_a_pole(void **state) {
    (void)state;
    scene s;
    double limits[2];
    open_scene(&s);
    spread(&s, DELTA, 175.0, 6.0);
    spread(&s, KCOT, 100.0, 1.0);
    const hp_entry *kcot = hp_record_find(&s.record, KCOT);
    assert_true(isinf(hp_record_band(&s.record, kcot, 0).error));
    assert_false(hp_record_outside(&s.record, kcot, 0, limits));
    quoted_is(&s, KCOT, "undetermined: there is a pole within the error of delta_deg");
    spread(&s, DELTA, 175.0, 4.0);
    assert_close(hp_record_band(&s.record, kcot, 0).error, 1.0, 1e-12, 0); /* rounding of 100 */
    hp_record_destroy(&s.record);
}

/* A sample without the state of the average is at threshold: a deviation of all of B. */
static void unbound_samples_are_at_threshold(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    set(&s, BINDING, 1.5, 2.0);
    *at(&s, 4, BINDING) = NAN;
    double error = hp_record_band_of(&s.record, BINDING, 0).error;
    assert_close(error, 2.0 * (NSAMPLE - 1.0) / NSAMPLE, 1e-14, 0); /* rounding of sums */
    quoted_is(&s, BINDING, "1.5(1.9)");
    *at(&s, 0, BINDING) = NAN; /* the average has no such state, whatever a sample has */
    assert_true(isnan(hp_record_band_of(&s.record, BINDING, 0).error));
    quoted_is(&s, BINDING, "none");
    hp_record_destroy(&s.record);
}

/* A spread around a value that no sample has says nothing; nor has an rms distance a spread when a
 * sample has none, though B keeps off 0. */
static void states_of_few_samples_have_no_error(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    set(&s, BINDING, 0.3, NAN);
    quoted_is(&s, BINDING, "undetermined: bound in 0 of 20 samples");
    *at(&s, 4, BINDING) = 0.2;
    quoted_is(&s, BINDING, "undetermined: bound in 1 of 20 samples");
    *at(&s, 5, BINDING) = 0.2;
    assert_true(isfinite(hp_record_band_of(&s.record, BINDING, 0).error));
    spread(&s, BINDING, 5.0, 0.5);
    spread(&s, RMS, 3.0, 0.2);
    assert_close(hp_record_band_of(&s.record, RMS, 0).error, 0.2, 1e-13, 0); /* rounding of 3 */
    *at(&s, 4, BINDING) = *at(&s, 4, RMS) = NAN; /* B = 5(5), but 5(3) without this sample */
    assert_true(isinf(hp_record_band_of(&s.record, RMS, 0).error));
    hp_record_destroy(&s.record);
}

/* a0 = 0.05(6): far from infinity, though 1/a0 = 20(24) is not. */
static void small_lengths_have_their_own_error(void **state) {
    (void)state;
    scene s;
    double limits[2];
    open_scene(&s);
    spread(&s, A0, 0.05, 0.06);
    for (int row = 0; row <= NSAMPLE; row++) *at(&s, row, INVERSE) = 1.0 / *at(&s, row, A0);
    hp_band inverse = hp_record_band_of(&s.record, INVERSE, 0);
    assert_true(inverse.error > inverse.value); /* to first order it reaches 0 */
    const hp_entry *a0 = hp_record_find(&s.record, A0);
    assert_close(hp_record_band(&s.record, a0, 0).error, 0.06, 1e-13, 0); /* rounding */
    assert_false(hp_record_outside(&s.record, a0, 0, limits));
    quoted_is(&s, A0, "0.050(60)");
    hp_record_destroy(&s.record);
}

/* One of 20 samples beyond infinity, 1/a0 = 0.1(..): a0 has the relative error of 1/a0. */
static void samples_beyond_a_pole_have_no_spread(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    set(&s, INVERSE, 0.1, 0.105);
    *at(&s, 3, INVERSE) = 0.01 - 0.005; /* D = -0.1 of one of N: an error of 0.1 (N-1)/N */
    for (int row = 0; row <= NSAMPLE; row++) *at(&s, row, A0) = 1.0 / *at(&s, row, INVERSE);
    assert_true(hp_record_band_of(&s.record, A0, 0).error > 100.0); /* the spread, of one sign */
    *at(&s, 3, INVERSE) = -0.0001;
    *at(&s, 3, A0) = -10000.0;
    double relative = hp_record_band_of(&s.record, INVERSE, 0).error / 0.1;
    assert_true(relative < 1.0);
    assert_close(hp_record_band_of(&s.record, A0, 0).error, 10.0 * relative, 1e-13, 0);
    hp_record_destroy(&s.record);
}

static const hp_row direct_rows[] = {
    {.path = "direct/place_deg", .compare = HP_FREE_LEVELS},
    {.path = "direct/kcot_mev", .compare = HP_POLE, .guide = "direct/place_deg"}};

/* A place among free levels stays where it is, and distances from its poles are those of 1/a0 from
 * 0. */
static void places_among_free_levels_have_poles_there(void **state) {
    (void)state;
    double value[NSAMPLE + 1][2];
    hp_record record;
    hp_record_create(&record);
    hp_record_add_rows(&record, direct_rows, 2);
    hp_record_set_samples(
        &record, &(hp_rows){NSAMPLE, value[0], {HP_METHOD_JACKKNIFE, NSAMPLE}, true, NULL});
    for (int row = 0; row <= NSAMPLE; row++) { /* error 5 of 370, 10 degrees from a pole */
        double place = 370.0 + (row % 2 == 0 ? 5.0 : -5.0) / sqrt(NSAMPLE - 1.0) * (row > 0);
        value[row][0] = place;
        value[row][1] = -50.0 / (place - 360.0);
    }
    assert_int_equal(hp_record_join_branches(&record), 0);
    hp_band spread = hp_record_band_of(&record, "direct/kcot_mev", 0);
    assert_close(spread.error, 2.5, 0.2, 0); /* of samples: linear in their deviation, about 10 % */
    value[7][0] = 359.0;
    value[7][1] = 50.0;
    double place_error = hp_record_band_of(&record, "direct/place_deg", 0).error;
    assert_true(place_error > 10.0); /* and reaches the pole */
    assert_true(isinf(hp_record_band_of(&record, "direct/kcot_mev", 0).error));
    for (int row = 0; row <= NSAMPLE; row++) value[row][0] += row == 7 ? 0.0 : 40.0;
    place_error = hp_record_band_of(&record, "direct/place_deg", 0).error;
    assert_true(place_error < 50.0); /* 410, 50 from the pole, which sample 7 alone has passed */
    assert_close(hp_record_band_of(&record, "direct/kcot_mev", 0).error, 5.0 * place_error / 50.0,
                 1e-13, 0);
    assert_close(value[7][0], 359.0, 0, 0);
    hp_record_destroy(&record);
}

/* q^2 = -0.97(5) in a box of 24 sites, 1/a = 1360 MeV: Z has no pole at -1, and k cot delta is near
 * -sqrt(-k^2). */
static void there_are_no_poles_below_the_first_level(void **state) {
    (void)state;
    const double extent = 24.0, mev = 1360.0, q2 = -0.97, error = 0.05;
    const double unit = gsl_pow_2(2.0 * M_PI / extent), near = 1e-3 * error;
    double value[NSAMPLE + 1][2];
    hp_record record;
    hp_record_create(&record);
    hp_record_add_rows(&record, direct_rows, 2);
    hp_record_set_samples(
        &record, &(hp_rows){NSAMPLE, value[0], {HP_METHOD_JACKKNIFE, NSAMPLE}, true, NULL});
    for (int row = 0; row <= NSAMPLE; row++) {
        double shift = (row % 2 == 0 ? error : -error) / sqrt(NSAMPLE - 1.0) * (row > 0);
        value[row][0] = hp_luescher_place_deg((q2 + shift) * unit, extent);
        value[row][1] = mev * hp_luescher_kcot((q2 + shift) * unit, extent);
    }
    double slope = mev *
                   (hp_luescher_kcot((q2 + near) * unit, extent) -
                    hp_luescher_kcot((q2 - near) * unit, extent)) /
                   (2.0 * near);
    hp_band kcot = hp_record_band_of(&record, "direct/kcot_mev", 0);
    assert_close(kcot.value, -349.9, 2e-4, 0); /* by another program, rounded */
    assert_close(kcot.error, 9.15, 5e-3,
                 0); /* of -kappa + 6 exp(-kappa L)/L, and the second order */
    assert_close(kcot.error, slope * error, 1e-3, 0); /* 19 samples: not as many up as down */
    for (int row = 0; row <= NSAMPLE; row++) value[row][0] += 180.0 * 0.95; /* -0.02(5) */
    assert_true(isinf(hp_record_band_of(&record, "direct/kcot_mev", 0).error));
    assert_true(hp_row_has_pole(&direct_rows[0], -1.0, 1.0));
    assert_false(hp_row_has_pole(&direct_rows[0], -1900.0, -1.0));
    assert_true(hp_row_has_pole(&direct_rows[0], -1900.0, 1.0));
    assert_true(hp_row_has_pole(&direct_rows[0], 179.0, 181.0));
    assert_false(hp_row_has_pole(&direct_rows[0], 1.0, 179.0));
    hp_record_destroy(&record);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_branch_is_no_error),
        cmocka_unit_test(only_other_numbers_of_states_move),
        cmocka_unit_test(lengths_that_pass_infinity_lie_outside_of_limits),
        cmocka_unit_test(systematic_errors_reach_poles),
        cmocka_unit_test(phases_that_pass_180_degrees_hold_a_pole),
        cmocka_unit_test(unbound_samples_are_at_threshold),
        cmocka_unit_test(states_of_few_samples_have_no_error),
        cmocka_unit_test(small_lengths_have_their_own_error),
        cmocka_unit_test(samples_beyond_a_pole_have_no_spread),
        cmocka_unit_test(places_among_free_levels_have_poles_there),
        cmocka_unit_test(there_are_no_poles_below_the_first_level),
    };
    return cmocka_run_group_tests_name("record/branches", tests, NULL, NULL);
}
