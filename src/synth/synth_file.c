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

enum { DEFLATE_LEVEL = 4 };

static const char SUFFIX[] = ".partial";

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

hp_status hp_synth_file_put(hp_synth_file *file, const char *name, hid_t type, const void *value,
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
    HP_TRY(hp_synth_file_put(file, name, type, text, err));
cleanup:
    if (type >= 0) H5Tclose(type);
    return status;
}

/* by_rows: a chunk per row, shuffled and deflated; else contiguous. */
static hp_status create_dataset(hp_synth_file *file, const char *name, hid_t type, const int *shape,
                                bool by_rows, hp_error *err) {
    hp_status status = HP_OK;
    int rank = 0;
    hsize_t extent[HP_SYNTH_MAX_RANK], chunk[HP_SYNTH_MAX_RANK];
    for (; rank < HP_SYNTH_MAX_RANK && shape[rank] > 0; rank++) {
        extent[rank] = (hsize_t)shape[rank];
        chunk[rank] = rank == 0 ? 1 : extent[rank];
    }
    hid_t dataset = H5I_INVALID_HID, space = H5Screate_simple(rank, extent, NULL);
    hid_t layout = H5Pcreate(H5P_DATASET_CREATE), link = H5Pcreate(H5P_LINK_CREATE);
    HP_CHECK(space >= 0 && layout >= 0 && link >= 0 && H5Pset_obj_track_times(layout, 0) >= 0 &&
                 H5Pset_create_intermediate_group(link, 1) >= 0,
             HP_ERR_LIBRARY, "%s: cannot describe dataset %s to HDF5", file->path, name);
    if (by_rows)
        HP_CHECK(H5Pset_chunk(layout, rank, chunk) >= 0 && H5Pset_shuffle(layout) >= 0 &&
                     H5Pset_deflate(layout, DEFLATE_LEVEL) >= 0,
                 HP_ERR_LIBRARY, "%s: dataset %s cannot be compressed; HDF5 needs zlib for it",
                 file->path, name);
    dataset = H5Dcreate2(file->id, name, type, space, link, layout, H5P_DEFAULT);
    HP_CHECK(dataset >= 0, HP_ERR_IO, "%s: cannot create dataset %s", file->path, name);
cleanup:
    if (dataset >= 0) H5Dclose(dataset);
    if (link >= 0) H5Pclose(link);
    if (layout >= 0) H5Pclose(layout);
    if (space >= 0) H5Sclose(space);
    return status;
}

hp_status hp_synth_file_write(hp_synth_file *file, const char *name, hid_t type, const int *shape,
                              const void *values, hp_error *err) {
    HP_CALL(create_dataset(file, name, type, shape, false, err));
    hid_t dataset = H5Dopen2(file->id, name, H5P_DEFAULT);
    herr_t written = H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    if (dataset >= 0) H5Dclose(dataset);
    HP_REQUIRE(written >= 0, HP_ERR_IO, "%s: cannot write dataset %s", file->path, name);
    return HP_OK;
}

hp_status hp_synth_file_create_rows(hp_synth_file *file, const char *name, const int *shape,
                                    hp_error *err) {
    return create_dataset(file, name, H5T_NATIVE_DOUBLE, shape, true, err);
}

hp_status hp_synth_file_write_row(hp_synth_file *file, const char *name, int row,
                                  const double *values, hp_error *err) {
    hp_status status = HP_OK;
    hid_t everything = H5I_INVALID_HID, one_row = H5I_INVALID_HID;
    hsize_t start[HP_SYNTH_MAX_RANK] = {(hsize_t)row}, count[HP_SYNTH_MAX_RANK];
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
