// SPDX-License-Identifier: GPL-3.0-or-later
/* Writing HDF5 files by one process. Every function: HP_ERR_IO or HP_ERR_LIBRARY naming the file
 * and the object. */
#ifndef HADPOT_SYNTH_FILE_H
#define HADPOT_SYNTH_FILE_H

#include <hdf5.h>
#include "hadpot/error.h"

/* A file that gets its name when it is complete. */
typedef struct hp_synth_file {
    const char *path; /* not owned */
    char *partial;    /* name while it is being written */
    hid_t id;
    H5E_auto2_t print; /* how HDF5 printed its own errors before; it keeps quiet meanwhile */
    void *print_data;
} hp_synth_file;

hp_status hp_synth_file_create(const char *path, hp_synth_file *file, hp_error *err);

/* Close the file and give it its name. */
hp_status hp_synth_file_finish(hp_synth_file *file, hp_error *err);

/* Release everything; a file that was not finished is removed. NULL is allowed. */
void hp_synth_file_destroy(hp_synth_file *file);

/* Attributes of the root group: a text; a value of type H5T_NATIVE_INT or H5T_NATIVE_DOUBLE. */
hp_status hp_synth_file_put_text(hp_synth_file *file, const char *name, const char *text,
                                 hp_error *err);
hp_status hp_synth_file_put(hp_synth_file *file, const char *name, hid_t type, const void *value,
                            hp_error *err);

/* A dataset of one of these types, groups on the way made. shape: extents of at most
 * HP_SYNTH_MAX_RANK axes, then 0. */
enum { HP_SYNTH_MAX_RANK = 3 };
hp_status hp_synth_file_write(hp_synth_file *file, const char *name, hid_t type, const int *shape,
                              const void *values, hp_error *err);

/* A dataset of doubles, compressed in one chunk per row. */
hp_status hp_synth_file_create_rows(hp_synth_file *file, const char *name, const int *shape,
                                    hp_error *err);

/* Row `row` of such a dataset. */
hp_status hp_synth_file_write_row(hp_synth_file *file, const char *name, int row,
                                  const double *values, hp_error *err);

#endif
