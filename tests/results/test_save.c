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

/* A record, and a folder that holds what the record's run wrote before it: files of these texts. */
static void open_all(case_data *c, hp_folder *folder, int n, const hp_file *file) {
    static char path[64];
    hp_error err = HP_ERROR_INIT;
    open_case(c);
    hp_record_add_text(&c->record, "job.yaml", "output: out\n");
    hp_record_sheet *sheet = hp_record_add_sheet(&c->record, "training", NULL, "epoch");
    hp_sheet_add_line(&c->record, sheet, &(hp_cell){.number = 5.0});
    hp_test_make_folder(path);
    for (int run = n > 0 ? 0 : 1; run < 2; run++) {
        *folder = (hp_folder){.path = path, .command = "run", .job = "seed: 1\n"};
        assert_ok(hp_folder_open(folder, &err), &err);
        assert_ok(hp_folder_judge(folder, 0, NULL, &err), &err);
        assert_ok(hp_folder_claim(folder, &err), &err);
        if (run == 1) return;
        assert_ok(hp_folder_finish(folder, file, n, &err), &err);
        hp_folder_close(folder);
    }
}

static void close_all(case_data *c, hp_folder *folder) {
    hp_folder_close(folder);
    hp_test_remove_folder(folder->path);
    close_case(c);
}

static void every_part_becomes_a_file(void **state) {
    (void)state;
    case_data c;
    hp_error err = HP_ERROR_INIT;
    hp_folder folder;
    char found[512];
    open_all(&c, &folder, 0, NULL);
    assert_ok(hp_results_save(&c.record, &folder, &err), &err);
    const char *path = folder.path;
    list(path, found); /* no empty.csv, nothing temporary */
    assert_string_equal(found, ".hadpot.lock\nconstants.csv\njob.yaml\nmanifest.yaml\npoints.csv\n"
                               "results.h5\nsummary.yaml\ntraining.csv\n");
    assert_int_equal(hp_test_run(found, sizeof found, "cat '%s/job.yaml'", path), 0);
    assert_string_equal(found, "output: out\n");
    assert_int_equal(hp_test_run(found, sizeof found, "tail -n 2 '%s/training.csv'", path), 0);
    assert_string_equal(found, "epoch\n5\n");
    assert_int_equal(hp_test_run(found, sizeof found, "tail -n 1 '%s/constants.csv'", path), 0);
    assert_string_equal(found, "slope,18,2.25,nan\n");
    assert_int_equal(hp_test_run(found, sizeof found, "cat '%s/manifest.yaml'", path), 0);
    assert_contains(found, "command: run\nversion: " HADPOT_VERSION "\nstate: finished\n"
                           "input_checksum: 0000000000000000\nfiles:\n- job.yaml\n- points.csv\n"
                           "- constants.csv\n- training.csv\n- summary.yaml\n- results.h5\n"
                           "job:\n  seed: 1\n");
    close_all(&c, &folder);
}

/* The first row has a place on the screen, and alone; the first note is the one that says so. */
static void a_failure_is_no_result(void **state) {
    (void)state;
    case_data c;
    hp_error err = HP_ERROR_INIT;
    hp_folder folder;
    char found[512];
    open_all(&c, &folder, 0, NULL);
    c.record.entry[0].row.place = 1;
    c.record.entry[0].row.symbol = "x";
    hp_record_add_note(&c.record, (hp_note){.severity = HP_FAILURE}, "nothing converged");
    hp_record_add_note(&c.record, (hp_note){.severity = HP_REMARK}, "it rained");
    assert_ok(hp_results_save(&c.record, &folder, &err), &err);
    assert_int_equal(
        hp_test_run(found, sizeof found, "grep -A 8 ^state '%s/manifest.yaml'", folder.path), 0);
    assert_contains(found, "state: no result\n");
    assert_contains(found, "- found.txt\n");
    close_all(&c, &folder);
}

/* Of the key of a row alone, and not of others. */
static void a_job_shows_the_values_in_use(void **state) {
    (void)state;
    case_data c;
    hp_error err = HP_ERROR_INIT;
    hp_folder folder;
    char found[512];
    open_all(&c, &folder, 0, NULL);
    hp_record_add_text(&c.record, "used.yaml", "length: 0\nfit:\n  length: 0\n  other: 0\n");
    for (int i = 0; i < c.record.nentry; i++)
        if (strcmp(c.record.entry[i].row.path, "group/length") == 0)
            c.record.entry[i].row.key = "fit.length";
    assert_ok(hp_results_save(&c.record, &folder, &err), &err);
    assert_int_equal(hp_test_run(found, sizeof found, "cat '%s/used.yaml'", folder.path), 0);
    assert_string_equal(found, "length: 0\nfit:\n  length: 0 # in use: 9 fm\n  other: 0\n");
    close_all(&c, &folder);
}

