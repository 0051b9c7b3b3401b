// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/coulomb.h"
#include <math.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_psi.h>
#include "coulomb_series.h"

/* Beyond the exponent, W^2 is below rounding and so is what a wrong slope there does at r. */
static const double FAR_EXPONENT = 25.0;
enum { STEP_NODES = 20 };

/* Chebyshev-Lobatto points of the extrapolation to threshold; every second one gives the estimate
 * of its error. */
enum { WINDOW_POINTS = 9, WINDOW_SHRINKS = 12 };

/* K range is the tangent of an angle; negligible: d(angle)/dk^2 that is none (range^2, times what
 * a barrier leaves of it). */
typedef struct threshold_edge {
    double strength, range, negligible;
    hp_edge_function function;
    void *context;
} threshold_edge;

double hp_coulomb_value(const hp_coulomb *coulomb, double r) {
    if (coulomb->dipole == 0.0) return coulomb->strength / r;
    double x = coulomb->dipole * r;
    if (x == 0.0) return 5.0 / 16.0 * coulomb->strength * coulomb->dipole;
    double screened = x * (11.0 / 16.0 + x * (3.0 / 16.0 + x / 48.0));
    return coulomb->strength / r * (-expm1(-x) - exp(-x) * screened);
}

double hp_coulomb_penetration(double strength, double k2) {
    if (strength == 0.0) return 1.0;
    if (k2 == 0.0) return strength > 0.0 ? 0.0 : HUGE_VAL;
    double x = M_PI * strength / sqrt(k2);
    return x / expm1(x);
}

double hp_coulomb_shift(double strength, double k2) {
    if (strength == 0.0 || k2 == 0.0) return 0.0;
    double eta = 0.5 * fabs(strength) / sqrt(k2), t = 1.0 / (eta * eta);
    /* The asymptotic series (next term 2e-2 eta^-12); psi - ln would cancel. */
    if (eta > 20.0)
        return strength * t *
               (1.0 / 12.0 + t * (1.0 / 120.0 + t * (1.0 / 252.0 + t * (1.0 / 240.0 + t / 132.0))));
    return strength * (gsl_sf_psi_1piy(eta) - log(eta));
}

/* phi and theta at r, from the origin outwards, and the number of nodes of phi in (0, r]. */
static void carry(double strength, double k2, double r, double f[4], int *nodes) {
    double at = hp_coulomb_origin_reach(strength, k2, r), c[HP_COULOMB_TERMS];
    int count = 0;
    hp_coulomb_origin(strength, k2, at, f);
    while (at < r) {
        double h = fmin(hp_coulomb_step(strength, k2, at), r - at), before = f[0];
        for (int i = 0; i < 4; i += 2) {
            hp_coulomb_taylor(strength, k2, at, h, f[i], f[i + 1], c);
            f[i] = hp_coulomb_sum(c, 1.0, &f[i + 1]);
            f[i + 1] /= h;
        }
        /* A step is shorter than half a wavelength: at most one node. */
        count += before * f[0] < 0.0 || f[0] == 0.0;
        at = h < r - at ? at + h : r;
    }
    if (nodes != NULL) *nodes = count;
}

hp_status hp_coulomb_functions(double strength, double k2, double r, double f[4], hp_error *err) {
    HP_REQUIRE(r > 0.0 && isfinite(r) && k2 >= 0.0 && isfinite(k2) && isfinite(strength),
               HP_ERR_NUMERIC, "no Coulomb functions of strength %g at k^2 = %g, r = %g", strength,
               k2, r);
    double k = sqrt(k2);
    if (strength != 0.0) {
        carry(strength, k2, r, f, NULL);
    } else {
        f[0] = k > 0.0 ? sin(k * r) / k : r;
        f[1] = f[2] = cos(k * r);
        f[3] = -k * sin(k * r);
    }
    HP_REQUIRE(isfinite(f[0]) && isfinite(f[1]) && isfinite(f[2]) && isfinite(f[3]), HP_ERR_NUMERIC,
               "Coulomb functions of strength %g overflow at k^2 = %g, r = %g", strength, k2, r);
    return HP_OK;
}

hp_status hp_coulomb_match(double strength, double k2, double r, double u, double d_u,
                           double *effective, double *cot, hp_error *err) {
    double f[4];
    HP_CALL(hp_coulomb_functions(strength, k2, r, f, err));
    double numerator = d_u * f[2] - u * f[3], denominator = u * f[1] - d_u * f[0];
    HP_REQUIRE(
        isfinite(numerator) && isfinite(denominator) && (numerator != 0.0 || denominator != 0.0),
        HP_ERR_NUMERIC, "no phase shift at k^2 = %g from u = %g, u' = %g at r = %g", k2, u, d_u, r);
    *effective = denominator == 0.0 ? HUGE_VAL : numerator / denominator;
    double penetration = hp_coulomb_penetration(strength, k2);
    double excess = *effective - hp_coulomb_shift(strength, k2);
    *cot = isinf(penetration) ? 0.0 : copysign(fabs(excess) / penetration, excess);
    if (penetration == 0.0 && excess == 0.0) *cot = HUGE_VAL;
    return HP_OK;
}

