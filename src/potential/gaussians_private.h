// SPDX-License-Identifier: GPL-3.0-or-later
/* What the descent (gaussians.c) and the search for its starts (gaussians_search.c) share. */
#ifndef HADPOT_POTENTIAL_GAUSSIANS_PRIVATE_H
#define HADPOT_POTENTIAL_GAUSSIANS_PRIVATE_H

#include <gsl/gsl_multifit.h>
#include <gsl/gsl_multifit_nlinear.h>
#include "hadpot/gaussians.h"

struct hp_gaussian_fit {
    int form, count, npoint; /* parameters per term; Gaussians; points with weight > 0 */
    int *index;              /* (npoint) place of each in the caller's arrays */
    double *r, *V;           /* (npoint) */
    gsl_vector *weight;
    gsl_multifit_nlinear_workspace *nonlinear;
    gsl_multifit_linear_workspace *linear;
    gsl_matrix *design, *covariance;
    gsl_vector *value, *amplitude;
};

/* The Gaussian of a term (form numbers) at r, without its amplitude. */
double hp_gaussian_fit_basis(const hp_gaussian_fit *fit, const double *term, double r);

/* fit->V = V at the points that are fitted. */
void hp_gaussian_fit_take_values(hp_gaussian_fit *fit, const double *V);

#endif
