// SPDX-License-Identifier: GPL-3.0-or-later
/* Ways to break a good ensemble file. Each takes the open file, a small radial ensemble with
 * sources "smeared" and "wall", and its folder. */
#ifndef HADPOT_DOUBTFUL_FILES_H
#define HADPOT_DOUBTFUL_FILES_H

#include "small_job.h"

enum { DOUBTFUL_ROWS = 24 };

#define WALL "/source/wall/"

/* The numbers of a dataset of doubles, with its shape (1 where it has no such axis). */
typedef struct numbers {
    hsize_t shape[3];
    double *value; /* (rows, times, points) */
} numbers;

static inline numbers take(hid_t file, const char *path) {
    numbers found = {.shape = {1, 1, 1}};
    hid_t set = H5Dopen2(file, path, H5P_DEFAULT), space = H5Dget_space(set);
    assert_true(set >= 0 && H5Sget_simple_extent_dims(space, found.shape, NULL) >= 0);
    size_t count = (size_t)(found.shape[0] * found.shape[1] * found.shape[2]);
    found.value = test_calloc(count, sizeof *found.value);
    assert_true(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, found.value) >= 0);
    assert_true(H5Dclose(set) >= 0 && H5Sclose(space) >= 0);
    return found;
}

/* Number of a row, time and point. */
static inline double *at(const numbers *of, int row, int time, int point) {
    return of->value + ((hsize_t)row * of->shape[1] + (hsize_t)time) * of->shape[2] +
           (hsize_t)point;
}

/* Written back, and released. */
static inline void put(hid_t file, const char *path, numbers of) {
    hid_t set = H5Dopen2(file, path, H5P_DEFAULT);
    assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, of.value) >= 0);
    assert_true(H5Dclose(set) >= 0);
    test_free(of.value);
}

/* One row (-1: all rows), time (-1: all) of a dataset times a factor. */
static inline void scale(hid_t file, const char *path, int row, int time, double factor) {
    numbers of = take(file, path);
    for (int k = 0; k < (int)of.shape[0]; k++)
        for (int t = 0; t < (int)of.shape[1]; t++)
            for (int p = 0; p < (int)of.shape[2]; p++)
                if ((row < 0 || row == k) && (time < 0 || time == t)) *at(&of, k, t, p) *= factor;
    put(file, path, of);
}

/* Row `to` becomes row `from`. */
static inline void copy_row(hid_t file, const char *path, int from, int to) {
    numbers of = take(file, path);
    size_t length = (size_t)(of.shape[1] * of.shape[2]);
    memcpy(at(&of, to, 0, 0), at(&of, from, 0, 0), length * sizeof *of.value);
    put(file, path, of);
}

/* The same dataset once more, stored as `type` with `layout`, in place of the first; released. */
static inline void store_again(hid_t file, const char *path, hid_t type, hid_t layout) {
    numbers of = take(file, path);
    hid_t set = H5Dopen2(file, path, H5P_DEFAULT), space = H5Dget_space(set);
    assert_true(H5Dclose(set) >= 0 && H5Ldelete(file, path, H5P_DEFAULT) >= 0);
    set = H5Dcreate2(file, path, type, space, H5P_DEFAULT, layout, H5P_DEFAULT);
    assert_true(set >= 0 && H5Dclose(set) >= 0 && H5Sclose(space) >= 0);
    if (layout != H5P_DEFAULT) assert_true(H5Pclose(layout) >= 0);
    put(file, path, of);
}

static inline void replace_number(hid_t file, const char *name, double value) {
    assert_true(H5Adelete(file, name) >= 0);
    small_number(file, name, H5T_IEEE_F64LE, value);
}

/* ---- rows ---- */

static inline void zero_row(hid_t file, const char *folder) {
    (void)folder;
    scale(file, WALL "four_point", 3, -1, 0.0);
}

static inline void zero_two_point(hid_t file, const char *folder) {
    (void)folder;
    scale(file, WALL "two_point_2", 5, 2, 0.0);
}

static inline void zero_points(hid_t file, const char *folder) {
    (void)folder;
    numbers of = take(file, WALL "four_point");
    for (int p = 9; p < 12; p++) *at(&of, 4, 1, p) = 0.0;
    put(file, WALL "four_point", of);
}

static inline void nan_in_row(hid_t file, const char *folder) {
    (void)folder;
    numbers of = take(file, WALL "four_point");
    *at(&of, 8, 2, 5) = NAN;
    *at(&of, 9, 1, 3) = INFINITY;
    put(file, WALL "four_point", of);
}

static inline void infinite_two_point(hid_t file, const char *folder) {
    (void)folder;
    numbers of = take(file, WALL "two_point_1");
    *at(&of, 7, 3, 0) = -INFINITY;
    put(file, WALL "two_point_1", of);
}

static inline void same_configuration_twice(hid_t file, const char *folder) {
    static const char *const parts[] = {"four_point", "two_point_1", "two_point_2"};
    static const char *const sources[] = {"smeared", "wall"};
    (void)folder;
    for (int i = 0; i < 6; i++) {
        char path[64];
        snprintf(path, sizeof path, "/source/%s/%s", sources[i / 3], parts[i % 3]);
        copy_row(file, path, 2, 7);
    }
}

