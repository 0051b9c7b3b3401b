// SPDX-License-Identifier: GPL-3.0-or-later
/* Small steps of writing HDF5, with checked calls. `path` is the file's name, for messages. */
#ifndef HADPOT_RESULTS_H5WRITE_H
#define HADPOT_RESULTS_H5WRITE_H

#include <hdf5.h>
#include "hadpot/error.h"

hp_status hp_h5_create_file(const char *path, hid_t *file, hp_error *err);

/* Close and report what the library could not write. *file becomes H5I_INVALID_HID. */
hp_status hp_h5_close_file(const char *path, hid_t *file, hp_error *err);

/* Dataset `name` (parents are made) of `rank` axes with attributes unit and description. */
hp_status hp_h5_write_doubles(hid_t file, const char *name, int rank, const size_t *extent,
                              const double *values, const char *unit, const char *description,
                              hp_error *err);

/* The same of integers without a unit. */
hp_status hp_h5_write_ints(hid_t file, const char *name, int rank, const size_t *extent,
                           const int *values, const char *description, hp_error *err);

/* Attributes of an object of the file ("/" or a dataset). */
hp_status hp_h5_attribute_text(hid_t file, const char *object, const char *name, const char *text,
                               hp_error *err);
hp_status hp_h5_attribute_texts(hid_t file, const char *object, const char *name,
                                const char *const *texts, int count, hp_error *err);
hp_status hp_h5_attribute_double(hid_t file, const char *object, const char *name, double value,
                                 hp_error *err);
hp_status hp_h5_attribute_doubles(hid_t file, const char *object, const char *name,
                                  const double *values, int count, hp_error *err);
hp_status hp_h5_attribute_ints(hid_t file, const char *object, const char *name, const int *values,
                               int count, hp_error *err);

#endif
