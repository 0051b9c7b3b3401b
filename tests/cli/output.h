// SPDX-License-Identifier: GPL-3.0-or-later
/* Reads and compares the files of an output folder. */
#ifndef HADPOT_TEST_OUTPUT_H
#define HADPOT_TEST_OUTPUT_H

#include <hdf5.h>
#include <math.h>
#include "program.h"

/* Header line of phase_shift.csv of hadpot run, and its columns. */
#define PHASE_SHIFT_HEADER                                                                         \
    "k2_lat,k_mev,e_cm_mev,delta_deg,delta_deg_err,kcot_mev,kcot_mev_err,delta_numerical_error,"   \
    "cross_section_fm2,cross_section_fm2_err,cross_section_mb,cross_section_mb_err"
enum { PHASE_SHIFT_COLUMNS = 12 };

/* One dataset of results.h5 as doubles; values with test_free. */
typedef struct table {
    int rank;
    hsize_t shape[6];
    size_t count;
    double *values;
} table;

static inline hid_t open_hdf5(const scene *place, const char *name) {
    char path[256];
    scene_path(place, name, path);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0) fail_msg("%s cannot be opened as HDF5", path);
    return file;
}

static inline table read_table(hid_t file, const char *path) {
    table data = {.rank = 0, .count = 1};
    hid_t set = H5Dopen2(file, path, H5P_DEFAULT);
    if (set < 0) fail_msg("there is no dataset %s", path);
    hid_t space = H5Dget_space(set);
    data.rank = H5Sget_simple_extent_ndims(space);
    assert_in_range(data.rank, 0, 6);
    assert_true(H5Sget_simple_extent_dims(space, data.shape, NULL) >= 0);
    for (int axis = 0; axis < data.rank; axis++) data.count *= data.shape[axis];
    data.values = test_malloc(data.count * sizeof *data.values);
    assert_true(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data.values) >= 0);
    assert_true(H5Sclose(space) >= 0 && H5Dclose(set) >= 0);
    return data;
}

/* One file of an output folder, opened by itself and closed. */
static inline table read_result(const scene *place, const char *folder, const char *path) {
    char name[128];
    snprintf(name, sizeof name, "%s/results.h5", folder);
    hid_t file = open_hdf5(place, name);
    table data = read_table(file, path);
    assert_true(H5Fclose(file) >= 0);
    return data;
}

static inline void assert_same_bytes(const scene *place, const char *one, const char *other) {
    size_t size_one, size_other;
    char *bytes_one = read_bytes(place, one, &size_one);
    char *bytes_other = read_bytes(place, other, &size_other);
    if (size_one != size_other || memcmp(bytes_one, bytes_other, size_one) != 0)
        fail_msg("%s and %s differ:\n%s\n%s", one, other, bytes_one, bytes_other);
    test_free(bytes_one);
    test_free(bytes_other);
}

/* Value and jackknife error (N-1) sqrt(sum (x - mean)^2 / (N (n-1))), n of N samples, of number i
 * of a row. */
static inline void assert_band(const table *data, size_t i, int nsample, double value,
                               double error) {
    size_t stride = data->count / data->shape[0], n = data->shape[0] - 1;
    double mean = 0.0, squares = 0.0;
    for (size_t row = 1; row <= n; row++) mean += data->values[row * stride + i] / (double)n;
    for (size_t row = 1; row <= n; row++) squares += pow(data->values[row * stride + i] - mean, 2);
    assert_close(value, data->values[i], 0, 0); /* 17 digits are exact */
    /* rounding of x - mean, some 1e-16 of the value, on an error of at least 1e-4 of it */
    assert_close(error, (nsample - 1.0) * sqrt(squares / (nsample * (n - 1.0))), 1e-11, 0);
}

