// SPDX-License-Identifier: GPL-3.0-or-later
/* Coulomb functions of partial waves l >= 0; docs/method-channels.md, "Charged pairs". */
#include <math.h>
#include <gsl/gsl_math.h>
#include "coulomb_series.h"
#include "hadpot/coulomb.h"
#include "hadpot/riccati.h"

/* As coulomb.c: W^2 is below rounding there, and what a wrong slope does at r as well. */
static const double FAR_EXPONENT = 25.0;

/* kappa over |beta| below which an attractive tail has thousands of nodes, each a state of the
 * Coulomb force. */
static const double NEXT_TO_THRESHOLD = 1e-4;

/* u'' = (l(l+1)/r^2 + beta/r - k^2) u */
typedef struct equation {
    double barrier, strength, k2;
} equation;

/* Taylor coefficients around r in t, at r + t h, as hp_coulomb_taylor; the equation times
 * (r + t h)^2/r^2. */
static void taylor(const equation *of, double r, double h, double u, double d_u,
                   double c[HP_COULOMB_TERMS]) {
    double x = h / r, h2 = h * h;
    double a0 = h2 * (of->barrier / (r * r) + of->strength / r - of->k2);
    double a1 = h2 * x * (of->strength / r - 2.0 * of->k2), a2 = -h2 * x * x * of->k2;
    c[0] = u;
    c[1] = h * d_u;
    for (int n = 0; n < HP_COULOMB_TERMS - 2; n++) {
        double one = n > 0 ? c[n - 1] : 0.0, two = n > 1 ? c[n - 2] : 0.0;
        double right = (a0 - x * x * n * (n - 1.0)) * c[n] + a1 * one + a2 * two;
        c[n + 2] = (right - 2.0 * x * (n + 1.0) * n * c[n + 1]) / ((n + 2.0) * (n + 1.0));
    }
}

static double step_length(const equation *of, double r) {
    double wave = fabs(of->k2) + fabs(of->strength) / r + of->barrier / (r * r);
    return fmin(r / 3.0, 1.0 / sqrt(wave));
}

/* phi = r^(l+1)/(2l+1)!! sum a_n r^n, n (n + 2l + 1) a_n = beta a_(n-1) - k^2 a_(n-2). */
static void origin(int l, const equation *of, double r, double f[2]) {
    double a = 1.0, before = 0.0, sum = 1.0, slope = l + 1.0, power = r;
    for (int m = 1; m <= l; m++) power *= r / (2 * m + 1);
    for (int n = 1; n < HP_COULOMB_TERMS; n++) {
        double next = (of->strength * r * a - of->k2 * r * r * before) / (n * (n + 2.0 * l + 1.0));
        before = a;
        a = next;
        sum += a;
        slope += (n + l + 1.0) * a;
    }
    f[0] = power * sum;
    f[1] = power * slope / r;
}

static void carry_regular(int l, const equation *of, double r, double f[2]) {
    double c[HP_COULOMB_TERMS], at = hp_coulomb_origin_reach(of->strength, of->k2, r);
    origin(l, of, at, f);
    while (at < r) {
        double h = fmin(step_length(of, at), r - at);
        taylor(of, at, h, f[0], f[1], c);
        f[0] = hp_coulomb_sum(c, 1.0, &f[1]);
        f[1] /= h;
        at = h < r - at ? at + h : r;
    }
}

hp_status hp_coulomb_partial(int l, double strength, double k2, double r, double f[4],
                             hp_error *err) {
    HP_CALL(hp_coulomb_functions(strength, k2, r, f, err));
    if (strength == 0.0) {
        hp_riccati(l, k2, r, f);
    } else if (l > 0) {
        equation of = {l * (l + 1.0), strength, k2};
        for (int m = 1; m <= l; m++) { /* theta upwards, where it is the larger solution */
            double x = m / r + strength / (2.0 * m), before = f[2];
            f[2] = x * before - f[3];
            f[3] = (k2 + gsl_pow_2(strength / (2.0 * m))) * before - x * f[2];
        }
        carry_regular(l, &of, r, f);
    }
    HP_REQUIRE(isfinite(f[0]) && isfinite(f[1]) && isfinite(f[2]) && isfinite(f[3]), HP_ERR_NUMERIC,
               "Coulomb functions of strength %g and l = %d overflow at k^2 = %g, r = %g", strength,
               l, k2, r);
    return HP_OK;
}

void hp_coulomb_barrier(int l, double strength, double k2, double *penetration, double *shift) {
    double k = sqrt(k2);
    *penetration = k;
    if (strength != 0.0 && k2 == 0.0) *penetration = strength > 0.0 ? 0.0 : -M_PI * strength;
    if (strength != 0.0 && k2 > 0.0) *penetration = k * hp_coulomb_penetration(strength, k2);
    *shift = hp_coulomb_shift(strength, k2);
    for (int m = 1; m <= l; m++) {
        double factor = k2 + gsl_pow_2(strength / (2.0 * m));
        *penetration *= factor;
        *shift *= factor;
    }
}

/* Where the tail has fallen by exp(-FAR_EXPONENT) at least. */
static double far_point(const equation *of, double r) {
    double exponent = 0.0;
    while (exponent < FAR_EXPONENT) {
        double h = step_length(of, r), end = r + h;
        double least =
            -of->k2 + of->barrier / (end * end) + fmin(of->strength / r, of->strength / end);
        exponent += h * sqrt(fmax(least, 0.0));
        r = end;
    }
    return r;
}

/* From far outside inwards, where it grows and every other solution falls; starts with the slope of
 * WKB. */
hp_status hp_coulomb_partial_decay(int l, double strength, double kappa, double r, double *decay,
                                   hp_error *err) {
    double c[HP_COULOMB_TERMS], h[2];
    HP_REQUIRE(r > 0.0 && kappa > 0.0, HP_ERR_INPUT,
               "tail of a closed component: binding momentum %g at r = %g", kappa, r);
    HP_REQUIRE(strength >= 0.0 || kappa >= -NEXT_TO_THRESHOLD * strength, HP_ERR_INPUT,
               "a closed component with attractive charges is so close to its threshold (binding "
               "momentum %g, Coulomb strength %g) that its tail has too many nodes",
               kappa, strength);
    if (strength == 0.0) {
        hp_riccati_decaying(l, kappa, r, r, h);
        *decay = -h[1] / h[0];
        return HP_OK;
    }
    equation of = {l * (l + 1.0), strength, -kappa * kappa};
    double at = far_point(&of, r), q2 = kappa * kappa + strength / at + of.barrier / (at * at);
    double slope = -sqrt(q2) + (0.25 * strength + 0.5 * of.barrier / at) / (at * at * q2), W = 1.0;
    while (at > r) {
        double step = fmin(step_length(&of, at), at - r);
        taylor(&of, at, -step, W, slope, c);
        W = hp_coulomb_sum(c, 1.0, &slope);
        slope /= -step;
        at = step < at - r ? at - step : r;
        double size = hypot(W, at * slope);
        W /= size;
        slope /= size;
    }
    *decay = -slope / W;
    HP_REQUIRE(isfinite(*decay), HP_ERR_NUMERIC,
               "no Coulomb tail of strength %g, l = %d at binding momentum %g, r = %g", strength, l,
               kappa, r);
    return HP_OK;
}
