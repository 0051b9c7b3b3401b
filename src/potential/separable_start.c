// SPDX-License-Identifier: GPL-3.0-or-later
/* Where fits of separable potentials start, and the form in which they end. */
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "separable_parts.h"
#include "hadpot/memory.h"
#include "hadpot/lapack_status.h"

/* Singular values below this part of the largest say nothing. */
static const double RESOLUTION = 1e-10;

/* What the start is made of. */
typedef struct start_work {
    double *block;
    double *A;     /* (ncolumn, width) S_i in the basis, in units of its error */
    double *shape; /* (rank, width) w_k: the main components of A */
    double *gram;  /* (ncolumn, ncolumn) */
    double *value; /* (ncolumn) its eigenvalues */
    double *B;     /* (rank, rank) */
    double *design, *right, *singular;
    int unknowns; /* of B: rank (rank + 1)/2 */
} start_work;

static hp_status open_work(const hp_separable_fit *fit, start_work *work, hp_error *err) {
    size_t n = (size_t)fit->n, ncolumn = (size_t)fit->ncolumn, rank = (size_t)fit->rank;
    size_t width = (size_t)fit->width, points = n * ncolumn, unknowns = rank * (rank + 1) / 2;
    size_t most = unknowns > width ? unknowns : width;
    work->unknowns = (int)unknowns;
    return hp_alloc_parts(&work->block,
                          HP_PARTS({&work->A, ncolumn * width}, {&work->shape, rank * width},
                                   {&work->gram, ncolumn * ncolumn}, {&work->value, ncolumn},
                                   {&work->B, rank * rank}, {&work->design, points * most},
                                   {&work->right, points}, {&work->singular, most}),
                          err);
}

/* right[0 .. columns) becomes the shortest solution of design x = right. */
static hp_status solve(start_work *work, int rows, int columns, hp_error *err) {
    lapack_int found;
    int info = LAPACKE_dgelsd(LAPACK_ROW_MAJOR, rows, columns, 1, work->design, columns,
                              work->right, 1, work->singular, RESOLUTION, &found);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
               "a linear fit to the source term has no solution (dgelsd: %d): are all S finite?",
               info);
    return HP_OK;
}

/* A_i: S_i by least squares, over the root of the mean square of its error. */
static hp_status expand_columns(const hp_separable_fit *fit, start_work *work, hp_error *err) {
    int n = fit->n, width = fit->width;
    for (int c = 0; c < fit->ncolumn; c++) {
        const double *weight = fit->root_weight + (ptrdiff_t)c * n;
        double mean = cblas_ddot(n, weight, 1, weight, 1) / n;
        for (int r = 0; r < n; r++) {
            work->right[r] = weight[r] * fit->S[c * n + r];
            for (int p = 0; p < width; p++)
                work->design[r * width + p] = weight[r] * fit->phi[r * width + p];
        }
        HP_CALL(solve(work, n, width, err));
        for (int p = 0; p < width; p++) work->A[c * width + p] = work->right[p] * sqrt(mean);
    }
    return HP_OK;
}

/* w_k = sum_i z_ik A_i of the largest eigenvalues of <A_i, A_j>. */
static hp_status choose_shapes(const hp_separable_fit *fit, start_work *work, hp_error *err) {
    int n = fit->n, ncolumn = fit->ncolumn, width = fit->width;
    double *function = work->design; /* (ncolumn, n) */
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, ncolumn, n, width, 1.0, work->A, width,
                fit->phi, width, 0.0, function, n);
    for (int i = 0; i < ncolumn; i++)
        for (int j = 0; j < ncolumn; j++)
            for (int r = 0; r < n; r++)
                work->gram[i * ncolumn + j] +=
                    fit->counted[r] * function[i * n + r] * function[j * n + r];
    int info = LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'V', 'U', ncolumn, work->gram, ncolumn, work->value);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
               "the main components of the source terms were not found (dsyev: %d)", info);
    for (int k = 0; k < fit->rank; k++) {
        int from = ncolumn - 1 - k;
        if (work->value[from] <= RESOLUTION * work->value[ncolumn - 1]) continue; /* w = 0 */
        for (int i = 0; i < ncolumn; i++)
            cblas_daxpy(width, work->gram[i * ncolumn + from] / sqrt(work->value[from]),
                        work->A + (ptrdiff_t)i * width, 1, work->shape + (ptrdiff_t)k * width, 1);
    }
    return HP_OK;
}

/* B of S_i = sum_kl w_k B_kl <w_l, R_i>, symmetric, by least squares. */
static hp_status fit_strengths(hp_separable_fit *fit, start_work *work, hp_error *err) {
    int n = fit->n, ncolumn = fit->ncolumn, rank = fit->rank, width = fit->width;
    double *w = fit->v, *strength = fit->strength;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rank, n, width, 1.0, work->shape, width,
                fit->phi, width, 0.0, w, n);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, ncolumn, rank, width, 1.0, fit->overlap,
                width, work->shape, width, 0.0, strength, rank);
    for (int row = 0; row < n * ncolumn; row++) {
        const double *o = strength + (ptrdiff_t)(row / n) * rank, *at = w + row % n;
        double weight = fit->root_weight[row], *to = work->design + (ptrdiff_t)row * work->unknowns;
        work->right[row] = weight * fit->S[row];
        for (int k = 0; k < rank; k++)
            for (int l = k; l < rank; l++)
                *to++ = weight *
                        (at[(ptrdiff_t)k * n] * o[l] + (k < l ? at[(ptrdiff_t)l * n] * o[k] : 0.0));
    }
    HP_CALL(solve(work, n * ncolumn, work->unknowns, err));
    const double *found = work->right;
    for (int k = 0; k < rank; k++)
        for (int l = k; l < rank; l++) work->B[k * rank + l] = work->B[l * rank + k] = *found++;
    return HP_OK;
}

