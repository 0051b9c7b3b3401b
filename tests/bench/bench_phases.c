// SPDX-License-Identifier: GPL-3.0-or-later
/* CPU microseconds per phase shift and error in degrees, 20 samples of 100 momenta, for Yamaguchi's
 * potential and a U(r,r') like that of a network: bound states are counted for the branch, nothing
 * else is asked for. With -DFIXED_NODES it is built for libraries that know no nodes.h: 10 panels
 * of 16 nodes and LU factors at each momentum. compare_phases.sh runs both and numpy;
 * results/phases.txt keeps the last result.
 *
 * Prediction, before the first measurement, n = 48, m = 20 vectors, 100 momenta: count and its
 * setting 4n^3/3 + n^2 page reads, LU 2n^3/3 + 4 p n^2, vectors m (4 n^2 + 4 n p) = 0.15 + 0.2 +
 * 0.25 Mflop, a momentum 2 n m + m^2 + n sines = 3 kflop = 1 us, in all 4 to 5 us per phase shift.
 * Bytes: matrices of 18 kB stay in the first cache, factors and basis are 26 kB. */
#include <math.h>
#include <stdio.h>
#include <time.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/nystroem.h"
#ifndef FIXED_NODES
#include "hadpot/nodes.h"
#endif

enum { SAMPLES = 20, MOMENTA = 100, ROUNDS = 20, FEATURES = 8 };

/* One of the two potentials; strength varies between samples. */
typedef struct subject {
    const char *name;
    double range, strength;
    double (*kernel)(double r, double rp);
    double *block;
} subject;

static double yamaguchi(double r, double rp);
static double network(double r, double rp);
static hp_status measure(subject *one, hp_error *err);
static hp_status create_grid(subject *one, const double *k2, hp_quadrature *grid, hp_error *err);
static hp_status fill(const hp_quadrature *grid, hp_interaction *interaction, void *context,
                      hp_error *err);
static hp_status find_phases(const subject *one, hp_nystroem *solver, const double *k2,
                             double *delta, hp_error *err);
static hp_status find_error(subject *one, const double *k2, const double *delta, double *error,
                            hp_error *err);
static double cpu_seconds(void);

int main(void) {
    subject subjects[] = {{"yamaguchi", 17.0, 1.0, yamaguchi, NULL},
                          {"network", 8.0, 1.0, network, NULL}};
    hp_error err = HP_ERROR_INIT;
    for (int i = 0; i < 2; i++)
        if (measure(&subjects[i], &err) != HP_OK) {
            hp_log_error(&err);
            return 1;
        }
    return 0;
}

static double yamaguchi(double r, double rp) {
    return -2.0 * 1.3 * 1.53 * 1.53 * exp(-1.3 * (r + rp));
}

/* 4 pi r r' g(f(r) + f(r')) times envelopes, f of tanh features, as an SDNN has it. */
static double network(double r, double rp) {
    double sum = 0.2;
    for (int i = 0; i < FEATURES; i++) {
        double slope = 0.4 + 0.3 * i, offset = 0.7 * i - 2.0;
        sum += sin(1.7 * i + 0.5) * (tanh(slope * r - offset) + tanh(slope * rp - offset)) / 4.0;
    }
    return -0.5 * r * rp * sum * exp(-0.25 * (r * r + rp * rp));
}

