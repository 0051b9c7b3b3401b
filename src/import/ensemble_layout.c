// SPDX-License-Identifier: GPL-3.0-or-later
/* Axes and attributes of parts of an ensemble, whose numbers may be complex (SPEC 2). */
#include <stdio.h>
#include "hadpot/hdf5_read.h"
#include "hadpot/memory.h"
#include "ensemble_parts.h"
#include "sites.h"

void hp_part_layout_destroy(hp_part_layout *layout) {
    hp_free(layout->r);
    hp_free(layout->number);
    *layout = (hp_part_layout){0};
}

static hp_status read_attributes(hid_t file, hp_part_layout *layout, hp_error *err) {
    /* in the order of their enumerations; a format has one word */
    static const char *const formats[] = {"hadpot-ensemble", "hadpot-ensemble"};
    static const char *const samplings[] = {"configuration", "jackknife"};
    static const char *const geometries[] = {"cubic", "radial"};
    const struct {
        const char *name;
        double *value;
    } numbers[] = {{"inverse_spacing_mev", &layout->inverse_spacing_mev},
                   {"mass_1", &layout->mass[0]},
                   {"mass_2", &layout->mass[1]},
                   {"mass_1_error", &layout->mass_error[0]},
                   {"mass_2_error", &layout->mass_error[1]}};
    int of = 0, sampling = 0, kind = 0;
    HP_CALL(hp_hdf5_read_word(file, "format", formats, &of, err));
    HP_CALL(hp_hdf5_read_number(file, "version", HP_HDF5_INTEGER, &layout->version, err));
    HP_REQUIRE(layout->version == 1 || layout->version == 2, HP_ERR_INPUT,
               "attribute version is %d, expected 1 or 2", layout->version);
    HP_CALL(hp_hdf5_read_word(file, "sampling", samplings, &sampling, err));
    HP_CALL(hp_hdf5_read_word(file, "geometry", geometries, &kind, err));
    layout->sampling = (hp_sampling)sampling;
    layout->kind = (hp_geometry_kind)kind;
    if (layout->kind == HP_GEOMETRY_CUBIC)
        HP_CALL(hp_hdf5_read_number(file, "extent", HP_HDF5_INTEGER, &layout->extent, err));
    if (hp_hdf5_has_attribute(file, "temporal_extent"))
        HP_CALL(hp_hdf5_read_number(file, "temporal_extent", HP_HDF5_INTEGER,
                                    &layout->temporal_extent, err));
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (hp_hdf5_has_attribute(file, numbers[i].name))
            HP_CALL(
                hp_hdf5_read_number(file, numbers[i].name, HP_HDF5_REAL, numbers[i].value, err));
    return HP_OK;
}

/* Consecutive times. */
static hp_status read_times(hid_t file, const char *path, int *first, int *n, hp_error *err) {
    hp_status status = HP_OK;
    int *t = NULL;
    hsize_t shape[] = {0};
    HP_TRY(hp_hdf5_read_integers(file, path, 1, shape, &t, err));
    *first = t[0];
    *n = (int)shape[0];
    for (int i = 1; i < *n; i++)
        HP_CHECK(t[i] == t[i - 1] + 1, HP_ERR_INPUT,
                 "dataset %s: %d follows %d, expected consecutive times", path, t[i], t[i - 1]);
cleanup:
    hp_free(t);
    return status;
}

/* Sites in the order of ensembles, or distances. */
static hp_status read_places(hid_t file, hp_part_layout *layout, hp_error *err) {
    hp_status status = HP_OK;
    int *site = NULL;
    hsize_t shape[] = {0, 3};
    if (layout->kind == HP_GEOMETRY_RADIAL) {
        HP_TRY(hp_hdf5_read_reals(file, "/r", 1, shape, &layout->r, err));
        layout->npoint = (int)shape[0];
        return HP_OK;
    }
    HP_TRY(hp_geometry_count_orbits(layout->extent, &layout->npoint, err));
    shape[0] = (hsize_t)layout->npoint;
    HP_TRY(hp_hdf5_read_integers(file, "/site", 2, shape, &site, err));
    for (int p = 0; p < layout->npoint; p++) {
        const int *c = site + (ptrdiff_t)3 * p;
        bool inside = c[0] >= c[1] && c[1] >= c[2] && c[2] >= 0 && c[0] <= layout->extent / 2;
        HP_CHECK(inside && hp_geometry_find_point(layout->extent, c) == p, HP_ERR_INPUT,
                 "dataset /site: row %d is (%d, %d, %d), expected L/2 >= x >= y >= z >= 0 in "
                 "ascending order",
                 p, c[0], c[1], c[2]);
    }
cleanup:
    hp_free(site);
    return status;
}

