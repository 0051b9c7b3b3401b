// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of the tables of config.h: coupled channels, partial waves and poles. */
#ifndef HADPOT_CONFIG_CHANNELS_H
#define HADPOT_CONFIG_CHANNELS_H

/* clang-format off */
/* Components and pairs, the first of what only jobs with components have. */
#define HP_CHANNEL_HELP                                                                            \
    "partial waves and coupled channels; without components: one S wave of mass_1_mev and "        \
    "mass_2_mev"
#define HP_CHANNEL_KEYS(KEY)                                                                       \
KEY(channels, components, STRING_LIST, "[]", "", ANY,                                              \
    "components of the wave, PAIR:2S+1LJ as LL:1S0, NX:3D1, KN:2P1/2; where there is one pair, "   \
    "2S+1LJ alone is enough (empty: one S wave). Potentials have elements X or X/Y of these, or "  \
    "of the pair or wave that only one has, or operators V_C, V_T S12, V_LS L.S between all "      \
    "waves of a pair: V_T, and V_T:PAIR where there are several", DISTINCT)                        \
KEY(channels, pairs, STRING_LIST, "[]", "", ANY,                                                   \
    "names of the pairs of hadrons (empty: one pair, that of mass_1_mev and mass_2_mev or of "     \
    "hbar2_over_2mu_mev_fm2)", DISTINCT)                                                           \
KEY(channels, masses_1_mev, DOUBLE_LIST, "[]", "MeV", ABOVE(0),                                    \
    "mass of the first hadron of each pair", AS_MANY_AS("pairs"), WHEN(HP_WITH_PAIRS))             \
KEY(channels, masses_2_mev, DOUBLE_LIST, "[]", "MeV", ABOVE(0),                                    \
    "mass of the second hadron of each pair", AS_MANY_AS("pairs"),                                 \
    WHEN(NOT("masses_1_mev", "[]")))

/* Of jobs that may have reduced masses and charges. */
#define HP_CHARGED_CHANNEL_KEYS(KEY)                                                               \
KEY(channels, hbar2_over_2mu_mev_fm2, DOUBLE_LIST, "[]", "MeV fm^2", ABOVE(0),                     \
    "hbar^2/(2 mu) of each pair, with thresholds_mev", INSTEAD_OF("masses_1_mev"),                 \
    WHEN(HP_WITH_PAIRS))                                                                           \
KEY(channels, thresholds_mev, DOUBLE_LIST, "[]", "MeV", AT_LEAST(0),                               \
    "threshold of each pair above the lowest, which has 0",                                        \
    AS_MANY_AS("hbar2_over_2mu_mev_fm2"), WHEN(NOT("hbar2_over_2mu_mev_fm2", "[]")))               \
KEY(channels, charges_1, DOUBLE_LIST, "[]", "e", ANY, "charge of the first hadron of each pair",   \
    AS_MANY_AS("pairs"), WHEN(HP_WITH_PAIRS, NOT("scattering.coulomb", "none")))                   \
KEY(channels, charges_2, DOUBLE_LIST, "[]", "e", ANY, "charge of the second hadron of each pair",  \
    AS_MANY_AS("pairs"), WHEN(HP_WITH_PAIRS, NOT("scattering.coulomb", "none")))
#define HP_WITH_PAIRS NOT("channels.pairs", "[]")
#define HP_WITHOUT_PAIRS IS("channels.pairs", "[]")

/* Keys of the section `scattering`. */
#define HP_CHANNEL_SCATTERING_KEYS(KEY)                                                            \
KEY(scattering, kinematics, STRING, "nonrelativistic", "", ONE_OF("nonrelativistic|relativistic"), \
    "k^2 = 2 mu (E - threshold), or k^2 = [W^2 - (m1+m2)^2][W^2 - (m1-m2)^2]/(4 W^2), which "      \
    "needs masses", WHEN(HP_WITH_CHANNELS))                                                        \
KEY(scattering, total_energies_mev, DOUBLE_LIST, "[]", "MeV", ABOVE(0),                            \
    "total energies W, above the lowest threshold, ascending; energies_mev: E = W - that "         \
    "threshold, momenta: of its pair", ASCENDING, INSTEAD_OF("momenta_mev"),                       \
    WHEN(HP_WITH_CHANNELS))                                                                        \
KEY(scattering, eigenphases, STRING, "both", "", ONE_OF("stapp|blatt|both"),                       \
    "mixing of two open components by Stapp's bar phases, Blatt and Biedenharn's eigenphases, or " \
    "both", WHEN(HP_WITH_CHANNELS))

/* Poles of S: keys of the section `scattering`. */
#define HP_POLE_KEYS(KEY)                                                                          \
KEY(scattering, poles, STRING_LIST, "[]", "", ANY,                                                 \
    "sheets on which poles of S are searched for: the sign of Im k of each pair, in the order of " \
    "channels.pairs, as \"(-,+)\"; of one pair \"-\" (virtual states, resonances) or \"+\"",       \
    DISTINCT)                                                                                      \
KEY(scattering, pole_region_mev, DOUBLE_LIST, "[-100, 200, 100]", "MeV", ANY,                      \
    "where: Re E from the first to the second, above the lowest threshold, -Im E up to the third", \
    WHEN(NOT("poles", "[]")))                                                                      \
KEY(scattering, most_poles, INT, "8", "", FROM_TO(1, 64),                                          \
    "poles of each sheet that are given, nearest to the real axis first",                          \
    WHEN(NOT("poles", "[]")))

/* Keys of the section `femtoscopy`. */
#define HP_CHANNEL_FEMTOSCOPY_KEYS(KEY)                                                            \
KEY(femtoscopy, weights, DOUBLE_LIST, "[]", "", AT_LEAST(0),                                       \
    "weight of the density of each component in C(k) of the first one (empty: 1 for that, 0 for "  \
    "the others)", AS_MANY_AS("channels.components"), OR_EMPTY,                                \
    WHEN(NOT("source_radii_fm", "[]"), HP_WITH_CHANNELS))
/* clang-format on */

#endif
