// SPDX-License-Identifier: GPL-3.0-or-later
/* Solvers for coupled components filled with model potentials, and S from T by its definition, for
 * the tests of scatter. */
#ifndef HADPOT_TEST_COUPLED_CASE_H
#define HADPOT_TEST_COUPLED_CASE_H

#include "support.h"

#include <complex.h>
#include <math.h>
#include <string.h>
#include <gsl/gsl_math.h>
#include "hadpot/coupled.h"
#include "hadpot/memory.h"

typedef struct coupled_case {
    int N;
    hp_channels channels;
    hp_quadrature grid;
    hp_coupled *solver;
    double *kernel, *local;
    hp_error err;
} coupled_case;

/* Non-relativistic pairs with 2 mu and thresholds, one component of each with l = 0. */
static inline hp_channels case_channels(int N, const double *two_mu, const double *threshold) {
    hp_channels channels = {.npair = N, .ncomponent = N};
    for (int a = 0; a < N; a++) {
        channels.pair[a] = hp_pair_of_reduced_mass(0.5 * two_mu[a]);
        channels.threshold[a] = threshold[a];
        channels.component[a] = (hp_component){.pair = a, .l = 0};
    }
    return channels;
}

/* One pair of 2 mu = 1 in partial waves. */
static inline hp_channels case_waves(int N, const int *l) {
    hp_channels channels = {.npair = 1, .ncomponent = N};
    channels.pair[0] = hp_pair_of_reduced_mass(0.5);
    for (int c = 0; c < N; c++) channels.component[c] = (hp_component){.pair = 0, .l = l[c]};
    return channels;
}

static inline void case_allocate(coupled_case *c, const hp_channels *channels) {
    c->N = channels->ncomponent;
    c->channels = *channels;
    size_t size = (size_t)c->N * (size_t)c->grid.n;
    assert_ok(hp_coupled_create(&c->grid, c->N, &c->solver, &c->err), &c->err);
    c->kernel = hp_alloc(size * size, sizeof(double));
    c->local = hp_alloc(size * (size_t)c->N, sizeof(double));
    assert_non_null(c->kernel);
    assert_non_null(c->local);
}

static inline coupled_case case_open(const hp_channels *channels, double range, int panels,
                                     int order) {
    coupled_case c = {.err = HP_ERROR_INIT};
    assert_ok(hp_quadrature_create(range, panels, order, &c.grid, &c.err), &c.err);
    case_allocate(&c, channels);
    return c;
}

static inline coupled_case case_open_panels(const hp_channels *channels, const double *edge,
                                            int panels, int order) {
    coupled_case c = {.err = HP_ERROR_INIT};
    assert_ok(hp_quadrature_create_panels(edge, panels, order, &c.grid, &c.err), &c.err);
    case_allocate(&c, channels);
    return c;
}

static inline void case_close(coupled_case *c) {
    hp_coupled_destroy(&c->solver);
    hp_quadrature_destroy(&c->grid);
    hp_free(c->kernel);
    hp_free(c->local);
}

