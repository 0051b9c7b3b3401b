// SPDX-License-Identifier: GPL-3.0-or-later
/* Samples of a given mass, and masses that two-point functions contradict. */
#include "support.h"

#include <math.h>
#include "hadpot/masses.h"

enum { N = 20 };

/* The rule of the samples gives the error, their mean is the mass; rounding. */
static void samples_have_the_error(void **state) {
    (void)state;
    static const hp_method methods[] = {HP_METHOD_JACKKNIFE, HP_METHOD_BOOTSTRAP};
    for (int i = 0; i < 2; i++) {
        hp_error err = HP_ERROR_INIT;
        const hp_sample_rule rule = {methods[i], N};
        double rows[1 + N], again[1 + N], other[1 + N], mean = 0.0, product = 0.0;
        assert_ok(hp_masses_draw((hp_band){0.665, 0.0125}, rule, 1, 0, rows, &err), &err);
        assert_ok(hp_masses_draw((hp_band){0.665, 0.0125}, rule, 1, 0, again, &err), &err);
        assert_ok(hp_masses_draw((hp_band){0.665, 0.0125}, rule, 1, 1, other, &err), &err);
        assert_memory_equal(rows, again, sizeof rows);
        assert_close(rows[0], 0.665, 0, 0);
        assert_close(hp_sample_error(rule, rows + 1, N, 1), 0.0125, 1e-12, 0);
        for (int k = 1; k <= N; k++) mean += rows[k] / N;
        assert_close(mean, 0.665, 1e-14, 0);
        for (int k = 1; k <= N; k++) product += (rows[k] - 0.665) * (other[k] - 0.665);
        double w = hp_sample_weight(rule, N);
        assert_true(fabs(w * product / (0.0125 * 0.0125)) < 0.7); /* three errors of 1/sqrt(N) */
    }
}

static void no_error_is_no_deviation(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    double rows[1 + N];
    const hp_sample_rule rule = {HP_METHOD_JACKKNIFE, N};
    assert_ok(hp_masses_draw((hp_band){0.665, 0.0}, rule, 1, 0, rows, &err), &err);
    for (int k = 0; k <= N; k++) assert_close(rows[k], 0.665, 0, 0);
}

/* More than five errors and one percent, both; errors from few bins say less. */
static void both_limits_must_be_passed(void **state) {
    (void)state;
    const hp_ensemble ensemble = {.inverse_spacing_mev = 2000.0};
    static const struct {
        double value, error, given_error;
        int freedom;
        bool wrong;
    } cases[] = {{0.5051, 0.001, 0.0, 1000000, true},
                 {0.5049, 0.001, 0.0, 1000000, false},
                 {0.5249, 0.005, 0.0, 1000000, false},
                 {0.5251, 0.005, 0.0, 1000000, true},
                 {0.4949, 0.001, 0.0, 1000000, true},
                 {0.5251, 0.004, 0.003, 1000000, true},
                 {0.5251, 0.004, 0.0035, 1000000, false},
                 {0.52, 0.002, 0.0, 3, false},
                 {0.52, 0.002, 0.0, 30, true},
                 {0.6, NAN, 0.0, 30, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hp_error err = HP_ERROR_INIT;
        hp_masses masses = {.freedom = cases[i].freedom, .source = -1};
        masses.hadron[1] = (hp_hadron_mass){.given = 0.5, .given_error = cases[i].given_error};
        hp_status status =
            hp_masses_compare(&masses, &ensemble, 1, (hp_band){cases[i].value, cases[i].error},
                              HP_MASS_PART, "two-point functions", &err);
        assert_int_equal(status, cases[i].wrong ? HP_ERR_INPUT : HP_OK);
        if (cases[i].wrong)
            assert_contains(err.message, "attribute mass_2 is 0.5 (1000.00 MeV), but two-point "
                                         "functions say ");
    }
}

/* A fifth of the mass, where no fit can be trusted; less is noted. */
static void effective_masses_refuse_gross_mistakes_alone(void **state) {
    (void)state;
    const hp_ensemble ensemble = {.inverse_spacing_mev = 2000.0};
    static const struct {
        double value;
        bool differs, wrong;
    } cases[] = {{0.504, false, false}, {0.506, true, false}, {0.599, true, false},
                 {0.601, true, true},   {0.401, true, false}, {0.399, true, true},
                 {NAN, false, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hp_error err = HP_ERROR_INIT;
        hp_masses masses = {.freedom = 100, .source = -1};
        masses.hadron[0] = masses.hadron[1] = (hp_hadron_mass){.given = 0.5};
        const hp_band found[2] = {{0.5, 1e-4}, {cases[i].value, 1e-4}};
        hp_status status = hp_masses_compare_effective(&masses, &ensemble, found, &err);
        assert_int_equal(status, cases[i].wrong ? HP_ERR_INPUT : HP_OK);
        assert_false(masses.hadron[0].effective_differs);
        assert_int_equal(masses.hadron[1].effective_differs, cases[i].differs);
        if (cases[i].wrong) assert_contains(err.message, "attribute mass_2 is 0.5 (1000.00 MeV)");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_have_the_error), cmocka_unit_test(no_error_is_no_deviation),
        cmocka_unit_test(both_limits_must_be_passed),
        cmocka_unit_test(effective_masses_refuse_gross_mistakes_alone)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
