// SPDX-License-Identifier: GPL-3.0-or-later
/* The square root of an inverse covariance, 1 - sum_m f_m q_m q_m^T with orthonormal modes q_m
 * (weights.h), on values that are multiplied by sqrt(w) already. */
#ifndef HADPOT_TRAIN_WHITEN_H
#define HADPOT_TRAIN_WHITEN_H

#include <cblas.h>
#include <stddef.h>

/* x (values) -> x - sum_m f_m q_m (q_m . x); mode (nmode, values). */
static inline void hp_whiten(int values, int nmode, const double *mode, const double *factor,
                             double *x) {
    for (int m = 0; m < nmode; m++) {
        const double *q = mode + (size_t)m * (size_t)values;
        cblas_daxpy(values, -factor[m] * cblas_ddot(values, q, 1, x, 1), q, 1, x, 1);
    }
}

/* All columns of J (values, columns) at once; along (columns): work space. */
static inline void hp_whiten_columns(int values, int columns, int nmode, const double *mode,
                                     const double *factor, double *J, double *along) {
    for (int m = 0; m < nmode; m++) {
        const double *q = mode + (size_t)m * (size_t)values;
        cblas_dgemv(CblasRowMajor, CblasTrans, values, columns, 1.0, J, columns, q, 1, 0.0, along,
                    1);
        cblas_dger(CblasRowMajor, values, columns, -factor[m], q, 1, along, 1, J, columns);
    }
}

#endif