/* Rows: as many as the first dataset of any source has. */
static hp_status read_rows(hid_t file, hp_part_layout *layout, hp_error *err) {
    static const char *const waves[] = {"four_point", "R"};
    char path[HP_IMPORT_NAME + 16], first[HP_IMPORT_NAME];
    hsize_t shape[3] = {0};
    H5G_info_t info = {.nlinks = 0};
    hid_t group = hp_hdf5_has_link(file, "/source") ? H5Gopen2(file, "/source", H5P_DEFAULT) : -1;
    HP_REQUIRE(group >= 0, HP_ERR_INPUT, "group /source is missing");
    bool counted = H5Gget_info(group, &info) >= 0;
    layout->nsource = (int)info.nlinks;
    H5Gclose(group);
    HP_REQUIRE(counted, HP_ERR_INPUT, "group /source cannot be read");
    HP_CALL(hp_part_first_wave(file, layout->version, first, err));
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", first, waves[i]);
        hid_t dataset = hp_hdf5_has_link(file, path) ? H5Dopen2(file, path, H5P_DEFAULT) : -1;
        hid_t space = dataset >= 0 ? H5Dget_space(dataset) : -1;
        bool read = space >= 0 && H5Sget_simple_extent_ndims(space) == 3 &&
                    H5Sget_simple_extent_dims(space, shape, NULL) == 3;
        if (space >= 0) H5Sclose(space);
        if (dataset >= 0) H5Dclose(dataset);
        if (read) break;
    }
    HP_REQUIRE(shape[0] > 0, HP_ERR_INPUT,
               "%s has no four_point and no R of shape (rows, times, points)", first);
    layout->nrow = (int)shape[0];
    if (layout->version == 2)
        HP_CALL(hp_part_components(file, layout->nsource, &layout->components, err));
    return HP_OK;
}

/* The stream of all rows: a part of an import goes into one. */
static hp_status read_stream(hid_t file, hp_part_layout *layout, hp_error *err) {
    int *stream = NULL, other = 0;
    hsize_t shape[] = {(hsize_t)layout->nrow};
    hp_status status = hp_hdf5_read_integers(file, "/stream", 1, shape, &stream, err);
    if (status == HP_OK) {
        layout->has_stream = true;
        layout->stream = other = stream[0];
        for (int i = 1; i < layout->nrow && other == layout->stream; i++) other = stream[i];
    }
    hp_free(stream);
    HP_CALL(status);
    HP_REQUIRE(other == layout->stream, HP_ERR_INPUT,
               "dataset /stream: has streams %d and %d, expected a file for each: parts are of one "
               "stream",
               layout->stream, other);
    return HP_OK;
}

hp_status hp_part_layout_read(hid_t file, hp_part_layout *layout, hp_error *err) {
    *layout = (hp_part_layout){.nrow = 0};
    HP_CALL(read_attributes(file, layout, err));
    HP_CALL(read_times(file, "/t", &layout->first_t, &layout->nt, err));
    if (hp_hdf5_has_link(file, "/two_point_t"))
        HP_CALL(read_times(file, "/two_point_t", &layout->first_full, &layout->nt_full, err));
    HP_CALL(read_places(file, layout, err));
    HP_CALL(read_rows(file, layout, err));
    hsize_t shape[] = {(hsize_t)layout->nrow};
    if (hp_hdf5_has_link(file, "/configuration"))
        HP_CALL(hp_hdf5_read_integers(file, "/configuration", 1, shape, &layout->number, err));
    return hp_hdf5_has_link(file, "/stream") ? read_stream(file, layout, err) : HP_OK;
}

hp_status hp_part_layout_compare(const hp_part_layout *first, const hp_part_layout *layout,
                                 hp_error *err) {
    const hp_part_layout *a = first, *b = layout;
    const struct {
        const char *what;
        double first, other;
    } numbers[] = {{"version", a->version, b->version},
                   {"sampling (0: configuration, 1: jackknife)", a->sampling, b->sampling},
                   {"geometry (0: cubic, 1: radial)", a->kind, b->kind},
                   {"extent", a->extent, b->extent},
                   {"points", a->npoint, b->npoint},
                   {"first time", a->first_t, b->first_t},
                   {"number of times", a->nt, b->nt},
                   {"first time of two-point functions", a->first_full, b->first_full},
                   {"number of times of two-point functions", a->nt_full, b->nt_full},
                   {"temporal_extent", a->temporal_extent, b->temporal_extent},
                   {"number of sources", a->nsource, b->nsource},
                   {"having /stream (0: no, 1: yes)", a->has_stream, b->has_stream},
                   {"the checksum of components, pairs and attributes pair of sources",
                    a->components, b->components},
                   {"inverse_spacing_mev", a->inverse_spacing_mev, b->inverse_spacing_mev},
                   {"mass_1", a->mass[0], b->mass[0]},
                   {"mass_2", a->mass[1], b->mass[1]}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        HP_REQUIRE(numbers[i].first == numbers[i].other, HP_ERR_INPUT,
                   "%s is %.15g, expected %.15g as in the first file", numbers[i].what,
                   numbers[i].other, numbers[i].first);
    for (int i = 0; a->r != NULL && i < a->npoint; i++)
        HP_REQUIRE(a->r[i] == b->r[i], HP_ERR_INPUT,
                   "dataset /r: r[%d] = %.15g, expected %.15g as in the first file", i, b->r[i],
                   a->r[i]);
    return HP_OK;
}