/* Of a longer list the ends; of one that is given, or of other sections, nothing. */
static void a_job_shows_the_lists_in_use(void **state) {
    (void)state;
    static const int integer[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    static const double value[] = {0.5, 1.5};
    static const char *const name[] = {"wall", "smeared"};
    const hp_label labels[] = {{.column = "n", .integer = integer, .key = "fit.long"},
                               {.column = "n", .integer = integer, .key = "fit.eight"},
                               {.column = "n", .value = value, .key = "fit.values"},
                               {.column = "n", .name = name, .key = "names"}};
    const size_t extent[] = {9, 8, 2, 2};
    hp_record record;
    hp_error err = HP_ERROR_INIT;
    char folder[64], path[96], found[512];
    hp_record_create(&record);
    for (int i = 0; i < 4; i++) {
        hp_record_add_axis(&record, labels[i].key, extent[i]);
        hp_record_label(&record, labels[i].key, &labels[i]);
    }
    hp_record_add_text(&record, "job.yaml",
                       "names: []\nfit:\n  long: []\n  eight: []\n  values: [0.5]\n"
                       "other:\n  long: []\nfit:\n  values: []");
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/job.yaml", folder);
    assert_ok(hp_results_save_text(&(hp_results_part){&record, 0}, path, &err), &err);
    assert_int_equal(hp_test_run(found, sizeof found, "cat '%s'", path), 0);
    assert_string_equal(found, "names: [] # in use: [wall, smeared]\nfit:\n"
                               "  long: [] # in use: [1, 2, ..., 8, 9]\n"
                               "  eight: [] # in use: [1, 2, 3, 4, 5, 6, 7, 8]\n"
                               "  values: [0.5]\nother:\n  long: []\nfit:\n"
                               "  values: []");
    hp_test_remove_folder(folder);
    hp_record_destroy(&record);
}

/* What the run before wrote and this one does not would be taken for its results. */
static void files_of_the_run_before_are_removed(void **state) {
    (void)state;
    case_data c;
    hp_error err = HP_ERROR_INIT;
    hp_folder folder;
    char found[512];
    const hp_file before[] = {{"variations.csv", hp_file_write_text, "of the run before"},
                              {"odd.csv", hp_file_write_text, "of the run before"},
                              {"training.csv", hp_file_write_text, "of the run before"}};
    open_all(&c, &folder, 3, before);
    put(folder.path, "femtoscopy.csv", "not of it");
    put(folder.path, "mine.csv", "of the user");
    c.record.file_name = "toy.h5";
    assert_ok(hp_results_save(&c.record, &folder, &err), &err);
    list(folder.path, found);
    assert_string_equal(found, ".hadpot.lock\nconstants.csv\nfemtoscopy.csv\njob.yaml\n"
                               "manifest.yaml\nmine.csv\npoints.csv\nsummary.yaml\n"
                               "toy.h5\ntraining.csv\n");
    assert_int_equal(hp_test_run(found, sizeof found, "cat '%s/training.csv'", folder.path), 0);
    assert_contains(found, "epoch\n5\n");
    close_all(&c, &folder);
}

/* The last writer, that of HDF5, fails: there are two rows of one path. */
static void a_failing_writer_changes_no_file(void **state) {
    (void)state;
    case_data c;
    hp_error err = HP_ERROR_INIT;
    hp_folder folder;
    char found[512];
    const hp_row again = {.path = "group/x", .unit = "1", .text = "a second x"};
    const hp_file before[] = {{"job.yaml", hp_file_write_text, "old job"},
                              {"results.h5", hp_file_write_text, "old results"},
                              {"variations.csv", hp_file_write_text, "old variations"}};
    open_all(&c, &folder, 3, before);
    hp_record_add_constant(&c.record, &again, (const double[]){1.0});
    assert_status(hp_results_save(&c.record, &folder, &err), HP_ERR_IO, &err);
    assert_contains(err.message, "/results.h5: cannot write dataset \"group/x\"");
    list(folder.path, found);
    assert_string_equal(found, ".hadpot.lock\njob.yaml\nmanifest.yaml\nresults.h5\n"
                               "variations.csv\n");
    assert_int_equal(
        hp_test_run(found, sizeof found, "cd '%s' && cat j* r* v* && grep state: m*", folder.path),
        0);
    assert_string_equal(found, "old jobold resultsold variationsstate: unfinished\n");
    close_all(&c, &folder);
}

static void a_record_without_memory_is_not_saved(void **state) {
    (void)state;
    case_data c;
    hp_error err = HP_ERROR_INIT;
    hp_folder folder;
    char found[512];
    open_all(&c, &folder, 0, NULL);
    c.record.failed = true;
    assert_status(hp_results_save(&c.record, &folder, &err), HP_ERR_MEMORY, &err);
    list(folder.path, found);
    assert_string_equal(found, ".hadpot.lock\nmanifest.yaml\n");
    close_all(&c, &folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_becomes_a_file),
        cmocka_unit_test(a_failure_is_no_result),
        cmocka_unit_test(a_job_shows_the_values_in_use),
        cmocka_unit_test(a_job_shows_the_lists_in_use),
        cmocka_unit_test(files_of_the_run_before_are_removed),
        cmocka_unit_test(a_failing_writer_changes_no_file),
        cmocka_unit_test(a_record_without_memory_is_not_saved),
    };
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("results/save", tests, NULL, NULL);
}
