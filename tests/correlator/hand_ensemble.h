// SPDX-License-Identifier: GPL-3.0-or-later
/* Ensembles filled by hand: the correlator module needs no open file. */
#ifndef HADPOT_TEST_HAND_ENSEMBLE_H
#define HADPOT_TEST_HAND_ENSEMBLE_H

#include "hadpot/ensemble.h"
#include "support.h"

enum { HAND_NT = 5, HAND_FIRST_TIME = 7 };

/* The parts that hp_ensemble points to. */
typedef struct hand_parts {
    int t[HAND_NT];
    char *source[2];
    bool has_ratio[2];
} hand_parts;

/* A radial (r, npoint) or, with r == NULL, a cubic (extent = npoint) ensemble of two sources
 * "smeared" (R stored) and "wall" (R, or four- and two-point functions), t = 7 ... 11. */
static inline hp_ensemble hand_ensemble(hand_parts *parts, const double *r, int npoint,
                                        bool wall_has_ratio, const double mass[2]) {
    static char path[] = "hand.h5", smeared[] = "smeared", wall[] = "wall";
    hp_error err = HP_ERROR_INIT;
    *parts = (hand_parts){.source = {smeared, wall}, .has_ratio = {true, wall_has_ratio}};
    for (int t = 0; t < HAND_NT; t++) parts->t[t] = HAND_FIRST_TIME + t;
    hp_ensemble ensemble = {.path = path,
                            .sampling = HP_SAMPLING_CONFIGURATION,
                            .inverse_spacing_mev = 2333,
                            .mass = {mass[0], mass[1]},
                            .nt = HAND_NT,
                            .t = parts->t,
                            .nsource = 2,
                            .source = parts->source,
                            .has_ratio = parts->has_ratio,
                            .nsample = 2};
    if (r != NULL)
        assert_ok(hp_geometry_create_radial(r, npoint, &ensemble.geometry, &err), &err);
    else
        assert_ok(hp_geometry_create_cubic(npoint, &ensemble.geometry, &err), &err);
    return ensemble;
}

#endif
