// SPDX-License-Identifier: GPL-3.0-or-later
/* The potential that is learned, in a unit of length L (the lattice spacing, or 1 fm):
 *
 *     V(r) delta3(r-r') + U(r,r')
 *     U(r,r') = scale out( g( f(x(r)) + f(x(r')) ) ) e(r/Lambda) e(r'/Lambda)
 *     V(r)    = local_scale v(x(r)) e(r/Lambda_V),     e(y) = exp(-y^2) or exp(1 - sqrt(1 + y^2)),
 *
 * a symmetric deep neural network (SDNN; Wang, Doi, Hatsuda, Lyu, PoS LATTICE2024, fig. 1) with an
 * optional envelope and an optional local part; f, g, v are multilayer perceptrons and x(r) is r/a,
 * log(1 + r/l), or input_scale (log(1 + r/l) - input_centre). Instead of the SDNN there may be one
 * of the forms that its authors compare it with (talks, 2024), none of them symmetric,
 *
 *     MLP            U(r,r') = scale out( f(x(r), x(r')) ) e(r/Lambda) e(r'/Lambda)
 *     partial        U(r,r') = scale exp(-decay r) out( f(x(r')) )
 *     two parameters U(r,r') = scale exp(-theta_1 r) exp(-theta_2 r')
 *
 * of which the last two are products left(r) right(r'). */
#ifndef HADPOT_MODEL_H
#define HADPOT_MODEL_H

#include <stdbool.h>
#include <stdint.h>
#include "hadpot/mlp_pieces.h"

/* e(y) above: of a Gaussian; of an exponential that is regular at r = 0. */
typedef enum hp_envelope { HP_ENVELOPE_GAUSSIAN, HP_ENVELOPE_EXPONENTIAL } hp_envelope;
typedef enum hp_input { HP_INPUT_LINEAR, HP_INPUT_LOG1P, HP_INPUT_CENTRED_LOG1P } hp_input;

/* Widths of the layers of one perceptron, and the activation of each; none: it is not there. */
enum { HP_MOST_LAYERS = 64 };
typedef struct hp_layers {
    int n, width[HP_MOST_LAYERS];
    hp_activation activation[HP_MOST_LAYERS];
} hp_layers;

/* The non-local part; a purely local potential is an SDNN without networks f and g. */
typedef enum hp_model_kind {
    HP_MODEL_SDNN,
    HP_MODEL_MLP,
    HP_MODEL_PARTIAL,
    HP_MODEL_TWO_PARAMETER
} hp_model_kind;

/* What a model is made of. SDNN: f and g both or neither; MLP and partial: f alone; two parameters:
 * neither. What is not symmetrised (f of these two), g and v end in one number; only v may have an
 * activation there. */
typedef struct hp_model_spec {
    hp_model_kind kind;
    hp_input input;
    double input_scale;  /* of HP_INPUT_CENTRED_LOG1P, */
    double input_centre; /* and the radius in L where its x is 0 */
    double input_length; /* l of the logarithms in L; 0: 1 */
    hp_layers f, g, v;
    hp_activation output;            /* out() */
    double scale, local_scale;       /* of U in L^-4, of V in L^-1 */
    hp_envelope shape, local_shape;  /* e of U and of V */
    double envelope, local_envelope; /* Lambda, Lambda_V in L; 0: none, as products */
    double decay;                    /* of partial, 1/L */
    double start[2];                 /* of two parameters: the initial theta, 1/L */
} hp_model_spec;

typedef struct hp_model {
    hp_model_kind kind;
    bool has_nonlocal, has_local;
    hp_input input;
    double input_scale, input_centre, input_length; /* input_centre: log(1 + r/l) where x is 0 */
    hp_mlp f, g, v;
    hp_activation output;
    hp_envelope shape, local_shape;
    double scale, local_scale, envelope, local_envelope, decay, start[2];
    size_t nparam;           /* of f, then g (or theta), then v, in one block */
    size_t g_start, v_start; /* where the parameters of g and v begin */
} hp_model;

/* Is U(r,r') = U(r',r), and is U(r,r') = left(r) right(r')? A local potential is symmetric. */
bool hp_model_is_symmetric(const hp_model *model);
bool hp_model_is_product(const hp_model *model);

/* e(r/range), or 1 without an envelope (range 0). */
double hp_model_envelope(hp_envelope shape, double r, double range);

