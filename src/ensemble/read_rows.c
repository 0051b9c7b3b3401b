// SPDX-License-Identifier: GPL-3.0-or-later
/* Reading one row by one rank alone. */
#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/hdf5_read.h"
#include "ensemble_private.h"

/* A part of one row of one dataset. */
typedef struct {
    char path[HP_DATASET_PATH_MAX];
    int sample, rank; /* (nsample, nt, npoint) when the rank is 3, (nsample, nt) when it is 2 */
    int nt;
    const int *t;     /* (nt) */
    const bool *time; /* (nt) which are wanted; NULL: all */
    double factor;    /* of numbers of waves; 0: 1 */
} slab;

hp_status hp_ensemble_read_row(const hp_ensemble *ensemble, int sample, double *row,
                               hp_error *err) {
    return hp_ensemble_read_part(ensemble, NULL, sample, row, err);
}

/* Row `row` of a dataspace at the wanted times. */
static hp_status select_times(const slab *wanted, const hsize_t *shape, hsize_t row, hid_t space,
                              hp_error *err) {
    char reason[HP_HDF5_REASON];
    hsize_t nt = shape[1], end;
    bool good = space >= 0 && H5Sselect_none(space) >= 0;
    for (hsize_t first = 0; good && first < nt; first = end) {
        end = first + 1;
        if (wanted->time != NULL && !wanted->time[first]) continue;
        while (end < nt && (wanted->time == NULL || wanted->time[end])) end++;
        const hsize_t start[3] = {row, first, 0};
        const hsize_t count[3] = {1, end - first, wanted->rank == 3 ? shape[2] : 1};
        good = H5Sselect_hyperslab(space, H5S_SELECT_OR, start, NULL, count, NULL) >= 0;
    }
    HP_REQUIRE(good, HP_ERR_LIBRARY, "sample %d cannot be selected (%s)", wanted->sample,
               hp_hdf5_reason(reason));
    return HP_OK;
}

/* At once, so that a chunk of several times is read once. */
static hp_status select_and_read(hid_t dataset, const slab *wanted, const hsize_t *shape,
                                 double *block, hp_error *err) {
    hp_status status = HP_OK;
    char reason[HP_HDF5_REASON];
    const hsize_t extent[3] = {1, shape[1], shape[2]};
    hid_t stored = H5Dget_space(dataset), memory = H5Screate_simple(wanted->rank, extent, NULL);
    HP_TRY(select_times(wanted, shape, (hsize_t)wanted->sample, stored, err));
    HP_TRY(select_times(wanted, shape, 0, memory, err));
    HP_CHECK(H5Dread(dataset, H5T_NATIVE_DOUBLE, memory, stored, H5P_DEFAULT, block) >= 0,
             HP_ERR_INPUT, "sample %d cannot be read (%s)", wanted->sample, hp_hdf5_reason(reason));
cleanup:
    if (memory >= 0) H5Sclose(memory);
    if (stored >= 0) H5Sclose(stored);
    return status;
}

static hp_status read_slab(const hp_ensemble *ensemble, const slab *wanted, double *block,
                           hp_error *err) {
    hp_status status = HP_OK;
    hid_t dataset = H5I_INVALID_HID;
    hsize_t shape[] = {(hsize_t)ensemble->nsample, (hsize_t)wanted->nt,
                       (hsize_t)ensemble->geometry.npoint};
    const size_t nt = (size_t)shape[1], npoint = wanted->rank == 3 ? (size_t)shape[2] : 1;
    HP_TRY(hp_hdf5_open_dataset(ensemble->file, wanted->path, HP_HDF5_REAL, wanted->rank, shape,
                                &dataset, err));
    HP_TRY_IN(select_and_read(dataset, wanted, shape, block, err), "dataset %s", wanted->path);
    for (size_t i = 0; i < nt * npoint; i++) {
        if (wanted->time != NULL && !wanted->time[i / npoint]) continue;
        if (isfinite(block[i])) {
            if (wanted->factor > 0.0) block[i] *= wanted->factor;
            continue;
        }
        char point[32] = "", number[48] = "";
        if (ensemble->configuration != NULL)
            snprintf(number, sizeof number, " (configuration %d)",
                     ensemble->configuration[wanted->sample]);
        if (wanted->rank == 3) snprintf(point, sizeof point, ", point %zu", i % npoint);
        HP_CHECK(false, HP_ERR_INPUT,
                 "dataset %s: %g at sample %d%s, t = %d%s, expected a finite number", wanted->path,
                 block[i], wanted->sample, number, wanted->t[i / npoint], point);
    }
cleanup:
    if (dataset >= 0) H5Dclose(dataset);
    if (status != HP_OK) hp_error_add_context(err, "%s", ensemble->path);
    return status;
}

