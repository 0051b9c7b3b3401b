// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/femtoscopy.h"
#include <math.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_dawson.h>
#include "coulomb_series.h"
#include "hadpot/coulomb.h"

enum { NODES = 20 };

/* Relative to its value at the range, the source is below rounding where r^2/(4 R^2) has grown by
 * this. */
static const double SOURCE_EXPONENT = 40.0;

/* The pair at one momentum, for one source. */
typedef struct femto {
    double strength, k2, k, radius;
    gsl_integration_glfixed_table *nodes;
} femto;

static hp_status femto_open(double strength, double k2, double radius, femto *at, hp_error *err) {
    *at = (femto){strength, k2, sqrt(k2), radius, NULL};
    HP_REQUIRE(radius > 0.0 && isfinite(radius), HP_ERR_INPUT,
               "the source radius must be positive, found %g", radius);
    HP_REQUIRE(k2 > 0.0 && isfinite(k2) && isfinite(strength), HP_ERR_NUMERIC,
               "no correlation at k^2 = %g, Coulomb strength %g", k2, strength);
    at->nodes = gsl_integration_glfixed_table_alloc(NODES);
    HP_REQUIRE(at->nodes != NULL, HP_ERR_MEMORY, "no memory for a table of %d nodes", NODES);
    return HP_OK;
}

/* Values and slopes {F_0, F_0', G_0, G_0'}, primes d/dr. */
static hp_status coulomb_waves(const femto *at, double r, double f[4], hp_error *err) {
    double C = sqrt(hp_coulomb_penetration(at->strength, at->k2));
    double shift = hp_coulomb_shift(at->strength, at->k2);
    HP_REQUIRE(C > 0.0, HP_ERR_NUMERIC, "no Coulomb waves of strength %g at k^2 = %g: C^2 = 0",
               at->strength, at->k2);
    HP_CALL(hp_coulomb_functions(at->strength, at->k2, r, f, err));
    for (int i = 0; i < 2; i++) {
        f[2 + i] = (f[2 + i] + shift * f[i]) / C;
        f[i] *= C * at->k;
    }
    return HP_OK;
}

/* 4 pi S(r) / k^2, the weight of u^2. */
static double source(const femto *at, double r) {
    double x = 0.5 * r / at->radius;
    return exp(-x * x) / (2.0 * sqrt(M_PI) * gsl_pow_3(at->radius) * at->k2);
}

/* A panel too long for the source: shorter ones, with u interpolated. */
static hp_status inside_panel(const femto *at, const hp_quadrature *grid, const double *u,
                              int panel, double *X, hp_error *err) {
    double start = grid->edge[panel], h = 2.0 * at->radius;
    double reach = sqrt(start * start + 4.0 * SOURCE_EXPONENT * at->radius * at->radius);
    double end = fmin(grid->edge[panel + 1], reach);
    while (start < end) {
        for (size_t i = 0; i < NODES; i++) {
            double r, weight, f[4], coefficient[HP_MAX_ORDER], value = 0.0;
            gsl_integration_glfixed_point(start, fmin(start + h, end), i, &r, &weight, at->nodes);
            int first = hp_quadrature_interpolate(grid, r, coefficient);
            for (int j = 0; j < grid->order; j++) value += coefficient[j] * u[first + j];
            HP_CALL(coulomb_waves(at, r, f, err));
            *X += weight * source(at, r) * (value * value - f[0] * f[0]);
        }
        start += h;
    }
    return HP_OK;
}

/* F_0 = f[0] and its slope f[1] from *r on to a larger r. */
static void advance(const femto *at, double f[2], double *r, double to) {
    double c[HP_COULOMB_TERMS];
    if (at->strength == 0.0) {
        f[0] = sin(at->k * to);
        f[1] = at->k * cos(at->k * to);
        *r = to;
    }
    while (*r < to) {
        double h = fmin(hp_coulomb_step(at->strength, at->k2, *r), to - *r);
        hp_coulomb_taylor(at->strength, at->k2, *r, h, f[0], f[1], c);
        f[0] = hp_coulomb_sum(c, 1.0, &f[1]);
        f[1] /= h;
        *r = h < to - *r ? *r + h : to;
    }
}

