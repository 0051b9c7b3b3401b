// SPDX-License-Identifier: GPL-3.0-or-later
/* Reads and checks everything in an ensemble file but the rows, on one rank and without MPI. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/hdf5_read.h"
#include "ensemble_private.h"

enum { FORMAT_VERSION = 2 };

static hp_status check_format(hid_t file, hp_ensemble *ensemble, hp_error *err) {
    hp_status status = HP_OK;
    char *format = NULL;
    int version = 0;
    HP_CHECK(hp_hdf5_has_attribute(file, "format"), HP_ERR_INPUT,
             "not an ensemble file: attribute format is missing, expected \"hadpot-ensemble\"");
    HP_TRY(hp_hdf5_read_text(file, "format", &format, err));
    HP_CHECK(strcmp(format, "hadpot-ensemble") == 0, HP_ERR_INPUT,
             "not an ensemble file: attribute format is \"%s\", expected \"hadpot-ensemble\"",
             format);
    HP_TRY(hp_hdf5_read_number(file, "version", HP_HDF5_INTEGER, &version, err));
    HP_CHECK(version == 1 || version == FORMAT_VERSION, HP_ERR_INPUT,
             "attribute version is %d, this program reads versions 1 and %d", version,
             FORMAT_VERSION);
    ensemble->version = version;
cleanup:
    hp_free(format);
    return status;
}

static hp_status read_optional_text(hid_t file, const char *name, char **text, hp_error *err) {
    if (hp_hdf5_has_attribute(file, name)) return hp_hdf5_read_text(file, name, text, err);
    *text = hp_copy_string("");
    HP_REQUIRE(*text != NULL, HP_ERR_MEMORY, "no memory for a string");
    return HP_OK;
}

static hp_status read_attributes(hid_t file, hp_ensemble *ensemble, hp_error *err) {
    /* In the order of their enumerations. */
    static const char *const samplings[] = {"configuration", "jackknife"};
    static const char *const geometries[] = {"cubic", "radial"};
    int sampling = 0, kind = 0;
    HP_CALL(hp_hdf5_read_word(file, "sampling", samplings, &sampling, err));
    HP_CALL(hp_hdf5_read_word(file, "geometry", geometries, &kind, err));
    ensemble->sampling = (hp_sampling)sampling;
    ensemble->geometry.kind = (hp_geometry_kind)kind;
    HP_CALL(hp_ensemble_read_scales(file, ensemble, err));
    HP_CALL(read_optional_text(file, "average", &ensemble->average, err));
    HP_CALL(read_optional_text(file, "notes", &ensemble->notes, err));
    HP_CALL(read_optional_text(file, "channel", &ensemble->channel, err));
    return read_optional_text(file, "provenance", &ensemble->provenance, err);
}

static hp_status read_sites(hid_t file, hp_geometry *geometry, hp_error *err) {
    hp_status status = HP_OK;
    int extent = 0, npoint = 0, *sites = NULL;
    HP_TRY(hp_hdf5_read_number(file, "extent", HP_HDF5_INTEGER, &extent, err));
    HP_TRY_IN(hp_geometry_count_orbits(extent, &npoint, err), "attribute extent");
    hsize_t shape[] = {(hsize_t)npoint, 3};
    HP_TRY(hp_hdf5_read_integers(file, "/site", 2, shape, &sites, err));
    HP_TRY(hp_geometry_create_cubic(extent, geometry, err));
    for (int row = 0; row < npoint; row++) {
        const int *expected = geometry->site[row], *found = sites + 3 * (ptrdiff_t)row;
        HP_CHECK(memcmp(found, expected, 3 * sizeof *found) == 0, HP_ERR_INPUT,
                 "dataset /site: row %d is (%d, %d, %d), expected (%d, %d, %d): one site with "
                 "L/2 >= x >= y >= z >= 0 per orbit, x outermost",
                 row, found[0], found[1], found[2], expected[0], expected[1], expected[2]);
    }
cleanup:
    hp_free(sites);
    return status;
}

