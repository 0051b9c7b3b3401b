// SPDX-License-Identifier: GPL-3.0-or-later
/* What a part of an ensemble of version 2 says of components goes to the whole as it stands. */
#include <stdio.h>
#include "hadpot/hdf5_read.h"
#include "hadpot/hdf5_write.h"
#include "hadpot/memory.h"
#include "ensemble_parts.h"

static hp_status copy_object(hid_t from, const char *path, hid_t to, hp_error *err) {
    char reason[HP_HDF5_REASON];
    HP_REQUIRE(H5Ocopy(from, path, to, path, H5P_DEFAULT, H5P_DEFAULT) >= 0, HP_ERR_IO,
               "%s cannot be copied (%s)", path, hp_hdf5_reason(reason));
    return HP_OK;
}

/* Which pair a source makes. */
static hp_status copy_pair(hid_t from, const char *source, hid_t to, hp_error *err) {
    hp_status status = HP_OK;
    char path[HP_IMPORT_NAME], *pair = NULL;
    snprintf(path, sizeof path, "/source/%s", source);
    hid_t group = H5Gopen2(from, path, H5P_DEFAULT);
    if (group >= 0 && hp_hdf5_has_attribute(group, "pair"))
        status = hp_hdf5_read_text(group, "pair", &pair, err);
    if (status == HP_OK && pair != NULL) status = hp_h5_attribute_text(to, path, "pair", pair, err);
    hp_free(pair);
    if (group >= 0) H5Gclose(group);
    return status;
}

hp_status hp_part_components_copy(const char *part, hid_t result, hp_error *err) {
    hp_status status = HP_OK;
    char name[HP_IMPORT_NAME / 2], reason[HP_HDF5_REASON];
    int npair = 0;
    H5G_info_t info = {.nlinks = 0};
    hid_t pairs = H5I_INVALID_HID, sources = H5I_INVALID_HID;
    hid_t file = H5Fopen(part, H5F_ACC_RDONLY, H5P_DEFAULT);
    HP_CHECK(file >= 0, HP_ERR_INPUT, "%s: cannot be opened again (%s)", part,
             hp_hdf5_reason(reason));
    HP_TRY(copy_object(file, "/component", result, err));
    HP_TRY(copy_object(file, "/pair", result, err));
    pairs = H5Gopen2(result, "/pair", H5P_DEFAULT);
    if (H5Gget_info(pairs, &info) >= 0) npair = (int)info.nlinks;
    HP_TRY(hp_h5_attribute(result, "/", "pairs", H5T_NATIVE_INT, 0, &npair, err));
    sources = H5Gopen2(result, "/source", H5P_DEFAULT);
    HP_CHECK(H5Gget_info(sources, &info) >= 0, HP_ERR_IO, "/source cannot be looked at");
    for (hsize_t i = 0; i < info.nlinks; i++)
        if (H5Lget_name_by_idx(sources, ".", H5_INDEX_NAME, H5_ITER_INC, i, name, sizeof name,
                               H5P_DEFAULT) > 0)
            HP_TRY(copy_pair(file, name, result, err));
cleanup:
    if (sources >= 0) H5Gclose(sources);
    if (pairs >= 0) H5Gclose(pairs);
    if (file >= 0) H5Fclose(file);
    return status;
}
