// SPDX-License-Identifier: GPL-3.0-or-later
/* Total bands: percentiles of draws whose distribution is known. */
#include <math.h>
#include "hadpot/totals.h"
#include "support.h"

enum { NDRAW = 2001, LENGTH = 6 };

static const hp_row rows[] = {
    {.path = "delta", .compare = HP_MODULO_180, .guide = "bound", .roles = HP_DRAWN},
    {.path = "kcot", .compare = HP_POLE, .guide = "delta", .roles = HP_DRAWN},
    {.path = "inverse", .roles = HP_DRAWN},
    {.path = "a0", .compare = HP_POLE, .guide = "inverse", .scale = 1.0, .roles = HP_DRAWN},
    {.path = "binding", .compare = HP_UNBOUND, .roles = HP_DRAWN},
    {.path = "bound"}};

typedef struct {
    hp_record record, layout;
    double average[LENGTH], draw[NDRAW][LENGTH];
    hp_rows draws;
} scene;

/* Draw d is at the percentile d/(NDRAW-1) of a phase that is uniform from low to high. */
static void set_up(scene *s, double low, double high, double average) {
    hp_record_create(&s->record);
    hp_record_create(&s->layout);
    hp_record_add_rows(&s->record, rows, LENGTH);
    hp_record_add_rows(&s->layout, rows, LENGTH);
    for (int d = 0; d < NDRAW; d++) {
        double *x = s->draw[(d * 7) % NDRAW]; /* in no order */
        double delta = low + (high - low) * d / (NDRAW - 1.0), inverse = delta / 100.0;
        x[0] = delta + 180.0 * (d % 3); /* on other branches, too */
        x[1] = 50.0 / tan(delta * M_PI / 180.0);
        x[2] = inverse;
        x[3] = 1.0 / inverse;
        x[4] = delta > 0.0 ? delta : NAN;
        x[5] = delta > 0.0;
    }
    for (int i = 0; i < LENGTH; i++) s->average[i] = average;
    s->record.group[HP_SAMPLES] = (hp_rows){.value = s->average};
    s->draws = (hp_rows){.n = NDRAW, .value = s->draw[0], .layout = &s->layout};
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_record_set_draws(&s->record, &s->draws, &err), &err);
}

static void tear_down(scene *s) {
    hp_record_destroy(&s->record);
    hp_record_destroy(&s->layout);
}

static hp_interval total(const scene *s, const char *path) {
    return hp_record_total(hp_record_find(&s->record, path), 0);
}

/* Uniform from 40 to 60: median 50, 16 % and 84 % at 43.2 and 56.8, on the branch of the average.
 * The grid of 2001 has all three, to rounding. */
static void test_percentiles_of_a_phase(void **state) {
    (void)state;
    static scene s;
    set_up(&s, 40.0, 60.0, 225.0);
    hp_interval delta = total(&s, "delta");
    assert_close(delta.value, 230.0, 1e-12, 0.0);
    assert_close(delta.minus, 6.8, 1e-10, 0.0);
    assert_close(delta.plus, 6.8, 1e-10, 0.0);
    hp_interval kcot = total(&s, "kcot");
    assert_close(kcot.value, 50.0 / tan(50.0 * M_PI / 180.0), 1e-12, 0.0);
    assert_close(kcot.value - kcot.minus, 50.0 / tan(56.8 * M_PI / 180.0), 1e-6, 0.0);
    assert_close(kcot.value + kcot.plus, 50.0 / tan(43.2 * M_PI / 180.0), 1e-6, 0.0);
    hp_interval a0 = total(&s, "a0");
    assert_close(a0.value, 2.0, 1e-12, 0.0);
    assert_close(a0.value - a0.minus, 1.0 / 0.568, 1e-6, 0.0);
    assert_close(a0.value + a0.plus, 1.0 / 0.432, 1e-6, 0.0);
    tear_down(&s);
}

/* From -5 to 15: k cot delta and a0 have a pole inside, the binding energy reaches threshold. */
static void test_poles_and_thresholds(void **state) {
    (void)state;
    static scene s;
    set_up(&s, -5.0, 15.0, 4.0);
    hp_interval delta = total(&s, "delta"), binding = total(&s, "binding");
    assert_close(delta.value, 5.0, 1e-10, 0.0);
    assert_true(isinf(total(&s, "kcot").plus) && isinf(total(&s, "kcot").minus));
    assert_true(isinf(total(&s, "a0").plus) && isinf(total(&s, "a0").minus));
    assert_close(total(&s, "inverse").minus, 0.068, 1e-10, 0.0);
    assert_close(binding.value, 5.0, 1e-10, 0.0);
    assert_close(binding.minus, 5.0, 1e-10, 0.0); /* down to threshold */
    assert_close(binding.plus, 6.8, 1e-10, 0.0);
    tear_down(&s);
}

/* Draws without a solution are no draws; a band around +-90 degrees is one band. */
static void test_missing_draws_and_wrapping(void **state) {
    (void)state;
    static scene s;
    set_up(&s, 80.0, 100.0, 88.0);
    assert_close(total(&s, "delta").value, 90.0, 1e-12, 0.0);
    for (int d = 0; d < NDRAW; d++)
        if (s.draw[d][2] < 0.85) s.draw[d][0] = NAN;
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_record_set_draws(&s.record, &s.draws, &err), &err);
    assert_close(total(&s, "delta").value, 92.5, 1e-3,
                 0.0); /* a draw is 0.01 apart from the next */
    assert_true(isnan(total(&s, "bound").value));
    tear_down(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_percentiles_of_a_phase),
                                       cmocka_unit_test(test_poles_and_thresholds),
                                       cmocka_unit_test(test_missing_draws_and_wrapping)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
