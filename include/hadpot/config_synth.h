// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of the tables of config.h: the job file of `hadpot synth`. */
#ifndef HADPOT_CONFIG_SYNTH_H
#define HADPOT_CONFIG_SYNTH_H

/* clang-format off */
#define HP_WITH_NOISE                                                                              \
    NOT("noise.four_point", "0"), OR, NOT("noise.two_point", "0"), OR,                             \
        NOT("noise.two_point_alone", "0")
#define HP_SYNTH_JOB_TABLE(TOP, SECTION, KEY, END)                                                 \
TOP(output, STRING, REQUIRED, "", ANY, "ensemble file (HDF5) to write")                            \
TOP(truth, STRING, "\"\"", "", ANY,                                                                \
    "YAML file for the true potential and its phase shifts (empty: output with _truth.yaml)")      \
TOP(channel, STRING, "synthetic", "", ANY, "name of the channel stored in the ensemble")           \
TOP(mass_1_mev, DOUBLE, "0", "MeV", AT_LEAST(0),                                                   \
    "mass of the first hadron, > 0", WHEN(HP_WITHOUT_PAIRS))                                       \
TOP(mass_2_mev, DOUBLE, "0", "MeV", AT_LEAST(0),                                                   \
    "mass of the second hadron (0: the same as mass_1_mev)", WHEN(HP_WITHOUT_PAIRS))               \
TOP(inverse_spacing_mev, DOUBLE, REQUIRED, "MeV", ABOVE(0), "inverse lattice spacing 1/a")         \
SECTION(channels, HP_CHANNEL_HELP "; with them an ensemble of version 2", QUIET)                   \
HP_CHANNEL_KEYS(KEY)                                                                               \
KEY(channels, z_factors, DOUBLE_LIST, "[]", "", ABOVE(0),                                          \
    "Z_1 Z_2 of the sink operators of each pair, C2_1 C2_2 = Z_1 Z_2 exp(-(m_1 + m_2) t) (empty: " \
    "1)", OR_EMPTY, AS_MANY_AS("pairs"), WHEN(HP_WITH_PAIRS))                                      \
KEY(channels, identical, INT_LIST, "[]", "", FROM_TO(0, 1),                                        \
    "1: the hadrons of the pair are identical, and its sinks and sources are stored times sqrt 2 " \
    "(empty: 0)", OR_EMPTY, AS_MANY_AS("pairs"), WHEN(HP_WITH_PAIRS))                              \
END(channels)                                                                                      \
HP_FORM_SECTIONS(SECTION, KEY, QUIET, END)                                                         \
SECTION(grid, "where the correlators of the ensemble are")                                         \
KEY(grid, geometry, STRING, "radial", "", ONE_OF("radial|cubic"),                                  \
    "radial: distances inside a spherical box; cubic: A1 orbits of a periodic box (local "         \
    "potentials)")                                                                                 \
KEY(grid, extent, INT, "24", "a", FROM_TO(4, 96), "sites of each edge of the box, even",           \
    WHEN(IS("geometry", "cubic")))                                                                 \
KEY(grid, spacing_lat, DOUBLE, "0.5", "a", ABOVE(0), "distance between points",                    \
    WHEN(IS("geometry", "radial")))                                                                \
KEY(grid, points, INT, "60", "", FROM_TO(8, 4096), "number of points",                             \
    WHEN(IS("geometry", "radial")))                                                                \
KEY(grid, box_fm, DOUBLE, "0", "fm", AT_LEAST(0),                                                  \
    "radius of the box in which the states live, with channels.components that at which they "     \
    "vanish (0: twice the grid)",                                                                  \
    WHEN(IS("geometry", "radial")))                                                                \
END(grid)                                                                                          \
SECTION(times, "the Euclidean times of the ensemble")                                              \
KEY(times, first, INT, "10", "a", AT_LEAST(0), "first time")                                       \
KEY(times, count, INT, "5", "", FROM_TO(3, 64), "number of times")                                 \
KEY(times, two_point_count, INT, "0", "", FROM_TO(0, 256),                                         \
    "times of the two-point functions, which hold those of the waves (0: these alone)")            \
KEY(times, two_point_first, INT, "0", "a", AT_LEAST(0), "the first of them",                       \
    WHEN(NOT("two_point_count", "0")))                                                             \
KEY(times, two_point_excited, DOUBLE, "0", "", ANY,                                                \
    "amplitude of a second state in two-point functions, at t = 0 over that of the hadron (0: "    \
    "none)")                                                                                       \
KEY(times, two_point_gap_mev, DOUBLE, "500", "MeV", ABOVE(0), "distance of that state above the "  \
    "hadron", WHEN(NOT("two_point_excited", "0")))                                                 \
END(times)                                                                                         \
SECTION(sources, "the sources of the correlators")                                                 \
KEY(sources, names, STRING_LIST, "[wall]", "", ANY, "names, also in the ensemble file", DISTINCT)  \
KEY(sources, widths_fm, DOUBLE_LIST, "[0]", "fm", AT_LEAST(0),                                     \
    "one per source: width of the Gaussian exp(-(r/width)^2) (0: a wall, that is constant)",       \
    AS_MANY_AS("names"), WHEN(IS("amplitudes", "[]")))                                             \
KEY(sources, components, STRING_LIST, "[]", "", ANY,                                               \
    "component that each source makes with this profile, times r^l (empty: the first)", OR_EMPTY,  \
    AS_MANY_AS("names"), WHEN(HP_WITH_CHANNELS))                                                   \
