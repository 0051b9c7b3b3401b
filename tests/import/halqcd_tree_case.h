// SPDX-License-Identifier: GPL-3.0-or-later
/* A small tree in the layout of the HAL QCD collaboration, and what an import of it must hold. */
#ifndef HADPOT_TEST_HALQCD_TREE_CASE_H
#define HADPOT_TEST_HALQCD_TREE_CASE_H

#include "../cli/output.h"
#include "halqcd_wave_case.h"

enum { TREE_EXTENT = 4, TREE_ORBITS = 10, TREE_T = 12, TREE_BARYON_T = 7, TREE_COLUMNS = 11 };
enum { TREE_FIRST_T = 4, TREE_TIMES = 3, TREE_CONFIGURATIONS = 3, TREE_ROTATIONS = 2 };

/* In the order of their numbers, which is not that of their names. */
static const char *const tree_configuration[] = {"beta1.9_3", "beta1.9_20", "beta1.9_100"};
static const char *const tree_rotation[] = {"xyzt", "tyzx"};

typedef struct tree_options {
    bool big_endian, plain;
    int positions; /* of sources; 0 is 1 */
    double phase;  /* waves are multiplied by exp(i phase) */
} tree_options;

static inline unsigned wave_number(int configuration, int rotation, int position, int t) {
    return (unsigned)(((configuration * 10 + rotation) * 10 + position) * 100 + t);
}

static inline void put_swapped(const void *from, size_t size, bool swap, FILE *out) {
    unsigned char bytes[8];
    for (size_t i = 0; i < size; i++)
        bytes[i] = ((const unsigned char *)from)[swap ? size - 1 - i : i];
    assert_int_equal(fwrite(bytes, 1, size, out), size);
}

static inline void put_integers(const int *values, int n, bool swap, FILE *out) {
    int length = n * 4;
    put_swapped(&length, 4, swap, out);
    for (int i = 0; i < n; i++) put_swapped(&values[i], 4, swap, out);
    put_swapped(&length, 4, swap, out);
}

static inline void put_site(const int site[3], unsigned wave, const tree_options *options,
                            FILE *out) {
    double complex term[WAVE_TERMS];
    spin_matrix m;
    wave_terms(wave, orbit_number(TREE_EXTENT, site), term);
    wave_at(TREE_EXTENT, site, term, m);
    for (int i = 0; i < 16; i++) {
        double complex value = m[i / 4][i % 4];
        if (options->phase != 0.0) value *= cexp(I * options->phase);
        double part[] = {creal(value), cimag(value)};
        for (int c = 0; c < 2; c++) put_swapped(&part[c], 8, options->big_endian, out);
    }
}

/* 1/48-compressed (z >= x >= y), or all sites. */
static inline void write_wave(const char *path, unsigned wave, const tree_options *options) {
    const int L = TREE_EXTENT, bytes = TREE_ORBITS * 256;
    const bool swap = options->big_endian;
    int site[TREE_ORBITS], n = 0;
    FILE *out = fopen(path, "wb");
    if (out == NULL) fail_msg("%s cannot be made", path);
    for (int i = 0; i < L * L * L && options->plain; i++)
        put_site((const int[]){i % L, i / L % L, i / L / L}, wave, options, out);
    for (int z = 0; z <= L / 2; z++)
        for (int x = 0; x <= z; x++)
            for (int y = 0; y <= x; y++) site[n++] = x + L * (y + L * z);
    if (!options->plain) {
        put_integers((const int[]){L, L, L, n}, 4, swap, out);
        put_integers(site, n, swap, out);
        put_integers((const int[]){0, 0, 0, n, 256}, 5, swap, out);
        put_swapped(&bytes, 4, swap, out);
        for (int i = 0; i < n; i++)
            put_site((const int[]){site[i] % L, site[i] / L % L, site[i] / L / L}, wave, options,
                     out);
        put_swapped(&bytes, 4, swap, out);
    }
    assert_int_equal(fclose(out), 0);
}

