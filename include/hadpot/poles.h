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
    double complex residue[HP_MOST_COMPONENTS]; /* g_a: (S_ab - delta_ab)/(2i k_a^(l_a+1/2)
                                                   k_b^(l_b+1/2)) -> -g_a g_b/(E - E_pole), the
                                                   first that is not 0 has Re g > 0, or
                                                   Re g = 0 and Im g > 0 */
    double change; /* |E - E'| with the range 20 per cent shorter: what the tail beyond decides;
                      |E| + |E'| where a real pole goes through the lowest threshold; infinite
                      where the pole is not there any more, or, with |k| > 1/range, moves by more
                      than it is away from the nearest threshold */
    double tail;   /* the same in k of the nearest threshold, times the range; infinite likewise */
} hp_pole;

/* Where poles are searched for: Re E from low to high, Im E from -depth to 0. */
typedef struct hp_pole_region {
    double low, high, depth; /* 1/L */
} hp_pole_region;

/* All poles of a sheet in a region, nearest to the physical region first (|Im E|, below the lowest
 * threshold |E|), multiplicities counted; found may exceed most. A pole on the real axis above a
 * threshold (of channels that do not couple) is on the sheets of both its sides. complete: their
 * number is that of the argument principle on the boundary of the region; false also where D has no
 * digits in a part of it, |Im k| range > 30 to 40, in which nothing is searched. Errors:
 * HP_ERR_INPUT for charged pairs, a region that is none; NUMERIC. */
hp_status hp_poles_find(hp_coupled *solver, hp_sheet sheet, const hp_pole_region *region, int most,
                        hp_pole *pole, int *found, bool *complete, hp_error *err);

/* The pole of this interaction next to a pole of another one (a sample's from the average's); its
 * kind may differ, and its sheet where it has gone through the lowest threshold: Im k is analytic
 * there, a virtual state of the average is a bound one of the sample. change, tail: those of
 * `from`, it is not looked for again; residues have the sign of those of `from`. Errors:
 * HP_ERR_NUMERIC where it is not found or has gone to another sheet. */
hp_status hp_pole_track(hp_coupled *solver, const hp_pole *from, hp_pole *pole, hp_error *err);

/* Any determinant with the analytic properties of D(E): in the momenta, D(-k^*) = D(k)^*. range:
 * that of the interaction, D changes with k over 1/range. */
typedef hp_status (*hp_determinant)(void *context, double complex energy, hp_sheet sheet,
                                    double complex *phase, double *log_size, hp_error *err);
typedef struct hp_pole_function {
    const hp_channels *channels;
    double range;
    hp_determinant determinant;
    void *context;
} hp_pole_function;

/* The same two for such a function, without residues, change and tail (0); determinants: how many
 * were asked for, or NULL. */
hp_status hp_poles_find_of(const hp_pole_function *of, hp_sheet sheet, const hp_pole_region *region,
                           int most, hp_pole *pole, int *found, bool *complete, int *determinants,
                           hp_error *err);
hp_status hp_pole_track_of(const hp_pole_function *of, const hp_pole *from, hp_pole *pole,
                           int *determinants, hp_error *err);

#endif