/* W_cd(r) of a function, and the kernel as it stands where that is wanted. */
static inline void case_set(coupled_case *c, hp_matrix_function W, void *context, bool kernel) {
    double w[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    for (int i = 0; W != NULL && i < c->grid.n; i++) {
        W(c->grid.r[i], w, context);
        for (int cd = 0; cd < c->N * c->N; cd++) c->local[cd * c->grid.n + i] = w[cd];
    }
    hp_matrix_interaction interaction = {.ncomponent = c->N,
                                         .kernel = kernel ? c->kernel : NULL,
                                         .local = W != NULL ? c->local : NULL,
                                         .local_at = W,
                                         .context = context};
    assert_ok(hp_coupled_set(c->solver, &c->channels, &interaction, &c->err), &c->err);
}

static inline hp_tmatrix case_solve(coupled_case *c, double energy) {
    hp_tmatrix T;
    assert_ok(hp_coupled_solve(c->solver, energy, &T, NULL, &c->err), &c->err);
    return T;
}

/* K_ab = -k_a^(l_a+1/2) T_ab k_b^(l_b+1/2), as the spelled out definition; uncharged. */
static inline void case_k(const coupled_case *c, const hp_tmatrix *T, double *K) {
    for (int a = 0; a < T->nopen; a++)
        for (int b = 0; b < T->nopen; b++) {
            double ka = pow(T->k2[T->open[a]], 0.5 * c->channels.component[T->open[a]].l + 0.25);
            double kb = pow(T->k2[T->open[b]], 0.5 * c->channels.component[T->open[b]].l + 0.25);
            K[a * T->nopen + b] = -ka * T->T[a * T->nopen + b] * kb;
        }
}

/* S = (1 - iK)^-1 (1 + iK) by Gauss-Jordan elimination; m up to HP_MOST_COMPONENTS. */
static inline void case_s_of_k(int m, const double *K, double complex *S) {
    double complex left[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    for (int i = 0; i < m * m; i++) {
        double one = i % (m + 1) == 0 ? 1.0 : 0.0;
        left[i] = one - I * K[i];
        S[i] = one + I * K[i];
    }
    for (int p = 0; p < m; p++) { /* 1 - iK has a positive definite hermitian part: no pivoting */
        double complex pivot = left[p * m + p];
        for (int j = 0; j < m; j++) {
            left[p * m + j] /= pivot;
            S[p * m + j] /= pivot;
        }
        for (int i = 0; i < m; i++) {
            double complex factor = left[i * m + p];
            for (int j = 0; j < m && i != p; j++) {
                left[i * m + j] -= factor * left[p * m + j];
                S[i * m + j] -= factor * S[p * m + j];
            }
        }
    }
}

static inline void case_s(coupled_case *c, double energy, double complex *S) {
    double K[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    hp_tmatrix T = case_solve(c, energy);
    case_k(c, &T, K);
    case_s_of_k(T.nopen, K, S);
}

static inline double degrees(double radians) {
    return radians * 180.0 / M_PI;
}

/* delta in (-90, 90] degrees of one channel. */
static inline double case_delta(coupled_case *c, double energy) {
    hp_tmatrix T = case_solve(c, energy);
    double K;
    assert_int_equal(T.nopen, 1);
    case_k(c, &T, &K);
    return degrees(atan(K));
}

/* Stapp's phases in degrees of a 2 by 2 S, on the branch next to expected = {d1, d2, epsilon}. */
static inline void stapp_phases(const double complex S[4], const double expected[3],
                                double phase[3]) {
    for (int i = 0; i < 2; i++) {
        double half = degrees(0.5 * carg(S[3 * i]));
        phase[i] = half + 180.0 * round((expected[i] - half) / 180.0);
    }
    double complex turn = I * cexp(I * (phase[0] + phase[1]) * M_PI / 180.0);
    phase[2] = degrees(0.5 * asin(creal(S[1] / turn)));
}

/* D(E) = 0 by the secant method, from a point next to the zero. */
static inline double complex case_pole(coupled_case *c, hp_sheet sheet, double complex energy) {
    double complex x[2] = {energy, energy * (1.0 + 1e-4)}, d[2], phase;
    double size[2];
    assert_ok(hp_coupled_determinant(c->solver, x[0], sheet, &phase, &size[0], &c->err), &c->err);
    d[0] = phase;
    for (int i = 0; i < 30; i++) {
        assert_ok(hp_coupled_determinant(c->solver, x[1], sheet, &phase, &size[1], &c->err),
                  &c->err);
        d[1] = phase * exp(size[1] - size[0]);
        if (d[1] == d[0]) break;
        double complex next = x[1] - d[1] * (x[1] - x[0]) / (d[1] - d[0]);
        if (cabs(next - x[1]) < 1e-15 * cabs(next)) break;
        d[0] = d[1] * exp(size[0] - size[1]);
        size[0] = size[1];
        x[0] = x[1];
        x[1] = next;
    }
    return x[1];
}

/* Sheets by the signs of Im k of the first two pairs. */
enum { CASE_LOWER_FIRST = 1, CASE_LOWER_SECOND = 2, CASE_LOWER_BOTH = 3 };

static inline void assert_complex(double complex actual, double complex expected, double atol) {
    assert_close(creal(actual), creal(expected), 0.0, atol);
    assert_close(cimag(actual), cimag(expected), 0.0, atol);
}

#endif
