// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of the tables of config.h: the job file of `hadpot import`. A format is a name in
 * HP_IMPORT_FORMATS, a section of its own here and a row in src/import/import_formats.c. */
#ifndef HADPOT_CONFIG_IMPORT_H
#define HADPOT_CONFIG_IMPORT_H

#include "hadpot/config_import_files.h"

#define HP_IMPORT_FORMATS "halqcd|ascii|hadrons|ensemble"

/* clang-format off */
#define HP_IMPORT_JOB_TABLE(TOP, SECTION, KEY, END)                                                \
TOP(format, STRING, "halqcd", "", ONE_OF(HP_IMPORT_FORMATS),                                       \
    "how the files are laid out: halqcd: trees of the HAL QCD collaboration, NBS waves and "       \
    "correlators of each configuration; ascii: numbers in columns; hadrons: HDF5 files of "        \
    "Hadrons and Grid, or others with such datasets; ensemble: parts of an ensemble of hadpot")                                                          \
TOP(tree, STRING, REQUIRED, "", ANY, "folder with the files", NOT_COUNTED)                         \
TOP(output, STRING, REQUIRED, "", ANY, "ensemble file (HDF5) to write", NOT_COUNTED)               \
TOP(rows, STRING, "configuration", "", ONE_OF("configuration|file"),                               \
    "what a row of the ensemble is: configuration: the average of its rotations and source "       \
    "positions, which are not independent of each other; file: each of them is a row, for tests: " \
    "the errors that come of such rows are not statistical ones")                                  \
TOP(source, STRING, "wall", "", ANY, "name of the source in the ensemble")                         \
TOP(channel, STRING, "\"\"", "", ANY, "name of the channel, for the results")                      \
TOP(inverse_spacing_mev, DOUBLE, "0", "MeV", AT_LEAST(0),                                          \
    "inverse lattice spacing 1/a, which must be given (0: that of the files, for format ensemble)") \
TOP(mass_1, DOUBLE, "0", "1/a", AT_LEAST(0),                                                       \
    "mass of the first hadron in lattice units (0: it comes from the two-point functions)")        \
TOP(mass_1_error, DOUBLE, "0", "1/a", AT_LEAST(0), "its error (0: none given)",                    \
    WHEN(NOT("mass_1", "0")))                                                                      \
TOP(mass_2, DOUBLE, "0", "1/a", AT_LEAST(0),                                                       \
    "mass of the second hadron in lattice units (0: the same as mass_1)",                          \
    WHEN(NOT("mass_1", "0")))                                                                      \
TOP(mass_2_error, DOUBLE, "0", "1/a", AT_LEAST(0), "its error (0: none given)",                    \
    WHEN(NOT("mass_2", "0")))                                                                      \
SECTION(pair, "the two hadrons, in ensembles of several components")                               \
KEY(pair, name, STRING, "XX", "", ANY, "name of the pair")                                         \
KEY(pair, identical, BOOL, "false", "", ANY,                                                       \
    "whether the hadrons are identical, so that sink and source get a factor 1/sqrt(2)")           \
KEY(pair, charge_1, INT, "0", "e", ANY, "charge of the first hadron")                              \
KEY(pair, charge_2, INT, "0", "e", ANY, "charge of the second hadron")                             \
END(pair)                                                                                          \
SECTION(halqcd, "names in trees of format halqcd")                                                 \
KEY(halqcd, wave_folder, STRING, "\"\"", "", ANY,                                                  \
    "folder of the wave functions (empty: the only BBwave.dir.*)", HP_WHEN_HALQCD)                 \
KEY(halqcd, operators, STRING, "\"\"", "", ANY,                                                    \
    "end of the names of the wave files, .SINK.SOURCE (empty: all have the same)", HP_WHEN_HALQCD) \
KEY(halqcd, rotation, STRING, ".rot_", "", ANY,                                                    \
    "what stands between the name of a configuration and that of one of its rotations",            \
    HP_WHEN_HALQCD)                                                                                \
KEY(halqcd, components, STRING_LIST, "[1S0]", "", ONE_OF("1S0|3S1"),                               \
    "partial waves; 3S1 is 3S1 and 3D1 with the projected Laplacian of the latter", DISTINCT,      \
    HP_WHEN_HALQCD)                                                                                \
KEY(halqcd, times, INT_LIST, "[]", "a", AT_LEAST(0),                                               \
    "consecutive times of the waves (empty: all that there are)", ASCENDING, HP_WHEN_HALQCD)       \
KEY(halqcd, two_point_folder, STRING, "correlator.PS.dir", "", ANY,                                \
    "folder of the two-point functions", HP_WHEN_HALQCD)                                           \
KEY(halqcd, two_point_1, STRING, "\"\"", "", ANY,                                                  \
    "two-point function of the first hadron: its files begin with this and _correlator",           \
    HP_WHEN_HALQCD)                                                                                \
KEY(halqcd, two_point_2, STRING, "\"\"", "", ANY,                                                  \
    "that of the second hadron (empty: the same as two_point_1)", HP_WHEN_HALQCD)                  \
KEY(halqcd, correlator_suffix, STRING, "\"\"", "", ANY,                                             \
    "what follows _correlator in the names of files that are taken, or its beginning, such as "    \
    ".ama (empty: anything, where files differ in numbers and rotations alone)", HP_WHEN_HALQCD)   \
KEY(halqcd, antiparticle, STRING, "anti", "", ANY,                                                 \
    "what the names of the antiparticles begin with; C(t) = (C(t) + sign C_anti(T - t))/2",        \
    HP_WHEN_HALQCD)                                                                                \
KEY(halqcd, fold, STRING, "plus", "", ONE_OF("plus|minus|none"),                                   \
    "sign of the antiparticle: that of the boundary condition in time; none: forward alone",       \
    HP_WHEN_HALQCD)                                                                                \
KEY(halqcd, two_baryon_folder, STRING, "correlator.multi.dir", "", ANY,                            \
    "folder of the two-baryon correlators at zero momentum", HP_WHEN_HALQCD)                       \
KEY(halqcd, two_baryon, STRING, "\"\"", "", ANY,                                                   \
    "what the names of their files begin with, before _correlator (empty: there are none)",        \
    HP_WHEN_HALQCD)                                                                                \
END(halqcd)                                                                                        \
SECTION(ascii, HP_IMPORT_FILES_HELP)                                                               \
HP_ASCII_KEYS(KEY)                                                                                 \
END(ascii)                                                                                         \
SECTION(hadrons, HP_IMPORT_FILES_HELP)                                                             \
HP_HADRONS_KEYS(KEY)                                                                               \
END(hadrons)                                                                                       \
SECTION(ensemble, "files of hadpot")                                                               \
HP_ENSEMBLE_KEYS(KEY)                                                                              \
END(ensemble)
#define HP_WHEN_HALQCD WHEN(IS("format", "halqcd"))
/* clang-format on */

#endif
