// SPDX-License-Identifier: GPL-3.0-or-later
/* The few things of HDF5 that an ensemble file needs. Objects carry no dates, so that equal content
 * makes equal files. */
#include "synth_file.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "hadpot/file.h"
#include "hadpot/memory.h"

enum { MAX_RANK = 3, DEFLATE_LEVEL = 4 };

static const char SUFFIX[] = ".partial";

/* Type and shape of a dataset. */
typedef struct dataset_form {
    hid_t type;
    int rank;
    hsize_t shape[MAX_RANK];
    bool by_rows; /* a chunk per row, shuffled and deflated; else contiguous */
} dataset_form;

hp_status hp_synth_file_create(const char *path, hp_synth_file *file, hp_error *err) {
    hp_status status = HP_OK;
    size_t size = strlen(path) + sizeof SUFFIX;
    *file = (hp_synth_file){.path = path, .id = H5I_INVALID_HID};
    H5Eget_auto2(H5E_DEFAULT, &file->print, &file->print_data);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    HP_NEW(file->partial, size);
    snprintf(file->partial, size, "%s%s", path, SUFFIX);
    file->id = H5Fcreate(file->partial, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    HP_CHECK(file->id >= 0, HP_ERR_IO,
             "%s: cannot be created; its folder must be there and allow writing", path);
cleanup:
    if (status != HP_OK) hp_synth_file_destroy(file);
    return status;
}

hp_status hp_synth_file_finish(hp_synth_file *file, hp_error *err) {
    hid_t id = file->id;
    file->id = H5I_INVALID_HID;
    HP_REQUIRE(H5Fclose(id) >= 0, HP_ERR_IO, "%s: cannot be written to the end; is the disk full?",
               file->path);
    HP_CALL(hp_file_commit(file->partial, file->path, err));
    hp_free(file->partial);
    file->partial = NULL;
    return HP_OK;
}

void hp_synth_file_destroy(hp_synth_file *file) {
    if (file == NULL || file->path == NULL) return;
    if (file->id >= 0) H5Fclose(file->id);
    if (file->partial != NULL) unlink(file->partial);
    hp_free(file->partial);
    H5Eset_auto2(H5E_DEFAULT, file->print, file->print_data);
    *file = (hp_synth_file){.id = H5I_INVALID_HID};
}

static hp_status put_attribute(hp_synth_file *file, const char *name, hid_t type, const void *value,
                               hp_error *err) {
    hp_status status = HP_OK;
    hid_t attribute = H5I_INVALID_HID, scalar = H5Screate(H5S_SCALAR);
    HP_CHECK(scalar >= 0, HP_ERR_LIBRARY, "%s: no HDF5 shape for attribute %s", file->path, name);
    attribute = H5Acreate2(file->id, name, type, scalar, H5P_DEFAULT, H5P_DEFAULT);
    HP_CHECK(attribute >= 0 && H5Awrite(attribute, type, value) >= 0, HP_ERR_IO,
             "%s: cannot write attribute %s", file->path, name);
cleanup:
    if (attribute >= 0) H5Aclose(attribute);
    if (scalar >= 0) H5Sclose(scalar);
    return status;
}

hp_status hp_synth_file_put_text(hp_synth_file *file, const char *name, const char *text,
                                 hp_error *err) {
    hp_status status = HP_OK;
    hid_t type = H5Tcopy(H5T_C_S1);
    HP_CHECK(type >= 0 && H5Tset_size(type, strlen(text) + 1) >= 0 &&
                 H5Tset_cset(type, H5T_CSET_UTF8) >= 0,
             HP_ERR_LIBRARY, "%s: no HDF5 type for the text of attribute %s", file->path, name);
    HP_TRY(put_attribute(file, name, type, text, err));
cleanup:
    if (type >= 0) H5Tclose(type);
    return status;
}

hp_status hp_synth_file_put_integer(hp_synth_file *file, const char *name, int value,
                                    hp_error *err) {
    return put_attribute(file, name, H5T_NATIVE_INT, &value, err);
}

hp_status hp_synth_file_put_number(hp_synth_file *file, const char *name, double value,
                                   hp_error *err) {
    return put_attribute(file, name, H5T_NATIVE_DOUBLE, &value, err);
}

static hp_status create_dataset(hp_synth_file *file, const char *name, const dataset_form *form,
                                hp_error *err) {
    hp_status status = HP_OK;
    hid_t dataset = H5I_INVALID_HID;
    hid_t space = H5Screate_simple(form->rank, form->shape, NULL);
    hid_t layout = H5Pcreate(H5P_DATASET_CREATE), link = H5Pcreate(H5P_LINK_CREATE);
    hsize_t chunk[MAX_RANK] = {1};
    for (int axis = 1; axis < form->rank; axis++) chunk[axis] = form->shape[axis];
    HP_CHECK(space >= 0 && layout >= 0 && link >= 0 && H5Pset_obj_track_times(layout, 0) >= 0 &&
                 H5Pset_create_intermediate_group(link, 1) >= 0,
             HP_ERR_LIBRARY, "%s: cannot describe dataset %s to HDF5", file->path, name);
    if (form->by_rows)
        HP_CHECK(H5Pset_chunk(layout, form->rank, chunk) >= 0 && H5Pset_shuffle(layout) >= 0 &&
                     H5Pset_deflate(layout, DEFLATE_LEVEL) >= 0,
                 HP_ERR_LIBRARY, "%s: dataset %s cannot be compressed; HDF5 needs zlib for it",
                 file->path, name);
    dataset = H5Dcreate2(file->id, name, form->type, space, link, layout, H5P_DEFAULT);
    HP_CHECK(dataset >= 0, HP_ERR_IO, "%s: cannot create dataset %s", file->path, name);
cleanup:
    if (dataset >= 0) H5Dclose(dataset);
    if (link >= 0) H5Pclose(link);
    if (layout >= 0) H5Pclose(layout);
    if (space >= 0) H5Sclose(space);
    return status;
}

static hp_status write_whole(hp_synth_file *file, const char *name, const dataset_form *form,
                             const void *values, hp_error *err) {
    hp_status status = HP_OK;
    hid_t dataset = H5I_INVALID_HID;
    HP_TRY(create_dataset(file, name, form, err));
    dataset = H5Dopen2(file->id, name, H5P_DEFAULT);
    HP_CHECK(dataset >= 0 &&
                 H5Dwrite(dataset, form->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0,
             HP_ERR_IO, "%s: cannot write dataset %s", file->path, name);
cleanup:
    if (dataset >= 0) H5Dclose(dataset);
    return status;
}

hp_status hp_synth_file_write(hp_synth_file *file, const char *name, hid_t type, int n,
                              const void *values, hp_error *err) {
    const dataset_form list = {.type = type, .rank = 1, .shape = {(hsize_t)n}};
    return write_whole(file, name, &list, values, err);
}

hp_status hp_synth_file_write_table(hp_synth_file *file, const char *name, hid_t type,
                                    const int shape[2], const void *values, hp_error *err) {
    const dataset_form table = {
        .type = type, .rank = 2, .shape = {(hsize_t)shape[0], (hsize_t)shape[1]}};
    return write_whole(file, name, &table, values, err);
}

hp_status hp_synth_file_create_rows(hp_synth_file *file, const char *name, int rank,
                                    const int *shape, hp_error *err) {
    dataset_form rows = {.type = H5T_NATIVE_DOUBLE, .rank = rank, .by_rows = true};
    for (int axis = 0; axis < rank; axis++) rows.shape[axis] = (hsize_t)shape[axis];
    return create_dataset(file, name, &rows, err);
}

hp_status hp_synth_file_write_row(hp_synth_file *file, const char *name, int row,
                                  const double *values, hp_error *err) {
    hp_status status = HP_OK;
    hid_t everything = H5I_INVALID_HID, one_row = H5I_INVALID_HID;
    hsize_t start[MAX_RANK] = {(hsize_t)row}, count[MAX_RANK];
    hid_t dataset = H5Dopen2(file->id, name, H5P_DEFAULT);
    HP_CHECK(dataset >= 0, HP_ERR_LIBRARY, "%s: cannot open dataset %s", file->path, name);
    everything = H5Dget_space(dataset);
    int rank = H5Sget_simple_extent_dims(everything, count, NULL);
    HP_CHECK(rank > 0, HP_ERR_LIBRARY, "%s: dataset %s has no shape", file->path, name);
    count[0] = 1;
    one_row = H5Screate_simple(rank, count, NULL);
    HP_CHECK(one_row >= 0 &&
                 H5Sselect_hyperslab(everything, H5S_SELECT_SET, start, NULL, count, NULL) >= 0,
             HP_ERR_LIBRARY, "%s: dataset %s has no row %d", file->path, name, row);
    HP_CHECK(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, one_row, everything, H5P_DEFAULT, values) >= 0,
             HP_ERR_IO, "%s: cannot write row %d of dataset %s", file->path, row, name);
cleanup:
    if (one_row >= 0) H5Sclose(one_row);
    if (everything >= 0) H5Sclose(everything);
    if (dataset >= 0 && H5Dclose(dataset) < 0 && status == HP_OK)
        status = hp_error_set(err, HP_ERR_IO, __FILE__, __LINE__, "%s: cannot write dataset %s",
                              file->path, name);
    return status;
}
