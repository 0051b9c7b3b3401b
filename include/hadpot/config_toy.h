// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of the tables of config.h: the job file of `hadpot toy`. */
#ifndef HADPOT_CONFIG_TOY_H
#define HADPOT_CONFIG_TOY_H

/* clang-format off */
#define HP_TOY_JOB_TABLE(TOP, SECTION, KEY, END)                                                   \
TOP(output, STRING, REQUIRED, "", ANY, "folder for the results")                                   \
TOP(channel, STRING, "toy", "", ANY, "name of the channel, for the results")                       \
TOP(mass_1_mev, DOUBLE, "0", "MeV", AT_LEAST(0),                                                   \
    "mass of the first hadron (0: hbar2_over_2mu_mev_fm2 or reduced_mass_per_fm is given "         \
    "instead)", NEEDED, WHEN(HP_WITHOUT_PAIRS))                                                    \
TOP(mass_2_mev, DOUBLE, "0", "MeV", AT_LEAST(0),                                                   \
    "mass of the second hadron (0: the same as mass_1_mev)", WHEN(NOT("mass_1_mev", "0")))         \
TOP(hbar2_over_2mu_mev_fm2, DOUBLE, "0", "MeV fm^2", AT_LEAST(0),                                  \
    "hbar^2/(2 mu) with the reduced mass mu (0: from the masses)", INSTEAD_OF("mass_1_mev"),       \
    WHEN(HP_WITHOUT_PAIRS))                                                                        \
TOP(reduced_mass_per_fm, DOUBLE, "0", "1/fm", AT_LEAST(0),                                         \
    "the reduced mass in units of hbar c (0: from the masses)", INSTEAD_OF("mass_1_mev"),          \
    WHEN(HP_WITHOUT_PAIRS))                                                                        \
SECTION(channels, HP_CHANNEL_HELP, QUIET)                                                          \
HP_CHANNEL_KEYS(KEY) HP_CHARGED_CHANNEL_KEYS(KEY)                                                  \
END(channels)                                                                                      \
HP_FORM_SECTIONS(SECTION, KEY, QUIET, END)                                                         \
SECTION(data, "waves u_k/r of the potential at equidistant momenta and radii, ends included, "     \
    "u_k = sin(kr + delta) beyond its range (k = 0: r - a0)")                                      \
KEY(data, points, INT, "100", "", FROM_TO(4, 10000),                                               \
    "number of radii (memory: up to 20 bytes times their square)")                                 \
KEY(data, r_min_fm, DOUBLE, "0.01", "fm", AT_LEAST(0), "first radius", BELOW("r_max_fm"))          \
KEY(data, r_max_fm, DOUBLE, "12.5", "fm", ABOVE(0), "last radius")                                 \
KEY(data, momenta, INT, "10", "", FROM_TO(1, 1000), "number of momenta", HP_WITH_EVEN_MOMENTA)     \
KEY(data, k_min_per_fm, DOUBLE, "0.01", "1/fm", AT_LEAST(0), "first momentum",                     \
    BELOW("k_max_per_fm"), HP_WITH_EVEN_MOMENTA)                                                   \
KEY(data, k_max_per_fm, DOUBLE, "1", "1/fm", ABOVE(0), "last momentum", WHEN(NOT("momenta", "1"))) \
KEY(data, k_per_fm, DOUBLE_LIST, "[]", "1/fm", ABOVE(0),                                           \
    "momenta of the pair with the lowest threshold, ascending, instead of equidistant ones",       \
    ASCENDING, WHEN(HP_WITH_CHANNELS))                                                             \
KEY(data, source, STRING, "exact", "", ONE_OF("exact|differences"),                                \
    "S = (E - H_0) R: of the potential, exact, or by second differences of the radii, as data on " \
    "a grid would have it, with an error of their distance squared", WHEN(HP_WITH_CHANNELS))       \
END(data)                                                                                          \
SECTION(fit, "the part of the data that the potential is fitted to, and how")                      \
KEY(fit, r_min_fm, DOUBLE, "0", "fm", AT_LEAST(0), "smallest distance in the fit",                 \
    AT_MOST("r_max_fm"))                                                                           \
KEY(fit, r_max_fm, DOUBLE, "0", "fm", AT_LEAST(0),                                                 \
    "largest distance in the fit (0: to the end of the data)", AT_MOST("data.r_max_fm"))           \
KEY(fit, weighting, STRING, "none", "", ONE_OF("none|radial|relative"),                            \
    "weights of the squared deviations of S = (E - H_0) phi: none: 1; radial: (2 m r)^2, those "   \
    "of the radial equation; relative: 1/(relative_error S)^2, S the r.m.s. over the momenta")     \