static hp_status inside(const femto *at, const hp_quadrature *grid, const double *u, double *X,
                        hp_error *err) {
    double f[4], r = grid->r[0];
    HP_CALL(coulomb_waves(at, r, f, err));
    for (int panel = 0; panel < grid->panels; panel++) {
        if (hp_quadrature_panel_length(grid, panel) > 2.0 * at->radius) {
            HP_CALL(inside_panel(at, grid, u, panel, X, err));
            continue;
        }
        for (int i = panel * grid->order; i < (panel + 1) * grid->order; i++) {
            advance(at, f, &r, grid->r[i]);
            *X += grid->weight[i] * source(at, r) * (u[i] * u[i] - f[0] * f[0]);
        }
    }
    return HP_OK;
}

/* u = F_0 cos delta + G_0 sin delta and F_0, carried outwards by their Taylor series. */
static hp_status outside(const femto *at, double range, double tan_delta, double *X,
                         hp_error *err) {
    double f[4], u[HP_COULOMB_TERMS], F[HP_COULOMB_TERMS], delta = atan(tan_delta);
    double r = range, end = sqrt(range * range + 4.0 * SOURCE_EXPONENT * gsl_pow_2(at->radius));
    HP_CALL(coulomb_waves(at, range, f, err));
    for (int i = 0; i < 2; i++) f[2 + i] = f[i] * cos(delta) + f[2 + i] * sin(delta);
    while (r < end) {
        double h = fmin(hp_coulomb_step(at->strength, at->k2, r), fmin(at->radius, end - r));
        hp_coulomb_taylor(at->strength, at->k2, r, h, f[0], f[1], F);
        hp_coulomb_taylor(at->strength, at->k2, r, h, f[2], f[3], u);
        for (size_t i = 0; i < NODES; i++) {
            double t, weight, ignored;
            gsl_integration_glfixed_point(0.0, 1.0, i, &t, &weight, at->nodes);
            double v = hp_coulomb_sum(u, t, &ignored), w = hp_coulomb_sum(F, t, &ignored);
            *X += weight * h * source(at, r + t * h) * (v * v - w * w);
        }
        f[0] = hp_coulomb_sum(F, 1.0, &f[1]);
        f[2] = hp_coulomb_sum(u, 1.0, &f[3]);
        f[1] /= h;
        f[3] /= h;
        r = h < end - r ? r + h : end;
    }
    return HP_OK;
}

hp_status hp_femto_excess(const hp_quadrature *grid, const double *u, double tan_delta, double k2,
                          double coulomb_strength, double radius, double *X, hp_error *err) {
    hp_status status = HP_OK;
    femto at;
    double within = 0.0, beyond = 0.0;
    HP_TRY(femto_open(coulomb_strength, k2, radius, &at, err));
    HP_TRY(inside(&at, grid, u, &within, err));
    HP_TRY(outside(&at, grid->range, tan_delta, &beyond, err));
    *X = within + beyond;
    HP_CHECK(isfinite(*X), HP_ERR_NUMERIC, "no correlation at k^2 = %g for a source of radius %g",
             k2, radius);
cleanup:
    if (at.nodes != NULL) gsl_integration_glfixed_table_free(at.nodes);
    return status;
}

/* The l at which the growing solution upwards is 1e18 times its start: F_l is 1e-18 of F_0 then. */
static int highest_wave(double eta, double rho) {
    double before = 0.0, G = 1.0;
    int l = 1;
    for (; fabs(G) < 1e18; l++) {
        double next = ((2.0 * l + 1.0) * (eta + l * (l + 1.0) / rho) * G -
                       (l + 1.0) * hypot(l, eta) * before) /
                      (l * hypot(l + 1.0, eta));
        before = G;
        G = next;
    }
    return l;
}

/* sum_l (2l+1) F_l^2 over even and over odd l: the recurrence in l downwards, where F_l is its
 * growing solution (Abramowitz, Stegun 14.2.3), normalised by F_0 and F_1 together (one of them may
 * have a node). */
