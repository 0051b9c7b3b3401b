// SPDX-License-Identifier: GPL-3.0-or-later
/* Parts of hp_jacobian that have files of their own. */
#ifndef HADPOT_TRAIN_TANGENT_H
#define HADPOT_TRAIN_TANGENT_H

#include "hadpot/jacobian.h"

/* What a tangent is made of; arrays are copied but x and deviation. Columns at most `most`, which
 * bounds memory: beyond it directions are left out, and steps are shorter. */
typedef struct hp_tangent_spec {
    int n, nfunction, nnetwork, most;
    const double *x, *deviation; /* as in hp_tangent */
    const int *network, *output; /* (nfunction) */
    const size_t *start;         /* (nnetwork + 1) */
    const double *const *factor; /* (nfunction) of (n), NULL: 1 */
    bool last_constant;
} hp_tangent_spec;

/* For the weights of tangent->mlp, which it owns from now on. */
hp_status hp_tangent_create(const hp_tangent_spec *spec, hp_tangent *tangent, hp_error *err);
void hp_tangent_destroy(hp_tangent *tangent);

/* L and rank at the parameters of the whole model. Errors: HP_ERR_NUMERIC when the derivatives are
 * not finite. */
hp_status hp_tangent_factorise(hp_tangent *tangent, const double *param, hp_error *err);

/* Q u into the weights of these networks in step[nparam of the model], and q[rank] = Q^T theta_hat.
 * Without last_constant the constants of the last layer in step are of no meaning, and those in
 * theta_hat are not used. */
void hp_tangent_expand(hp_tangent *tangent, const double *u, double *step);
void hp_tangent_project(hp_tangent *tangent, const double *theta_hat, double *q);

/* Deep g: work space, and the columns of f and g (from column 0 on) by the weights, not yet by
 * theta_hat. */
hp_status hp_jacobian_create_deep(const hp_loss *loss, hp_jacobian *jacobian, hp_error *err);
hp_status hp_jacobian_compute_deep(hp_jacobian *jacobian, hp_loss *loss, const double *param,
                                   hp_error *err);

/* The same for potentials that are not symmetric: the columns of f, or of theta. */
hp_status hp_jacobian_create_rows(const hp_loss *loss, hp_jacobian *jacobian, hp_error *err);
hp_status hp_jacobian_compute_rows(hp_jacobian *jacobian, hp_loss *loss, const double *param,
                                   hp_error *err);

/* dU_ij/dz_ij of the latest hp_loss_value. */
static inline double hp_slope_of_pair(const hp_loss *loss, int i, int j) {
    size_t n = (size_t)loss->n, row = (size_t)(i > j ? i : j), column = (size_t)(i > j ? j : i);
    return loss->grid.slope[row * n + column];
}

#endif
