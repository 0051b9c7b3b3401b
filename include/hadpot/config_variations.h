// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of the tables of config.h: alternatives to a job of `hadpot run`, by group. */
#ifndef HADPOT_CONFIG_VARIATIONS_H
#define HADPOT_CONFIG_VARIATIONS_H

/* clang-format off */
#define HP_VARIATIONS_HELP                                                                         \
    "alternatives to this job, from which systematic errors come; each entry is one: KEY=VALUE "   \
    "as for --set, several of them separated by spaces or semicolons"

/* Keys of the section `variations`: the groups of the error budget. */
#define HP_VARIATION_KEYS(KEY)                                                                     \
KEY(variations, times, STRING_LIST, "[]", "", ANY, "other Euclidean times")                        \
KEY(variations, sources, STRING_LIST, "[]", "", ANY, "other sources")                              \
KEY(variations, ansatz, STRING_LIST, "[]", "", ANY, "other forms of the potential")                \
KEY(variations, envelope, STRING_LIST, "[]", "", ANY, "other envelopes")                           \
KEY(variations, range, STRING_LIST, "[]", "", ANY, "other distances in the fit or ranges of the "  \
    "potential")                                                                                   \
KEY(variations, seed, STRING_LIST, "[]", "", ANY, "other seeds of the training")                   \
KEY(variations, other, STRING_LIST, "[]", "", ANY, "anything else that belongs together")
/* clang-format on */

#endif
