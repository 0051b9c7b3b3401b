// SPDX-License-Identifier: GPL-3.0-or-later
/* Parts of hp_jacobian that have files of their own. */
#ifndef HADPOT_TRAIN_TANGENT_H
#define HADPOT_TRAIN_TANGENT_H

#include "hadpot/jacobian.h"

/* For the weights of mlp, which tangent owns from now on, from `start` in those of the model. */
hp_status hp_tangent_create(const hp_loss *loss, size_t start, bool last_constant,
                            hp_tangent *tangent, hp_error *err);
void hp_tangent_destroy(hp_tangent *tangent);

/* L and rank at the parameters of the whole model. Errors: HP_ERR_NUMERIC when the derivatives are
 * not finite. */
hp_status hp_tangent_factorise(hp_tangent *tangent, const hp_loss *loss, const double *param,
                               hp_error *err);

/* step[nparam of mlp] = Q u, and q[rank] = Q^T theta_hat. Without last_constant the last number of
 * step is of no meaning, and that of theta_hat is not used. */
void hp_tangent_expand(hp_tangent *tangent, const hp_loss *loss, const double *u, double *step);
void hp_tangent_project(hp_tangent *tangent, const hp_loss *loss, const double *theta_hat,
                        double *q);

/* Deep g: work space, and the columns of f and g (from column 0 on) by the weights, not yet by
 * theta_hat. */
hp_status hp_jacobian_create_deep(const hp_loss *loss, hp_jacobian *jacobian, hp_error *err);
void hp_jacobian_compute_deep(hp_jacobian *jacobian, hp_loss *loss, const double *param);

/* The same for potentials that are not symmetric: the columns of f, or of theta. */
hp_status hp_jacobian_create_rows(const hp_loss *loss, hp_jacobian *jacobian, hp_error *err);
void hp_jacobian_compute_rows(hp_jacobian *jacobian, hp_loss *loss, const double *param);

/* dU_ij/dz_ij of the latest hp_loss_value. */
static inline double hp_slope_of_pair(const hp_loss *loss, int i, int j) {
    size_t n = (size_t)loss->n, row = (size_t)(i > j ? i : j), column = (size_t)(i > j ? j : i);
    return loss->grid.slope[row * n + column];
}

#endif
