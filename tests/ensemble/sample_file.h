// SPDX-License-Identifier: GPL-3.0-or-later
/* Writes small good ensemble files with the plain HDF5 interface, and changes single things in
 * them. Every function returns whether all went well. */
#ifndef HADPOT_SAMPLE_FILE_H
#define HADPOT_SAMPLE_FILE_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLE_NSAMPLE = 3, SAMPLE_NT = 4, SAMPLE_T0 = 7, SAMPLE_RADIAL = 6, SAMPLE_CUBIC = 10 };

/* How a file is stored: cubic (L = 4, 10 sites, raw configurations) or radial (6 points, jackknife
 * samples); narrow: small types, big-endian, padded ASCII strings of fixed length, compressed
 * chunks, the newest file format; else variable-length UTF-8, 8-byte types, contiguous. */
typedef struct sample_style {
    bool cubic, narrow;
} sample_style;

static const double sample_r[SAMPLE_RADIAL] = {0.5, 1.25, 2.0, 2.5, 4.0, 6.5};

/* Number stored in part `part` (R 0, four_point 1, two_point_1 2, two_point_2 3) of source
 * `source` (0 to 2 in alphabetical order). Exact in four bytes; all are different. */
static inline double sample_value(int source, int part, int sample, int t, int point) {
    return (1 + point + 10 * (t + 10 * (sample + 10 * (part + 10 * source)))) / 8.0;
}

static inline bool put_text(hid_t file, const char *name, const char *text, bool narrow) {
    if (H5Aexists(file, name) > 0 && H5Adelete(file, name) < 0) return false;
    char padded[64];
    snprintf(padded, sizeof padded, "%-63s", text); /* as Fortran writes them */
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    bool ok = H5Tset_size(type, narrow ? sizeof padded - 1 : H5T_VARIABLE) >= 0;
    ok = ok && H5Tset_cset(type, narrow ? H5T_CSET_ASCII : H5T_CSET_UTF8) >= 0;
    if (narrow) ok = ok && H5Tset_strpad(type, H5T_STR_SPACEPAD) >= 0;
    hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    ok = ok && H5Awrite(attribute, type, narrow ? (void *)padded : (void *)&text) >= 0;
    return (H5Aclose(attribute) >= 0) & (H5Sclose(space) >= 0) & (H5Tclose(type) >= 0) & ok;
}

/* `count` equal numbers; an attribute has one. */
static inline bool put_number(hid_t file, const char *name, double value, hid_t type,
                              hsize_t count) {
    if (H5Aexists(file, name) > 0 && H5Adelete(file, name) < 0) return false;
    const double values[2] = {value, value};
    hid_t space = count == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, NULL);
    hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool ok = H5Awrite(attribute, H5T_NATIVE_DOUBLE, values) >= 0;
    return (H5Aclose(attribute) >= 0) & (H5Sclose(space) >= 0) & ok;
}

static inline bool remove_link(hid_t file, const char *path) {
    return H5Ldelete(file, path, H5P_DEFAULT) >= 0;
}

/* A new dataset with its groups; values NULL: zeros (or empty strings). */
static inline bool put_dataset(hid_t file, const char *path, hid_t type, int rank,
                               const hsize_t *shape, const double *values, bool compressed) {
    hid_t groups = H5Pcreate(H5P_LINK_CREATE), layout = H5Pcreate(H5P_DATASET_CREATE);
    bool ok = H5Pset_create_intermediate_group(groups, 1) >= 0;
    hsize_t chunk[3] = {1, 2, 5}; /* 5 divides neither number of points exactly, or both badly */
    if (rank == 1) chunk[0] = 2;
    if (compressed)
        ok = ok && H5Pset_chunk(layout, rank, chunk) >= 0 && H5Pset_shuffle(layout) >= 0 &&
             H5Pset_deflate(layout, 6) >= 0;
    hid_t space = H5Screate_simple(rank, shape, NULL);
    hid_t dataset = H5Dcreate2(file, path, type, space, groups, layout, H5P_DEFAULT);
    if (values != NULL)
        ok = ok && H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
    return (H5Dclose(dataset) >= 0) & (H5Sclose(space) >= 0) & (H5Pclose(layout) >= 0) &
           (H5Pclose(groups) >= 0) & ok;
}

