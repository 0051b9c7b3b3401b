// SPDX-License-Identifier: GPL-3.0-or-later
/* What two-point functions at all times of a lattice say: their sign, both directions of time, and
 * states of the other parity that run backwards. */
#include "support.h"

#include "../spectrum/spectrum_case.h"
#include "hadpot/two_points.h"

enum { T = 32, BINS = 40 };

/* Both hadrons (nrow, 2, T) of a truth times noise, 0.3 % of the average at each. */
static void make(double (*truth)(int t), int seed, hp_two_points *points) {
    hp_error err = HP_ERROR_INIT;
    size_t nrow = 1 + BINS;
    const spectrum_case noise = {
        .noise = 0.02, .memory = 0.5, .first = 0, .nt = 2 * T, .nbin = BINS}; /* C = 1 */
    hp_two_point flat = spectrum_make(&noise, seed);
    *points = (hp_two_points){.rows = hp_alloc(nrow * 2 * T, sizeof(double)), .stored = T};
    assert_non_null(points->rows);
    for (size_t row = 0; row < nrow; row++)
        for (int i = 0; i < 2 * T; i++)
            points->rows[row * 2 * T + (size_t)i] =
                truth(i % T) * flat.value[row * 2 * T + (size_t)i];
    for (int hadron = 0; hadron < 2; hadron++) {
        points->of[hadron] = flat;
        points->of[hadron].nt = T;
        points->of[hadron].value = points->rows + (ptrdiff_t)hadron * T;
    }
    spectrum_free(&flat);
    assert_ok(hp_two_points_look(points, &err), &err);
}

static double meson(int t) {
    return exp(-0.2 * t) + exp(-0.2 * (T - t));
}

/* Mass 0.8, and its partner, 0.85 and 0.4 above, from t = T. */
static double baryon(int t) {
    return exp(-0.8 * t) * (1.0 + 0.4 * exp(-0.35 * t)) -
           exp(-0.85 * (T - t)) * (1.0 + 0.3 * exp(-0.4 * (T - t)));
}

static double negative(int t) {
    return -exp(-0.8 * t);
}

static void mesons_give_the_extent(void **state) {
    (void)state;
    hp_two_points points;
    make(meson, 55001, &points);
    for (int hadron = 0; hadron < 2; hadron++) {
        assert_true(points.of[hadron].symmetric);
        assert_int_equal(points.of[hadron].extent, T);
        assert_int_equal(points.of[hadron].nt, T / 2 + 1);
        assert_int_equal(points.turn[hadron], 0);
        assert_false(points.negative[hadron]);
    }
    hp_two_points_destroy(&points);
}

/* The mass of the recommended window is right, where that of all times up to the turn is not. */
static void baryons_end_before_their_partners(void **state) {
    (void)state;
    for (int seed = 55011; seed < 55016; seed++) {
        hp_error err = HP_ERROR_INIT;
        hp_two_points points;
        hp_mass_choice choice;
        hp_mass_fit fit;
        make(baryon, seed, &points);
        hp_two_point *C = &points.of[0];
        assert_false(C->symmetric);
        assert_int_equal(C->extent, 0);
        assert_int_equal(C->nt, T);
        assert_in_range(points.turn[0], 15, 17); /* where both are the same */
        assert_in_range(C->limit, 9, 13);        /* exp(-1.65 (16 - t)) = 0.06 % at t = 11.5 */
        assert_ok(hp_mass_recommend(C, HP_MASS_EITHER, 0, &choice, &err), &err);
        assert_int_equal(choice.window.t_max, C->limit);
        assert_true(choice.good);
        assert_ok(hp_mass_fit_create(C, &choice.window, &fit, &err), &err);
        /* Four errors; tails of chosen windows (docs/method-masses.md). */
        assert_close(fit.mass[0], 0.8, 0.0, 4.0 * hp_mass_error(C, fit.mass));
        hp_mass_fit_destroy(&fit);
        hp_two_points_destroy(&points);
    }
}

static void an_overall_sign_is_left_out(void **state) {
    (void)state;
    hp_two_points points;
    make(negative, 55021, &points);
    for (int hadron = 0; hadron < 2; hadron++) {
        const hp_two_point *C = &points.of[hadron];
        assert_true(points.negative[hadron]);
        assert_int_equal(points.turn[hadron], 0);
        for (int i = 0; i < C->nrow * T; i++)
            assert_true(C->value[(size_t)(i / T) * C->stride + (size_t)(i % T)] > 0.0);
    }
    hp_two_points_destroy(&points);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mesons_give_the_extent),
        cmocka_unit_test(baryons_end_before_their_partners),
        cmocka_unit_test(an_overall_sign_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
