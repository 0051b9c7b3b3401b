// SPDX-License-Identifier: GPL-3.0-or-later
/* The effective-range fit over a window of momenta. */
#include "support.h"

#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/observables.h"

enum { NK = 12, NROW = 3 };

/* k^2 = 0.01, 0.02, ... 1/fm^2; the window holds numbers 2 ... 9. */
typedef struct case_data {
    double k2[NK];
    hp_observables observables;
    hp_record record;
    double *rows; /* (NROW, record.length) */
} case_data;

static void open_case(case_data *c, bool shape) {
    hp_error err = HP_ERROR_INIT;
    *c = (case_data){.observables = {.pair = {.mu = 2.3},
                                     .length_fm = 0.09,
                                     .momentum_mev = 2192.5,
                                     .nk = NK,
                                     .k2 = c->k2,
                                     .window_low = 0.025,
                                     .window_high = 0.105,
                                     .shape = shape}};
    for (int k = 0; k < NK; k++) c->k2[k] = 0.01 * (k + 1);
    hp_record_create(&c->record);
    assert_ok(hp_observables_describe(&c->observables, &c->record, &err), &err);
    c->rows = hp_alloc(NROW * c->record.length, sizeof *c->rows);
    assert_non_null(c->rows);
}

static void close_case(case_data *c) {
    hp_free(c->rows);
    hp_record_destroy(&c->record);
}

static double *row(case_data *c, int i, const char *path) {
    return hp_record_at(&c->record, c->rows + (size_t)i * c->record.length, path);
}

/* k cot delta in MeV of row i: exact expansion with parameters that differ from row to row. */
static void fill_rows(case_data *c, double P) {
    for (int i = 0; i < NROW; i++)
        for (int k = 0; k < NK; k++) {
            double a0 = 17.3 + i, r_eff = 2.9 - 0.1 * i, k2 = c->k2[k];
            double kcot = -1.0 / a0 + 0.5 * r_eff * k2 - P * pow(r_eff, 3.0) * k2 * k2;
            row(c, i, HP_ROW_KCOT)[k] = 2192.5 * kcot;
        }
}

static void expansion_is_recovered(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    double error[NK];
    for (int k = 0; k < NK; k++) error[k] = 0.3 + 0.1 * k;
    for (int shape = 0; shape < 2; shape++) {
        case_data c;
        open_case(&c, shape == 1);
        fill_rows(&c, shape == 1 ? -0.037 : 0.0);
        assert_ok(hp_observables_fit_window(&c.observables, &c.record, error, NROW, c.rows, &err),
                  &err);
        for (int i = 0; i < NROW; i++) { /* rounding of a fit in powers of k^2 < 0.11 */
            assert_close(*row(&c, i, HP_ROW_FIT_A0), 0.09 * (17.3 + i), 1e-11, 0.0);
            assert_close(*row(&c, i, HP_ROW_FIT_REFF), 0.09 * (2.9 - 0.1 * i), 1e-10, 0.0);
            assert_close(*row(&c, i, HP_ROW_FIT_KCOT0), -2192.5 / (17.3 + i), 1e-11, 0.0);
            if (shape == 1) assert_close(*row(&c, i, HP_ROW_FIT_SHAPE), -0.037, 1e-8, 0.0);
        }
        close_case(&c);
    }
}

/* What lies outside the window, or has no finite error, does not count. */
static void other_points_are_left_out(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    double error[NK];
    for (int k = 0; k < NK; k++) error[k] = 1.0;
    error[4] = INFINITY;
    error[5] = NAN;
    case_data c;
    open_case(&c, false);
    fill_rows(&c, 0.0);
    for (int i = 0; i < NROW; i++) {
        row(&c, i, HP_ROW_KCOT)[0] = 1e9;  /* below the window */
        row(&c, i, HP_ROW_KCOT)[11] = 1e9; /* above it */
        row(&c, i, HP_ROW_KCOT)[4] = -1e9; /* without a finite error */
        row(&c, i, HP_ROW_KCOT)[5] = 1e7;
    }
    row(&c, 1, HP_ROW_KCOT)[7] = INFINITY; /* a sample at its pole */
    for (c.observables.nk = NK; c.observables.nk >= 9; c.observables.nk -= 3) {
        assert_ok(hp_observables_fit_window(&c.observables, &c.record, error, NROW, c.rows, &err),
                  &err);
        for (int i = 0; i < NROW; i++)
            assert_close(*row(&c, i, HP_ROW_FIT_A0), 0.09 * (17.3 + i), 1e-11, 0.0);
        for (int i = 0; i < NROW; i++) row(&c, i, HP_ROW_KCOT)[9] = 1e9; /* is none of nine */
    }
    close_case(&c);
}

/* Two points and two parameters: a0 is that of the line through them; with a third point the heavy
 * ones decide: the limit of weights 1e12 : 1. */
