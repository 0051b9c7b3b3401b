// SPDX-License-Identifier: GPL-3.0-or-later
#include "h5write.h"
#include <stdbool.h>

hp_status hp_h5_create_file(const char *path, hid_t *file, hp_error *err) {
    *file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    HP_REQUIRE(*file >= 0, HP_ERR_IO, "cannot create \"%s\"", path);
    return HP_OK;
}

hp_status hp_h5_close_file(const char *path, hid_t *file, hp_error *err) {
    if (*file < 0) return HP_OK;
    herr_t flushed = H5Fflush(*file, H5F_SCOPE_GLOBAL), closed = H5Fclose(*file);
    *file = H5I_INVALID_HID;
    HP_REQUIRE(flushed >= 0 && closed >= 0, HP_ERR_IO, "cannot write \"%s\" to the end", path);
    return HP_OK;
}

/* A dataset of any type; its parents are made. */
static hp_status write_dataset(hid_t file, const char *name, int rank, const size_t *extent,
                               hid_t stored, hid_t given, const void *values, hp_error *err) {
    hp_status status = HP_OK;
    hsize_t dims[8] = {0};
    for (int i = 0; i < rank; i++) dims[i] = extent[i];
    hid_t links = H5Pcreate(H5P_LINK_CREATE), space = H5Screate_simple(rank, dims, NULL);
    hid_t create = H5Pcreate(H5P_DATASET_CREATE), set = H5I_INVALID_HID;
    HP_CHECK(links >= 0 && space >= 0 && H5Pset_create_intermediate_group(links, 1) >= 0 &&
                 H5Pset_obj_track_times(create, false) >= 0, /* equal runs, equal bytes */
             HP_ERR_LIBRARY, "HDF5 refuses to describe dataset \"%s\"", name);
    set = H5Dcreate2(file, name, stored, space, links, create, H5P_DEFAULT);
    HP_CHECK(set >= 0 && H5Dwrite(set, given, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0,
             HP_ERR_IO, "cannot write dataset \"%s\"", name);
cleanup:
    if (set >= 0) H5Dclose(set);
    if (create >= 0) H5Pclose(create);
    if (space >= 0) H5Sclose(space);
    if (links >= 0) H5Pclose(links);
    return status;
}

hp_status hp_h5_write_doubles(hid_t file, const char *name, int rank, const size_t *extent,
                              const double *values, const char *unit, const char *description,
                              hp_error *err) {
    HP_CALL(
        write_dataset(file, name, rank, extent, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, values, err));
    HP_CALL(hp_h5_attribute_text(file, name, "unit", unit, err));
    return hp_h5_attribute_text(file, name, "description", description, err);
}

hp_status hp_h5_write_ints(hid_t file, const char *name, int rank, const size_t *extent,
                           const int *values, const char *description, hp_error *err) {
    HP_CALL(write_dataset(file, name, rank, extent, H5T_STD_I32LE, H5T_NATIVE_INT, values, err));
    return hp_h5_attribute_text(file, name, "description", description, err);
}

hp_status hp_h5_attribute_text(hid_t file, const char *object, const char *name, const char *text,
                               hp_error *err) {
    return hp_h5_attribute_texts(file, object, name, &text, 0, err);
}

/* An attribute of any type; count 0: scalar. */
static hp_status write_attribute(hid_t file, const char *object, const char *name, hid_t type,
                                 int count, const void *value, hp_error *err) {
    hp_status status = HP_OK;
    hsize_t dims = (hsize_t)count;
    hid_t space = count > 0 ? H5Screate_simple(1, &dims, NULL) : H5Screate(H5S_SCALAR);
    hid_t attribute =
        H5Acreate_by_name(file, object, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    HP_CHECK(space >= 0 && attribute >= 0 && H5Awrite(attribute, type, value) >= 0, HP_ERR_IO,
             "cannot write attribute \"%s\" of \"%s\"", name, object);
cleanup:
    if (attribute >= 0) H5Aclose(attribute);
    if (space >= 0) H5Sclose(space);
    return status;
}

hp_status hp_h5_attribute_texts(hid_t file, const char *object, const char *name,
                                const char *const *texts, int count, hp_error *err) {
    hp_status status = HP_OK;
    hid_t type = H5Tcopy(H5T_C_S1);
    HP_CHECK(type >= 0 && H5Tset_size(type, H5T_VARIABLE) >= 0 &&
                 H5Tset_cset(type, H5T_CSET_UTF8) >= 0,
             HP_ERR_LIBRARY, "HDF5 refuses a string type");
    HP_TRY(write_attribute(file, object, name, type, count, texts, err));
cleanup:
    if (type >= 0) H5Tclose(type);
    return status;
}

hp_status hp_h5_attribute_double(hid_t file, const char *object, const char *name, double value,
                                 hp_error *err) {
    return write_attribute(file, object, name, H5T_NATIVE_DOUBLE, 0, &value, err);
}

hp_status hp_h5_attribute_doubles(hid_t file, const char *object, const char *name,
                                  const double *values, int count, hp_error *err) {
    return write_attribute(file, object, name, H5T_NATIVE_DOUBLE, count, values, err);
}

hp_status hp_h5_attribute_ints(hid_t file, const char *object, const char *name, const int *values,
                               int count, hp_error *err) {
    return write_attribute(file, object, name, H5T_NATIVE_INT, count, values, err);
}