KEY(fit, relative_error, DOUBLE, "0.01", "", ABOVE(0),                                             \
    "error of S that weights and penalties assume",                                                \
    WHEN(IS("weighting", "relative"), OR, NOT("training.penalty", "0")))                           \
END(fit)                                                                                           \
SECTION(potential, "the form of the potential that is learned")                                    \
KEY(potential, kind, STRING, "sdnn", "", ONE_OF(HP_TOY_KINDS), HP_TOY_KINDS_HELP)                  \
HP_POTENTIAL_KEYS(KEY)                                                                             \
KEY(potential, decay_per_fm, DOUBLE, "1", "1/fm", AT_LEAST(0), "the given decay",                  \
    WHEN(KIND(HP_KIND_DECAY)))                                                                     \
KEY(potential, tensor, STRING, "vc_vt", "", ONE_OF(HP_TENSOR_FORMS),                               \
    "potentials of an S and a D wave of a pair: V_C + V_T S12 of both, or three functions V_SS, "  \
    "V_SD and V_DD", WHEN(KIND(HP_KIND_MATRIX), HP_WITH_CHANNELS))                                 \
KEY(potential, coupling, BOOL, "true", "", ANY,                                                    \
    "potentials between different components, too", WHEN(KIND(HP_KIND_MATRIX), HP_WITH_CHANNELS))  \
KEY(potential, theta_start, DOUBLE_LIST, "[0.5, 0.5]", "1/fm", FROM_TO(-50, 50),                   \
    "theta1 and theta2 at the start", WHEN(KIND(HP_KIND_THETA)))                                   \
END(potential)                                                                                     \
SECTION(training, "how the potential is fitted")                                                   \
HP_TRAINING_KEYS(KEY)                                                                              \
KEY(training, print_every, INT, "100", "", AT_LEAST(1),                                            \
    "epochs, or steps, between lines of the training log on the terminal and in training.csv")     \
END(training)                                                                                      \
SECTION(scattering, "observables of the learned and of the true potential; give at most one of "   \
    "k_per_fm, momenta_mev, energies_mev (none: e_cm of 1, 2, ..., 100 MeV)")                      \
KEY(scattering, k_per_fm, DOUBLE_LIST, "[]", "1/fm", ABOVE(0), "momenta, ascending",               \
    ASCENDING, INSTEAD_OF("momenta_mev"))                                                          \
HP_SCATTERING_KEYS(KEY)                                                                            \
HP_CHANNEL_SCATTERING_KEYS(KEY)                                                                    \
END(scattering)                                                                                    \
SECTION(femtoscopy, HP_FEMTOSCOPY_HELP)                                                            \
HP_FEMTOSCOPY_KEYS(KEY)                                                                            \
HP_CHANNEL_FEMTOSCOPY_KEYS(KEY)                                                                    \
END(femtoscopy)                                                                                    \
SECTION(results, "what is written, and where learned and true potential are compared")             \
HP_RESULTS_KEYS(KEY)                                                                               \
KEY(results, u_max_fm, DOUBLE, "0", "fm", AT_LEAST(0),                                             \
    "end of the map of U(r,r'), which begins with the data (0: their end, at most 3 envelope_fm)", \
    WHEN(KIND(HP_KIND_NONLOCAL)))                                                                  \
KEY(results, u_error_r_min_fm, DOUBLE, "0.3", "fm", AT_LEAST(0),                                   \
    "relative L2 error and asymmetry of U: over r and r' from here to the end of the data",        \
    BELOW("data.r_max_fm"), WHEN(KIND(HP_KIND_NONLOCAL)))                                          \
KEY(results, v_error_r_min_fm, DOUBLE, "0.1", "fm", AT_LEAST(0),                                   \
    "largest relative error of V: from here",                                                      \
    BELOW("v_error_r_max_fm", "data.r_max_fm"), WHEN(HP_WITH_LOCAL_NETWORK))                       \
KEY(results, v_error_r_max_fm, DOUBLE, "0", "fm", AT_LEAST(0), "to here (0: the end of the data)", \
    WHEN(HP_WITH_LOCAL_NETWORK))                                                                   \
KEY(results, f_error_r_max_fm, DOUBLE, "0", "fm", AT_LEAST(0),                                     \
    "largest error of f weighted by its contribution, up to here (0: the end)",                    \
    WHEN(KIND(HP_KIND_DECAY)))                                                                     \
END(results)
#define HP_WITH_EVEN_MOMENTA                                                                       \
    WHEN(IS("channels.components", "[]"), OR, IS("k_per_fm", "[]"))
/* clang-format on */

#endif
