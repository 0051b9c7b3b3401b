// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside of separable_fit.h. */
#ifndef HADPOT_POTENTIAL_SEPARABLE_PARTS_H
#define HADPOT_POTENTIAL_SEPARABLE_PARTS_H

#include "hadpot/separable_fit.h"
#include "hadpot/train.h"

/* Parameters of ranges that are fitted: log b_1 and log log(b_2/b_1), the last ones. */
enum { SEPARABLE_RANGES = 2 };

struct hp_separable_fit {
    const hp_fit_data *data; /* not owned */
    hp_gaussian_basis basis;
    int n, ncolumn, rank, width; /* width: of phi */
    double *block;
    double *phi;                   /* (n, width) */
    double *root_weight;           /* (ncolumn, n) */
    double *counted;               /* (n) q at fitted points, else 0 */
    double *overlap;               /* (ncolumn, width) <phi, R> */
    double *slope, *overlap_slope; /* of ranges that are fitted: d phi/d log b, <that, R> */
    double prior_mean[SEPARABLE_RANGES], prior_deviation[SEPARABLE_RANGES];
    double *R, *S, *prediction; /* (ncolumn, n) */
    double *residual;           /* (ncolumn, n) whitened */
    double *sign;               /* (rank) */
    double *v;                  /* (rank, n) */
    double *strength;           /* (ncolumn, rank) <v, R> */
    int nfree;                  /* parameters but the signs: rank width, and those of ranges */
    double *J;                /* (rows, nfree); rows: ncolumn n, and those of the prior of ranges */
    double *mean, *deviation; /* (nfree) 0; 1, of ranges 1 over the size of amplitudes */
    double *reference_v;      /* (rank, n) of the parameters that a fit starts from */
    double *first, *trial, *reference, *other; /* hp_separable_size */
    hp_least_squares sum;
    hp_lm lm;
    hp_course *course; /* not owned, of the next fits; NULL: none */
};

/* First and last radius above 0 that is fitted. */
void hp_separable_find_radii(const hp_fit_data *data, double *first, double *last);

void hp_separable_prior(hp_separable_fit *fit);
void hp_separable_place(hp_separable_fit *fit, const double range[SEPARABLE_RANGES]);
void hp_separable_range_columns(hp_separable_fit *fit, const double *amplitude, int columns);

/* Parameters to start from with the R and S of now. */
hp_status hp_separable_start(hp_separable_fit *fit, double *param, hp_error *err);

/* The same U by eigenfunctions. reference (rank, n): signs are those with which v_m are most like
 * these; NULL: positive where they are largest. */
hp_status hp_separable_order(const hp_separable_fit *fit, const double *reference, double *param,
                             hp_error *err);

#endif
