// SPDX-License-Identifier: GPL-3.0-or-later
/* Checked reading of attributes and datasets; messages name them and what was expected. */
#ifndef HADPOT_HDF5_READ_H
#define HADPOT_HDF5_READ_H

#include <hdf5.h>
#include <stdbool.h>
#include "hadpot/error.h"

enum { HP_HDF5_REASON = 256 };

/* What values may be stored as: text any string, integers of any width, reals float or integer. */
typedef enum hp_hdf5_kind { HP_HDF5_TEXT, HP_HDF5_INTEGER, HP_HDF5_REAL } hp_hdf5_kind;

/* Write to `reason` what HDF5 says about the call that just failed, and return it. */
const char *hp_hdf5_reason(char reason[HP_HDF5_REASON]);

/* From now on links to other files are refused by HDF5 where they would be followed, and its
 * deepest reason is that text. Errors: HP_ERR_LIBRARY. */
hp_status hp_hdf5_refuse_external_links(hp_error *err);
extern const char hp_hdf5_external_refused[];

/* Attributes of the root group, one value each. *text must be NULL before; it is owned by
 * the caller, after a failure too. value: an int of kind INTEGER, a double of kind REAL. */
hp_status hp_hdf5_read_text(hid_t file, const char *name, char **text, hp_error *err);
hp_status hp_hdf5_read_number(hid_t file, const char *name, hp_hdf5_kind kind, void *value,
                              hp_error *err);
/* Which of two words such a text is: *index 0 or 1. Errors: also another text, with both words. */
hp_status hp_hdf5_read_word(hid_t file, const char *name, const char *const words[2], int *index,
                            hp_error *err);
bool hp_hdf5_has_attribute(hid_t file, const char *name);

/* Whether `path`, all its groups included, exists. */
bool hp_hdf5_has_link(hid_t file, const char *path);

/* Open a dataset of numbers of `rank` dimensions. shape (rank): in, the lengths expected, 0 for
 * any from 1 on; out, the lengths found, all of which fit an int. dataset: closed by the caller. */
hp_status hp_hdf5_open_dataset(hid_t file, const char *path, hp_hdf5_kind kind, int rank,
                               hsize_t *shape, hid_t *dataset, hp_error *err);

/* All of a dataset of n strings, of fixed or variable length, as texts of `size` bytes with their
 * NUL. *texts (n, size): NULL before; owned by the caller, after a failure too. Errors: also for a
 * longer one. */
hp_status hp_hdf5_read_texts(hid_t file, const char *path, size_t size, int *n, char **texts,
                             hp_error *err);

/* All of such a dataset. *values: NULL before; owned by the caller, after a failure too. */
hp_status hp_hdf5_read_integers(hid_t file, const char *path, int rank, hsize_t *shape,
                                int **values, hp_error *err);
hp_status hp_hdf5_read_reals(hid_t file, const char *path, int rank, hsize_t *shape,
                             double **values, hp_error *err);

#endif
