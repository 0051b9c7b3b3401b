// SPDX-License-Identifier: GPL-3.0-or-later
/* Files of Hadrons and Grid (https://github.com/aportelli/Hadrons): name.TRAJECTORY.h5, in which a
 * module has a group, each of its results a group in it with attributes, or with a group `info`
 * that has them, and a dataset of complex numbers {re, im}; corr (T) of two-point functions. Waves
 * are complex datasets over the box. */
#include <stdio.h>
#include <string.h>
#include "hadpot/format.h"
#include "hadpot/memory.h"
#include "files_parts.h"

/* Axes that no job names: two-point functions have t, waves t unless it is in the name, then the
 * box in one or in three. */
static hp_status guess_axes(const hp_files_source *source, hp_entries *entries, hp_error *err) {
    const int rank = entries->numbers.rank, first = source->t_in_name ? 0 : 1;
    if (!hp_files_is_wave(source->quantity)) {
        entries->axis[0] = HP_ROLE_T;
        return HP_OK;
    }
    HP_REQUIRE(rank == first + 1 || rank == first + 3, HP_ERR_INPUT,
               "has %d axes, and %s.axes does not say what they are", rank, source->keys->section);
    if (first == 1) entries->axis[0] = HP_ROLE_T;
    bool box = rank == first + 3;
    for (int i = first; i < rank; i++)
        entries->axis[i] = box ? (hp_role)(HP_ROLE_Z - (i - first)) : HP_ROLE_SITE;
    return HP_OK;
}

static hp_status take_axes(const hp_files_source *source, hp_entries *entries, hp_error *err) {
    const hp_string_list *names = &source->keys->axes;
    const int rank = entries->numbers.rank;
    bool has[HP_NROLE] = {false};
    HP_REQUIRE(names->count == rank, HP_ERR_INPUT, "has %d axes, and hadrons.axes names %d", rank,
               names->count);
    for (int i = 0; i < rank; i++) {
        entries->axis[i] = hp_role_find(names->values[i]);
        has[entries->axis[i]] = true;
    }
    int nxyz = has[HP_ROLE_X] + has[HP_ROLE_Y] + has[HP_ROLE_Z];
    int places = (nxyz > 0) + has[HP_ROLE_SITE] + has[HP_ROLE_R];
    HP_REQUIRE(places == 1 && (nxyz == 0 || nxyz == 3), HP_ERR_INPUT,
               "hadrons.axes must have x, y and z, or site, or r");
    HP_REQUIRE(has[HP_ROLE_T] != source->t_in_name, HP_ERR_INPUT, "hadrons.axes: expected t %s",
               source->t_in_name ? "in the name alone" : "among them, or {t} in the name");
    return HP_OK;
}

static size_t length_of(const hp_entries *entries, hp_role role) {
    for (int i = 0; i < entries->numbers.rank; i++)
        if (entries->axis[i] == role) return entries->numbers.shape[i];
    return 0;
}

/* The extent of a box with an axis for each direction. */
static hp_status place_box(hp_entries *entries, hp_error *err) {
    size_t x = length_of(entries, HP_ROLE_X), y = length_of(entries, HP_ROLE_Y),
           z = length_of(entries, HP_ROLE_Z);
    HP_REQUIRE(x == y && y == z, HP_ERR_INPUT, "has a box of %zu x %zu x %zu, expected a cube", x,
               y, z);
    if (x > 0) entries->extent = (int)x;
    return HP_OK;
}

/* Where the sites of one axis are. */
static hp_status place_sites(const hp_files_source *source, hp_entries *entries, hp_error *err) {
    hp_status status = HP_OK;
    hp_sites sites = {0};
    size_t nsite = length_of(entries, HP_ROLE_SITE);
    if (nsite == 0) return HP_OK;
    HP_TRY(hp_sites_create_cubic(nsite, source->keys->extent, &sites, err));
    entries->extent = sites.geometry.extent;
    if (sites.kind == HP_SITES_BOX) goto cleanup;
    HP_NEW(entries->site, nsite);
    memcpy(entries->site, sites.geometry.site, nsite * sizeof *entries->site);
cleanup:
    hp_sites_destroy(&sites);
    return status;
}

/* Distances of the axis r. */
static hp_status place_distances(const hp_files_source *source, hid_t file, hp_entries *entries,
                                 hp_error *err) {
    hp_status status = HP_OK;
    hp_image_numbers r = {0};
    size_t n = length_of(entries, HP_ROLE_R);
    if (n == 0) return HP_OK;
    HP_CHECK(source->keys->r_dataset[0] != '\0', HP_ERR_INPUT,
             "hadrons.r_dataset must name the distances of the axis r");
    HP_TRY(hp_image_read(file, source->keys->r_dataset, &r, err));
    HP_CHECK(r.count == n, HP_ERR_INPUT, "dataset %s: has %zu distances, expected %zu",
             source->keys->r_dataset, r.count, n);
    HP_NEW(entries->r, n);
    for (size_t i = 0; i < n; i++) entries->r[i] = r.value[2 * i];
cleanup:
    hp_image_numbers_destroy(&r);
    return status;
}

static hp_status describe(const hp_files_source *source, hid_t file, hp_entries *entries,
                          hp_error *err) {
    const bool wave = hp_files_is_wave(source->quantity);
    const int rank = entries->numbers.rank;
    HP_REQUIRE(wave || (rank == 1 && !source->t_in_name), HP_ERR_INPUT,
               "has %d axes, expected one, t", rank);
    HP_CALL(wave && source->keys->axes.count > 0 ? take_axes(source, entries, err)
                                                 : guess_axes(source, entries, err));
    for (int i = 0; i < rank; i++) entries->has[entries->axis[i]] = true;
    entries->has[HP_ROLE_RE] = true;
    entries->has[HP_ROLE_IM] = entries->numbers.is_complex;
    entries->first_t = wave ? source->keys->first_t : 0;
    HP_REQUIRE(entries->first_t + (int)length_of(entries, HP_ROLE_T) < HP_TIMES, HP_ERR_INPUT,
               "has %zu times, expected less than %d", length_of(entries, HP_ROLE_T), HP_TIMES);
    HP_CALL(place_box(entries, err));
    HP_CALL(place_sites(source, entries, err));
    return place_distances(source, file, entries, err);
}

hp_status hp_hadrons_read(const hp_files_source *source, const void *bytes, size_t size,
                          hp_entries *entries, hp_error *err) {
    hp_status status = HP_OK;
    hid_t file = H5I_INVALID_HID;
    char path[HP_IMAGE_PATH];
    *entries = (hp_entries){0};
    HP_TRY(hp_image_open(bytes, size, &file, err));
    HP_TRY(hp_image_find(file, source->keys->dataset[source->quantity], path, err));
    HP_TRY(hp_image_read(file, path, &entries->numbers, err));
    entries->n = entries->numbers.count;
    HP_TRY_IN(describe(source, file, entries, err), "dataset %s", path);
cleanup:
    if (file >= 0) H5Fclose(file);
    if (status != HP_OK) hp_entries_destroy(entries);
    return status;
}
