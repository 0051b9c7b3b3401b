// SPDX-License-Identifier: GPL-3.0-or-later
/* The pairs of radii of a model: from f(x(r)) to U(r,r') and its products with columns, and back.
 * One row of the lower triangle at a time, so that a row stays in the cache from its first number
 * to its last use. Given grid->f_out; `param` are those of g. */
#ifndef HADPOT_NETWORK_PAIRS_H
#define HADPOT_NETWORK_PAIRS_H

#include "hadpot/model.h"

/* Lower triangle of U and slope; with columns (NULL: none) also product and square. */
void hp_pairs_forward(const hp_model *model, const double *param, hp_model_grid *grid,
                      hp_model_columns *columns);

/* grid->d_f and d_param += gradient, after hp_pairs_forward with the same columns. */
void hp_pairs_backward(const hp_model *model, const double *param, const hp_model_columns *columns,
                       hp_model_grid *grid, double *d_param);

/* The same two for linear g and identity as out() without regulator, where
 * U_ij = scale e_i e_j (a_i + a_j + b) is a sum of three products: n operations a column. */
bool hp_pairs_separate(const hp_model *model, const hp_model_grid *grid,
                       const hp_model_columns *columns);
void hp_separable_forward(const hp_model *model, const double *param, hp_model_grid *grid,
                          hp_model_columns *columns);
void hp_separable_backward(const hp_model *model, const double *param,
                           const hp_model_columns *columns, hp_model_grid *grid, double *d_param);

#endif
