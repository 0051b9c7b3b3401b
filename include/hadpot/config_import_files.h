// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of the tables of config_import.h: formats ascii, hadrons and ensemble. */
#ifndef HADPOT_CONFIG_IMPORT_FILES_H
#define HADPOT_CONFIG_IMPORT_FILES_H

/* clang-format off */
#define HP_IMPORT_FILES_HELP                                                                       \
    "names of files below tree. {configuration} stands for the name of a configuration, which "    \
    "ends in its trajectory number, {source} for that of a source (letters, digits, _, -), {t} "   \
    "for a time, * for anything; files that differ in * alone are averaged"

/* Keys of both formats with a file for each correlator. S: section, W: when they have effect. */
#define HP_IMPORT_FILES_KEYS(KEY, S, W)                                                            \
KEY(S, four_point, STRING, "\"\"", "", ANY,                                                        \
    "files of the four-point functions of the two hadrons (NBS waves)", W)                         \
KEY(S, R, STRING, "\"\"", "", ANY,                                                                 \
    "files of R(t,r) instead, of configurations", INSTEAD_OF("four_point"), W)                     \
KEY(S, two_point_1, STRING, "\"\"", "", ANY,                                                       \
    "files of the two-point functions of the first hadron, whose times are kept all", W)           \
KEY(S, two_point_2, STRING, "\"\"", "", ANY,                                                       \
    "those of the second hadron (empty: the same as two_point_1)", W)                              \
KEY(S, fold, STRING, "none", "", ONE_OF("none|plus|minus"),                                        \
    "C(t) = (C(t) + sign C_bw(T - t))/2 with this sign, that of the boundary in time (t = 0: "     \
    "always plus); C_bw, which runs backward, is that of a meson itself, or the antiparticle of "  \
    "a baryon", W)                                                                                 \
KEY(S, antiparticle_1, STRING, "\"\"", "", ANY,                                                    \
    "files of what runs backward, of the first hadron (empty: two_point_1 itself)", W)             \
KEY(S, antiparticle_2, STRING, "\"\"", "", ANY,                                                    \
    "those of the second hadron (empty: as for the first)", W)                                     \
KEY(S, two_baryon, STRING, "\"\"", "", ANY,                                                        \
    "files of the correlators of both hadrons at zero momentum, for effective energies (empty: "   \
    "there are none)", W)                                                                          \
KEY(S, times, INT_LIST, "[]", "a", AT_LEAST(0),                                                    \
    "consecutive times of the four-point functions (empty: all that there are)", ASCENDING, W)     \
KEY(S, extent, INT, "0", "a", AT_LEAST(0),                                                         \
    "L of a cubic box (0: from the number of sites)", W)                                           \
KEY(S, temporal_extent, INT, "0", "a", AT_LEAST(0),                                                \
    "T (0: as many as the times of the two-point functions, where fold needs it)", W)

#define HP_IMPORT_COLUMNS "configuration|t|x|y|z|r|re|im|-"
#define HP_ASCII_KEYS(KEY)                                                                         \
HP_IMPORT_FILES_KEYS(KEY, ascii, WHEN(IS("format", "ascii")))                                      \
KEY(ascii, columns, STRING_LIST, "[]", "", ONE_OF(HP_IMPORT_COLUMNS),                              \
    "what the columns of four_point or R are, - is left out (empty: by their number, [t, r, re], " \
    "[t, r, re, im], [t, x, y, z, re] or [t, x, y, z, re, im], without t where {t} is in the "     \
    "name, with configuration in front where {configuration} is not)",                             \
    WHEN(IS("format", "ascii")))                                                                   \
KEY(ascii, two_point_columns, STRING_LIST, "[]", "", ONE_OF(HP_IMPORT_COLUMNS),                    \
    "the same of the other files (empty: [t, re] or [t, re, im], configuration as above)",         \
    WHEN(IS("format", "ascii")))

#define HP_HADRONS_DATASET_KEY(KEY, name, of)                                                      \
KEY(hadrons, name, STRING, "\"\"", "", ANY, of, WHEN(IS("format", "hadrons")))
#define HP_HADRONS_KEYS(KEY)                                                                       \
HP_IMPORT_FILES_KEYS(KEY, hadrons, WHEN(IS("format", "hadrons")))                                  \
HP_HADRONS_DATASET_KEY(KEY, dataset,                                                               \
    "dataset of four_point or R (empty: the only one of the file)")                                \
HP_HADRONS_DATASET_KEY(KEY, two_point_1_dataset,                                                   \
    "dataset of two_point_1, as meson/meson_0/corr, or by attributes of its group, as "            \
    "meson/[gamma_snk=Gamma5,gamma_src=Gamma5]/corr (empty: the only one of the file)")            \
HP_HADRONS_DATASET_KEY(KEY, two_point_2_dataset, "that of two_point_2")                            \
HP_HADRONS_DATASET_KEY(KEY, antiparticle_1_dataset, "that of antiparticle_1")                      \
HP_HADRONS_DATASET_KEY(KEY, antiparticle_2_dataset, "that of antiparticle_2")                      \
HP_HADRONS_DATASET_KEY(KEY, two_baryon_dataset, "that of two_baryon")                              \
KEY(hadrons, axes, STRING_LIST, "[]", "", ONE_OF("t|x|y|z|site|r"),                                \
    "axes of that dataset, outermost first; site: z, y and x in one, or one of each cubic orbit "  \
    "in the order of ensembles (empty: [t, z, y, x] or [t, site], without t where {t} is in the "  \
    "name)", DISTINCT, WHEN(IS("format", "hadrons")))                                              \
KEY(hadrons, first_t, INT, "0", "a", AT_LEAST(0), "the first time on the axis t of that dataset",  \
    WHEN(IS("format", "hadrons")))                                                                 \
KEY(hadrons, r_dataset, STRING, "\"\"", "", ANY,                                                   \
    "distances, in lattice units, on the axis r of that dataset", WHEN(IS("format", "hadrons")))

#define HP_ENSEMBLE_KEYS(KEY)                                                                      \
KEY(ensemble, files, STRING, "\"\"", "", ANY,                                                      \
    "ensemble files of hadpot that are joined, their numbers real or complex; each has one row "   \
    "or more, and the trajectory number of a row is in the file, or its name's {configuration}",   \
    WHEN(IS("format", "ensemble")))
/* clang-format on */

#endif
