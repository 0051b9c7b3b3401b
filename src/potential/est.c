// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/est.h"
#include <lapacke.h>
#include <math.h>
#include "hadpot/lapack_status.h"
#include "hadpot/memory.h"

/* Eigenvalues of M below this part of the largest are rounding of <R_i,S_j>. */
static const double ROUNDING = 1e-14;

static double product(const hp_est_columns *columns, const double *a, const double *b) {
    double sum = 0.0;
    for (int r = 0; r < columns->n; r++) sum += columns->weight[r] * a[r] * b[r];
    return sum;
}

void hp_est_matrix(const hp_est_columns *columns, double *M) {
    int n = columns->n, ncolumn = columns->ncolumn;
    for (int i = 0; i < ncolumn; i++)
        for (int j = 0; j < ncolumn; j++)
            M[i * ncolumn + j] =
                product(columns, columns->R + (ptrdiff_t)i * n, columns->S + (ptrdiff_t)j * n);
}

void hp_est_cosines(const hp_est_columns *columns, double *cosine) {
    for (int c = 0; c < columns->ncolumn; c++) {
        const double *R = columns->R + (ptrdiff_t)c * columns->n;
        const double *S = columns->S + (ptrdiff_t)c * columns->n;
        cosine[c] = product(columns, R, S) / sqrt(product(columns, R, R) * product(columns, S, S));
    }
}

/* z_k(r) = sum_i x_ki S_i(r) of the eigenvectors x_k, in the columns of M. */
static void mix(const hp_est_columns *columns, const double *M, double *z) {
    int n = columns->n, ncolumn = columns->ncolumn;
    for (int k = 0; k < ncolumn; k++)
        for (int i = 0; i < ncolumn; i++)
            for (int r = 0; r < n; r++) z[k * n + r] += M[i * ncolumn + k] * columns->S[i * n + r];
}

hp_status hp_est_expand(const hp_est_columns *columns, double *U, hp_error *err) {
    hp_status status = HP_OK;
    int n = columns->n, ncolumn = columns->ncolumn;
    double *M = NULL, *value = NULL, *z = NULL, largest = 0.0;
    HP_NEW(M, ncolumn * ncolumn);
    HP_NEW(value, ncolumn);
    HP_NEW(z, ncolumn * n);
    hp_est_matrix(columns, M);
    for (int i = 0; i < ncolumn; i++)
        for (int j = 0; j < i; j++)
            M[j * ncolumn + i] = 0.5 * (M[j * ncolumn + i] + M[i * ncolumn + j]);
    int info = LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'V', 'U', ncolumn, M, ncolumn, value);
    HP_CHECK(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
             "eigenvalues of <R_i,S_j> were not found (dsyev: %d)", info);
    for (int k = 0; k < ncolumn; k++) largest = fmax(largest, fabs(value[k]));
    for (int k = 0; k < ncolumn; k++)
        HP_CHECK(fabs(value[k]) > ROUNDING * largest, HP_ERR_NUMERIC,
                 "the matrix <R_i,S_j> of %d columns has no inverse", ncolumn);
    mix(columns, M, z);
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++) {
            double sum = 0.0;
            for (int k = 0; k < ncolumn; k++) sum += z[k * n + i] * z[k * n + j] / value[k];
            U[i * n + j] = U[j * n + i] = sum;
        }
cleanup:
    hp_free(M);
    hp_free(value);
    hp_free(z);
    return status;
}
