// SPDX-License-Identifier: GPL-3.0-or-later
/* Where the datasets of a part of an ensemble stand: with each source in version 1, with source,
 * pair and component in version 2. */
#include <stdio.h>
#include <string.h>
#include <zlib.h>
#include "hadpot/hdf5_read.h"
#include "hadpot/memory.h"
#include "ensemble_parts.h"

enum { NAME = 64, SOURCE = HP_IMPORT_NAME / 2 }; /* of components; of sources */

/* What version 2 has besides sources. */
typedef struct components {
    int n;
    char *text; /* (n, NAME) "XX:3D1" */
} components;

static const char *component_of(const components *of, int i) {
    return of->text + (ptrdiff_t)i * NAME;
}

static hp_status read_components(hid_t file, components *of, hp_error *err) {
    HP_CALL(hp_hdf5_read_texts(file, "/component", NAME, &of->n, &of->text, err));
    for (int i = 0; i < of->n; i++) {
        const char *colon = strchr(component_of(of, i), ':');
        HP_REQUIRE(colon != NULL && strlen(colon) > 3, HP_ERR_INPUT,
                   "dataset /component: \"%.80s\", expected PAIR:2S+1LJ, such as XX:3D1",
                   component_of(of, i));
    }
    return HP_OK;
}

/* Name of link i of a group. */
static bool name_of(hid_t file, const char *path, int i, char name[SOURCE]) {
    hid_t group = hp_hdf5_has_link(file, path) ? H5Gopen2(file, path, H5P_DEFAULT) : -1;
    H5G_info_t info = {.nlinks = 0};
    bool there = group >= 0 && H5Gget_info(group, &info) >= 0 && (hsize_t)i < info.nlinks;
    ssize_t length = there ? H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, (hsize_t)i,
                                                name, SOURCE, H5P_DEFAULT)
                           : -1;
    if (group >= 0) H5Gclose(group);
    return length > 0 && length < SOURCE;
}

static void add_place(hp_part_places *to, unsigned kinds, unsigned needs, const char *group) {
    hp_part_place *place = &to->place[to->n++];
    *place = (hp_part_place){.kinds = kinds, .needs = needs};
    snprintf(place->group, sizeof place->group, "%s", group);
}

/* "/source/NAME/PAIR/L", or up to PAIR. */
static void group_of(const char *source, const char *component, bool whole,
                     char group[HP_IMPORT_NAME]) {
    int pair = (int)strcspn(component, ":");
    snprintf(group, HP_IMPORT_NAME, "/source/%s/%.*s%s%s", source, pair, component,
             whole ? "/" : "", whole ? component + pair + 1 : "");
}

static bool has(hid_t file, const char *group, const char *dataset) {
    char path[HP_IMPORT_NAME + 32];
    snprintf(path, sizeof path, "%s/%s", group, dataset);
    return hp_hdf5_has_link(file, path);
}

/* Groups of one source of waves that has all components. */
static void add_wave(hid_t file, const components *of, const char *source, hp_part_places *to) {
    char group[HP_IMPORT_NAME];
    snprintf(group, sizeof group, "/source/%s", source);
    add_place(to, HP_PART_FULL, 0, group);
    for (int i = 0; i < of->n; i++) {
        const char *name = component_of(of, i), *L = strchr(name, ':') + 1;
        unsigned laplacian = L[1] != 'S' ? HP_PART_LAPLACIAN : 0;
        group_of(source, name, true, group);
        bool ratio = has(file, group, "R"), new = true;
        add_place(to, HP_PART_WAVE | HP_PART_TWO_BARYON | laplacian, HP_PART_WAVE | laplacian,
                  group);
        group_of(source, name, false, group);
        for (int k = 0; k < to->n; k++) {
            if (strcmp(to->place[k].group, group) != 0) continue;
            new = false;
            if (!ratio) to->place[k].kinds |= HP_PART_TWO_POINT;
            if (!ratio) to->place[k].needs |= HP_PART_TWO_POINT;
        }
        unsigned two_point = ratio ? 0 : HP_PART_TWO_POINT;
        if (new) add_place(to, HP_PART_FULL | two_point, two_point, group);
    }
}

static bool has_all(hid_t file, const components *of, const char *source, int *lacks) {
    char group[HP_IMPORT_NAME];
    for (*lacks = 0; *lacks < of->n; ++*lacks) {
        group_of(source, component_of(of, *lacks), true, group);
        if (!hp_hdf5_has_link(file, group)) return false;
    }
    return true;
}

