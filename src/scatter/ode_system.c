// SPDX-License-Identifier: GPL-3.0-or-later
/* One solution: the columns, and the combination of them that solves the equation with the kernel.
 */
#include "ode_private.h"
#include <math.h>
#include <string.h>
#include <cblas.h>
#include <lapacke.h>
#include "hadpot/memory.h"

/* The conditions mix_m = sign_m sum_n coupling_mn mix_n, m = 1 .. rank, are rank equations B mix =
 * 0 for 1 + rank numbers. With B^T = Q R the last column of Q solves them, also where mix_0 = 0.
 * The determinant of B with the row (a w_n + b w_n') above it is, up to a constant sign, that row
 * times this solution times det Q det R; every Householder reflection has determinant -1. */
static hp_status find_mix(hp_ode_system *system, hp_error *err) {
    int rank = system->kernel.rank, size = rank + 1;
    double *factor = system->factor, determinant = 1.0;
    for (int m = 0; m < rank; m++) {
        for (int n = 0; n < size; n++) {
            double coupling = system->coupling[m * system->columns + n];
            HP_REQUIRE(isfinite(coupling), HP_ERR_NUMERIC,
                       "the radial solution at k^2 = %g is not finite", system->k2);
            factor[m * size + n] = (n == m + 1 ? 1.0 : 0.0) - system->kernel.sign[m] * coupling;
        }
    }
    int info = LAPACKE_dgeqrf_work(LAPACK_COL_MAJOR, size, rank, factor, size, system->tau,
                                   system->work, system->work_size);
    HP_REQUIRE(info == 0, HP_ERR_INTERNAL, "dgeqrf: %d", info);
    memset(system->mix, 0, (size_t)size * sizeof *system->mix);
    for (int m = 0; m < rank; m++) {
        if ((factor[m * size + m] < 0.0) != (system->tau[m] != 0.0)) determinant = -determinant;
    }
    system->mix[rank] = determinant;
    info = LAPACKE_dormqr_work(LAPACK_COL_MAJOR, 'L', 'N', size, 1, rank, factor, size, system->tau,
                               system->mix, size, system->work, system->work_size);
    HP_REQUIRE(info == 0, HP_ERR_INTERNAL, "dormqr: %d", info);
    return HP_OK;
}

/* B mix' = -B' mix, the solution orthogonal to mix: any other only changes the length of u. */
static hp_status find_mix_derivative(hp_ode_system *system, hp_error *err) {
    int rank = system->kernel.rank, size = rank + 1;
    double *right = system->d_mix;
    for (int m = 0; m < rank; m++) {
        const double *row = system->coupling + (size_t)m * (size_t)system->columns + size;
        right[m] = system->kernel.sign[m] * cblas_ddot(size, row, 1, system->mix, 1);
        HP_REQUIRE(isfinite(right[m]) && system->factor[m * size + m] != 0.0, HP_ERR_NUMERIC,
                   "the derivative of the radial solution at k^2 = %g is not finite", system->k2);
    }
    right[rank] = 0.0;
    cblas_dtrsv(CblasColMajor, CblasUpper, CblasTrans, CblasNonUnit, rank, system->factor, size,
                right, 1);
    int info = LAPACKE_dormqr_work(LAPACK_COL_MAJOR, 'L', 'N', size, 1, rank, system->factor, size,
                                   system->tau, right, size, system->work, system->work_size);
    HP_REQUIRE(info == 0, HP_ERR_INTERNAL, "dormqr: %d", info);
    return HP_OK;
}

hp_status hp_ode_system_solve(hp_ode_system *system, double k2, bool derivatives, bool nodes,
                              hp_error *err) {
    const hp_quadrature *grid = system->grid;
    int rank = system->kernel.rank, columns;
    HP_CALL(hp_ode_system_march(system, k2, derivatives, nodes, grid->n, err));
    columns = system->columns;
    system->mix[0] = 1.0;
    system->d_mix[0] = 0.0;
    if (rank > 0) {
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, rank, columns, grid->n, 1.0,
                    system->kernel.weighted, rank, system->record, columns, 0.0, system->coupling,
                    columns);
        HP_CALL(find_mix(system, err));
        if (derivatives) HP_CALL(find_mix_derivative(system, err));
    }
    return HP_OK;
}

void hp_ode_system_edge(const hp_ode_system *system, bool derivative, double *u, double *d_u) {
    int columns = system->columns, solutions = 1 + system->kernel.rank;
    const double *value = system->state, *slope = system->state + columns;
    const double *mix = derivative ? system->d_mix : system->mix;
    *u = cblas_ddot(solutions, mix, 1, value, 1);
    *d_u = cblas_ddot(solutions, mix, 1, slope, 1);
    if (!derivative) return;
    *u += cblas_ddot(solutions, system->mix, 1, value + solutions, 1);
    *d_u += cblas_ddot(solutions, system->mix, 1, slope + solutions, 1);
}