/* s and amplitudes of sum_kl w_k B_kl w_l. */
static hp_status diagonalise(const hp_separable_fit *fit, start_work *work, double *param,
                             hp_error *err) {
    int rank = fit->rank, width = fit->width;
    double *value = work->singular;
    int info = LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'V', 'U', rank, work->B, rank, value);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
               "the signs of U were not found (dsyev: %d)", info);
    memset(param, 0, (size_t)(rank + rank * width) * sizeof *param);
    for (int m = 0; m < rank; m++) {
        param[m] = value[m] < 0.0 ? -1.0 : 1.0;
        for (int k = 0; k < rank; k++)
            cblas_daxpy(width, sqrt(fabs(value[m])) * work->B[k * rank + m],
                        work->shape + (ptrdiff_t)k * width, 1, param + rank + (ptrdiff_t)m * width,
                        1);
    }
    return HP_OK;
}

hp_status hp_separable_start(hp_separable_fit *fit, double *param, hp_error *err) {
    hp_status status = HP_OK;
    start_work work = {0};
    HP_TRY(open_work(fit, &work, err));
    HP_TRY(expand_columns(fit, &work, err));
    HP_TRY(choose_shapes(fit, &work, err));
    HP_TRY(fit_strengths(fit, &work, err));
    HP_TRY(diagonalise(fit, &work, param, err));
cleanup:
    hp_free(work.block);
    return status;
}

/* The sign of each v_m, (rank, n) at the points. */
static void choose_signs(const hp_separable_fit *fit, const double *reference, double *param) {
    int n = fit->n, rank = fit->rank, width = fit->width;
    for (int m = 0; m < rank; m++) {
        double *amplitude = param + rank + (ptrdiff_t)m * width, largest = 0.0, dot = 0.0;
        for (int r = 0; r < n; r++) {
            const double *phi = fit->phi + (ptrdiff_t)r * width;
            double v = cblas_ddot(width, phi, 1, amplitude, 1);
            if (fit->counted[r] > 0.0 && fabs(v) > fabs(largest)) largest = v;
            if (reference != NULL) dot += fit->counted[r] * v * reference[m * n + r];
        }
        if (reference != NULL ? dot < 0.0 : largest < 0.0) cblas_dscal(width, -1.0, amplitude, 1);
    }
}

/* With X = q^1/2 v = Q T (n, rank), U = Q [T s T^T] Q^T: of an eigenvector y with eigenvalue u,
 * v = |u|^1/2 Q y has the amplitudes |u|^1/2/u sum_m s_m (T^T y)_m a_m. */
static hp_status diagonalise_U(const hp_separable_fit *fit, double *X, double *small, double *param,
                               hp_error *err) {
    int n = fit->n, rank = fit->rank, width = fit->width;
    double *tau = small, *matrix = tau + rank, *value = matrix + (ptrdiff_t)rank * rank;
    double *amplitude = value + rank, *old = param + rank;
    int info = LAPACKE_dgeqrf(LAPACK_ROW_MAJOR, n, rank, X, rank, tau);
    for (int i = 0; i < rank && info == 0; i++)
        for (int j = i; j < rank; j++)
            for (int m = j; m < rank; m++)
                matrix[i * rank + j] += X[i * rank + m] * param[m] * X[j * rank + m];
    if (info == 0) info = LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'V', 'U', rank, matrix, rank, value);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
               "eigenfunctions of U were not found (%d)", info);
    for (int place = 0; place < rank; place++) {
        int k = 0;
        for (int i = 1; i < rank; i++)
            if (fabs(value[i]) > fabs(value[k])) k = i;
        double u = value[k], scale = u != 0.0 ? 1.0 / (sqrt(fabs(u)) * copysign(1.0, u)) : 0.0;
        for (int m = 0; m < rank; m++) {
            double dot = 0.0; /* (T^T y)_m */
            for (int i = 0; i <= m; i++) dot += X[i * rank + m] * matrix[i * rank + k];
            cblas_daxpy(width, scale * param[m] * dot, old + (ptrdiff_t)m * width, 1,
                        amplitude + (ptrdiff_t)place * width, 1);
        }
        tau[place] = u < 0.0 ? -1.0 : 1.0;
        value[k] = 0.0;
    }
    memcpy(param, tau, (size_t)rank * sizeof *param);
    memcpy(old, amplitude, (size_t)rank * (size_t)width * sizeof *old);
    return HP_OK;
}

hp_status hp_separable_order(const hp_separable_fit *fit, const double *reference, double *param,
                             hp_error *err) {
    hp_status status = HP_OK;
    size_t n = (size_t)fit->n, rank = (size_t)fit->rank, width = (size_t)fit->width;
    double *X = NULL, *small = NULL;
    HP_NEW(X, n * rank);
    HP_NEW(small, rank * (2 + rank + width));
    for (size_t r = 0; r < n; r++)
        for (size_t m = 0; m < rank; m++)
            X[r * rank + m] =
                sqrt(fit->data->quadrature[r]) *
                cblas_ddot((int)width, fit->phi + r * width, 1, param + rank + m * width, 1);
    HP_TRY(diagonalise_U(fit, X, small, param, err));
    choose_signs(fit, reference, param);
cleanup:
    hp_free(X);
    hp_free(small);
    return status;
}
