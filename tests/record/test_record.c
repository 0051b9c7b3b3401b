// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows, bands, facts and notes of a record, without files. */
#include "support.h"

#include <math.h>
#include <stdio.h>
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
     .axis = {"component", "k"},
     .roles = HP_BUDGET | HP_COVARIANCE},
    {.path = "group/empty", .unit = "1", .text = "an empty axis", .axis = {"none"}},
    {.path = "group/twice",
     .unit = "MeV",
     .text = "derived",
     .axis = {"k"},
     .derive = double_of_first},
    {.path = "group/scalar", .unit = "1", .text = "one number"}};

static void add_all(hp_record *record) {
    hp_record_create(record);
    hp_record_add_slim_axis(record, "component", 1); /* no axis, also of a covariance */
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
    assert_null(hp_record_at(&record, vector, "group/empty"));
    assert_int_equal(hp_record_count(&record, "group/empty"), 0);
    assert_int_equal(hp_record_count(&record, "group/x"), NK);
    assert_ptr_equal(hp_record_at(&record, vector, "group/scalar"), vector + 2 * NK);
    hp_record_destroy(&record);
}

/* Not the same as one of extent 0. */
static void rows_with_unknown_axes_are_named(void **state) {
    (void)state;
    static const hp_row stray = {.path = "group/stray", .axis = {"k", "nothing"}};
    hp_record record;
    hp_error err = HP_ERROR_INIT;
    add_all(&record);
    assert_ok(hp_record_check(&record, &err), &err);
    hp_record_add_rows(&record, &stray, 1);
    assert_null(hp_record_find(&record, "group/stray"));
    assert_status(hp_record_check(&record, &err), HP_ERR_INTERNAL, &err);
    assert_contains(err.message,
                    "group/stray has an axis \"nothing\" that the record does not know");
    hp_record_destroy(&record);
}

/* Rows of either extent would be of the first one, and be read beyond it. */
static void axes_of_two_extents_are_named(void **state) {
    (void)state;
    hp_record record;
    hp_error err = HP_ERROR_INIT;
    add_all(&record);
    hp_record_add_axis(&record, "k", NK); /* once more as it is */
    assert_ok(hp_record_check(&record, &err), &err);
    hp_record_add_axis(&record, "k", NK + 1);
    assert_int_equal(hp_record_find_axis(&record, "k")->extent, NK);
    assert_status(hp_record_check(&record, &err), HP_ERR_INTERNAL, &err);
    assert_contains(err.message, "axis \"k\": added with the extent 3 and with 4");
    hp_record_destroy(&record);
    hp_error_clear(&err);
    add_all(&record);
    hp_record_add_slim_axis(&record, "k", NK);
    assert_status(hp_record_check(&record, &err), HP_ERR_INTERNAL, &err);
    assert_contains(err.message, "axis \"k\": added with the extent 3 and with 3 (slim)");
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
    const hp_rows samples = {NSAMPLE, value[0], {HP_METHOD_JACKKNIFE, NSAMPLE}, true, NULL};
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

static void assert_chosen(const double *values, size_t n, int most, const char *expected) {
    hp_record record;
    size_t chosen[HP_MOST_CHOSEN];
    char text[64] = "";
    hp_record_create(&record);
    hp_record_add_axis(&record, "k", n);
    hp_record_label(&record, "k", &(hp_label){.column = "n", .value = values});
    assert_int_equal(hp_record_choose(&record, "k", most, chosen), 0); /* is no curve */
    hp_record_label(&record, "k", &(hp_label){.column = "e", .symbol = "e", .value = values});
    int count = hp_record_choose(&record, "k", most, chosen);
    for (int i = 0; i < count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), " %g", values[chosen[i]]);
    assert_string_equal(text, expected);
    assert_int_equal(hp_record_choose(&record, "r", most, chosen), 0);
    hp_record_destroy(&record);
}

