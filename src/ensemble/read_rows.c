// SPDX-License-Identifier: GPL-3.0-or-later
/* Reading one row by one rank alone. */
#include <hdf5.h>
#include <math.h>
#include <string.h>
#include "hadpot/hdf5_read.h"
#include "row_datasets.h"

hp_status hp_ensemble_read_row(const hp_ensemble *ensemble, int sample, double *row,
                               hp_error *err) {
    return hp_ensemble_read_part(ensemble, NULL, sample, row, err);
}

/* Row `row` of a dataspace at the wanted times (nt); NULL: all. */
static bool select_times(const hp_row_dataset *dataset, const bool *wanted, int row, hid_t space) {
    int nt = dataset->nt, end;
    bool good = space >= 0 && H5Sselect_none(space) >= 0;
    for (int first = 0; good && first < nt; first = end) {
        end = first + 1;
        if (wanted != NULL && !wanted[first]) continue;
        while (end < nt && (wanted == NULL || wanted[end])) end++;
        const hsize_t start[3] = {(hsize_t)row, (hsize_t)first, 0};
        const hsize_t count[3] = {1, (hsize_t)(end - first), (hsize_t)dataset->npoint};
        good = H5Sselect_hyperslab(space, H5S_SELECT_OR, start, NULL, count, NULL) >= 0;
    }
    return good;
}

/* At once, so that a chunk of several times is read once. block (nt, npoint) */
static hp_status select_and_read(const hp_row_dataset *dataset, const bool *wanted, int sample,
                                 double *block, hp_error *err) {
    hp_status status = HP_OK;
    char reason[HP_HDF5_REASON];
    const hsize_t extent[3] = {1, (hsize_t)dataset->nt, (hsize_t)dataset->npoint};
    hid_t stored = H5Dget_space(dataset->id);
    hid_t memory = H5Screate_simple(dataset->rank, extent, NULL);
    HP_CHECK(select_times(dataset, wanted, sample, stored) &&
                 select_times(dataset, wanted, 0, memory),
             HP_ERR_LIBRARY, "sample %d cannot be selected (%s)", sample, hp_hdf5_reason(reason));
    HP_CHECK(H5Dread(dataset->id, H5T_NATIVE_DOUBLE, memory, stored, H5P_DEFAULT, block) >= 0,
             HP_ERR_INPUT, "sample %d cannot be read (%s)", sample, hp_hdf5_reason(reason));
cleanup:
    if (memory >= 0) H5Sclose(memory);
    if (stored >= 0) H5Sclose(stored);
    return status;
}

/* wanted: (nt) times of the dataset, or NULL; those alone are written to block (nt, npoint). */
static hp_status read_times(const hp_ensemble *ensemble, const hp_row_dataset *dataset,
                            const bool *wanted, int sample, double *block, hp_error *err) {
    HP_CALL_IN(select_and_read(dataset, wanted, sample, block, err), "%s: dataset %s",
               ensemble->path, dataset->path);
    for (int t = 0; t < dataset->nt; t++)
        for (int p = 0; p < dataset->npoint && (wanted == NULL || wanted[t]); p++) {
            double *value = &block[(ptrdiff_t)t * dataset->npoint + p];
            if (!isfinite(*value))
                return hp_row_dataset_refuse(ensemble, dataset, sample, t, p, *value, err);
            if (dataset->factor > 0.0) *value *= dataset->factor;
        }
    return HP_OK;
}

/* two_point: (2, nt) those of the field before, or NULL. */
static hp_status read_source(const hp_ensemble *ensemble, int source, const bool *wanted,
                             int sample, double *row, const double *two_point, hp_error *err) {
    int last = two_point != NULL ? HP_ROW_WAVE : HP_ROW_TWO_POINT_2;
    for (int kind = HP_ROW_WAVE; kind <= last; kind++) {
        const hp_row_dataset *dataset = hp_row_dataset_of(ensemble, source, (hp_row_kind)kind);
        if (dataset->id < 0) continue;
        HP_CALL(read_times(ensemble, dataset, wanted, sample, row, err));
        row += (size_t)dataset->nt * (size_t)dataset->npoint;
    }
    for (int i = 0; i < 2 * ensemble->nt && two_point != NULL; i++)
        if (wanted == NULL || wanted[i % ensemble->nt]) row[i] = two_point[i];
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
    for (int i = HP_FULL_TWO_POINT_1; i <= HP_BESIDE_TWO_POINT_2; i++) {
        const hp_row_dataset *dataset =
            hp_row_dataset_of(ensemble, source, (hp_row_kind)(HP_ROW_FULL + i));
        if (dataset->id < 0) continue;
        HP_CALL(read_times(ensemble, dataset, NULL, sample,
                           row + hp_ensemble_full_offset(ensemble, source, (hp_full)i), err));
    }
    return HP_OK;
}

hp_status hp_ensemble_read_part(const hp_ensemble *ensemble, const bool *part, int sample,
                                double *row, hp_error *err) {
    HP_REQUIRE(ensemble->datasets != NULL, HP_ERR_INTERNAL, "no ensemble file is open");
    HP_REQUIRE(sample >= 0 && sample < ensemble->nsample, HP_ERR_INTERNAL,
               "%s: row %d asked for, the file has %d", ensemble->path, sample, ensemble->nsample);
    ensemble->nread[sample]++;
    for (int source = 0; source < ensemble->nsource; source++)
        if (part == NULL || part[ensemble->nsource * ensemble->nt + source])
            HP_CALL(read_full(ensemble, source, sample, row, err));
    for (int source = 0; source < ensemble->nsource; source++) {
        size_t nt = (size_t)ensemble->nt;
        const bool *wanted = part != NULL ? part + (size_t)source * nt : NULL;
        const double *two_point = is_repeated(ensemble, source, part) ? row - 2 * nt : NULL;
        if (part == NULL || memchr(wanted, 1, nt) != NULL)
            HP_CALL(read_source(ensemble, source, wanted, sample, row, two_point, err));
        row += hp_ensemble_time_length(ensemble, source) * nt;
    }
    return HP_OK;
}
