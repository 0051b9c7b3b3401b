// SPDX-License-Identifier: GPL-3.0-or-later
/* How datasets of rows may be stored: an ensemble that a test has written is stored anew. */
#ifndef HADPOT_TEST_LAYOUTS_H
#define HADPOT_TEST_LAYOUTS_H

#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "support.h"

typedef enum layout {
    LAYOUT_CONTIGUOUS,
    LAYOUT_AUTOMATIC, /* as h5py chooses chunks by itself */
    LAYOUT_AUTOMATIC_GZIP,
    LAYOUT_ALL_ROWS, /* chunks of all rows, one time, some points */
    LAYOUT_ALL_ROWS_GZIP,
    LAYOUT_TIMES, /* several rows, three times, some points: none divides the whole */
    LAYOUT_ROW_GZIP,
    LAYOUT_ONE, /* a single chunk */
    NLAYOUT
} layout;

static inline const char *layout_name(layout of) {
    static const char *const names[NLAYOUT] = {"contiguous",    "automatic",      "automatic, gzip",
                                               "all rows",      "all rows, gzip", "three times",
                                               "one row, gzip", "one chunk"};
    return names[of];
}

/* h5py 3, _hl/filters.py, guess_chunk: every axis is halved in turn until chunks are as large as
 * 16 kB times 2 to the power of log10 of the size in MB. */
static inline void layout_guess(int rank, const hsize_t *shape, hsize_t *chunk) {
    double bytes = 8.0, target;
    for (int axis = 0; axis < rank; axis++) bytes *= (double)(chunk[axis] = shape[axis]);
    target = fmin(fmax(16384.0 * pow(2.0, log10(bytes / 1048576.0)), 8192.0), 1048576.0);
    for (int axis = 0;; axis = (axis + 1) % rank) {
        bytes = 8.0;
        for (int i = 0; i < rank; i++) bytes *= (double)chunk[i];
        if (bytes < 1.5 * target || bytes <= 8.0) return;
        chunk[axis] = (chunk[axis] + 1) / 2;
    }
}

static inline hid_t layout_properties(layout of, int rank, const hsize_t *shape) {
    static const hsize_t some[] = {8, 3, 100};
    hid_t made = H5Pcreate(H5P_DATASET_CREATE);
    hsize_t chunk[3];
    bool gzip = of == LAYOUT_AUTOMATIC_GZIP || of == LAYOUT_ALL_ROWS_GZIP || of == LAYOUT_ROW_GZIP;
    layout_guess(rank, shape, chunk);
    for (int axis = 0; axis < rank; axis++) {
        if (of == LAYOUT_ALL_ROWS || of == LAYOUT_ALL_ROWS_GZIP)
            chunk[axis] = axis == 0 ? shape[0] : axis == 1 ? 1 : 64;
        if (of == LAYOUT_TIMES) chunk[axis] = some[axis];
        if (of == LAYOUT_ROW_GZIP) chunk[axis] = axis == 0 ? 1 : shape[axis];
        if (of == LAYOUT_ONE || chunk[axis] > shape[axis]) chunk[axis] = shape[axis];
    }
    if (of != LAYOUT_CONTIGUOUS) assert_true(H5Pset_chunk(made, rank, chunk) >= 0);
    if (gzip) assert_true(H5Pset_deflate(made, 1) >= 0);
    return made;
}

typedef struct layout_change {
    layout to;
    int count;
    char name[64][256];
} layout_change;

static inline herr_t layout_list(hid_t file, const char *name, const H5O_info_t *info, void *to) {
    layout_change *change = to;
    (void)file;
    if (info->type == H5O_TYPE_DATASET && strncmp(name, "source/", 7) == 0 && change->count < 64)
        snprintf(change->name[change->count++], sizeof change->name[0], "%s", name);
    return 0;
}

/* Bytes that the datasets of rows take then, of which a reader needs all. */
static inline double layout_store(const char *path, layout to) {
    layout_change change = {.to = to};
    double bytes = 0.0;
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0 &&
                H5Ovisit(file, H5_INDEX_NAME, H5_ITER_NATIVE, layout_list, &change) >= 0);
    for (int i = 0; i < change.count; i++) {
        hsize_t shape[3];
        hid_t set = H5Dopen2(file, change.name[i], H5P_DEFAULT), space = H5Dget_space(set);
        hid_t type = H5Dget_type(set);
        int rank = H5Sget_simple_extent_dims(space, shape, NULL);
        double *values = test_calloc((size_t)H5Sget_simple_extent_npoints(space), sizeof *values);
        assert_true(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
        assert_true(H5Dclose(set) >= 0);
        if (rank >= 2) {
            hid_t made = layout_properties(to, rank, shape);
            assert_true(H5Ldelete(file, change.name[i], H5P_DEFAULT) >= 0);
            set = H5Dcreate2(file, change.name[i], type, space, H5P_DEFAULT, made, H5P_DEFAULT);
            assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >=
                        0);
            bytes += (double)H5Dget_storage_size(set);
            assert_true(H5Dclose(set) >= 0 && H5Pclose(made) >= 0);
        }
        test_free(values);
        H5Tclose(type);
        H5Sclose(space);
    }
    assert_true(H5Fclose(file) >= 0);
    return bytes;
}

#endif
