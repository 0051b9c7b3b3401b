// SPDX-License-Identifier: GPL-3.0-or-later
/* The loss of a matrix potential against correlators on composite points (fit_data.h), with the
 * weights, covariance and prior of loss.h,
 *
 *     rho_c(r) = sqrt(w) { S_c(r) - sum_d [ V_cd(r) R_d(r) + sum_r' q(r') U_cd(r,r') R_d(r') ] },
 *
 * and its Jacobian J = B L in few orthonormal directions (jacobian.h): the functions are A_pc and
 * V_p on the radii, on each distinct one once however many orbits have it. Both are as cheap as the
 * networks: U is a sum of products e(r) e(r') (A(r) + A(r') + b) and is never formed
 * (docs/method-network-matrix.md). */
#ifndef HADPOT_MATRIX_LOSS_H
#define HADPOT_MATRIX_LOSS_H

#include "hadpot/jacobian.h"
#include "hadpot/matrix_model.h"
#include "hadpot/train.h"

typedef struct hp_matrix_loss {
    const hp_matrix_model *model; /* not owned */
    int n, nradius, ncolumn;      /* n = ncomponent nradius points of a column */
    double penalty, hidden_deviation;
    hp_matrix_grid grid; /* on the distinct radii */
    int *place;          /* (nradius) of a radius among them */
    double *block;
    double *R, *S, *root_weight; /* (ncolumn, n) copies, and sqrt(w) */
    double *quadrature;          /* (n) */
    double *eqR;                 /* (ncolumn, n) e q R */
    double *mean_eqR;            /* (ncolumn, N) its sums over the radii */
    double *prediction;          /* (ncolumn, n) */
    double *whitened;            /* (ncolumn, n) rho of the latest value */
    int nmode;
    double *mode, *mode_factor;                      /* as in loss.h */
    double *mean, *deviation;                        /* (nparam) of the prior */
    double data_part, penalty_part;                  /* of the latest value */
    hp_tangent nonlocal, local;                      /* A_pc, V_p; n = 0: not there */
    int function[HP_MOST_COMPONENTS][HP_MOST_TERMS]; /* of nonlocal, by network and term */
    size_t columns, most_columns;
    double *J;       /* (n ncolumn + 1, columns) */
    double *mean_dA; /* (nterm, N, rank) sums of e q R dA */
    double *row_dA;  /* (N, rank) their part of the rows of a component */
} hp_matrix_loss;

/* data: r and quadrature (n) repeat those of one component, radii of it not descending. loss: out,
 * owned by the caller. Errors: HP_ERR_INPUT for a regulator; MEMORY. */
hp_status hp_matrix_loss_create(const hp_matrix_model *model, const hp_loss_data *data,
                                hp_matrix_loss *loss, hp_error *err);
void hp_matrix_loss_destroy(hp_matrix_loss *loss);

/* As hp_loss_set_correlator, R and S (ncolumn, n); hp_loss_set_prior, drawn (nparam);
 * hp_loss_value, param (nparam). */
void hp_matrix_loss_set_correlator(hp_matrix_loss *loss, const double *R, const double *S);
void hp_matrix_loss_set_prior(hp_matrix_loss *loss, const double *drawn);
double hp_matrix_loss_value(hp_matrix_loss *loss, const double *param);

/* What Levenberg-Marquardt takes; the loss is its context and borrowed. */
hp_least_squares hp_matrix_loss_sum(hp_matrix_loss *loss);

#endif
