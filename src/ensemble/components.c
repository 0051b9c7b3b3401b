// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/components.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/hdf5_read.h"
#include "hadpot/memory.h"
#include "hadpot/units.h"
#include "ensemble_private.h"

enum { WORD = 96, PATH = HP_DATASET_PATH_MAX + 2 * WORD, MOST_COMPONENTS = 64 };

typedef struct component {
    char pair[WORD], wave[WORD]; /* "XX", "3D1" */
    int l;
} component;

/* A file in work. */
typedef struct components {
    hid_t file;
    hp_ensemble of; /* what both versions have */
    component component[MOST_COMPONENTS];
    int n;
} components;

int hp_components_version(const char *path) {
    int version = 0;
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0) return 0;
    if (hp_hdf5_read_number(file, "version", HP_HDF5_INTEGER, &version, NULL) != HP_OK) version = 0;
    H5Fclose(file);
    return version;
}

/* "XX:3D1": pair, 2S+1, l as S, P, D, F, G, and J. */
static hp_status parse_component(const char *text, component *to, hp_error *err) {
    static const char letters[] = "SPDFG";
    const char *colon = strchr(text, ':'), *letter = NULL;
    bool good = colon != NULL && colon > text && colon - text < WORD && strlen(colon) == 4;
    if (good) letter = strchr(letters, colon[2]);
    good = good && letter != NULL && isdigit((unsigned char)colon[1]) &&
           isdigit((unsigned char)colon[3]);
    HP_REQUIRE(good, HP_ERR_INPUT,
               "dataset /component: \"%.80s\", expected PAIR:2S+1LJ, such as XX:3D1", text);
    snprintf(to->pair, sizeof to->pair, "%.*s", (int)(colon - text), text);
    snprintf(to->wave, sizeof to->wave, "%s", colon + 1);
    to->l = (int)(letter - letters);
    return HP_OK;
}

/* Strings of both kinds, stored in place or of variable length. */
static hp_status read_component(hid_t set, hid_t type, int i, char text[2 * WORD], hp_error *err) {
    hp_status status = HP_OK;
    hsize_t start = (hsize_t)i, one = 1;
    char *variable = NULL, fixed[2 * WORD] = "";
    hid_t space = H5Dget_space(set), memory = H5Screate_simple(1, &one, NULL);
    bool is_variable = H5Tis_variable_str(type) > 0;
    HP_CHECK(is_variable || H5Tget_size(type) < sizeof fixed, HP_ERR_INPUT,
             "dataset /component: strings of %zu bytes, expected at most %zu", H5Tget_size(type),
             sizeof fixed - 1);
    HP_CHECK(H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &one, NULL) >= 0 &&
                 H5Dread(set, type, memory, space, H5P_DEFAULT,
                         is_variable ? (void *)&variable : (void *)fixed) >= 0,
             HP_ERR_INPUT, "dataset /component cannot be read");
    snprintf(text, (size_t)2 * WORD, "%s",
             is_variable ? (variable != NULL ? variable : "") : fixed);
cleanup:
    if (variable != NULL) H5free_memory(variable);
    if (memory >= 0) H5Sclose(memory);
    if (space >= 0) H5Sclose(space);
    return status;
}

static hp_status read_components(components *work, hp_error *err) {
    hp_status status = HP_OK;
    hsize_t shape[] = {0};
    hid_t set = H5I_INVALID_HID, type = H5I_INVALID_HID;
    HP_TRY(hp_hdf5_open_dataset(work->file, "/component", HP_HDF5_TEXT, 1, shape, &set, err));
    HP_CHECK(shape[0] <= MOST_COMPONENTS, HP_ERR_INPUT,
             "dataset /component: %d components, expected at most %d", (int)shape[0],
             MOST_COMPONENTS);
    type = H5Dget_type(set);
    for (work->n = 0; work->n < (int)shape[0]; work->n++) {
        char text[2 * WORD], pair[2 * WORD];
        HP_TRY(read_component(set, type, work->n, text, err));
        component *new = &work->component[work->n];
        HP_TRY(parse_component(text, new, err));
        for (int i = 0; i < work->n; i++)
            HP_CHECK(strcmp(work->component[i].pair, new->pair) != 0 ||
                         strcmp(work->component[i].wave, new->wave) != 0,
                     HP_ERR_INPUT, "dataset /component: %s is there twice", text);
        snprintf(pair, sizeof pair, "/pair/%s", new->pair);
        HP_CHECK(hp_hdf5_has_link(work->file, pair), HP_ERR_INPUT,
                 "group %s of component %s is missing", pair, text);
    }
cleanup:
    if (type >= 0) H5Tclose(type);
    if (set >= 0) H5Dclose(set);
    return status;
}

