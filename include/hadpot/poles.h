// SPDX-License-Identifier: GPL-3.0-or-later
/* Poles of the S-matrix on any sheet: zeros of D(E) = det(1 - G^+ A) (coupled.h), their kind and
 * their residues (docs/method-poles.md). */
#ifndef HADPOT_POLES_H
#define HADPOT_POLES_H

#include "hadpot/coupled.h"

/* BOUND: physical sheet, real E below all thresholds of the lowest; VIRTUAL: real E below the
 * lowest threshold on another sheet; RESONANCE: complex, written with Im E <= 0 (its mirror image
 * at E^* is there too). */
typedef enum hp_pole_kind { HP_POLE_BOUND, HP_POLE_VIRTUAL, HP_POLE_RESONANCE } hp_pole_kind;

typedef struct hp_pole {
    hp_sheet sheet;
    double complex energy; /* 1/L, above the lowest threshold */
    double complex k[HP_MOST_PAIRS];
    hp_pole_kind kind;
    double complex residue[HP_MOST_COMPONENTS]; /* g_a: T_ab -> -g_a g_b/(E - E_pole) as the
                                                   document defines it */
    double change; /* |E - E'| with the range 20 per cent shorter: what the tail beyond decides */
} hp_pole;

/* Where poles are searched for: Re E from low to high, Im E from -depth to 0. */
typedef struct hp_pole_region {
    double low, high, depth; /* 1/L */
} hp_pole_region;

/* All poles of a sheet in a region, nearest to the real axis first, multiplicities counted; found
 * may exceed most. complete: their number is that of the argument principle on the boundary of the
 * region. Errors: HP_ERR_INPUT for charged pairs; NUMERIC. */
hp_status hp_poles_find(hp_coupled *solver, hp_sheet sheet, const hp_pole_region *region, int most,
                        hp_pole *pole, int *found, bool *complete, hp_error *err);

/* The pole of this interaction next to a pole of another one (a sample's from the average's).
 * Errors: HP_ERR_NUMERIC where it is not found. */
hp_status hp_pole_track(hp_coupled *solver, const hp_pole *from, hp_pole *pole, hp_error *err);

#endif
