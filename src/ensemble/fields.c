// SPDX-License-Identifier: GPL-3.0-or-later
/* Version 2: sources of waves, and their components as fields, which stand where the sources of
 * version 1 stand. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/hdf5_read.h"
#include "hadpot/memory.h"
#include "ensemble_private.h"

static const hp_ensemble_pair *pair_of(const hp_ensemble *ensemble, int component) {
    return &ensemble->pair[ensemble->component[component].pair];
}

/* "3D1" */
static const char *wave_of(const hp_ensemble *ensemble, int component) {
    return strchr(ensemble->component[component].name, ':') + 1;
}

void hp_ensemble_field_path(const hp_ensemble *ensemble, int source, const char *dataset,
                            char path[HP_DATASET_PATH_MAX]) {
    const hp_ensemble_field *field = &ensemble->field[source];
    const hp_ensemble_wave *wave = &ensemble->wave[field->wave];
    const char *pair = pair_of(ensemble, field->component)->name;
    const char *L = wave_of(ensemble, field->component);
    bool full = strncmp(dataset, "two_point_full", strlen("two_point_full")) == 0;
    if (strcmp(dataset, "configuration") == 0 || (full && wave->full_at_source))
        snprintf(path, HP_DATASET_PATH_MAX, "/source/%s/%s", wave->name, dataset);
    else if (strncmp(dataset, "two_point", strlen("two_point")) == 0)
        snprintf(path, HP_DATASET_PATH_MAX, "/source/%s/%s/%s", wave->name, pair, dataset);
    else
        snprintf(path, HP_DATASET_PATH_MAX, "/source/%s/%s/%s/%s", wave->name, pair, L,
                 field->laplacian ? "laplacian" : dataset);
}

/* The pair that a source makes. */
static hp_status read_source_pair(const hp_ensemble *ensemble, hid_t group, hp_ensemble_wave *wave,
                                  hp_error *err) {
    hp_status status = HP_OK;
    char *name = NULL;
    wave->pair = ensemble->npair == 1 ? 0 : -1;
    if (ensemble->npair == 1 && !hp_hdf5_has_attribute(group, "pair")) return HP_OK;
    HP_CHECK(hp_hdf5_has_attribute(group, "pair"), HP_ERR_INPUT,
             "attribute pair is missing, expected the pair of dataset /component that the source "
             "makes, or nothing for a source of none");
    HP_TRY(hp_hdf5_read_text(group, "pair", &name, err));
    wave->pair = hp_ensemble_find_pair(ensemble, name);
    HP_CHECK(wave->pair >= 0 || *name == '\0', HP_ERR_INPUT,
             "attribute pair is \"%.80s\", expected a pair of dataset /component, or nothing for a "
             "source of none",
             name);
cleanup:
    hp_free(name);
    return status;
}

/* Where two-point functions at all their times stand: with the pair, or, of the pair that the
 * source makes, with the source. */
static hp_status find_full(hid_t file, const hp_ensemble *ensemble, hp_ensemble_wave *wave,
                           hp_error *err) {
    char of_source[HP_DATASET_PATH_MAX], of_pair[HP_DATASET_PATH_MAX];
    for (int i = 1; i <= 2; i++) {
        snprintf(of_source, sizeof of_source, "/source/%s/two_point_full_%d", wave->name, i);
        if (!hp_hdf5_has_link(file, of_source)) continue;
        wave->full_at_source = true;
        HP_REQUIRE(wave->pair >= 0, HP_ERR_INPUT,
                   "dataset %s: the source is of none of the pairs, expected two-point functions "
                   "in /source/%s/PAIR",
                   of_source, wave->name);
        for (int k = 0; k < ensemble->npair; k++) {
            snprintf(of_pair, sizeof of_pair, "/source/%s/%s/two_point_full_%d", wave->name,
                     ensemble->pair[k].name, i);
            HP_REQUIRE(!hp_hdf5_has_link(file, of_pair), HP_ERR_INPUT,
                       "datasets %s and %s are both there, expected one", of_source, of_pair);
        }
    }
    return HP_OK;
}

/* Whether all that a source holds can be read by every rank. */
static hp_status check_storage(hid_t file, const hp_ensemble *ensemble, const char *wave,
                               hp_error *err) {
    char name[HP_DATASET_PATH_MAX];
    HP_CALL(hp_ensemble_check_source_storage(file, wave, err));
    for (int i = 0; i < ensemble->ncomponent; i++) {
        const char *pair = pair_of(ensemble, i)->name, *L = wave_of(ensemble, i);
        snprintf(name, sizeof name, "%s/%s", wave, pair);
        HP_CALL(hp_ensemble_check_source_storage(file, name, err));
        snprintf(name, sizeof name, "%s/%s/%s", wave, pair, L);
        HP_CALL(hp_ensemble_check_source_storage(file, name, err));
        snprintf(name, sizeof name, "/source/%s/%s/%s/laplacian", wave, pair, L);
        HP_CALL(hp_ensemble_check_path_storage(file, name, err));
    }
    return HP_OK;
}

/* The first component that a source lacks; -1: it has all. */
static int find_lacking(hid_t file, const hp_ensemble *ensemble, const char *wave) {
    char path[HP_DATASET_PATH_MAX];
    for (int i = 0; i < ensemble->ncomponent; i++) {
        snprintf(path, sizeof path, "/source/%s/%s/%s", wave, pair_of(ensemble, i)->name,
                 wave_of(ensemble, i));
        if (!hp_hdf5_has_link(file, path)) return i;
    }
    return -1;
}

