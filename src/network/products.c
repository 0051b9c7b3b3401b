// SPDX-License-Identifier: GPL-3.0-or-later
#include "products.h"
#include <cblas.h>
#include <stddef.h>

/* Products m n k up to this need no copies of their matrices in OpenBLAS on AVX-512, which for our
 * shapes is half as fast again; elsewhere the blocks are large enough to do no harm. */
#define LARGEST_PRODUCT 1000000

/* Blocks of equal size, none larger than the limit. */
static int rows_at_once(int n, int in, int out) {
    int limit = LARGEST_PRODUCT / in / out > 16 ? LARGEST_PRODUCT / in / out : 16;
    int blocks = (n + limit - 1) / limit;
    return (n + blocks - 1) / blocks;
}

void hp_product_forward(int n, int in, int out, const double *x, const double *weight,
                        double *transposed, double *y) {
    int block = rows_at_once(n, in, out);
    if (transposed != NULL)
        cblas_domatcopy(CblasRowMajor, CblasTrans, out, in, 1.0, weight, in, transposed, out);
    const double *factor = transposed != NULL ? transposed : weight;
    CBLAS_TRANSPOSE transpose = transposed != NULL ? CblasNoTrans : CblasTrans;
    int stride = transposed != NULL ? out : in;
    for (int start = 0; start < n; start += block) {
        int rows = n - start < block ? n - start : block;
        cblas_dgemm(CblasRowMajor, CblasNoTrans, transpose, rows, out, in, 1.0,
                    x + (size_t)start * (size_t)in, in, factor, stride, 1.0,
                    y + (size_t)start * (size_t)out, out);
    }
}

void hp_product_weight(int n, int in, int out, const double *d_z, const double *x,
                       double *d_weight) {
    int block = rows_at_once(n, in, out);
    for (int start = 0; start < n; start += block) {
        int rows = n - start < block ? n - start : block;
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, out, in, rows, 1.0,
                    d_z + (size_t)start * (size_t)out, out, x + (size_t)start * (size_t)in, in, 1.0,
                    d_weight, in);
    }
}

void hp_product_input(int n, int in, int out, const double *d_z, const double *weight,
                      double *d_x) {
    int block = rows_at_once(n, in, out);
    for (int start = 0; start < n; start += block) {
        int rows = n - start < block ? n - start : block;
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, in, out, 1.0,
                    d_z + (size_t)start * (size_t)out, out, weight, in, 0.0,
                    d_x + (size_t)start * (size_t)in, in);
    }
}
