// SPDX-License-Identifier: GPL-3.0-or-later
/* The second solver filled with model potentials, for its tests. */
#ifndef HADPOT_TEST_ODE_CASE_H
#define HADPOT_TEST_ODE_CASE_H

#include "support.h"

#include <complex.h>
#include <math.h>
#include <lapacke.h>
#include "hadpot/memory.h"
#include "hadpot/ode.h"

enum { ODE_CASE_TERMS = 4 };

/* The kernel sum_n strength_n g(r, p_n) g(r', p_n), n < terms, and a local part; one number p each.
 */
typedef struct ode_case {
    hp_quadrature grid;
    hp_ode *solver;
    int terms;
    double strength[ODE_CASE_TERMS], p[ODE_CASE_TERMS];
    double (*g)(double r, double p);
    double (*w)(double r, const double *q); /* local part, NULL: none */
    double (*s)(double r, const double *q); /* its energy dependence, NULL: none */
    const double *q;
    int at_nodes_only; /* the solver has to interpolate the local part */
    hp_coulomb coulomb;
    hp_error err;
} ode_case;

static inline void ode_case_local(double r, double *w, double *s, void *context) {
    const ode_case *c = context;
    *w = c->w(r, c->q);
    *s = c->s != NULL ? c->s(r, c->q) : 0.0;
}

/* Panels between edges[0] = 0 and edges[panels]. */
static inline void ode_case_open(ode_case *c, const double *edge, int panels, int order,
                                 double tolerance) {
    hp_error_clear(&c->err);
    assert_ok(hp_quadrature_create_panels(edge, panels, order, &c->grid, &c->err), &c->err);
    assert_ok(hp_ode_create(&c->grid, tolerance, &c->solver, &c->err), &c->err);
}

static inline void ode_case_open_equal(ode_case *c, double range, int panels, int order,
                                       double tolerance) {
    hp_error_clear(&c->err);
    assert_ok(hp_quadrature_create(range, panels, order, &c->grid, &c->err), &c->err);
    assert_ok(hp_ode_create(&c->grid, tolerance, &c->solver, &c->err), &c->err);
}

/* Hand the potential of the case to the solver. */
static inline void ode_case_set(ode_case *c) {
    int n = c->grid.n;
    double *K = hp_alloc((size_t)n * (size_t)n, sizeof *K), *w = hp_alloc((size_t)n, sizeof *w);
    double *s = hp_alloc((size_t)n, sizeof *s);
    assert_true(K != NULL && w != NULL && s != NULL);
    for (int i = 0; i < n; i++) {
        double r = c->grid.r[i];
        if (c->w != NULL) w[i] = c->w(r, c->q);
        if (c->s != NULL) s[i] = c->s(r, c->q);
        for (int j = 0; j < n; j++) {
            for (int t = 0; t < c->terms; t++)
                K[i * n + j] += c->strength[t] * c->g(r, c->p[t]) * c->g(c->grid.r[j], c->p[t]);
        }
    }
    hp_interaction interaction = {.kernel = c->terms > 0 ? K : NULL,
                                  .local = c->w != NULL ? w : NULL,
                                  .slope = c->s != NULL ? s : NULL,
                                  .local_at = c->at_nodes_only ? NULL : ode_case_local,
                                  .context = c,
                                  .coulomb = c->coulomb};
    assert_ok(hp_ode_set_interaction(c->solver, &interaction, &c->err), &c->err);
    hp_free(K);
    hp_free(w);
    hp_free(s);
}

static inline void ode_case_close(ode_case *c) {
    hp_ode_destroy(&c->solver);
    hp_quadrature_destroy(&c->grid);
}

static inline double ode_case_kcot(ode_case *c, double k2) {
    double kcot = NAN, tan_over_k = NAN;
    assert_ok(hp_ode_kcot(c->solver, k2, &kcot, &tan_over_k, &c->err), &c->err);
    assert_close(tan_over_k, 1.0 / kcot, 1e-15, 0.0); /* one division */
    return kcot;
}

/* delta in degrees between 0 and 180. */
static inline double ode_case_delta(ode_case *c, double k) {
    double kcot = ode_case_kcot(c, k * k);
    return atan2(k, kcot) * (180.0 / M_PI);
}

static inline void ode_case_threshold(ode_case *c, double *a0, double *r_eff) {
    assert_ok(hp_ode_threshold(c->solver, a0, r_eff, &c->err), &c->err);
}

static inline void ode_case_bound(ode_case *c, double low, double high, double *kappa2,
                                  double *square) {
    assert_ok(hp_ode_bound_state(c->solver, low, high, kappa2, square, &c->err), &c->err);
}

static inline double g_exponential(double r, double p) {
    return r * exp(-p * r);
}

static inline double g_yamaguchi(double r, double p) {
    return exp(-p * r);
}

/* q = {depth in momentum squared, radius}; its edge is a panel edge, or the end of the range. */
static inline double square_well(double r, const double *q) {
    return r < q[1] ? q[0] : 0.0;
}

/* int_0^x exp(-br) dr for complex b. */
static inline double complex ode_mixed_integral(double complex b, double x) {
    return (1.0 - cexp(-b * x)) / b;
}

/* k cot delta of a square well or core of height h and radius a with one Yamaguchi term L, b:
 * inside u = A e^{q(r-a)} - A e^{-q(r+a)} + F (e^{-br} - e^{-qr})/(b^2 - q^2), q^2 = h - k^2,
 * outside u = sin(kr)/k + t cos kr + F e^{-br}/(b^2 + k^2), F = L int g u: three linear equations.
 * (With e^{-qr} instead of cosh qr a high core costs no digits.) Also for k^2 < 0. */
static inline double ode_mixed_kcot(const double p[4], double k2) {
    double h = p[0], a = p[1], L = p[2], b = p[3], P = 1.0 / (b * b + k2), e = exp(-b * a);
    double complex k = csqrt(k2), S = csin(k * a) / k, C = ccos(k * a), M[9], x[3];
    double complex q = csqrt(h - k2), Q = 1.0 / (b * b - q * q), shift = cexp(-q * a);
    lapack_int pivot[3];
    M[0] = 1.0 - shift * shift;
    M[1] = -C;
    M[2] = Q * (e - shift) - P * e;
    M[3] = q * (1.0 + shift * shift);
    M[4] = k2 * S;
    M[5] = Q * (q * shift - b * e) + P * b * e;
    M[6] = -L * shift * (ode_mixed_integral(b - q, a) - ode_mixed_integral(b + q, a));
    M[7] = -L * P * e * (b * C - k2 * S);
    M[8] = 1.0 - L * Q * (ode_mixed_integral(2.0 * b, a) - ode_mixed_integral(b + q, a)) -
           L * P * e * e / (2.0 * b);
    x[0] = S;
    x[1] = C;
    x[2] = L * P * e * (b * S + C);
    assert_int_equal(LAPACKE_zgesv(LAPACK_ROW_MAJOR, 3, 1, M, 3, pivot, x, 1), 0);
    return 1.0 / creal(x[1]);
}

#endif
