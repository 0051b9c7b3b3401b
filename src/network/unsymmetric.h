// SPDX-License-Identifier: GPL-3.0-or-later
/* Potentials that are not symmetric. MLP: all pairs (r,r'), row by row. Partial and two parameters:
 * products U_ij = left_i right_j, which cost n operations a column and need no pairs. `param` and
 * `d_param` are those of the model. */
#ifndef HADPOT_NETWORK_UNSYMMETRIC_H
#define HADPOT_NETWORK_UNSYMMETRIC_H

#include "hadpot/model.h"

/* How many of n radii a product is wanted at, from columns->first on. */
static inline int hp_columns_rows(const hp_model_columns *columns, int n) {
    return columns->rows > 0 ? columns->rows : n;
}

/* MLP: U and slope; with columns (NULL: none) also product and square, and no rows that
 * neither of them needs. f runs on the n pairs of a row at once. */
void hp_ordered_pairs_forward(const hp_model *model, const double *param, hp_model_grid *grid,
                              hp_model_columns *columns);

/* d_param += gradient, after hp_ordered_pairs_forward with the same columns. f runs again, but not
 * on rows whose points have no weight. */
void hp_ordered_pairs_backward(const hp_model *model, const double *param,
                               const hp_model_columns *columns, hp_model_grid *grid,
                               double *d_param);

/* Products: left and right; partial given grid->f_out. */
void hp_factors_compute(const hp_model *model, const double *param, hp_model_grid *grid);

/* U from them, where the grid has room for it. */
void hp_factors_map(hp_model_grid *grid);

/* product += U Q. */
void hp_factors_multiply(const hp_model_grid *grid, hp_model_columns *columns);

/* After hp_factors_compute: grid->d_f of partial, d_param += that of theta. */
void hp_factors_backward(const hp_model *model, const hp_model_columns *columns,
                         hp_model_grid *grid, double *d_param);

#endif
