// SPDX-License-Identifier: GPL-3.0-or-later
/* The separable expansion of Ernst, Shakin and Thaler (PRC 8 (1973) 46): columns R_i and S_i = U
 * R_i know U as far as R_i span, for U = U^T,
 *
 *     U_N(r,r') = sum_ij S_i(r) (M^-1)_ij S_j(r'),    M_ij = <R_i, S_j>,    <a,b> = sum_r q(r) a b,
 *
 * which has U_N R_i = S_i. M is symmetric as U is: asymmetry is trouble of times or sources. One
 * column has U = S S^T/<R,S>, whose strength is known as well as cos = <R,S>/(|R| |S|)
 * (docs/method-separable.md). Points may be those of several components (fit_data.h). */
#ifndef HADPOT_EST_H
#define HADPOT_EST_H

#include "hadpot/error.h"

/* Borrowed. */
typedef struct hp_est_columns {
    int n, ncolumn;
    const double *weight; /* (n) q, 0 where a point does not count */
    const double *R, *S;  /* (ncolumn, n) */
} hp_est_columns;

/* M (ncolumn, ncolumn). */
void hp_est_matrix(const hp_est_columns *columns, double *M);

/* cos of each column (ncolumn), from -1 to 1. */
void hp_est_cosines(const hp_est_columns *columns, double *cosine);

/* U_N (n, n) with the symmetric part of M; symmetric to the last bit. Errors: HP_ERR_NUMERIC where
 * M has no inverse; MEMORY. */
hp_status hp_est_expand(const hp_est_columns *columns, double *U, hp_error *err);

#endif
