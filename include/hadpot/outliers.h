// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers that do not belong to the others, and averages with their errors, of rows of an ensemble.
 * Pure functions; see docs/method-plausibility.md. */
#ifndef HADPOT_OUTLIERS_H
#define HADPOT_OUTLIERS_H

#include <stdbool.h>

/* Below so many rows a median absolute deviation is small by chance too often. */
enum { HP_OUTLIER_ROWS = 20 };
/* Median absolute deviations from the median, at least; 13.5 standard deviations of normal ones. */
#define HP_OUTLIER_LIMIT 20.0

/* Where n numbers are, how far they spread, and how long their tails are:
 *     mad = median |x_i - median|,  tail = max(1, d_90/d_90 of normal ones)
 * with d_90 the 90 % point of |x_i - median|/mad. */
typedef struct hp_spread {
    double median, mad;
    double tail; /* infinite for fewer than HP_OUTLIER_ROWS, or where more than half of the numbers
                    agree to rounding: nothing is an outlier then */
} hp_spread;

/* x[i * stride], i < n, at least one; work (2, n). */
hp_spread hp_spread_of(const double *x, int n, int stride, double *work);

/* The tail that n quantities of the same rows have in common, the upper quartile of theirs, which
 * it sorts; infinite ones do not count. 1 where there are none. */
double hp_spread_common_tail(double *tail, int n);

/* How far a number may be from the median, in mad: 20 tail^p with the longer of both tails and p so
 * that it is d_90^p. Where tails are long (exceptional configurations) it moves out with them as if
 * they were log-normal. */
double hp_spread_limit(const hp_spread *spread, double common_tail);

/* |x - median|/mad when it is beyond the limit, else 0. */
double hp_spread_excess(const hp_spread *spread, double limit, double x);

/* Average of n rows and its error without autocorrelation. are_samples: rows are jackknife samples.
 * error: nan for one row. */
double hp_row_mean(const double *x, int n, int stride, bool are_samples, double *error);

#endif
