// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/mlp.h"
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "products.h"

hp_status hp_mlp_create(int inputs, const int *layers, const hp_activation *activations, int nlayer,
                        hp_mlp *mlp, hp_error *err) {
    hp_status status = HP_OK;
    memset(mlp, 0, sizeof *mlp);
    HP_CHECK(inputs >= 1 && nlayer >= 1, HP_ERR_INPUT,
             "a network needs at least one input and one layer, found %d and %d", inputs, nlayer);
    mlp->nlayer = nlayer;
    HP_NEW(mlp->width, nlayer + 1);
    HP_NEW(mlp->activation, nlayer);
    mlp->width[0] = inputs;
    for (int l = 0; l < nlayer; l++) {
        HP_CHECK(layers[l] >= 1, HP_ERR_INPUT, "layer %d must have at least 1 output, found %d",
                 l + 1, layers[l]);
        mlp->width[l + 1] = layers[l];
        mlp->activation[l] = activations[l];
        mlp->nparam += (size_t)layers[l] * ((size_t)mlp->width[l] + 1);
    }
cleanup:
    if (status != HP_OK) hp_mlp_destroy(mlp);
    return status;
}

hp_status hp_mlp_join(const hp_mlp *first, const hp_mlp *second, hp_mlp *mlp, hp_error *err) {
    hp_status status = HP_OK;
    int head = first->nlayer, tail = second != NULL ? second->nlayer : 0;
    memset(mlp, 0, sizeof *mlp);
    mlp->nlayer = head + tail;
    mlp->nparam = first->nparam + (tail > 0 ? second->nparam : 0);
    HP_NEW(mlp->width, mlp->nlayer + 1);
    HP_NEW(mlp->activation, mlp->nlayer);
    memcpy(mlp->width, first->width, ((size_t)head + 1) * sizeof *mlp->width);
    memcpy(mlp->activation, first->activation, (size_t)head * sizeof *mlp->activation);
    for (int l = 0; l < tail; l++) {
        mlp->width[head + l + 1] = second->width[l + 1];
        mlp->activation[head + l] = second->activation[l];
    }
cleanup:
    if (status != HP_OK) hp_mlp_destroy(mlp);
    return status;
}

void hp_mlp_destroy(hp_mlp *mlp) {
    if (mlp == NULL) return;
    hp_free(mlp->width);
    hp_free(mlp->activation);
    memset(mlp, 0, sizeof *mlp);
}

void hp_mlp_draw_weights(const hp_mlp *mlp, gsl_rng *rng, double *param) {
    for (int l = 0; l < mlp->nlayer; l++) {
        double bound = 1.0 / sqrt((double)mlp->width[l]);
        size_t count = (size_t)mlp->width[l + 1] * ((size_t)mlp->width[l] + 1);
        for (size_t i = 0; i < count; i++)
            *param++ = bound * (2.0 * gsl_rng_uniform_pos(rng) - 1.0);
    }
}

void hp_mlp_deviation(const hp_mlp *mlp, double *deviation) {
    for (int l = 0; l < mlp->nlayer; l++) {
        size_t count = (size_t)mlp->width[l + 1] * ((size_t)mlp->width[l] + 1);
        for (size_t i = 0; i < count; i++) *deviation++ = 1.0 / sqrt(3.0 * mlp->width[l]);
    }
}

hp_status hp_mlp_workspace_create(const hp_mlp *mlp, int batch, hp_mlp_workspace *work,
                                  hp_error *err) {
    hp_status status = HP_OK;
    memset(work, 0, sizeof *work);
    size_t rows = (size_t)batch, outputs = 0, widest = (size_t)mlp->width[0], largest = 0;
    for (int l = 0; l < mlp->nlayer; l++) {
        size_t in = (size_t)mlp->width[l], out = (size_t)mlp->width[l + 1];
        outputs += out;
        if (out > widest) widest = out;
        if (in * out > largest) largest = in * out;
    }
    work->batch = batch;
    work->nlayer = mlp->nlayer;
    HP_NEW(work->block, rows * (2 * outputs + 2 * widest + 1) + largest);
    HP_NEW(work->y, mlp->nlayer);
    HP_NEW(work->slope, mlp->nlayer);
    double *next = work->block;
    for (int l = 0; l < mlp->nlayer; l++) {
        work->y[l] = next;
        work->slope[l] = next + rows * (size_t)mlp->width[l + 1];
        next += 2 * rows * (size_t)mlp->width[l + 1];
    }
    work->d_y[0] = next;
    work->d_y[1] = next + rows * widest;
    work->ones = next + 2 * rows * widest;
    work->transposed = work->ones + rows;
    for (int row = 0; row < batch; row++) work->ones[row] = 1.0;
cleanup:
    if (status != HP_OK) hp_mlp_workspace_destroy(work);
    return status;
}

