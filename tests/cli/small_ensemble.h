// SPDX-License-Identifier: GPL-3.0-or-later
/* Writes small radial ensembles with the plain HDF5 interface: smooth correlators of an attractive
 * pair of hadrons with reproducible noise, two sources, five times. */
#ifndef HADPOT_SMALL_ENSEMBLE_H
#define HADPOT_SMALL_ENSEMBLE_H

#include <hdf5.h>
#include <math.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "support.h"

enum { SMALL_NT = 5, SMALL_T0 = 10, SMALL_NPOINT = 14, SMALL_NSAMPLE = 7 };
#define SMALL_MASS_1 0.55
#define SMALL_MASS_2 0.75
#define SMALL_SPACING_MEV 1973.269804 /* a = 0.1 fm */
#define SMALL_STEP 0.6                /* points r = 0.6 i + 0.3, the last at 8.1 a = 0.81 fm */

/* jackknife: R as delete-one averages; else raw four- and two-point functions. bad: one number of
 * the last row is NaN. constant: no noise, all rows agree. channel, wall: names other than the
 * usual ones. repeat: how often each configuration stands in the file, one after the other (0:
 * once); tau_int is half of that. */
typedef struct small_style {
    int nsample, repeat;
    bool jackknife, bad, constant;
    const char *channel, *wall;
} small_style;

/* A number in (-1, 1) for each set of indices: sin of something large, enough for noise. */
static inline double small_noise(int sample, int part, int t, int r) {
    double x = sin(12.9898 * (sample + 1) + 78.233 * (part + 1) + 37.719 * t + 4.581 * r) * 43758.5;
    return 2.0 * (x - floor(x)) - 1.0;
}

/* Noise-free R of source 0 (smeared) or 1 (wall): the threshold state of an attraction, and an
 * excited state that decays. */
static inline double small_ratio(int source, int t, double r) {
    double ground = 1.0 + 0.7 * exp(-r * r / 9.0);
    double excited = (source == 0 ? 0.3 : -0.1) * exp(-r * r / 16.0) * exp(-0.3 * t);
    return ground + excited;
}

/* The number stored for a part (four_point 0, two_point_1 1, two_point_2 2, R 3). */
static inline double small_value(small_style style, int source, int part, int sample, int t,
                                 int point) {
    double R = small_ratio(source, t, SMALL_STEP * point + 0.3);
    double C2[2] = {exp(-SMALL_MASS_1 * (t + SMALL_T0)), exp(-SMALL_MASS_2 * (t + SMALL_T0))};
    double value = part == 3 ? R : part == 0 ? R * C2[0] * C2[1] : C2[part - 1];
    /* noise that is smooth in r, growing with t; a delete-one average moves by 1/(N-1) of it */
    double noise = 0.0, size = 0.01 * exp(0.1 * t) / (style.jackknife ? style.nsample - 1.0 : 1.0);
    for (int wave = 0; wave < 3; wave++)
        noise += small_noise(style.repeat > 0 ? sample / style.repeat : sample, part + 4 * source,
                             t, wave) *
                 cos(wave * SMALL_STEP * point / 2.5);
    if (style.bad && part != 1 && sample == style.nsample - 1 && t == 2 && point == 5) return NAN;
    return style.constant ? value : value * (1.0 + size * noise);
}

static inline void small_text(hid_t file, const char *name, const char *text) {
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    assert_true(H5Tset_size(type, strlen(text) + 1) >= 0);
    hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Awrite(attribute, type, text) >= 0);
    assert_true(H5Aclose(attribute) >= 0 && H5Sclose(space) >= 0 && H5Tclose(type) >= 0);
}

static inline void small_number(hid_t file, const char *name, hid_t type, double value) {
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Awrite(attribute, H5T_NATIVE_DOUBLE, &value) >= 0);
    assert_true(H5Aclose(attribute) >= 0 && H5Sclose(space) >= 0);
}

static inline void small_dataset(hid_t file, const char *path, hid_t type, int rank,
                                 const hsize_t *shape, const double *values) {
    hid_t links = H5Pcreate(H5P_LINK_CREATE), space = H5Screate_simple(rank, shape, NULL);
    assert_true(H5Pset_create_intermediate_group(links, 1) >= 0);
    hid_t set = H5Dcreate2(file, path, type, space, links, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    assert_true(H5Dclose(set) >= 0 && H5Sclose(space) >= 0 && H5Pclose(links) >= 0);
}

static inline void small_rows(hid_t file, small_style style, int source, int part) {
    const char *const sources[] = {"smeared", style.wall != NULL ? style.wall : "wall"};
    static const char *const parts[] = {"four_point", "two_point_1", "two_point_2", "R"};
    bool radial = part == 0 || part == 3;
    int npoint = radial ? SMALL_NPOINT : 1;
    char path[64];
    double *values = test_calloc((size_t)(style.nsample * SMALL_NT * npoint), sizeof *values), *at;
    at = values;
    for (int sample = 0; sample < style.nsample; sample++)
        for (int t = 0; t < SMALL_NT; t++)
            for (int point = 0; point < npoint; point++)
                *at++ = small_value(style, source, part, sample, t, point);
    snprintf(path, sizeof path, "/source/%s/%s", sources[source], parts[part]);
    const hsize_t shape[] = {(hsize_t)style.nsample, SMALL_NT, SMALL_NPOINT};
    small_dataset(file, path, H5T_IEEE_F64LE, radial ? 3 : 2, shape, values);
    test_free(values);
}

/* Fails the test when anything goes wrong. */
static inline void small_ensemble_write(const char *path, small_style style) {
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0);
    small_text(file, "format", "hadpot-ensemble");
    small_number(file, "version", H5T_STD_I32LE, 1);
    small_text(file, "sampling", style.jackknife ? "jackknife" : "configuration");
    small_text(file, "geometry", "radial");
    small_number(file, "inverse_spacing_mev", H5T_IEEE_F64LE, SMALL_SPACING_MEV);
    small_number(file, "mass_1", H5T_IEEE_F64LE, SMALL_MASS_1);
    small_number(file, "mass_2", H5T_IEEE_F64LE, SMALL_MASS_2);
    small_text(file, "channel", style.channel != NULL ? style.channel : "made up (1S0)");
    small_text(file, "provenance", "a formula and noise");
    double t[SMALL_NT], r[SMALL_NPOINT];
    const hsize_t nt = SMALL_NT, npoint = SMALL_NPOINT;
    for (int i = 0; i < SMALL_NT; i++) t[i] = SMALL_T0 + i;
    for (int i = 0; i < SMALL_NPOINT; i++) r[i] = SMALL_STEP * i + 0.3;
    small_dataset(file, "/t", H5T_STD_I32LE, 1, &nt, t);
    small_dataset(file, "/r", H5T_IEEE_F64LE, 1, &npoint, r);
    for (int source = 0; source < 2; source++)
        for (int part = style.jackknife ? 3 : 0; part < (style.jackknife ? 4 : 3); part++)
            small_rows(file, style, source, part);
    assert_true(H5Fclose(file) >= 0);
}

#endif
