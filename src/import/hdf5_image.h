// SPDX-License-Identifier: GPL-3.0-or-later
/* HDF5 files in memory, and real or complex numbers in them as Grid/Hadrons, h5py and hadpot write
 * them. */
#ifndef HADPOT_IMPORT_HDF5_IMAGE_H
#define HADPOT_IMPORT_HDF5_IMAGE_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include "hadpot/error.h"

enum { HP_IMAGE_PATH = 512, HP_IMAGE_RANK = 8 };

/* Whether HDF5 survives a file that has been read, where it is one of HDF5 (hp_probe_image). Errors:
 * HP_ERR_INPUT with its name. */
hp_status hp_image_probe(const char *path, const void *bytes, size_t size, hp_error *err);

/* Open a file that is in memory; its bytes are copied. file: out, closed by the caller (H5Fclose).
 * Errors: HP_ERR_INPUT for what is no HDF5 file. */
hp_status hp_image_open(const void *bytes, size_t size, hid_t *file, hp_error *err);

/* A dataset. */
typedef struct hp_image_numbers {
    int rank;
    size_t shape[HP_IMAGE_RANK], count;
    bool is_complex;
    double *value; /* (count, 2) real and imaginary part; the latter is 0 where !is_complex */
} hp_image_numbers;

/* The path of a dataset: "meson/meson_0/corr", or with a group that is named by its attributes,
 * "meson/[gamma_snk=Gamma5,gamma_src=Gamma5]/corr": the only one of `meson` that has them, itself
 * or in its group `info`, as Hadrons writes them. Empty: the only dataset of numbers in the file.
 * path: out. Errors: HP_ERR_INPUT with what the file holds. */
hp_status hp_image_find(hid_t file, const char *name, char path[HP_IMAGE_PATH], hp_error *err);

/* All numbers of a dataset, real, or complex: compound values {re, im}, {r, i} or {real, imag}.
 * numbers: out, owned by the caller, hp_image_numbers_destroy. Errors: HP_ERR_INPUT with dataset,
 * expected and found; HP_ERR_MEMORY. */
hp_status hp_image_read(hid_t file, const char *path, hp_image_numbers *numbers, hp_error *err);
void hp_image_numbers_destroy(hp_image_numbers *numbers);

/* Memory type of such values, two doubles, real part first; is_complex: out. Closed by the caller.
 * Errors: HP_ERR_INPUT. */
hp_status hp_image_memory_type(hid_t dataset, hid_t *type, bool *is_complex, hp_error *err);

#endif