void hp_mlp_workspace_destroy(hp_mlp_workspace *work) {
    if (work == NULL) return;
    hp_free(work->block);
    hp_free(work->y);
    hp_free(work->slope);
    memset(work, 0, sizeof *work);
}

const double *hp_mlp_forward(const hp_mlp *mlp, const double *param, const double *x, int n,
                             hp_mlp_workspace *work) {
    const double *weight = param;
    for (int l = 0; l < mlp->nlayer; l++) {
        int in = mlp->width[l], out = mlp->width[l + 1];
        const double *bias = weight + (size_t)out * (size_t)in;
        double *y = work->y[l];
        for (int row = 0; row < n; row++)
            memcpy(y + (size_t)row * (size_t)out, bias, (size_t)out * sizeof *y);
        hp_product_forward(n, in, out, x, weight, work->transposed, y);
        hp_activation_apply(mlp->activation[l], (size_t)n * (size_t)out, y, work->slope[l]);
        x = y;
        weight = bias + out;
    }
    return x;
}

void hp_mlp_backward(const hp_mlp *mlp, const double *param, const double *x, int n,
                     const double *d_out, hp_mlp_workspace *work, double *d_param, double *d_x) {
    const double *weight_end = param + mlp->nparam;
    double *d_end = d_param + mlp->nparam;
    double *d_z = work->d_y[0], *d_previous = work->d_y[1];
    int last = mlp->nlayer - 1;
    memcpy(d_z, d_out, (size_t)n * (size_t)mlp->width[last + 1] * sizeof *d_z);
    for (int l = last; l >= 0; l--) {
        int in = mlp->width[l], out = mlp->width[l + 1];
        size_t nweight = (size_t)out * (size_t)in, nvalue = (size_t)n * (size_t)out;
        const double *weight = weight_end - nweight - out;
        double *d_weight = d_end - nweight - out, *d_bias = d_end - out;
        const double *input = l > 0 ? work->y[l - 1] : x, *slope = work->slope[l];
        for (size_t i = 0; i < nvalue; i++) d_z[i] *= slope[i];
        hp_product_weight(n, in, out, d_z, input, d_weight);
        cblas_dgemv(CblasRowMajor, CblasTrans, n, out, 1.0, d_z, out, work->ones, 1, 1.0, d_bias,
                    1);
        if (l == 0 && d_x == NULL) break;
        double *target = l > 0 ? d_previous : d_x;
        hp_product_input(n, in, out, d_z, weight, target);
        d_previous = d_z;
        d_z = target;
        weight_end = weight;
        d_end = d_weight;
    }
}

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

/* Derivatives by all parameters at once, without the derivative by each of them. */

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

void hp_mlp_kernel_between(const hp_mlp_rows *of, const hp_mlp_rows *with, int row, int shared_from,
                           double *values) {
    const hp_mlp_kernel *kernel = of->kernel;
    const hp_mlp *mlp = kernel->mlp;
    int n = kernel->n;
    double *restrict a = kernel->product, *restrict b = kernel->product + n;
    memset(values, 0, (size_t)n * sizeof *values);
    for (int l = shared_from; l < mlp->nlayer; l++) {
        int in = mlp->width[l], out = mlp->width[l + 1];
        const double *y = l > 0 ? of->work->y[l - 1] : of->x;
        const double *y_row = (l > 0 ? with->work->y[l - 1] : with->x) + (size_t)row * (size_t)in;
        const double *d_z_row = with->kernel->d_z[l] + (size_t)row * (size_t)out;
        double constant = constant_of(kernel, l);
        cblas_dgemv(CblasRowMajor, CblasNoTrans, n, in, 1.0, y, in, y_row, 1, 0.0, a, 1);
        cblas_dgemv(CblasRowMajor, CblasNoTrans, n, out, kernel->variance[l], kernel->d_z[l], out,
                    d_z_row, 1, 0.0, b, 1);
        for (int j = 0; j < n; j++) values[j] += b[j] * (a[j] + constant);
    }
}

void hp_mlp_kernel_row(const hp_mlp_kernel *kernel, const double *x, const hp_mlp_workspace *work,
                       int row, double *values) {
    const hp_mlp_rows rows = {kernel, x, work};
    hp_mlp_kernel_between(&rows, &rows, row, 0, values);
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
