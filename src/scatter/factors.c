// SPDX-License-Identifier: GPL-3.0-or-later
#include "factors.h"
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

hp_status hp_factorise(int size, double *matrix, lapack_int *pivot, hp_error *err) {
    size_t n = (size_t)size;
    double largest = 0.0;
    int info = LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, size, size, matrix, size, pivot);
    HP_REQUIRE(info >= 0, HP_ERR_LIBRARY, "dgetrf: argument %d is wrong", -info);
    if (info == 0) return HP_OK;
    for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs(matrix[i * (n + 1)]));
    for (size_t i = 0; i < n; i++) {
        double *diagonal = &matrix[i * (n + 1)];
        if (*diagonal == 0.0) *diagonal = DBL_EPSILON * largest;
    }
    return HP_OK;
}

double hp_factors_sign(int size, const double *matrix, const lapack_int *pivot) {
    double sign = 1.0;
    for (int i = 0; i < size; i++) {
        if (matrix[(size_t)i * (size_t)(size + 1)] < 0.0) sign = -sign;
        if (pivot[i] != i + 1) sign = -sign; /* a row exchange */
    }
    return sign;
}

/* Blocks of two, marked by negative pivots, have one sign of each. */
int hp_factors_negative(int size, const double *matrix, const lapack_int *pivot) {
    int count = 0;
    for (int i = 0; i < size; i++) {
        bool pair = pivot[i] < 0;
        if (pair || matrix[(size_t)i * (size_t)(size + 1)] < 0.0) count++;
        if (pair) i++;
    }
    return count;
}
