// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of the tables of config.h: the job file of `hadpot coverage`. */
#ifndef HADPOT_CONFIG_COVERAGE_H
#define HADPOT_CONFIG_COVERAGE_H

/* clang-format off */
#define HP_COVERAGE_JOB_TABLE(TOP, SECTION, KEY, END)                                              \
TOP(output, STRING, REQUIRED, "", ANY, "folder for the results")                                   \
TOP(synth, STRING, REQUIRED, "", ANY,                                                              \
    "job file of hadpot synth; its output, truth, noise.seed and phase_shifts.energies_mev are "   \
    "not used")                                                                                    \
TOP(synth_set, STRING_LIST, "[]", "", ANY,                                                         \
    "assignments key.path=value on top of that job; --set synth.key.path=value goes before them")  \
TOP(run, STRING, REQUIRED, "", ANY,                                                                \
    "job file of hadpot run, at whose energies phase shifts are compared; its ensemble and "       \
    "output are not used")                                                                         \
TOP(run_set, STRING_LIST, "[]", "", ANY,                                                           \
    "assignments key.path=value on top of that job; --set run.key.path=value goes before them")    \
TOP(observables, STRING_LIST, "[]", "", ANY,                                                       \
    "what is compared of a run with channels: \"delta LL:1S0 2150\", \"eta LL:1S0 2150\" at a "    \
    "total energy of the run in MeV; \"re_w -+\", \"im_w -+\" of the first pole of the truth on "  \
    "this sheet, \"re_w -+ 2\" of the second (empty: delta of all components at all energies, eta "  \
    "where two pairs are open, all poles)", DISTINCT, QUIET)                                       \
TOP(ensembles, INT, "200", "", AT_LEAST(2), "number of synthetic ensembles")                       \
TOP(first_seed, INT, "1", "", AT_LEAST(0),                                                         \
    "noise.seed of the first ensemble; the next ones have the next numbers")                       \
TOP(levels, DOUBLE_LIST, "[0.68, 0.95]", "", FROM_BELOW(0.01, 1),                                  \
    "confidence levels of the bands that are tested", ASCENDING)                                   \
TOP(fits, BOOL, "true", "", ANY,                                                                   \
    "fit a potential to every ensemble; false: correlators and, unless total_band.draws of the "   \
    "run is 0, total bands alone")                 \
TOP(keep_ensembles, BOOL, "false", "", ANY, "keep the ensemble files, in output/ensembles")
/* clang-format on */

#endif
