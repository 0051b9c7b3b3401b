// SPDX-License-Identifier: GPL-3.0-or-later
/* Tables and sheets of a record as CSV files, to the last character. */
#include "record_case.h"

#define HEAD "# hadpot " HADPOT_VERSION ", a channel\n"

/* The table (or sheet) of this number is this text. */
static void assert_file(const hp_record *record, int number, bool sheet, const char *expected) {
    hp_error err = HP_ERROR_INIT;
    char folder[64], path[96], found[4096];
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/file.csv", folder);
    assert_ok((sheet ? hp_results_save_sheet
                     : hp_results_save_table)(&(hp_results_part){record, number}, path, &err),
              &err);
    assert_int_equal(hp_test_run(found, sizeof found, "cat '%s'", path), 0);
    assert_string_equal(found, expected);
    hp_test_remove_folder(folder);
}

/* Rows of fewer axes repeat themselves; constants and bare numbers have no error. */
static void a_line_for_each_point_of_the_axes(void **state) {
    (void)state;
    case_data c;
    open_case(&c);
    assert_file(&c.record, 0, false,
                HEAD "# first line\n# second line\n"
                     "source,t,k2,x,x_err,y,y_err,quality,x_exact\n"
                     "wall,11,0.01,1,0.125,3,0.375,7,0.5\n"
                     "wall,11,0.1,2,0.25,4,0.5,7,1.5\n"
                     "smeared,11,0.01,1,0.125,5,0.625,8,0.5\n"
                     "smeared,11,0.1,2,0.25,6,0.75,8,1.5\n");
    add_budget(&c); /* of x alone */
    assert_file(&c.record, 0, false,
                HEAD "# first line\n# second line\n"
                     "source,t,k2,x,x_err,y,y_err,quality,x_exact,x_syst_plus,x_syst_minus\n"
                     "wall,11,0.01,1,0.125,3,0.375,7,0.5,0.5,0.375\n"
                     "wall,11,0.1,2,0.25,4,0.5,7,1.5,inf,inf\n"
                     "smeared,11,0.01,1,0.125,5,0.625,8,0.5,0.5,0.375\n"
                     "smeared,11,0.1,2,0.25,6,0.75,8,1.5,inf,inf\n");
    close_case(&c);
}

/* State by state, up to the first that is not there; what follows them stands after all states. */
static void a_line_for_each_number(void **state) {
    (void)state;
    case_data c;
    open_case(&c);
    assert_file(&c.record, 1, false,
                HEAD "quantity,value,error,numerical_error\n"
                     "length,9,1.125,10\n"
                     "states,11,1.375,nan\n"
                     "energy_1_mev,12,1.5,nan\n"
                     "radius_1,15,1.875,nan\n"
                     "energy_2_mev,13,1.625,nan\n"
                     "radius_2,16,2,nan\n"
                     "slope,18,2.25,nan\n");
    close_case(&c);
}

/* Also where no row stands before them. */
static void states_may_come_first(void **state) {
    (void)state;
    static const hp_row rows[] = {
        {.path = "a", .unit = "1", .axis = {"state"}, .table = "t", .column = "a_%zu"},
        {.path = "b", .unit = "1", .axis = {"state"}, .table = "t", .column = "b_%zu"}};
    hp_record record;
    hp_record_create(&record);
    record.channel = "a channel";
    hp_record_add_axis(&record, "state", 2);
    for (int i = 0; i < 2; i++)
        hp_record_add_constant(&record, &rows[i], (const double[]){1.0 + i, 4.0 + i});
    hp_record_add_table(&record, "t", HP_LIST, NULL);
    assert_file(&record, 0, false,
                HEAD "quantity,value,error,numerical_error\n"
                     "a_1,1,nan,nan\nb_1,2,nan,nan\na_2,4,nan,nan\nb_2,5,nan,nan\n");
    hp_record_destroy(&record);
}

/* As k^2 of one component with l > 0, whose energies stand at the end: no empty cell in front. */
static void lines_without_coordinates_begin_with_a_value(void **state) {
    (void)state;
    static const hp_row rows[] = {
        {.path = "a", .unit = "1", .axis = {"k"}, .table = "t", .column = "a"},
        {.path = "b", .unit = "1", .axis = {"k"}, .table = "t", .column = "b"}};
    hp_record record;
    hp_record_create(&record);
    record.channel = "a channel";
    hp_record_add_axis(&record, "k", 2);
    hp_record_label(&record, "k",
                    &(hp_label){.path = "e", .aside = true, .value = (const double[]){7.0, 8.0}});
    for (int i = 0; i < 2; i++)
        hp_record_add_constant(&record, &rows[i], (const double[]){1.0 + i, 4.0 + i});
    hp_record_add_table(&record, "t", HP_WIDE, NULL);
    assert_file(&record, 0, false, HEAD "a,b\n1,2\n4,5\n");
    hp_record_destroy(&record);
}

