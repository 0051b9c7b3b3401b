// SPDX-License-Identifier: GPL-3.0-or-later
/* An ensemble of two pairs of hadrons and three components. */
#ifndef HADPOT_TWO_PAIRS_H
#define HADPOT_TWO_PAIRS_H

#include "open_components.h"

enum { NT = 4, NSAMPLE = 3 };
static const double masses[2][NSAMPLE] = {{0.5, 0.5625, 0.625}, {0.75, 0.6875, 0.75}};
static const double root_z[NSAMPLE] = {1.25, 1.375, 1.125};

/* Exact in four bytes, all different. */
static inline double number(const components_file *of, const file_place *at) {
    int place = at->part + 8 * (at->source + 4 * (at->component + 4 * at->sample));
    (void)of;
    return (1 + at->point + 10 * (at->t + 8 * place)) / 8.0;
}

static inline double number_at(file_part part, int source, int component, int sample, int t,
                               int point) {
    const file_place at = {part, source, component, sample, t, point};
    return number(NULL, &at);
}

/* Two pairs, the first of identical hadrons, with three components; the sources of waves are not in
 * alphabetical order. */
static inline components_file two_pairs(void) {
    return (components_file){
        .jackknife = true,
        .nsample = NSAMPLE,
        .nt = NT,
        .t0 = 7,
        .npoint = SAMPLE_RADIAL,
        .r = sample_r,
        .inverse_spacing_mev = 2333.5,
        .npair = 2,
        .pair = {{.name = "LL", .mass = {0.5, 0.5}, .identical = 1, .sqrt_z = 1.75},
                 {.name = "NX",
                  .charge = {1, -1},
                  .mass_1_rows = masses[0],
                  .mass_2_rows = masses[1],
                  .z = root_z}},
        .ncomponent = 3,
        .component = {"NX:3D1", "LL:1S0", "NX:3S1"},
        .nsource = 2,
        .source = {{.name = "wall_NX", .pair = "NX"}, {.name = "smeared_LL", .pair = "LL"}},
        .number = number};
}

#endif
