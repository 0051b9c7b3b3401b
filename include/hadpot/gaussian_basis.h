// SPDX-License-Identifier: GPL-3.0-or-later
/* Gaussians of given ranges as functions of a component of the wave and its radius,
 *
 *     phi_(c,i)(r) = (r/b_i)^l_c exp(-(r/b_i)^2),    b_i geometric,
 *
 * numbered p = c count + i: what separable potentials and non-local parts are expanded in. A form
 * factor of angular momentum l begins like r^l. */
#ifndef HADPOT_GAUSSIAN_BASIS_H
#define HADPOT_GAUSSIAN_BASIS_H

#include <stdbool.h>
#include "hadpot/fit_data.h"

enum { HP_MOST_GAUSSIANS = 32 };

typedef struct hp_gaussian_basis {
    int ncomponent, count;
    bool fitted; /* ranges are parameters of a fit (separable_fit.h) */
    int l[HP_MOST_COMPONENTS];
    double range[HP_MOST_GAUSSIANS]; /* (count) ascending, in L */
} hp_gaussian_basis;

/* The components of data, with ranges from range[0] to range[1], in fm; count is at most
 * HP_MOST_GAUSSIANS. */
hp_gaussian_basis hp_gaussian_basis_of(const hp_fit_data *data, int count, const double range[2]);

/* Gaussian i of a component of angular momentum l at r, in L. */
double hp_gaussian_basis_value(const hp_gaussian_basis *basis, int i, int l, double r);

/* phi (n, ncomponent count): all of them at the points of data, 0 at those of other components. */
void hp_gaussian_basis_fill(const hp_gaussian_basis *basis, const hp_fit_data *data, double *phi);

/* Where they have fallen off to 1e-12, in L. */
double hp_gaussian_basis_end(const hp_gaussian_basis *basis);

#endif
