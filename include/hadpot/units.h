// SPDX-License-Identifier: GPL-3.0-or-later
/* Conversions between lattice units (a = 1, used everywhere inside) and MeV, fm (at the edges). */
#ifndef HADPOT_UNITS_H
#define HADPOT_UNITS_H

#define HP_HBARC_MEV_FM 197.3269804     /* CODATA 2018, exact to the digits given */
#define HP_FINE_STRUCTURE (1 / 137.036) /* alpha at zero momentum; CODATA 2018: 1/137.035999 */

/* Lattice spacing in fm from the inverse spacing in MeV. */
static inline double hp_spacing_fm(double inverse_spacing_mev) {
    return HP_HBARC_MEV_FM / inverse_spacing_mev;
}

#endif
