// SPDX-License-Identifier: GPL-3.0-or-later
/* Jacobian of the residuals of a loss, d rho / d theta_hat, with theta_hat = (theta -
 * mean)/deviation of the prior.
 *
 * A network on n radii is n functions a(r) of its weights, and the residuals depend on the weights
 * through these alone: J = B A, A = d a / d theta_hat (n, nparam). A itself is never formed: its
 * products K = A A^T are sums over the layers (hp_mlp_kernel). A smooth network can change a(r) in
 * far fewer ways than it has weights: K = L L^T to rounding with k columns, by a pivoted Cholesky
 * factorisation that asks for k rows of K only (Harbrecht, Peters, Schneider, Appl. Numer. Math. 62
 * (2012) 428). Its pivots are k radii p with A_p = L_p Q^T, Q (nparam, k) with orthonormal columns.
 * Hence A = L Q^T and J = (B L) Q^T; what is computed is B L, k columns. Q u = A^T y,  y = L_p^-T u
 * at the radii p: the gradient of sum_p y_p a(r_p); Q^T theta_hat = L_p^-1 (A theta_hat)_p: the
 * derivative of a along theta_hat. This is done for the local part and, when g is linear (a = w .
 * f), for f; U with a deep g depends on all features of f, and there the columns are the weights of
 * f and g themselves, as they are for potentials that are not symmetric. */
#ifndef HADPOT_JACOBIAN_H
#define HADPOT_JACOBIAN_H

#include "hadpot/loss.h"

/* A = L Q^T of functions on radii: outputs of networks of one shape and one input that share their
 * last layer, each output times a factor of the radius. Row f n + i of A and L is function f at
 * radius i. Potentials of one S wave have one function for U and one for V. */
typedef struct hp_tangent {
    int n, nfunction, nnetwork, outputs; /* radii, functions, networks, outputs of a network */
    int most, rank;                      /* most columns; numerical rank of the latest factors */
    bool last_constant;                  /* of the last layer is one of the parameters */
    hp_mlp mlp;                          /* f and the linear g, or v */
    const double *x, *deviation;         /* (n) inputs, (nparam of the model); not owned */
    int *network, *output;               /* (nfunction) of the functions */
    size_t *start;                       /* (nnetwork + 1) of the parameters of the layers but the
                                            last; and of those of the last layer */
    hp_mlp_workspace *work;              /* (nnetwork) layers at param */
    hp_mlp_kernel *kernel;               /* (nfunction) K */
    double *block;
    double *param;     /* (nnetwork, nparam of mlp) where the factors are those of */
    double *direction; /* (nparam of mlp) */
    double *factor;    /* (nfunction, n) of the radii */
    double *d_out;     /* (n, outputs) */
    double *at_pivot;  /* (most) */
    double *rest;      /* (nfunction n) diagonal of K - L L^T */
    double *columns;   /* (rank, nfunction n) L^T */
    double *L;         /* (nfunction n, rank) */
    double *L_pivot;   /* (rank, rank) L_p */
    int *pivot;        /* (rank) p, from 0 */
} hp_tangent;

typedef struct hp_jacobian {
    size_t rows;         /* of the residuals */
    size_t columns, max; /* of the latest J; of the largest possible */
    double *J;           /* (rows, columns) */
    bool linear_g;
    hp_tangent nonlocal, local; /* a = w . f; V. n = 0: not there */
    bool separates;             /* out() is the identity, no regulator: no pairs are needed */
    double *kernel;             /* (n, n) one column: d prediction / d a; separates: not there */
    double *row_sum;            /* (n); separates: (n) at least the rank */
    double *seed;               /* (n, width of f) */
    double *features;           /* deep g: (n, width of f, nparam of f) d f / d theta */
    double *pair_tangent;       /* deep g: (n, nparam of g) of the pairs of one row; not symmetric:
                                   (n, nparam of f) of the pairs of one row, or of the radii */
    double *pair_gradient;      /* deep g: (n, width of f) d g / d input of the pairs of a row */
    double *coefficient;        /* deep g: (rows of a batch, n, width of f); MLP: (ncolumn, n);
                                   products: (ncolumn, parameters) d int right Q */
} hp_jacobian;

/* A Jacobian for this loss; jacobian: out, owned by the caller. Errors: HP_ERR_MEMORY. */
hp_status hp_jacobian_create(const hp_loss *loss, hp_jacobian *jacobian, hp_error *err);
void hp_jacobian_destroy(hp_jacobian *jacobian);

/* Fill J at param; leaves prediction and residual of the loss as they are. Errors: HP_ERR_NUMERIC
 * when something is not finite; HP_STOPPED (stop.h). */
hp_status hp_jacobian_compute(hp_jacobian *jacobian, hp_loss *loss, const double *param,
                              hp_error *err);

/* step[nparam] = Q u: from columns to theta_hat. u[columns]. */
void hp_jacobian_expand(hp_jacobian *jacobian, const hp_loss *loss, const double *u, double *step);

/* q[columns] = Q^T theta_hat. */
void hp_jacobian_project(hp_jacobian *jacobian, const hp_loss *loss, const double *theta_hat,
                         double *q);

#endif