static hp_status read_distances(hid_t file, hp_ensemble *ensemble, hp_error *err) {
    hp_status status = HP_OK;
    double *r = NULL;
    hsize_t shape[] = {0};
    HP_TRY(hp_hdf5_read_reals(file, "/r", 1, shape, &r, err));
    HP_TRY_IN(hp_geometry_create_radial(r, (int)shape[0], &ensemble->geometry, err), "dataset /r");
    HP_TRY(hp_ensemble_check_radii(ensemble, err));
cleanup:
    hp_free(r);
    return status;
}

/* One dataset of rows: (nsample, nt, npoint), or (nsample, nt). The first one met decides on
 * nsample. */
static hp_status check_rows(hid_t file, hp_ensemble *ensemble, int source, const char *name,
                            int rank, hp_error *err) {
    hid_t dataset;
    char path[HP_DATASET_PATH_MAX];
    hsize_t shape[] = {(hsize_t)ensemble->nsample, (hsize_t)ensemble->nt,
                       (hsize_t)ensemble->geometry.npoint};
    hp_ensemble_dataset_path(ensemble, source, name, path);
    HP_CALL(hp_hdf5_open_dataset(file, path, HP_HDF5_REAL, rank, shape, &dataset, err));
    ensemble->nsample = (int)shape[0];
    H5Dclose(dataset);
    return HP_OK;
}

/* The datasets of a source, or of a field. */
static hp_status check_source(hid_t file, hp_ensemble *ensemble, int source, hp_error *err) {
    char ratio[HP_DATASET_PATH_MAX], four_point[HP_DATASET_PATH_MAX];
    hp_ensemble_dataset_path(ensemble, source, "R", ratio);
    hp_ensemble_dataset_path(ensemble, source, "four_point", four_point);
    ensemble->has_ratio[source] = hp_hdf5_has_link(file, ratio);
    HP_REQUIRE(!ensemble->has_ratio[source] || !hp_hdf5_has_link(file, four_point), HP_ERR_INPUT,
               "/source/%s holds both R and four_point, expected one of them",
               ensemble->source[source]);
    if (ensemble->has_ratio[source]) return check_rows(file, ensemble, source, "R", 3, err);
    HP_REQUIRE(hp_hdf5_has_link(file, four_point), HP_ERR_INPUT,
               "/source/%s holds neither R nor four_point", ensemble->source[source]);
    HP_CALL(check_rows(file, ensemble, source, "four_point", 3, err));
    HP_CALL(check_rows(file, ensemble, source, "two_point_1", 2, err));
    return check_rows(file, ensemble, source, "two_point_2", 2, err);
}

/* A Laplacian is what the field of the component in front of it is. */
static hp_status check_field(hid_t file, hp_ensemble *ensemble, int source, hp_error *err) {
    if (!ensemble->field[source].laplacian) return check_source(file, ensemble, source, err);
    ensemble->has_ratio[source] = ensemble->has_ratio[source - 1];
    return check_rows(file, ensemble, source, "laplacian", 3, err);
}

hp_status hp_ensemble_list_sources(hid_t file, int *n, char ***names, hp_error *err) {
    hp_status status = HP_OK;
    hid_t group = H5I_INVALID_HID;
    H5G_info_t info;
    char name[HP_SOURCE_NAME_MAX + 1] = "", reason[HP_HDF5_REASON];
    HP_CHECK(hp_hdf5_has_link(file, "/source"), HP_ERR_INPUT, "group /source is missing");
    group = H5Gopen2(file, "/source", H5P_DEFAULT);
    HP_CHECK(group >= 0 && H5Gget_info(group, &info) >= 0, HP_ERR_INPUT,
             "/source cannot be opened as a group (%s)", hp_hdf5_reason(reason));
    HP_CHECK(info.nlinks > 0 && info.nlinks < INT_MAX, HP_ERR_INPUT,
             "group /source holds no source");
    HP_NEW(*names, info.nlinks);
    for (*n = 0; *n < (int)info.nlinks; ++*n) {
        ssize_t length = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, (hsize_t)*n,
                                            name, sizeof name, H5P_DEFAULT);
        HP_CHECK(length >= 0, HP_ERR_INPUT, "group /source: name of source %d cannot be read (%s)",
                 *n, hp_hdf5_reason(reason));
        HP_CHECK(length <= HP_SOURCE_NAME_MAX, HP_ERR_INPUT,
                 "group /source: name of source %d has %zd bytes, expected at most %d", *n, length,
                 HP_SOURCE_NAME_MAX);
        (*names)[*n] = hp_copy_string(name);
        HP_CHECK((*names)[*n] != NULL, HP_ERR_MEMORY, "no memory for a string");
    }
