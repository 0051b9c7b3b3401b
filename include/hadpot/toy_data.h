// SPDX-License-Identifier: GPL-3.0-or-later
/* What a toy is fitted to: scattering waves of a given potential from the program's own solver, and
 * what the potential makes of them (Wang et al., PoS LATTICE2024, eqs. 4 and 8):
 *
 *     R_k = k phi_k = u_k/r,     u_k = sin(kr + delta) beyond the range (k = 0: r - a0),
 *     S_k = (E_k - H_0) k phi_k = [ w u_k + int K u_k dr' ]/(2 m r) = V R_k + int d^3r' U R_k,
 *
 * m the reduced mass. Units: fm and 1/fm, hbar = c = 1, so that V is in 1/fm and U in 1/fm^4. */
#ifndef HADPOT_TOY_DATA_H
#define HADPOT_TOY_DATA_H

#include "hadpot/forms.h"

/* Equidistant radii [fm] and momenta [1/fm], both ends included. */
typedef struct hp_toy_data_options {
    int points, momenta; /* at least 4; at least 1, which is k_min */
    double r_min, r_max; /* 0 <= r_min < r_max */
    double k_min, k_max; /* 0 <= k_min <= k_max */
} hp_toy_data_options;

/* All arrays are parts of `block`. */
typedef struct hp_toy_data {
    int n, nk;
    double mass; /* reduced, 1/fm */
    double *block;
    double *r;          /* (n) ascending */
    double *quadrature; /* (n) of int d^3r: the weights of a radial grid (geometry.h) */
    double *k;          /* (nk) ascending */
    double *R;          /* (nk, n); at r = 0 the limit u'(0) */
    double *S;          /* (nk, n) */
    double *tan_delta;  /* (nk); at k = 0 the limit of tan(delta)/k, -a0 [fm] */
} hp_toy_data;

/* data: out, owned by the caller, hp_toy_data_destroy. The mass is that of forms, hbar c/(2 h).
 * Waves have cos delta > 0 and are good to about 1e-12 between the nodes of the solver too, the
 * integral in S is the sum over these nodes. Errors: HP_ERR_INPUT for options out of range, for
 * r_min = 0 with a potential that is infinite there, and those of hp_forms_create_grid; NUMERIC. */
hp_status hp_toy_data_create(const hp_forms *forms, const hp_toy_data_options *options,
                             hp_toy_data *data, hp_error *err);
void hp_toy_data_destroy(hp_toy_data *data);

#endif