static void biases_and_systematic_errors_have_columns(void **state) {
    (void)state;
    case_data c;
    open_case(&c);
    c.record.corrects_bias = true;
    add_budget(&c);
    c.value[0][ENERGY + 1] = NAN; /* one state */
    assert_file(&c.record, 1, false,
                HEAD "# bias: of value, by the samples; corrected = value - bias\n"
                     "quantity,value,error,numerical_error,bias,corrected,syst_plus,syst_minus\n"
                     "length,9,1.125,10,0.5,8.5,8.5,0.375\n"
                     "states,11,1.375,nan,0.5,10.5,nan,nan\n"
                     "energy_1_mev,12,1.5,nan,0.5,11.5,nan,nan\n"
                     "radius_1,15,1.875,nan,0.5,14.5,nan,nan\n"
                     "slope,18,2.25,nan,0.5,17.5,nan,nan\n");
    close_case(&c);
}

/* Last of all: centre, downwards, upwards; the unit stays the end of a name; in a list every line
 * has the columns. */
static void total_bands_have_columns(void **state) {
    (void)state;
    case_data c;
    open_case(&c);
    add_draws(&c);
    c.record.entry[0].row.column = "x_mev";
    assert_file(&c.record, 0, false,
                HEAD "# first line\n# second line\n"
                     "source,t,k2,x_mev,x_mev_err,y,y_err,quality,x_exact,"
                     "x_total_mev,x_total_minus_mev,x_total_plus_mev\n"
                     "wall,11,0.01,1,0.125,3,0.375,7,0.5,19,15,23\n"
                     "wall,11,0.1,2,0.25,4,0.5,7,1.5,119,15,23\n"
                     "smeared,11,0.01,1,0.125,5,0.625,8,0.5,19,15,23\n"
                     "smeared,11,0.1,2,0.25,6,0.75,8,1.5,119,15,23\n");
    c.record.entry[0].row.unit = "1";
    add_budget(&c);
    assert_file(&c.record, 0, false,
                HEAD "# first line\n# second line\n"
                     "source,t,k2,x_mev,x_mev_err,y,y_err,quality,x_exact,x_mev_syst_plus,"
                     "x_mev_syst_minus,x_mev_total,x_mev_total_minus,x_mev_total_plus\n"
                     "wall,11,0.01,1,0.125,3,0.375,7,0.5,0.5,0.375,19,15,23\n"
                     "wall,11,0.1,2,0.25,4,0.5,7,1.5,inf,inf,119,15,23\n"
                     "smeared,11,0.01,1,0.125,5,0.625,8,0.5,0.5,0.375,19,15,23\n"
                     "smeared,11,0.1,2,0.25,6,0.75,8,1.5,inf,inf,119,15,23\n");
    c.record.plus = NULL;
    assert_file(&c.record, 1, false,
                HEAD "quantity,value,error,numerical_error,total,total_minus,total_plus\n"
                     "length,9,1.125,10,1019,15,23\n"
                     "states,11,1.375,nan,nan,nan,nan\n"
                     "energy_1_mev,12,1.5,nan,19,15,23\n"
                     "radius_1,15,1.875,nan,nan,nan,nan\n"
                     "energy_2_mev,13,1.625,nan,19,15,23\n"
                     "radius_2,16,2,nan,nan,nan,nan\n"
                     "slope,18,2.25,nan,nan,nan,nan\n");
    close_case(&c);
}

/* Marks are integers that stand for words. */
static void integers_may_be_words(void **state) {
    (void)state;
    static const char *const words[] = {"none", "form", "outside"};
    const hp_row mark = {
        .path = "mark", .axis = {"k"}, .table = "t", .column = "mark", .words = words};
    case_data c;
    open_case(&c);
    hp_record_add_integers(&c.record, &mark, (const int[]){2, 0});
    hp_record_add_table(&c.record, "t", HP_WIDE, NULL);
    assert_file(&c.record, 3, false, HEAD "k2,mark\n0.01,outside\n0.1,none\n");
    close_case(&c);
}