static void weights_decide(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    double error[NK];
    for (int k = 0; k < NK; k++) error[k] = k == 3 || k == 8 ? 1e-6 : 1.0;
    case_data c;
    open_case(&c, false);
    fill_rows(&c, 0.0);
    row(&c, 0, HP_ROW_KCOT)[5] += 50.0;
    assert_ok(hp_observables_fit_window(&c.observables, &c.record, error, 1, c.rows, &err), &err);
    assert_close(*row(&c, 0, HP_ROW_FIT_A0), 0.09 * 17.3, 1e-8, 0.0);
    assert_ok(hp_observables_fit_window(&c.observables, &c.record, NULL, 1, c.rows, &err), &err);
    assert_true(fabs(*row(&c, 0, HP_ROW_FIT_A0) - 0.09 * 17.3) > 1e-3);
    close_case(&c);
}

/* The ends of the window belong to it: three momenta for three parameters, two for two. */
static void windows_include_their_ends(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    for (int shape = 0; shape < 2; shape++)
        for (int missing = 0; missing < 3; missing++) {
            case_data c;
            open_case(&c, shape == 1);
            fill_rows(&c, 0.0);
            c.observables.window_low = missing == 1 ? nextafter(c.k2[2], 1.0) : c.k2[2];
            c.observables.window_high = c.k2[3 + shape];
            if (missing == 2) c.observables.window_high = nextafter(c.k2[3 + shape], 0.0);
            assert_ok(
                hp_observables_fit_window(&c.observables, &c.record, NULL, NROW, c.rows, &err),
                &err);
            for (int i = 0; i < NROW; i++) {
                if (missing > 0)
                    assert_true(isnan(*row(&c, i, HP_ROW_FIT_A0)));
                else /* rounding of a system of as many equations as unknowns */
                    assert_close(*row(&c, i, HP_ROW_FIT_A0), 0.09 * (17.3 + i), 1e-10, 0.0);
            }
            close_case(&c);
        }
}

/* An error of 0 is none: the point would count for ever. */
static void points_without_spread_are_left_out(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    double error[NK];
    case_data c;
    for (int k = 0; k < NK; k++) error[k] = k == 5 ? 0.0 : 1.0;
    open_case(&c, false);
    fill_rows(&c, 0.0);
    for (int i = 0; i < NROW; i++) row(&c, i, HP_ROW_KCOT)[5] = 1e9;
    assert_ok(hp_observables_fit_window(&c.observables, &c.record, error, NROW, c.rows, &err),
              &err);
    for (int i = 0; i < NROW; i++)
        assert_close(*row(&c, i, HP_ROW_FIT_REFF), 0.09 * (2.9 - 0.1 * i), 1e-10, 0.0);
    c.observables.window_high = 0.0; /* no fit is wanted, and nothing touched */
    *row(&c, 1, HP_ROW_FIT_A0) = 7.0;
    assert_ok(hp_observables_fit_window(&c.observables, &c.record, NULL, NROW, c.rows, &err), &err);
    assert_close(*row(&c, 1, HP_ROW_FIT_A0), 7.0, 0, 0);
    close_case(&c);
}

static void fit_and_destroy(void) {
    hp_error err = HP_ERROR_INIT;
    case_data c;
    open_case(&c, true);
    fill_rows(&c, 0.0);
    assert_ok(hp_observables_fit_window(&c.observables, &c.record, NULL, NROW, c.rows, &err), &err);
    close_case(&c);
}

static void all_memory_is_given_back(void **state) {
    (void)state;
    assert_no_leak(fit_and_destroy);
}

/* It shows after all fits, which must not be lost for it. */
static void too_few_points_leave_no_fit(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    double error[NK];
    for (int k = 0; k < NK; k++) error[k] = k == 3 || k == 4 ? 1.0 : NAN;
    case_data c;
    open_case(&c, true);
    fill_rows(&c, 0.0);
    assert_ok(hp_observables_fit_window(&c.observables, &c.record, error, NROW, c.rows, &err),
              &err);
    for (int i = 0; i < NROW; i++) {
        assert_true(isnan(*row(&c, i, HP_ROW_FIT_A0)) && isnan(*row(&c, i, HP_ROW_FIT_REFF)));
        assert_true(isnan(*row(&c, i, HP_ROW_FIT_KCOT0)) && isnan(*row(&c, i, HP_ROW_FIT_SHAPE)));
        assert_false(isnan(row(&c, i, HP_ROW_KCOT)[0]));
    }
    close_case(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expansion_is_recovered),
        cmocka_unit_test(other_points_are_left_out),
        cmocka_unit_test(weights_decide),
        cmocka_unit_test(windows_include_their_ends),
        cmocka_unit_test(points_without_spread_are_left_out),
        cmocka_unit_test(all_memory_is_given_back),
        cmocka_unit_test(too_few_points_leave_no_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