static inline void same_row_of_one_source(hid_t file, const char *folder) {
    (void)folder;
    copy_row(file, WALL "four_point", 2, 7);
    copy_row(file, WALL "two_point_1", 2, 7);
    copy_row(file, WALL "two_point_2", 2, 7);
}

static inline void same_source_twice(hid_t file, const char *folder) {
    (void)folder;
    assert_true(H5Ldelete(file, "/source/smeared", H5P_DEFAULT) >= 0);
    assert_true(H5Ocopy(file, "/source/wall", file, "/source/smeared", H5P_DEFAULT, H5P_DEFAULT) >=
                0);
}

static inline void same_time_twice(hid_t file, const char *folder) {
    static const char *const parts[] = {WALL "four_point", WALL "two_point_1", WALL "two_point_2"};
    (void)folder;
    for (int i = 0; i < 3; i++) {
        numbers of = take(file, parts[i]);
        for (int k = 0; k < DOUBTFUL_ROWS; k++)
            memcpy(at(&of, k, 3, 0), at(&of, k, 2, 0), (size_t)of.shape[2] * sizeof *of.value);
        put(file, parts[i], of);
    }
}

static inline void row_of_another_size(hid_t file, const char *folder) {
    (void)folder;
    scale(file, WALL "four_point", 6, -1, 3.0);
}

static inline void row_of_another_sign(hid_t file, const char *folder) {
    (void)folder;
    scale(file, WALL "two_point_1", 6, 2, -1.0);
}

static inline void one_wrong_point(hid_t file, const char *folder) {
    (void)folder;
    numbers of = take(file, WALL "four_point");
    *at(&of, 6, 2, 5) *= 2.0;
    put(file, WALL "four_point", of);
}

/* ---- signs ---- */

static inline void noisy_two_point(hid_t file, const char *folder) {
    (void)folder;
    numbers of = take(file, WALL "two_point_1");
    for (int k = 0; k < DOUBTFUL_ROWS; k++) *at(&of, k, 2, 0) *= 8.0 * small_noise(k, 5, 3, 1);
    put(file, WALL "two_point_1", of);
}

static inline void turning_two_point(hid_t file, const char *folder) {
    (void)folder;
    for (int t = 2; t < SMALL_NT; t++) scale(file, WALL "two_point_1", -1, t, -1.0);
}

/* Twice as large: folded without the factor 1/2. */
static inline void other_full_two_point(hid_t file, const char *folder) {
    static const char *const names[] = {WALL "two_point_1", WALL "two_point_2"};
    static const char *const full[] = {WALL "two_point_full_1", WALL "two_point_full_2"};
    (void)folder;
    assert_true(H5Ocopy(file, "/t", file, "/two_point_t", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    for (int i = 0; i < 2; i++)
        assert_true(H5Ocopy(file, names[i], file, full[i], H5P_DEFAULT, H5P_DEFAULT) >= 0);
    scale(file, full[0], -1, -1, 2.0);
}

static inline void turning_ratio(hid_t file, const char *folder) {
    (void)folder;
    numbers of = take(file, WALL "four_point");
    for (int k = 0; k < DOUBTFUL_ROWS; k++)
        for (int t = 0; t < SMALL_NT; t++)
            for (int p = 0; p < SMALL_NPOINT; p++)
                *at(&of, k, t, p) *= 1.0 - 1.2 * exp(-0.1 * p * p);
    put(file, WALL "four_point", of);
}

static inline void four_point_named_R(hid_t file, const char *folder) {
    (void)folder;
    assert_true(H5Lmove(file, WALL "four_point", file, WALL "R", H5P_DEFAULT, H5P_DEFAULT) >= 0);
}

static inline void ratio_named_four_point(hid_t file, const char *folder) {
    (void)folder;
    numbers of = take(file, WALL "four_point");
    for (int hadron = 0; hadron < 2; hadron++) {
        numbers by = take(file, hadron == 0 ? WALL "two_point_1" : WALL "two_point_2");
        for (int k = 0; k < DOUBTFUL_ROWS; k++)
            for (int t = 0; t < SMALL_NT; t++)
                for (int p = 0; p < SMALL_NPOINT; p++) *at(&of, k, t, p) /= *at(&by, k, t, 0);
        test_free(by.value);
    }
    put(file, WALL "four_point", of);
}

/* ---- units ---- */

static inline void mass_in_mev(hid_t file, const char *folder) {
    (void)folder;
    replace_number(file, "mass_1", 1085.3);
}

static inline void spacing_in_gev(hid_t file, const char *folder) {
    (void)folder;
    replace_number(file, "inverse_spacing_mev", 1.973);
}

static inline void spacing_in_fm(hid_t file, const char *folder) {
    (void)folder;
    replace_number(file, "inverse_spacing_mev", 0.1);
}

static inline void radii_times(hid_t file, double factor) {
    numbers of = take(file, "/r");
    for (hsize_t i = 0; i < of.shape[0]; i++) of.value[i] *= factor;
    put(file, "/r", of);
}

static inline void radii_in_fm(hid_t file, const char *folder) {
    (void)folder;
    radii_times(file, 0.1);
}

static inline void radii_too_large(hid_t file, const char *folder) {
    (void)folder;
    radii_times(file, 10.0);
}

#endif
