// SPDX-License-Identifier: GPL-3.0-or-later
/* CPU seconds of two components against one: 20 samples of a non-local U(r,r') of 100 momenta each,
 * with count, threshold and a bound state, on the same nodes, in turns. Prediction and operations:
 * docs/method-channels-bound.md, "One basis for all energies"; results/coupled.txt keeps the last
 * result. OPENBLAS_NUM_THREADS=1. */
#include <math.h>
#include <stdio.h>
#include <time.h>
#include "hadpot/coupled.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/nodes.h"
#include "hadpot/nystroem.h"

enum { SAMPLES = 20, MOMENTA = 100, ROUNDS = 12, FEATURES = 8 };

static const double RANGE = 8.0;

typedef struct bench {
    hp_quadrature grid;
    hp_nystroem *one;
    hp_coupled *two;
    hp_channels channels, relativistic; /* of two components */
    double k2[MOMENTA];
    double *kernel[2][SAMPLES]; /* of one and of two components */
    double *block;              /* of the choice of nodes */
} bench;

/* 4 pi r r' g(f(r) + f(r')) times envelopes, f of tanh features, as an SDNN has it, for components
 * of different features. */
static double network(int c, int d, double r, double rp) {
    double sum = c == d ? 0.2 - 0.1 * c : 0.05;
    for (int i = 0; i < FEATURES; i++) {
        double slope = 0.4 + 0.3 * i, offset = 0.7 * i - 2.0;
        sum += sin(1.7 * i + 0.5) *
               (tanh(slope * r - offset - 0.1 * c) + tanh(slope * rp - offset - 0.1 * d)) / 4.0;
    }
    return -0.5 * (c == d ? 1.0 : 0.3) * r * rp * sum * exp(-0.25 * (r * r + rp * rp));
}

static hp_status fill(const hp_quadrature *grid, hp_interaction *interaction, void *context,
                      hp_error *err) {
    hp_status status = HP_OK;
    bench *b = context;
    size_t n = (size_t)grid->n;
    hp_free(b->block);
    HP_NEW(b->block, n * n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) b->block[i * n + j] = network(0, 0, grid->r[i], grid->r[j]);
    *interaction = (hp_interaction){.kernel = b->block};
cleanup:
    return status;
}

static hp_status fill_kernels(bench *b, hp_error *err) {
    hp_status status = HP_OK;
    int n = b->grid.n;
    for (int N = 1; N <= 2; N++)
        for (int s = 0; s < SAMPLES; s++) {
            size_t size = (size_t)(N * n);
            double *kernel = NULL;
            HP_NEW(kernel, size * size);
            b->kernel[N - 1][s] = kernel;
            for (int i = 0; i < N * n; i++)
                for (int j = 0; j <= i; j++)
                    kernel[(size_t)i * size + (size_t)j] = kernel[(size_t)j * size + (size_t)i] =
                        (1.0 + 0.01 * s) *
                        network(i / n, j / n, b->grid.r[i % n], b->grid.r[j % n]);
        }
cleanup:
    return status;
}

static hp_status open_bench(bench *b, hp_error *err) {
    hp_status status = HP_OK;
    double error_deg;
    for (int k = 0; k < MOMENTA; k++) b->k2[k] = 0.0241 * (k + 1); /* 1 to 100 MeV of nucleons */
    hp_nodes_problem problem = {.range = RANGE,
                                .tolerance_deg = 1e-6,
                                .nk = MOMENTA,
                                .k2 = b->k2,
                                .fill = fill,
                                .context = b};
    HP_TRY(hp_nodes_choose(&problem, &b->grid, &error_deg, err));
    b->channels = (hp_channels){.npair = 2, .ncomponent = 2, .threshold = {0.0, 0.9}};
    for (int a = 0; a < 2; a++) {
        b->channels.pair[a] = hp_pair_of_reduced_mass(0.5);
        b->channels.component[a].pair = a;
    }
    b->relativistic = b->channels;
    b->relativistic.kinematics = HP_RELATIVISTIC;
    for (int a = 0; a < 2; a++) b->relativistic.pair[a] = hp_pair_of_masses(4.5 + 0.5 * a, 5.2);
    HP_TRY(hp_channels_set_thresholds(&b->relativistic, err));
    HP_TRY(hp_nystroem_create(&b->grid, &b->one, err));
    HP_TRY(hp_nystroem_reduce(b->one, err));
    HP_TRY(hp_coupled_create(&b->grid, 2, &b->two, err));
    HP_TRY(hp_coupled_reduce(b->two, err));
    HP_TRY(fill_kernels(b, err));
cleanup:
    return status;
}

