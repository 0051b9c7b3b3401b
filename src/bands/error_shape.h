// SPDX-License-Identifier: GPL-3.0-or-later
/* Correlation of points by their distance. */
#ifndef HADPOT_BANDS_ERROR_SHAPE_H
#define HADPOT_BANDS_ERROR_SHAPE_H

#include "hadpot/error_model.h"

/* length and changes_sign of the model from correlations rho (count, count) of points at radii r
 * (count), L: least squares over all pairs of points, of both shapes, L_c from 0.04 to 0.6 fm.
 * Errors: HP_ERR_MEMORY. */
hp_status hp_error_shape_fit(int count, const double *r, const double *rho, double length_fm,
                             hp_error_model *model, hp_error *err);

/* exp(-x^2/(2 L_c^2)), or with (1 - x^2/(3 L_c^2)) before it */
double hp_error_shape(const hp_error_model *model, double x);

/* (sum e)^2/sum e^2 of the eigenvalues e of a symmetric matrix (count, count), which is lost; those
 * that rounding or few samples leave too small are raised to 0.02. Errors: HP_ERR_MEMORY; NUMERIC.
 */
hp_status hp_error_count_effective(int count, double *matrix, double *effective, hp_error *err);

#endif
