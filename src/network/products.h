// SPDX-License-Identifier: GPL-3.0-or-later
/* The three matrix products of a layer with weights W (out, in) on n rows, by BLAS, in blocks of
 * rows of the size that it does best. */
#ifndef HADPOT_NETWORK_PRODUCTS_H
#define HADPOT_NETWORK_PRODUCTS_H

/* y (n, out) += x W^T, x (n, in). transposed: room for in * out numbers, so that the weights are
 * read along rows of the product; pays for many rows, NULL for few. */
void hp_product_forward(int n, int in, int out, const double *x, const double *weight,
                        double *transposed, double *y);

/* d_W (out, in) += d_z^T x, d_z (n, out). */
void hp_product_weight(int n, int in, int out, const double *d_z, const double *x,
                       double *d_weight);

/* d_x (n, in) = d_z W. */
void hp_product_input(int n, int in, int out, const double *d_z, const double *weight, double *d_x);

#endif
