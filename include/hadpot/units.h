// SPDX-License-Identifier: GPL-3.0-or-later
/* Conversions between the unit of length L inside, the lattice spacing or 1 fm, and MeV and fm at
 * the edges. */
#ifndef HADPOT_UNITS_H
#define HADPOT_UNITS_H

#define HP_HBARC_MEV_FM 197.3269804     /* CODATA 2018, exact to the digits given */
#define HP_FINE_STRUCTURE (1 / 137.036) /* alpha at zero momentum; CODATA 2018: 1/137.035999 */

/* What energies mean, in these words in every file. A potential is defined by k^2/(2 mu), lattice
 * QCD measures energies of hadrons: both stand for the same k. */
#define HP_ENERGY_CONVENTION                                                                       \
    "e_cm = k^2/(2 mu), non-relativistic kinetic energy in the centre of mass"
#define HP_BINDING_CONVENTION "B = kappa^2/(2 mu) = -e_cm at k = i kappa"
#define HP_LEVEL_CONVENTION                                                                        \
    "sqrt(m1^2 + k^2) + sqrt(m2^2 + k^2) - m1 - m2, relativistic, with k^2 = 2 mu e_cm"

/* Lattice spacing in fm from the inverse spacing in MeV. */
static inline double hp_spacing_fm(double inverse_spacing_mev) {
    return HP_HBARC_MEV_FM / inverse_spacing_mev;
}

#endif