/* All samples of one part of a source. */
static inline bool put_rows(hid_t file, sample_style style, int source, int part) {
    static const char *const sources[] = {"exponential", "point", "wall"};
    static const char *const parts[] = {"R", "four_point", "two_point_1", "two_point_2"};
    const int rank = part < 2 ? 3 : 2;
    const int npoint = rank == 2 ? 1 : style.cubic ? SAMPLE_CUBIC : SAMPLE_RADIAL;
    double values[SAMPLE_NSAMPLE * SAMPLE_NT * SAMPLE_CUBIC];
    for (int i = 0; i < SAMPLE_NSAMPLE * SAMPLE_NT * npoint; i++)
        values[i] =
            sample_value(source, part, i / npoint / SAMPLE_NT, i / npoint % SAMPLE_NT, i % npoint);
    char path[128];
    snprintf(path, sizeof path, "/source/%s/%s", sources[source], parts[part]);
    const hsize_t shape[] = {SAMPLE_NSAMPLE, SAMPLE_NT, (hsize_t)npoint};
    return put_dataset(file, path, style.narrow ? H5T_IEEE_F32BE : H5T_IEEE_F64LE, rank, shape,
                       values, style.narrow);
}

static inline bool put_attributes(hid_t file, sample_style style) {
    hid_t integer = style.narrow ? H5T_STD_U8BE : H5T_STD_I64LE;
    hid_t real = style.narrow ? H5T_IEEE_F32BE : H5T_IEEE_F64LE;
    bool n = style.narrow, ok = put_text(file, "format", "hadpot-ensemble", n);
    ok = ok && put_number(file, "version", 1, integer, 1);
    ok = ok && put_text(file, "sampling", style.cubic ? "configuration" : "jackknife", n);
    ok = ok && put_text(file, "geometry", style.cubic ? "cubic" : "radial", n);
    if (style.cubic) ok = ok && put_number(file, "extent", 4, integer, 1);
    ok = ok && put_number(file, "inverse_spacing_mev", 2333.5, real, 1);
    ok = ok && put_number(file, "mass_1", 0.6875, real, 1);
    ok = ok && put_number(file, "mass_2", 2, integer, 1); /* whole numbers are numbers too */
    if (style.narrow) return ok && put_text(file, "channel", "Omega Omega (1S0)", n);
    return ok && put_text(file, "provenance", "made up: \xce\xa9\xce\xa9", n);
}

static inline bool put_grid(hid_t file, sample_style style) {
    hid_t integer = style.narrow ? H5T_STD_I16BE : H5T_STD_I64LE;
    const hsize_t nt = SAMPLE_NT, npoint = SAMPLE_RADIAL, nsample = SAMPLE_NSAMPLE;
    double t[SAMPLE_NT], site[SAMPLE_CUBIC][3];
    for (int i = 0; i < SAMPLE_NT; i++) t[i] = SAMPLE_T0 + i;
    bool ok = put_dataset(file, "/t", integer, 1, &nt, t, style.narrow);
    if (!style.cubic)
        return ok && put_dataset(file, "/r", H5T_IEEE_F64BE, 1, &npoint, sample_r, false);
    int row = 0;
    for (int x = 0; x <= 2; x++)
        for (int y = 0; y <= x; y++)
            for (int z = 0; z <= y; z++, row++)
                site[row][0] = x, site[row][1] = y, site[row][2] = z;
    const hsize_t sites[] = {SAMPLE_CUBIC, 3};
    const double configuration[] = {410, 420, 440};
    return ok && put_dataset(file, "/site", integer, 2, sites, site[0], style.narrow) &&
           put_dataset(file, "/configuration", integer, 1, &nsample, configuration, false);
}

/* Sources in another than the alphabetical order: wall (R), exponential (four- and two-point
 * functions), point (R). */
static inline bool write_sample_file(const char *path, sample_style style) {
    /* The newest file format keeps the members of a group in no order, the oldest sorts them. */
    hid_t format = H5Pcreate(H5P_FILE_ACCESS);
    bool ok = H5Pset_libver_bounds(format, style.narrow ? H5F_LIBVER_LATEST : H5F_LIBVER_EARLIEST,
                                   H5F_LIBVER_LATEST) >= 0;
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, format);
    ok = ok && file >= 0 && put_attributes(file, style) && put_grid(file, style);
    ok = ok && put_rows(file, style, 2, 0);
    for (int part = 1; part < 4; part++) ok = ok && put_rows(file, style, 0, part);
    ok = ok && put_rows(file, style, 1, 0);
    return (H5Fclose(file) >= 0) & (H5Pclose(format) >= 0) & ok;
}

#endif
