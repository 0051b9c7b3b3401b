// SPDX-License-Identifier: GPL-3.0-or-later
/* Errors and biases of sampled numbers. */
#include "hadpot/sample_rule.h"
#include <math.h>

const char *hp_method_name(hp_method method) {
    return method == HP_METHOD_BOOTSTRAP ? "bootstrap" : "jackknife";
}

double hp_sample_weight(hp_sample_rule rule, int n) {
    double N = rule.nsample;
    if (n < 2) return NAN;
    if (rule.method == HP_METHOD_BOOTSTRAP) return 1.0 / (n - 1.0);
    return (N - 1.0) * (N - 1.0) / (N * (n - 1.0));
}

double hp_sample_error(hp_sample_rule rule, const double *x, int n, size_t stride) {
    return hp_sample_error_with(rule, x, n, stride, NAN);
}

static double known(double x, double missing) {
    return isnan(x) ? missing : x;
}

double hp_sample_error_with(hp_sample_rule rule, const double *x, int n, size_t stride,
                            double missing) {
    if (n < 2) return NAN;
    double mean = 0, squares = 0;
    for (int i = 0; i < n; i++) mean += known(x[(size_t)i * stride], missing);
    mean /= n;
    for (int i = 0; i < n; i++) {
        double deviation = known(x[(size_t)i * stride], missing) - mean;
        squares += deviation * deviation;
    }
    return sqrt(hp_sample_weight(rule, n) * squares);
}

double hp_sample_bias(hp_sample_rule rule, double value, const double *x, int n, size_t stride) {
    bool jackknife = rule.method == HP_METHOD_JACKKNIFE;
    if (n < 2 || (jackknife && n != rule.nsample)) return NAN;
    double shift = 0; /* of x - value, so that the difference is not lost in rounding */
    for (int i = 0; i < n; i++) shift += x[(size_t)i * stride] - value;
    return jackknife ? (rule.nsample - 1.0) * (shift / n) : shift / n;
}
