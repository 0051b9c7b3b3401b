// SPDX-License-Identifier: GPL-3.0-or-later
#include "coupled_tail.h"
#include <float.h>
#include <math.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
#include "coulomb_series.h"

/* Every other solution falls by exp(-2 FAR_EXPONENT) on the way from the far point inwards, below
 * rounding, so that the slope there may be that of WKB. */
static const double FAR_EXPONENT = 25.0;

/* Of H_a H_b, where an integral may end: exp(-44) is below rounding. */
static const double LAST_EXPONENT = 44.0;
enum { PANEL_NODES = 24, MOST_PANELS = 200 };

/* theta_l(x) and theta_(l-1)(x), times a common factor; l = 0: 1 and 1/x. */
static double theta(int l, double x, double *before) {
    double previous = 1.0, value = x + 1.0;
    *before = previous;
    if (l == 0) return 1.0;
    for (int m = 2; m <= l; m++) {
        double next = (2.0 * m - 1.0) * value + x * x * previous;
        previous = value;
        value = next;
    }
    *before = previous;
    return value;
}

static double centrifugal(const hp_tail *tail) {
    return tail->l * (tail->l + 1.0);
}

/* q^2 of H'' = q^2 H. */
static double q2_at(const hp_tail *tail, double r) {
    return tail->kappa * tail->kappa + (tail->strength + centrifugal(tail) / r) / r;
}

/* A step from r, inwards, in which the Taylor series reaches rounding. */
static double step_at(const hp_tail *tail, double r) {
    double size = tail->kappa * tail->kappa +
                  (fabs(tail->strength) + 1.5 * centrifugal(tail) / r) / (2.0 / 3.0 * r);
    return fmin(r / 3.0, 1.0 / sqrt(size));
}

/* Coefficients of H at r - t h, from (r - t h)^2 H'' = [...] H. */
static void taylor(const hp_tail *tail, double r, double h, double u, double d_u,
                   double c[HP_COULOMB_TERMS]) {
    double kappa2 = tail->kappa * tail->kappa, x = -h / r, h2 = h * h;
    double zero = h2 * q2_at(tail, r), one = h2 * (2.0 * kappa2 + tail->strength / r) * x;
    double two = h2 * kappa2 * x * x;
    c[0] = u;
    c[1] = -h * d_u;
    for (int n = 0; n < HP_COULOMB_TERMS - 2; n++) {
        double sum = (zero - n * (n - 1.0) * x * x) * c[n] - 2.0 * x * (n + 1.0) * n * c[n + 1];
        if (n > 0) sum += one * c[n - 1];
        if (n > 1) sum += two * c[n - 2];
        c[n + 2] = sum / ((n + 2.0) * (n + 1.0));
    }
}

/* Beyond r, FAR_EXPONENT further out. */
static double far_point(const hp_tail *tail, double r) {
    double exponent = 0.0;
    while (exponent < FAR_EXPONENT) {
        double h = 0.5 * r, least = fmin(q2_at(tail, r), q2_at(tail, r + h));
        if (least * h * h > 1.0) h = 1.0 / sqrt(least);
        exponent += h * sqrt(fmax(least, 0.0));
        r += h;
    }
    return r;
}

/* From `at` inwards to `to`, u and its slope. */
static void march(const hp_tail *tail, double at, double to, double *u, double *d_u) {
    double c[HP_COULOMB_TERMS];
    while (at > to) {
        double slope, h = fmin(step_at(tail, at), at - to);
        taylor(tail, at, h, *u, *d_u, c);
        *u = hp_coulomb_sum(c, 1.0, &slope);
        *d_u = -slope / h;
        at = h < at - to ? at - h : to;
    }
}

/* H'/H far out, of WKB: H = q^(-1/2) exp(-int q). */
static double far_slope(const hp_tail *tail, double r) {
    double q2 = q2_at(tail, r);
    return -sqrt(q2) + 0.25 * (tail->strength + 2.0 * centrifugal(tail) / r) / (r * r * q2);
}

static hp_status check(const hp_tail *tail, hp_error *err) {
    /* rounding of kappa where it is computed from an energy */
    double least = -0.5 * tail->strength / (tail->l + 1.0) * (1.0 - 1e-12);
    HP_REQUIRE(tail->range > 0.0 && isfinite(tail->kappa) && tail->kappa >= 0.0 &&
                   tail->kappa >= least,
               HP_ERR_NUMERIC,
               "no tail of a bound state with l = %d at binding momentum %g (Coulomb strength %g) "
               "and r = %g",
               tail->l, tail->kappa, tail->strength, tail->range);
    return HP_OK;
}

hp_status hp_tail_decay(const hp_tail *tail, double *gamma, hp_error *err) {
    HP_CALL(check(tail, err));
    double r = tail->range, x = tail->kappa * r, before;
    if (tail->strength == 0.0) {
        *gamma = tail->kappa;
        if (tail->l == 0) return HP_OK;
        double value = theta(tail->l, x, &before);
        *gamma = tail->l / r + tail->kappa * x * before / value;
        return HP_OK;
    }
    double start = far_point(tail, r), u = 1.0, d_u = far_slope(tail, start);
    march(tail, start, r, &u, &d_u);
    *gamma = -d_u / u;
    HP_REQUIRE(isfinite(*gamma), HP_ERR_NUMERIC, "no Coulomb tail at binding momentum %g, r = %g",
               tail->kappa, r);
    return HP_OK;
}