static hp_status run_one(bench *b, int *found, hp_error *err) {
    double delta[MOMENTA], kcot[MOMENTA], a0, r_eff, kappa2[1], square[1], u[1024];
    int count;
    bool in_doubt;
    for (int s = 0; s < SAMPLES; s++) {
        hp_interaction interaction = {.kernel = b->kernel[0][s]};
        HP_CALL(hp_nystroem_set_interaction(b->one, &interaction, err));
        HP_CALL(hp_nystroem_phase_shifts(b->one, b->k2, MOMENTA, delta, kcot, err));
        HP_CALL(hp_nystroem_threshold(b->one, &a0, &r_eff, err));
        HP_CALL(hp_nystroem_count_bound(b->one, &count, err));
        HP_CALL(hp_nystroem_bound_in_doubt(b->one, &in_doubt, err));
        HP_CALL(hp_nystroem_bound_states(b->one, 1, kappa2, square, u, found, err));
    }
    return HP_OK;
}

static hp_status run_two(bench *b, const hp_channels *channels, int *found, hp_error *err) {
    double a0, r_eff, wave[2048];
    hp_tmatrix T;
    hp_bound_state state;
    int count;
    bool in_doubt;
    for (int s = 0; s < SAMPLES; s++) {
        hp_matrix_interaction interaction = {.ncomponent = 2, .kernel = b->kernel[1][s]};
        HP_CALL(hp_coupled_set(b->two, channels, &interaction, err));
        for (int k = MOMENTA - 1; k >= 0; k--)
            HP_CALL(hp_coupled_solve(b->two, b->k2[k], &T, NULL, err));
        HP_CALL(hp_coupled_threshold(b->two, &a0, &r_eff, err));
        HP_CALL(hp_coupled_count_bound(b->two, &count, &in_doubt, err));
        HP_CALL(hp_coupled_bound_states(b->two, 1, &state, wave, found, err));
    }
    return HP_OK;
}

static double cpu_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Taken in turns; the fastest of several rounds, since other programs share the machine. */
static hp_status measure(bench *b, hp_error *err) {
    enum { CASES = 3 };
    static const char *const names[CASES] = {"one component", "two, non-relativistic",
                                             "two, relativistic"};
    double best[CASES] = {INFINITY, INFINITY, INFINITY};
    int found = 0;
    printf("%d nodes, %d samples of %d momenta\n", b->grid.n, SAMPLES, MOMENTA);
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < CASES; i++) {
            const hp_channels *channels = i == 1 ? &b->channels : &b->relativistic;
            double start = cpu_seconds();
            HP_CALL(i == 0 ? run_one(b, &found, err) : run_two(b, channels, &found, err));
            best[i] = fmin(best[i], cpu_seconds() - start);
        }
    for (int i = 0; i < CASES; i++)
        printf("%-22s %.4f CPU seconds, ratio %.2f\n", names[i], best[i], best[i] / best[0]);
    return HP_OK;
}

int main(void) {
    bench b = {0};
    hp_error err = HP_ERROR_INIT;
    hp_status status = open_bench(&b, &err);
    if (status == HP_OK) status = measure(&b, &err);
    if (status != HP_OK) hp_log_error(&err);
    hp_nystroem_destroy(&b.one);
    hp_coupled_destroy(&b.two);
    hp_quadrature_destroy(&b.grid);
    for (int i = 0; i < 2 * SAMPLES; i++) hp_free(b.kernel[i / SAMPLES][i % SAMPLES]);
    hp_free(b.block);
    return status == HP_OK ? 0 : 1;
}
