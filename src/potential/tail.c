// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/tail.h"
#include <math.h>
#include <stddef.h>

/* Part of a tail that may be left out: far below what phase shifts of 1e-6 degrees ask for. */
static const double NEGLIGIBLE = 1e-12;

/* q */
static int exponent(const hp_tail *tail) {
    return tail->kind == HP_TAIL_SQUARED_YUKAWA ? 2 : 1;
}

/* With x = (r/d)^2 and f = (1 - exp(-x))/x the shape is r^(2n-q)/d^2n f^n exp(-q m r), which has no
 * 0/0 at r = 0. */
double hp_tail_shape(const hp_tail *tail, double range, double r, double *d_range) {
    int n = tail->power, q = exponent(tail);
    double ratio = r / range, x = ratio * ratio, f = x > 0.0 ? -expm1(-x) / x : 1.0;
    double rest =
        pow(f * ratio, n - 1) * pow(ratio, n + 1 - q) * pow(range, -q) * exp(-q * tail->mass * r);
    if (d_range != NULL) *d_range = -2.0 * n / range * exp(-x) * rest;
    return f * rest;
}

double hp_tail_end(const hp_tail *tail) {
    if (tail->kind == HP_TAIL_NONE) return 0.0;
    int q = exponent(tail);
    double y = 1.0; /* q m r, of which r^2 V is y^(2-q) exp(-y) */
    while (pow(y, 2 - q) * exp(1.0 - y) > NEGLIGIBLE) y += 1.0;
    return y / (q * tail->mass);
}