hp_status hp_tail_values(const hp_tail *tail, const double *r, int n, double *value,
                         hp_error *err) {
    HP_CALL(check(tail, err));
    double before, edge = tail->range, kappa = tail->kappa;
    if (tail->strength == 0.0) {
        double there = theta(tail->l, kappa * edge, &before);
        for (int i = 0; i < n; i++)
            value[i] = exp(-kappa * (r[i] - edge)) * gsl_pow_int(edge / r[i], tail->l) *
                       theta(tail->l, kappa * r[i], &before) / there;
        return HP_OK;
    }
    double at = far_point(tail, r[n - 1]), u = 1.0, d_u = far_slope(tail, at);
    for (int i = n - 1; i >= 0; i--) {
        march(tail, at, r[i], &u, &d_u);
        at = r[i];
        value[i] = u;
    }
    march(tail, at, edge, &u, &d_u);
    for (int i = 0; i < n; i++) value[i] /= u;
    HP_REQUIRE(isfinite(value[0]), HP_ERR_NUMERIC, "no Coulomb tail at binding momentum %g, r = %g",
               kappa, edge);
    return HP_OK;
}

/* Panels as long as r, or one decay length where that is shorter. */
hp_status hp_tail_integral(const hp_tail *a, const hp_tail *b, int power, double *integral,
                           hp_error *err) {
    hp_status status = HP_OK;
    double lambda = a->kappa + b->kappa, at = a->range, sum = 0.0;
    double r[PANEL_NODES], weight[PANEL_NODES], in_a[PANEL_NODES], in_b[PANEL_NODES];
    gsl_integration_glfixed_table *nodes = gsl_integration_glfixed_table_alloc(PANEL_NODES / 2);
    HP_CHECK(nodes != NULL, HP_ERR_MEMORY, "no memory for a table of %d nodes", PANEL_NODES);
    HP_CHECK(lambda > 0.0, HP_ERR_NUMERIC, "a tail at threshold cannot be normalised");
    for (int panel = 0; panel < MOST_PANELS; panel++) {
        double length = fmin(at, 3.0 / lambda), largest = 0.0;
        for (size_t i = 0; i < PANEL_NODES; i++) { /* two halves, whose weights GSL has tables of */
            double start = at + (i < PANEL_NODES / 2 ? 0.0 : 0.5 * length);
            gsl_integration_glfixed_point(start, start + 0.5 * length, i % (PANEL_NODES / 2), &r[i],
                                          &weight[i], nodes);
        }
        HP_TRY(hp_tail_values(a, r, PANEL_NODES, in_a, err));
        HP_TRY(hp_tail_values(b, r, PANEL_NODES, in_b, err));
        for (int i = 0; i < PANEL_NODES; i++) {
            double part = weight[i] * gsl_pow_int(r[i], power) * in_a[i] * in_b[i];
            largest = fmax(largest, fabs(part));
            sum += part;
        }
        at += length;
        if (lambda * (at - a->range) > LAST_EXPONENT || largest <= 1e-3 * DBL_EPSILON * fabs(sum))
            break;
    }
    *integral = sum;
cleanup:
    if (nodes != NULL) gsl_integration_glfixed_table_free(nodes);
    return status;
}

/* The asymptotic series of Whittaker's function (DLMF 13.19.3) at the far point, to its smallest
 * term, and from there inwards. */
hp_status hp_tail_amplitude(const hp_tail *tail, double *value, hp_error *err) {
    HP_CALL(check(tail, err));
    double before, r = tail->range, kappa = tail->kappa, x = kappa * r;
    HP_REQUIRE(kappa > 0.0, HP_ERR_NUMERIC, "a tail at threshold cannot be normalised");
    if (tail->strength == 0.0) {
        *value = exp(-x) * theta(tail->l, x, &before) / gsl_pow_int(x, tail->l);
        return HP_OK;
    }
    double eta = 0.5 * tail->strength / kappa, far = far_point(tail, r), z = 2.0 * kappa * far;
    double series = 1.0, slope = 0.0, term = 1.0, u = 1.0; /* -slope/r: of the series */
    for (int n = 0; n < HP_COULOMB_TERMS; n++) {
        double next = -term * (tail->l + 1.0 + eta + n) * (eta - tail->l + n) / ((n + 1.0) * z);
        if (fabs(next) >= fabs(term) || fabs(next) < DBL_EPSILON * fabs(series)) break;
        series += term = next;
        slope += (n + 1.0) * term;
    }
    double d_u = -kappa - (eta + slope / series) / far;
    march(tail, far, r, &u, &d_u);
    *value = u * exp(-kappa * far) * pow(z, -eta) * series;
    return HP_OK;
}
