// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers in columns of a text: what is read, to the last bit, and what is refused. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../../src/import/columns.h"
#include "support.h"

static hp_status read_text_of(const char *text, int ncolumn, hp_columns *columns, hp_error *err) {
    *err = (hp_error)HP_ERROR_INIT;
    return hp_columns_read(text, strlen(text), ncolumn, columns, err);
}

static void every_way_to_write_a_number_is_read(void **state) {
    (void)state;
    static const char text[] = "\xef\xbb\xbf# t re im\n"
                               "10 1.5 -2.385\r\n"
                               "\n   ! a comment of Fortran\n"
                               "\t11, .25,1.5D-03  # behind a row\n"
                               "12 (1.0d+2,-7.)\n"
                               "+13 1.5-101 2q1";
    static const double expected[] = {10, 1.5, -2.385, 11, .25,      1.5e-3,
                                      12, 100, -7,     13, 1.5e-101, 20};
    static const int lines[] = {2, 5, 6, 7};
    hp_columns columns;
    hp_error err;
    assert_ok(read_text_of(text, 3, &columns, &err), &err);
    assert_int_equal(columns.nrow, 4);
    assert_int_equal(columns.ncolumn, 3);
    /* read as the compiler reads them: no tolerance */
    for (int i = 0; i < 12; i++) assert_close(columns.value[i], expected[i], 0, 0);
    for (int i = 0; i < 4; i++) assert_int_equal(columns.line[i], lines[i]);
    hp_columns_destroy(&columns);
}

/* Short numbers do not pass through strtod: both give the same bits. */
static void short_numbers_are_rounded_like_long_ones(void **state) {
    (void)state;
    char text[64];
    hp_columns columns;
    hp_error err;
    for (int i = 0; i < 20000; i++) {
        int digits = 1 + i % 19;
        double number = sin(i * 1.7) * pow(10, i % 23 - 8);
        snprintf(text, sizeof text, i % 3 == 0 ? "%.*e" : "%.*f", digits, number);
        if (strlen(text) > 60) continue;
        assert_ok(read_text_of(text, 1, &columns, &err), &err);
        if (columns.value[0] != strtod(text, NULL)) fail_msg("%s: %a", text, columns.value[0]);
        hp_columns_destroy(&columns);
    }
}

static void many_rows_are_kept(void **state) {
    (void)state;
    enum { NROW = 5000 };
    char *text = test_malloc(NROW * 16);
    size_t used = 0;
    for (int i = 0; i < NROW; i++) used += (size_t)sprintf(text + used, "%d %d\n", i, 3 * i);
    hp_columns columns;
    hp_error err;
    assert_ok(read_text_of(text, 0, &columns, &err), &err);
    assert_int_equal(columns.nrow, NROW);
    for (int i = 0; i < NROW; i++) {
        assert_int_equal((int)columns.value[2 * i + 1], 3 * i);
        assert_int_equal(columns.line[i], i + 1);
    }
    hp_columns_destroy(&columns);
    test_free(text);
}

static void what_is_no_number_is_refused_with_its_line(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int ncolumn;
        const char *words;
    } bad[] = {
        {"10 1.5\n11 nan\n", 0, "line 2: column 2 is \"nan\", expected a finite number"},
        {"10 1.5\n11 -inf\n", 0, "line 2: column 2 is \"-inf\""},
        {"10 1e999\n", 0, "line 1: column 2 is \"1e999\""},
        {"10 ******\n", 0, "line 1: column 2 is \"******\""},
        {"10 \xc3\xa6\x01\n", 0, "column 2 is \"???\""},
        {"10 123456789012345678901234567890x\n", 0, "column 2 is \"123456789012345678901234...\""},
        {"t re\n10 1\n", 0, "line 1: column 1 is \"t\", expected a finite number (comments begin"},
        {"10 1.5.2\n", 0, "column 2 is \"1.5.2\""},
        {"10 1e\n", 0, "column 2 is \"1e\""},
        {"10 1e5e5\n", 0, "column 2 is \"1e5e5\""},
        {"10 0x1p3\n", 0, "column 2 is \"0x1p3\""},
        {"10 .\n", 0, "column 2 is \".\""},
        {"10 -\n", 0, "column 2 is \"-\""},
        {"10 1e5-3\n", 0, "column 2 is \"1e5-3\""},
        {"10 1.5\n\n11 1.5 2\n", 0, "line 3: has 3 columns, expected 2 as in line 1"},
        {"10 1.5\n11\n", 0, "line 2: has 1 column, expected 2 as in line 1"},
        {"10 1.5\n", 3, "line 1: has 2 columns, expected 3"},
        {"# nothing\n\n", 0, "holds no numbers, expected rows of columns"},
        {"", 2, "holds no numbers, expected rows of the columns that are named"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        hp_columns columns;
        hp_error err;
        assert_status(read_text_of(bad[i].text, bad[i].ncolumn, &columns, &err), HP_ERR_INPUT,
                      &err);
        assert_contains(err.message, bad[i].words);
        assert_null(columns.value);
    }
}

static void binary_files_are_refused(void **state) {
    (void)state;
    static const char bytes[] = "1 2\0 3\n";
    hp_columns columns;
    hp_error err = HP_ERROR_INIT;
    assert_status(hp_columns_read(bytes, sizeof bytes - 1, 0, &columns, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "line 1: holds a zero byte");
}

static void lines_of_too_many_columns_are_refused(void **state) {
    (void)state;
    char text[4 * HP_COLUMNS_MAX] = "";
    for (int i = 0; i <= HP_COLUMNS_MAX; i++) strcat(text, "1 ");
    hp_columns columns;
    hp_error err;
    assert_status(read_text_of(text, 0, &columns, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "line 1: has more than 64 columns");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_to_write_a_number_is_read),
        cmocka_unit_test(short_numbers_are_rounded_like_long_ones),
        cmocka_unit_test(many_rows_are_kept),
        cmocka_unit_test(what_is_no_number_is_refused_with_its_line),
        cmocka_unit_test(binary_files_are_refused),
        cmocka_unit_test(lines_of_too_many_columns_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
