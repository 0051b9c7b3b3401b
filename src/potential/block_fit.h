// SPDX-License-Identifier: GPL-3.0-or-later
/* Blocks of potentials between components as sums of Gaussians of given ranges, fitted to S of all
 * columns at once,
 *
 *     V_cd(r)    = sum_p O^p_cd [ sum_i a_pi exp(-(r/b_i)^2) + c_p shape(r; d) ]      (tail.h)
 *     U_cd(r,r') = sum_ij A_(ci)(dj) phi_(c,i)(r) phi_(d,j)(r'),   A symmetric (gaussian_basis.h)
 *     S_c(r)     = sum_d [ V_cd R_d + int d^3r' U_cd R_d ].
 *
 * With given ranges S is linear in a, c and A: one solution for any data and every sample, no
 * search and no second minimum, where free ranges of many blocks would have many. What near ranges
 * do alike is held by a wide prior: each amplitude by itself may make PRIOR times S. */
#ifndef HADPOT_POTENTIAL_BLOCK_FIT_H
#define HADPOT_POTENTIAL_BLOCK_FIT_H

#include "hadpot/gaussian_basis.h"
#include "hadpot/matrix_model.h"
#include "hadpot/tail.h"

typedef struct block_form {
    hp_matrix_terms terms;
    hp_gaussian_basis local;    /* l = 0 throughout */
    hp_gaussian_basis nonlocal; /* count 0: no U */
    bool diagonal;              /* no A between different components */
    hp_tail tail;
} block_form;

/* Shapes of a term, and numbers of all amplitudes: those of terms, the tail's last in each, then A,
 * row by row of its upper triangle. */
int hp_block_form_shapes(const block_form *form);
size_t hp_block_form_size(const block_form *form);

/* V_p of a term at r; U between components c and d. tail_range: d. */
double hp_block_form_term(const block_form *form, const double *amplitude, double tail_range, int p,
                          double r);
double hp_block_form_local(const block_form *form, const double *amplitude, double tail_range,
                           int c, int d, double r);
double hp_block_form_nonlocal(const block_form *form, const double *amplitude, int c, int d,
                              double r, double rp);

typedef struct block_fit block_fit;

/* data: of the average; borrowed for its radii, quadrature and weights. Errors: HP_ERR_INPUT, more
 * amplitudes than points; MEMORY. */
hp_status hp_block_fit_create(const hp_fit_data *data, const block_form *form, block_fit **fit,
                              hp_error *err);
void hp_block_fit_destroy(block_fit **fit);

/* amplitude: out (hp_block_form_size); prediction: out (ncolumn, n); chi2 without the prior.
 * Errors: HP_ERR_NUMERIC. */
hp_status hp_block_fit_solve(block_fit *fit, const double *R, const double *S, double tail_range,
                             double *amplitude, double *prediction, double *chi2, hp_error *err);

#endif