static void few_points_tell_a_curve(void **state) {
    (void)state;
    static const double demo[] = {0.5, 1,  2,  3,  4,  5,  6,  8,  10, 12,
                                  14,  16, 18, 20, 25, 30, 35, 40, 45, 50};
    static const double threshold[] = {1e-7, 3, 6, 9, 12, 15, 18, 21, 66};
    double hundred[100];
    for (int i = 0; i < 100; i++) hundred[i] = i + 1;
    assert_chosen(demo, 20, 6, " 0.5 1 3 8 20 50");
    assert_chosen(demo, 20, 3, " 0.5 5 50");
    assert_chosen(hundred, 100, 6, " 1 3 6 16 40 100");
    assert_chosen(threshold, 9, 6, " 3 6 9 18 21 66"); /* nothing at a millionth of the end */
    assert_chosen(threshold, 4, 6, " 1e-07 3 6 9");    /* all that there are */
    assert_chosen(hundred + 7, 1, 6, " 8");
    assert_chosen(demo, 0, 6, "");
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
    const hp_rows samples = {NSAMPLE, value[0], {HP_METHOD_BOOTSTRAP, NSAMPLE}, true, NULL};
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

/* Every row has room of its own, and together they fill the vector; constants have none. */
static void rows_are_disjoint_and_cover_a_vector(void **state) {
    (void)state;
    static const hp_row all[] = {
        {.path = "a/r", .text = "one axis", .axis = {"r"}},
        {.path = "a/cube", .text = "three axes", .axis = {"source", "t", "r"}},
        {.path = "a/map", .text = "one axis twice", .axis = {"u", "u"}},
        {.path = "a/number", .text = "no axis"},
        {.path = "a/matrix", .text = "a slim axis", .axis = {"component", "component", "r"}},
        {.path = "a/switched", .text = "a switch", .axis = {"r", "switch"}}};
    enum { COUNT = sizeof all / sizeof *all, MOST = 2000 };
    for (size_t slim = 0; slim < 3; slim++) { /* the switch is off, on; there are two components */
        hp_record record;
        char used[MOST] = {0};
        hp_record_create(&record);
        hp_record_add_axis(&record, "source", 2);
        hp_record_add_axis(&record, "t", 3);
        hp_record_add_axis(&record, "r", 17);
        hp_record_add_axis(&record, "u", 5);
        hp_record_add_axis(&record, "u", 500); /* it is known */
        hp_record_add_slim_axis(&record, "component", slim > 1 ? 2 : 1);
        hp_record_add_slim_axis(&record, "switch", slim > 0);
        hp_record_add_rows(&record, all, COUNT / 2);
        hp_record_add_constant(&record, &all[0], (double[17]){0});
        hp_record_add_rows(&record, all + COUNT / 2, COUNT / 2);
        assert_int_equal(record.nentry, slim > 0 ? COUNT + 1 : COUNT);
        size_t matrix = 17 * (slim > 1 ? 4 : 1), switched = slim > 0 ? 17 : 0;
        assert_int_equal(record.length, 17 + 2 * 3 * 17 + 25 + 1 + matrix + switched);
        for (int i = 0; i < record.nentry; i++) {
            const hp_entry *entry = &record.entry[i];
            size_t count = 1;
            for (int axis = 0; axis < entry->naxis; axis++) count *= entry->extent[axis];
            assert_int_equal(entry->count, count);
            for (size_t j = 0; j < count && entry->constant == NULL; j++)
                assert_int_equal(used[entry->start + j]++, 0);
        }
        for (size_t i = 0; i < record.length; i++) assert_int_equal(used[i], 1);
        hp_record_destroy(&record);
    }
}

static void rows_have_the_axes_of_their_table(void **state) {
    (void)state;
    static const hp_row R = {.path = "correlator/R", .axis = {"source", "t", "r"}};
    static const hp_row pairs = {.path = "a/pairs", .axis = {"r", "component"}};
    hp_record record;
    hp_record_create(&record);
    hp_record_add_axis(&record, "r", 17);
    hp_record_add_axis(&record, "source", 2);
    hp_record_add_axis(&record, "t", 3);
    hp_record_add_slim_axis(&record, "component", 1);
    hp_record_add_rows(&record, &R, 1);
    hp_record_add_rows(&record, &pairs, 1);
    const hp_entry *entry = hp_record_find(&record, "correlator/R");
    static const char *const name[] = {"source", "t", "r"};
    static const size_t extent[] = {2, 3, 17};
    assert_int_equal(entry->naxis, 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(entry->extent[i], extent[i]);
        assert_string_equal(entry->row.axis[i], name[i]);
    }
    assert_int_equal(hp_record_find(&record, "a/pairs")->naxis, 1); /* one component: no axis */
    assert_null(hp_record_find_axis(&record, "nothing"));
    hp_record_destroy(&record);
}

/* What the caller has may change; four labels of an axis are one too many. */
static void labels_are_copied(void **state) {
    (void)state;
    hp_record record;
    double value[NK] = {0.5, 1.5, 2.5};
    int integer[NK] = {3, 4, 5};
    char text[] = "wall";
    const char *name[NK] = {text, "b", "c"};
    add_all(&record);
    hp_record_label(&record, "k", &(hp_label){.column = "k", .value = value});
    hp_record_label(&record, "k", &(hp_label){.column = "t", .integer = integer});
    hp_record_label(&record, "k", &(hp_label){.column = "source", .name = name});
    hp_record_label(&record, "k", &(hp_label){.column = "fourth", .value = value});
    hp_record_label(&record, "nothing", &(hp_label){.column = "k", .value = value});
    value[1] = integer[1] = -1;
    text[0] = 'c';
    const hp_axis_entry *axis = hp_record_find_axis(&record, "k");
    assert_int_equal(axis->nlabel, HP_MAX_LABELS);
    assert_true(hp_record_labels(&record, "k", "k")[1] == 1.5);
    assert_int_equal(axis->label[1].integer[1], 4);
    assert_string_equal(axis->label[2].name[0], "wall");
    assert_null(hp_record_labels(&record, "k", "fourth"));
    assert_null(hp_record_labels(&record, "k", "t")); /* no numbers */
    assert_null(hp_record_labels(&record, "nothing", "k"));
    hp_record_destroy(&record);
}

static void facts_are_copied_with_their_places(void **state) {
    (void)state;
    hp_record record;
    double number[] = {0.25, 0.5};
    char text[] = "a text";
    hp_record_create(&record);
    hp_record_put_numbers(&record, hp_attribute("numbers"), number, 2);
    hp_record_put_text(&record, hp_attribute_and_key("text", "level/text"), text);
    hp_record_put_truth(&record, hp_key("truth"), true);
    hp_record_put_integer(&record, hp_key("integer"), -3);
    number[1] = text[0] = 'b';
    assert_int_equal(record.nfact, 4);
    assert_int_equal(record.fact[0].count, 2);
    assert_true(record.fact[0].number[1] == 0.5);
    assert_string_equal(record.fact[0].place.object, "/");
    assert_null(record.fact[0].place.summary);
    assert_string_equal(record.fact[1].text[0], "a text");
    assert_string_equal(record.fact[1].place.attribute, "text");
    assert_string_equal(record.fact[1].place.summary, "level/text");
    assert_int_equal(record.fact[2].kind, HP_TRUTH);
    assert_int_equal(record.fact[2].integer[0], 1);
    assert_null(record.fact[2].place.object);
    assert_int_equal(record.fact[3].kind, HP_INTEGER);
    assert_int_equal(record.fact[3].integer[0], -3);
    hp_record_destroy(&record);
}

/* Lines keep their order and their texts, whatever becomes of those that were given. */
static void sheets_copy_their_lines(void **state) {
    (void)state;
    hp_record record;
    hp_error err = HP_ERROR_INIT;
    hp_record_create(&record);
    hp_record_sheet *sheet = hp_record_add_sheet(&record, "lines", NULL, "name,number,other");
    assert_int_equal(sheet->ncolumn, 3);
    for (int i = 0; i < 20; i++) { /* more than there is room for at first */
        char name[] = "a";
        name[0] += (char)i;
        const hp_cell line[] = {{.text = name}, {.number = 2.5 * i}, {.number = -i}};
        hp_sheet_add_line(&record, sheet, line);
    }
    assert_ok(hp_record_check(&record, &err), &err);
    assert_int_equal(sheet->nline, 20);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(sheet->cell[3 * i].text[0], 'a' + i);
        assert_true(sheet->cell[3 * i + 1].number == 2.5 * i);
        assert_true(sheet->cell[3 * i + 2].number == -i);
    }
    hp_record_destroy(&record);
}