/* The columns of total bands, which stand behind all others. */
static inline int count_total_columns(const char *line, const char *header) {
    int count = 0;
    assert_true(strncmp(line, header, strlen(header)) == 0);
    const char *rest = line + strlen(header);
    assert_true(*rest == '\0' || strncmp(rest, ",determined,mark,", 17) == 0 ||
                strstr(rest, "total,") != NULL || strstr(rest, "_total_") != NULL);
    for (; *rest != '\0'; rest++) count += *rest == ',';
    return count;
}

/* The line after the comments, and the numbers of the lines that follow, `columns` from the end of
 * each, before total bands. Returns the number of lines. */
static inline int read_csv(const scene *place, const char *name, const char *header, int columns,
                           double *numbers, int most) {
    size_t size;
    int lines = 0;
    char *text = read_bytes(place, name, &size), *save = NULL;
    char *line = strtok_r(text, "\n", &save);
    while (line != NULL && line[0] == '#') line = strtok_r(NULL, "\n", &save);
    assert_non_null(line);
    int totals = count_total_columns(line, header);
    for (line = strtok_r(NULL, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
        assert_true(lines < most);
        for (int i = 0; i < totals; i++) *strrchr(line, ',') = '\0';
        char *field = line + strlen(line);
        for (int column = columns - 1; column >= 0; column--) {
            while (field > line && field[-1] != ',') field--;
            char *end;
            numbers[lines * columns + column] = strtod(field, &end);
            assert_true(end > field && (*end == ',' || *end == '\0'));
            if (field > line) field--;
        }
        lines++;
    }
    test_free(text);
    return lines;
}

typedef struct comparison {
    hid_t other;
    int count;
} comparison;

static inline herr_t compare_object(hid_t file, const char *name, const H5O_info_t *info,
                                    void *context) {
    comparison *both = context;
    if (info->type != H5O_TYPE_DATASET) return 0;
    both->count++;
    table one = read_table(file, name), other = read_table(both->other, name);
    assert_int_equal(one.rank, other.rank);
    assert_memory_equal(one.shape, other.shape, (size_t)one.rank * sizeof *one.shape);
    for (size_t i = 0; i < one.count; i++) /* bits: NaN equals itself, 0 is not -0 */
        if (memcmp(&one.values[i], &other.values[i], sizeof *one.values) != 0)
            fail_msg("%s, number %zu: %.17g and %.17g", name, i, one.values[i], other.values[i]);
    test_free(one.values);
    test_free(other.values);
    return 0;
}

static inline int compare_datasets(hid_t one, hid_t other) {
    comparison both = {other, 0};
    assert_true(H5Ovisit(one, H5_INDEX_NAME, H5_ITER_INC, compare_object, &both) >= 0);
    return both.count;
}

/* The same bits in the CSV files and in every dataset of results.h5 of two output folders. */
static inline void assert_same_results(const scene *place, const char *one, const char *other) {
    static const char *const files[] = {"phase_shift.csv", "potential.csv", "summary.yaml"};
    char path_one[128], path_other[128];
    for (int i = 0; i < 3; i++) {
        snprintf(path_one, sizeof path_one, "%s/%s", one, files[i]);
        snprintf(path_other, sizeof path_other, "%s/%s", other, files[i]);
        assert_same_bytes(place, path_one, path_other);
    }
    snprintf(path_one, sizeof path_one, "%s/results.h5", one);
    snprintf(path_other, sizeof path_other, "%s/results.h5", other);
    hid_t file_one = open_hdf5(place, path_one), file_other = open_hdf5(place, path_other);
    int count = compare_datasets(file_one, file_other);
    assert_int_equal(compare_datasets(file_other, file_one), count);
    assert_true(count > 20); /* a file of a run has some 30 datasets */
    assert_true(H5Fclose(file_one) >= 0 && H5Fclose(file_other) >= 0);
}

/* `mv from to` inside the folder. */
static inline void move(const scene *place, const char *from, const char *to) {
    char path_from[256], path_to[256];
    scene_path(place, from, path_from);
    scene_path(place, to, path_to);
    assert_int_equal(rename(path_from, path_to), 0);
}

#endif
