// SPDX-License-Identifier: GPL-3.0-or-later
#include "separable.h"
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <lapacke.h>
#include "hadpot/memory.h"
#include "hadpot/lapack_status.h"

void hp_separable_destroy(hp_separable *terms) {
    hp_free(terms->sign);
    hp_free(terms->term);
    hp_free(terms->weighted);
    *terms = (hp_separable){0};
}

static bool is_kept(const double *value, int size, int i, double tolerance) {
    double largest = fmax(fabs(value[0]), fabs(value[size - 1])); /* they are ascending */
    return fabs(value[i]) > fmax(size * DBL_EPSILON, tolerance) * largest;
}

/* vector (N n, N n): one eigenvector a column, row c n + i. */
static void keep_terms(const hp_quadrature *grid, int N, const double *value, const double *vector,
                       double tolerance, hp_separable *terms) {
    int n = grid->n, size = N * n, rank = terms->rank, term = 0;
    for (int k = 0; k < size; k++) {
        if (!is_kept(value, size, k, tolerance)) continue;
        double factor = sqrt(fabs(value[k]));
        terms->sign[term] = value[k] > 0.0 ? 1.0 : -1.0;
        for (int row = 0; row < size; row++) {
            int c = row / n, i = row % n;
            double x = factor * vector[(size_t)row * (size_t)size + (size_t)k];
            double root = sqrt(grid->weight[i]);
            size_t at = (size_t)(i * N + c) * (size_t)rank + (size_t)term;
            terms->term[at] = x / root;
            terms->weighted[at] = x * root;
        }
        term++;
    }
}

/* W^(1/2) (K + K^T)/2 W^(1/2) */
static void weigh(const hp_quadrature *grid, int N, const double *K, double *weighted) {
    size_t n = (size_t)grid->n, size = (size_t)N * n;
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j < size; j++)
            weighted[i * size + j] = 0.5 * sqrt(grid->weight[i % n] * grid->weight[j % n]) *
                                     (K[i * size + j] + K[j * size + i]);
}

/* W^(1/2) K W^(1/2) = X S X^T over all components and nodes together, with orthonormal columns x_m,
 * so that v_m = W^(-1/2) x_m, which have a part in each component, are orthonormal under the
 * quadrature and K_ij = sum_m s_m v_m(r_i) v_m(r_j). */
hp_status hp_separable_create(const hp_quadrature *grid, int ncomponent, const double *K,
                              double tolerance, hp_separable *terms, hp_error *err) {
    hp_status status = HP_OK;
    int size = ncomponent * grid->n;
    double *vector = NULL, *value = NULL;
    *terms = (hp_separable){0};
    HP_NEW(vector, (size_t)size * (size_t)size);
    HP_NEW(value, size);
    weigh(grid, ncomponent, K, vector);
    int info = LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'V', 'U', size, vector, size, value);
    HP_CHECK(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
             "the separable terms of the kernel were not found (dsyevd: %d)", info);
    for (int i = 0; i < size; i++) terms->rank += is_kept(value, size, i, tolerance);
    HP_NEW(terms->sign, terms->rank);
    HP_NEW(terms->term, (size_t)size * (size_t)terms->rank);
    HP_NEW(terms->weighted, (size_t)size * (size_t)terms->rank);
    keep_terms(grid, ncomponent, value, vector, tolerance, terms);
cleanup:
    hp_free(vector);
    hp_free(value);
    if (status != HP_OK) hp_separable_destroy(terms);
    return status;
}
