// SPDX-License-Identifier: GPL-3.0-or-later
/* What lies beyond the counts of a record is in no file, axes of one element and of none, long
 * rows, and what writers leave behind. */
#include "record_case.h"

#include <dirent.h>
#include <fcntl.h>
#include <hdf5.h>
#include <sys/stat.h>
#include <unistd.h>

/* Text of a file in a folder. */
static void read_file(const char *folder, const char *name, char *text, size_t size) {
    assert_int_equal(hp_test_run(text, size, "cat '%s/%s'", folder, name), 0);
}

/* One more of everything, then counted out again. */
static void add_and_count_out(hp_record *record) {
    static const hp_row rows[] = {{.path = "kept/y",
                                   .unit = "1",
                                   .text = "in a table beyond",
                                   .table = "beyond",
                                   .column = "y"},
                                  {.path = "beyond/x",
                                   .unit = "1",
                                   .text = "a row",
                                   .table = "constants",
                                   .column = "beyond_x",
                                   .summary = "beyond_x"},
                                  {.path = "beyond/k",
                                   .unit = "1",
                                   .text = "of each momentum",
                                   .axis = {"k"},
                                   .table = "points",
                                   .column = "beyond_k"}};
    static const double value[] = {1.0, 2.0};
    const hp_label label = {
        .column = "beyond", .path = "beyond/axis", .unit = "1", .text = "a label", .value = value};
    hp_record_add_axis(record, "last", 2);
    hp_record_label(record, "last", &label);
    hp_record_label(record, "k",
                    &(hp_label){.column = "beyond",
                                .path = "beyond/label",
                                .unit = "1",
                                .text = "a second label",
                                .value = value});
    for (int i = 0; i < 3; i++) hp_record_add_constant(record, &rows[i], value);
    hp_record_put_integer(record, hp_attribute_and_key("beyond", "beyond"), 1);
    hp_record_add_note(record, (hp_note){.severity = HP_REMARK}, "a remark");
    hp_record_add_note(record, (hp_note){.severity = HP_REMARK}, "beyond");
    hp_record_add_table(record, "beyond", HP_LIST, NULL);
    for (int i = 0; i < 2; i++) {
        hp_record_sheet *sheet =
            hp_record_add_sheet(record, i > 0 ? "beyond" : "sheet", NULL, "first");
        hp_sheet_add_line(record, sheet, &(hp_cell){.number = 5.0});
        hp_sheet_add_line(record, sheet, &(hp_cell){.number = 99.0});
        sheet->nline = 1;
    }
    hp_record_add_text(record, "kept.txt", "a text");
    hp_record_add_text(record, "beyond.txt", "beyond");
    record->axis[0].nlabel--; /* of k, the first */
    record->naxis--;
    record->nentry -= 2;
    record->nfact--;
    record->nnote--;
    record->ntable--;
    record->nsheet--;
    record->ntext--;
}

/* Into a folder of its own. */
static void save(const hp_record *record, char *path) {
    hp_error err = HP_ERROR_INIT;
    hp_folder folder = {.path = path, .command = "run", .job = "seed: 1\n", .overwrite = true};
    assert_ok(hp_folder_open(&folder, &err), &err);
    assert_ok(hp_folder_judge(&folder, 0, NULL, &err), &err);
    assert_ok(hp_folder_claim(&folder, &err), &err);
    assert_ok(hp_results_save(record, &folder, &err), &err);
    hp_folder_close(&folder);
}

static void nothing_beyond_the_counts_is_written(void **state) {
    (void)state;
    static const char *const names[] = {"constants.csv", "points.csv", "sheet.csv", "summary.yaml",
                                        "kept.txt"};
    case_data c;
    char folder[64], path[96], text[4096];
    open_case(&c);
    add_and_count_out(&c.record);
    hp_test_make_folder(folder);
    save(&c.record, folder);
    assert_int_equal(hp_test_run(text, sizeof text, "cd '%s' && LC_ALL=C ls -A", folder), 0);
    assert_string_equal(text, "constants.csv\nkept.txt\nmanifest.yaml\npoints.csv\nresults.h5\n"
                              "sheet.csv\nsummary.yaml\n");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        read_file(folder, names[i], text, sizeof text);
        if (strstr(text, "beyond") != NULL) fail_msg("%s: %s", names[i], text);
    }
    read_file(folder, "sheet.csv", text, sizeof text);
    assert_contains(text, "# warning: a remark\nfirst\n5\n");
    assert_null(strstr(text, "99"));
    snprintf(path, sizeof path, "%s/results.h5", folder);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_true(file >= 0 && H5Lexists(file, "kept", H5P_DEFAULT) > 0);
    assert_true(H5Lexists(file, "beyond", H5P_DEFAULT) == 0);
    assert_true(H5Aexists(file, "beyond") == 0);
    hid_t attribute = H5Aopen(file, "warnings", H5P_DEFAULT), space = H5Aget_space(attribute);
    assert_int_equal(H5Sget_simple_extent_npoints(space), 1);
    assert_true(H5Sclose(space) >= 0 && H5Aclose(attribute) >= 0 && H5Fclose(file) >= 0);
    hp_test_remove_folder(folder);
    close_case(&c);
}

