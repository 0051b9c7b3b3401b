// SPDX-License-Identifier: GPL-3.0-or-later
#include "row_datasets.h"
#include <math.h>
#include <stdio.h>
#include "hadpot/hdf5_read.h"
#include "hadpot/memory.h"

/* Of the cache of chunks, in slots: more than chunks that fit. */
enum { CACHE_SLOTS = 521, TWO_POINT_CACHE = 1 << 20 };

const hp_row_dataset *hp_row_dataset_of(const hp_ensemble *ensemble, int source, hp_row_kind kind) {
    return &ensemble->datasets->of[source * HP_NROW_KINDS + (int)kind];
}

/* 0: as it is stored. */
static double factor_of(const hp_ensemble *ensemble, int source) {
    if (ensemble->field == NULL || ensemble->field[source].factor == 1.0) return 0.0;
    return ensemble->field[source].factor;
}

/* Which datasets a source has, and what they are; false: not this one. */
static bool describe(const hp_ensemble *ensemble, int source, int kind, hp_row_dataset *dataset) {
    static const char *const names[] = {"four_point", "two_point_1", "two_point_2"};
    bool ratio = ensemble->has_ratio[source];
    hp_full which = (hp_full)(kind - HP_ROW_FULL);
    bool full = kind >= HP_ROW_FULL, wave = kind == HP_ROW_WAVE;
    if (full ? !hp_ensemble_has_full(ensemble, source, which) : ratio && !wave) return false;
    bool own_times = full && which < HP_BESIDE_TWO_POINT_1;
    dataset->rank = wave ? 3 : 2;
    dataset->npoint = wave ? ensemble->geometry.npoint : 1;
    dataset->nt = full ? hp_ensemble_full_count(ensemble, which) : ensemble->nt;
    dataset->t = own_times ? ensemble->t_full : ensemble->t;
    if (wave || (full && which == HP_FULL_TWO_BARYON))
        dataset->factor = factor_of(ensemble, source);
    hp_ensemble_dataset_path(ensemble, source,
                             full            ? hp_ensemble_full_name(which)
                             : wave && ratio ? "R"
                                             : names[kind],
                             dataset->path);
    return true;
}

/* Chunks, filters and bytes. */
static hp_status look_at_layout(hp_row_dataset *dataset, size_t *chunk_bytes, hp_error *err) {
    hp_status status = HP_OK;
    hsize_t chunk[3] = {1, (hsize_t)dataset->nt, (hsize_t)dataset->npoint};
    char reason[HP_HDF5_REASON];
    hid_t layout = H5Dget_create_plist(dataset->id), type = H5Dget_type(dataset->id);
    HP_CHECK(layout >= 0 && type >= 0, HP_ERR_INPUT, "its layout cannot be read (%s)",
             hp_hdf5_reason(reason));
    dataset->chunked = H5Pget_layout(layout) == H5D_CHUNKED;
    dataset->filtered = H5Pget_nfilters(layout) > 0;
    HP_CHECK(!dataset->chunked || H5Pget_chunk(layout, dataset->rank, chunk) == dataset->rank,
             HP_ERR_INPUT, "its chunks cannot be looked at (%s)", hp_hdf5_reason(reason));
    *chunk_bytes = H5Tget_size(type);
    for (int axis = 0; axis < dataset->rank && axis < 3; axis++) {
        dataset->chunk[axis] = (int)chunk[axis];
        *chunk_bytes *= (size_t)chunk[axis];
    }
    if (dataset->rank == 2) dataset->chunk[2] = 1;
    dataset->bytes = (double)H5Dget_storage_size(dataset->id);
cleanup:
    if (type >= 0) H5Tclose(type);
    if (layout >= 0) H5Pclose(layout);
    return status;
}

/* What HDF5 keeps of chunks, bytes. Waves are read in whole chunks, or, where a row is a chunk or
 * less, all of it at once, and nothing is to be kept; but a chunk that is read in several pieces
 * must not be unpacked for each. Two-point functions are small, and are kept for the next row. */
static size_t cache_of(const hp_row_dataset *dataset, size_t chunk_bytes) {
    size_t across = 1;
    if (!dataset->chunked) return 0;
    if (dataset->rank == 3)
        return dataset->filtered && chunk_bytes > HP_BLOCK_BYTES ? chunk_bytes : 0;
    across += (size_t)(dataset->nt - 1) / (size_t)dataset->chunk[1];
    if (across * chunk_bytes <= TWO_POINT_CACHE) return across * chunk_bytes;
    return dataset->filtered ? chunk_bytes : 0;
}