/* Shape and numbers of a dataset with a row for each sample; `rank` 3: waves, 2: of ntime times, or
 * of at most nt_full where ntime is 0. */
static hp_status check_numbers(components *work, const char *path, int rank, int ntime,
                               hp_error *err) {
    hp_status status = HP_OK;
    hp_ensemble *of = &work->of;
    double *row = NULL;
    hsize_t shape[] = {(hsize_t)of->nsample, (hsize_t)ntime, (hsize_t)of->geometry.npoint};
    hid_t set = H5I_INVALID_HID, space = H5I_INVALID_HID, memory = H5I_INVALID_HID;
    HP_TRY(hp_hdf5_open_dataset(work->file, path, HP_HDF5_REAL, rank, shape, &set, err));
    of->nsample = (int)shape[0];
    HP_CHECK(ntime > 0 || shape[1] <= (hsize_t)of->nt_full, HP_ERR_INPUT,
             "dataset %s has %d times, expected at most the %d of /two_point_t", path,
             (int)shape[1], of->nt_full);
    hsize_t start[3] = {0}, count[] = {1, shape[1], shape[2]}, length = shape[1];
    if (rank == 3) length *= shape[2];
    HP_NEW(row, length);
    space = H5Dget_space(set);
    memory = H5Screate_simple(1, &length, NULL);
    for (start[0] = 0; start[0] < shape[0]; start[0]++) {
        HP_CHECK(H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
                     H5Dread(set, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, row) >= 0,
                 HP_ERR_INPUT, "dataset %s: row %d cannot be read", path, (int)start[0]);
        for (hsize_t i = 0; i < length; i++)
            HP_CHECK(isfinite(row[i]), HP_ERR_INPUT,
                     "dataset %s: number %d of row %d is not finite", path, (int)i, (int)start[0]);
    }
cleanup:
    if (memory >= 0) H5Sclose(memory);
    if (space >= 0) H5Sclose(space);
    if (set >= 0) H5Dclose(set);
    hp_free(row);
    return status;
}

/* Two-point functions of a pair beside its four-point functions, and those at all their times. */
static hp_status check_two_points(components *work, const char *group, hp_error *err) {
    for (int i = 1; i <= 4; i++) {
        char path[PATH + WORD];
        bool full = i > 2;
        snprintf(path, sizeof path, "%s/two_point%s_%d", group, full ? "_full" : "",
                 full ? i - 2 : i);
        if (full && !hp_hdf5_has_link(work->file, path)) continue;
        HP_REQUIRE(!full || work->of.nt_full > 0, HP_ERR_INPUT,
                   "dataset %s has no times: dataset /two_point_t is missing", path);
        HP_CALL(check_numbers(work, path, 2, full ? work->of.nt_full : work->of.nt, err));
    }
    return HP_OK;
}

static hp_status check_component(components *work, const char *source, const component *of,
                                 hp_error *err) {
    char pair[PATH], group[PATH + WORD], path[PATH + 2 * WORD];
    snprintf(pair, sizeof pair, "/source/%s/%s", source, of->pair);
    snprintf(group, sizeof group, "%s/%s", pair, of->wave);
    snprintf(path, sizeof path, "%s/R", group);
    bool has_ratio = hp_hdf5_has_link(work->file, path);
    if (has_ratio) HP_CALL(check_numbers(work, path, 3, work->of.nt, err));
    snprintf(path, sizeof path, "%s/four_point", group);
    bool has_four = hp_hdf5_has_link(work->file, path);
    HP_REQUIRE(has_ratio != has_four, HP_ERR_INPUT, "%s holds %s R %s four_point, expected one",
               group, has_ratio ? "both" : "neither", has_ratio ? "and" : "nor");
    if (has_four) HP_CALL(check_numbers(work, path, 3, work->of.nt, err));
    if (has_four) HP_CALL(check_two_points(work, pair, err));
    snprintf(path, sizeof path, "%s/two_baryon", group);
    if (work->of.nt_full > 0 && hp_hdf5_has_link(work->file, path))
        HP_CALL(check_numbers(work, path, 2, 0, err)); /* may end early */
    if (of->l == 0) return HP_OK;
    snprintf(path, sizeof path, "%s/laplacian", group);
    return check_numbers(work, path, 3, work->of.nt, err);
}

