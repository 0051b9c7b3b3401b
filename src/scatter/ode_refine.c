// SPDX-License-Identifier: GPL-3.0-or-later
/* The same interaction on shorter panels, for states that fall steeply. */
#include <math.h>
#include <cblas.h>
#include "hadpot/memory.h"
#include "ode_private.h"

/* Pieces of a panel, at most: of the remaining lengths the first few hold what a state has there.
 */
enum { MOST_PIECES = 64 };

/* In a panel u^2 may fall by exp(-order/2), or turn by order/2, which its nodes integrate to
 * rounding. */
static int pieces_of(const hp_ode_system *system, int panel, double kappa) {
    const hp_quadrature *grid = system->grid;
    double exponent = 0.0;
    for (int i = panel * grid->order; i < (panel + 1) * grid->order; i++) {
        double w = system->local != NULL ? fabs(system->local[i]) : 0.0;
        exponent += grid->weight[i] * sqrt(kappa * kappa + w);
    }
    double pieces = ceil(exponent / (0.25 * grid->order));
    return pieces < 1.0 ? 1 : pieces < MOST_PIECES ? (int)pieces : MOST_PIECES;
}

static hp_status cut_panels(const hp_ode_system *system, double kappa, hp_quadrature *finer,
                            hp_error *err) {
    hp_status status = HP_OK;
    const hp_quadrature *grid = system->grid;
    double *edge = NULL;
    int panels = 0;
    HP_NEW(edge, (size_t)grid->panels * MOST_PIECES + 1);
    for (int panel = 0; panel < grid->panels; panel++) {
        int pieces = pieces_of(system, panel, kappa);
        double length = hp_quadrature_panel_length(grid, panel);
        for (int i = 1; i < pieces; i++) edge[++panels] = grid->edge[panel] + length * i / pieces;
        edge[++panels] = grid->edge[panel + 1];
    }
    HP_TRY(hp_quadrature_create_panels(edge, panels, grid->order, finer, err));
cleanup:
    hp_free(edge);
    return status;
}

static hp_status copy_terms(const hp_ode_system *system, const hp_quadrature *to,
                            hp_ode_kernel *kernel, hp_error *err) {
    const hp_ode_kernel *from = &system->kernel;
    int rank = from->rank, order = system->grid->order;
    double coefficient[HP_MAX_ORDER];
    kernel->rank = rank;
    HP_ALLOCATE(kernel->sign, rank);
    HP_ALLOCATE(kernel->term, (size_t)to->n * (size_t)rank);
    HP_ALLOCATE(kernel->weighted, (size_t)to->n * (size_t)rank);
    for (int m = 0; m < rank; m++) kernel->sign[m] = from->sign[m];
    for (int i = 0; rank > 0 && i < to->n; i++) {
        int first = hp_quadrature_interpolate(system->grid, to->r[i], coefficient);
        double *term = kernel->term + (size_t)i * (size_t)rank;
        cblas_dgemv(CblasRowMajor, CblasTrans, order, rank, 1.0,
                    from->term + (size_t)first * (size_t)rank, rank, coefficient, 1, 0.0, term, 1);
        for (int m = 0; m < rank; m++) kernel->weighted[i * rank + m] = to->weight[i] * term[m];
    }
    return HP_OK;
}

/* values: NULL where there are none. */
static hp_status copy_values(const hp_ode_system *system, const hp_quadrature *to,
                             const double *from, double **values, hp_error *err) {
    double coefficient[HP_MAX_ORDER];
    if (from == NULL) return HP_OK;
    HP_ALLOCATE(*values, to->n);
    for (int i = 0; i < to->n; i++) {
        int first = hp_quadrature_interpolate(system->grid, to->r[i], coefficient);
        (*values)[i] = cblas_ddot(system->grid->order, from + first, 1, coefficient, 1);
    }
    return HP_OK;
}

hp_status hp_ode_system_refine(const hp_ode_system *system, double kappa, hp_quadrature *grid,
                               hp_ode_system **finer, hp_error *err) {
    hp_status status = HP_OK;
    hp_ode_kernel kernel = {0};
    double *local = NULL, *slope = NULL;
    int panels = 0;
    *finer = NULL;
    for (int p = 0; p < system->grid->panels; p++) panels += pieces_of(system, p, kappa);
    if (panels == system->grid->panels) return HP_OK;
    HP_TRY(cut_panels(system, kappa, grid, err));
    HP_TRY(copy_terms(system, grid, &kernel, err));
    HP_TRY(copy_values(system, grid, system->local, &local, err));
    HP_TRY(copy_values(system, grid, system->slope, &slope, err));
    HP_TRY(hp_ode_system_create(grid, system->tolerance,
                                &(hp_interaction){.local = local,
                                                  .slope = slope,
                                                  .local_at = system->local_at,
                                                  .context = system->context,
                                                  .coulomb = system->coulomb},
                                &kernel, finer, err));
cleanup:
    hp_ode_kernel_destroy(&kernel);
    hp_free(local);
    hp_free(slope);
    return status;
}