/* 0: as it is stored. */
static double factor_of(const hp_ensemble *ensemble, int source) {
    if (ensemble->field == NULL || ensemble->field[source].factor == 1.0) return 0.0;
    return ensemble->field[source].factor;
}

/* two_point: (2, nt) those of the field before, or NULL. */
static hp_status read_source(const hp_ensemble *ensemble, int source, slab *wanted, double *row,
                             const double *two_point, hp_error *err) {
    /* Names and dimensions of what a source without and with R stores. */
    static const char *const names[] = {"R", "four_point", "two_point_1", "two_point_2"};
    static const int ranks[] = {3, 3, 2, 2};
    double factor = factor_of(ensemble, source);
    int first = ensemble->has_ratio[source] ? 0 : 1, last = ensemble->has_ratio[source] ? 0 : 3;
    if (two_point != NULL) last = 1;
    for (int i = first; i <= last; i++) {
        hp_ensemble_dataset_path(ensemble, source, names[i], wanted->path);
        wanted->rank = ranks[i];
        wanted->factor = ranks[i] == 3 ? factor : 0.0;
        HP_CALL(read_slab(ensemble, wanted, row, err));
        row += (size_t)ensemble->nt * (ranks[i] == 3 ? (size_t)ensemble->geometry.npoint : 1);
    }
    for (int i = 0; i < 2 * ensemble->nt && two_point != NULL; i++)
        if (wanted->time == NULL || wanted->time[i % ensemble->nt]) row[i] = two_point[i];
    return HP_OK;
}

/* Whether the field in front of one has the same two-point functions, of source and pair, and the
 * same times of it are wanted. */
static bool is_repeated(const hp_ensemble *ensemble, int source, const bool *part) {
    if (ensemble->field == NULL || source == 0) return false;
    const hp_ensemble_field *field = &ensemble->field[source], *before = field - 1;
    const hp_ensemble_component *sink = ensemble->component;
    size_t nt = (size_t)ensemble->nt;
    const bool *wanted = part != NULL ? part + (size_t)source * nt : NULL;
    return field->wave == before->wave &&
           sink[field->component].pair == sink[before->component].pair &&
           !ensemble->has_ratio[source] && !ensemble->has_ratio[source - 1] &&
           (wanted == NULL || memcmp(wanted, wanted - nt, nt * sizeof *wanted) == 0);
}

static hp_status read_full(const hp_ensemble *ensemble, int source, int sample, double *row,
                           hp_error *err) {
    slab wanted = {.sample = sample, .rank = 2, .t = ensemble->t_full};
    for (int i = HP_FULL_TWO_POINT_1; i <= HP_BESIDE_TWO_POINT_2; i++) {
        hp_full which = (hp_full)i;
        if (which == HP_BESIDE_TWO_POINT_1) wanted.t = ensemble->t;
        if (!hp_ensemble_has_full(ensemble, source, which)) continue;
        wanted.nt = hp_ensemble_full_count(ensemble, which);
        wanted.factor = which == HP_FULL_TWO_BARYON ? factor_of(ensemble, source) : 0.0;
        hp_ensemble_dataset_path(ensemble, source, hp_ensemble_full_name(which), wanted.path);
        HP_CALL(read_slab(ensemble, &wanted, row + hp_ensemble_full_offset(ensemble, source, which),
                          err));
    }
    return HP_OK;
}

hp_status hp_ensemble_read_part(const hp_ensemble *ensemble, const bool *part, int sample,
                                double *row, hp_error *err) {
    HP_REQUIRE(ensemble->file > 0, HP_ERR_INTERNAL, "no ensemble file is open");
    HP_REQUIRE(sample >= 0 && sample < ensemble->nsample, HP_ERR_INTERNAL,
               "%s: row %d asked for, the file has %d", ensemble->path, sample, ensemble->nsample);
    ensemble->nread[sample]++;
    for (int source = 0; source < ensemble->nsource; source++)
        if (part == NULL || part[ensemble->nsource * ensemble->nt + source])
            HP_CALL(read_full(ensemble, source, sample, row, err));
    for (int source = 0; source < ensemble->nsource; source++) {
        size_t nt = (size_t)ensemble->nt;
        slab wanted = {.sample = sample, .nt = ensemble->nt, .t = ensemble->t};
        if (part != NULL) wanted.time = part + (size_t)source * nt;
        const double *two_point = is_repeated(ensemble, source, part) ? row - 2 * nt : NULL;
        if (part == NULL || memchr(wanted.time, 1, nt) != NULL)
            HP_CALL(read_source(ensemble, source, &wanted, row, two_point, err));
        row += hp_ensemble_time_length(ensemble, source) * (size_t)ensemble->nt;
    }
    return HP_OK;
}
