// SPDX-License-Identifier: GPL-3.0-or-later
/* The small ensemble as texts, and what an import must make of it. */
#ifndef HADPOT_IMPORT_CASE_H
#define HADPOT_IMPORT_CASE_H

#include "hadpot/hdf5_read.h"
#include "hadpot/import.h"
#include "hadpot/memory.h"
#include "../cli/small_job.h"

/* Numbers of the configurations of its rows. */
static inline int import_number(int row) {
    return 100 + 10 * row;
}

#define IMPORT_HEAD                                                                                \
    "tree: tree\noutput: new.h5\nchannel: made up (1S0)\ninverse_spacing_mev: 1973.269804\n"       \
    "mass_1: 0.55\nmass_2: 0.75\n"

/* How texts are laid out: columns as they are named in `order` (r: radius, c: configuration, ...),
 * a file for each time, or one file for all configurations. */
typedef struct import_style {
    const char *order, *two_point_order;
    bool t_in_name, one_file, fortran;
} import_style;

static inline FILE *import_open(const scene *place, const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/tree/%s", place->folder, name);
    FILE *out = fopen(path, "a");
    if (out == NULL) fail_msg("%s cannot be written", path);
    return out;
}

/* A number with all its digits; Fortran's way has a D and no E. */
static inline void import_put(FILE *out, double value, bool fortran) {
    char text[40];
    snprintf(text, sizeof text, " %.17g", value);
    char *letter = strchr(text, 'e');
    if (fortran && letter != NULL) *letter = 'D';
    fputs(text, out);
}

static inline void import_put_row(FILE *out, const import_style *style, const char *order, int row,
                                  int t, double r, double value) {
    for (; *order != '\0'; order++) {
        double number = *order == 'c'   ? import_number(row)
                        : *order == 't' ? SMALL_T0 + t
                        : *order == 'r' ? r
                        : *order == 'v' ? value
                                        : 1e-4 * value; /* i: an imaginary part; -: anything */
        import_put(out, number, style->fortran);
    }
    fputs(style->fortran ? "\r\n" : "\n", out);
}

/* Files of one part of the small ensemble (four_point 0, two_point_1 1, two_point_2 2). */
static inline void import_write_part(const scene *place, const import_style *style, int source,
                                     int part, int row) {
    static const char *const names[] = {"nbs", "first", "second"};
    const small_style numbers = {.nsample = SMALL_NSAMPLE};
    const char *order = part == 0 ? style->order : style->two_point_order;
    for (int t = 0; t < SMALL_NT; t++) {
        char name[128], time[16] = "", number[16] = "";
        if (style->t_in_name && part == 0) snprintf(time, sizeof time, ".t%03d", SMALL_T0 + t);
        if (!style->one_file) snprintf(number, sizeof number, ".%05d", import_number(row));
        snprintf(name, sizeof name, "%s/%s%s%s", source == 0 ? "smeared" : "wall", names[part],
                 time, number);
        FILE *out = import_open(place, name);
        for (int point = 0; point < (part == 0 ? SMALL_NPOINT : 1); point++)
            import_put_row(out, style, order, row, t, SMALL_STEP * point + 0.3,
                           small_value(numbers, source, part, row, t, point));
        assert_int_equal(fclose(out), 0);
    }
}

/* All files of the small ensemble, and raw.h5 with the same numbers. */
static inline void import_write_texts(const scene *place, import_style style) {
    char out[256];
    assert_int_equal(hp_test_run(out, sizeof out,
                                 "cd '%s' && rm -rf tree new.h5 && mkdir -p tree/smeared tree/wall",
                                 place->folder),
                     0);
    for (int source = 0; source < 2; source++)
        for (int part = 0; part < 3; part++)
            for (int row = 0; row < SMALL_NSAMPLE; row++)
                import_write_part(place, &style, source, part, row);
    write_small_job(place);
}

/* All numbers of a dataset. */
static inline double *import_read(const scene *place, const char *name, const char *path,
                                  hsize_t shape[4]) {
    char file_path[256];
    scene_path(place, name, file_path);
    hid_t file = H5Fopen(file_path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t set = H5Dopen2(file, path, H5P_DEFAULT);
    if (set < 0) fail_msg("%s has no %s", name, path);
    hid_t space = H5Dget_space(set);
    memset(shape, 0, 4 * sizeof *shape);
    assert_true(H5Sget_simple_extent_dims(space, shape, NULL) <= 4);
    double *values = test_calloc((size_t)H5Sget_simple_extent_npoints(space), sizeof *values);
    assert_true(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    assert_true(H5Sclose(space) >= 0 && H5Dclose(set) >= 0 && H5Fclose(file) >= 0);
    return values;
}

/* Fail unless two files hold the same bits under a path. */
static inline void import_compare(const scene *place, const char *one, const char *other,
                                  const char *path) {
    hsize_t shape[4], as[4];
    double *found = import_read(place, one, path, shape);
    double *expected = import_read(place, other, path, as);
    assert_memory_equal(shape, as, sizeof shape);
    size_t n = 1;
    for (int i = 0; i < 4 && shape[i] > 0; i++) n *= shape[i];
    assert_true(n > 1);
    for (size_t i = 0; i < n; i++) assert_close(found[i], expected[i], 0, 0); /* the same bits */
    test_free(found);
    test_free(expected);
}

/* new.h5 holds what raw.h5 does, with trajectory numbers. */
static inline void import_compare_small(const scene *place) {
    static const char *const paths[] = {"/t",
                                        "/r",
                                        "/source/smeared/four_point",
                                        "/source/smeared/two_point_1",
                                        "/source/smeared/two_point_2",
                                        "/source/wall/four_point",
                                        "/source/wall/two_point_1",
                                        "/source/wall/two_point_2"};
    hsize_t shape[4];
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        import_compare(place, "new.h5", "raw.h5", paths[i]);
    double *number = import_read(place, "new.h5", "/configuration", shape);
    for (int i = 0; i < SMALL_NSAMPLE; i++) assert_int_equal((int)number[i], import_number(i));
    test_free(number);
}

/* Collective. The job import.yaml with assignments "key=value|key=value", in this process. */
static inline hp_status import_here(const hp_comm *comm, const char *set, hp_error *err) {
    char copy[512], *overrides[8], *rest = NULL;
    hp_run_options options = {.job_path = "import.yaml", .overrides = overrides, .overwrite = true};
    *err = (hp_error)HP_ERROR_INIT;
    snprintf(copy, sizeof copy, "%s", set);
    for (char *one = strtok_r(copy, "|", &rest); one != NULL; one = strtok_r(NULL, "|", &rest))
        overrides[options.noverrides++] = one;
    return hp_import(comm, &options, err);
}

/* An attribute of the root group of new.h5 that is a text; "": there is none. */
static inline void import_read_text(const scene *place, const char *name, char *text, size_t size) {
    char path[256], *stored = NULL;
    scene_path(place, "new.h5", path);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_true(file >= 0);
    if (hp_hdf5_has_attribute(file, name)) (void)hp_hdf5_read_text(file, name, &stored, NULL);
    snprintf(text, size, "%s", stored != NULL ? stored : "");
    hp_free(stored);
    assert_true(H5Fclose(file) >= 0);
}

#endif
