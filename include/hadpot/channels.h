// SPDX-License-Identifier: GPL-3.0-or-later
/* Coupled channels: the components of the wave function, their pairs, and the momenta that belong
 * to an energy. Unit of length L as in interaction.h. E is the energy above the lowest threshold of
 * the masses, W = E + that threshold the total energy, both in 1/L. A component is open where k^2
 * >= 0; nothing here or in the solvers rests on the order of pairs or components. */
#ifndef HADPOT_CHANNELS_H
#define HADPOT_CHANNELS_H

#include <complex.h>
#include "hadpot/coulomb.h"
#include "hadpot/pair.h"

/* re + i im, also where im is infinite or re not a number; not all compilers have C11's CMPLX. */
static inline double complex hp_complex(double re, double im) {
    return (union {
               double part[2];
               double complex z;
           }){{re, im}}
        .z;
}

/* How momenta follow from the energy:
 * non-relativistic  k^2 = 2 mu (E - threshold),
 * relativistic      k^2 = [W^2 - (m1+m2)^2][W^2 - (m1-m2)^2]/(4 W^2), which needs masses. */
typedef enum hp_kinematics { HP_NONRELATIVISTIC, HP_RELATIVISTIC } hp_kinematics;

typedef struct hp_channels {
    hp_kinematics kinematics;
    int npair, ncomponent;
    hp_pair pair[HP_MOST_PAIRS];
    double threshold[HP_MOST_PAIRS];   /* above the lowest, which has 0 */
    double lowest;                     /* m1 + m2 of the lowest, 0 where masses are not known */
    hp_coulomb coulomb[HP_MOST_PAIRS]; /* of each pair; strength 0: none */
    hp_component component[HP_MOST_COMPONENTS];
} hp_channels;

/* Thresholds from the masses of all pairs (m1 + m2), relative to the lowest. Errors: HP_ERR_INPUT
 * for numbers out of range, a component of no pair, l < 0, unknown masses. */
hp_status hp_channels_set_thresholds(hp_channels *channels, hp_error *err);

/* Those of `from` with these pairs (npair), of a sample or a draw: their masses, and with them
 * thresholds and Coulomb forces; charges are those of `from`. Errors: as above. */
hp_status hp_channels_take_pairs(const hp_channels *from, const hp_pair *pair,
                                 hp_channels *channels, hp_error *err);

/* What the solvers ask of channels: numbers of pairs and components, l from 0 to HP_MOST_L,
 * thresholds >= 0 of which the lowest is 0, masses where kinematics is relativistic. Components of
 * one pair may have the same l, as 1P1 and 3P1. Errors: HP_ERR_INPUT, naming it. */
enum { HP_MOST_L = 8 };
hp_status hp_channels_check(const hp_channels *channels, hp_error *err);

/* k^2 of a pair at E, real or complex, and its derivative d k^2/dE. */
double hp_channels_k2(const hp_channels *channels, int pair, double energy);
double complex hp_channels_k2_at(const hp_channels *channels, int pair, double complex energy);
double complex hp_channels_k2_slope(const hp_channels *channels, int pair, double complex energy);

/* E at which a pair has k^2, real. */
double hp_channels_energy(const hp_channels *channels, int pair, double k2);

/* The components with k^2 >= 0 at E, in their order; returns how many. */
int hp_channels_open(const hp_channels *channels, double energy, int open[HP_MOST_COMPONENTS]);

/* A sheet: bit a is set where Im k of pair a is negative; 0 is the physical sheet. k of all pairs
 * at a complex E on a sheet. On the cut (k^2 >= 0) k is the limit from Im E > 0. */
typedef unsigned hp_sheet;
void hp_channels_momenta(const hp_channels *channels, double complex energy, hp_sheet sheet,
                         double complex k[HP_MOST_PAIRS]);

#endif
