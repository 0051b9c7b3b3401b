// SPDX-License-Identifier: GPL-3.0-or-later
/* Lists of strings. */
#include <string.h>
#include "hadpot/hdf5_read.h"
#include "hadpot/memory.h"

/* A text into its place. */
static hp_status put_text(const char *text, size_t size, char *to, hp_error *err) {
    HP_REQUIRE(strlen(text) < size, HP_ERR_INPUT, "\"%.80s\" has %zu bytes, expected at most %zu",
               text, strlen(text), size - 1);
    memcpy(to, text, strlen(text) + 1);
    return HP_OK;
}

/* Strings of variable length, which HDF5 allocates. */
static hp_status read_variable(hid_t dataset, hid_t type, size_t size, int n, char *texts,
                               hp_error *err) {
    hp_status status = HP_OK;
    char **stored = NULL, reason[HP_HDF5_REASON];
    bool reclaim = false;
    hid_t space = H5Dget_space(dataset);
    HP_NEW(stored, n);
    HP_CHECK(space >= 0 && H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, stored) >= 0,
             HP_ERR_INPUT, "cannot be read (%s)", hp_hdf5_reason(reason));
    reclaim = true;
    for (int i = 0; i < n; i++) /* NULL: HDF5's empty one */
        HP_TRY(put_text(stored[i] != NULL ? stored[i] : "", size, texts + (size_t)i * size, err));
cleanup:
    if (reclaim) H5Dvlen_reclaim(type, space, H5P_DEFAULT, stored);
    if (space >= 0) H5Sclose(space);
    hp_free(stored);
    return status;
}

/* Strings of one length: one byte more and NUL padding turn every way of padding into C strings. */
static hp_status read_fixed(hid_t dataset, hid_t type, size_t size, int n, char *texts,
                            hp_error *err) {
    hp_status status = HP_OK;
    char *stored = NULL, reason[HP_HDF5_REASON];
    size_t bytes = H5Tget_size(type) + 1;
    hid_t memory = H5Tcopy(type);
    HP_NEW(stored, (size_t)n * bytes);
    HP_CHECK(memory >= 0 && H5Tset_size(memory, bytes) >= 0 &&
                 H5Tset_strpad(memory, H5T_STR_NULLTERM) >= 0,
             HP_ERR_LIBRARY, "no type for a string of %zu bytes (%s)", bytes,
             hp_hdf5_reason(reason));
    HP_CHECK(H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, stored) >= 0, HP_ERR_INPUT,
             "cannot be read (%s)", hp_hdf5_reason(reason));
    for (int i = 0; i < n; i++)
        HP_TRY(put_text(stored + (size_t)i * bytes, size, texts + (size_t)i * size, err));
cleanup:
    if (memory >= 0) H5Tclose(memory);
    hp_free(stored);
    return status;
}

hp_status hp_hdf5_read_texts(hid_t file, const char *path, size_t size, int *n, char **texts,
                             hp_error *err) {
    hp_status status = HP_OK;
    hsize_t shape[] = {0};
    hid_t dataset = H5I_INVALID_HID, type = H5I_INVALID_HID;
    HP_TRY(hp_hdf5_open_dataset(file, path, HP_HDF5_TEXT, 1, shape, &dataset, err));
    *n = (int)shape[0];
    HP_NEW(*texts, (size_t)*n * size);
    type = H5Dget_type(dataset);
    HP_CHECK(type >= 0, HP_ERR_INPUT, "dataset %s: its type cannot be read", path);
    HP_TRY_IN(H5Tis_variable_str(type) > 0 ? read_variable(dataset, type, size, *n, *texts, err)
                                           : read_fixed(dataset, type, size, *n, *texts, err),
              "dataset %s", path);
cleanup:
    if (type >= 0) H5Tclose(type);
    if (dataset >= 0) H5Dclose(dataset);
    return status;
}
