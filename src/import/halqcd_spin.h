// SPDX-License-Identifier: GPL-3.0-or-later
/* Rotations of sites and spins, and what the spin projections of waves are made of. */
#ifndef HADPOT_HALQCD_SPIN_H
#define HADPOT_HALQCD_SPIN_H

#include "halqcd_parts.h"

enum {
    HALQCD_ROTATIONS = 24,
    HALQCD_SPINS = 4,
    HALQCD_TENSOR = 6,
    HALQCD_NEIGHBOURS = 6,
    HALQCD_CHECKS = 2
};

typedef struct hp_halqcd_rotation {
    int matrix[3][3];
    double re[HALQCD_SPINS][HALQCD_SPINS],
        im[HALQCD_SPINS][HALQCD_SPINS]; /* S x S, of spins (beta, alpha) */
} hp_halqcd_rotation;

/* Numbers of one orbit, complex: re, im. */
typedef struct hp_halqcd_moments {
    double singlet[2], triplet[2], tensor[HALQCD_TENSOR][2]; /* xx, yy, zz, xy, xz, yz */
} hp_halqcd_moments;

struct hp_halqcd_spin {
    const hp_halqcd_state *state;
    int npoint;
    const hp_geometry *geometry;
    hp_halqcd_rotation group[HALQCD_ROTATIONS];
    int *slot;                           /* (npoint) place in the file */
    int (*neighbour)[HALQCD_NEIGHBOURS]; /* (npoint) their points */
    double (*frame)[HALQCD_NEIGHBOURS + 1]
                   [HALQCD_TENSOR];      /* (npoint) n n of the site, of its neighbours */
    signed char (*check)[HALQCD_CHECKS]; /* (npoint) rotations that leave it, or -1 */
    hp_halqcd_moments *moment;           /* (npoint) */
    double *re, *im;                     /* (nvalue, npoint) */
    double probe[2][HALQCD_SPINS],
        rotated[HALQCD_ROTATIONS][2][HALQCD_SPINS]; /* re, im of v and of (S x S) v */
};

/* All 24 proper rotations, the identity first. */
void hp_halqcd_fill_group(hp_halqcd_rotation group[HALQCD_ROTATIONS]);

/* to = R from; a site number as coordinates from -L/2+1 to L/2. */
void hp_halqcd_turn(const hp_halqcd_rotation *by, const int from[3], int to[3]);
void hp_halqcd_site(int number, int extent, int site[3]);

/* m[source spins][sink spins], complex: traces with the matrices of the projections. */
void hp_halqcd_take_moments(const double (*m)[HALQCD_SPINS][2], hp_halqcd_moments *to);

/* Averages over the images of each site of a whole box, in the frame of the representative.
 * spread: goes on with the squares of deviations from them, and of them. Errors: HP_ERR_INPUT for a
 * wave whose images have nothing to do with each other. */
hp_status hp_halqcd_read_box(hp_halqcd_spin *spin, const hp_halqcd_wave *wave, double spread[2],
                             hp_error *err);

#endif