static hp_status open_dataset(const hp_ensemble *ensemble, hp_row_dataset *dataset, hp_error *err) {
    hp_status status = HP_OK;
    char reason[HP_HDF5_REASON];
    size_t chunk_bytes;
    hsize_t shape[] = {(hsize_t)ensemble->nsample, (hsize_t)dataset->nt, (hsize_t)dataset->npoint};
    hid_t access = H5Pcreate(H5P_DATASET_ACCESS);
    HP_CHECK(access >= 0, HP_ERR_LIBRARY, "no property list for a dataset (%s)",
             hp_hdf5_reason(reason));
    HP_TRY(hp_hdf5_open_dataset(ensemble->file, dataset->path, HP_HDF5_REAL, dataset->rank, shape,
                                &dataset->id, err));
    HP_TRY_IN(look_at_layout(dataset, &chunk_bytes, err), "dataset %s", dataset->path);
    HP_CHECK(H5Pset_chunk_cache(access, CACHE_SLOTS, cache_of(dataset, chunk_bytes), 1.0) >= 0,
             HP_ERR_LIBRARY, "no cache for chunks (%s)", hp_hdf5_reason(reason));
    H5Dclose(dataset->id);
    dataset->id = H5Dopen2(ensemble->file, dataset->path, access);
    HP_CHECK(dataset->id >= 0, HP_ERR_INPUT, "dataset %s: cannot be opened (%s)", dataset->path,
             hp_hdf5_reason(reason));
cleanup:
    if (access >= 0) H5Pclose(access);
    return status;
}

hp_status hp_ensemble_open_rows(hp_ensemble *ensemble, hp_error *err) {
    HP_ALLOCATE(ensemble->datasets, 1);
    HP_ALLOCATE(ensemble->datasets->of, (size_t)ensemble->nsource * HP_NROW_KINDS);
    for (int i = 0; i < ensemble->nsource * HP_NROW_KINDS; i++)
        ensemble->datasets->of[i].id = H5I_INVALID_HID;
    for (int source = 0; source < ensemble->nsource; source++)
        for (int kind = 0; kind < HP_NROW_KINDS; kind++) {
            hp_row_dataset *dataset = &ensemble->datasets->of[source * HP_NROW_KINDS + kind];
            if (!describe(ensemble, source, kind, dataset)) continue;
            HP_CALL(open_dataset(ensemble, dataset, err));
        }
    return HP_OK;
}

void hp_ensemble_close_rows(hp_ensemble *ensemble) {
    hp_row_datasets *datasets = ensemble->datasets;
    if (datasets == NULL) return;
    for (int i = 0; datasets->of != NULL && i < ensemble->nsource * HP_NROW_KINDS; i++)
        if (datasets->of[i].id >= 0) H5Dclose(datasets->of[i].id);
    hp_free(datasets->of);
    hp_free(datasets);
    ensemble->datasets = NULL;
}

hp_status hp_row_dataset_read(const hp_ensemble *ensemble, const hp_row_dataset *dataset,
                              const hp_row_block *block, double *value, hp_error *err) {
    hp_status status = HP_OK;
    char reason[HP_HDF5_REASON];
    const hsize_t start[] = {(hsize_t)block->row, (hsize_t)block->time, (hsize_t)block->point};
    const hsize_t count[] = {(hsize_t)block->nrow, (hsize_t)block->ntime, (hsize_t)block->npoint};
    size_t n = (size_t)block->nrow * (size_t)block->ntime * (size_t)block->npoint;
    hid_t stored = H5Dget_space(dataset->id);
    hid_t memory = H5Screate_simple(dataset->rank, count, NULL);
    HP_CHECK(stored >= 0 && memory >= 0 &&
                 H5Sselect_hyperslab(stored, H5S_SELECT_SET, start, NULL, count, NULL) >= 0,
             HP_ERR_LIBRARY, "sample %d cannot be selected (%s)", block->row,
             hp_hdf5_reason(reason));
    HP_CHECK(H5Dread(dataset->id, H5T_NATIVE_DOUBLE, memory, stored, H5P_DEFAULT, value) >= 0,
             HP_ERR_INPUT, "sample %d cannot be read (%s)", block->row, hp_hdf5_reason(reason));
    /* Factors are finite: what is not finite stays so, with its sign. */
    for (size_t i = 0; i < n && dataset->factor > 0.0; i++) value[i] *= dataset->factor;
cleanup:
    if (memory >= 0) H5Sclose(memory);
    if (stored >= 0) H5Sclose(stored);
    if (status != HP_OK) hp_error_add_context(err, "%s: dataset %s", ensemble->path, dataset->path);
    return status;
}

hp_status hp_row_dataset_refuse(const hp_ensemble *ensemble, const hp_row_dataset *dataset, int row,
                                int time, int point, double value, hp_error *err) {
    char place[32] = "", number[48] = "";
    if (ensemble->configuration != NULL)
        snprintf(number, sizeof number, " (configuration %d)", ensemble->configuration[row]);
    if (dataset->rank == 3) snprintf(place, sizeof place, ", point %d", point);
    return HP_FAIL(HP_ERR_INPUT,
                   "%s: dataset %s: %g at sample %d%s, t = %d%s, expected a finite number",
                   ensemble->path, dataset->path, value, row, number, dataset->t[time], place);
}