static hp_status copy_values(int n, const double *from, double **to, hp_error *err) {
    if (from == NULL) return HP_OK;
    HP_ALLOCATE(*to, n);
    memcpy(*to, from, (size_t)n * sizeof **to);
    return HP_OK;
}

static hp_status copy_interaction(hp_ode_system *system, const hp_interaction *interaction,
                                  hp_error *err) {
    bool symmetric;
    HP_CALL(hp_interaction_check(interaction, system->grid, &symmetric, err));
    HP_REQUIRE(symmetric, HP_ERR_INPUT, "the ODE solver needs a symmetric non-local potential");
    if (interaction->kernel != NULL)
        HP_CALL(hp_separable_create(system->grid, 1, interaction->kernel, system->tolerance,
                                    &system->kernel, err));
    HP_CALL(copy_values(system->grid->n, interaction->local, &system->local, err));
    HP_CALL(copy_values(system->grid->n, interaction->slope, &system->slope, err));
    system->coulomb = interaction->coulomb;
    if (interaction->local != NULL || interaction->slope != NULL) {
        system->local_at = interaction->local_at;
        system->context = interaction->context;
    }
    return HP_OK;
}

hp_status hp_ode_system_create(const hp_quadrature *grid, double tolerance,
                               const hp_interaction *interaction, hp_separable *kernel,
                               hp_ode_system **system, hp_error *err) {
    hp_status status = HP_OK;
    hp_ode_system *made = NULL;
    *system = NULL;
    HP_NEW(made, 1);
    made->grid = grid;
    made->tolerance = tolerance;
    if (kernel != NULL) {
        made->kernel = *kernel;
        *kernel = (hp_separable){0};
    }
    HP_TRY(copy_interaction(made, interaction, err));
    size_t rank = (size_t)made->kernel.rank, columns = 2 * (rank + 1), rows = (size_t)grid->n + 1;
    made->work_size = 64 * (int)(rank + 1); /* LAPACK's blocks are at most 64 wide */
    HP_TRY(hp_alloc_parts(
        &made->block,
        HP_PARTS({&made->state, 2 * columns}, {&made->record, rows * columns},
                 {&made->share, columns}, {&made->coefficient, (size_t)grid->order},
                 {&made->coupling, rank * columns}, {&made->factor, rank * (rank + 1)},
                 {&made->tau, rank}, {&made->work, (size_t)made->work_size}, {&made->mix, rank + 1},
                 {&made->d_mix, rank + 1}),
        err));
    HP_TRY(hp_ode_stepper_create(columns, &made->plain, err));
    HP_TRY(hp_ode_stepper_create(2 * columns, &made->twice, err));
    *system = made;
    made = NULL;
cleanup:
    hp_ode_system_destroy(&made);
    return status;
}

void hp_ode_system_destroy(hp_ode_system **system) {
    if (system == NULL || *system == NULL) return;
    hp_ode_system *old = *system;
    hp_separable_destroy(&old->kernel);
    hp_ode_stepper_destroy(&old->plain);
    hp_ode_stepper_destroy(&old->twice);
    hp_free(old->local);
    hp_free(old->slope);
    hp_free(old->block);
    hp_free(old);
    *system = NULL;
}

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
                            hp_separable *kernel, hp_error *err) {
    const hp_separable *from = &system->kernel;
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
static hp_status interpolate_values(const hp_ode_system *system, const hp_quadrature *to,
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
    hp_separable kernel = {0};
    double *local = NULL, *slope = NULL;
    int panels = 0;
    *finer = NULL;
    for (int p = 0; p < system->grid->panels; p++) panels += pieces_of(system, p, kappa);
    if (panels == system->grid->panels) return HP_OK;
    HP_TRY(cut_panels(system, kappa, grid, err));
    HP_TRY(copy_terms(system, grid, &kernel, err));
    HP_TRY(interpolate_values(system, grid, system->local, &local, err));
    HP_TRY(interpolate_values(system, grid, system->slope, &slope, err));
    HP_TRY(hp_ode_system_create(grid, system->tolerance,
                                &(hp_interaction){.local = local,
                                                  .slope = slope,
                                                  .local_at = system->local_at,
                                                  .context = system->context,
                                                  .coulomb = system->coulomb},
                                &kernel, finer, err));
cleanup:
    hp_separable_destroy(&kernel);
    hp_free(local);
    hp_free(slope);
    return status;
}