/* One of the links in /source: a source of waves, if it has all components. */
static hp_status take_source(hid_t file, hp_ensemble *ensemble, const char *name, hp_error *err) {
    hp_status status = HP_OK;
    hp_ensemble_wave *wave = &ensemble->wave[ensemble->nwave];
    char path[HP_DATASET_PATH_MAX], reason[HP_HDF5_REASON];
    hid_t group = H5I_INVALID_HID;
    int lacking;
    HP_TRY(check_storage(file, ensemble, name, err));
    lacking = find_lacking(file, ensemble, name);
    if (lacking >= 0)
        return hp_ensemble_note(
            ensemble, err,
            "source '%.100s' has no component %s and is left out: of a source all components are "
            "needed",
            name, ensemble->component[lacking].name);
    snprintf(wave->name, sizeof wave->name, "%s", name);
    snprintf(path, sizeof path, "/source/%s", name);
    group = H5Gopen2(file, path, H5P_DEFAULT);
    HP_CHECK(group >= 0, HP_ERR_INPUT, "%s cannot be opened as a group (%s)", path,
             hp_hdf5_reason(reason));
    HP_TRY_IN(read_source_pair(ensemble, group, wave, err), "%s", path);
    HP_TRY(find_full(file, ensemble, wave, err));
    ensemble->nwave++;
cleanup:
    if (group >= 0) H5Gclose(group);
    return status;
}

static hp_status read_waves(hid_t file, hp_ensemble *ensemble, hp_error *err) {
    hp_status status = HP_OK;
    char **names = NULL;
    int n = 0;
    HP_TRY(hp_ensemble_list_sources(file, &n, &names, err));
    HP_NEW(ensemble->wave, n);
    for (int i = 0; i < n; i++) HP_TRY(take_source(file, ensemble, names[i], err));
    HP_CHECK(ensemble->nwave > 0, HP_ERR_INPUT,
             "group /source: no source has all components: source '%.100s' has no component %s",
             names[0], ensemble->component[find_lacking(file, ensemble, names[0])].name);
cleanup:
    for (int i = 0; i < n; i++) hp_free(names[i]);
    hp_free(names);
    return status;
}

/* 1/sqrt 2 for each of sink and source that is of identical hadrons. */
static double factor_of(const hp_ensemble *ensemble, int wave, int component) {
    int source = ensemble->wave[wave].pair;
    bool at_sink = pair_of(ensemble, component)->identical;
    bool at_source = source >= 0 && ensemble->pair[source].identical;
    return at_sink && at_source ? 0.5 : at_sink || at_source ? M_SQRT1_2 : 1.0;
}

/* What hadpot import has found of a component. */
static hp_status read_gauge(hid_t file, const char *field, double *value, hp_error *err) {
    hp_status status = HP_OK;
    char path[HP_DATASET_PATH_MAX + 8];
    snprintf(path, sizeof path, "/source/%s", field);
    hid_t group = H5Gopen2(file, path, H5P_DEFAULT);
    HP_CHECK(group >= 0, HP_ERR_INPUT, "%s cannot be opened as a group", path);
    *value = NAN;
    if (hp_hdf5_has_attribute(group, "imaginary_part"))
        HP_TRY_IN(hp_hdf5_read_number(group, "imaginary_part", HP_HDF5_REAL, value, err), "%s",
                  path);
cleanup:
    if (group >= 0) H5Gclose(group);
    return status;
}

static hp_status add_field(hid_t file, hp_ensemble *ensemble, hp_ensemble_field field,
                           hp_error *err) {
    char name[HP_DATASET_PATH_MAX];
    if (field.laplacian)
        field.imaginary_part = ensemble->field[ensemble->nsource - 1].imaginary_part;
    snprintf(name, sizeof name, "%s/%s/%s%s", ensemble->wave[field.wave].name,
             pair_of(ensemble, field.component)->name, wave_of(ensemble, field.component),
             field.laplacian ? "/laplacian" : "");
    if (!field.laplacian) HP_CALL(read_gauge(file, name, &field.imaginary_part, err));
    ensemble->field[ensemble->nsource] = field;
    ensemble->source[ensemble->nsource] = hp_copy_string(name);
    HP_REQUIRE(ensemble->source[ensemble->nsource++] != NULL, HP_ERR_MEMORY,
               "no memory for a string");
    return HP_OK;
}

hp_status hp_ensemble_read_fields(hid_t file, hp_ensemble *ensemble, hp_error *err) {
    HP_CALL(read_waves(file, ensemble, err));
    size_t most = 2 * (size_t)ensemble->nwave * (size_t)ensemble->ncomponent;
    HP_ALLOCATE(ensemble->field, most);
    HP_ALLOCATE(ensemble->source, most);
    HP_ALLOCATE(ensemble->has_ratio, most);
    for (int w = 0; w < ensemble->nwave; w++)
        for (int c = 0; c < ensemble->ncomponent; c++) {
            double factor = factor_of(ensemble, w, c);
            HP_CALL(add_field(file, ensemble, (hp_ensemble_field){w, c, false, factor, NAN}, err));
            if (ensemble->component[c].l > 0)
                HP_CALL(
                    add_field(file, ensemble, (hp_ensemble_field){w, c, true, factor, NAN}, err));
        }
    return HP_OK;
}
