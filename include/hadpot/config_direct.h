// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of the tables of config.h: levels in the periodic box, effective energies and Luescher's
 * formula. */
#ifndef HADPOT_CONFIG_DIRECT_H
#define HADPOT_CONFIG_DIRECT_H

#include "hadpot/box.h"
#include "hadpot/units.h"

/* clang-format off */
/* The section `direct`. */
#define HP_DIRECT_HELP                                                                             \
    "effective energies Delta E(t) = ln R(t)/R(t+1) of R summed over the periodic box of a cubic " \
    "ensemble, and of its two-baryon correlators; k cot delta from them by Luescher's formula"
#define HP_DIRECT_KEYS(KEY)                                                                        \
KEY(direct, compute, BOOL, "true", "", ANY,                                                        \
    "compute them (of a radial ensemble, whose R ends with its grid, nothing is computed)")        \
KEY(direct, times, INT_LIST, "[]", "", ANY,                                                        \
    "t of R, ascending, where the ensemble has t and t+1 (empty: where fit.times reads both, and " \
    "those of the plateau)", ASCENDING, WHEN(IS("compute", "true")))                               \
KEY(direct, two_baryon_times, INT_LIST, "[]", "", ANY,                                             \
    "t of two-baryon correlators, ascending (empty: all, up to half of the temporal extent)",      \
    ASCENDING, WHEN(IS("compute", "true")))                                                        \
KEY(direct, plateau_t_min, INT, "0", "", AT_LEAST(0),                                              \
    "first t of Delta E where one state, A exp(-Delta E t), is fitted to R(t), as to masses; "     \
    "plateaus before the excited states of the box have decayed may be fake ones, and are marked", \
    AT_MOST("plateau_t_max"), WHEN(NOT("plateau_t_max", "0")))                                     \
KEY(direct, plateau_t_max, INT, "0", "", AT_LEAST(0),                                              \
    "last t of it: R is fitted up to the next one (0: no fit)", WHEN(IS("compute", "true")))

/* The sections of `hadpot run` about the box of a cubic ensemble. */
#define HP_BOX_SECTIONS(SECTION, KEY, END)                                                         \
SECTION(finite_volume, "energy levels in the periodic box of a cubic ensemble, "                   \
    HP_LEVEL_CONVENTION)                                                                           \
KEY(finite_volume, levels, INT, "0", "", FROM_TO(0, HP_MAX_LEVELS),                                \
    "lowest A1 levels, of S/R at every site and of the fitted potential (0: none)")                \
END(finite_volume)                                                                                 \
SECTION(direct, HP_DIRECT_HELP)                                                                    \
HP_DIRECT_KEYS(KEY)                                                                                \
END(direct)
/* clang-format on */

#endif
