// SPDX-License-Identifier: GPL-3.0-or-later
/* The loss of a potential against correlators, and its gradient.
 *
 *     L_data = sum_{c, r} w_c(r) { S_c(r) - V(r) R_c(r) - sum_r' U(r,r') q(r') R_c(r') }^2
 *     L_reg  = sum_{r, r'} U(r,r')^2 over r > Rcut and r' > Rcut
 *     L_pen  = sum_i ((theta_i - mean_i)/deviation_i)^2 over all weights theta
 *     total  = L_data + lambda L_reg + kappa L_pen
 *
 * c runs over sources and times, or waves, q(r') is the weight of int d^3r' (Wang et al., PoS
 * LATTICE2024, eqs. 5 and 6). U and V are those of hadpot/model.h, in units of L. With a covariance
 * of the points (weights.h) L_data is |y|^2. kappa = 1, with weights 1/error^2, makes the fit the
 * most probable one for a Gaussian prior of the weights. */
#ifndef HADPOT_LOSS_H
#define HADPOT_LOSS_H

#include "hadpot/model.h"

/* Borrowed data of a fit; column c is one source and time, or a wave. */
typedef struct hp_loss_data {
    int n, ncolumn;
    const double *r;          /* (n) ascending, in L */
    const double *quadrature; /* (n) q(r) */
    const double *R, *S;      /* (ncolumn, n) */
    const double *weight;     /* (ncolumn, n) w >= 0; 0: the point is not fitted */
    /* residuals x = sqrt(w) (S - prediction) become x - sum_m f_m q_m (q_m . x); 0: they do not */
    int nmode;
    const double *mode;           /* (nmode, ncolumn, n) q, orthonormal */
    const double *mode_factor;    /* (nmode) f */
    double cutoff, cutoff_weight; /* Rcut in L, lambda; no regulator when lambda = 0 */
    double penalty;               /* kappa; 0: none */
    double hidden_deviation;      /* of hp_model_prior; 0: 1 */
} hp_loss_data;

typedef struct hp_loss {
    const hp_model *model;        /* not owned */
    int n, ncolumn, cutoff_start; /* first radius beyond Rcut; n without regulator */
    int first, rows;              /* the fitted radii, with weight, are among these */
    double cutoff_weight, penalty, hidden_deviation;
    hp_model_grid grid;
    double *block;
    double *R, *S, *root_weight; /* (ncolumn, n) copies, and sqrt(w) */
    double *qR;                  /* (ncolumn, n) q(r) R_c(r) */
    double *prediction;          /* (ncolumn, n) V R + int U R */
    double *residual;            /* (ncolumn, n) S - prediction */
    double *whitened;            /* (ncolumn, n) y */
    double *weighted;            /* (ncolumn, n) d L_data/d prediction */
    double *d_V;                 /* (n) */
    hp_model_columns columns;    /* qR, prediction, weighted and the regulator */
    int nmode;
    double *mode, *mode_factor;                     /* copies */
    double *mean, *deviation;                       /* (nparam) of the prior */
    double data_part, regulator_part, penalty_part; /* of the latest evaluation */
    const double *quadrature;                       /* not owned */
} hp_loss;

/* A loss of `model` on the radii of `data`. loss: out, owned by the caller. Errors: HP_ERR_INPUT
 * for a regulator of a product (hp_model_is_product), HP_ERR_MEMORY. */
hp_status hp_loss_create(const hp_model *model, const hp_loss_data *data, hp_loss *loss,
                         hp_error *err);
void hp_loss_destroy(hp_loss *loss);

/* Take other R and S (ncolumn, n), those of another sample. */
void hp_loss_set_correlator(hp_loss *loss, const double *R, const double *S);

/* Take the prior that these drawn weights stand for (hp_model_prior); at first the mean is zero. */
void hp_loss_set_prior(hp_loss *loss, const double *drawn);

/* Total loss at param; leaves prediction, residual and U beyond Rcut in loss. For all of U and its
 * slope call hp_model_forward. */
double hp_loss_value(hp_loss *loss, const double *param);

/* Total loss and gradient[nparam] (overwritten). Of prediction and residual only those of fitted
 * radii are sure to be there. No allocation.
 * Operations: 2 n^2 for each column forward and as many backward, n(n+1)/2 activations, and the
 * networks f (v) on n radii; a linear g with identity as out() and no regulator: the networks. */
double hp_loss_gradient(hp_loss *loss, const double *param, double *gradient);

/* The sum of squares L_data + lambda L_reg as a vector: y, then sqrt(2 lambda) U(r,r') for each
 * pair r' < r beyond Rcut and sqrt(lambda) U(r,r), row by row of the lower triangle; where U is not
 * symmetric sqrt(lambda) U(r,r') for all r and r' beyond Rcut, row by row. */
size_t hp_loss_count_residuals(const hp_loss *loss);

/* residual[count], after hp_loss_value. */
void hp_loss_residuals(const hp_loss *loss, double *residual);

#endif
