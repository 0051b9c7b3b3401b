// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of the tables of config.h: observables and maps of a potential, for several jobs. */
#ifndef HADPOT_CONFIG_OBSERVABLES_H
#define HADPOT_CONFIG_OBSERVABLES_H

#include "hadpot/units.h"

/* clang-format off */
/* Keys of the section `scattering` that every job with a potential has. */
#define HP_SCATTERING_KEYS(KEY)                                                                    \
KEY(scattering, momenta_mev, DOUBLE_LIST, "[]", "MeV", ABOVE(0), "momenta, ascending", ASCENDING)  \
KEY(scattering, energies_mev, DOUBLE_LIST, "[]", "MeV", ABOVE(0),                                  \
    HP_ENERGY_CONVENTION "; with channels E above the lowest threshold; ascending", ASCENDING,     \
    INSTEAD_OF("momenta_mev"))                                                                     \
KEY(scattering, solver, STRING, "both", "", ONE_OF("both|nystroem|ode"),                           \
    "both: Nystroem is reported, and its difference to the ODE solver as the numerical error; "    \
    "ode: the other way round; nystroem: that one alone", MAY_VARY, WHEN(KIND(HP_KIND_SYMMETRIC))) \
KEY(scattering, range_fm, DOUBLE, "0", "fm", AT_LEAST(0),                                          \
    "where the potential ends (0: where its envelopes have fallen to 1e-4, without them where "    \
    "the data of the fit end; where a given potential is negligible)", MAY_VARY)                   \
KEY(scattering, tolerance_deg, DOUBLE, "1e-6", "deg", FROM_TO(1e-10, 0.1),                         \
    "error of phase shifts from the nodes of the radial equation, which follow from it", MAY_VARY) \
KEY(scattering, order, INT, "0", "", FROM_TO(0, 64),                                               \
    "Gauss-Legendre nodes in each panel (0: as tolerance_deg asks, 16 where panels are given)",    \
    MAY_VARY)                                                                                      \
KEY(scattering, panels, INT, "0", "", FROM_TO(0, 400),                                             \
    "equal panels of the quadrature (0: as the potential and tolerance_deg ask for)", MAY_VARY)    \
KEY(scattering, ode_tolerance, DOUBLE, "0", "", FROM_TO(0, 1e-3),                                  \
    "relative error of each step of the ODE solver, and of its separable terms (0: a hundredth "   \
    "of tolerance_deg in radians, but at least 1e-13)", MAY_VARY, WHEN(NOT("solver", "nystroem"))) \
KEY(scattering, bound_states, INT, "2", "", FROM_TO(0, 32),                                        \
    "bound states whose energy B = kappa^2/(2 mu) and size are given, deepest first")              \
KEY(scattering, coulomb, STRING, "none", "", ONE_OF("none|point|dipole"),                          \
    "Coulomb force between point charges, or with the dipole form factor of charge_radius_fm")     \
KEY(scattering, charge_1, DOUBLE, "1", "e", ANY, "charge of the first hadron",                     \
    WHEN(NOT("coulomb", "none"), IS("channels.pairs", "[]")))                                      \
KEY(scattering, charge_2, DOUBLE, "1", "e", ANY, "charge of the second hadron",                    \
    WHEN(NOT("coulomb", "none"), IS("channels.pairs", "[]")))                                      \
KEY(scattering, charge_radius_fm, DOUBLE, "0", "fm", AT_LEAST(0),                                  \
    "r.m.s. charge radius sqrt(12)/Lambda of both hadrons",                                        \
    MAY_VARY, WHEN(IS("coulomb", "dipole")))                                                       \
KEY(scattering, fit_e_min_mev, DOUBLE, "0", "MeV", AT_LEAST(0),                                    \
    "lower end of the window of the effective-range fit, in e_cm = k^2/(2 mu)",                    \
    WHEN(NOT("fit_e_max_mev", "0")))                                                               \
KEY(scattering, fit_e_max_mev, DOUBLE, "0", "MeV", AT_LEAST(0),                                    \
    "upper end of the window of the effective-range fit, in e_cm = k^2/(2 mu) (0: no fit)")        \
KEY(scattering, fit_shape, BOOL, "false", "", ANY, "fit a shape term -P r_eff^3 k^4 too",          \
    WHEN(NOT("fit_e_max_mev", "0")))

/* Keys of the section `results` that jobs with a fitted potential have. */
#define HP_RESULTS_KEYS(KEY)                                                                       \
KEY(results, u_points, INT, "64", "", FROM_TO(2, 2000), "points per axis of the map of U(r,r')",   \
    WHEN(KIND(HP_KIND_MAPPED)))                                                                    \
KEY(results, momentum_space, BOOL, "false", "", ANY,                                               \
    "also write the Fourier transform U(p,p') of the map of U", WHEN(KIND(HP_KIND_MAPPED)))        \
KEY(results, max_edge_ratio, DOUBLE, "0.01", "", ABOVE(0),                                         \
    "a potential that has not fallen below this part of its maximum at the end of its range is "   \
    "cut off there, and its phase shifts are marked so")

/* Keys of the section `femtoscopy`. */
#define HP_FEMTOSCOPY_HELP "correlation functions of a Gaussian source"
#define HP_FEMTOSCOPY_KEYS(KEY)                                                                    \
KEY(femtoscopy, source_radii_fm, DOUBLE_LIST, "[]", "fm", ABOVE(0),                                \
    "source radii R of exp(-r^2/(4 R^2)) (empty: none)")                                           \
KEY(femtoscopy, statistics, STRING, "distinct", "", ONE_OF("distinct|bosons|fermions"),            \
    "distinct particles, or identical bosons or fermions", WHEN(NOT("source_radii_fm", "[]")))     \
KEY(femtoscopy, spin, DOUBLE, "0.5", "", AT_LEAST(0), "spin of each of two identical particles",   \
    WHEN(NOT("statistics", "distinct")))                                                           \
KEY(femtoscopy, weight, DOUBLE, "1", "", FROM_TO(0, 1),                                            \
    "statistical weight of the spin channel in which the potential acts",                          \
    WHEN(NOT("source_radii_fm", "[]"), IS("channels.components", "[]")))
/* clang-format on */

#endif