/* The fastest of several rounds, since other programs share the machine. */
static hp_status measure(subject *one, hp_error *err) {
    hp_status status = HP_OK;
    hp_quadrature grid = {0};
    hp_nystroem *solver = NULL;
    hp_interaction interaction[SAMPLES];
    double k2[MOMENTA], delta[MOMENTA], best = INFINITY, error;
    double *kernel[SAMPLES] = {NULL};
    for (int k = 0; k < MOMENTA; k++) k2[k] = 0.0241 * (k + 1); /* 1 to 100 MeV of two nucleons */
    double start = cpu_seconds();
    HP_TRY(create_grid(one, k2, &grid, err));
    double choice = cpu_seconds() - start;
    HP_TRY(hp_nystroem_create(&grid, &solver, err));
#ifndef FIXED_NODES
    HP_TRY(hp_nystroem_reduce(solver, err));
#endif
    for (int s = 0; s < SAMPLES; s++) {
        one->strength = 1.0 + 0.01 * s;
        HP_TRY(fill(&grid, &interaction[s], one, err));
        kernel[s] = one->block;
        one->block = NULL;
    }
    for (int round = 0; round < ROUNDS; round++) {
        start = cpu_seconds();
        for (int s = SAMPLES - 1; s >= 0; s--) {
            HP_TRY(hp_nystroem_set_interaction(solver, &interaction[s], err));
            HP_TRY(find_phases(one, solver, k2, delta, err));
        }
        best = fmin(best, cpu_seconds() - start);
    }
    one->strength = 1.0;
    HP_TRY(find_error(one, k2, delta, &error, err));
    printf("%-10s %4d nodes  %8.2f us per phase shift  error %.1e deg  choice of nodes %.1f ms\n",
           one->name, grid.n, 1e6 * best / (SAMPLES * MOMENTA), error, 1e3 * choice);
cleanup:
    for (int s = 0; s < SAMPLES; s++) hp_free(kernel[s]);
    hp_free(one->block);
    hp_nystroem_destroy(&solver);
    hp_quadrature_destroy(&grid);
    return status;
}

static hp_status create_grid(subject *one, const double *k2, hp_quadrature *grid, hp_error *err) {
#ifdef FIXED_NODES
    (void)k2;
    return hp_quadrature_create(one->range, 10, 16, grid, err);
#else
    double error_deg;
    hp_nodes_problem problem = {.range = one->range,
                                .tolerance_deg = 1e-6,
                                .nk = MOMENTA,
                                .k2 = k2,
                                .fill = fill,
                                .context = one};
    return hp_nodes_choose(&problem, grid, &error_deg, err);
#endif
}

static hp_status fill(const hp_quadrature *grid, hp_interaction *interaction, void *context,
                      hp_error *err) {
    hp_status status = HP_OK;
    subject *one = context;
    size_t n = (size_t)grid->n;
    hp_free(one->block);
    HP_NEW(one->block, n * n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            one->block[i * n + j] = one->strength * one->kernel(grid->r[i], grid->r[j]);
    *interaction = (hp_interaction){.kernel = one->block};
cleanup:
    return status;
}

static hp_status find_phases(const subject *one, hp_nystroem *solver, const double *k2,
                             double *delta, hp_error *err) {
    double kcot[MOMENTA];
    (void)one;
    return hp_nystroem_phase_shifts(solver, k2, MOMENTA, delta, kcot, err);
}

/* Against LU factors on 24 panels of 20 nodes. */
static hp_status find_error(subject *one, const double *k2, const double *delta, double *error,
                            hp_error *err) {
    hp_status status = HP_OK;
    hp_quadrature fine = {0};
    hp_nystroem *solver = NULL;
    hp_interaction interaction;
    double exact[MOMENTA];
    HP_TRY(hp_quadrature_create(one->range, 24, 20, &fine, err));
    HP_TRY(hp_nystroem_create(&fine, &solver, err));
    HP_TRY(fill(&fine, &interaction, one, err));
    HP_TRY(hp_nystroem_set_interaction(solver, &interaction, err));
    HP_TRY(find_phases(one, solver, k2, exact, err));
    *error = 0.0;
    for (int k = 0; k < MOMENTA; k++)
        *error = fmax(*error, fabs(delta[k] - exact[k]) * 180.0 / M_PI);
cleanup:
    hp_nystroem_destroy(&solver);
    hp_quadrature_destroy(&fine);
    return status;
}

static double cpu_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