/* A source has every component. */
static hp_status check_sources(components *work, FILE *out, hp_error *err) {
    hp_status status = HP_OK;
    H5G_info_t info;
    char name[HP_SOURCE_NAME_MAX + 1];
    hid_t group = hp_hdf5_has_link(work->file, "/source")
                      ? H5Gopen2(work->file, "/source", H5P_DEFAULT)
                      : H5I_INVALID_HID;
    HP_CHECK(group >= 0 && H5Gget_info(group, &info) >= 0 && info.nlinks > 0, HP_ERR_INPUT,
             "group /source is missing or holds no source");
    for (hsize_t s = 0; s < info.nlinks; s++) {
        ssize_t length = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, s, name,
                                            sizeof name, H5P_DEFAULT);
        HP_CHECK(length > 0 && length <= HP_SOURCE_NAME_MAX, HP_ERR_INPUT,
                 "group /source: name of source %d cannot be read", (int)s);
        for (int i = 0; i < work->n; i++)
            HP_TRY(check_component(work, name, &work->component[i], err));
        fprintf(out, "source      %s: all components\n", name);
    }
cleanup:
    if (group >= 0) H5Gclose(group);
    return status;
}

/* A number that a pair may have. */
static hp_status read_of_pair(hid_t pair, const char *name, hp_hdf5_kind kind, void *value,
                              hp_error *err) {
    return hp_hdf5_has_attribute(pair, name) ? hp_hdf5_read_number(pair, name, kind, value, err)
                                             : HP_OK;
}

static hp_status print_pair(components *work, const char *name, FILE *out, hp_error *err) {
    hp_status status = HP_OK;
    char path[2 * WORD];
    double mass[] = {NAN, NAN}, mev = work->of.inverse_spacing_mev;
    int identical = 0, charge[] = {0, 0};
    snprintf(path, sizeof path, "/pair/%s", name);
    hid_t pair = H5Gopen2(work->file, path, H5P_DEFAULT);
    HP_CHECK(pair >= 0, HP_ERR_INPUT, "group %s cannot be opened", path);
    HP_TRY_IN(read_of_pair(pair, "mass_1", HP_HDF5_REAL, &mass[0], err), "%s", path);
    HP_TRY_IN(read_of_pair(pair, "mass_2", HP_HDF5_REAL, &mass[1], err), "%s", path);
    HP_TRY_IN(read_of_pair(pair, "identical", HP_HDF5_INTEGER, &identical, err), "%s", path);
    HP_TRY_IN(read_of_pair(pair, "charge_1", HP_HDF5_INTEGER, &charge[0], err), "%s", path);
    HP_TRY_IN(read_of_pair(pair, "charge_2", HP_HDF5_INTEGER, &charge[1], err), "%s", path);
    HP_CHECK(isnan(mass[0]) == isnan(mass[1]) && !(mass[0] <= 0) && !(mass[1] <= 0), HP_ERR_INPUT,
             "%s: attributes mass_1 and mass_2 are %g and %g, expected two positive numbers", path,
             mass[0], mass[1]);
    HP_CHECK(identical == 0 || identical == 1, HP_ERR_INPUT,
             "%s: attribute identical is %d, expected 0 or 1", path, identical);
    HP_CHECK(mass[0] > 0 || work->of.nt_full > 0, HP_ERR_INPUT,
             "%s: attribute mass_1 is missing, and there is no /two_point_t from which it could "
             "come",
             path);
    fprintf(out, "pair        %s: %s hadrons", name, identical ? "identical" : "different");
    if (mass[0] > 0)
        fprintf(out, " of masses %g, %g (%.2f, %.2f MeV)", mass[0], mass[1], mass[0] * mev,
                mass[1] * mev);
    fprintf(out, "%s, charges %d, %d\n", mass[0] > 0 ? "" : ", masses from two-point functions",
            charge[0], charge[1]);
cleanup:
    if (pair >= 0) H5Gclose(pair);
    return status;
}

