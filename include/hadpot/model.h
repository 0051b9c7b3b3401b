// SPDX-License-Identifier: GPL-3.0-or-later
/* The potential that is learned, in lattice units:
 *
 *     V(r) delta3(r-r') + U(r,r')
 *     U(r,r') = scale out( g( f(x(r)) + f(x(r')) ) ) exp(-(r/Lambda)^2) exp(-(r'/Lambda)^2)
 *     V(r)    = local_scale v(x(r)) exp(-(r/Lambda_V)^2)
 *
 * a symmetric deep neural network (SDNN; Wang, Doi, Hatsuda, Lyu, PoS LATTICE2024, fig. 1) with an
 * optional envelope and an optional local part; f, g, v are multilayer perceptrons and x(r) is r/a,
 * log(1 + r/a), or input_scale (log(1 + r/a) - input_centre). */
#ifndef HADPOT_MODEL_H
#define HADPOT_MODEL_H

#include <stdbool.h>
#include <stdint.h>
#include "hadpot/mlp_pieces.h"

typedef enum hp_input { HP_INPUT_LINEAR, HP_INPUT_LOG1P, HP_INPUT_CENTRED_LOG1P } hp_input;

/* Layers and activations (one per layer) of one perceptron; none when nlayer is 0. */
typedef struct hp_mlp_spec {
    int nlayer;
    const int *layers;
    const hp_activation *activations;
} hp_mlp_spec;

/* What a model is made of. f and g both or neither; g and v end in one
 * number without activation (identity). */
typedef struct hp_model_spec {
    hp_input input;
    double input_scale, input_centre; /* of HP_INPUT_CENTRED_LOG1P */
    hp_mlp_spec f, g, v;
    hp_activation output;            /* out() */
    double scale, local_scale;       /* lattice units: U a^-4, V a^-1 */
    double envelope, local_envelope; /* Lambda, Lambda_V in lattice units; 0: none */
} hp_model_spec;

typedef struct hp_model {
    bool has_nonlocal, has_local;
    hp_input input;
    double input_scale, input_centre;
    hp_mlp f, g, v;
    hp_activation output;
    double scale, local_scale, envelope, local_envelope;
    size_t nparam;           /* of f, then g, then v, in one block */
    size_t g_start, v_start; /* where the parameters of g and v begin */
} hp_model;

/* exp(-(r/range)^2), or 1 without an envelope (range 0). */
double hp_model_envelope(double r, double range);

/* model: out, owned by the caller. Errors: HP_ERR_INPUT, HP_ERR_MEMORY. */
hp_status hp_model_create(const hp_model_spec *spec, hp_model *model, hp_error *err);
void hp_model_destroy(hp_model *model);

/* Initial weights param[nparam], a function of (seed, restart) alone. */
hp_status hp_model_draw_weights(const hp_model *model, uint64_t seed, uint64_t restart,
                                double *param, hp_error *err);

/* The Gaussian prior that goes with drawn weights param[nparam]: mean[nparam] is param with the
 * output layers of g and v zero, so that a fit without data gives no potential; deviation[nparam]
 * is that of the draw (hp_mlp_deviation), times `hidden` in all layers but these two. */
void hp_model_prior(const hp_model *model, const double *param, double hidden, double *mean,
                    double *deviation);

/* The model on a fixed set of radii. */
typedef struct hp_model_grid {
    int n;
    double *block;
    double *x;                         /* (n) network inputs */
    double *envelope, *local_envelope; /* (n) times scale and local_scale where they enter once */
    double *U;       /* (n, n) U(r_i, r_j); the lower triangle j <= i after hp_model_forward */
    double *V;       /* (n) local part; zero without one */
    double *slope;   /* (n, n) lower triangle: dU_ij/dz_ij, z the argument of out() */
    double *a, *d_a; /* (n) linear g: a(r) = w f(x(r)) */
    double *pair, *d_pair; /* (n, width of f) deep g: f(x_i) + f(x_j) of one row i */
    double *d_f;           /* (n, width of f) */
    double *d_v;           /* (n) */
    double *exp_a;         /* (n) linear g, ELU: exp(a(r) + b/2) */
    double *d_row;         /* (n) gradient of one row of pairs: dL/dU, dL/dz */
    const double *f_out;   /* (n, width of f), lives in f_work or f_pieces */
    hp_mlp_workspace f_work, g_work, v_work;
    bool f_in_pieces; /* f is piecewise linear: hp_model_multiply uses f_pieces */
    hp_mlp_pieces f_pieces;
} hp_model_grid;

/* r (n) in lattice units, any order. Errors: HP_ERR_MEMORY. */
hp_status hp_model_grid_create(const hp_model *model, const double *r, int n, hp_model_grid *grid,
                               hp_error *err);
void hp_model_grid_destroy(hp_model_grid *grid);

/* Fill grid->U (lower triangle) and grid->V. f runs once per radius; with linear g the pairs cost
 * one activation each, else g runs on each of the n(n+1)/2 pairs. No allocation. */
void hp_model_forward(const hp_model *model, const double *param, hp_model_grid *grid);

/* Copy the lower triangle of grid->U into the upper one: U symmetric to the last bit. */
void hp_model_mirror(hp_model_grid *grid);

/* Columns Q that U multiplies, and what a loss makes of the result. */
typedef struct hp_model_columns {
    int ncolumn;
    int cutoff_start;        /* first radius beyond Rcut; n: no regulator */
    const double *Q;         /* (ncolumn, n) */
    double *product;         /* (ncolumn, n) += sum_j U_ij Q_cj */
    double square;           /* out: sum of U_ij^2 over both orders of pairs beyond Rcut */
    const double *d_product; /* (ncolumn, n) in: dL/d product */
    double d_square;         /* in: dL/d square */
} hp_model_columns;

/* product, square and grid->V, in one pass over the pairs, or none where U separates. What else
 * lies in grid is for hp_model_backward; only U beyond Rcut is sure to be there. No allocation. */
void hp_model_multiply(const hp_model *model, const double *param, hp_model_grid *grid,
                       hp_model_columns *columns);

/* After hp_model_multiply with the same arguments: d_param[nparam] += gradient of L, given
 * d_product, d_square and d_V (n). */
void hp_model_backward(const hp_model *model, const double *param, const hp_model_columns *columns,
                       const double *d_V, hp_model_grid *grid, double *d_param);

#endif
