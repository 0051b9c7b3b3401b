// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>
#include "hadpot/mlp.h"
#include "products.h"

/* One layer: d/dW = d_z input^T and d/db = d_z for every row. */
static void outer_products(const double *d_z, const double *input, int n, int in, int out,
                           double *tangent, size_t stride) {
    for (int row = 0; row < n; row++) {
        double *restrict to = tangent + (size_t)row * stride;
        const double *restrict z = d_z + (size_t)row * (size_t)out;
        const double *restrict y = input + (size_t)row * (size_t)in;
        for (int o = 0; o < out; o++)
            for (int i = 0; i < in; i++) *to++ = z[o] * y[i];
        memcpy(to, z, (size_t)out * sizeof *to);
    }
}

void hp_mlp_tangent(const hp_mlp *mlp, const double *param, const double *x, int n,
                    const double *d_out, hp_mlp_workspace *work, double *tangent, size_t stride,
                    double *d_x) {
    const double *weight_end = param + mlp->nparam;
    size_t offset = mlp->nparam;
    double *d_z = work->d_y[0], *d_previous = work->d_y[1];
    int last = mlp->nlayer - 1;
    memcpy(d_z, d_out, (size_t)n * (size_t)mlp->width[last + 1] * sizeof *d_z);
    for (int l = last; l >= 0; l--) {
        int in = mlp->width[l], out = mlp->width[l + 1];
        size_t nvalue = (size_t)n * (size_t)out, count = (size_t)out * ((size_t)in + 1);
        const double *input = l > 0 ? work->y[l - 1] : x, *slope = work->slope[l];
        for (size_t i = 0; i < nvalue; i++) d_z[i] *= slope[i];
        offset -= count;
        outer_products(d_z, input, n, in, out, tangent + offset, stride);
        weight_end -= count;
        if (l == 0 && d_x == NULL) break;
        double *target = l > 0 ? d_previous : d_x;
        hp_product_input(n, in, out, d_z, weight_end, target);
        d_previous = d_z;
        d_z = target;
    }
}