KEY(sources, amplitudes, DOUBLE_LIST, "[]", "", ANY,                                               \
    "of each of the states.count levels in each source, all of the first source first, instead of "\
    "a profile: R = sum_n A_n s_n u_n(r)/r exp(-(W_n - m_1 - m_2) t), sum u_n^2 = 1, s_n u_n of "  \
    "the first component positive where it is largest; only with channels.components", QUIET)      \
END(sources)                                                                                       \
SECTION(inelastic, "R gets a term A exp(-gap t) exp(-(r/width)^2)")                                \
KEY(inelastic, amplitudes, DOUBLE_LIST, "[]", "", ANY, "A, one per source (empty: none)",          \
    OR_EMPTY, AS_MANY_AS("sources.names"), WHEN(IS("channels.components", "[]")))                  \
KEY(inelastic, gap_mev, DOUBLE, "300", "MeV", ABOVE(0),                                            \
    "energy of hadrons above the elastic threshold m1 + m2, relativistic",                         \
    WHEN(NOT("amplitudes", "[]")))                                                                 \
KEY(inelastic, width_fm, DOUBLE, "0.5", "fm", ABOVE(0), "width of its profile",                    \
    WHEN(NOT("amplitudes", "[]")))                                                                 \
END(inelastic)                                                                                     \
SECTION(noise, "the statistical noise")                                                            \
KEY(noise, configurations, INT, "40", "", AT_LEAST(2), "number of configurations")                 \
KEY(noise, streams, INT, "1", "", AT_LEAST(1),                                                     \
    "independent Markov chains of equal length, the first ones one longer if need be")             \
KEY(noise, configuration_step, INT, "1", "", AT_LEAST(1),                                          \
    "trajectory numbers of each chain are 1, 1 + step, ...")                                       \
KEY(noise, tau_int, DOUBLE, "0.5", "", AT_LEAST(0.5),                                              \
    "integrated autocorrelation time along each chain, in configurations (0.5: none)",             \
    WHEN(HP_WITH_NOISE))                                                                           \
KEY(noise, seed, INT, "1", "", AT_LEAST(0), "seed of the noise", WHEN(HP_WITH_NOISE))              \
KEY(noise, four_point, DOUBLE, "0.01", "", AT_LEAST(0),                                            \
    "relative noise at the first time, not shared with the two-point functions")                   \
KEY(noise, two_point, DOUBLE, "0.02", "", AT_LEAST(0),                                             \
    "relative noise at the first time that cancels in the ratio")                                  \
KEY(noise, two_point_alone, DOUBLE, "0", "", AT_LEAST(0),                                          \
    "relative noise at the first time of the two-point functions alone, which does not cancel: "   \
    "it multiplies the ratio by a number that is common to all r")                                 \
KEY(noise, four_point_floor, DOUBLE, "0", "", AT_LEAST(0),                                         \
    "four_point is a part of sqrt(R^2 + (floor max R)^2), max over r of each source, time and "    \
    "component: noise where R vanishes (0: of R)", QUIET, WHEN(NOT("four_point", "0")))            \
KEY(noise, growth, DOUBLE, "0.1", "1/a", ANY,                                                      \
    "relative noise grows like exp(growth (t - times.first))", WHEN(IS("pion_mass_mev", "0")))     \
KEY(noise, pion_mass_mev, DOUBLE, "0", "MeV", AT_LEAST(0),                                         \
    "growth by signal to noise of baryons: m_1 + m_2 - 3 m_pi for four_point, m - 3 m_pi/2 for "   \
    "two_point (0: use noise.growth)", WHEN(HP_WITH_NOISE))                                        \
KEY(noise, radial_correlation_fm, DOUBLE, "0.3", "fm", ABOVE(0), "correlation length in r",        \
    WHEN(HP_WITH_NOISE))                                                                           \
KEY(noise, time_correlation, DOUBLE, "0.8", "", FROM_BELOW(0, 1),                                  \
    "AR(1) coefficient between neighbouring times", WHEN(HP_WITH_NOISE))                           \
KEY(noise, common_in_time, DOUBLE, "0", "", FROM_BELOW(0, 1),                                      \
    "part of the variance that is one number for all times of a configuration",                    \
    WHEN(HP_WITH_NOISE))                                                                           \
KEY(noise, log_normal, DOUBLE, "0", "", FROM_TO(0, 2),                                             \
    "s: all noise of a source on a configuration is multiplied by f = exp(s x - s^2), x normal, "  \
    "of mean square 1: exceptional configurations (0: Gaussian noise)", WHEN(HP_WITH_NOISE))       \
END(noise)                                                                                         \
SECTION(states, "the states of which correlators are made")                                        \
KEY(states, count, INT, "12", "", AT_LEAST(1), "lowest eigenstates that contribute")               \
END(states)                                                                                        \
SECTION(phase_shifts, "the true phase shifts that are stated")                                     \
KEY(phase_shifts, energies_mev, DOUBLE_LIST, "[1, 2, 5, 10, 20, 30, 50]", "MeV", ABOVE(0),         \
    HP_ENERGY_CONVENTION ", ascending; with channels.components E above the lowest threshold",     \
    ASCENDING)                                                                                     \
END(phase_shifts)                                                                                  \
SECTION(scattering, "what is stated of coupled channels and partial waves", QUIET)                 \
KEY(scattering, total_energies_mev, DOUBLE_LIST, "[]", "MeV", ABOVE(0),                            \
    "total energies W, ascending, above the lowest threshold", ASCENDING,                          \
    INSTEAD_OF("phase_shifts.energies_mev"), WHEN(HP_WITH_CHANNELS))                               \
HP_POLE_KEYS(KEY)                                                                                  \
END(scattering)
/* clang-format on */

#endif
