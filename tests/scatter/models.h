// SPDX-License-Identifier: GPL-3.0-or-later
/* Solvers filled with model potentials, for the tests of scatter. */
#ifndef HADPOT_TEST_MODELS_H
#define HADPOT_TEST_MODELS_H

#include "support.h"

#include <math.h>
#include <gsl/gsl_math.h>
#include "hadpot/memory.h"
#include "hadpot/nystroem.h"

typedef double (*model_function)(double r, const double *p);

typedef struct model {
    hp_quadrature grid;
    hp_nystroem *solver;
    double *kernel, *local;
    hp_error err;
} model;

static inline void model_allocate(model *m) {
    assert_ok(hp_nystroem_create(&m->grid, &m->solver, &m->err), &m->err);
    m->kernel = hp_alloc((size_t)m->grid.n * (size_t)m->grid.n, sizeof(double));
    m->local = hp_alloc((size_t)m->grid.n, sizeof(double));
    assert_non_null(m->kernel);
    assert_non_null(m->local);
}

static inline model model_open(double range, int panels, int order) {
    model m = {.err = HP_ERROR_INIT};
    assert_ok(hp_quadrature_create(range, panels, order, &m.grid, &m.err), &m.err);
    model_allocate(&m);
    return m;
}

/* Panels that grow by factors of 3/2 from `first` to `longest`. */
static inline model model_open_graded(double range, double first, double longest, int order) {
    model m = {.err = HP_ERROR_INIT};
    double edge[100] = {0.0};
    int panels = 0;
    for (double h = first; edge[panels] < range; h = fmin(longest, 1.5 * h)) {
        assert_true(panels < 99);
        edge[panels + 1] = fmin(range, edge[panels] + h);
        panels++;
    }
    assert_ok(hp_quadrature_create_panels(edge, panels, order, &m.grid, &m.err), &m.err);
    model_allocate(&m);
    return m;
}

static inline void model_close(model *m) {
    hp_nystroem_destroy(&m->solver);
    hp_quadrature_destroy(&m->grid);
    hp_free(m->kernel);
    hp_free(m->local);
}

/* K(r,r') = strength g(r) g(r') + V(r) delta(r-r'); V may be NULL. */
static inline void model_set(model *m, double strength, model_function g, const double *g_parameter,
                             model_function V, const double *V_parameter) {
    for (int i = 0; i < m->grid.n; i++) {
        double r = m->grid.r[i];
        for (int j = 0; j < m->grid.n; j++) {
            double rp = m->grid.r[j];
            m->kernel[i * m->grid.n + j] = strength * g(r, g_parameter) * g(rp, g_parameter);
        }
        m->local[i] = V != NULL ? V(r, V_parameter) : 0.0;
    }
    assert_ok(hp_nystroem_set_interaction(
                  m->solver, &(hp_interaction){.kernel = m->kernel, .local = m->local}, &m->err),
              &m->err);
}

static inline void model_set_local(model *m, model_function V, const double *parameter) {
    for (int i = 0; i < m->grid.n; i++) m->local[i] = V(m->grid.r[i], parameter);
    assert_ok(hp_nystroem_set_interaction(m->solver, &(hp_interaction){.local = m->local}, &m->err),
              &m->err);
}

static inline void model_set_charged(model *m, model_function V, const double *parameter,
                                     hp_coulomb coulomb) {
    for (int i = 0; i < m->grid.n; i++) m->local[i] = V(m->grid.r[i], parameter);
    hp_interaction interaction = {.local = m->local, .coulomb = coulomb};
    assert_ok(hp_nystroem_set_interaction(m->solver, &interaction, &m->err), &m->err);
}

static inline double model_kcot(model *m, double k2) {
    double kcot = 0.0, tan_over_k = 0.0;
    assert_ok(hp_nystroem_kcot(m->solver, k2, &kcot, &tan_over_k, &m->err), &m->err);
    return kcot;
}

