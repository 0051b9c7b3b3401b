// SPDX-License-Identifier: GPL-3.0-or-later
/* results.h5 of a record, read back with the HDF5 library. */
#include "record_case.h"

#include <hdf5.h>
#include "hadpot/hdf5_write.h"
#include "hadpot/totals.h"

typedef struct scene {
    case_data c;
    char folder[64];
    hid_t file;
} scene;

/* Write what the case holds by now, and open it. */
static void save(scene *s) {
    hp_error err = HP_ERROR_INIT;
    char path[96];
    hp_test_make_folder(s->folder);
    snprintf(path, sizeof path, "%s/results.h5", s->folder);
    assert_ok(hp_results_save_hdf5(&s->c.record, path, &err), &err);
    s->file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_true(s->file >= 0);
}

static void close_scene(scene *s) {
    assert_true(H5Fclose(s->file) >= 0);
    hp_test_remove_folder(s->folder);
    close_case(&s->c);
}

static bool has(const scene *s, const char *path) {
    return H5Lexists(s->file, path, H5P_DEFAULT) > 0;
}

/* A dataset of this shape. */
static void read_values(const scene *s, const char *path, int rank, const hsize_t *shape,
                        double *values) {
    hsize_t found[6];
    hid_t set = H5Dopen2(s->file, path, H5P_DEFAULT), space = H5Dget_space(set);
    assert_int_equal(H5Sget_simple_extent_ndims(space), rank);
    assert_true(H5Sget_simple_extent_dims(space, found, NULL) >= 0);
    for (int i = 0; i < rank; i++) assert_int_equal(found[i], shape[i]);
    assert_true(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    assert_true(H5Sclose(space) >= 0 && H5Dclose(set) >= 0);
}

/* The texts of an attribute, joined by "|". */
static void read_texts(const scene *s, const char *object, const char *name, char text[256]) {
    char *one[8];
    int length = 0;
    hid_t attribute = H5Aopen_by_name(s->file, object, name, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute < 0) fail_msg("%s has no attribute %s", object, name);
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    int count = (int)H5Sget_simple_extent_npoints(space);
    assert_in_range(count, 1, 8);
    assert_true(H5Aread(attribute, type, one) >= 0);
    for (int i = 0; i < count; i++)
        length += snprintf(text + length, 256 - (size_t)length, "%s%s", i > 0 ? "|" : "", one[i]);
    assert_true(H5Dvlen_reclaim(type, space, H5P_DEFAULT, one) >= 0);
    assert_true(H5Tclose(type) >= 0 && H5Sclose(space) >= 0 && H5Aclose(attribute) >= 0);
}

static void assert_texts(const scene *s, const char *object, const char *name,
                         const char *expected) {
    char text[256];
    read_texts(s, object, name, text);
    assert_string_equal(text, expected);
}

/* Numbers of an attribute; how many. */
static int read_numbers(const scene *s, const char *object, const char *name, double values[8]) {
    hid_t attribute = H5Aopen_by_name(s->file, object, name, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute < 0) fail_msg("%s has no attribute %s", object, name);
    hid_t space = H5Aget_space(attribute);
    int count = (int)H5Sget_simple_extent_npoints(space);
    assert_in_range(count, 1, 8);
    assert_true(H5Aread(attribute, H5T_NATIVE_DOUBLE, values) >= 0);
    assert_true(H5Sclose(space) >= 0 && H5Aclose(attribute) >= 0);
    return count;
}

static void rows_hold_the_average_and_all_samples(void **state) {
    (void)state;
    scene s;
    double x[NROW][NK], y[NROW][2][1][NK], slope[NROW], quality[NROW][2];
    open_case(&s.c);
    save(&s);
    read_values(&s, "group/x", 2, (hsize_t[]){NROW, NK}, x[0]);
    read_values(&s, "group/y", 4, (hsize_t[]){NROW, 2, 1, NK}, y[0][0][0]);
    read_values(&s, "group/slope", 1, (hsize_t[]){NROW}, slope);
    read_values(&s, "group/quality", 2, (hsize_t[]){NROW, 2}, quality[0]); /* no slim axis */
    for (int row = 0; row < NROW; row++) {
        for (int k = 0; k < NK; k++) {
            assert_close(x[row][k], s.c.value[row][X + k], 0, 0); /* the same bits, always */
            for (int i = 0; i < 2; i++)
                assert_close(y[row][i][0][k], s.c.value[row][Y + NK * i + k], 0, 0);
        }
        assert_close(slope[row], s.c.value[row][LENGTH - 1], 0, 0);
        assert_close(quality[row][1], s.c.value[row][7], 0, 0);
    }
    assert_texts(&s, "group/x", "unit", "MeV");
    assert_texts(&s, "group/x", "description", "one of each momentum");
    assert_texts(&s, "group/x", "axes", "sample|k");
    assert_texts(&s, "group/y", "axes", "sample|source|t|k");
    assert_texts(&s, "group/slope", "axes", "sample");
    assert_texts(&s, "group/x", "error_function", "jackknife");
    close_scene(&s);
}

static void constants_and_labels_have_no_samples(void **state) {
    (void)state;
    static const double k2[] = {0.01, 0.1}, drawn[] = {3, -1, 4, 1};
    static const int which[] = {5, 7};
    scene s;
    double exact[NK], found[2 * NK];
    open_case(&s.c);
    hp_record_label(&s.c.record, "k",
                    &(hp_label){.path = "group/n", .unit = "a", .text = "which", .integer = which});
    save(&s);
    read_values(&s, "exact/x", 1, (hsize_t[]){NK}, exact);
    assert_close(exact[1], 1.5, 0, 0);
    assert_texts(&s, "exact/x", "axes", "k");
    assert_true(H5Aexists_by_name(s.file, "exact/x", "error_function", H5P_DEFAULT) == 0);
    read_values(&s, "group/k2", 1, (hsize_t[]){NK}, found);
    for (int k = 0; k < NK; k++) assert_close(found[k], k2[k], 0, 0);
    assert_texts(&s, "group/k2", "unit", "fm^-2");
    assert_texts(&s, "group/k2", "axes", "k");
    read_values(&s, "group/n", 1, (hsize_t[]){NK}, found);
    for (int k = 0; k < NK; k++) assert_close(found[k], which[k], 0, 0);
    assert_texts(&s, "group/n", "unit", "a");
    assert_texts(&s, "group/n", "axes", "k");
    read_values(&s, "exact/draw", 2, (hsize_t[]){2, NK}, found);
    for (int i = 0; i < 2 * NK; i++) assert_close(found[i], drawn[i], 0, 0);
    hid_t set = H5Dopen2(s.file, "exact/draw", H5P_DEFAULT), type = H5Dget_type(set);
    assert_int_equal(H5Tget_class(type), H5T_INTEGER);
    assert_true(H5Tclose(type) >= 0 && H5Dclose(set) >= 0);
    assert_false(has(&s, "variations")); /* no budget */
    close_scene(&s);
}

static void facts_are_attributes_of_their_objects(void **state) {
    (void)state;
    scene s;
    double number[8];
    open_case(&s.c);
    hp_record_add_note(&s.c.record, (hp_note){.severity = HP_REMARK}, "one");
    hp_record_add_note(&s.c.record, (hp_note){.severity = HP_CAUTION}, "two");
    save(&s);
    assert_texts(&s, "/", "source", "wall|smeared");
    assert_texts(&s, "/", "format", "1e5 is a text");
    assert_texts(&s, "/", "warnings", "one|two");
    assert_int_equal(read_numbers(&s, "/", "good", number), 1);
    assert_close(number[0], 1, 0, 0);
    assert_int_equal(read_numbers(&s, "/", "edges", number), 2);
    assert_close(number[1], 1e-5, 0, 0);
    assert_int_equal(read_numbers(&s, "group/x", "scale", number), 1);
    assert_close(number[0], 2.385, 0, 0);
    assert_int_equal(read_numbers(&s, "group", "t", number), 2);
    assert_close(number[1], 13, 0, 0);
    assert_true(H5Aexists(s.file, "rows") == 0); /* of the summary alone */
    close_scene(&s);
}

static void nothing_is_said_without_notes_and_rule(void **state) {
    (void)state;
    scene s;
    double x[1][NK];
    open_case(&s.c);
    s.c.record.group[HP_SAMPLES] = (hp_rows){.value = s.c.value[0]};
    save(&s);
    read_values(&s, "group/x", 2, (hsize_t[]){1, NK}, x[0]);
    assert_true(H5Aexists(s.file, "warnings") == 0);
    assert_true(H5Aexists_by_name(s.file, "group/x", "error_function", H5P_DEFAULT) == 0);
    close_scene(&s);
}

static void systematic_errors_are_datasets(void **state) {
    (void)state;
    scene s;
    double both[NK];
    open_case(&s.c);
    add_budget(&s.c);
    save(&s);
    read_values(&s, "variations/syst_plus/x", 1, (hsize_t[]){NK}, both);
    assert_close(both[0], 0.5, 0, 0);
    assert_true(isinf(both[1]));
    read_values(&s, "variations/syst_minus/x", 1, (hsize_t[]){NK}, both);
    assert_close(both[0], 0.375, 0, 0);
    assert_texts(&s, "variations/syst_plus/x", "unit", "MeV");
    assert_true(has(&s, "variations/syst_plus/length"));
    assert_false(has(&s, "variations/syst_plus/y")); /* not compared */
    close_scene(&s);
}

/* /total and /draws: what has no draws is in neither. */
static void draws_stand_beside_the_samples(void **state) {
    (void)state;
    static const char total_text[] =
        "total band, its median and the errors downwards and upwards: ";
    scene s;
    char text[256];
    double total[3][NK], length[3], energy[3][NSTATE], draw[NDRAW][NK], drawn_length[NDRAW];
    open_case(&s.c);
    add_draws(&s.c);
    save(&s);
    read_values(&s, "total/group/x", 2, (hsize_t[]){3, NK}, total[0]);
    read_values(&s, "total/group/length", 1, (hsize_t[]){3}, length);
    read_values(&s, "total/group/energy", 2, (hsize_t[]){3, NSTATE}, energy[0]);
    for (int part = 0; part < 3; part++) {
        static const double expected[] = {19, 15, 23};
        assert_close(total[part][0], expected[part], 0, 0);
        assert_close(total[part][1], expected[part] + (part == 0 ? 100 : 0), 0, 0);
        assert_close(length[part], expected[part] + (part == 0 ? 1000 : 0), 0, 0);
        assert_close(energy[part][1], expected[part], 0, 0);
        assert_true(isnan(energy[part][2]));
    }
    read_values(&s, "draws/group/x", 2, (hsize_t[]){NDRAW, NK}, draw[0]);
    read_values(&s, "draws/group/length", 1, (hsize_t[]){NDRAW}, drawn_length);
    for (int d = 0; d < NDRAW; d++) {
        for (int k = 0; k < NK; k++) assert_close(draw[d][k], s.c.draw[d][k], 0, 0);
        assert_close(drawn_length[d], s.c.draw[d][NK], 0, 0);
    }
    assert_texts(&s, "total/group/x", "unit", "MeV");
    assert_texts(&s, "total/group/x", "axes", "value_minus_plus|k");
    assert_texts(&s, "total/group/length", "axes", "value_minus_plus");
    snprintf(text, sizeof text, "%sone of each momentum", total_text);
    assert_texts(&s, "total/group/x", "description", text);
    assert_texts(&s, "total/group/x", "error_function", "percentile");
    assert_texts(&s, "draws/group/x", "unit", "MeV");
    assert_texts(&s, "draws/group/x", "axes", "draw|k");
    assert_texts(&s, "draws/group/x", "description",
                 "a draw of the total band: one of each momentum");
    assert_texts(&s, "draws/group/x", "error_function", "percentile");
    assert_texts(&s, "group/x", "error_function", "jackknife");
    assert_false(has(&s, "total/group/y"));
    assert_false(has(&s, "draws/group/y"));
    close_scene(&s);
}

/* A band that is made of the coefficients of draws has no draws itself; phases of draws are on any
 * branch, and say so. */
static void bands_without_draws_and_phases(void **state) {
    (void)state;
    static const double band[] = {1, 2, 0.5, 0.25, 4, 8};
    scene s;
    open_case(&s.c);
    s.c.record.entry[0].row.compare = HP_MODULO_180;
    s.c.record.entry[0].row.guide = "group/states";
    add_draws(&s.c);
    hp_record_set_total(&s.c.record, "group/x", band);
    s.c.record.group[HP_DRAWS] = (hp_rows){0};
    save(&s);
    assert_true(has(&s, "total/group/x"));
    assert_false(has(&s, "draws"));
    assert_texts(&s, "total/group/x", "compare", "modulo_180");
    close_scene(&s);
}

/* How bands are to be made of samples: nothing of plain rows, a guide where there is one, a scale
 * of poles. */
static void comparisons_are_attributes(void **state) {
    (void)state;
    static const hp_row rows[] = {
        {.path = "delta",
         .unit = "deg",
         .text = "a phase",
         .compare = HP_MODULO_180,
         .guide = "group/states",
         .roles = HP_BUDGET},
        {.path = "a0",
         .unit = "fm",
         .text = "a length",
         .compare = HP_POLE,
         .guide = "group/length",
         .scale = 0.625},
        {.path = "binding", .unit = "MeV", .text = "an energy", .compare = HP_UNBOUND},
        {.path = "place", .unit = "deg", .text = "a place", .compare = HP_FREE_LEVELS}};
    enum { ALL = LENGTH + 4 };
    static const char *const names[] = {"compare", "guide", "scale"};
    static const struct {
        const char *path, *compare, *guide;
        bool scale;
    } expected[] = {{"delta", "modulo_180", "group/states", false},
                    {"a0", "pole", "group/length", true},
                    {"binding", "unbound", NULL, false},
                    {"place", "free_levels", NULL, false},
                    {"group/y", NULL, NULL, false}};
    scene s;
    double values[NROW * ALL] = {0}, plus[ALL], scale[8];
    open_case(&s.c);
    hp_record_add_rows(&s.c.record, rows, 4);
    s.c.record.group[HP_SAMPLES].value = values;
    for (int i = 0; i < ALL; i++) plus[i] = 0.25 + i;
    s.c.record.plus = s.c.record.minus = plus;
    save(&s);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const char *path = expected[i].path;
        const bool is[] = {expected[i].compare != NULL, expected[i].guide != NULL,
                           expected[i].scale};
        for (int j = 0; j < 3; j++)
            assert_int_equal(H5Aexists_by_name(s.file, path, names[j], H5P_DEFAULT), is[j]);
        if (is[0]) assert_texts(&s, path, "compare", expected[i].compare);
        if (is[1]) assert_texts(&s, path, "guide", expected[i].guide);
        if (is[2]) assert_int_equal(read_numbers(&s, path, "scale", scale), 1);
        if (is[2]) assert_close(scale[0], 0.625, 0, 0);
    }
    read_values(&s, "variations/syst_plus/delta", 1, (hsize_t[]){1}, scale);
    assert_close(scale[0], 0.25 + LENGTH, 0, 0);
    assert_texts(&s, "variations/syst_plus/delta", "description", "systematic error upwards");
    assert_texts(&s, "variations/syst_minus/delta", "description", "systematic error downwards");
    assert_false(has(&s, "variations/syst_plus/a0"));
    close_scene(&s);
}

