// SPDX-License-Identifier: GPL-3.0-or-later
/* One direction of time or both: which form is taken, and that no window has a mass below 0. */
#include "support.h"

#include "spectrum_case.h"

/* C = exp(-m t) + exp(-m (T - t)) is two exponentials, of m and -m. */
static const spectrum_case meson = {
    .mass = 0.2, .extent = 64, .noise = 0.006, .memory = 0.8, .first = 0, .nt = 33, .nbin = 40};

static void a_meson_has_no_negative_mass(void **state) {
    (void)state;
    for (int seed = 1; seed <= 2; seed++) {
        hp_error err = HP_ERROR_INIT;
        hp_mass_choice choice;
        hp_mass_fit fit;
        hp_two_point C = spectrum_make(&meson, 53000 + seed);
        assert_ok(hp_mass_recommend(&C, HP_MASS_EXPONENTIAL, 0, &choice, &err), &err);
        assert_false(choice.good); /* cosh is curved, up to its middle */
        assert_ok(hp_mass_fit_create(&C, &choice.window, &fit, &err), &err);
        for (int row = 0; row < fit.nrow; row++) assert_true(fit.mass[row] > 0.0);
        hp_mass_fit_destroy(&fit);
        assert_ok(hp_mass_recommend(&C, HP_MASS_EITHER, 0, &choice, &err), &err);
        assert_int_equal(choice.window.form, HP_MASS_COSH);
        assert_true(choice.good);
        assert_contains(choice.reason, "; cosh: symmetric about T/2 = 32");
        assert_ok(hp_mass_fit_create(&C, &choice.window, &fit, &err), &err);
        /* Four errors; tails of chosen windows (docs/method-masses.md). */
        assert_close(fit.mass[0], meson.mass, 0.0, 4.0 * hp_mass_error(&C, fit.mass));
        hp_mass_fit_destroy(&fit);
        spectrum_free(&C);
    }
}

/* Noise ends the window far from T/2, or T is not known: bytes of before. */
static void a_baryon_is_an_exponential(void **state) {
    (void)state;
    for (int known = 0; known < 2; known++) {
        hp_error err = HP_ERROR_INIT;
        hp_mass_choice choice, before;
        hp_two_point C = spectrum_make(&spectrum_usual, 54001);
        C.extent = known ? 64 : 0;
        assert_ok(hp_mass_recommend(&C, HP_MASS_EITHER, 0, &choice, &err), &err);
        assert_ok(hp_mass_recommend(&C, HP_MASS_EXPONENTIAL, 0, &before, &err), &err);
        assert_int_equal(choice.window.form, HP_MASS_EXPONENTIAL);
        assert_int_equal(choice.window.t_min, before.window.t_min);
        assert_string_equal(choice.reason, before.reason);
        spectrum_free(&C);
    }
}

/* The same for windows that are given: near T/2 the form shows, far from it it does not. */
static void a_given_window_finds_its_form(void **state) {
    (void)state;
    static const struct {
        int t_min, t_max;
        bool symmetric;
        hp_mass_form asked, found;
    } cases[] = {{15, 30, false, HP_MASS_EITHER, HP_MASS_COSH},
                 {2, 6, false, HP_MASS_EITHER, HP_MASS_EXPONENTIAL},
                 {2, 6, true, HP_MASS_EITHER, HP_MASS_COSH},
                 {15, 30, true, HP_MASS_EXPONENTIAL, HP_MASS_EXPONENTIAL}};
    hp_error err = HP_ERROR_INIT;
    hp_two_point C = spectrum_make(&meson, 53001);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hp_mass_window window = {cases[i].t_min, cases[i].t_max, 1, cases[i].asked};
        C.symmetric = cases[i].symmetric;
        assert_ok(hp_mass_find_form(&C, &window, &err), &err);
        assert_int_equal(window.form, cases[i].found);
    }
    spectrum_free(&C);
}

static void windows_end_at_their_limit(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_mass_choice choice;
    hp_two_point C = spectrum_make(&spectrum_usual, 54001);
    C.limit = 13;
    assert_ok(hp_mass_recommend(&C, HP_MASS_EITHER, 0, &choice, &err), &err);
    assert_int_equal(choice.window.t_max, 13);
    assert_contains(choice.reason, "; it ends before states that run backwards count");
    spectrum_free(&C);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_meson_has_no_negative_mass),
        cmocka_unit_test(a_baryon_is_an_exponential),
        cmocka_unit_test(a_given_window_finds_its_form),
        cmocka_unit_test(windows_end_at_their_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
