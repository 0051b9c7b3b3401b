// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside of gaussians.h. */
#ifndef HADPOT_POTENTIAL_GAUSSIANS_PARTS_H
#define HADPOT_POTENTIAL_GAUSSIANS_PARTS_H

#include <gsl/gsl_multifit.h>
#include <gsl/gsl_multifit_nlinear.h>
#include "hadpot/gaussians.h"

/* Starts of a search that are refined. */
enum { GAUSSIAN_STARTS = 10 };

struct hp_gaussian_fit {
    hp_gaussian_form form;
    size_t count, npoint; /* terms, the tail last; points with weight > 0 */
    int *index, *chosen;  /* (npoint) places in the caller's arrays; (count) ascending candidates */
    double *block, *r, *V;         /* (npoint) */
    double *start, *chi2;          /* (nstart, count, 2), (nstart) ordered by chi2 */
    double *trial;                 /* (count, 2) */
    double *best;                  /* (count, 2) of all d of the current choice */
    double *found;                 /* (HP_TAIL_ROLES, count, 2) */
    double *first;                 /* (count, 2) where a minimisation starts */
    int nstart;                    /* found so far */
    gsl_vector_view weight, value; /* value: V */
    gsl_vector_view amplitude;
    gsl_matrix_view design, covariance;
    gsl_multifit_nlinear_workspace *nonlinear;
    gsl_multifit_linear_workspace *linear;
    hp_course *course; /* not owned, of the next fits; NULL: none */
};

/* V at the points that are fitted. */
void hp_gaussian_fit_take(hp_gaussian_fit *fit, const double *V);

/* Half the shortest distance from r = 0: a term narrower than that stands between two points. */
double hp_gaussian_fit_shortest(const hp_gaussian_fit *fit);

/* For messages. */
const char *hp_gaussian_fit_and_tail(const hp_gaussian_fit *fit);

#endif
