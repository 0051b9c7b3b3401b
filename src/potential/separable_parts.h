// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside of separable_fit.h. */
#ifndef HADPOT_POTENTIAL_SEPARABLE_PARTS_H
#define HADPOT_POTENTIAL_SEPARABLE_PARTS_H

#include "hadpot/separable_fit.h"
#include "hadpot/train.h"

struct hp_separable_fit {
    const hp_fit_data *data; /* not owned */
    hp_gaussian_basis basis;
    int n, ncolumn, rank, width; /* width: of phi */
    double *block;
    double *phi;               /* (n, width) */
    double *root_weight;       /* (ncolumn, n) */
    double *counted;           /* (n) q at fitted points, else 0 */
    double *overlap;           /* (ncolumn, width) <phi, R> */
    double *S, *prediction;    /* (ncolumn, n) */
    double *residual;          /* (ncolumn, n) whitened */
    double *sign;              /* (rank) */
    double *v;                 /* (rank, n) */
    double *strength;          /* (ncolumn, rank) <v, R> */
    double *J;                 /* (ncolumn n, rank width) */
    double *mean, *deviation;  /* (rank width) 0 and 1 */
    double *first, *trial, *reference; /* hp_separable_size */
    hp_least_squares sum;
    hp_lm lm;
};

/* Parameters to start from with the R and S of now. */
hp_status hp_separable_start(hp_separable_fit *fit, double *param, hp_error *err);

/* The same U by eigenfunctions. reference: signs are those with which they are most like these;
 * NULL: positive where they are largest. */
hp_status hp_separable_order(const hp_separable_fit *fit, const double *reference, double *param,
                             hp_error *err);

#endif
