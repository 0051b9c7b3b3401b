// SPDX-License-Identifier: GPL-3.0-or-later
/* Waves that transform right under the cubic group, by construction and without rotating a spin:
 *     M = a P_0 + b P_1 + d S12(n) + e sum_i n_i^2 sigma1_i sigma2_i,   n = r/|r|,
 * with complex numbers a, b, d, e of each orbit. The last term is a cubic tensor that no rotation
 * but those of the cube leaves. A coordinate L/2 is its own mirror image: its n_i n_j are 0. */
#ifndef HADPOT_TEST_HALQCD_WAVE_CASE_H
#define HADPOT_TEST_HALQCD_WAVE_CASE_H

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WAVE_TERMS = 4 };

/* m[source][sink], spins (beta, alpha), up = 0. */
typedef double complex spin_matrix[4][4];

/* Numbers between -1 and 1 that look random. */
static inline double hashed(unsigned a, unsigned b, unsigned c) {
    unsigned h = a * 2654435761u ^ (b + 0x9e3779b9u) * 40503u ^ (c + 7u) * 2246822519u;
    h ^= h >> 15;
    h *= 2246822519u;
    h ^= h >> 13;
    h *= 3266489917u;
    h ^= h >> 16;
    return (double)h / 2147483648.0 - 1.0;
}

/* The sorted site of an orbit, from any coordinates. */
static inline void sorted_site(int extent, const int site[3], int sorted[3]) {
    for (int i = 0; i < 3; i++) {
        sorted[i] = abs(site[i]) % extent;
        if (sorted[i] > extent / 2) sorted[i] = extent - sorted[i];
    }
    for (int i = 0; i < 3; i++)
        for (int j = i + 1; j < 3; j++)
            if (sorted[j] > sorted[i]) {
                int larger = sorted[j];
                sorted[j] = sorted[i];
                sorted[i] = larger;
            }
}

static inline int orbit_number(int extent, const int site[3]) {
    int s[3];
    sorted_site(extent, site, s);
    return s[0] * (s[0] + 1) * (s[0] + 2) / 6 + s[1] * (s[1] + 1) / 2 + s[2];
}

/* a, b, d, e of an orbit of wave number `wave`. */
static inline void wave_terms(unsigned wave, int orbit, double complex term[WAVE_TERMS]) {
    static const double size[WAVE_TERMS] = {1.0, 1.3, 0.05, 0.03};
    for (unsigned k = 0; k < WAVE_TERMS; k++) {
        double re = hashed(wave, (unsigned)orbit, 2 * k);
        double im = hashed(wave, (unsigned)orbit, 2 * k + 1);
        term[k] = 1e-8 * size[k] * ((k < 2 ? 1.0 : 0.0) + 0.3 * re + 0.03 * I * im);
    }
}

/* n_i n_j of a site. */
static inline void directions(int extent, const int site[3], double nn[3][3]) {
    double square = 0.0;
    int c[3];
    for (int i = 0; i < 3; i++) {
        c[i] = ((site[i] % extent) + extent) % extent;
        if (c[i] > extent / 2) c[i] -= extent;
        square += (double)c[i] * c[i];
    }
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            int own_image = i != j && (2 * c[i] == extent || 2 * c[j] == extent);
            nn[i][j] = square > 0.0 && !own_image ? c[i] * c[j] / square : 0.0;
        }
}

/* Add factor sigma1_i sigma2_j to m; as m[source][sink] it is <sink|...|source>. */
static inline void add_sigmas(int i, int j, double complex factor, spin_matrix m) {
    static const double complex sigma[3][2][2] = {
        {{0, 1}, {1, 0}}, {{0, -I}, {I, 0}}, {{1, 0}, {0, -1}}}; /* [row][column] */
    for (int source = 0; source < 4; source++)
        for (int sink = 0; sink < 4; sink++)
            m[source][sink] +=
                factor * sigma[i][sink % 2][source % 2] * sigma[j][sink / 2][source / 2];
}

/* S12 of directions n n, times a factor. */
static inline void add_tensor(const double nn[3][3], double complex factor, spin_matrix m) {
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) add_sigmas(i, j, 3.0 * factor * nn[i][j], m);
        add_sigmas(i, i, -factor, m);
    }
}

/* M of a site; the origin has no direction. */
static inline void wave_at(int extent, const int site[3], const double complex term[WAVE_TERMS],
                           spin_matrix m) {
    double nn[3][3];
    directions(extent, site, nn);
    memset(m, 0, sizeof(spin_matrix));
    m[0][0] = m[3][3] = term[1];
    m[1][1] = m[2][2] = 0.5 * (term[0] + term[1]);
    m[1][2] = m[2][1] = 0.5 * (term[1] - term[0]);
    if (nn[0][0] + nn[1][1] + nn[2][2] == 0.0) return;
    add_tensor(nn, term[2], m);
    for (int i = 0; i < 3; i++) add_sigmas(i, i, term[3] * nn[i][i], m);
}

#endif
