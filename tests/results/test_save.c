// SPDX-License-Identifier: GPL-3.0-or-later
/* A record as the files of a folder: all of them, or as it was. */
#include "record_case.h"

#include <hdf5.h>

static void list(const char *folder, char names[512]) {
    assert_int_equal(hp_test_run(names, 512, "cd '%s' && LC_ALL=C ls -A", folder), 0);
}

static void put(const char *folder, const char *name, const char *text) {
    hp_error err = HP_ERROR_INIT;
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_ok(hp_file_write_text(text, path, &err), &err);
}

static void open_all(case_data *c, char folder[64]) {
    open_case(c);
    hp_record_add_text(&c->record, "job.yaml", "output: out\n");
    hp_sheet *sheet = hp_record_add_sheet(&c->record, "training", NULL, "epoch");
    hp_sheet_add_line(&c->record, sheet, &(hp_cell){.number = 5.0});
    hp_test_make_folder(folder);
}

static void every_part_becomes_a_file(void **state) {
    (void)state;
    case_data c;
    hp_error err = HP_ERROR_INIT;
    char folder[64], found[512];
    open_all(&c, folder);
    assert_ok(hp_results_save(&c.record, folder, &err), &err);
    list(folder, found); /* no empty.csv, nothing temporary */
    assert_string_equal(
        found, "constants.csv\njob.yaml\npoints.csv\nresults.h5\nsummary.yaml\ntraining.csv\n");
    assert_int_equal(hp_test_run(found, sizeof found, "cat '%s/job.yaml'", folder), 0);
    assert_string_equal(found, "output: out\n");
    assert_int_equal(hp_test_run(found, sizeof found, "tail -n 2 '%s/training.csv'", folder), 0);
    assert_string_equal(found, "epoch\n5\n");
    assert_int_equal(hp_test_run(found, sizeof found, "tail -n 1 '%s/constants.csv'", folder), 0);
    assert_string_equal(found, "slope,18,2.25,nan\n");
    hp_test_remove_folder(folder);
    close_case(&c);
}

/* What an earlier record wrote and this one does not would be taken for its results. */
static void files_of_other_records_are_removed(void **state) {
    (void)state;
    case_data c;
    hp_error err = HP_ERROR_INIT;
    char folder[64], found[512];
    open_all(&c, folder);
    put(folder, "variations.csv", "of a run with variations");
    put(folder, "femtoscopy.csv", "of a run with source radii");
    put(folder, "training.csv", "of an earlier run");
    put(folder, "mine.csv", "of the user");
    c.record.file_name = "toy.h5";
    assert_ok(hp_results_save(&c.record, folder, &err), &err);
    list(folder, found);
    assert_string_equal(found, "constants.csv\njob.yaml\nmine.csv\npoints.csv\nsummary.yaml\n"
                               "toy.h5\ntraining.csv\n");
    assert_int_equal(hp_test_run(found, sizeof found, "cat '%s/training.csv'", folder), 0);
    assert_contains(found, "epoch\n5\n");
    hp_test_remove_folder(folder);
    close_case(&c);
}

/* The last writer, that of HDF5, fails: there are two rows of one path. */
static void a_failing_writer_changes_no_file(void **state) {
    (void)state;
    case_data c;
    hp_error err = HP_ERROR_INIT;
    char folder[64], found[512];
    const hp_row again = {.path = "group/x", .unit = "1", .text = "a second x"};
    open_all(&c, folder);
    put(folder, "job.yaml", "old job");
    put(folder, "results.h5", "old results");
    put(folder, "variations.csv", "old variations");
    hp_record_add_constant(&c.record, &again, (const double[]){1.0});
    assert_status(hp_results_save(&c.record, folder, &err), HP_ERR_IO, &err);
    list(folder, found);
    assert_string_equal(found, "job.yaml\nresults.h5\nvariations.csv\n");
    assert_int_equal(hp_test_run(found, sizeof found, "cd '%s' && cat *", folder), 0);
    assert_string_equal(found, "old jobold resultsold variations");
    hp_test_remove_folder(folder);
    close_case(&c);
}

static void a_record_without_memory_is_not_saved(void **state) {
    (void)state;
    case_data c;
    hp_error err = HP_ERROR_INIT;
    char folder[64], found[512];
    open_all(&c, folder);
    c.record.failed = true;
    assert_status(hp_results_save(&c.record, folder, &err), HP_ERR_MEMORY, &err);
    list(folder, found);
    assert_string_equal(found, "");
    hp_test_remove_folder(folder);
    close_case(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_becomes_a_file),
        cmocka_unit_test(files_of_other_records_are_removed),
        cmocka_unit_test(a_failing_writer_changes_no_file),
        cmocka_unit_test(a_record_without_memory_is_not_saved),
    };
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("results/save", tests, NULL, NULL);
}
