// SPDX-License-Identifier: GPL-3.0-or-later
/* A small ensemble of two coupled channels and a job for it. */
#ifndef HADPOT_TEST_COUPLED_RUN_H
#define HADPOT_TEST_COUPLED_RUN_H

#include "output.h"

/* Two coupled S waves, eight configurations; a = 1 fm. */
static const char coupled_synth[] =
    "output: raw.h5\n"
    "channel: two pairs\n"
    "channels:\n"
    "  pairs: [A, B]\n"
    "  masses_1_mev: [98.6634902, 102.610029808]\n"
    "  masses_2_mev: [108.52983922, 118.39618824]\n"
    "  components: [\"A:1S0\", \"B:1S0\"]\n"
    "  z_factors: [0.8, 1.3]\n"
    "inverse_spacing_mev: 197.3269804\n"
    "gaussians:\n"
    "  amplitudes_mev: [-19.73269804, 11.839618824, -39.46539608]\n"
    "  ranges_fm: [3, 3.5, 3]\n"
    "  elements: [A, A/B, B]\n"
    "grid: {spacing_lat: 1, points: 16, box_fm: 40}\n"
    "times: {first: 8, count: 5}\n"
    "states: {count: 5}\n"
    "sources:\n"
    "  names: [a, b]\n"
    "  components: [\"A:1S0\", \"B:1S0\"]\n"
    "  amplitudes: [1, 0.6, 0.4, 0.25, 0.15, -0.5, 0.9, 0.5, 0.7, -0.3]\n"
    "noise: {configurations: 8, four_point: 0.01, two_point: 0.01, radial_correlation_fm: 3}\n"
    "scattering: {total_energies_mev: [212, 227]}\n";

static const char coupled_job[] = "ensemble: raw.h5\n"
                                  "output: out\n"
                                  "fit:\n"
                                  "  times: [9, 10]\n"
                                  "  r_max_fm: 12\n"
                                  "  error_smoothing_fm: 2\n"
                                  "potential:\n"
                                  "  f_layers: [6, 4]\n"
                                  "  local_layers: [6, 1]\n"
                                  "  input_centre_fm: 2\n"
                                  "  input_length_fm: 1\n"
                                  "  envelope_fm: 4\n"
                                  "  local_envelope_fm: 6\n"
                                  "training: {steps: 30}\n"
                                  "scattering:\n"
                                  "  energies_mev: [5, 20]\n"
                                  "  bound_states: 1\n"
                                  "total_band: {draws: 0}\n";

/* A fit with one solution: sums of Gaussians. */
#define GAUSSIANS                                                                                  \
    "--set potential.kind=matrix_gaussians --set potential.gaussians=3 "                           \
    "--set potential.shortest_fm=1.5 --set potential.longest_fm=4 "                                \
    "--set potential.nonlocal_gaussians=2 "

static inline void prepare(scene *place) {
    write_text(place, "synth.yaml", coupled_synth);
    write_text(place, "job.yaml", coupled_job);
    assert_exit(place, run_hadpot(place, 1, "synth synth.yaml"), 0);
}

#endif
