// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/hdf5_write.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "hdf5_disk.h"

enum { MAX_RANK = 8, DEFLATE_LEVEL = 4 };

/* Room that is taken at once where rows are written: more calls for less, more is never used. */
enum { RESERVE = 1 << 20 };

hp_status hp_h5_create_group(hid_t file, const char *name, hp_error *err) {
    hid_t links = H5Pcreate(H5P_LINK_CREATE), group = H5I_INVALID_HID;
    if (links >= 0 && H5Pset_create_intermediate_group(links, 1) >= 0)
        group = H5Gcreate2(file, name, links, H5P_DEFAULT, H5P_DEFAULT);
    if (links >= 0) H5Pclose(links);
    return group >= 0 && H5Gclose(group) >= 0 ? HP_OK : hp_h5_fail(file, "create group", name, err);
}

/* by_rows: a chunk per row, shuffled and deflated; else contiguous. values: NULL for none yet. */
static hp_status write_dataset(hid_t file, const char *name, hid_t type, int rank,
                               const size_t *extent, bool by_rows, const void *values,
                               hp_error *err) {
    hp_status status = HP_OK;
    hid_t stored = type == H5T_NATIVE_INT      ? H5T_STD_I32LE
                   : type == H5T_NATIVE_DOUBLE ? H5T_IEEE_F64LE
                                               : type;
    hsize_t dims[MAX_RANK] = {0}, chunk[MAX_RANK];
    for (int i = 0; i < rank; i++) dims[i] = chunk[i] = extent[i];
    chunk[0] = 1;
    hid_t links = H5Pcreate(H5P_LINK_CREATE), space = H5Screate_simple(rank, dims, NULL);
    hid_t create = H5Pcreate(H5P_DATASET_CREATE), set = H5I_INVALID_HID;
    HP_CHECK(links >= 0 && space >= 0 && H5Pset_create_intermediate_group(links, 1) >= 0 &&
                 H5Pset_obj_track_times(create, false) >= 0, /* equal runs, equal bytes */
             HP_ERR_LIBRARY, "HDF5 refuses to describe dataset \"%s\"", name);
    HP_CHECK(!by_rows || (H5Pset_chunk(create, rank, chunk) >= 0 && H5Pset_shuffle(create) >= 0 &&
                          H5Pset_deflate(create, DEFLATE_LEVEL) >= 0),
             HP_ERR_LIBRARY, "dataset \"%s\" cannot be compressed; HDF5 needs zlib for it", name);
    set = H5Dcreate2(file, name, stored, space, links, create, H5P_DEFAULT);
    bool good = set >= 0 &&
                (values == NULL || H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    if (!good) status = hp_h5_fail(file, "write dataset", name, err);
cleanup: /* small datasets are written when they are closed */
    if (set >= 0 && H5Dclose(set) < 0 && status == HP_OK)
        status = hp_h5_fail(file, "write dataset", name, err);
    if (create >= 0) H5Pclose(create);
    if (space >= 0) H5Sclose(space);
    if (links >= 0) H5Pclose(links);
    return status;
}

hp_status hp_h5_write(hid_t file, const char *name, hid_t type, int rank, const size_t *extent,
                      const void *values, hp_error *err) {
    return write_dataset(file, name, type, rank, extent, false, values, err);
}

hp_status hp_h5_write_axes(hid_t file, const hp_h5_axis *axes, size_t count, hp_error *err) {
    for (const hp_h5_axis *axis = axes; axis < axes + count; axis++)
        if (axis->values != NULL)
            HP_CALL(hp_h5_write(file, axis->name, axis->type, axis->rank, axis->extent,
                                axis->values, err));
    return HP_OK;
}

hp_status hp_h5_write_texts(hid_t file, const char *name, size_t size, size_t count,
                            const char *texts, hp_error *err) {
    hp_status status = HP_OK;
    hid_t type = H5Tcopy(H5T_C_S1);
    HP_CHECK(type >= 0 && H5Tset_size(type, size) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0,
             HP_ERR_LIBRARY, "HDF5 refuses a string type");
    HP_TRY(write_dataset(file, name, type, 1, &count, false, texts, err));
cleanup:
    if (type >= 0) H5Tclose(type);
    return status;
}

hp_status hp_h5_create_rows(hid_t file, const char *name, int rank, const size_t *extent,
                            hp_error *err) {
    return write_dataset(file, name, H5T_NATIVE_DOUBLE, rank, extent, true, NULL, err);
}

static hp_status write_row(hid_t file, const char *name, int row, const double *values,
                           hp_error *err) {
    hp_status status = HP_OK;
    hsize_t start[MAX_RANK] = {(hsize_t)row}, count[MAX_RANK];
    /* without a cache rows are written here, and not when the dataset is closed */
    hid_t access = H5Pcreate(H5P_DATASET_ACCESS), one_row = H5I_INVALID_HID;
    if (access >= 0) (void)H5Pset_chunk_cache(access, 0, 0, 1.0);
    hid_t set = access >= 0 ? H5Dopen2(file, name, access) : H5I_INVALID_HID;
    hid_t everything = set >= 0 ? H5Dget_space(set) : H5I_INVALID_HID;
    int rank = everything >= 0 ? H5Sget_simple_extent_dims(everything, count, NULL) : -1;
    if (rank <= 0) HP_TRY(hp_h5_fail(file, "open dataset", name, err));
    count[0] = 1;
    one_row = H5Screate_simple(rank, count, NULL);
    HP_CHECK(one_row >= 0 &&
                 H5Sselect_hyperslab(everything, H5S_SELECT_SET, start, NULL, count, NULL) >= 0,
             HP_ERR_LIBRARY, "dataset \"%s\" has no row %d", name, row);
    char what[48];
    snprintf(what, sizeof what, "write row %d of dataset", row);
    if (H5Dwrite(set, H5T_NATIVE_DOUBLE, one_row, everything, H5P_DEFAULT, values) < 0)
        status = hp_h5_fail(file, what, name, err);
cleanup:
    if (access >= 0) H5Pclose(access);
    if (one_row >= 0) H5Sclose(one_row);
    if (everything >= 0) H5Sclose(everything);
    if (set >= 0 && H5Dclose(set) < 0 && status == HP_OK)
        status = hp_h5_fail(file, "write dataset", name, err);
    return status;
}

hp_status hp_h5_write_row(hid_t file, const char *name, int row, const double *values,
                          hp_error *err) {
    HP_CALL_IN(hp_h5_reserve(file, RESERVE, err), "cannot write row %d of dataset \"%s\"", row,
               name);
    return write_row(file, name, row, values, err);
}

hp_status hp_h5_write_doubles(hid_t file, const char *name, int rank, const size_t *extent,
                              const double *values, const char *unit, const char *description,
                              hp_error *err) {
    HP_CALL(hp_h5_write(file, name, H5T_NATIVE_DOUBLE, rank, extent, values, err));
    HP_CALL(hp_h5_attribute_text(file, name, "unit", unit, err));
    return hp_h5_attribute_text(file, name, "description", description, err);
}

hp_status hp_h5_attribute(hid_t file, const char *object, const char *name, hid_t type, int count,
                          const void *values, hp_error *err) {
    hp_status status = HP_OK;
    hsize_t dims = (hsize_t)count;
    hid_t space = count > 0 ? H5Screate_simple(1, &dims, NULL) : H5Screate(H5S_SCALAR);
    hid_t attribute =
        H5Acreate_by_name(file, object, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (space < 0 || attribute < 0 || H5Awrite(attribute, type, values) < 0) {
        status = hp_h5_fail(file, "write attribute", name, err);
        hp_error_add_context(err, "%s", object);
    }
    if (attribute >= 0) H5Aclose(attribute);
    if (space >= 0) H5Sclose(space);
    return status;
}

static hp_status write_texts(hid_t file, const char *object, const char *name, size_t size,
                             int count, const void *texts, hp_error *err) {
    hp_status status = HP_OK;
    hid_t type = H5Tcopy(H5T_C_S1);
    HP_CHECK(type >= 0 && H5Tset_size(type, size) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0,
             HP_ERR_LIBRARY, "HDF5 refuses a string type");
    HP_TRY(hp_h5_attribute(file, object, name, type, count, texts, err));
cleanup:
    if (type >= 0) H5Tclose(type);
    return status;
}

hp_status hp_h5_attribute_texts(hid_t file, const char *object, const char *name,
                                const char *const *texts, int count, hp_error *err) {
    return write_texts(file, object, name, H5T_VARIABLE, count, texts, err);
}

hp_status hp_h5_attribute_text(hid_t file, const char *object, const char *name, const char *text,
                               hp_error *err) {
    return write_texts(file, object, name, H5T_VARIABLE, 0, &text, err);
}

hp_status hp_h5_attribute_fixed_text(hid_t file, const char *object, const char *name,
                                     const char *text, hp_error *err) {
    return write_texts(file, object, name, strlen(text) + 1, 0, text, err);
}
