// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of the tables of config.h: the masses of the two hadrons. */
#ifndef HADPOT_CONFIG_MASSES_H
#define HADPOT_CONFIG_MASSES_H

/* clang-format off */
#define HP_MASSES_HELP                                                                             \
    "the masses of the two hadrons, in the source term, in k^2 and in all energies "               \
    "(docs/method-masses.md)"

/* Keys of the section `masses`. */
#define HP_MASSES_KEYS(KEY)                                                                        \
KEY(masses, from, STRING, "given", "", ONE_OF("given|two_point"),                                  \
    "given: numbers, here or in the ensemble file; two_point: fits to the two-point functions of " \
    "every sample, whose errors enter all others")                                                 \
KEY(masses, mass_1, DOUBLE, "0", "1/a", AT_LEAST(0),                                               \
    "mass of the first hadron (0: that of the file)", WHEN(IS("from", "given")))                   \
KEY(masses, mass_2, DOUBLE, "0", "1/a", AT_LEAST(0),                                               \
    "mass of the second hadron (0: that of the file)", WHEN(IS("from", "given")))                  \
KEY(masses, mass_1_error, DOUBLE, "0", "1/a", AT_LEAST(0),                                         \
    "statistical error of the first, which samples are given (0: that of the file, if it states "  \
    "one)", WHEN(IS("from", "given")))                                                             \
KEY(masses, mass_2_error, DOUBLE, "0", "1/a", AT_LEAST(0),                                         \
    "statistical error of the second (0: that of the file, if it states one)",                     \
    WHEN(IS("from", "given")))                                                                     \
KEY(masses, source, STRING, "\"\"", "", ANY,                                                       \
    "source whose two-point functions are fitted (empty: the first of fit.sources that has them)", \
    WHEN(IS("from", "two_point")))                                                                 \
KEY(masses, t_min, INT_LIST, "[]", "a", AT_LEAST(0),                                               \
    "first time of the window of the fit, of both hadrons or of each (empty: as hadpot info "      \
    "--masses recommends)", WHEN(IS("from", "two_point")))                                         \
KEY(masses, t_max, INT_LIST, "[]", "a", AT_LEAST(0),                                               \
    "last time of the window (empty: as recommended)", WHEN(IS("from", "two_point")))              \
KEY(masses, form, STRING, "auto", "", ONE_OF("auto|exponential|cosh"),                             \
    "exponential; cosh: both directions of time (mesons), for which the file must state its "      \
    "temporal extent; auto: cosh where the temporal extent is known and two-point functions show " \
    "that they are symmetric, else exponential. Of from: given that of the comparison")            \
KEY(masses, states, INT, "0", "", FROM_TO(0, 2),                                                   \
    "states that are fitted: 1, or 2 with an excited one (0: 2 where the recommended window "      \
    "shows two, else 1; 1 where a window is given)", WHEN(IS("from", "two_point")))
/* clang-format on */

#endif