/* Unit vector along (denominator, numerator * range) of K at k2. */
static hp_status edge_direction(const threshold_edge *edge, double k2, double direction[2],
                                hp_error *err) {
    double u, d_u, f[4];
    HP_CALL(edge->function(k2, &u, &d_u, edge->context, err));
    HP_CALL(hp_coulomb_functions(edge->strength, k2, edge->range, f, err));
    double x = u * f[1] - d_u * f[0], y = (d_u * f[2] - u * f[3]) * edge->range;
    double length = hypot(x, y);
    HP_REQUIRE(isfinite(length) && length > 0.0, HP_ERR_NUMERIC,
               "no solution of the charged pair at k^2 = %g: u = %g, u' = %g at the range", k2, u,
               d_u);
    direction[0] = x / length;
    direction[1] = y / length;
    return HP_OK;
}

/* Derivative at x[0] of the polynomial through every stride-th of the points, t[0] = 0. */
static double slope_at_start(const double *x, const double *t, int points, int stride) {
    double sum = 0.0;
    for (int j = stride; j < points; j += stride) {
        double lagrange = 1.0 / x[j];
        for (int m = stride; m < points; m += stride)
            if (m != j) lagrange *= x[m] / (x[m] - x[j]);
        sum += lagrange * t[j];
    }
    return sum;
}

/* Derivative of the angle with respect to k^2 at threshold, and its relative change from half the
 * points; the latter is infinite when the angle moves by more than pi/4 in the window. */
static hp_status edge_slope(const threshold_edge *edge, const double start[2], double window,
                            double *slope, double *error, hp_error *err) {
    double x[WINDOW_POINTS] = {0.0}, t[WINDOW_POINTS] = {0.0};
    *slope = 0.0;
    *error = HUGE_VAL;
    for (int i = 1; i < WINDOW_POINTS; i++) {
        double point[2], half = sin(0.5 * M_PI * i / (WINDOW_POINTS - 1));
        x[i] = window * half * half;
        HP_CALL(edge_direction(edge, x[i], point, err));
        double cosine = start[0] * point[0] + start[1] * point[1];
        t[i] = (start[0] * point[1] - start[1] * point[0]) / cosine;
        if (!(fabs(t[i]) < 1.0)) return HP_OK;
    }
    double all = slope_at_start(x, t, WINDOW_POINTS, 1);
    double half = slope_at_start(x, t, WINDOW_POINTS, 2);
    *slope = all;
    *error = fabs(all - half) / fmax(fabs(all), edge->negligible);
    return HP_OK;
}

/* K may have a pole near threshold (a0 = 0), so the angle of (denominator, numerator * range) is
 * extrapolated, as the tangent of its difference from the angle at threshold, which is computed
 * directly. The window shrinks until the tangent is small and has converged. */
hp_status hp_coulomb_threshold(double strength, double range, hp_edge_function function,
                               void *context, double *scattering_length, double *effective_range,
                               hp_error *err) {
    threshold_edge edge = {strength, range, 0.0, function, context};
    double f[4], start[2], slope = 0.0, best = 0.0, best_error = HUGE_VAL;
    HP_CALL(hp_coulomb_functions(strength, 0.0, range, f, err));
    double barrier = hypot(f[2], range * f[3]) / hypot(f[0] / range, f[1]);
    edge.negligible = 1e-3 * range * range * fmin(1.0, barrier);
    HP_CALL(edge_direction(&edge, 0.0, start, err));
    double window = 0.25 / (range * range);
    /* Where 5 points agree with 9 to 1e-6 the latter are good to about the square of that. */
    for (int i = 0; i < WINDOW_SHRINKS && best_error > 1e-6; i++, window *= 0.25) {
        double error;
        HP_CALL(edge_slope(&edge, start, window, &slope, &error, err));
        if (error < best_error) {
            best = slope;
            best_error = error;
        }
    }
    HP_REQUIRE(best_error < 1e-3, HP_ERR_NUMERIC,
               "the effective range of the charged pair does not converge (change %g)", best_error);
    *scattering_length = -start[0] / start[1] * range;
    *effective_range = 2.0 * best / (range * start[0] * start[0]);
    return HP_OK;
}

