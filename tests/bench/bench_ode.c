// SPDX-License-Identifier: GPL-3.0-or-later
/* Time per momentum of the ODE solver against the rank of the kernel and the tolerance. Run it with
 * OPENBLAS_NUM_THREADS=1, as under MPI; the last result is kept in results/ode.txt. */
#include <math.h>
#include <stdio.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/ode.h"

enum { ORDER = 16, PANELS = 10 };

static hp_status time_momenta(int rank, double tolerance, double *seconds, hp_error *err);
static hp_status set_interaction(hp_ode *solver, const hp_quadrature *grid, int rank,
                                 hp_error *err);

int main(void) {
    static const int rank[] = {0, 1, 10, 20};
    static const double tolerance[] = {1e-8, 1e-10, 1e-12};
    printf("# rank   ms/momentum at tolerance 1e-8, 1e-10, 1e-12   (%d nodes, local part)\n",
           PANELS * ORDER);
    for (size_t i = 0; i < sizeof rank / sizeof *rank; i++) {
        printf("%6d  ", rank[i]);
        for (size_t j = 0; j < sizeof tolerance / sizeof *tolerance; j++) {
            hp_error err = HP_ERROR_INIT;
            double seconds = 0.0;
            if (time_momenta(rank[i], tolerance[j], &seconds, &err) != HP_OK) {
                hp_log_error(&err);
                return 1;
            }
            printf(" %9.4f", 1e3 * seconds);
        }
        printf("\n");
    }
    return 0;
}

/* The fastest of several rounds, since other programs share the machine. */
static hp_status time_momenta(int rank, double tolerance, double *seconds, hp_error *err) {
    enum { ROUNDS = 10, MOMENTA = 10 };
    hp_status status = HP_OK;
    hp_quadrature grid = {0};
    hp_ode *solver = NULL;
    double kcot, tan_over_k;
    HP_TRY(hp_quadrature_create(30.0, PANELS, ORDER, &grid, err));
    HP_TRY(hp_ode_create(&grid, tolerance, &solver, err));
    HP_TRY(set_interaction(solver, &grid, rank, err));
    HP_CHECK(hp_ode_rank(solver) == rank, HP_ERR_INTERNAL, "the kernel has rank %d instead of %d",
             hp_ode_rank(solver), rank);
    *seconds = INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
        double start = hp_clock_seconds();
        for (int i = 0; i < MOMENTA; i++)
            HP_TRY(hp_ode_kcot(solver, 0.004 * (i + 1), &kcot, &tan_over_k, err));
        *seconds = fmin(*seconds, (hp_clock_seconds() - start) / MOMENTA);
    }
cleanup:
    hp_ode_destroy(&solver);
    hp_quadrature_destroy(&grid);
    return status;
}

/* Terms sin((n+1) r/4) exp(-r/3), both signs, each half as strong as the one before. */
static hp_status set_interaction(hp_ode *solver, const hp_quadrature *grid, int rank,
                                 hp_error *err) {
    hp_status status = HP_OK;
    double *kernel = NULL, *local = NULL;
    HP_NEW(kernel, (size_t)grid->n * (size_t)grid->n);
    HP_NEW(local, grid->n);
    for (int r = 0; r < grid->n; r++) {
        double at = grid->r[r];
        local[r] = -0.3 * exp(-0.01 * at * at);
        for (int rp = 0; rp < grid->n; rp++) {
            double there = grid->r[rp], envelope = exp(-(at + there) / 3.0);
            for (int n = 0; n < rank; n++)
                kernel[r * grid->n + rp] += ldexp(n % 2 ? 0.1 : -0.1, -n) * envelope *
                                            sin(0.25 * (n + 1) * at) * sin(0.25 * (n + 1) * there);
        }
    }
    HP_TRY(hp_ode_set_interaction(
        solver, &(hp_interaction){.kernel = rank > 0 ? kernel : NULL, .local = local}, err));
cleanup:
    hp_free(kernel);
    hp_free(local);
    return status;
}