/* All three states are there: what follows their rows in the vector is no fourth. */
static void states_end_with_their_axis(void **state) {
    (void)state;
    case_data c;
    hp_error err = HP_ERROR_INIT;
    char folder[64], path[96], text[4096];
    open_case(&c);
    for (int row = 0; row < NROW; row++) {
        c.value[row][ENERGY + 2] = 0.25;
        c.value[row][RADIUS + 2] = 0.125;
    }
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/constants.csv", folder);
    assert_ok(hp_results_save_table(&(hp_results_part){&c.record, 1}, path, &err), &err);
    read_file(folder, "constants.csv", text, sizeof text);
    assert_contains(text, "\nenergy_3_mev,0.25,0,nan\nradius_3,0.125,0,nan\nslope,18,2.25,nan\n");
    assert_null(strstr(text, "_4"));
    snprintf(path, sizeof path, "%s/summary.yaml", folder);
    assert_ok(hp_results_save_summary(&c.record, path, &err), &err);
    read_file(folder, "summary.yaml", text, sizeof text);
    assert_contains(text, "\nenergy_3_mev:\n  value: 0.25\n  stat: 0\n");
    assert_null(strstr(text, "_4"));
    hp_test_remove_folder(folder);
    close_case(&c);
}

/* 300 numbers, of a single sample and a single line. */
static void long_rows_are_written_whole(void **state) {
    (void)state;
    enum { LONG = 300 };
    static const hp_row row = {
        .path = "x", .unit = "1", .text = "many", .axis = {"many"}, .summary = "x"};
    static double value[2 * LONG];
    static char text[1 << 15];
    hp_record record;
    char folder[64], path[96];
    const hp_rows samples = {1, value, {HP_METHOD_BOOTSTRAP, 2}, true, NULL};
    hp_record_create(&record);
    record.channel = "many";
    hp_record_add_axis(&record, "many", LONG);
    hp_record_add_rows(&record, &row, 1);
    for (int i = 0; i < 2 * LONG; i++) value[i] = i;
    hp_record_set_samples(&record, &samples);
    hp_record_put_integer(&record, hp_attribute_and_key("first", "first"), 7); /* and only */
    hp_test_make_folder(folder);
    save(&record, folder);
    read_file(folder, "summary.yaml", text, sizeof text);
    assert_contains(text, "first: 7\nx:\n  value: [0, 1, 2, ");
    assert_contains(text, "298, 299]\n  stat: [.nan, .nan");
    snprintf(path, sizeof path, "%s/results.h5", folder);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t set = H5Dopen2(file, "x", H5P_DEFAULT);
    double found[2 * LONG];
    assert_true(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, found) >= 0);
    assert_memory_equal(found, value, sizeof found);
    assert_true(H5Dclose(set) >= 0 && H5Fclose(file) >= 0);
    hp_test_remove_folder(folder);
    hp_record_destroy(&record);
}

static void only_axes_with_elements_have_labels(void **state) {
    (void)state;
    static const double one[] = {0.5};
    case_data c;
    hp_error err = HP_ERROR_INIT;
    char folder[64], path[96];
    open_case(&c);
    for (size_t n = 0; n < 2; n++) {
        hp_record_add_axis(&c.record, n > 0 ? "single" : "none", n);
        const hp_label label = {.column = "l",
                                .path = n > 0 ? "group/single" : "group/none",
                                .unit = "1",
                                .text = "a label",
                                .value = one};
        hp_record_label(&c.record, n > 0 ? "single" : "none", &label);
    }
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/results.h5", folder);
    assert_ok(hp_results_save_hdf5(&c.record, path, &err), &err);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_true(H5Lexists(file, "group/single", H5P_DEFAULT) > 0);
    assert_true(H5Lexists(file, "group/none", H5P_DEFAULT) == 0);
    assert_true(H5Fclose(file) >= 0);
    hp_test_remove_folder(folder);
    close_case(&c);
}

/* As lines of the log, in their order, before anything else is said. */
static void notes_are_logged(void **state) {
    (void)state;
    case_data c;
    static const char first[] = "hadpot: warning: first of 100 %\nhadpot: warning: second\n";
    char folder[64], path[96], text[4096];
    open_case(&c);
    hp_record_add_note(&c.record, (hp_note){.severity = HP_CAUTION}, "first of 100 %%");
    hp_record_add_note(&c.record, (hp_note){.severity = HP_REMARK}, "second");
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/log", folder);
    fflush(stderr);
    int kept = dup(STDERR_FILENO), log = open(path, O_WRONLY | O_CREAT, 0666);
    assert_true(kept >= 0 && log >= 0 && dup2(log, STDERR_FILENO) >= 0);
    hp_results_report(&c.record, folder);
    fflush(stderr);
    assert_true(dup2(kept, STDERR_FILENO) >= 0 && close(kept) == 0 && close(log) == 0);
    read_file(folder, "log", text, sizeof text);
    assert_memory_equal(text, first, sizeof first - 1);
    assert_null(strstr(text + sizeof first - 1, "warning: "));
    char expected[256];
    snprintf(expected, sizeof expected,
             "  files       %s: points.csv constants.csv summary.yaml results.h5\n"
             "  figures     python3 analysis/plot.py %s\n",
             folder, folder);
    assert_contains(text, expected);
    hp_test_remove_folder(folder);
    close_case(&c);
}