/* x(r), what networks see of a radius in L. */
double hp_model_input(const hp_model *model, double r);

/* Where that has fallen to 1e-4, and the potential with it; 0: nowhere. */
double hp_model_envelope_end(hp_envelope shape, double range);

/* model: out, owned by the caller. Errors: HP_ERR_INPUT, HP_ERR_MEMORY. */
hp_status hp_model_create(const hp_model_spec *spec, hp_model *model, hp_error *err);
void hp_model_destroy(hp_model *model);

/* Initial weights param[nparam], a function of (seed, restart) alone; theta is spec.start. */
hp_status hp_model_draw_weights(const hp_model *model, uint64_t seed, uint64_t restart,
                                double *param, hp_error *err);

/* The Gaussian prior that goes with drawn weights param[nparam]: mean[nparam] is param with the
 * output layers of g (of f where there is no g) and v zero, so that a fit without data gives no
 * potential; deviation[nparam] is that of the draw (hp_mlp_deviation), times `hidden` in all layers
 * but these two. theta has its start as mean and deviation 1. */
void hp_model_prior(const hp_model *model, const double *param, double hidden, double *mean,
                    double *deviation);

/* The model on a fixed set of radii. */
typedef struct hp_model_grid {
    int n;
    double *block;
    double *r;                         /* (n) as given */
    double *x;                         /* (n) network inputs */
    double *envelope, *local_envelope; /* (n) times scale and local_scale where they enter once */
    double *U;             /* (n, n) U(r_i, r_j); if symmetric the lower triangle j <= i alone */
    double *V;             /* (n) local part; zero without one */
    double *slope;         /* (n, n) as U: dU_ij/dz_ij, z the argument of out(); not of products */
    double *left, *right;  /* (n) products */
    double *right_slope;   /* (n) partial: d right/df */
    double *a, *d_a;       /* (n) linear g: a(r) = w f(x(r)) */
    double *pair, *d_pair; /* (n, inputs) of row i: deep g: f(x_i) + f(x_j); MLP: x_i, x_j */
    double *d_f;           /* (n, width of f) */
    double *d_v;           /* (n) */
    double *exp_a;         /* (n) linear g, ELU: exp(a(r) + b/2) */
    double *d_row;         /* (n) gradient of one row of pairs: dL/dU, dL/dz */
    const double *f_out;   /* (n, width of f), lives in f_work or f_pieces */
    hp_mlp_workspace f_work, g_work, v_work;
    bool f_in_pieces; /* f is piecewise linear: hp_model_multiply uses f_pieces */
    hp_mlp_pieces f_pieces;
} hp_model_grid;

/* r (n) in L, any order. Errors: HP_ERR_MEMORY. */
hp_status hp_model_grid_create(const hp_model *model, const double *r, int n, hp_model_grid *grid,
                               hp_error *err);
void hp_model_grid_destroy(hp_model_grid *grid);

/* The same for hp_model_multiply and hp_model_backward alone: U of a product is not formed and
 * grid->U is NULL, so that memory grows like n. */
hp_status hp_model_grid_create_products(const hp_model *model, const double *r, int n,
                                        hp_model_grid *grid, hp_error *err);

/* Fill grid->U (lower triangle if symmetric, else all of it) and grid->V. The f of SDNN and partial
 * runs once per radius; with linear g the pairs cost one activation each, else g runs on each of
 * the n(n+1)/2 pairs, or the f of an MLP on each of the n^2. No allocation. */
void hp_model_forward(const hp_model *model, const double *param, hp_model_grid *grid);

/* Copy the lower triangle of grid->U into the upper one: U symmetric to the last bit. Nothing where
 * it is not symmetric: all of U is there. */
void hp_model_mirror(const hp_model *model, hp_model_grid *grid);

/* Columns Q that U multiplies, and what a loss makes of the result. */
typedef struct hp_model_columns {
    int ncolumn;
    int first, rows; /* radii r_i that product is wanted at, an SDNN may give more; rows = 0: all */
    int cutoff_start; /* first radius beyond Rcut; n: no regulator */
    const double *Q;  /* (ncolumn, n) */
    double *product;  /* (ncolumn, n) += sum_j U_ij Q_cj */
    double square;    /* out: sum of U_ij^2 over both orders of pairs beyond Rcut; products: 0 */
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
