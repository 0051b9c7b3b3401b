// SPDX-License-Identifier: GPL-3.0-or-later
/* A job for small ensembles that runs in milliseconds. */
#ifndef HADPOT_SMALL_JOB_H
#define HADPOT_SMALL_JOB_H

#define SMALL_JOB                                                                                  \
    "ensemble: raw.h5\n"                                                                           \
    "output: out\n"                                                                                \
    "fit:\n"                                                                                       \
    "  times: [11, 12]\n"                                                                          \
    "potential:\n"                                                                                 \
    "  kind: sdnn\n"                                                                               \
    "  f_layers: [6, 4]\n"                                                                         \
    "  envelope_fm: 0.5\n"                                                                         \
    "  local_part: true\n"                                                                         \
    "  local_layers: [4, 1]\n"                                                                     \
    "  local_envelope_fm: 0.6\n"                                                                   \
    "training:\n"                                                                                  \
    "  epochs: 60\n"                                                                               \
    "scattering:\n"                                                                                \
    "  energies_mev: [1, 5.5, 20]\n"                                                               \
    "  panels: 4\n"                                                                                \
    "  order: 8\n"                                                                                 \
    "results:\n"                                                                                   \
    "  u_points: 5\n"

enum { SMALL_NENERGY = 3, SMALL_UPOINTS = 5, SMALL_NFITTED_T = 2 };

#endif
