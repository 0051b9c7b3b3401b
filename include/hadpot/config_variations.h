// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of the tables of config.h: alternatives to a job of `hadpot run`, by group. */
#ifndef HADPOT_CONFIG_VARIATIONS_H
#define HADPOT_CONFIG_VARIATIONS_H

/* clang-format off */
#define HP_VARIATIONS_HELP                                                                         \
    "alternatives to this job, from which systematic errors come; each entry is one: KEY=VALUE "   \
    "as for --set, several of them separated by spaces or semicolons"

/* Keys of the section `variations`: the groups of the error budget; alternatives.c says which of
 * them enter it. */
#define HP_VARIATION_KEYS(KEY)                                                                     \
KEY(variations, times, STRING_LIST, "[]", "", ANY, "other Euclidean times")                        \
KEY(variations, sources, STRING_LIST, "[]", "", ANY, "other sources; with fewer of them than the " \
    "job they are listed only, since fewer sources determine less of U")                           \
KEY(variations, ansatz, STRING_LIST, "[]", "", ANY, "other forms of the potential, other "         \
    "penalties: listed only, since the total band is the error of the form")                       \
KEY(variations, envelope, STRING_LIST, "[]", "", ANY, "other envelopes: listed only, likewise")    \
KEY(variations, range, STRING_LIST, "[]", "", ANY, "other distances in the fit or ranges of the "  \
    "potential")                                                                                   \
KEY(variations, seed, STRING_LIST, "[]", "", ANY, "other seeds of the training: listed only, a "   \
    "check that fits have converged")                                                              \
KEY(variations, other, STRING_LIST, "[]", "", ANY, "any other choice about the data")
/* clang-format on */

#endif
