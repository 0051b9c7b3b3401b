// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of the tables of config.h: the total band of `hadpot run`. */
#ifndef HADPOT_CONFIG_BANDS_H
#define HADPOT_CONFIG_BANDS_H

/* clang-format off */
#define HP_TOTAL_BAND_HELP                                                                         \
    "bands of all potentials that the data allow, beside the errors of the form that is fitted: "  \
    "draws of several forms, each a sum of Gaussians with a prior in physical units"

/* Names in the order of the groups of features (features.h). */
#define HP_FORM_NAMES "local|separable|band|all"

/* Keys of the section `total_band`. */
#define HP_TOTAL_BAND_KEYS(KEY)                                                                    \
KEY(total_band, draws, INT, "1600", "", FROM_TO(0, 1000000),                                       \
    "potentials that are drawn and solved (0: no total band)", NOT_COUNTED)                        \
KEY(total_band, seed, INT, "1", "", AT_LEAST(0), "seed of the draws", NOT_COUNTED,                 \
    WHEN(NOT("draws", "0")))                                                                       \
KEY(total_band, forms, STRING_LIST, "[local, separable, band, all]", "", ONE_OF(HP_FORM_NAMES),    \
    "forms with an equal share of the draws: V(r); a sum of separable terms; U(r,r') that is "     \
    "large near r = r', of each of band_widths_fm; and all of these at once",                      \
    DISTINCT, WHEN(NOT("draws", "0")))                                                             \
KEY(total_band, amplitude_mev, DOUBLE, "40", "MeV", ABOVE(0),                                      \
    "standard deviation of the strength of each Gaussian before the data are known")               \
KEY(total_band, core_above_mev, DOUBLE, "300", "MeV", AT_LEAST(0),                                 \
    "a core: where S/R within b is larger than this, 0.3 of the difference is added in "           \
    "quadrature for exp(-(r/b)^2) in V(r)")                                                        \
KEY(total_band, local_widths_fm, DOUBLE_LIST,                                                      \
    "[0.06, 0.077, 0.1, 0.13, 0.16, 0.21, 0.27, 0.35, 0.45, 0.58, 0.75, 0.97, 1.24, 1.6]", "fm",   \
    ABOVE(0), "b of exp(-(r/b)^2) in V(r)", ASCENDING)                                             \
KEY(total_band, separable_widths_fm, DOUBLE_LIST,                                                  \
    "[0.06, 0.092, 0.141, 0.217, 0.332, 0.51, 0.782, 1.2]", "fm", ABOVE(0),                        \
    "b and b' of exp(-r^2/(2 b^2)) exp(-r'^2/(2 b'^2)), all pairs", ASCENDING)                     \
KEY(total_band, band_widths_fm, DOUBLE_LIST, "[0.15, 0.22, 0.3, 0.45, 0.6]", "fm", ABOVE(0),       \
    "beta of exp(-((r-r')/beta)^2), the non-locality of U(r,r')", ASCENDING)                       \
KEY(total_band, band_envelopes_fm, DOUBLE_LIST, "[0.25, 0.353, 0.498, 0.703, 0.992, 1.4]", "fm",   \
    ABOVE(0), "b of exp(-(r^2 + r'^2)/(2 b^2)) around it", ASCENDING)
/* clang-format on */

#endif