static hp_status coulomb_density(const femto *at, double r, double parity[2], hp_error *err) {
    double f[4], eta = 0.5 * at->strength / at->k, rho = at->k * r, next = 0.0, F = 1.0;
    HP_CALL(coulomb_waves(at, r, f, err));
    int l = highest_wave(eta, rho);
    parity[0] = parity[1] = 0.0;
    for (; l > 0; l--) {
        parity[l % 2] += (2.0 * l + 1.0) * F * F;
        double middle = (2.0 * l + 1.0) * (eta + l * (l + 1.0) / rho);
        double before = (middle * F - l * hypot(l + 1.0, eta) * next) / ((l + 1.0) * hypot(l, eta));
        next = F;
        F = before;
    }
    parity[0] += F * F;
    double F1 = ((1.0 / rho + eta) * f[0] - f[1] / at->k) / hypot(1.0, eta);
    double norm = (f[0] * F + F1 * next) / (F * F + next * next);
    for (int p = 0; p < 2; p++) parity[p] *= norm * norm;
    return HP_OK;
}

/* The averages of |full Coulomb wave|^2 over the source, even and odd waves apart. */
static hp_status coulomb_average(const femto *at, double parity[2], hp_error *err) {
    double a = 0.0, end = 2.0 * sqrt(SOURCE_EXPONENT) * at->radius;
    double h = fmin(at->radius, 1.0 / fmax(at->k, fabs(at->strength)));
    parity[0] = parity[1] = 0.0;
    while (a < end) {
        for (size_t i = 0; i < NODES; i++) {
            double r, weight, density[2];
            gsl_integration_glfixed_point(a, a + h, i, &r, &weight, at->nodes);
            HP_CALL(coulomb_density(at, r, density, err));
            for (int p = 0; p < 2; p++) parity[p] += weight * source(at, r) * density[p];
        }
        a += h;
    }
    HP_REQUIRE(isfinite(parity[0] + parity[1]), HP_ERR_NUMERIC,
               "no average of Coulomb waves at k^2 = %g, radius %g", at->k2, at->radius);
    return HP_OK;
}

hp_status hp_femto_background(const hp_femto_pair *pair, double k2, double radius, double *C,
                              hp_error *err) {
    hp_status status = HP_OK;
    femto at;
    double kR = sqrt(k2) * radius;
    double parity[2] = {0.5 + 0.5 * exp(-4.0 * kR * kR), -0.5 * expm1(-4.0 * kR * kR)};
    HP_TRY(femto_open(pair->coulomb_strength, k2, radius, &at, err));
    if (pair->coulomb_strength != 0.0) HP_TRY(coulomb_average(&at, parity, err));
    double exchange = (parity[0] - parity[1]) / (2.0 * pair->spin + 1.0);
    *C = parity[0] + parity[1];
    if (pair->statistics == HP_STATISTICS_BOSONS) *C += exchange;
    if (pair->statistics == HP_STATISTICS_FERMIONS) *C -= exchange;
cleanup:
    if (at.nodes != NULL) gsl_integration_glfixed_table_free(at.nodes);
    return status;
}

double hp_femto_factor(const hp_femto_pair *pair) {
    return pair->statistics == HP_STATISTICS_DISTINCT ? pair->weight : 2.0 * pair->weight;
}

double hp_femto_lednicky(double kcot, double effective_range, double k2, double radius) {
    if (isinf(kcot)) return 0.0; /* f = 0 */
    double k = sqrt(k2), square = 1.0 / (kcot * kcot + k2), z = 2.0 * k * radius;
    double F1 = z > 0.0 ? gsl_sf_dawson(z) / z : 1.0, F2 = z > 0.0 ? -expm1(-z * z) / z : 0.0;
    double root = sqrt(M_PI) * radius;
    return 0.5 * square / (radius * radius) * (1.0 - 0.5 * effective_range / root) +
           2.0 * kcot * square / root * F1 - k * square / radius * F2;
}
