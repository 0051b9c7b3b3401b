// SPDX-License-Identifier: GPL-3.0-or-later
/* Multilayer perceptron: forward and backward on batches, over one block of parameters. */
#ifndef HADPOT_MLP_H
#define HADPOT_MLP_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include "hadpot/activation.h"

/* The shape of a network. Layer l maps width[l] to width[l+1] numbers:
 * y_{l+1} = activation[l]( W_l y_l + b_l ). Its parameters lie one after the other:
 * W_0 (width[1], width[0]) row by row, b_0 (width[1]), W_1, ... */
typedef struct hp_mlp {
    int nlayer;
    int *width;                /* (nlayer + 1) */
    hp_activation *activation; /* (nlayer) */
    size_t nparam;
} hp_mlp;

/* inputs -> layers[0] -> ... -> layers[nlayer-1]; activations one per layer. Owned by the caller.
 * Errors: HP_ERR_INPUT for widths below 1, HP_ERR_MEMORY. */
hp_status hp_mlp_create(int inputs, const int *layers, const hp_activation *activations, int nlayer,
                        hp_mlp *mlp, hp_error *err);
/* The layers of first, then those of second (NULL: none), whose parameters follow those of first.
 */
hp_status hp_mlp_join(const hp_mlp *first, const hp_mlp *second, hp_mlp *mlp, hp_error *err);
void hp_mlp_destroy(hp_mlp *mlp);

/* Weights and biases uniform in (-1/sqrt(n), 1/sqrt(n)), n inputs of the layer (PyTorch's rule). */
void hp_mlp_draw_weights(const hp_mlp *mlp, gsl_rng *rng, double *param);

/* deviation[nparam]: standard deviation of each drawn parameter, 1/sqrt(3 n). */
void hp_mlp_deviation(const hp_mlp *mlp, double *deviation);

/* Room for the layers of a batch of at most `batch` rows. */
typedef struct hp_mlp_workspace {
    int batch, nlayer;
    double *block;
    double **y;         /* (nlayer) outputs of the layers, (batch, width[l+1]) */
    double **slope;     /* (nlayer) activation'(z) of the layers, same shape */
    double *d_y[2];     /* gradients with respect to two neighbouring layers */
    double *ones;       /* (batch) */
    double *transposed; /* the weights of one layer */
} hp_mlp_workspace;

hp_status hp_mlp_workspace_create(const hp_mlp *mlp, int batch, hp_mlp_workspace *work,
                                  hp_error *err);
void hp_mlp_workspace_destroy(hp_mlp_workspace *work);

/* Outputs (n, width[nlayer]) of inputs x (n, width[0]), n <= batch. The result lives in work. */
const double *hp_mlp_forward(const hp_mlp *mlp, const double *param, const double *x, int n,
                             hp_mlp_workspace *work);

/* After hp_mlp_forward with the same arguments: d_param[nparam] += gradient with respect to the
 * parameters, given d_out (n, width[nlayer]), the gradient with respect to the outputs. d_x
 * (n, width[0]), overwritten, is the gradient with respect to the inputs; NULL: not wanted. */
void hp_mlp_backward(const hp_mlp *mlp, const double *param, const double *x, int n,
                     const double *d_out, hp_mlp_workspace *work, double *d_param, double *d_x);

/* The same row by row instead of summed, for Jacobians: tangent[row * stride + i], overwritten, is
 * the derivative by parameter i of sum_k d_out[row,k] y_k(x_row). d_x as above. */
void hp_mlp_tangent(const hp_mlp *mlp, const double *param, const double *x, int n,
                    const double *d_out, hp_mlp_workspace *work, double *tangent, size_t stride,
                    double *d_x);

/* The products of all those rows without the rows: with y the inputs of a layer and d_z the
 * gradients with respect to what enters its activations, the kernel
 *     K_ij = sum over layers l of variance[l] (d_z_i . d_z_j) (y_i . y_j + 1)
 * costs 2 (in + out) operations a layer instead of 2 in out. */
typedef struct hp_mlp_kernel {
    const hp_mlp *mlp; /* not owned */
    int n;
    bool last_constant;   /* whether the constant of the last layer is one of the parameters */
    double *variance;     /* (nlayer) of the parameters of a layer */
    double *block, **d_z; /* (nlayer) of (n, width[l+1]) */
    double *product;      /* (2, n) */
} hp_mlp_kernel;

hp_status hp_mlp_kernel_create(const hp_mlp *mlp, int n, bool last_constant, hp_mlp_kernel *kernel,
                               hp_error *err);
void hp_mlp_kernel_destroy(hp_mlp_kernel *kernel);

/* After hp_mlp_forward with the same arguments on n rows: d_z of sum_k d_out[row,k] y_k(x_row). */
void hp_mlp_kernel_set(hp_mlp_kernel *kernel, const double *param, const double *d_out,
                       hp_mlp_workspace *work);

/* diagonal[n] = K_ii; values[n] = K_row,j; x and work of hp_mlp_forward. */
void hp_mlp_kernel_diagonal(const hp_mlp_kernel *kernel, const double *x,
                            const hp_mlp_workspace *work, double *diagonal);
void hp_mlp_kernel_row(const hp_mlp_kernel *kernel, const double *x, const hp_mlp_workspace *work,
                       int row, double *values);

/* The same between two functions, rows of the first and row `row` of the second: another output of
 * the same network (shared_from = 0), or one of another network of the same shape with which it has
 * the layers from shared_from on in common. values: (n) of the first. */
typedef struct hp_mlp_rows {
    const hp_mlp_kernel *kernel;
    const double *x;
    const hp_mlp_workspace *work;
} hp_mlp_rows;
void hp_mlp_kernel_between(const hp_mlp_rows *of, const hp_mlp_rows *with, int row, int shared_from,
                           double *values);

/* After hp_mlp_forward with the same arguments: derivative (n, width[nlayer]) of the outputs when
 * the parameters move along direction[nparam]. The result lives in work. */
const double *hp_mlp_directional(const hp_mlp *mlp, const double *param, const double *direction,
                                 const double *x, int n, hp_mlp_workspace *work);

#endif
