// SPDX-License-Identifier: GPL-3.0-or-later
/* Time per momentum of the Nystroem solver against the number of nodes. Run it with
 * OPENBLAS_NUM_THREADS=1, as under MPI; the last result is kept in results/nystroem.txt. */
#include <math.h>
#include <stdio.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/nystroem.h"

enum { ORDER = 16 };

static hp_status time_momenta(int panels, double *seconds, hp_error *err);
static hp_status fill_potential(hp_nystroem *solver, hp_error *err);

int main(void) {
    static const int panels[] = {4, 8, 10, 16};
    printf("#   n   ms/momentum   operations   GFLOP/s   (order %d; 2/3 n^3 + (2 order + 8) n^2)\n",
           ORDER);
    for (size_t i = 0; i < sizeof panels / sizeof *panels; i++) {
        hp_error err = HP_ERROR_INIT;
        double seconds = 0.0, n = panels[i] * ORDER;
        if (time_momenta(panels[i], &seconds, &err) != HP_OK) {
            hp_log_error(&err);
            return 1;
        }
        double operations = 2.0 / 3.0 * n * n * n + (2.0 * ORDER + 8.0) * n * n;
        printf("%5.0f   %11.4f   %10.3g   %7.2f\n", n, 1e3 * seconds, operations,
               1e-9 * operations / seconds);
    }
    return 0;
}

/* The fastest of several rounds, since other programs share the machine. */
static hp_status time_momenta(int panels, double *seconds, hp_error *err) {
    enum { ROUNDS = 12, MOMENTA = 40 };
    hp_status status = HP_OK;
    hp_quadrature grid = {0};
    hp_nystroem *solver = NULL;
    double kcot, tan_over_k;
    HP_TRY(hp_quadrature_create(30.0, panels, ORDER, &grid, err));
    HP_TRY(hp_nystroem_create(&grid, &solver, err));
    HP_TRY(fill_potential(solver, err));
    *seconds = INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
        double start = hp_clock_seconds();
        for (int i = 0; i < MOMENTA; i++) {
            HP_TRY(hp_nystroem_kcot(solver, 0.001 * (i + 1), &kcot, &tan_over_k, err));
        }
        *seconds = fmin(*seconds, (hp_clock_seconds() - start) / MOMENTA);
    }
cleanup:
    hp_nystroem_destroy(&solver);
    hp_quadrature_destroy(&grid);
    return status;
}

static hp_status fill_potential(hp_nystroem *solver, hp_error *err) {
    hp_status status = HP_OK;
    const hp_quadrature *grid = hp_nystroem_grid(solver);
    double *kernel = NULL, *local = NULL;
    HP_NEW(kernel, (size_t)grid->n * (size_t)grid->n);
    HP_NEW(local, grid->n);
    for (int r = 0; r < grid->n; r++) {
        local[r] = -0.3 * exp(-0.01 * grid->r[r] * grid->r[r]);
        for (int rp = 0; rp < grid->n; rp++) {
            double sum = grid->r[r] + grid->r[rp];
            kernel[r * grid->n + rp] = -0.02 * grid->r[r] * grid->r[rp] * exp(-sum);
        }
    }
    HP_TRY(hp_nystroem_set_interaction(solver, &(hp_interaction){.kernel = kernel, .local = local},
                                       err));
cleanup:
    hp_free(kernel);
    hp_free(local);
    return status;
}
