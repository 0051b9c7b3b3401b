// SPDX-License-Identifier: GPL-3.0-or-later
/* Writes ensembles of version 2 with the plain HDF5 interface: whatever pairs, components and
 * sources a test wants, numbers by a function. Every function returns whether all went well. */
#ifndef HADPOT_COMPONENTS_FILE_H
#define HADPOT_COMPONENTS_FILE_H

#include "sample_file.h"

enum { FILE_MOST = 8, FILE_PATH = 256 };

/* What a number is asked for: sink component of a wave, its Laplacian, two-point functions of its
 * pair at the times of the waves, and at all times. */
typedef enum file_part {
    FILE_WAVE,
    FILE_LAPLACIAN,
    FILE_TWO_POINT_1,
    FILE_TWO_POINT_2,
    FILE_FULL_1,
    FILE_FULL_2,
    FILE_TWO_BARYON
} file_part;

/* t: an index; point: 0 of what has none. For two-point functions `component` is the first one of
 * its pair. */
typedef struct file_place {
    file_part part;
    int source, component, sample, t, point;
} file_place;

typedef struct file_pair {
    const char *name;
    double mass[2]; /* 0: no attribute */
    int identical, charge[2];
    double sqrt_z;                               /* 0: no attribute */
    const double *mass_1_rows, *mass_2_rows, *z; /* (nsample) or NULL */
} file_pair;

typedef struct file_source {
    const char *name, *pair; /* pair NULL: no attribute */
    const char *lacks;       /* "XX:3D1": which is not written; NULL: none */
} file_source;

/* extent: cubic, L of even extent; 0: radial, r (npoint). narrow: as in sample_style. */
typedef struct components_file {
    bool jackknife, ratio, beside, narrow, full, full_at_source, two_baryon; /* beside: of R */
    int extent, npoint, nsample, nt, t0;
    double inverse_spacing_mev;
    const double *r;
    int npair, ncomponent, nsource;
    file_pair pair[FILE_MOST];
    const char *component[FILE_MOST];
    file_source source[FILE_MOST];
    double (*number)(const struct components_file *file, const file_place *place);
} components_file;

static inline hid_t file_real(const components_file *of) {
    return of->narrow ? H5T_IEEE_F32BE : H5T_IEEE_F64LE;
}

static inline hid_t file_integer(const components_file *of) {
    return of->narrow ? H5T_STD_I16BE : H5T_STD_I64LE;
}

static inline bool file_head(hid_t file, const components_file *of) {
    bool n = of->narrow, ok = put_text(file, "format", "hadpot-ensemble", n);
    ok = ok && put_number(file, "version", 2, file_integer(of), 1);
    ok = ok && put_number(file, "pairs", of->npair, file_integer(of), 1);
    ok = ok && put_text(file, "sampling", of->jackknife ? "jackknife" : "configuration", n);
    ok = ok && put_text(file, "geometry", of->extent > 0 ? "cubic" : "radial", n);
    if (of->extent > 0) ok = ok && put_number(file, "extent", of->extent, file_integer(of), 1);
    return ok &&
           put_number(file, "inverse_spacing_mev", of->inverse_spacing_mev, H5T_IEEE_F64LE, 1);
}

static inline int file_points(const components_file *of) {
    int half = of->extent / 2 + 1;
    return of->extent > 0 ? half * (half + 1) * (half + 2) / 6 : of->npoint;
}

static inline bool file_axes(hid_t file, const components_file *of) {
    const hsize_t npoint = (hsize_t)file_points(of), nt = (hsize_t)of->nt, more = nt + 2;
    const hsize_t sites[] = {npoint, 3};
    double *values = calloc((size_t)(3 * npoint + more), sizeof *values), *site = values;
    if (values == NULL) return false;
    for (int x = 0; x <= of->extent / 2 && of->extent > 0; x++)
        for (int y = 0; y <= x; y++)
            for (int z = 0; z <= y; z++) *site++ = x, *site++ = y, *site++ = z;
    bool ok = of->extent > 0 ? put_dataset(file, "/site", file_integer(of), 2, sites, values, false)
                             : put_dataset(file, "/r", H5T_IEEE_F64LE, 1, sites, of->r, false);
    for (int i = 0; i < (int)more; i++) values[i] = of->t0 + i;
    ok = ok && put_dataset(file, "/t", file_integer(of), 1, &nt, values, false);
    if (of->full || of->two_baryon)
        ok = ok && put_dataset(file, "/two_point_t", file_integer(of), 1, &more, values, false);
    free(values);
    return ok;
}

