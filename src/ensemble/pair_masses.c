// SPDX-License-Identifier: GPL-3.0-or-later
/* Version 2: masses, charges and normalisations of each pair of hadrons. */
#include <math.h>
#include <stdio.h>
#include "hadpot/hdf5_read.h"
#include "hadpot/memory.h"
#include "ensemble_private.h"

/* A number that a pair may have; value stays as it is where it has none. */
static hp_status read_number(hid_t group, const char *name, hp_hdf5_kind kind, void *value,
                             hp_error *err) {
    return hp_hdf5_has_attribute(group, name) ? hp_hdf5_read_number(group, name, kind, value, err)
                                              : HP_OK;
}

/* A dataset (nsample) of positive numbers, if it is there; their mean goes to an attribute that is
 * not. */
static hp_status read_rows(hid_t file, const hp_ensemble *ensemble, const char *path,
                           const char *instead, double **rows, double *mean, hp_error *err) {
    hsize_t shape[] = {(hsize_t)ensemble->nsample};
    double sum = 0.0;
    HP_CALL(hp_ensemble_check_path_storage(file, path, err));
    if (!hp_hdf5_has_link(file, path)) return HP_OK;
    HP_REQUIRE(ensemble->sampling == HP_SAMPLING_JACKKNIFE, HP_ERR_INPUT,
               "dataset %s: rows are configurations, each of which has no such number, expected "
               "jackknife samples, or %s instead",
               path, instead);
    HP_CALL(hp_hdf5_read_reals(file, path, 1, shape, rows, err));
    for (int i = 0; i < ensemble->nsample; i++) {
        HP_REQUIRE(isfinite((*rows)[i]) && (*rows)[i] > 0.0, HP_ERR_INPUT,
                   "dataset %s: %g at sample %d, expected a positive number", path, (*rows)[i], i);
        sum += (*rows)[i];
    }
    if (isnan(*mean)) *mean = sum / ensemble->nsample;
    return HP_OK;
}

/* Masses of identical hadrons differ by the digits that were printed, at most. */
static const double IDENTICAL = 1e-6;

static hp_status read_masses(hid_t file, hid_t group, const char *path, const hp_ensemble *ensemble,
                             hp_ensemble_pair *pair, hp_error *err) {
    static const char *const names[] = {"mass_1", "mass_2"};
    char name[64], rows[HP_ENSEMBLE_NAME + 32];
    for (int i = 0; i < 2; i++) {
        HP_CALL(read_number(group, names[i], HP_HDF5_REAL, &pair->mass[i], err));
        HP_REQUIRE(!hp_hdf5_has_attribute(group, names[i]) ||
                       (isfinite(pair->mass[i]) && pair->mass[i] > 0.0),
                   HP_ERR_INPUT, "attribute %s is %g, expected a positive number", names[i],
                   pair->mass[i]);
        snprintf(name, sizeof name, "%s_error", names[i]);
        HP_CALL(read_number(group, name, HP_HDF5_REAL, &pair->mass_error[i], err));
        HP_REQUIRE(isfinite(pair->mass_error[i]) && pair->mass_error[i] >= 0.0, HP_ERR_INPUT,
                   "attribute %s is %g, expected a positive number", name, pair->mass_error[i]);
        snprintf(rows, sizeof rows, "%s/%s_rows", path, names[i]);
        HP_CALL(read_rows(file, ensemble, rows,
                          "two-point functions, or attributes mass_1 and "
                          "mass_2",
                          &pair->mass_rows[i], &pair->mass[i], err));
        HP_CALL(
            hp_ensemble_check_mass(names[i], pair->mass[i], ensemble->inverse_spacing_mev, err));
    }
    HP_REQUIRE((pair->mass_rows[0] == NULL) == (pair->mass_rows[1] == NULL), HP_ERR_INPUT,
               "dataset %s_rows is missing, expected rows of both masses",
               names[pair->mass_rows[0] == NULL ? 0 : 1]);
    HP_REQUIRE(isnan(pair->mass[0]) == isnan(pair->mass[1]), HP_ERR_INPUT,
               "attributes mass_1 and mass_2 are %g and %g, expected two positive numbers",
               pair->mass[0], pair->mass[1]);
    return HP_OK;
}

static hp_status read_pair(hid_t file, hid_t group, const char *path, const hp_ensemble *ensemble,
                           hp_ensemble_pair *pair, hp_error *err) {
    char rows[HP_ENSEMBLE_NAME + 32];
    pair->mass[0] = pair->mass[1] = pair->sqrt_z = NAN;
    HP_CALL(read_masses(file, group, path, ensemble, pair, err));
    HP_REQUIRE(!pair->identical ||
                   !(fabs(pair->mass[0] - pair->mass[1]) > IDENTICAL * pair->mass[0]),
               HP_ERR_INPUT, "identical is 1, but mass_1 and mass_2 are %.9g and %.9g",
               pair->mass[0], pair->mass[1]);
    HP_CALL(read_number(group, "charge_1", HP_HDF5_INTEGER, &pair->charge[0], err));
    HP_CALL(read_number(group, "charge_2", HP_HDF5_INTEGER, &pair->charge[1], err));
    HP_CALL(read_number(group, "sqrt_z", HP_HDF5_REAL, &pair->sqrt_z, err));
    HP_REQUIRE(!hp_hdf5_has_attribute(group, "sqrt_z") ||
                   (isfinite(pair->sqrt_z) && pair->sqrt_z > 0.0),
               HP_ERR_INPUT, "attribute sqrt_z is %g, expected a positive number", pair->sqrt_z);
    snprintf(rows, sizeof rows, "%s/sqrt_z", path);
    return read_rows(file, ensemble, rows, "the attribute sqrt_z", &pair->sqrt_z_rows,
                     &pair->sqrt_z, err);
}

/* Masses that the file does not name follow from two-point functions at all their times. */
static bool has_full(const hp_ensemble *ensemble, int pair) {
    for (int i = 0; i < ensemble->nsource; i++)
        if (ensemble->component[ensemble->field[i].component].pair == pair && ensemble->has_full[i])
            return true;
    return false;
}

hp_status hp_ensemble_read_pairs(hid_t file, hp_ensemble *ensemble, hp_error *err) {
    for (int i = 0; i < ensemble->npair; i++) {
        hp_ensemble_pair *pair = &ensemble->pair[i];
        char path[HP_ENSEMBLE_NAME + 8];
        snprintf(path, sizeof path, "/pair/%s", pair->name);
        hid_t group = H5Gopen2(file, path, H5P_DEFAULT);
        HP_REQUIRE(group >= 0, HP_ERR_INPUT, "%s cannot be opened as a group", path);
        hp_status status = read_pair(file, group, path, ensemble, pair, err);
        H5Gclose(group);
        if (status != HP_OK) hp_error_add_context(err, "%s", path);
        HP_CALL(status);
        HP_REQUIRE(pair->mass[0] > 0.0 || has_full(ensemble, i), HP_ERR_INPUT,
                   "%s: attribute mass_1 is missing, and no source has two_point_full_1 and _2 of "
                   "this pair that would tell the masses",
                   path);
    }
    for (int i = 0; i < 2; i++) { /* what asks for one pair */
        ensemble->mass[i] = ensemble->pair[0].mass[i];
        ensemble->mass_error[i] = ensemble->pair[0].mass_error[i];
    }
    return HP_OK;
}
