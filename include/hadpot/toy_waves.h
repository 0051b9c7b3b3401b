// SPDX-License-Identifier: GPL-3.0-or-later
/* What a toy of several components, or of one with l > 0, is fitted to: the standing waves of a
 * given matrix of potentials (coupled.h) and what the matrix makes of them (docs/method-given.md,
 * "Waves of a matrix"). Column b at energy E, b an open component:
 *
 *     chi^b -> S_a delta_ab - T_ab C_a beyond the range,    R^c = A_b sqrt(mu_c/mu_b) chi^b_c/r,
 *     S^c = (E_c - H_0) R^c = sum_d [ V_cd R^d + int d^3r' U_cd R^d ],
 *     H_0 = [-d^2/dr^2 + l_c (l_c+1)/r^2]/(2 mu_c) of r R^c,    E_c = k_c^2/(2 mu_c),
 *
 * with A_b > 0 so that sum_a |amplitude of chi^b_a|^2 = 1 far outside: sin(kr + delta)/r of one S
 * wave, as in toy_data.h. Units: fm and 1/fm, hbar = c = 1: V in 1/fm, U in 1/fm^4. */
#ifndef HADPOT_TOY_WAVES_H
#define HADPOT_TOY_WAVES_H

#include "hadpot/form_matrix.h"

/* Equidistant radii [fm], both ends included, and energies above the lowest threshold [1/fm]. */
typedef struct hp_toy_waves_options {
    int points;          /* at least 4 */
    double r_min, r_max; /* 0 < r_min < r_max */
    int nenergy;
    const double *energy; /* (nenergy) ascending, > 0 */
    bool differences;     /* S = (E - H_0) R by second differences on these radii, with an error of
                             the square of their distance, which r_min is not below; else S of the
                             potential, exact */
} hp_toy_waves_options;

/* Composite points i = c nradius + k, component c, radius k; all arrays are parts of `block`. */
typedef struct hp_toy_waves {
    int ncomponent, nradius, n; /* n = ncomponent nradius */
    int ncolumn;                /* those of an energy in the order of the open components */
    double *block;
    double *r, *quadrature; /* (nradius), as in toy_data.h */
    double *R, *S;          /* (ncolumn, n) */
    double *energy;         /* (ncolumn) above the lowest threshold, 1/fm */
    double *component;      /* (ncolumn) b, numbered as in channels */
} hp_toy_waves;

/* waves: out, owned by the caller, hp_toy_waves_destroy. Waves are good to about 1e-12 between the
 * nodes of the solver, too. Errors: HP_ERR_INPUT for options out of range and those of
 * hp_form_matrix_create_grid; NUMERIC where there is no solution; MEMORY. */
hp_status hp_toy_waves_create(const hp_form_matrix *matrix, const hp_channels *channels,
                              const hp_toy_waves_options *options, hp_toy_waves *waves,
                              hp_error *err);
void hp_toy_waves_destroy(hp_toy_waves *waves);

#endif