cleanup:
    if (group >= 0) H5Gclose(group);
    return status;
}

static hp_status read_sources(hid_t file, hp_ensemble *ensemble, hp_error *err) {
    HP_CALL(hp_ensemble_list_sources(file, &ensemble->nsource, &ensemble->source, err));
    HP_ALLOCATE(ensemble->has_ratio, ensemble->nsource);
    for (int source = 0; source < ensemble->nsource; source++) {
        HP_CALL(hp_ensemble_check_source_storage(file, ensemble->source[source], err));
        HP_CALL(check_source(file, ensemble, source, err));
    }
    return HP_OK;
}

static hp_status read_components(hid_t file, hp_ensemble *ensemble, hp_error *err) {
    HP_CALL(hp_ensemble_read_components(file, ensemble, err));
    HP_CALL(hp_ensemble_read_fields(file, ensemble, err));
    for (int source = 0; source < ensemble->nsource; source++)
        HP_CALL(check_field(file, ensemble, source, err));
    return HP_OK;
}

hp_status hp_ensemble_read_frame(hid_t file, hp_ensemble *ensemble, hp_error *err) {
    HP_CALL(hp_ensemble_check_storage(file, err));
    HP_CALL(read_attributes(file, ensemble, err));
    HP_CALL(hp_ensemble_read_times(file, "/t", &ensemble->nt, &ensemble->t, err));
    return ensemble->geometry.kind == HP_GEOMETRY_CUBIC ? read_sites(file, &ensemble->geometry, err)
                                                        : read_distances(file, ensemble, err);
}

hp_status hp_ensemble_open_file(const char *path, hid_t *file, hp_error *err) {
    hp_status status = HP_OK;
    char reason[HP_HDF5_REASON];
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    *file = H5I_INVALID_HID;
    /* Nothing is written: no lock, which some parallel file systems refuse. Numbers as they are
     * asked for, not 64 kB around them, which other ranks read. */
    HP_CHECK(access >= 0 && H5Pset_file_locking(access, 0, 1) >= 0 &&
                 H5Pset_sieve_buf_size(access, 0) >= 0,
             HP_ERR_LIBRARY, "no access property list (%s)", hp_hdf5_reason(reason));
    *file = H5Fopen(path, H5F_ACC_RDONLY, access);
    HP_CHECK(*file >= 0, HP_ERR_INPUT, "truncated or not an HDF5 file (%s)",
             hp_hdf5_reason(reason));
cleanup:
    if (access >= 0) H5Pclose(access);
    return status;
}

hp_status hp_ensemble_describe(const char *path, hp_ensemble *ensemble, hp_error *err) {
    hp_status status = HP_OK;
    hid_t file = H5I_INVALID_HID;
    HP_TRY(hp_ensemble_open_file(path, &file, err));
    HP_TRY(check_format(file, ensemble, err));
    HP_TRY(hp_ensemble_read_frame(file, ensemble, err));
    bool several = ensemble->version == 2;
    HP_TRY(several ? read_components(file, ensemble, err) : read_sources(file, ensemble, err));
    HP_TRY(hp_ensemble_read_full(file, ensemble, err));
    if (several) HP_TRY(hp_ensemble_read_pairs(file, ensemble, err));
    HP_TRY(hp_ensemble_read_chain(file, ensemble, err));
cleanup:
    if (file >= 0) H5Fclose(file);
    return status;
}

void hp_ensemble_dataset_path(const hp_ensemble *ensemble, int source, const char *dataset,
                              char path[HP_DATASET_PATH_MAX]) {
    if (ensemble->field != NULL)
        hp_ensemble_field_path(ensemble, source, dataset, path);
    else
        snprintf(path, HP_DATASET_PATH_MAX, "/source/%s/%s", ensemble->source[source], dataset);
}
