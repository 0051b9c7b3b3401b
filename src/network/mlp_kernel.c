// SPDX-License-Identifier: GPL-3.0-or-later
/* Derivatives by all parameters at once, without the derivative by each of them. */
#include <cblas.h>
#include <string.h>
#include "hadpot/mlp.h"
#include "products.h"

static void add_layer(int n, int in, int out, const double *y, const double *d_z, double variance,
                      double constant, double *product, double *gram);

void hp_mlp_kernel(const hp_mlp *mlp, const double *param, const double *x, int n,
                   const double *d_out, hp_mlp_workspace *work, const hp_mlp_kernel_work *kernel,
                   double *gram) {
    const double *weight_end = param + mlp->nparam;
    double *d_z = work->d_y[0], *d_previous = work->d_y[1];
    int last = mlp->nlayer - 1;
    memcpy(d_z, d_out, (size_t)n * (size_t)mlp->width[last + 1] * sizeof *d_z);
    for (int i = 0; i < n; i++)
        memset(gram + (size_t)i * (size_t)n, 0, ((size_t)i + 1) * sizeof *gram);
    for (int l = last; l >= 0; l--) {
        int in = mlp->width[l], out = mlp->width[l + 1];
        size_t nvalue = (size_t)n * (size_t)out;
        const double *slope = work->slope[l];
        for (size_t i = 0; i < nvalue; i++) d_z[i] *= slope[i];
        add_layer(n, in, out, l > 0 ? work->y[l - 1] : x, d_z, kernel->variance[l],
                  l < last || kernel->last_constant ? 1.0 : 0.0, kernel->product, gram);
        if (l == 0) break;
        weight_end -= (size_t)out * ((size_t)in + 1);
        hp_product_input(n, in, out, d_z, weight_end, d_previous);
        double *swap = d_z;
        d_z = d_previous;
        d_previous = swap;
    }
}

const double *hp_mlp_directional(const hp_mlp *mlp, const double *param, const double *direction,
                                 const double *x, int n, hp_mlp_workspace *work) {
    double *d_y = work->d_y[0], *d_input = work->d_y[1];
    for (int l = 0; l < mlp->nlayer; l++) {
        int in = mlp->width[l], out = mlp->width[l + 1];
        size_t nweight = (size_t)out * (size_t)in, nvalue = (size_t)n * (size_t)out;
        const double *bias = direction + nweight, *slope = work->slope[l];
        for (int row = 0; row < n; row++)
            memcpy(d_y + (size_t)row * (size_t)out, bias, (size_t)out * sizeof *d_y);
        hp_product_forward(n, in, out, l > 0 ? work->y[l - 1] : x, direction, work->transposed,
                           d_y);
        if (l > 0) hp_product_forward(n, in, out, d_input, param, work->transposed, d_y);
        for (size_t i = 0; i < nvalue; i++) d_y[i] *= slope[i];
        double *swap = d_input;
        d_input = d_y;
        d_y = swap;
        param += nweight + (size_t)out;
        direction = bias + out;
    }
    return d_input;
}

/* gram += variance (d_z d_z^T) o (y y^T + constant), a block of rows of the lower triangle at a
 * time. */
static void add_layer(int n, int in, int out, const double *y, const double *d_z, double variance,
                      double constant, double *product, double *gram) {
    double *of_y = product, *of_d_z = product + (size_t)HP_KERNEL_ROWS * (size_t)n;
    for (int first = 0; first < n; first += HP_KERNEL_ROWS) {
        int rows = n - first < HP_KERNEL_ROWS ? n - first : HP_KERNEL_ROWS, end = first + rows;
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, end, in, 1.0,
                    y + (size_t)first * (size_t)in, in, y, in, 0.0, of_y, end);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, end, out, variance,
                    d_z + (size_t)first * (size_t)out, out, d_z, out, 0.0, of_d_z, end);
        for (int i = 0; i < rows; i++) {
            double *restrict to = gram + (size_t)(first + i) * (size_t)n;
            const double *restrict a = of_y + (size_t)i * (size_t)end;
            const double *restrict b = of_d_z + (size_t)i * (size_t)end;
            for (int j = 0; j <= first + i; j++) to[j] += b[j] * (a[j] + constant);
        }
    }
}
