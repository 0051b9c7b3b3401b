// SPDX-License-Identifier: GPL-3.0-or-later
/* Small steps of writing HDF5, with checked calls, by one process. Objects carry no dates: equal
 * content makes equal files. Errors of all: HP_ERR_IO, HP_ERR_DISK_FULL, HP_ERR_MEMORY or
 * HP_ERR_LIBRARY, naming the object. */
#ifndef HADPOT_HDF5_WRITE_H
#define HADPOT_HDF5_WRITE_H

#include <hdf5.h>
#include "hadpot/error.h"

/* A file that is made in memory and written at its end (hp_file_write_blocks), for all that fits
 * there. It must stay where it is between begin and end. discard: one that has ended or failed to
 * begin is allowed. Errors: HP_ERR_MEMORY, those of the file. */
typedef struct hp_h5_image {
    hid_t file; /* to write to */
    void *bytes;
} hp_h5_image;
hp_status hp_h5_image_begin(hp_h5_image *image, hp_error *err);
hp_status hp_h5_image_end(hp_h5_image *image, const char *path, hp_error *err);
void hp_h5_image_discard(hp_h5_image *image);

/* A new file on the disk (hp_file_writer), for ensembles; `path` is its name, for messages. */
hp_status hp_h5_create_file(const char *path, hid_t *file, hp_error *err);

/* Close and report what the library could not write. *file becomes H5I_INVALID_HID. Errors:
 * HP_ERR_DISK_FULL, HP_ERR_IO. */
hp_status hp_h5_close_file(const char *path, hid_t *file, hp_error *err);

/* Close, whatever has gone wrong. After a write that failed HDF5 could not: what it still has to
 * write goes to memory that nobody reads. */
void hp_h5_discard_file(hid_t *file);

/* A group and its parents. */
hp_status hp_h5_create_group(hid_t file, const char *name, hp_error *err);

/* Dataset `name` (parents are made) of `rank` axes. type: H5T_NATIVE_DOUBLE or H5T_NATIVE_INT.
 * values: NULL for rows that hp_h5_write_row brings, not compressed. */
hp_status hp_h5_write(hid_t file, const char *name, hid_t type, int rank, const size_t *extent,
                      const void *values, hp_error *err);

/* Datasets that say what the axes of others are; those without values are left out. */
typedef struct hp_h5_axis {
    const char *name;
    hid_t type;
    int rank;
    size_t extent[2];
    const void *values; /* borrowed; NULL: not there */
} hp_h5_axis;
hp_status hp_h5_write_axes(hid_t file, const hp_h5_axis *axes, size_t count, hp_error *err);

/* `count` texts of `size` bytes each, filled up with NUL. */
hp_status hp_h5_write_texts(hid_t file, const char *name, size_t size, size_t count,
                            const char *texts, hp_error *err);

/* A dataset of doubles whose rows, along the first axis, are written one by one; each is a chunk,
 * compressed. */
hp_status hp_h5_create_rows(hid_t file, const char *name, int rank, const size_t *extent,
                            hp_error *err);
hp_status hp_h5_write_row(hid_t file, const char *name, int row, const double *values,
                          hp_error *err);

/* A dataset of doubles with attributes unit and description. */
hp_status hp_h5_write_doubles(hid_t file, const char *name, int rank, const size_t *extent,
                              const double *values, const char *unit, const char *description,
                              hp_error *err);

/* Attribute of an object ("/" or a dataset); count 0: one value, no list. */
hp_status hp_h5_attribute(hid_t file, const char *object, const char *name, hid_t type, int count,
                          const void *values, hp_error *err);

/* Texts of any length; _fixed: stored in the attribute itself. */
hp_status hp_h5_attribute_texts(hid_t file, const char *object, const char *name,
                                const char *const *texts, int count, hp_error *err);
hp_status hp_h5_attribute_text(hid_t file, const char *object, const char *name, const char *text,
                               hp_error *err);
hp_status hp_h5_attribute_fixed_text(hid_t file, const char *object, const char *name,
                                     const char *text, hp_error *err);

#endif
