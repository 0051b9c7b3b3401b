// SPDX-License-Identifier: GPL-3.0-or-later
/* Where the numbers of a row are, and reading one row by one rank alone. */
#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include "hadpot/hdf5_read.h"
#include "private.h"

static size_t source_length(const hp_ensemble *ensemble, int source);
static hp_status read_block(const hp_ensemble *ensemble, const char *path, int sample, int rank,
                            double *block, hp_error *err);
static hp_status select_and_read(hid_t dataset, int sample, int rank, const hsize_t *shape,
                                 double *block, hp_error *err);
static hp_status check_finite(const hp_ensemble *ensemble, int sample, int rank,
                              const double *block, hp_error *err);

size_t hp_ensemble_row_length(const hp_ensemble *ensemble) {
    return hp_ensemble_row_offset(ensemble, ensemble->nsource);
}

size_t hp_ensemble_row_offset(const hp_ensemble *ensemble, int source) {
    size_t offset = 0;
    for (int before = 0; before < source; before++) offset += source_length(ensemble, before);
    return offset;
}

hp_status hp_ensemble_read_row(const hp_ensemble *ensemble, int sample, double *row,
                               hp_error *err) {
    /* Names and dimensions of what a source without and with R stores. */
    static const char *const names[] = {"R", "four_point", "two_point_1", "two_point_2"};
    static const int ranks[] = {3, 3, 2, 2};
    hp_status status = HP_OK;
    HP_CHECK(ensemble->file > 0, HP_ERR_INTERNAL, "no ensemble file is open");
    HP_CHECK(sample >= 0 && sample < ensemble->nsample, HP_ERR_INTERNAL,
             "%s: row %d asked for, the file has %d", ensemble->path, sample, ensemble->nsample);
    for (int source = 0; source < ensemble->nsource; source++) {
        int first = ensemble->has_ratio[source] ? 0 : 1, last = ensemble->has_ratio[source] ? 0 : 3;
        for (int part = first; part <= last; part++) {
            char path[HP_DATASET_PATH_MAX];
            hp_ensemble_dataset_path(ensemble, source, names[part], path);
            HP_TRY(read_block(ensemble, path, sample, ranks[part], row, err));
            row +=
                (size_t)ensemble->nt * (ranks[part] == 3 ? (size_t)ensemble->geometry.npoint : 1);
        }
    }
cleanup:
    return status;
}

static size_t source_length(const hp_ensemble *ensemble, int source) {
    size_t nt = (size_t)ensemble->nt, npoint = (size_t)ensemble->geometry.npoint;
    return ensemble->has_ratio[source] ? nt * npoint : nt * npoint + 2 * nt;
}

/* Row `sample` of one dataset: (nt, npoint) when its rank is 3, (nt) when it is 2. */
static hp_status read_block(const hp_ensemble *ensemble, const char *path, int sample, int rank,
                            double *block, hp_error *err) {
    hp_status status = HP_OK;
    hid_t dataset = H5I_INVALID_HID;
    hsize_t shape[] = {(hsize_t)ensemble->nsample, (hsize_t)ensemble->nt,
                       (hsize_t)ensemble->geometry.npoint};
    HP_TRY(hp_hdf5_open_dataset(ensemble->file, path, HP_HDF5_REAL, rank, shape, &dataset, err));
    status = select_and_read(dataset, sample, rank, shape, block, err);
    if (status == HP_OK) status = check_finite(ensemble, sample, rank, block, err);
    if (status != HP_OK) hp_error_add_context(err, "dataset %s", path);
cleanup:
    if (dataset >= 0) H5Dclose(dataset);
    if (status != HP_OK) hp_error_add_context(err, "%s", ensemble->path);
    return status;
}

static hp_status select_and_read(hid_t dataset, int sample, int rank, const hsize_t *shape,
                                 double *block, hp_error *err) {
    hp_status status = HP_OK;
    char reason[HP_HDF5_REASON];
    const hsize_t start[3] = {(hsize_t)sample, 0, 0};
    const hsize_t count[3] = {1, shape[1], rank == 3 ? shape[2] : 1};
    hid_t stored = H5Dget_space(dataset), memory = H5Screate_simple(rank, count, NULL);
    HP_CHECK(stored >= 0 && memory >= 0 &&
                 H5Sselect_hyperslab(stored, H5S_SELECT_SET, start, NULL, count, NULL) >= 0,
             HP_ERR_LIBRARY, "sample %d cannot be selected (%s)", sample, hp_hdf5_reason(reason));
    HP_CHECK(H5Dread(dataset, H5T_NATIVE_DOUBLE, memory, stored, H5P_DEFAULT, block) >= 0,
             HP_ERR_INPUT, "sample %d cannot be read (%s)", sample, hp_hdf5_reason(reason));
cleanup:
    if (memory >= 0) H5Sclose(memory);
    if (stored >= 0) H5Sclose(stored);
    return status;
}

static hp_status check_finite(const hp_ensemble *ensemble, int sample, int rank,
                              const double *block, hp_error *err) {
    hp_status status = HP_OK;
    const size_t nt = (size_t)ensemble->nt;
    const size_t npoint = rank == 3 ? (size_t)ensemble->geometry.npoint : 1;
    for (size_t i = 0; i < nt * npoint; i++) {
        if (isfinite(block[i])) continue;
        char point[32] = "";
        if (rank == 3) snprintf(point, sizeof point, ", point %zu", i % npoint);
        HP_CHECK(false, HP_ERR_INPUT, "%g at sample %d, t = %d%s, expected a finite number",
                 block[i], sample, ensemble->t[i / npoint], point);
    }
cleanup:
    return status;
}