/* "PAIR:2S+1LJ" of fixed length, padded as Fortran does, or of variable length. */
static inline bool file_components(hid_t file, const components_file *of) {
    char padded[FILE_MOST][24];
    const hsize_t n = (hsize_t)of->ncomponent;
    for (int i = 0; i < of->ncomponent; i++)
        snprintf(padded[i], sizeof padded[i], "%-23s", of->component[i]);
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate_simple(1, &n, NULL);
    bool ok = H5Tset_size(type, of->narrow ? sizeof padded[0] : H5T_VARIABLE) >= 0;
    for (int i = 0; i < of->ncomponent; i++) padded[i][23] = ' ';
    if (of->narrow) ok = ok && H5Tset_strpad(type, H5T_STR_SPACEPAD) >= 0;
    hid_t set = H5Dcreate2(file, "/component", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    ok = ok && H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                        of->narrow ? (const void *)padded : (const void *)of->component) >= 0;
    return (H5Dclose(set) >= 0) & (H5Sclose(space) >= 0) & (H5Tclose(type) >= 0) & ok;
}

static inline hid_t file_group(hid_t file, const char *path) {
    hid_t groups = H5Pcreate(H5P_LINK_CREATE);
    bool ok = H5Pset_create_intermediate_group(groups, 1) >= 0;
    hid_t group = ok ? H5Gcreate2(file, path, groups, H5P_DEFAULT, H5P_DEFAULT) : -1;
    H5Pclose(groups);
    return group;
}

static inline bool file_write_pair(hid_t file, const components_file *of, const file_pair *pair) {
    const char *const names[] = {"mass_1_rows", "mass_2_rows", "sqrt_z"};
    const double *const rows[] = {pair->mass_1_rows, pair->mass_2_rows, pair->z};
    const hsize_t n = (hsize_t)of->nsample;
    char path[FILE_PATH];
    snprintf(path, sizeof path, "/pair/%s", pair->name);
    hid_t group = file_group(file, path);
    bool ok = put_number(group, "identical", pair->identical, file_integer(of), 1);
    for (int i = 0; i < 2; i++) {
        const char *const name[] = {"mass_1", "mass_2", "charge_1", "charge_2"};
        if (pair->mass[i] != 0) /* wrong ones, too */
            ok = ok && put_number(group, name[i], pair->mass[i], H5T_IEEE_F64LE, 1);
        ok = ok && put_number(group, name[2 + i], pair->charge[i], file_integer(of), 1);
    }
    if (pair->sqrt_z != 0) ok = ok && put_number(group, "sqrt_z", pair->sqrt_z, H5T_IEEE_F64LE, 1);
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "/pair/%s/%s", pair->name, names[i]);
        if (rows[i] != NULL)
            ok = ok && put_dataset(file, path, H5T_IEEE_F64LE, 1, &n, rows[i], false);
    }
    return (H5Gclose(group) >= 0) & ok;
}

/* All rows of one dataset; rank 3: (nsample, nt, npoint), 2: (nsample, nt). */
static inline bool file_rows(hid_t file, const components_file *of, const char *path, int rank,
                             int nt, file_place place) {
    const int npoint = rank == 3 ? file_points(of) : 1, count = of->nsample * nt * npoint;
    const hsize_t shape[] = {(hsize_t)of->nsample, (hsize_t)nt, (hsize_t)npoint};
    double *values = calloc((size_t)count, sizeof *values);
    if (values == NULL) return false;
    for (int i = 0; i < count; i++) {
        place.sample = i / npoint / nt;
        place.t = i / npoint % nt;
        place.point = i % npoint;
        values[i] = of->number(of, &place);
    }
    bool ok = put_dataset(file, path, file_real(of), rank, shape, values, of->narrow);
    free(values);
    return ok;
}