static void rows_become_columns(void **state) {
    (void)state;
    hp_record record;
    add_all(&record);
    hp_record_set_column(&record, "group/x", "table", "x", HP_BARE);
    hp_record_set_column(&record, "group/nothing", "table", "y", 0);
    const hp_row *row = &hp_record_find(&record, "group/x")->row;
    assert_string_equal(row->table, "table");
    assert_string_equal(row->column, "x");
    assert_int_equal(row->roles, HP_BUDGET | HP_COVARIANCE | HP_BARE);
    assert_null(hp_record_find(&record, "group/twice")->row.table);
    hp_record_destroy(&record);
}

static void differences_follow_the_row(void **state) {
    (void)state;
    const hp_row plain = {.compare = HP_PLAIN}, phase = {.compare = HP_MODULO_180};
    const hp_row unbound = {.compare = HP_UNBOUND};
    assert_true(hp_row_nearest(&plain, 3.0, 200.0) == 3.0);
    assert_true(hp_row_nearest(&phase, 3.0, 200.0) == 183.0);
    assert_true(hp_row_nearest(&phase, 3.0, -350.0) == -357.0);
    assert_true(hp_row_difference(&plain, 3.0, 200.0) == -197.0);
    assert_true(hp_row_difference(&unbound, 1.0, 2.5) == -1.5);
    assert_true(hp_row_difference(&unbound, NAN, 2.5) == -2.5); /* at threshold */
    assert_true(hp_row_difference(&unbound, 1.0, NAN) == 1.0);
    assert_true(hp_row_difference(&unbound, NAN, NAN) == 0.0);
    assert_true(isnan(hp_row_difference(&plain, NAN, 2.5)));
}

