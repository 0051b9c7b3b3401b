// SPDX-License-Identifier: GPL-3.0-or-later
/* The second solver of coupled channels filled with model potentials, for its tests, and S and
 * phases from T in a few lines of their own. */
#ifndef HADPOT_TEST_COUPLED_ODE_CASE_H
#define HADPOT_TEST_COUPLED_ODE_CASE_H

#include "support.h"

#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <time.h>
#include <lapacke.h>
#include "hadpot/coupled_ode.h"
#include "hadpot/memory.h"

static const double COUPLED_DEGREE = 180.0 / M_PI;

typedef struct coupled_ode_case {
    hp_quadrature grid;
    hp_coupled_ode *solver;
    hp_channels channels;
    hp_matrix_function local; /* W_cd(r), context: parameters; NULL: none */
    double (*kernel)(int c, double r, int d, double rp, const double *parameters); /* NULL: none */
    double *parameters;
    void *context;      /* of local instead of parameters, where not NULL */
    bool at_nodes_only; /* the solver has to interpolate the local part */
    double cpu;         /* seconds of the last solution */
    double asymmetry;   /* largest so far */
    hp_error err;
} coupled_ode_case;

/* Pairs with 2 mu and thresholds, one component each; l may be changed afterwards. */
static inline void coupled_ode_case_pairs(coupled_ode_case *c, int n, const double *two_mu,
                                          const double *threshold) {
    c->channels = (hp_channels){.npair = n, .ncomponent = n};
    for (int a = 0; a < n; a++) {
        c->channels.pair[a] = hp_pair_of_reduced_mass(0.5 * two_mu[a]);
        c->channels.threshold[a] = threshold[a];
        c->channels.component[a] = (hp_component){a, 0};
    }
}

/* One pair with 2 mu = 1, so that E = k^2, in partial waves l. */
static inline void coupled_ode_case_waves(coupled_ode_case *c, int n, const int *l) {
    coupled_ode_case_pairs(c, 1, (double[]){1.0}, (double[]){0.0});
    c->channels.ncomponent = n;
    for (int i = 0; i < n; i++) c->channels.component[i] = (hp_component){0, l[i]};
}

/* All panels of `order` nodes. */
static inline void coupled_ode_case_open(coupled_ode_case *c, const double *edge, int panels,
                                         int order, double tolerance) {
    hp_error_clear(&c->err);
    assert_ok(hp_quadrature_create_panels(edge, panels, order, &c->grid, &c->err), &c->err);
    assert_ok(
        hp_coupled_ode_create(&c->grid, c->channels.ncomponent, tolerance, &c->solver, &c->err),
        &c->err);
}

static inline void coupled_ode_case_open_equal(coupled_ode_case *c, double range, int panels,
                                               int order, double tolerance) {
    double edge[65];
    for (int i = 0; i <= panels; i++) edge[i] = range * i / panels;
    coupled_ode_case_open(c, edge, panels, order, tolerance);
}