static inline bool file_two_points(hid_t file, const components_file *of, int s, int component,
                                   const char *pair) {
    char path[FILE_PATH];
    bool ok = true;
    for (int i = 0; i < 2; i++) {
        file_place place = {FILE_TWO_POINT_1 + i, s, component, 0, 0, 0};
        snprintf(path, sizeof path, "/source/%s/%s/two_point_%d", of->source[s].name, pair, i + 1);
        if (!of->ratio || of->beside) ok = ok && file_rows(file, of, path, 2, of->nt, place);
        place.part = FILE_FULL_1 + i;
        bool here = of->full && (!of->full_at_source || component == 0);
        snprintf(path, sizeof path, "/source/%s/%s%stwo_point_full_%d", of->source[s].name,
                 of->full_at_source ? "" : pair, of->full_at_source ? "" : "/", i + 1);
        if (here) ok = ok && file_rows(file, of, path, 2, of->nt + 2, place);
    }
    return ok;
}

static inline bool file_sink(hid_t file, const components_file *of, int s, int c) {
    char path[FILE_PATH], pair[32];
    const char *name = of->component[c], *colon = strchr(name, ':');
    const char *wave = colon != NULL ? colon + 1 : "";
    snprintf(pair, sizeof pair, "%.*s", (int)strcspn(name, ":"), name);
    bool ok = true, first = true, twice = false;
    for (int i = 0; i < c; i++) twice = twice || strcmp(of->component[i], name) == 0;
    if (colon == NULL || colon == name || twice) return true; /* what tests want to be wrong */
    for (int i = 0; i < c; i++)
        first = first && strncmp(of->component[i], name, strcspn(name, ":") + 1) != 0;
    if (first) ok = file_two_points(file, of, s, c, pair);
    if (of->source[s].lacks != NULL && strcmp(of->source[s].lacks, name) == 0) return ok;
    snprintf(path, sizeof path, "/source/%s/%s/%s/%s", of->source[s].name, pair, wave,
             of->ratio ? "R" : "four_point");
    ok = ok && file_rows(file, of, path, 3, of->nt, (file_place){FILE_WAVE, s, c, 0, 0, 0});
    snprintf(path, sizeof path, "/source/%s/%s/%s/two_baryon", of->source[s].name, pair, wave);
    if (of->two_baryon)
        ok = ok &&
             file_rows(file, of, path, 2, of->nt, (file_place){FILE_TWO_BARYON, s, c, 0, 0, 0});
    snprintf(path, sizeof path, "/source/%s/%s/%s/laplacian", of->source[s].name, pair, wave);
    if (wave[1] == 'S') return ok;
    return ok && file_rows(file, of, path, 3, of->nt, (file_place){FILE_LAPLACIAN, s, c, 0, 0, 0});
}

static inline bool write_components_file(const char *path, const components_file *of) {
    hid_t format = H5Pcreate(H5P_FILE_ACCESS);
    bool ok = H5Pset_libver_bounds(format, of->narrow ? H5F_LIBVER_LATEST : H5F_LIBVER_EARLIEST,
                                   H5F_LIBVER_LATEST) >= 0;
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, format);
    ok = ok && file_head(file, of) && file_axes(file, of) && file_components(file, of);
    for (int i = 0; i < of->npair; i++) ok = ok && file_write_pair(file, of, &of->pair[i]);
    for (int s = 0; s < of->nsource; s++) {
        char name[FILE_PATH];
        snprintf(name, sizeof name, "/source/%s", of->source[s].name);
        hid_t group = file_group(file, name);
        if (of->source[s].pair != NULL)
            ok = ok && put_text(group, "pair", of->source[s].pair, false);
        for (int c = 0; c < of->ncomponent; c++) ok = ok && file_sink(file, of, s, c);
        ok = (H5Gclose(group) >= 0) & ok;
    }
    return (H5Fclose(file) >= 0) & (H5Pclose(format) >= 0) & ok;
}

#endif