static void poles_are_where_guides_pass(void **state) {
    (void)state;
    const hp_row inverse = {.compare = HP_PLAIN}, phase = {.compare = HP_MODULO_180};
    assert_true(hp_row_has_pole(&inverse, -1.0, 2.0));
    assert_true(hp_row_has_pole(&inverse, 0.0, 2.0));
    assert_false(hp_row_has_pole(&inverse, 1.0, 200.0));
    assert_true(hp_row_has_pole(&phase, 170.0, 190.0));
    assert_true(hp_row_has_pole(&phase, -1.0, 1.0));
    assert_false(hp_row_has_pole(&phase, 10.0, 170.0));
    assert_false(hp_row_has_pole(&phase, NAN, NAN)); /* unknown */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_lie_one_after_the_other),
        cmocka_unit_test(rows_with_unknown_axes_are_named),
        cmocka_unit_test(axes_of_two_extents_are_named),
        cmocka_unit_test(rows_are_disjoint_and_cover_a_vector),
        cmocka_unit_test(rows_have_the_axes_of_their_table),
        cmocka_unit_test(labels_are_copied),
        cmocka_unit_test(facts_are_copied_with_their_places),
        cmocka_unit_test(sheets_copy_their_lines),
        cmocka_unit_test(rows_become_columns),
        cmocka_unit_test(differences_follow_the_row),
        cmocka_unit_test(poles_are_where_guides_pass),
        cmocka_unit_test(derived_rows_are_filled),
        cmocka_unit_test(bands_are_those_of_the_rule),
        cmocka_unit_test(systematic_errors_belong_to_rows_of_the_budget),
        cmocka_unit_test(no_note_is_lost_and_reasons_are_joined),
        cmocka_unit_test(few_points_tell_a_curve),
        cmocka_unit_test(names_of_elements_are_numbered),
        cmocka_unit_test(covariances_have_errors_on_their_diagonal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
