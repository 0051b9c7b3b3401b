// SPDX-License-Identifier: GPL-3.0-or-later
/* A kernel on Gauss-Legendre nodes as a sum of separable terms. */
#include "ode_private.h"
#include <float.h>
#include <math.h>
#include <string.h>
#include <lapacke.h>
#include "hadpot/memory.h"

static bool is_kept(const double *value, int n, int i, double tolerance) {
    double largest = fmax(fabs(value[0]), fabs(value[n - 1])); /* they are ascending */
    return fabs(value[i]) > fmax(n * DBL_EPSILON, tolerance) * largest;
}

static void keep_terms(const hp_quadrature *grid, const double *value, const double *vector,
                       double tolerance, hp_ode_kernel *kernel) {
    int n = grid->n, rank = kernel->rank, term = 0;
    for (int k = 0; k < n; k++) {
        if (!is_kept(value, n, k, tolerance)) continue;
        double size = sqrt(fabs(value[k]));
        kernel->sign[term] = value[k] > 0.0 ? 1.0 : -1.0;
        for (int i = 0; i < n; i++) {
            double x = size * vector[(size_t)i * (size_t)n + (size_t)k];
            double root = sqrt(grid->weight[i]);
            kernel->term[i * rank + term] = x / root;
            kernel->weighted[i * rank + term] = x * root;
        }
        term++;
    }
}

/* W^(1/2) K W^(1/2) = X S X^T with orthonormal columns x_n, so that v_n = W^(-1/2) x_n are
 * orthonormal under the quadrature and K_ij = sum_n s_n v_n(r_i) v_n(r_j). */
hp_status hp_ode_kernel_create(const hp_quadrature *grid, const double *K, double tolerance,
                               hp_ode_kernel *kernel, hp_error *err) {
    hp_status status = HP_OK;
    int n = grid->n;
    size_t m = (size_t)n;
    double *vector = NULL, *value = NULL;
    *kernel = (hp_ode_kernel){0};
    if (K != NULL) {
        HP_NEW(vector, m * m);
        HP_NEW(value, n);
        for (size_t i = 0; i < m; i++) /* W^(1/2) (K + K^T)/2 W^(1/2) */
            for (size_t j = 0; j < m; j++)
                vector[i * m + j] =
                    0.5 * sqrt(grid->weight[i] * grid->weight[j]) * (K[i * m + j] + K[j * m + i]);
        int info = LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'V', 'U', n, vector, n, value);
        HP_CHECK(info == 0, HP_ERR_NUMERIC,
                 "the separable terms of the kernel were not found (dsyevd: %d)", info);
        for (int i = 0; i < n; i++) kernel->rank += is_kept(value, n, i, tolerance);
    }
    HP_NEW(kernel->sign, kernel->rank);
    HP_NEW(kernel->term, (size_t)n * (size_t)kernel->rank);
    HP_NEW(kernel->weighted, (size_t)n * (size_t)kernel->rank);
    if (value != NULL) keep_terms(grid, value, vector, tolerance, kernel);
cleanup:
    hp_free(vector);
    hp_free(value);
    if (status != HP_OK) hp_ode_kernel_destroy(kernel);
    return status;
}

void hp_ode_kernel_destroy(hp_ode_kernel *kernel) {
    hp_free(kernel->sign);
    hp_free(kernel->term);
    hp_free(kernel->weighted);
    *kernel = (hp_ode_kernel){0};
}
