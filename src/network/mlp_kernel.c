// SPDX-License-Identifier: GPL-3.0-or-later
/* Derivatives by all parameters at once, without the derivative by each of them. */
#include <cblas.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/mlp.h"
#include "products.h"

hp_status hp_mlp_kernel_create(const hp_mlp *mlp, int n, bool last_constant, hp_mlp_kernel *kernel,
                               hp_error *err) {
    hp_status status = HP_OK;
    size_t rows = (size_t)n, outputs = 0;
    memset(kernel, 0, sizeof *kernel);
    kernel->mlp = mlp;
    kernel->n = n;
    kernel->last_constant = last_constant;
    for (int l = 0; l < mlp->nlayer; l++) outputs += (size_t)mlp->width[l + 1];
    HP_NEW(kernel->block, rows * (outputs + 2) + (size_t)mlp->nlayer);
    HP_NEW(kernel->d_z, mlp->nlayer);
    kernel->product = kernel->block;
    kernel->variance = kernel->product + 2 * rows;
    double *next = kernel->variance + mlp->nlayer;
    for (int l = 0; l < mlp->nlayer; l++) {
        kernel->d_z[l] = next;
        next += rows * (size_t)mlp->width[l + 1];
    }
cleanup:
    if (status != HP_OK) hp_mlp_kernel_destroy(kernel);
    return status;
}

void hp_mlp_kernel_destroy(hp_mlp_kernel *kernel) {
    hp_free(kernel->block);
    hp_free(kernel->d_z);
    memset(kernel, 0, sizeof *kernel);
}

void hp_mlp_kernel_set(hp_mlp_kernel *kernel, const double *param, const double *d_out,
                       hp_mlp_workspace *work) {
    const hp_mlp *mlp = kernel->mlp;
    const double *weight = param + mlp->nparam;
    size_t n = (size_t)kernel->n;
    int last = mlp->nlayer - 1;
    memcpy(kernel->d_z[last], d_out, n * (size_t)mlp->width[last + 1] * sizeof *d_out);
    for (int l = last; l >= 0; l--) {
        int in = mlp->width[l], out = mlp->width[l + 1];
        double *d_z = kernel->d_z[l];
        const double *slope = work->slope[l];
        for (size_t i = 0; i < n * (size_t)out; i++) d_z[i] *= slope[i];
        weight -= (size_t)out * ((size_t)in + 1);
        if (l > 0) hp_product_input(kernel->n, in, out, d_z, weight, kernel->d_z[l - 1]);
    }
}

static double constant_of(const hp_mlp_kernel *kernel, int layer) {
    return layer < kernel->mlp->nlayer - 1 || kernel->last_constant ? 1.0 : 0.0;
}

void hp_mlp_kernel_diagonal(const hp_mlp_kernel *kernel, const double *x,
                            const hp_mlp_workspace *work, double *diagonal) {
    const hp_mlp *mlp = kernel->mlp;
    memset(diagonal, 0, (size_t)kernel->n * sizeof *diagonal);
    for (int l = 0; l < mlp->nlayer; l++) {
        int in = mlp->width[l], out = mlp->width[l + 1];
        const double *y = l > 0 ? work->y[l - 1] : x, *d_z = kernel->d_z[l];
        double constant = constant_of(kernel, l);
        for (int i = 0; i < kernel->n; i++, y += in, d_z += out)
            diagonal[i] += kernel->variance[l] * cblas_ddot(out, d_z, 1, d_z, 1) *
                           (cblas_ddot(in, y, 1, y, 1) + constant);
    }
}

void hp_mlp_kernel_row(const hp_mlp_kernel *kernel, const double *x, const hp_mlp_workspace *work,
                       int row, double *values) {
    const hp_mlp *mlp = kernel->mlp;
    int n = kernel->n;
    double *restrict a = kernel->product, *restrict b = kernel->product + n;
    memset(values, 0, (size_t)n * sizeof *values);
    for (int l = 0; l < mlp->nlayer; l++) {
        int in = mlp->width[l], out = mlp->width[l + 1];
        const double *y = l > 0 ? work->y[l - 1] : x, *d_z = kernel->d_z[l];
        double constant = constant_of(kernel, l);
        cblas_dgemv(CblasRowMajor, CblasNoTrans, n, in, 1.0, y, in, y + (size_t)row * (size_t)in, 1,
                    0.0, a, 1);
        cblas_dgemv(CblasRowMajor, CblasNoTrans, n, out, kernel->variance[l], d_z, out,
                    d_z + (size_t)row * (size_t)out, 1, 0.0, b, 1);
        for (int j = 0; j < n; j++) values[j] += b[j] * (a[j] + constant);
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
