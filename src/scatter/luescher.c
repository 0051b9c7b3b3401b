// SPDX-License-Identifier: GPL-3.0-or-later
/* Luescher's zeta function by the exponentially accelerated sum; docs/method-luescher.md. */
#include "hadpot/luescher.h"
#include <math.h>
#include <stdbool.h>
#include <float.h>

/* Where the integral over the heat kernel is divided. At most this: the images of the origin, of
 * size exp(-pi^2/Lambda), are then below 2e-17 and left out. */
static const double MOST_LAMBDA = 0.25;

/* Terms below exp(-40) = 4e-18 of the first ones are left out. */
static const double LAST_EXPONENT = 40.0;

/* Sites of Z^3 with coordinates +-x, +-y, +-z in any order, x >= y >= z >= 0. */
static double count_sites(int x, int y, int z) {
    int signs = (x > 0 ? 2 : 1) * (y > 0 ? 2 : 1) * (z > 0 ? 2 : 1);
    return signs * (x == y && y == z ? 1 : x == y || y == z ? 3 : 6);
}

/* sum_n exp(-Lambda (n^2 - q^2))/(n^2 - q^2), far sites first: small terms. */
static double sum_sites(double q2, double lambda) {
    const double last = q2 + LAST_EXPONENT / lambda;
    double sum = 0.0;
    if (last < 0.0) return 0.0;
    for (int x = (int)sqrt(last); x >= 0; x--)
        for (int y = x; y >= 0; y--)
            for (int z = y; z >= 0; z--) {
                double distance = (double)(x * x + y * y + z * z) - q2;
                if (distance > last - q2) continue;
                sum += count_sites(x, y, z) * exp(-lambda * distance) / distance;
            }
    return sum;
}

/* sum_(j >= 0) x^j/(j! (j - 1/2)) = int_0^1 (exp(x s) - 1) s^(-3/2) ds - 2. */
static double integrate_origin(double x) {
    if (x < -1.0) { /* there the terms of the series cancel */
        double root = sqrt(-x);
        return -2.0 * exp(x) - 2.0 * sqrt(M_PI) * root * erf(root);
    }
    double term = 1.0, sum = -2.0;
    for (int j = 1; fabs(term) > DBL_EPSILON / 16.0; j++) {
        term *= x / j;
        sum += term / (j - 0.5);
    }
    return sum;
}

double hp_luescher_zeta(double q2) {
    if (!isfinite(q2) || q2 > HP_LUESCHER_MOST_Q2) return NAN;
    /* exp(Lambda q^2), the size of what cancels, stays below e */
    double lambda = q2 * MOST_LAMBDA > 1.0 ? 1.0 / q2 : MOST_LAMBDA;
    double origin = M_PI * sqrt(M_PI / lambda) * integrate_origin(lambda * q2);
    return (sum_sites(q2, lambda) + origin) / sqrt(4.0 * M_PI);
}

/* Legendre: all but 4^a (8 b + 7). */
static bool is_sum_of_squares(int n) {
    while (n > 0 && n % 4 == 0) n /= 4;
    return n % 8 != 7;
}

int hp_luescher_branch(double q2) {
    int branch = 0;
    for (int n = 0; n <= q2 && n <= HP_LUESCHER_MOST_Q2; n++) branch += is_sum_of_squares(n);
    return branch;
}

static double q2_of(double k2, double extent) {
    double unit = 2.0 * M_PI / extent;
    return k2 / (unit * unit);
}

double hp_luescher_kcot(double k2, double extent) {
    return 2.0 / (sqrt(M_PI) * extent) * hp_luescher_zeta(q2_of(k2, extent));
}

/* The poles that end a branch; its lower end is -inf for branch 0. False: it is beyond reach. */
static bool find_ends(int branch, double end[2]) {
    int found = 0;
    end[0] = -INFINITY;
    for (int n = 0; branch >= 0 && n <= HP_LUESCHER_MOST_Q2; n++) {
        if (!is_sum_of_squares(n)) continue;
        end[1] = n;
        if (found++ == branch) return true;
        end[0] = n;
    }
    return false;
}

/* A root of Z - wanted between two poles, where times the distances to both it is smooth: regula
 * falsi with halved weights (Illinois). The poles themselves are stood in for by points next to
 * them; branch 0 has none below. */
static double find_root(double wanted, const double end[2]) {
    enum { MOST_STEPS = 12 };
    bool pole = end[0] >= 0.0;
    double width = end[1] - end[0], side[2], value[2];
    for (int i = 0; i < 2; i++) {
        side[i] = i == 0 && !pole ? end[0] : end[i] + (i == 0 ? 1e-9 : -1e-9) * width;
        value[i] = (hp_luescher_zeta(side[i]) - wanted) * (end[1] - side[i]) *
                   (pole ? side[i] - end[0] : 1.0);
    }
    double q2 = side[0];
    for (int step = 0, last = -1; step < MOST_STEPS; step++) {
        double before = q2;
        q2 = (side[0] * value[1] - side[1] * value[0]) / (value[1] - value[0]);
        if (fabs(q2 - before) <= 1e-14 * width) break;
        double found = (hp_luescher_zeta(q2) - wanted) * (end[1] - q2) * (pole ? q2 - end[0] : 1.0);
        int now = found > 0.0;
        side[now] = q2;
        value[now] = found;
        if (now == last) value[1 - now] *= 0.5;
        last = now;
    }
    return q2;
}

/* Points close to a root, on both sides, between which halving has to look; where they are not
 * found, the ends. */
static void come_close(double wanted, const double end[2], double close[2]) {
    double q2 = find_root(wanted, end), width = end[1] - end[0];
    for (int i = 0; i < 2; i++) {
        close[i] = end[i];
        double at = q2 + (i == 0 ? -1e-13 : 1e-13) * width;
        if (at > end[0] && at < end[1] && (hp_luescher_zeta(at) > wanted) == (i == 1))
            close[i] = at;
    }
}

double hp_luescher_k2(double kcot, double extent, int branch) {
    double end[2], close[2], wanted = kcot * sqrt(M_PI) * extent / 2.0;
    if (!isfinite(wanted) || !find_ends(branch, end)) return NAN;
    if (branch == 0) end[0] = -1.0;
    while (branch == 0 && hp_luescher_zeta(end[0]) > wanted) end[0] *= 2.0;
    come_close(wanted, end, close);
    for (;;) { /* halved until no number is between: Z rises */
        double middle = 0.5 * (end[0] + end[1]);
        if (middle <= end[0] || middle >= end[1]) break;
        bool above = middle >= close[1] || (middle > close[0] && hp_luescher_zeta(middle) > wanted);
        end[above] = middle;
    }
    double unit = 2.0 * M_PI / extent;
    return unit * unit * 0.5 * (end[0] + end[1]);
}

double hp_luescher_place_deg(double k2, double extent) {
    double q2 = q2_of(k2, extent), end[2];
    int branch = hp_luescher_branch(q2);
    if (!isfinite(q2) || !find_ends(branch, end)) return NAN;
    if (branch == 0) return 180.0 * q2;
    return 180.0 * (branch - 1 + (q2 - end[0]) / (end[1] - end[0]));
}