static void two_rows_of_one_path_are_refused(void **state) {
    (void)state;
    case_data c;
    hp_error err = HP_ERROR_INIT;
    char folder[64], path[96];
    const hp_row again = {.path = "group/x", .unit = "1", .text = "a second x"};
    open_case(&c);
    hp_record_add_constant(&c.record, &again, (const double[]){1.0});
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/results.h5", folder);
    assert_status(hp_results_save_hdf5(&c.record, path, &err), HP_ERR_IO, &err);
    assert_contains(err.message, "cannot write dataset \"group/x\"");
    assert_int_equal(H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL), 0); /* all is closed */
    hp_error_clear(&err);
    close_case(&c);
    open_case(&c);
    assert_status(hp_results_save_hdf5(&c.record, "/nowhere/results.h5", &err), HP_ERR_IO, &err);
    assert_contains(err.message, "cannot create \"/nowhere/results.h5\"");
    hp_test_remove_folder(folder);
    close_case(&c);
}

static void rows_can_be_written_one_by_one(void **state) {
    (void)state;
    static const size_t extent[] = {2, 3};
    static const double rows[2][3] = {{1, 2, 3}, {4, 5, 6}};
    scene s;
    hp_error err = HP_ERROR_INIT;
    char path[96];
    double found[2][3];
    open_case(&s.c);
    hp_test_make_folder(s.folder);
    snprintf(path, sizeof path, "%s/rows.h5", s.folder);
    assert_ok(hp_h5_create_file(path, &s.file, &err), &err);
    assert_ok(hp_h5_create_rows(s.file, "a/rows", 2, extent, &err), &err);
    for (int row = 1; row >= 0; row--)
        assert_ok(hp_h5_write_row(s.file, "a/rows", row, rows[row], &err), &err);
    read_values(&s, "a/rows", 2, (hsize_t[]){2, 3}, found[0]);
    assert_memory_equal(found, rows, sizeof rows);
    assert_ok(hp_h5_create_rows(s.file, "numbers", 1, extent, &err), &err);
    for (int row = 0; row < 2; row++)
        assert_ok(hp_h5_write_row(s.file, "numbers", row, &rows[1][row], &err), &err);
    read_values(&s, "numbers", 1, (hsize_t[]){2}, found[0]);
    assert_memory_equal(found, rows[1], 2 * sizeof(double));
    assert_status(hp_h5_write_row(s.file, "nowhere", 0, rows[0], &err), HP_ERR_IO, &err);
    assert_contains(err.message, "cannot open dataset \"nowhere\"");
    hp_error_clear(&err);
    assert_status(hp_h5_write_row(s.file, "a/rows", 2, rows[0], &err), HP_ERR_IO, &err);
    assert_contains(err.message, "cannot write row 2 of dataset \"a/rows\"");
    close_scene(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold_the_average_and_all_samples),
        cmocka_unit_test(constants_and_labels_have_no_samples),
        cmocka_unit_test(facts_are_attributes_of_their_objects),
        cmocka_unit_test(nothing_is_said_without_notes_and_rule),
        cmocka_unit_test(systematic_errors_are_datasets),
        cmocka_unit_test(draws_stand_beside_the_samples),
        cmocka_unit_test(bands_without_draws_and_phases),
        cmocka_unit_test(comparisons_are_attributes),
        cmocka_unit_test(rows_can_be_written_one_by_one),
        cmocka_unit_test(two_rows_of_one_path_are_refused),
    };
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("results/hdf5", tests, NULL, NULL);
}
