// SPDX-License-Identifier: GPL-3.0-or-later
/* What sources may have at more times than the waves: two-point functions, two hadrons at zero
 * momentum. */
#include "hadpot/hdf5_read.h"
#include "hadpot/memory.h"
#include "ensemble_private.h"

const char *hp_ensemble_full_name(hp_full which) {
    static const char *const names[] = {"two_point_full_1", "two_point_full_2", "two_baryon",
                                        "two_point_1", "two_point_2"};
    return names[which];
}

hp_status hp_ensemble_read_times(hid_t file, const char *path, int *nt, int **t, hp_error *err) {
    hsize_t shape[] = {0};
    HP_CALL(hp_hdf5_read_integers(file, path, 1, shape, t, err));
    *nt = (int)shape[0];
    for (int i = 1; i < *nt; i++)
        HP_REQUIRE((*t)[i] == (*t)[i - 1] + 1, HP_ERR_INPUT,
                   "dataset %s: t[%d] = %d after t[%d] = %d, expected consecutive times", path, i,
                   (*t)[i], i - 1, (*t)[i - 1]);
    return HP_OK;
}

static hp_status read_temporal_extent(hid_t file, hp_ensemble *ensemble, hp_error *err) {
    const int *t = ensemble->t_full;
    int last = t[ensemble->nt_full - 1];
    HP_REQUIRE(t[0] >= 0, HP_ERR_INPUT, "dataset /two_point_t: begins at t = %d, expected t >= 0",
               t[0]);
    if (!hp_hdf5_has_attribute(file, "temporal_extent")) return HP_OK;
    HP_CALL(hp_hdf5_read_number(file, "temporal_extent", HP_HDF5_INTEGER,
                                &ensemble->temporal_extent, err));
    HP_REQUIRE(ensemble->temporal_extent > last, HP_ERR_INPUT,
               "attribute temporal_extent is %d, expected more than the last time %d of "
               "/two_point_t",
               ensemble->temporal_extent, last);
    return HP_OK;
}

/* One dataset (nsample, nt_full), if it is there; two_baryon may end earlier, with the first of
 * these times. */
static hp_status look_for(hid_t file, hp_ensemble *ensemble, int source, hp_full which, bool *there,
                          hp_error *err) {
    hid_t dataset;
    char path[HP_DATASET_PATH_MAX];
    hsize_t shape[] = {(hsize_t)ensemble->nsample,
                       (hsize_t)hp_ensemble_full_count(ensemble, which)};
    hp_ensemble_dataset_path(ensemble, source, hp_ensemble_full_name(which), path);
    *there = hp_hdf5_has_link(file, path);
    if (!*there) return HP_OK;
    HP_REQUIRE(ensemble->nt_full > 0, HP_ERR_INPUT,
               "dataset %s has no times: dataset /two_point_t is missing", path);
    HP_CALL(hp_hdf5_open_dataset(file, path, HP_HDF5_REAL, 2, shape, &dataset, err));
    H5Dclose(dataset);
    if (which == HP_FULL_TWO_BARYON) ensemble->nt_two_baryon = (int)shape[1];
    HP_REQUIRE(ensemble->nt_two_baryon <= ensemble->nt_full, HP_ERR_INPUT,
               "dataset %s has %d times, expected at most the %d of /two_point_t", path,
               ensemble->nt_two_baryon, ensemble->nt_full);
    return HP_OK;
}

/* The first field of source and pair. */
static bool may_have_beside(const hp_ensemble *ensemble, int source) {
    const hp_ensemble_field *field = &ensemble->field[source];
    int pair = ensemble->component[field->component].pair;
    return hp_ensemble_first_field(ensemble, field->wave, pair) == source;
}

/* Two-point functions belong to a source and a pair, and stand with the first of their fields. */
static bool may_have(const hp_ensemble *ensemble, int source, hp_full which) {
    if (ensemble->field == NULL) return true;
    const hp_ensemble_field *field = &ensemble->field[source];
    if (which == HP_FULL_TWO_BARYON) return !field->laplacian;
    int pair = ensemble->component[field->component].pair;
    const hp_ensemble_wave *wave = &ensemble->wave[field->wave];
    if (wave->full_at_source && wave->pair != pair) return false;
    return may_have_beside(ensemble, source);
}

