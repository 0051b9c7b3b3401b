// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of the tables of config.h: effective energies and Luescher's formula. */
#ifndef HADPOT_CONFIG_DIRECT_H
#define HADPOT_CONFIG_DIRECT_H

/* clang-format off */
/* The section `direct` of `hadpot run`. */
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
/* clang-format on */

#endif
