// SPDX-License-Identifier: GPL-3.0-or-later
/* Time of the Nystroem solver: per momentum against the number of nodes, and of all that a run asks
 * for, 20 samples of a non-local kernel. Run it with OPENBLAS_NUM_THREADS=1, as under MPI; the last
 * result is kept in results/nystroem.txt. */
#include <math.h>
#include <stdio.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/nystroem.h"

enum { ORDER = 16, ROUNDS = 12, MOMENTA = 40 };
enum { RUN_PANELS = 10, RUN_SAMPLES = 20, RUN_MOMENTA = 100, RUN_ROUNDS = 5 };

/* What is timed of a run. */
enum { SET, COUNT, PHASES, THRESHOLD, BOUND, ALL, PARTS };
static const char *const part_name[PARTS] = {"set_interaction", "count_bound",  "phase_shifts",
                                             "threshold",       "bound_states", "all"};

typedef struct bench {
    hp_quadrature grid;
    hp_nystroem *solver;
    double *kernel, *local;
} bench;

static hp_status time_sizes(hp_error *err);
static hp_status time_momenta(int panels, double *seconds, hp_error *err);
static hp_status time_run(hp_error *err);
static hp_status run_sample(bench *b, double strength, double seconds[PARTS], hp_error *err);
static void add_time(double *seconds, double *start);
static hp_status bench_open(int panels, bench *b, hp_error *err);
static void bench_close(bench *b);
static hp_status set_potential(bench *b, double strength, hp_error *err);

int main(void) {
    hp_error err = HP_ERROR_INIT;
    if (time_sizes(&err) != HP_OK || time_run(&err) != HP_OK) {
        hp_log_error(&err);
        return 1;
    }
    return 0;
}

static hp_status time_sizes(hp_error *err) {
    hp_status status = HP_OK;
    static const int panels[] = {4, 8, 10, 16};
    printf("#   n   ms/momentum   operations   GFLOP/s   (order %d; 2/3 n^3 + (2 order + 8) n^2)\n",
           ORDER);
    for (size_t i = 0; i < sizeof panels / sizeof *panels; i++) {
        double seconds = 0.0, n = panels[i] * ORDER;
        HP_TRY(time_momenta(panels[i], &seconds, err));
        double operations = 2.0 / 3.0 * n * n * n + (2.0 * ORDER + 8.0) * n * n;
        printf("%5.0f   %11.4f   %10.3g   %7.2f\n", n, 1e3 * seconds, operations,
               1e-9 * operations / seconds);
    }
cleanup:
    return status;
}

/* The fastest of several rounds, since other programs share the machine. */
static hp_status time_momenta(int panels, double *seconds, hp_error *err) {
    hp_status status = HP_OK;
    bench b = {0};
    double kcot, tan_over_k;
    HP_TRY(bench_open(panels, &b, err));
    HP_TRY(set_potential(&b, 1.0, err));
    *seconds = INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
        double start = hp_clock_seconds();
        for (int i = 0; i < MOMENTA; i++) {
            HP_TRY(hp_nystroem_kcot(b.solver, 0.001 * (i + 1), &kcot, &tan_over_k, err));
        }
        *seconds = fmin(*seconds, (hp_clock_seconds() - start) / MOMENTA);
    }
cleanup:
    bench_close(&b);
    return status;
}

/* Every part by itself and their sum, each in its fastest round. */
static hp_status time_run(hp_error *err) {
    hp_status status = HP_OK;
    bench b = {0};
    double best[PARTS];
    for (int part = 0; part < PARTS; part++) best[part] = INFINITY;
    HP_TRY(bench_open(RUN_PANELS, &b, err));
    for (int round = 0; round < RUN_ROUNDS; round++) {
        double seconds[PARTS] = {0.0};
        for (int sample = 0; sample < RUN_SAMPLES; sample++) {
            HP_TRY(run_sample(&b, 1.0 + 0.01 * sample, seconds, err));
        }
        for (int part = 0; part < PARTS; part++) best[part] = fmin(best[part], seconds[part]);
    }
    printf("# %d samples of a non-local kernel on %d nodes, %d momenta, all seconds\n", RUN_SAMPLES,
           b.grid.n, RUN_MOMENTA);
    for (int part = 0; part < PARTS; part++) printf("%-16s %8.4f\n", part_name[part], best[part]);
cleanup:
    bench_close(&b);
    return status;
}

static hp_status run_sample(bench *b, double strength, double seconds[PARTS], hp_error *err) {
    hp_status status = HP_OK;
    double k2[RUN_MOMENTA], delta[RUN_MOMENTA], kcot[RUN_MOMENTA], a0, r_eff, kappa2, square;
    int count;
    for (int i = 0; i < RUN_MOMENTA; i++) k2[i] = 0.001 * (i + 1);
    double begin = hp_clock_seconds(), start = begin;
    HP_TRY(set_potential(b, strength, err));
    add_time(&seconds[SET], &start);
    HP_TRY(hp_nystroem_count_bound(b->solver, &count, err));
    add_time(&seconds[COUNT], &start);
    HP_TRY(hp_nystroem_phase_shifts(b->solver, k2, RUN_MOMENTA, delta, kcot, err));
    add_time(&seconds[PHASES], &start);
    HP_TRY(hp_nystroem_threshold(b->solver, &a0, &r_eff, err));
    add_time(&seconds[THRESHOLD], &start);
    HP_TRY(hp_nystroem_bound_states(b->solver, 1, &kappa2, &square, NULL, &count, err));
    add_time(&seconds[BOUND], &start);
    add_time(&seconds[ALL], &begin);
cleanup:
    return status;
}

static void add_time(double *seconds, double *start) {
    double now = hp_clock_seconds();
    *seconds += now - *start;
    *start = now;
}

static hp_status bench_open(int panels, bench *b, hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(hp_quadrature_create(30.0, panels, ORDER, &b->grid, err));
    HP_TRY(hp_nystroem_create(&b->grid, &b->solver, err));
    HP_NEW(b->kernel, (size_t)b->grid.n * (size_t)b->grid.n);
    HP_NEW(b->local, b->grid.n);
    for (int r = 0; r < b->grid.n; r++) {
        for (int rp = 0; rp < b->grid.n; rp++) {
            double sum = b->grid.r[r] + b->grid.r[rp];
            b->kernel[r * b->grid.n + rp] = -0.02 * b->grid.r[r] * b->grid.r[rp] * exp(-sum);
        }
    }
cleanup:
    return status;
}

static void bench_close(bench *b) {
    hp_nystroem_destroy(&b->solver);
    hp_quadrature_destroy(&b->grid);
    hp_free(b->kernel);
    hp_free(b->local);
}

static hp_status set_potential(bench *b, double strength, hp_error *err) {
    for (int r = 0; r < b->grid.n; r++) {
        b->local[r] = -0.3 * strength * exp(-0.01 * b->grid.r[r] * b->grid.r[r]);
    }
    hp_interaction interaction = {.kernel = b->kernel, .local = b->local};
    return hp_nystroem_set_interaction(b->solver, &interaction, err);
}
