// SPDX-License-Identifier: GPL-3.0-or-later
/* Correlation of points by their distance. */
#ifndef HADPOT_BANDS_ERROR_SHAPE_H
#define HADPOT_BANDS_ERROR_SHAPE_H

#include "hadpot/error_model.h"

/* Sums over pairs of different points by their distance x: what makes sum (y - w s(x))^2 known for
 * every s. Pairs are sorted into bins of x, of which s takes the mean: the error is
 * (width/L_c)^2/24 of s, 3e-5 at most; none where distances are multiples of a step above it. */
typedef struct hp_error_pairs {
    int n;
    double width;                 /* L */
    double *number, *x, *ww, *wy; /* (n) sums of 1, x, w^2, w y */
    double *block;
} hp_error_pairs;

/* For distances up to `largest`. Errors: HP_ERR_MEMORY. */
hp_status hp_error_pairs_create(double largest, double length_fm, hp_error_pairs *pairs,
                                hp_error *err);
void hp_error_pairs_destroy(hp_error_pairs *pairs);
void hp_error_pairs_add(hp_error_pairs *pairs, double x, double ww, double wy);

/* length, amplitude and changes_sign of the model by least squares, of both shapes, L_c from 0.04
 * to 0.6 fm, the amplitude from 0 to 1. */
void hp_error_pairs_fit(const hp_error_pairs *pairs, double length_fm, hp_error_model *model);

/* s(x): 1 at 0, a exp(-x^2/(2 L_c^2)) beyond, or with (1 - x^2/(3 L_c^2)) before it */
double hp_error_shape(const hp_error_model *model, double x);

#endif
