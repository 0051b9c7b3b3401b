// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of the tables of config.h: the total band of `hadpot run`. */
#ifndef HADPOT_CONFIG_BANDS_H
#define HADPOT_CONFIG_BANDS_H

/* clang-format off */
#define HP_TOTAL_BAND_HELP                                                                         \
    "the total band: median and 68 % of all potentials of several forms that the data allow, "     \
    "beside the statistical error of the form that is fitted (docs/method-bands.md)"

/* Names in the order of the groups of features (features.h). */
#define HP_FORM_NAMES "local|separable|band|all"

/* Keys of the section `total_band`. */
#define HP_TOTAL_BAND_KEYS(KEY)                                                                    \
KEY(total_band, draws, INT, "1600", "", FROM_TO(0, 1000000),                                       \
    "potentials that are drawn at random from all that the data allow, each of which is solved "   \
    "for its phase shifts; 1600 leave 4 to 6 % of noise on the width, fewer than 100 are refused " \
    "(0: no total band)")                                                                          \
KEY(total_band, seed, INT, "1", "", AT_LEAST(0), "seed of the random numbers of the draws",        \
    WHEN(NOT("draws", "0")))                                                                       \
KEY(total_band, forms, STRING_LIST, "[local, separable, band, all]", "", ONE_OF(HP_FORM_NAMES),    \
    "forms of the potential, sums of Gaussians, of which draws are taken, separable twice as "     \
    "often as each of the others - local: V(r) alone; separable: U(r,r') = sum of g(r) g'(r') + "  \
    "g'(r) g(r'); band: U(r,r') that is large near r = r' only, for each of band_widths_fm; all: " \
    "the sum of these three",                                                                      \
    DISTINCT, WHEN(NOT("draws", "0")))                                                             \
KEY(total_band, amplitude_mev, DOUBLE, "40", "MeV", FROM_TO(0.01, 10000),                          \
    "standard deviation, before the data are known, of the strength of each Gaussian around 0; "   \
    "40 MeV each let V(0.3 fm) vary by some 90 MeV")                                               \
KEY(total_band, core_above_mev, DOUBLE, "300", "MeV", AT_LEAST(0),                                 \
    "a hard core: where S/R at distances below b is larger than this, 0.3 of the excess is added " \
    "in quadrature to the standard deviation of exp(-(r/b)^2) in V(r)")                            \
KEY(total_band, local_widths_fm, DOUBLE_LIST,                                                      \
    "[0.06, 0.077, 0.1, 0.13, 0.16, 0.21, 0.27, 0.35, 0.45, 0.58, 0.75, 0.97, 1.24, 1.6]", "fm",   \
    FROM_TO(0.02, 5), "widths b of the Gaussians exp(-(r/b)^2) of the local V(r)", ASCENDING)      \
KEY(total_band, separable_widths_fm, DOUBLE_LIST,                                                  \
    "[0.06, 0.092, 0.141, 0.217, 0.332, 0.51, 0.782, 1.2]", "fm", FROM_TO(0.02, 5),                \
    "widths b and b' of the separable terms exp(-r^2/(2 b^2)) exp(-r'^2/(2 b'^2)), all pairs, "    \
    "symmetrised",                                                                                 \
    ASCENDING)                                                                                     \
KEY(total_band, band_widths_fm, DOUBLE_LIST, "[0.15, 0.22, 0.3, 0.45, 0.6]", "fm", FROM_TO(0.02, 5),\
    "ranges beta of the non-locality of band terms, exp(-((r-r')/beta)^2); each is a form of its " \
    "own",                                                                                         \
    ASCENDING)                                                                                     \
KEY(total_band, band_envelopes_fm, DOUBLE_LIST, "[0.25, 0.353, 0.498, 0.703, 0.992, 1.4]", "fm",   \
    FROM_TO(0.02, 5), "widths b of the envelopes exp(-(r^2 + r'^2)/(2 b^2)) of band terms", ASCENDING)
/* clang-format on */

#endif