static hp_status print_pairs(components *work, FILE *out, hp_error *err) {
    for (int i = 0; i < work->n; i++) {
        bool known = false;
        for (int k = 0; k < i; k++)
            known |= strcmp(work->component[k].pair, work->component[i].pair) == 0;
        if (!known) HP_CALL(print_pair(work, work->component[i].pair, out, err));
    }
    fputs("components  ", out);
    for (int i = 0; i < work->n; i++)
        fprintf(out, "%s%s:%s", i > 0 ? ", " : "", work->component[i].pair,
                work->component[i].wave);
    fputs("\n", out);
    return HP_OK;
}

static void print_common(const components *work, const char *path, FILE *out) {
    const hp_ensemble *of = &work->of;
    double fm = hp_spacing_fm(of->inverse_spacing_mev);
    fprintf(out, "file        %s\nversion     2: several components\nchannel     %s\n", path,
            of->channel);
    if (of->geometry.kind == HP_GEOMETRY_CUBIC)
        fprintf(out, "geometry    cubic, L = %d (%.3f fm), %d A1 orbits\n", of->geometry.extent,
                of->geometry.extent * fm, of->geometry.npoint);
    else
        fprintf(out, "geometry    radial, %d points\n", of->geometry.npoint);
    fprintf(out, "1/a         %g MeV (a = %.5f fm)\ntimes       %d ... %d\n",
            of->inverse_spacing_mev, fm, of->t[0], of->t[of->nt - 1]);
    if (of->nt_full > 0)
        fprintf(out, "two-point t %d ... %d\n", of->t_full[0], of->t_full[of->nt_full - 1]);
}

static void print_words(const hp_ensemble *of, FILE *out) {
    fprintf(out, "rows        %d %s\n", of->nsample,
            of->sampling == HP_SAMPLING_JACKKNIFE ? "jackknife samples" : "configurations");
    if (*of->average != '\0') fprintf(out, "each row    average of %s\n", of->average);
    fprintf(out, "provenance  %s\n", of->provenance);
    for (const char *line = of->notes; *line != '\0';) {
        int length = (int)strcspn(line, "\n");
        fprintf(out, "note        %.*s\n", length, line);
        line += length + (line[length] == '\n');
    }
}

static hp_status describe(components *work, const char *path, FILE *out, hp_error *err) {
    hp_ensemble *of = &work->of;
    work->file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    HP_REQUIRE(work->file >= 0, HP_ERR_INPUT, "truncated or not an HDF5 file");
    HP_CALL(hp_ensemble_read_frame(work->file, of, err));
    if (hp_hdf5_has_link(work->file, "/two_point_t"))
        HP_CALL(hp_ensemble_read_times(work->file, "/two_point_t", &of->nt_full, &of->t_full, err));
    HP_CALL(read_components(work, err));
    print_common(work, path, out);
    HP_CALL(print_pairs(work, out, err));
    HP_CALL(check_sources(work, out, err));
    HP_CALL(hp_ensemble_read_chain(work->file, of, err));
    print_words(of, out);
    return HP_OK;
}

hp_status hp_components_describe(const char *path, FILE *out, hp_error *err) {
    hp_status status = HP_OK;
    components work = {.file = H5I_INVALID_HID};
    char *text = NULL; /* nothing is printed of a file that is not good */
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    HP_CHECK(memory != NULL, HP_ERR_MEMORY, "no memory for the description of an ensemble");
    HP_TRY_IN(describe(&work, path, memory, err), "%s", path);
    fflush(memory);
    fputs(text, out);
cleanup:
    if (memory != NULL) fclose(memory);
    free(text);
    if (work.file >= 0) H5Fclose(work.file);
    hp_ensemble_close(&work.of);
    return status;
}
