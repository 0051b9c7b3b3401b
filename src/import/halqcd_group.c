// SPDX-License-Identifier: GPL-3.0-or-later
/* The 24 proper rotations of the cube, of sites and of two spins 1/2. */
#include <string.h>
#include <gsl/gsl_math.h>
#include "halqcd_spin.h"

typedef struct element {
    int matrix[3][3];
    double re[2][2], im[2][2]; /* SU(2) */
} element;

static element multiply(const element *a, const element *b) {
    element c = {{{0}}, {{0}}, {{0}}};
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            for (int k = 0; k < 3; k++) c.matrix[i][j] += a->matrix[i][k] * b->matrix[k][j];
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            for (int k = 0; k < 2; k++) {
                c.re[i][j] += a->re[i][k] * b->re[k][j] - a->im[i][k] * b->im[k][j];
                c.im[i][j] += a->re[i][k] * b->im[k][j] + a->im[i][k] * b->re[k][j];
            }
    return c;
}

static void to_spins(const element *of, hp_halqcd_rotation *to) {
    memcpy(to->matrix, of->matrix, sizeof to->matrix);
    for (int i = 0; i < HALQCD_SPINS; i++)
        for (int j = 0; j < HALQCD_SPINS; j++) {
            int b = i / 2, a = i % 2, d = j / 2, c = j % 2;
            to->re[i][j] = of->re[b][d] * of->re[a][c] - of->im[b][d] * of->im[a][c];
            to->im[i][j] = of->re[b][d] * of->im[a][c] + of->im[b][d] * of->re[a][c];
        }
}

/* All products of quarter turns about z, exp(-i sigma_z pi/4), and about y. (The sign of S does not
 * matter for S x S.) */
void hp_halqcd_fill_group(hp_halqcd_rotation group[HALQCD_ROTATIONS]) {
    const double h = M_SQRT1_2;
    const element turn[] = {
        {{{0, -1, 0}, {1, 0, 0}, {0, 0, 1}}, {{h, 0}, {0, h}}, {{-h, 0}, {0, h}}},
        {{{0, 0, 1}, {0, 1, 0}, {-1, 0, 0}}, {{h, -h}, {h, h}}, {{0}}}};
    element all[HALQCD_ROTATIONS] = {{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, {{1, 0}, {0, 1}}, {{0}}}};
    int n = 1;
    for (int i = 0; i < n; i++)
        for (int g = 0; g < 2; g++) {
            element new = multiply(&turn[g], &all[i]);
            bool known = false;
            for (int k = 0; k < n; k++)
                known |= memcmp(new.matrix, all[k].matrix, sizeof new.matrix) == 0;
            if (!known && n < HALQCD_ROTATIONS) all[n++] = new;
        }
    for (int i = 0; i < HALQCD_ROTATIONS; i++) to_spins(&all[i], &group[i]);
}

void hp_halqcd_turn(const hp_halqcd_rotation *by, const int from[3], int to[3]) {
    for (int i = 0; i < 3; i++)
        to[i] =
            by->matrix[i][0] * from[0] + by->matrix[i][1] * from[1] + by->matrix[i][2] * from[2];
}

/* Coordinates of a site number, from -L/2+1 to L/2. */
void hp_halqcd_site(int number, int extent, int site[3]) {
    for (int i = 0; i < 3; i++, number /= extent) {
        site[i] = number % extent;
        if (site[i] > extent / 2) site[i] -= extent;
    }
}
