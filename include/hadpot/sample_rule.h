// SPDX-License-Identifier: GPL-3.0-or-later
/* What samples mean: the one place that knows how they turn into errors, covariances and biases
 * (docs/method.md, section 3). Pure functions; no MPI, no files. */
#ifndef HADPOT_SAMPLE_RULE_H
#define HADPOT_SAMPLE_RULE_H

#include <stdbool.h>
#include <stddef.h>

typedef enum hp_method { HP_METHOD_JACKKNIFE, HP_METHOD_BOOTSTRAP } hp_method;

/* "jackknife" or "bootstrap" */
const char *hp_method_name(hp_method method);

/* The functions take n of the N samples, x[i * stride]. */
typedef struct hp_sample_rule {
    hp_method method;
    int nsample; /* N */
} hp_sample_rule;

/* w of the covariance w sum_i (x_i - xbar)(y_i - ybar), xbar the mean of the n samples:
 * jackknife (N-1)^2/(N (n-1)), that is (N-1)/N for n = N; bootstrap 1/(n-1). NaN if n < 2. */
double hp_sample_weight(hp_sample_rule rule, int n);

/* Statistical error sqrt(w sum_i (x_i - xbar)^2). NaN if n < 2. */
double hp_sample_error(hp_sample_rule rule, const double *x, int n, size_t stride);

/* The same where a sample that is nan counts as `missing`. */
double hp_sample_error_with(hp_sample_rule rule, const double *x, int n, size_t stride,
                            double missing);

/* Bias of `value`, which the average gives: jackknife (N-1) (xbar - value), NaN unless n = N;
 * bootstrap xbar - value, NaN if n < 2 (Efron, Tibshirani, An Introduction to the Bootstrap, 1993,
 * chapters 10 and 11). The corrected value is value - bias. */
double hp_sample_bias(hp_sample_rule rule, double value, const double *x, int n, size_t stride);

#endif
