// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers that do not belong to the others, and averages with their errors, of rows of an ensemble.
 * Pure functions; see docs/method-plausibility.md. */
#ifndef HADPOT_OUTLIERS_H
#define HADPOT_OUTLIERS_H

#include <stdbool.h>

/* Below so many rows a median absolute deviation is small by chance too often. */
enum { HP_OUTLIER_ROWS = 10 };
/* Median absolute deviations from the median, at least; 13.5 standard deviations of normal ones. */
#define HP_OUTLIER_LIMIT 20.0

/* Where n numbers are, how far they spread, and how far one of them may be from the median:
 *     mad = median |x_i - median|,  limit = max(1, (d_90/d_90 of normal ones)^p) 20 mad
 * with d_90 the 90 % point of |x_i - median|/mad and p so that the limit of normal numbers is
 * d_90^p: where tails are long (exceptional configurations) it moves out with them. */
typedef struct hp_spread {
    double median, mad;
    double limit; /* in units of mad; infinite for fewer than HP_OUTLIER_ROWS, or where more than
                     half of the numbers agree to rounding */
} hp_spread;

/* x[i * stride], i < n, at least one; work (2, n). */
hp_spread hp_spread_of(const double *x, int n, int stride, double *work);

/* |x - median|/mad when it is beyond the limit, else 0. */
double hp_spread_excess(const hp_spread *spread, double x);

/* Average of n rows and its error without autocorrelation. are_samples: rows are jackknife samples.
 * error: nan for one row. */
double hp_row_mean(const double *x, int n, int stride, bool are_samples, double *error);

#endif
