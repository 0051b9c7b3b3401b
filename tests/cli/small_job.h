// SPDX-License-Identifier: GPL-3.0-or-later
/* A job for small ensembles that runs in milliseconds, and how to run it. */
#ifndef HADPOT_SMALL_JOB_H
#define HADPOT_SMALL_JOB_H

#include "program.h"
#include "small_ensemble.h"

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
    "  steps: 60\n"                                                                                \
    "scattering:\n"                                                                                \
    "  energies_mev: [1, 5.5, 20]\n"                                                               \
    "  order: 8\n"                                                                                 \
    "results:\n"                                                                                   \
    "  u_points: 5\n"                                                                              \
    "total_band:\n"                                                                                \
    "  draws: 100\n"

enum { SMALL_NENERGY = 3, SMALL_UPOINTS = 5, SMALL_NFITTED_T = 2 };

/* Put job.yaml and raw.h5 into the folder of a scene. */
static inline void write_small_job(const scene *place) {
    char path[256];
    write_text(place, "job.yaml", SMALL_JOB);
    scene_path(place, "raw.h5", path);
    small_ensemble_write(path, (small_style){.nsample = SMALL_NSAMPLE});
}

/* The same, and run the job on one rank with more arguments, whatever ran there before. */
static inline void run_small_job(scene *place, const char *arguments) {
    write_small_job(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --overwrite %s", arguments), 0);
}

#endif
