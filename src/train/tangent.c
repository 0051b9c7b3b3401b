// SPDX-License-Identifier: GPL-3.0-or-later
#include "tangent.h"

#include <cblas.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"

static hp_status choose_rows(hp_tangent *tangent, hp_error *err);

hp_status hp_tangent_create(int n, size_t start, size_t nparam, hp_tangent *tangent,
                            hp_error *err) {
    hp_status status = HP_OK;
    size_t points = (size_t)n;
    tangent->n = n;
    tangent->start = start;
    tangent->nparam = nparam;
    HP_NEW(tangent->A, points * nparam);
    HP_NEW(tangent->gram, points * points);
    HP_NEW(tangent->Q, points * nparam);
    HP_NEW(tangent->L, points * points);
    HP_NEW(tangent->reflectors, points);
    HP_NEW(tangent->pivot, points);
cleanup:
    if (status != HP_OK) hp_tangent_destroy(tangent);
    return status;
}

void hp_tangent_destroy(hp_tangent *tangent) {
    hp_free(tangent->A);
    hp_free(tangent->gram);
    hp_free(tangent->Q);
    hp_free(tangent->L);
    hp_free(tangent->reflectors);
    hp_free(tangent->pivot);
    memset(tangent, 0, sizeof *tangent);
}

hp_status hp_tangent_factorise(hp_tangent *tangent, hp_error *err) {
    hp_status status = HP_OK;
    int n = tangent->n, nparam = (int)tangent->nparam;
    size_t row = tangent->nparam;
    HP_TRY(choose_rows(tangent, err));
    int rank = tangent->rank;
    for (int i = 0; i < rank; i++)
        memcpy(tangent->Q + (size_t)i * row, tangent->A + (size_t)(tangent->pivot[i] - 1) * row,
               row * sizeof *tangent->Q);
    lapack_int info =
        LAPACKE_dgeqrf(LAPACK_COL_MAJOR, nparam, rank, tangent->Q, nparam, tangent->reflectors);
    if (info == 0)
        info = LAPACKE_dorgqr(LAPACK_COL_MAJOR, nparam, rank, rank, tangent->Q, nparam,
                              tangent->reflectors);
    HP_CHECK(info == 0, HP_ERR_LIBRARY, "LAPACK dgeqrf or dorgqr failed with code %d", (int)info);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, rank, nparam, 1.0, tangent->A, nparam,
                tangent->Q, nparam, 0.0, tangent->L, rank);
cleanup:
    return status;
}

void hp_tangent_expand(const hp_tangent *tangent, const double *u, double *step) {
    cblas_dgemv(CblasRowMajor, CblasTrans, tangent->rank, (int)tangent->nparam, 1.0, tangent->Q,
                (int)tangent->nparam, u, 1, 0.0, step, 1);
}

void hp_tangent_project(const hp_tangent *tangent, const double *theta_hat, double *q) {
    cblas_dgemv(CblasRowMajor, CblasNoTrans, tangent->rank, (int)tangent->nparam, 1.0, tangent->Q,
                (int)tangent->nparam, theta_hat, 1, 0.0, q, 1);
}

/* The rows of A that span all others to rounding: the pivots of A A^T. */
static hp_status choose_rows(hp_tangent *tangent, hp_error *err) {
    hp_status status = HP_OK;
    int n = tangent->n;
    cblas_dsyrk(CblasColMajor, CblasLower, CblasTrans, n, (int)tangent->nparam, 1.0, tangent->A,
                (int)tangent->nparam, 0.0, tangent->gram, n);
    double trace = 0.0;
    for (size_t i = 0; i < (size_t)n; i++) trace += tangent->gram[i * ((size_t)n + 1)];
    HP_CHECK(isfinite(trace), HP_ERR_NUMERIC, "the derivatives of a network are not finite");
    lapack_int rank = 0;
    lapack_int info = LAPACKE_dpstrf(LAPACK_COL_MAJOR, 'L', n, tangent->gram, n, tangent->pivot,
                                     &rank, -1.0); /* down to rounding */
    HP_CHECK(info >= 0, HP_ERR_LIBRARY, "LAPACK dpstrf failed with code %d", (int)info);
    tangent->rank = (int)rank < (int)tangent->nparam ? (int)rank : (int)tangent->nparam;
cleanup:
    return status;
}
