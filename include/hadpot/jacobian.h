// SPDX-License-Identifier: GPL-3.0-or-later
/* Jacobian of the residuals of a loss, d rho / d theta_hat, with theta_hat = (theta -
 * mean)/deviation of the prior.
 *
 * A network on n radii is n functions a(r) of its weights, and the residuals depend on the weights
 * through these alone: J = B A, A = d a / d theta_hat (n, nparam). A smooth network can change a(r)
 * in far fewer ways than it has weights: k rows of A, found by a pivoted Cholesky factorisation of
 * A A^T, span the others to rounding. With their orthonormal basis Q (nparam, k) and L = A Q we
 * have J = (B L) Q^T; what is computed is B L, k columns. This is done for the local part and, when
 * g is linear (a = w . f), for f; U with a deep g depends on all features of f, and there the
 * columns are the weights of f and g themselves. */
#ifndef HADPOT_JACOBIAN_H
#define HADPOT_JACOBIAN_H

#include <lapacke.h>
#include "hadpot/loss.h"

/* A = L Q^T of functions of some weights on the radii. */
typedef struct hp_tangent {
    int n, rank;          /* functions; numerical rank of the latest factors */
    size_t start, nparam; /* which weights */
    double *A;            /* (n, nparam) */
    double *gram;         /* (n, n) A A^T, then its pivoted factor */
    double *Q;            /* (rank, nparam) the transpose of Q */
    double *L;            /* (n, rank) */
    double *reflectors;   /* (n) scalar factors of the QR factorisation */
    lapack_int *pivot;    /* (n), from 1 */
} hp_tangent;

typedef struct hp_jacobian {
    size_t rows;         /* of the residuals */
    size_t columns, max; /* of the latest J; of the largest possible */
    double *J;           /* (rows, columns) */
    bool linear_g;
    hp_tangent nonlocal, local; /* a = w . f; V. n = 0: not there */
    double *kernel;             /* (n, n) one column: d prediction / d a */
    double *row_sum;            /* (n) */
    double *seed;               /* (n, width of f) */
    double *features;           /* deep g: (n, width of f, nparam of f) d f / d theta_hat */
    double *pair_tangent;       /* deep g: (n, nparam of g) of the pairs of one row */
    double *pair_gradient;      /* deep g: (n, width of f) d g / d input of the pairs of a row */
    double *coefficient;        /* deep g: (rows of a batch, n, width of f) */
} hp_jacobian;

/* A Jacobian for this loss; jacobian: out, owned by the caller. Errors: HP_ERR_MEMORY. */
hp_status hp_jacobian_create(const hp_loss *loss, hp_jacobian *jacobian, hp_error *err);
void hp_jacobian_destroy(hp_jacobian *jacobian);

/* Fill J at param; leaves prediction and residual of the loss as they are. Errors: HP_ERR_NUMERIC
 * when something is not finite. */
hp_status hp_jacobian_compute(hp_jacobian *jacobian, hp_loss *loss, const double *param,
                              hp_error *err);

/* step[nparam] = Q u: from columns to theta_hat. u[columns]. */
void hp_jacobian_expand(const hp_jacobian *jacobian, const hp_loss *loss, const double *u,
                        double *step);

/* q[columns] = Q^T theta_hat. */
void hp_jacobian_project(const hp_jacobian *jacobian, const hp_loss *loss, const double *theta_hat,
                         double *q);

#endif
