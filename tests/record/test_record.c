// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows, bands, facts and notes of a record, without files. */
#include "support.h"

#include <math.h>
#include <string.h>
#include "hadpot/record.h"

enum { NK = 3, NSAMPLE = 4 };

static void double_of_first(const hp_record *record, const double *vector, double *out) {
    const double *x = hp_record_read(record, vector, "group/x");
    for (int i = 0; i < NK; i++) out[i] = 2.0 * x[i];
}

static const hp_row rows[] = {
    {.path = "group/x",
     .unit = "MeV",
     .text = "a quantity",
     .axis = {"k"},
     .roles = HP_BUDGET | HP_COVARIANCE},
    {.path = "group/missing", .unit = "1", .text = "no such axis", .axis = {"k", "nothing"}},
    {.path = "group/empty", .unit = "1", .text = "an empty axis", .axis = {"none"}},
    {.path = "group/twice",
     .unit = "MeV",
     .text = "derived",
     .axis = {"k"},
     .derive = double_of_first},
    {.path = "group/scalar", .unit = "1", .text = "one number"}};

static void add_all(hp_record *record) {
    hp_record_create(record);
    hp_record_add_axis(record, "k", NK);
    hp_record_add_axis(record, "none", 0);
    hp_record_add_rows(record, rows, (int)(sizeof rows / sizeof *rows));
}

static void rows_lie_one_after_the_other(void **state) {
    (void)state;
    hp_record record;
    double vector[2 * NK + 1] = {0};
    add_all(&record);
    assert_int_equal(record.length, 2 * NK + 1);
    assert_int_equal(record.nentry, 3);
    assert_null(hp_record_find(&record, "group/missing"));
    assert_null(hp_record_at(&record, vector, "group/empty"));
    assert_int_equal(hp_record_count(&record, "group/empty"), 0);
    assert_int_equal(hp_record_count(&record, "group/x"), NK);
    assert_ptr_equal(hp_record_at(&record, vector, "group/scalar"), vector + 2 * NK);
    hp_record_destroy(&record);
}

static void derived_rows_are_filled(void **state) {
    (void)state;
    hp_record record;
    double vector[2 * NK + 1] = {2.385, -1.5, 0.25};
    add_all(&record);
    hp_record_derive(&record, vector);
    for (int i = 0; i < NK; i++) assert_true(vector[NK + i] == 2.0 * vector[i]);
    hp_record_destroy(&record);
}

/* Against sqrt((N-1)/N sum (x - xbar)^2), written out. */
static void bands_are_those_of_the_rule(void **state) {
    (void)state;
    hp_record record;
    double value[NSAMPLE + 1][2 * NK + 1] = {{0}}, sample[NSAMPLE] = {1.25, 1.75, 0.5, 2.0};
    add_all(&record);
    value[0][1] = 1.385;
    double mean = 0.0, squares = 0.0;
    for (int i = 0; i < NSAMPLE; i++) {
        value[i + 1][1] = sample[i];
        mean += sample[i] / NSAMPLE;
    }
    for (int i = 0; i < NSAMPLE; i++) squares += (sample[i] - mean) * (sample[i] - mean);
    const hp_rows samples = {NSAMPLE, value[0], {HP_METHOD_JACKKNIFE, NSAMPLE}, true};
    hp_record_set_samples(&record, &samples);
    hp_band band = hp_record_band_of(&record, "group/x", 1);
    assert_true(band.value == 1.385);
    assert_close(band.error, sqrt(0.75 * squares), 1e-15, 0.0); /* rounding */
    double bias = hp_record_bias(&record, hp_record_find(&record, "group/x"), 1);
    assert_close(bias, 3.0 * (mean - 1.385), 1e-14, 0.0); /* rounding of a small difference */
    hp_record_destroy(&record);
}