static hp_status check_full(hid_t file, hp_ensemble *ensemble, int source, hp_error *err) {
    bool there[HP_FULL_TWO_BARYON + 1] = {false};
    for (int i = HP_FULL_TWO_POINT_1; i <= HP_FULL_TWO_BARYON; i++)
        if (may_have(ensemble, source, (hp_full)i))
            HP_CALL(look_for(file, ensemble, source, (hp_full)i, &there[i], err));
    HP_REQUIRE(there[HP_FULL_TWO_POINT_1] == there[HP_FULL_TWO_POINT_2], HP_ERR_INPUT,
               "/source/%s holds %s without %s, expected both hadrons", ensemble->source[source],
               hp_ensemble_full_name(there[0] ? HP_FULL_TWO_POINT_1 : HP_FULL_TWO_POINT_2),
               hp_ensemble_full_name(there[0] ? HP_FULL_TWO_POINT_2 : HP_FULL_TWO_POINT_1));
    ensemble->has_full[source] = there[HP_FULL_TWO_POINT_1];
    ensemble->has_two_baryon[source] = there[HP_FULL_TWO_BARYON];
    return HP_OK;
}

/* Two-point functions beside R (version 2), of both hadrons or none. */
static hp_status check_beside(hid_t file, hp_ensemble *ensemble, int source, hp_error *err) {
    bool there[2];
    if (ensemble->field == NULL || !ensemble->has_ratio[source] ||
        !may_have_beside(ensemble, source))
        return HP_OK;
    for (int hadron = 0; hadron < 2; hadron++) {
        hid_t dataset;
        char path[HP_DATASET_PATH_MAX];
        hsize_t shape[] = {(hsize_t)ensemble->nsample, (hsize_t)ensemble->nt};
        hp_full which = (hp_full)(HP_BESIDE_TWO_POINT_1 + hadron);
        hp_ensemble_dataset_path(ensemble, source, hp_ensemble_full_name(which), path);
        there[hadron] = hp_hdf5_has_link(file, path);
        if (!there[hadron]) continue;
        HP_CALL(hp_hdf5_open_dataset(file, path, HP_HDF5_REAL, 2, shape, &dataset, err));
        H5Dclose(dataset);
    }
    HP_REQUIRE(there[0] == there[1], HP_ERR_INPUT,
               "/source/%s holds two_point_%d without two_point_%d, expected both hadrons",
               ensemble->source[source], there[0] ? 1 : 2, there[0] ? 2 : 1);
    ensemble->has_beside[source] = there[0];
    return HP_OK;
}

hp_status hp_ensemble_read_full(hid_t file, hp_ensemble *ensemble, hp_error *err) {
    bool any = false;
    HP_ALLOCATE(ensemble->has_full, ensemble->nsource);
    HP_ALLOCATE(ensemble->has_two_baryon, ensemble->nsource);
    HP_ALLOCATE(ensemble->has_beside, ensemble->nsource);
    if (hp_hdf5_has_link(file, "/two_point_t")) {
        HP_CALL(hp_ensemble_read_times(file, "/two_point_t", &ensemble->nt_full, &ensemble->t_full,
                                       err));
        HP_CALL(read_temporal_extent(file, ensemble, err));
    }
    for (int source = 0; source < ensemble->nsource; source++) {
        HP_CALL(check_full(file, ensemble, source, err));
        HP_CALL(check_beside(file, ensemble, source, err));
        any = any || ensemble->has_full[source];
    }
    HP_REQUIRE(any || ensemble->mass[0] > 0 || ensemble->version == 2, HP_ERR_INPUT,
               "attribute mass_1 is missing, and no source has two_point_full_1 and _2 that would "
               "tell the masses");
    return HP_OK;
}