/* Number in column `column` of a correlator; kind: 0 forward, 1 antiparticle, 2 two baryons. */
static inline double correlator_value(int configuration, int rotation, int kind, int t,
                                      int column) {
    unsigned seed = 5000u + wave_number(configuration, rotation, kind, 0);
    double mass = kind == 2 ? 1.1 : 0.6;
    return exp(-mass * t) * (1.0 + 0.1 * hashed(seed, (unsigned)t, (unsigned)column));
}

static inline void write_correlator(const char *path, int configuration, int rotation, int kind) {
    FILE *out = fopen(path, "w");
    if (out == NULL) fail_msg("%s cannot be made", path);
    for (int t = 0; t < (kind == 2 ? TREE_BARYON_T : TREE_T); t++) {
        fprintf(out, "%.18e", (double)t);
        for (int c = 1; c < TREE_COLUMNS; c++)
            fprintf(out, " %.18e", correlator_value(configuration, rotation, kind, t, c));
        fputs("\n", out);
    }
    assert_int_equal(fclose(out), 0);
}

static inline void write_folder(const char *tree, int c, int r, const tree_options *options) {
    static const char *const name[] = {"Xi_CG05", "antiXi_CG05", "O06O07"};
    static const char *const in[] = {"correlator.PS.dir", "correlator.PS.dir",
                                     "correlator.multi.dir"};
    char folder[128], path[1024], none[8];
    snprintf(folder, sizeof folder, "%s.rot_%s", tree_configuration[c], tree_rotation[r]);
    assert_int_equal(hp_test_run(none, sizeof none,
                                 "cd '%s' && mkdir -p BBwave.dir.S4.00/%s correlator.PS.dir/%s "
                                 "correlator.multi.dir/%s",
                                 tree, folder, folder, folder),
                     0);
    for (int t = TREE_FIRST_T; t < TREE_FIRST_T + TREE_TIMES; t++)
        for (int p = 0; p < (options->positions > 0 ? options->positions : 1); p++) {
            snprintf(path, sizeof path, "%s/BBwave.dir.S4.00/%s/NBSwave.+%03d+B%02d.0.0.0.%s.A.B",
                     tree, folder, t, p, folder);
            write_wave(path, wave_number(c, r, p, t), options);
        }
    for (int kind = 0; kind < 3; kind++) {
        snprintf(path, sizeof path, "%s/%s/%s/%s_correlator.%s", tree, in[kind], folder, name[kind],
                 folder);
        write_correlator(path, c, r, kind);
    }
}

/* The tree `name` in the folder of the scene, and a job for it. */
static inline void write_tree(const scene *place, const char *name, const tree_options *options) {
    char path[256], job[512], job_name[64], none[8];
    scene_path(place, name, path);
    assert_int_equal(hp_test_run(none, sizeof none, "mkdir -p '%s'", path), 0);
    for (int c = 0; c < TREE_CONFIGURATIONS; c++)
        for (int r = 0; r < TREE_ROTATIONS; r++) write_folder(path, c, r, options);
    snprintf(job, sizeof job,
             "tree: %s\noutput: %s.h5\ninverse_spacing_mev: 2000\nmass_1: 0.6\n"
             "halqcd:\n  two_point_1: Xi_CG05\n  two_baryon: O06O07\n",
             name, name);
    snprintf(job_name, sizeof job_name, "%s.yaml", name);
    write_text(place, job_name, job);
}

/* Averages over rotations and positions of a configuration. */
static inline void mean_terms(int configuration, int positions, int t, int orbit,
                              double complex mean[WAVE_TERMS]) {
    memset(mean, 0, WAVE_TERMS * sizeof *mean);
    for (int r = 0; r < TREE_ROTATIONS; r++)
        for (int p = 0; p < positions; p++) {
            double complex term[WAVE_TERMS];
            wave_terms(wave_number(configuration, r, p, t), orbit, term);
            for (int k = 0; k < WAVE_TERMS; k++) mean[k] += term[k] / (TREE_ROTATIONS * positions);
        }
}

static inline double mean_correlator(int configuration, int kind, int t, int column) {
    double sum = 0.0;
    for (int r = 0; r < TREE_ROTATIONS; r++)
        sum += correlator_value(configuration, r, kind, t, column) / TREE_ROTATIONS;
    return sum;
}

#endif
