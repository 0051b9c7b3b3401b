// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to scatter: LU factors of matrices (size, size) by rows, and what factors tell. */
#ifndef HADPOT_SCATTER_FACTORS_H
#define HADPOT_SCATTER_FACTORS_H

#include <lapacke.h>
#include "hadpot/error.h"

/* LU of the transposed matrix, since LAPACK reads our rows as columns. A pivot that cancels to zero
 * (tan delta infinite to all digits) stands for one of the size of its rounding error. Errors:
 * HP_ERR_LIBRARY. */
hp_status hp_factorise(int size, double *matrix, lapack_int *pivot, hp_error *err);

/* The sign of the determinant from LU factors. */
double hp_factors_sign(int size, const double *matrix, const lapack_int *pivot);

/* Negative eigenvalues from the factors of dsytrf. */
int hp_factors_negative(int size, const double *matrix, const lapack_int *pivot);

#endif