/* docs/method-observables.md, "The branch of delta". */
hp_status hp_coulomb_phase(double strength, double k2, double r, double delta_cut, double cot,
                           double *delta, hp_error *err) {
    double f[4], k = sqrt(k2);
    int nodes = 0;
    if (strength == 0.0) {
        *delta = delta_cut;
        return HP_OK;
    }
    HP_REQUIRE(k2 > 0.0 && isfinite(r) && isfinite(delta_cut) && !isnan(cot), HP_ERR_NUMERIC,
               "no Coulomb phase at k^2 = %g, r = %g: cut-off phase %g, k cot delta %g", k2, r,
               delta_cut, cot);
    carry(strength, k2, r, f, &nodes);
    HP_REQUIRE(isfinite(f[1]) && isfinite(f[3]), HP_ERR_NUMERIC,
               "Coulomb functions of strength %g overflow at k^2 = %g, r = %g", strength, k2, r);
    double sign = nodes % 2 == 0 ? 1.0 : -1.0;
    double angle = M_PI * nodes + atan2(sign * f[0], sign * f[1] / k); /* of F_0 */
    double ahead = delta_cut + k * r - angle, reduced = atan2(k, cot), edge;
    if (isinf(cot)) {
        edge = ahead - M_PI * floor(ahead / M_PI);
    } else {
        /* The angle by which u = theta + K phi is ahead of F_0 when delta is in (0, pi). */
        double K = hp_coulomb_penetration(strength, k2) * cot + hp_coulomb_shift(strength, k2);
        double u = f[2] + K * f[0], d_u = f[3] + K * f[1];
        edge = atan2(k, k2 * u * f[0] + d_u * f[1]);
    }
    *delta = reduced + M_PI * round((ahead - edge) / M_PI);
    return HP_OK;
}

/* Where W has fallen by exp(-FAR_EXPONENT) at least (lower bounds of the WKB exponent in steps). */
static double far_point(double strength, double kappa, double r) {
    double exponent = 0.0;
    while (exponent < FAR_EXPONENT) {
        double h = hp_coulomb_step(strength, -kappa * kappa, r);
        double least = kappa * kappa + fmin(strength / r, strength / (r + h));
        exponent += h * sqrt(fmax(least, 0.0));
        r += h;
    }
    return r;
}

/* From far outside inwards: every other solution is damped against W on this way, so W may start
 * there with the slope of WKB, W = q^(-1/2) exp(-int q), q^2 = kappa^2 + beta/r. */
hp_status hp_coulomb_tail(double strength, double kappa, double r, double *decay, double *norm,
                          double *square, hp_error *err) {
    hp_status status = HP_OK;
    gsl_integration_glfixed_table *nodes = NULL;
    double c[HP_COULOMB_TERMS], sum_norm = 0.0, sum_square = 0.0, h_slope;
    HP_CHECK(r > 0.0 && kappa >= 0.0 && kappa >= -0.5 * strength, HP_ERR_INPUT,
             "tail of a bound state: binding momentum %g (Coulomb strength %g) at r = %g", kappa,
             strength, r);
    if (strength == 0.0) {
        *decay = kappa;
        if (norm != NULL) *norm = 0.5 / kappa;
        if (square != NULL) *square = (r * r + (r + 0.5 / kappa) / kappa) * 0.5 / kappa;
        goto cleanup;
    }
    if (norm != NULL || square != NULL) {
        nodes = gsl_integration_glfixed_table_alloc(STEP_NODES);
        HP_CHECK(nodes != NULL, HP_ERR_MEMORY, "no memory for a table of %d nodes", STEP_NODES);
    }
    double at = far_point(strength, kappa, r), W = 1.0, q2 = kappa * kappa + strength / at;
    double slope = -sqrt(q2) + 0.25 * strength / (at * at * q2);
    while (at > r) {
        double h = fmin(hp_coulomb_step(strength, -kappa * kappa, at), at - r);
        hp_coulomb_taylor(strength, -kappa * kappa, at, -h, W, slope, c);
        for (size_t i = 0; nodes != NULL && i < STEP_NODES; i++) {
            double t, weight, ignored;
            gsl_integration_glfixed_point(0.0, 1.0, i, &t, &weight, nodes);
            double here = hp_coulomb_sum(c, t, &ignored), x = at - t * h;
            sum_norm += weight * h * here * here;
            sum_square += weight * h * here * here * x * x;
        }
        W = hp_coulomb_sum(c, 1.0, &h_slope);
        slope = -h_slope / h;
        at = h < at - r ? at - h : r;
    }
    HP_CHECK(isfinite(slope / W) && isfinite(sum_square / (W * W)), HP_ERR_NUMERIC,
             "no Coulomb tail of strength %g at binding momentum %g, r = %g", strength, kappa, r);
    *decay = -slope / W;
    if (norm != NULL) *norm = sum_norm / (W * W);
    if (square != NULL) *square = sum_square / (W * W);
cleanup:
    if (nodes != NULL) gsl_integration_glfixed_table_free(nodes);
    return status;
}
