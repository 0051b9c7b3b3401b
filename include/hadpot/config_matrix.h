// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of the tables of config.h: what `hadpot run` does with ensembles of several components
 * (version 2), and how waves are projected on a cubic lattice. */
#ifndef HADPOT_CONFIG_MATRIX_H
#define HADPOT_CONFIG_MATRIX_H

#define HP_DELTA_FACTORS "measured|exponential"
#define HP_TENSOR_FORMS "vc_vt|components"
#define HP_PROJECTIONS "a1|misner"

/* clang-format off */
/* The section `channels` of a run. */
#define HP_RUN_CHANNEL_SECTION(SECTION, KEY, END)                                                  \
SECTION(channels, "coupled channels and partial waves of an ensemble of version 2; other "         \
    "ensembles hold one S wave, for which all of this has no effect and must not be given", QUIET) \
KEY(channels, pairs, STRING_LIST, "[]", "", ANY,                                                   \
    "pairs of hadrons, in the order of all results (empty: all of the file, in its order)",        \
    DISTINCT)                                                                                      \
KEY(channels, components, STRING_LIST, "[]", "", ANY,                                              \
    "components of the wave, PAIR:2S+1LJ as in the file, in the order of all results (empty: all " \
    "of these pairs, in the order of the file)", DISTINCT)                                         \
KEY(channels, masses_1, DOUBLE_LIST, "[]", "1/a", ABOVE(0),                                        \
    "mass of the first hadron of each pair (empty: those of the file)", AS_MANY_AS("pairs"),       \
    OR_EMPTY, WHEN(IS("masses.from", "given"), NOT("pairs", "[]")))                                \
KEY(channels, masses_2, DOUBLE_LIST, "[]", "1/a", ABOVE(0),                                        \
    "mass of the second hadron of each pair (empty: those of the file)", AS_MANY_AS("masses_1"),   \
    WHEN(IS("masses.from", "given"), NOT("masses_1", "[]")))                                       \
KEY(channels, sqrt_z, DOUBLE_LIST, "[]", "", ABOVE(0),                                             \
    "sqrt(Z_1 Z_2) of the sink operators of each pair (empty: those of the file)",                 \
    AS_MANY_AS("pairs"), OR_EMPTY, WHEN(NOT("pairs", "[]")))                                       \
KEY(channels, delta_factor, STRING, "measured", "", ONE_OF(HP_DELTA_FACTORS),                      \
    "Delta(t) between pairs: from their two-point functions at the times of the fit and sqrt_z, "  \
    "or exp(-(th_d - th_a) t), where the file holds R alone, and sqrt_z", MAY_VARY)                \
KEY(channels, flavour_basis, STRING_LIST, "[]", "", ANY,                                           \
    "states in which the local potentials are also given, as \"27: 0.6325 0.7746\": a name and "   \
    "its coefficients on the components, orthonormal (empty: none)", DISTINCT)                     \
END(channels)

/* The sections of partial waves. */
#define HP_PARTIAL_WAVE_SECTIONS(SECTION, KEY, END)                                                \
SECTION(partial_waves, "how R of a cubic lattice becomes a partial wave", MAY_VARY, QUIET)         \
KEY(partial_waves, projection, STRING, "a1", "", ONE_OF(HP_PROJECTIONS),                           \
    "a1: the average over rotations and over the shell of equal r, which l = 4, 6, ... remain "    \
    "in (l > 0: each orbit by itself); misner: the partial wave alone, from a fit to all sites "   \
    "of thicker shells (cubic ensembles alone)")                                                   \
END(partial_waves)                                                                                 \
SECTION(misner, "the shells of that fit", MAY_VARY)                                                \
KEY(misner, width, DOUBLE, "1", "a", FROM_TO(0.5, 4),                                              \
    "half-width of the shells; sites up to half a spacing further out count in part",              \
    HP_WITH_MISNER)                                                                                \
KEY(misner, radial_terms, INT, "2", "", FROM_TO(0, 8), "highest Legendre polynomial in r",         \
    HP_WITH_MISNER)                                                                                \
KEY(misner, l_max, INT, "4", "", FROM_TO(0, 8), "highest cubic invariant that is fitted, l = 0, "  \
    "4, 6, 8", HP_WITH_MISNER)                                                                     \
END(misner)
#define HP_WITH_MISNER WHEN(IS("partial_waves.projection", "misner"))

/* Keys of the section `potential` for matrices. */
#define HP_MATRIX_POTENTIAL_KEYS(KEY)                                                              \
KEY(potential, rank, INT, "1", "", FROM_TO(1, 16),                                                 \
    "terms of sum_m s_m v_m(r) v_m(r'); as many columns determine it",                             \
    WHEN(KIND(HP_KIND_SEPARABLE)))                                                                 \
KEY(potential, shortest_fm, DOUBLE, "0", "fm", AT_LEAST(0),                                        \
    "shortest range of these Gaussians, which are geometric; given ranges must suit the force "    \
    "(0: kind separable: as many as the data ask for, up to 8, of ranges that are fitted; "        \
    "matrix_gaussians: 0.35)",                                                                     \
    WHEN(KIND(HP_KIND_SEPARABLE | HP_KIND_BLOCKS)))                                                \
KEY(potential, longest_fm, DOUBLE, "0", "fm", AT_LEAST(0),                                         \
    "longest range, where the shortest is given (0: 1.2)",                                         \
    WHEN(KIND(HP_KIND_SEPARABLE | HP_KIND_BLOCKS), NOT("gaussians", "1"),                          \
         NOT("shortest_fm", "0")))                                                                 \
KEY(potential, nonlocal_gaussians, INT, "0", "", FROM_TO(0, 8),                                    \
    "Gaussians of each radius of a non-local part, of these ranges (0: none)",                     \
    WHEN(KIND(HP_KIND_BLOCKS)))                                                                    \
KEY(potential, tensor, STRING, "vc_vt", "", ONE_OF(HP_TENSOR_FORMS),                               \
    "local potentials of an S and a D wave: V_C + V_T S12 of both, or three functions V_SS, V_SD " \
    "and V_DD, which need two sources or times (ensembles with such a pair)", QUIET,               \
    WHEN(KIND(HP_KIND_FG | HP_KIND_BLOCKS)))                                                       \
KEY(potential, coupling, BOOL, "true", "", ANY,                                                    \
    "potentials between different components too (ensembles with several)", QUIET,                 \
    WHEN(KIND(HP_KIND_FG | HP_KIND_BLOCKS)))

/* Keys of the section `scattering` of a run. */
#define HP_RUN_CHANNEL_SCATTERING_KEYS(KEY)                                                        \
KEY(scattering, kinematics, STRING, "relativistic", "", ONE_OF("nonrelativistic|relativistic"),    \
    "of ensembles of version 2: k^2 = 2 mu (E - threshold), or k^2 = [W^2 - (m1+m2)^2]"            \
    "[W^2 - (m1-m2)^2]/(4 W^2), as the time-dependent method has it", QUIET)                       \
KEY(scattering, total_energies_mev, DOUBLE_LIST, "[]", "MeV", ABOVE(0),                            \
    "of these: total energies W, above the lowest threshold, ascending; energies_mev: E = W - "    \
    "that threshold, momenta: of its pair", ASCENDING, INSTEAD_OF("momenta_mev"), QUIET)           \
KEY(scattering, eigenphases, STRING, "both", "", ONE_OF("stapp|blatt|both"),                       \
    "mixing of two open components by Stapp's bar phases, Blatt and Biedenharn's eigenphases, or " \
    "both", QUIET)
/* clang-format on */

#endif