static inline int model_count(model *m) {
    int count = -1;
    assert_ok(hp_nystroem_count_bound(m->solver, &count, &m->err), &m->err);
    return count;
}

static inline void model_threshold(model *m, double *a0, double *r_eff) {
    assert_ok(hp_nystroem_threshold(m->solver, a0, r_eff, &m->err), &m->err);
}

/* Phase in degrees at one momentum, tracked from threshold with the model's own count. */
static inline double model_delta_deg(model *m, double k) {
    double k2 = k * k, delta = 0.0, kcot = 0.0;
    assert_ok(hp_nystroem_phase_shifts(m->solver, &k2, 1, &delta, &kcot, &m->err), &m->err);
    return delta * 180.0 / M_PI;
}

/* All bound states, deepest first: kappa and the r.m.s. distance of the `expected` ones. */
static inline void model_bound(model *m, int expected, double *kappa, double *rms) {
    int found = -1;
    assert_ok(hp_nystroem_bound_states(m->solver, expected, kappa, rms, NULL, &found, &m->err),
              &m->err);
    assert_int_equal(found, expected);
    for (int i = 0; i < expected; i++) {
        kappa[i] = sqrt(kappa[i]);
        rms[i] = sqrt(rms[i]);
    }
}

/* Zero of an increasing or decreasing function between low and high, to all digits. */
static inline double bisect(double (*f)(double x, const double *p), const double *p, double low,
                            double high) {
    bool rising = f(low, p) < 0.0;
    assert_true(rising == (f(high, p) > 0.0));
    for (int i = 0; i < 200; i++) {
        double middle = 0.5 * (low + high);
        if ((f(middle, p) < 0.0) == rising) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return 0.5 * (low + high);
}

/* <r^2> of a bound state sin(qr) for r < R, exp(-kappa r) beyond. */
static inline double square_well_mean_square(double q, double kappa, double R) {
    double sine = sin(2.0 * q * R), cosine = cos(2.0 * q * R), edge = gsl_pow_2(sin(q * R));
    double norm = R / 2.0 - sine / (4.0 * q) + edge / (2.0 * kappa);
    double inside = gsl_pow_3(R) / 6.0 - (R * R / (4.0 * q) - 1.0 / (8.0 * gsl_pow_3(q))) * sine -
                    R * cosine / (4.0 * q * q);
    double y = 2.0 * kappa;
    double outside = edge * (R * R / y + 2.0 * R / (y * y) + 2.0 / gsl_pow_3(y));
    return (inside + outside) / norm;
}

/* p = {c_1, d_1, c_2, d_2}: c_1 exp(-(r/d_1)^2) + c_2 exp(-(r/d_2)^2). */
static inline double two_gaussians(double r, const double *p) {
    return p[0] * exp(-(r / p[1]) * (r / p[1])) + p[2] * exp(-(r / p[3]) * (r / p[3]));
}

/* p = {V0, radius}: V0 inside and, for methods that end there, on the edge. */
static inline double square_well(double r, const double *p) {
    return r <= p[1] * (1.0 + 1e-14) ? p[0] : 0.0;
}

/* The S-wave phase shift (radians) of a local potential by the phase equation of Calogero,
 * d delta/dr = -V sin^2(kr + delta) / k, delta(0) = 0: absolute, no branch to choose. RK4. */
static inline double calogero_phase(model_function V, const double *p, double k, double range,
                                    int steps) {
    double h = range / steps, delta = 0.0;
    for (int step = 0; step < steps; step++) {
        double slope[4], shift[4] = {0.0, 0.5, 0.5, 1.0};
        for (int stage = 0; stage < 4; stage++) {
            double r = (step + shift[stage]) * h;
            double at = delta + (stage > 0 ? shift[stage] * h * slope[stage - 1] : 0.0);
            slope[stage] = -V(r, p) * gsl_pow_2(sin(k * r + at)) / k;
        }
        delta += h / 6.0 * (slope[0] + 2.0 * slope[1] + 2.0 * slope[2] + slope[3]);
    }
    return delta;
}

#endif
