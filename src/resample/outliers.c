// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/outliers.h"
#include <math.h>
#include <gsl/gsl_sort.h>
#include "hadpot/sample_rule.h"

/* Of |x| of a normal variable, in units of its median: the 90 % point. */
static const double NORMAL_90 = 1.6448536 / 0.6744898;

/* Relative to the median: numbers that agree but for rounding have no spread. */
static const double ROUNDING = 1e-12;

/* The median of sorted numbers. */
static double middle(const double *sorted, int n) {
    return n % 2 == 1 ? sorted[n / 2] : 0.5 * (sorted[n / 2 - 1] + sorted[n / 2]);
}

hp_spread hp_spread_of(const double *x, int n, int stride, double *work) {
    hp_spread found = {.tail = INFINITY};
    double *distance = work + n;
    for (int i = 0; i < n; i++) work[i] = x[(ptrdiff_t)i * stride];
    gsl_sort(work, 1, (size_t)n);
    found.median = middle(work, n);
    for (int i = 0; i < n; i++) distance[i] = fabs(work[i] - found.median);
    gsl_sort(distance, 1, (size_t)n);
    found.mad = middle(distance, n);
    if (n < HP_OUTLIER_ROWS || !(found.mad > ROUNDING * fabs(found.median))) return found;
    found.tail = fmax(1.0, distance[9 * (n - 1) / 10] / found.mad / NORMAL_90);
    return found;
}

double hp_spread_common_tail(double *tail, int n) {
    int known = n;
    gsl_sort(tail, 1, (size_t)n);
    while (known > 0 && isinf(tail[known - 1])) known--;
    return known > 0 ? tail[3 * (known - 1) / 4] : 1.0;
}

double hp_spread_limit(const hp_spread *spread, double common_tail) {
    double power = log(HP_OUTLIER_LIMIT) / log(NORMAL_90);
    return HP_OUTLIER_LIMIT * pow(fmax(spread->tail, common_tail), power);
}

double hp_spread_excess(const hp_spread *spread, double limit, double x) {
    double distance = fabs(x - spread->median);
    return distance > limit * spread->mad ? distance / spread->mad : 0.0;
}

double hp_row_mean(const double *x, int n, int stride, bool are_samples, double *error) {
    const hp_sample_rule rule = {HP_METHOD_JACKKNIFE, n};
    double sum = 0.0;
    for (int i = 0; i < n; i++) sum += x[(ptrdiff_t)i * stride];
    *error = hp_sample_error(rule, x, n, (size_t)stride);
    if (!are_samples && n > 1) *error /= n - 1.0; /* a delete-one average moves by 1/(n-1) of it */
    return sum / n;
}