static const hp_fact *find_fact(const hp_record *record, const char *attribute) {
    for (int i = 0; i < record->nfact; i++)
        if (record->fact[i].place.attribute != NULL &&
            strcmp(record->fact[i].place.attribute, attribute) == 0)
            return &record->fact[i];
    fail_msg("there is no fact %s", attribute);
    return NULL;
}

/* A record says first what it is of, who made it, and with what. */
static void records_begin_with_their_origin(void **state) {
    (void)state;
    static const struct {
        const char *attribute, *text, *key;
    } facts[] = {{"format", "hadpot-results", NULL},
                 {"channel", "a pair", "channel"},
                 {"potential_kind", "sdnn", "potential"},
                 {"hadpot_version", HADPOT_VERSION, NULL},
                 {"job", "output: out\n", NULL}};
    hp_record record;
    hp_error err = HP_ERROR_INIT;
    char library[32];
    unsigned major, minor, release;
    hp_record_create(&record);
    hp_results_describe(&record, "a pair", "sdnn", "output: out\n");
    assert_ok(hp_record_check(&record, &err), &err);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        const hp_fact *fact = find_fact(&record, facts[i].attribute);
        assert_string_equal(fact->text[0], facts[i].text);
        assert_string_equal(fact->place.object, "/");
        assert_int_equal(fact->place.summary == NULL, facts[i].key == NULL);
        if (facts[i].key != NULL) assert_string_equal(fact->place.summary, facts[i].key);
    }
    assert_int_equal(find_fact(&record, "version")->integer[0], 1);
    assert_string_equal(record.channel, "a pair");
    assert_int_equal(record.ntext, 1);
    assert_string_equal(record.text[0].name, "job.yaml");
    assert_string_equal(record.text[0].text, "output: out\n");
    assert_true(H5get_libversion(&major, &minor, &release) >= 0);
    snprintf(library, sizeof library, "HDF5 %u.%u.%u; GSL ", major, minor, release);
    assert_contains(find_fact(&record, "libraries")->text[0], library);
    assert_contains(find_fact(&record, "libraries")->text[0], "; compiler " __VERSION__);
    hp_record_destroy(&record);
}

static case_data case_of_leaks;
static char folder_of_leaks[64];

static void save_all(void) {
    hp_error err = HP_ERROR_INIT;
    char path[96];
    save(&case_of_leaks.record, folder_of_leaks);
    snprintf(path, sizeof path, "%s/nowhere/x", folder_of_leaks);
    assert_status(hp_results_save_summary(&case_of_leaks.record, path, &err), HP_ERR_IO, &err);
}

static void keep_and_read(void) {
    hp_error err = HP_ERROR_INIT;
    bool found;
    double values[LENGTH];
    const hp_checkpoint checkpoint = {
        .folder = folder_of_leaks, .fingerprint = 17, .length = LENGTH};
    char path[96];
    snprintf(path, sizeof path, "%s/checkpoint", folder_of_leaks);
    assert_int_equal(mkdir(path, 0777), 0);
    assert_ok(hp_checkpoint_write(&checkpoint, -1, case_of_leaks.value[0], &err), &err);
    assert_ok(hp_checkpoint_read(&checkpoint, -1, values, &found, &err), &err);
    assert_ok(hp_checkpoint_remove(folder_of_leaks, &err), &err);
}

/* Not by another program, which would see the pipe to it opened or half closed. */
static int count_descriptors(void) {
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder) != NULL) count++;
    assert_int_equal(closedir(folder), 0);
    return count;
}

/* Neither memory nor open files. */
static void nothing_is_left_behind(void **state) {
    (void)state;
    open_case(&case_of_leaks);
    add_budget(&case_of_leaks);
    hp_record_add_note(&case_of_leaks.record, (hp_note){.severity = HP_REMARK}, "a note");
    hp_test_make_folder(folder_of_leaks);
    save_all();
    keep_and_read();
    int before = count_descriptors();
    assert_no_leak(save_all);
    assert_no_leak(keep_and_read);
    assert_true(count_descriptors() <= before);
    assert_int_equal(H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL), 0);
    hp_test_remove_folder(folder_of_leaks);
    close_case(&case_of_leaks);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_beyond_the_counts_is_written),
        cmocka_unit_test(states_end_with_their_axis),
        cmocka_unit_test(long_rows_are_written_whole),
        cmocka_unit_test(only_axes_with_elements_have_labels),
        cmocka_unit_test(notes_are_logged),
        cmocka_unit_test(records_begin_with_their_origin),
        cmocka_unit_test(nothing_is_left_behind),
    };
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("results/limits", tests, NULL, NULL);
}