hp_status hp_part_places_find(hid_t file, const hp_part_layout *layout, hp_part_places *to,
                              hp_error *err) {
    hp_status status = HP_OK;
    components of = {0};
    char name[SOURCE], group[HP_IMPORT_NAME];
    int lacks = 0;
    if (layout->version == 2) HP_TRY(read_components(file, &of, err));
    HP_NEW(to->place, (size_t)layout->nsource * (2 * (size_t)of.n + 1));
    for (int s = 0; s < layout->nsource; s++) {
        HP_CHECK(name_of(file, "/source", s, name), HP_ERR_INPUT, "source %d has too long a name",
                 s);
        snprintf(group, sizeof group, "/source/%s", name);
        if (layout->version == 1)
            add_place(to, ~(unsigned)HP_PART_LAPLACIAN, HP_PART_WAVE, group);
        else if (has_all(file, &of, name, &lacks))
            add_wave(file, &of, name, to);
        else
            HP_CHECK(false, HP_ERR_INPUT,
                     "source '%s' has no component %s, expected all of them in a part", name,
                     component_of(&of, lacks));
    }
cleanup:
    hp_free(of.text);
    return status;
}

hp_status hp_part_first_wave(hid_t file, int version, char path[HP_IMPORT_NAME], hp_error *err) {
    hp_status status = HP_OK;
    components of = {0};
    char name[SOURCE];
    HP_CHECK(name_of(file, "/source", 0, name), HP_ERR_INPUT, "group /source holds no source");
    if (version == 2) HP_TRY(read_components(file, &of, err));
    snprintf(path, HP_IMPORT_NAME, "/source/%s", name);
    if (version == 2) group_of(name, component_of(&of, 0), true, path);
cleanup:
    hp_free(of.text);
    return status;
}

/* Attributes of a pair, 0 where there is none, into a checksum. */
static hp_status add_pair(hid_t file, const char *name, uint32_t *crc, hp_error *err) {
    static const char *const names[] = {"mass_1",   "mass_2",   "mass_1_error", "mass_2_error",
                                        "charge_1", "charge_2", "identical",    "sqrt_z"};
    hp_status status = HP_OK;
    char path[NAME + 8];
    double value[sizeof names / sizeof *names] = {0.0};
    snprintf(path, sizeof path, "/pair/%.*s", (int)strcspn(name, ":"), name);
    HP_REQUIRE(hp_hdf5_has_link(file, path), HP_ERR_INPUT, "group %s of component %s is missing",
               path, name);
    hid_t group = H5Gopen2(file, path, H5P_DEFAULT);
    for (size_t i = 0; i < sizeof names / sizeof *names && status == HP_OK; i++)
        if (hp_hdf5_has_attribute(group, names[i]))
            status = hp_hdf5_read_number(group, names[i], HP_HDF5_REAL, &value[i], err);
    if (group >= 0) H5Gclose(group);
    *crc = (uint32_t)crc32_z(*crc, (const unsigned char *)value, sizeof value);
    return status;
}

/* Which pair a source makes. */
static hp_status add_source(hid_t file, int i, uint32_t *crc, hp_error *err) {
    hp_status status = HP_OK;
    char name[SOURCE], path[HP_IMPORT_NAME], *pair = NULL;
    if (!name_of(file, "/source", i, name)) return HP_OK;
    snprintf(path, sizeof path, "/source/%s", name);
    hid_t group = H5Gopen2(file, path, H5P_DEFAULT);
    if (hp_hdf5_has_attribute(group, "pair")) status = hp_hdf5_read_text(group, "pair", &pair, err);
    if (group >= 0) H5Gclose(group);
    if (pair != NULL) *crc = (uint32_t)crc32_z(*crc, (const unsigned char *)pair, strlen(pair) + 1);
    hp_free(pair);
    return status;
}

hp_status hp_part_components(hid_t file, int nsource, uint32_t *crc, hp_error *err) {
    hp_status status = HP_OK;
    components of = {0};
    *crc = 0;
    HP_TRY(read_components(file, &of, err));
    *crc = (uint32_t)crc32_z(0, (const unsigned char *)of.text, (size_t)of.n * NAME);
    for (int i = 0; i < of.n; i++) HP_TRY(add_pair(file, component_of(&of, i), crc, err));
    for (int i = 0; i < nsource; i++) HP_TRY(add_source(file, i, crc, err));
cleanup:
    hp_free(of.text);
    return status;
}