static void notes_and_headline_stand_above(void **state) {
    (void)state;
    case_data c;
    open_case(&c);
    c.record.headline = "a headline";
    hp_record_add_note(&c.record, (hp_note){.severity = HP_REMARK}, "beware of %d", 2);
    hp_record_add_note(&c.record, (hp_note){.severity = HP_CAUTION}, "and of 3");
    hp_record_sheet *sheet =
        hp_record_add_sheet(&c.record, "lines", "a comment", "name,epoch,loss");
    const hp_cell first[] = {{.text = "a"}, {.number = -3.0}, {.number = 0.1}};
    const hp_cell second[] = {{.text = "b"}, {.number = 4.0}, {.number = -INFINITY}};
    hp_sheet_add_line(&c.record, sheet, first);
    hp_sheet_add_line(&c.record, sheet, second);
    assert_file(&c.record, 0, true,
                HEAD "# a headline\n# warning: beware of 2\n# warning: and of 3\n# a comment\n"
                     "name,epoch,loss\na,-3,0.1\nb,4,-inf\n");
    hp_record_add_sheet(&c.record, "none", NULL, "loss");
    assert_file(&c.record, 1, true,
                HEAD "# a headline\n# warning: beware of 2\n# warning: and of 3\nloss\n");
    close_case(&c);
}

/* Tables of one axis, and of none: a single line without coordinates. */
static void tables_have_as_many_coordinates_as_axes(void **state) {
    (void)state;
    static const hp_row rows[] = {
        {.path = "one/a", .unit = "1", .text = "a", .axis = {"k"}, .table = "one", .column = "a"},
        {.path = "one/b", .unit = "1", .text = "b", .table = "one", .column = "b"},
        {.path = "zero/a", .unit = "1", .text = "a", .table = "zero", .column = "a"},
        {.path = "zero/b", .unit = "1", .text = "b", .table = "zero", .column = "b"}};
    const hp_row twice = {.path = "two/a", .axis = {"k", "k"}, .table = "two", .column = "a"};
    case_data c;
    open_case(&c);
    for (int i = 0; i < 4; i++)
        hp_record_add_constant(&c.record, &rows[i], (const double[]){0.25 + i, 7.0});
    hp_record_add_table(&c.record, "one", HP_WIDE, NULL);
    hp_record_add_table(&c.record, "zero", HP_WIDE, NULL);
    assert_file(&c.record, 3, false, HEAD "k2,a,b\n0.01,0.25,1.25\n0.1,7,1.25\n");
    assert_file(&c.record, 4, false, HEAD "a,b\n2.25,3.25\n");
    hp_record_add_constant(&c.record, &twice, (const double[]){1.0, 2.0, 3.0, 4.0});
    hp_record_add_table(&c.record, "two", HP_WIDE, NULL);
    assert_file(&c.record, 5, false,
                HEAD "k2,k2,a\n0.01,0.01,1\n0.01,0.1,2\n0.1,0.01,3\n0.1,0.1,4\n");
    close_case(&c);
}

static void folders_that_are_not_there_are_named(void **state) {
    (void)state;
    case_data c;
    hp_error err = HP_ERROR_INIT;
    open_case(&c);
    assert_status(
        hp_results_save_table(&(hp_results_part){&c.record, 0}, "/nowhere/points.csv", &err),
        HP_ERR_IO, &err);
    assert_contains(err.message, "cannot create \"/nowhere/points.csv\"");
    close_case(&c);
}

static void what_cannot_be_written_is_named(void **state) {
    (void)state;
    case_data c;
    hp_error err = HP_ERROR_INIT;
    char folder[64], path[96];
    open_case(&c);
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/file.csv", folder);
    limit_files(16);
    hp_status status = hp_results_save_table(&(hp_results_part){&c.record, 1}, path, &err);
    limit_files(RLIM_INFINITY);
    assert_status(status, HP_ERR_DISK_FULL, &err);
    assert_contains(err.message, "cannot write \"");
    assert_contains(err.message, "/file.csv\"");
    hp_test_remove_folder(folder);
    close_case(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_for_each_point_of_the_axes),
        cmocka_unit_test(a_line_for_each_number),
        cmocka_unit_test(states_may_come_first),
        cmocka_unit_test(lines_without_coordinates_begin_with_a_value),
        cmocka_unit_test(biases_and_systematic_errors_have_columns),
        cmocka_unit_test(total_bands_have_columns),
        cmocka_unit_test(integers_may_be_words),
        cmocka_unit_test(notes_and_headline_stand_above),
        cmocka_unit_test(tables_have_as_many_coordinates_as_axes),
        cmocka_unit_test(folders_that_are_not_there_are_named),
        cmocka_unit_test(what_cannot_be_written_is_named),
    };
    return cmocka_run_group_tests_name("results/csv", tests, NULL, NULL);
}
