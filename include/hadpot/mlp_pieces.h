// SPDX-License-Identifier: GPL-3.0-or-later
/* A perceptron with one input and piecewise linear activations (LeakyReLU, identity) is itself
 * piecewise linear in its input. On ascending inputs x, layer l is known at the ends of its linear
 * pieces, the *nodes*, and everything between is interpolated,
 *
 *     z(x_r) = (1 - t) z(x_s) + t z(x_e),     t = (x_r - x_s)/(x_e - x_s),
 *
 * exactly, up to rounding. Nodes are points of x: at most n of them, and a few dozen where
 * hp_mlp_forward takes all of several hundred. The gradient follows by the chain rule through the
 * interpolation. Same results as hp_mlp_forward and hp_mlp_backward, to rounding. */
#ifndef HADPOT_MLP_PIECES_H
#define HADPOT_MLP_PIECES_H

#include <stdbool.h>
#include "hadpot/mlp.h"

/* Where a node of layer l + 1, or a point of x, lies between the nodes of layer l. */
typedef struct hp_mlp_place {
    int row;  /* point of x */
    int node; /* of layer l, to its left or at it */
    double t; /* 0: at it, 1: at node + 1 */
} hp_mlp_place;

typedef struct hp_mlp_pieces {
    int n, nlayer;
    double *block;
    int *count;           /* (nlayer + 1) nodes; count[0] of the input */
    hp_mlp_place **place; /* (nlayer + 1)(n) nodes of layer l among those of layer l - 1 */
    hp_mlp_place *point;  /* (n) points of x among the nodes of the last layer */
    bool *first;          /* (n) a piece begins at this point */
    double **y;     /* (nlayer + 1) outputs at the nodes, (count[l], width[l]); y[0]: inputs */
    double **slope; /* (nlayer) activation'(z) at the nodes of layer l + 1 */
    double *z[2];   /* (n, widest) */
    double *out;    /* (n, width[nlayer]) */
    double *ones;   /* (n) */
} hp_mlp_pieces;

/* Is the network of this kind, and x[n] finite and ascending, n >= 2? */
bool hp_mlp_is_piecewise(const hp_mlp *mlp, const double *x, int n);

hp_status hp_mlp_pieces_create(const hp_mlp *mlp, int n, hp_mlp_pieces *pieces, hp_error *err);
void hp_mlp_pieces_destroy(hp_mlp_pieces *pieces);

/* Outputs (n, width[nlayer]) of inputs x[n]; the result lives in pieces. */
const double *hp_mlp_pieces_forward(const hp_mlp *mlp, const double *param, const double *x,
                                    hp_mlp_pieces *pieces);

/* After hp_mlp_pieces_forward: d_param[nparam] += gradient, given d_out (n, width[nlayer]). */
void hp_mlp_pieces_backward(const hp_mlp *mlp, const double *param, const double *d_out,
                            hp_mlp_pieces *pieces, double *d_param);

#endif