/* Potentials at the nodes of a grid, (N, N, n) and (N n, N n), released by the caller. */
static inline double *coupled_ode_case_local_values(const coupled_ode_case *c) {
    int N = c->channels.ncomponent, n = c->grid.n;
    double w[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    double *local = hp_alloc((size_t)(N * N * n), sizeof *local);
    assert_non_null(local);
    for (int i = 0; i < n; i++) {
        c->local(c->grid.r[i], w, c->context != NULL ? c->context : c->parameters);
        for (int j = 0; j < N * N; j++) local[j * n + i] = w[j];
    }
    return local;
}

static inline double *coupled_ode_case_kernel_values(const coupled_ode_case *c) {
    int n = c->grid.n, size = c->channels.ncomponent * n;
    double *kernel = hp_alloc((size_t)size * (size_t)size, sizeof *kernel);
    assert_non_null(kernel);
    for (int i = 0; i < size; i++)
        for (int j = 0; j <= i; j++)
            kernel[i * size + j] = kernel[j * size + i] =
                c->kernel(i / n, c->grid.r[i % n], j / n, c->grid.r[j % n], c->parameters);
    return kernel;
}

static inline void coupled_ode_case_set(coupled_ode_case *c) {
    double *local = c->local != NULL ? coupled_ode_case_local_values(c) : NULL;
    double *kernel = c->kernel != NULL ? coupled_ode_case_kernel_values(c) : NULL;
    hp_matrix_interaction interaction = {.ncomponent = c->channels.ncomponent,
                                         .kernel = kernel,
                                         .local = local,
                                         .local_at = c->at_nodes_only ? NULL : c->local,
                                         .context =
                                             c->context != NULL ? c->context : c->parameters};
    assert_ok(hp_coupled_ode_set(c->solver, &c->channels, &interaction, &c->err), &c->err);
    hp_free(local);
    hp_free(kernel);
}

static inline void coupled_ode_case_close(coupled_ode_case *c) {
    hp_coupled_ode_destroy(&c->solver);
    hp_quadrature_destroy(&c->grid);
}

/* T, with an asymmetry of at most `asymmetry`, which is kept with the case. */
static inline void coupled_ode_case_t(coupled_ode_case *c, double energy, double asymmetry,
                                      hp_tmatrix *T) {
    clock_t before = clock();
    assert_ok(hp_coupled_ode_solve(c->solver, energy, T, &c->err), &c->err);
    c->cpu = (double)(clock() - before) / CLOCKS_PER_SEC;
    c->asymmetry = fmax(c->asymmetry, hp_coupled_ode_asymmetry(c->solver));
    assert_close(hp_coupled_ode_asymmetry(c->solver), 0.0, 0.0, asymmetry);
}

/* Last line of a table. */
static inline void coupled_ode_case_report(const coupled_ode_case *c) {
    printf("asymmetry of T at most %.1e, CPU %.2f ms for the last energy\n", c->asymmetry,
           1e3 * c->cpu);
}

/* C^2 k^(2l+1), and what belongs to -1/T besides: P and g of K = -P^1/2 T (1 + g T)^-1 P^1/2; a
 * charged component has l = 0 here. */
static inline double coupled_ode_case_barrier(const coupled_ode_case *c, const hp_tmatrix *T, int a,
                                              double *g) {
    hp_component of = c->channels.component[T->open[a]];
    double strength = c->channels.coulomb[of.pair].strength, k2 = T->k2[T->open[a]];
    *g = hp_coulomb_shift(strength, k2);
    assert_true(strength == 0.0 || of.l == 0);
    return pow(k2, of.l + 0.5) * hp_coulomb_penetration(strength, k2);
}

/* T (1 + g T)^-1 is the solution X of (1 + T g) X = T. */
static inline void coupled_ode_case_k(const coupled_ode_case *c, const hp_tmatrix *T, double *K) {
    double P[HP_MOST_COMPONENTS], g, left[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    lapack_int pivot[HP_MOST_COMPONENTS];
    int n = T->nopen;
    for (int b = 0; b < n; b++) {
        P[b] = coupled_ode_case_barrier(c, T, b, &g);
        for (int a = 0; a < n; a++) {
            K[a * n + b] = -T->T[a * n + b];
            left[a * n + b] = (a == b ? 1.0 : 0.0) + T->T[a * n + b] * g;
        }
    }
    assert_int_equal(LAPACKE_dgesv(LAPACK_ROW_MAJOR, n, n, left, n, pivot, K, n), 0);
    for (int a = 0; a < n; a++)
        for (int b = 0; b < n; b++) K[a * n + b] *= sqrt(P[a]) * sqrt(P[b]);
}

/* S = (1 - iK)^-1 (1 + iK). */
static inline void coupled_ode_case_s(const coupled_ode_case *c, const hp_tmatrix *T,
                                      double complex *S) {
    double K[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    double complex left[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    lapack_int pivot[HP_MOST_COMPONENTS];
    int n = T->nopen;
    coupled_ode_case_k(c, T, K);
    for (int i = 0; i < n * n; i++) {
        double one = i % (n + 1) == 0 ? 1.0 : 0.0;
        left[i] = one - I * K[i];
        S[i] = one + I * K[i];
    }
    assert_int_equal(LAPACKE_zgesv(LAPACK_ROW_MAJOR, n, n, left, n, pivot, S, n), 0);
}

/* Phase of one open component in degrees, modulo 180. */
static inline double coupled_ode_case_delta(coupled_ode_case *c, double energy) {
    double complex S[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    hp_tmatrix T;
    coupled_ode_case_t(c, energy, 1e-6, &T);
    coupled_ode_case_s(c, &T, S);
    return 0.5 * carg(S[0]) * COUPLED_DEGREE;
}

/* bar[3] = delta_1, delta_2, epsilon of Stapp in degrees, of two open components; both phases
 * modulo 180, which the sign of epsilon follows: `first` is where delta_1 is to be. */
static inline void coupled_ode_case_stapp(coupled_ode_case *c, double energy, double first,
                                          double *bar) {
    double complex S[4];
    hp_tmatrix T;
    coupled_ode_case_t(c, energy, 1e-6, &T);
    coupled_ode_case_s(c, &T, S);
    bar[0] = 0.5 * carg(S[0]) * COUPLED_DEGREE;
    bar[0] += 180.0 * round((first - bar[0]) / 180.0);
    bar[1] = 0.5 * carg(S[3]) * COUPLED_DEGREE;
    double complex coupling = S[1] * cexp(-I * (bar[0] + bar[1]) / COUPLED_DEGREE) / I;
    bar[2] = 0.5 * asin(creal(coupling)) * COUPLED_DEGREE;
}

/* One line of the table expected / found / difference, and the comparison. */
__attribute__((format(printf, 5, 6))) static inline void
coupled_ode_case_compare(double found, double expected, double rtol, double atol,
                         const char *format, ...) {
    char name[128];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    printf("%-34s %22.15g %22.15g %9.1e\n", name, expected, found, found - expected);
    hp_test_assert_close(found, expected, rtol, atol, name, __FILE__, __LINE__);
}

#endif