static void systematic_errors_belong_to_rows_of_the_budget(void **state) {
    (void)state;
    hp_record record;
    double plus[2 * NK + 1] = {0.0, 0.3}, minus[2 * NK + 1] = {0.0, 0.2};
    add_all(&record);
    const hp_entry *x = hp_record_find(&record, "group/x");
    assert_true(hp_record_systematic(&record, x, 1).plus == 0.0);
    record.plus = plus;
    record.minus = minus;
    assert_true(hp_record_systematic(&record, x, 1).plus == 0.3);
    assert_true(hp_record_systematic(&record, x, 1).minus == 0.2);
    assert_true(
        isnan(hp_record_systematic(&record, hp_record_find(&record, "group/scalar"), 0).plus));
    hp_record_destroy(&record);
}

static void no_note_is_lost_and_reasons_are_joined(void **state) {
    (void)state;
    hp_record record;
    char reasons[64];
    hp_record_create(&record);
    assert_false(hp_record_fails(&record, reasons, sizeof reasons));
    assert_string_equal(reasons, "");
    for (int i = 0; i < 40; i++)
        hp_record_add_note(&record, (hp_note){.severity = HP_CAUTION, .cases = i}, "note %d", i);
    hp_record_add_note(&record, (hp_note){.fails = "did not converge"}, "a");
    hp_record_add_note(&record, (hp_note){.fails = "is cut off"}, "b");
    assert_int_equal(record.nnote, 42);
    assert_string_equal(record.note[39].text, "note 39");
    assert_int_equal(record.note[39].cases, 39);
    assert_true(hp_record_fails(&record, reasons, sizeof reasons));
    assert_string_equal(reasons, "did not converge, is cut off");
    assert_true(hp_record_fails(&record, reasons, 8)); /* cut off, not beyond the end */
    assert_string_equal(reasons, "did not");
    hp_record_destroy(&record);
}

static void names_of_elements_are_numbered(void **state) {
    (void)state;
    char name[64];
    hp_row_element_name("binding_energy_%zu_mev", 1, name, sizeof name);
    assert_string_equal(name, "binding_energy_2_mev");
    hp_row_element_name("bound_states", 0, name, sizeof name);
    assert_string_equal(name, "bound_states");
    assert_string_equal(hp_row_short_name("scattering/delta_deg"), "delta_deg");
    assert_string_equal(hp_row_short_name("delta_deg"), "delta_deg");
}

/* W of rows that are all known: w sum (x_i - xbar)(x_j - xbar), the errors on its diagonal. */
static void covariances_have_errors_on_their_diagonal(void **state) {
    (void)state;
    hp_record record;
    double value[NSAMPLE + 1][2 * NK + 1] = {{0}};
    add_all(&record);
    for (int i = 1; i <= NSAMPLE; i++)
        for (int k = 0; k < NK; k++) value[i][k] = sin(3.0 * i + k * k);
    const hp_rows samples = {NSAMPLE, value[0], {HP_METHOD_BOOTSTRAP, NSAMPLE}, true};
    hp_record_set_samples(&record, &samples);
    hp_record_add_covariances(&record, NSAMPLE - 1);
    const hp_entry *matrix = hp_record_find(&record, "covariance/group/x");
    assert_non_null(matrix);
    assert_int_equal(matrix->count, NK * NK);
    for (int k = 0; k < NK; k++) {
        double error = hp_record_band_of(&record, "group/x", (size_t)k).error;
        assert_close(matrix->constant[k * NK + k], error * error, 1e-14, 0.0); /* rounding */
        for (int j = 0; j < k; j++)
            assert_true(matrix->constant[k * NK + j] == matrix->constant[j * NK + k]);
    }
    hp_record_destroy(&record);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_lie_one_after_the_other),
        cmocka_unit_test(derived_rows_are_filled),
        cmocka_unit_test(bands_are_those_of_the_rule),
        cmocka_unit_test(systematic_errors_belong_to_rows_of_the_budget),
        cmocka_unit_test(no_note_is_lost_and_reasons_are_joined),
        cmocka_unit_test(names_of_elements_are_numbered),
        cmocka_unit_test(covariances_have_errors_on_their_diagonal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
