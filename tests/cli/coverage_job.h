// SPDX-License-Identifier: GPL-3.0-or-later
/* A coverage study of a few small ensembles. */
#ifndef HADPOT_TEST_COVERAGE_JOB_H
#define HADPOT_TEST_COVERAGE_JOB_H

#include "output.h"

#define SYNTH_JOB                                                                                  \
    "output: not/used.h5\n"                                                                        \
    "mass_1_mev: 4796.0\n"                                                                         \
    "inverse_spacing_mev: 2333.0\n"                                                                \
    "gaussians: {amplitudes_mev: [60.0, -110.0], ranges_fm: [0.25, 0.60]}\n"                       \
    "grid: {spacing_lat: 1.0, points: 24}\n"                                                       \
    "times: {first: 25, count: 3}\n"                                                               \
    "states: {count: 8}\n"                                                                         \
    "noise: {configurations: 12, four_point: 0.002, radial_correlation_fm: 0.5}\n"

#define RUN_JOB                                                                                    \
    "ensemble: not/there.h5\n"                                                                     \
    "output: not/used\n"                                                                           \
    "resampling: {bin: 2}\n"                                                                       \
    "fit: {r_max_fm: 1.9}\n"                                                                       \
    "potential: {kind: gaussians, gaussians: 2}\n"                                                 \
    "scattering: {energies_mev: [2, 10.5], solver: nystroem, panels: 6, order: 8}\n"               \
    "total_band: {draws: 100}\n"

#define COVERAGE_JOB                                                                               \
    "output: out\n"                                                                                \
    "synth: synth.yaml\n"                                                                          \
    "run: run.yaml\n"                                                                              \
    "ensembles: 4\n"                                                                               \
    "first_seed: 11\n"

static inline void write_jobs(const scene *place) {
    write_text(place, "synth.yaml", SYNTH_JOB);
    write_text(place, "run.yaml", RUN_JOB);
    write_text(place, "job.yaml", COVERAGE_JOB);
}

#endif
