// SPDX-License-Identifier: GPL-3.0-or-later
/* Wave function of a bound state: integrated from both ends, joined where it is large;
 * docs/method-scatter.md, "Second solver". */
#include <math.h>
#include <cblas.h>
#include <lapacke.h>
#include "hadpot/memory.h"
#include "hadpot/lapack_status.h"
#include "ode_private.h"

/* Of w_0 from the end of the range, the logarithm of its growth to r = 0 that doubles have room for
 * twice. */
static const double LEAST_LOG = 300.0;

/* The conditions on the amplitudes: of w_0 from either side, of the driven solutions. */
typedef struct conditions {
    int node, size;        /* size = rank + 2 */
    double *block;         /* the arrays that follow */
    double *matrix;        /* (size, size) rank couplings, value and slope at the node */
    double *vector;        /* (size, size) right singular vectors, the last of the null space */
    double *values, *rest; /* (size) singular values, work of LAPACK */
} conditions;

/* Where the product of u from 0 and of w_0 from the end of the range is largest: both are the state
 * there, and beyond its turning points one falls like it and the other rises or is lost in errors
 * that have grown from far below. */
static hp_status choose_node(hp_ode_system *system, double kappa, double gamma, double *u,
                             int *node, hp_error *err) {
    int n = system->grid->n, end = n, rank = system->kernel.rank;
    double largest = -INFINITY, k2 = -kappa * kappa;
    HP_CALL(hp_ode_system_march_inwards(system, k2, gamma, 0, err));
    for (int i = 0; i < n; i++)
        u[i] = log(fabs(system->record[(size_t)i * (size_t)system->columns]));
    while (end > 1 && !(u[end - 1] > u[0] - LEAST_LOG)) end--;
    system->mix[0] = 1.0;
    /* A local solution need not go where the other one has fallen out of sight: its own beginning
     * would be lost on the way. */
    HP_CALL(rank > 0 ? hp_ode_system_solve(system, k2, false, true, err)
                     : hp_ode_system_march(system, k2, false, true, end, err));
    for (int i = 0; i < end; i++) {
        double value = cblas_ddot(1 + rank, system->mix, 1,
                                  system->record + (size_t)i * (size_t)system->columns, 1);
        double score = u[i] + log(fabs(value));
        if (!(score > largest)) continue; /* nan: 0 times infinity */
        largest = score;
        *node = i;
    }
    return HP_OK;
}

/* What the latest march brings into the conditions c_m = sign_m int term_m u, and u and u' (times
 * the length of the panel) from 0 less those from the end at the node. */
static void add_side(const hp_ode_system *system, conditions *at) {
    int n = system->grid->n, rank = system->kernel.rank, columns = system->columns;
    size_t size = (size_t)at->size, terms = (size_t)rank;
    int first = system->inwards ? at->node : 0, after = system->inwards ? n : at->node;
    double sign = system->inwards ? -1.0 : 1.0;
    double length = hp_quadrature_panel_length(system->grid, at->node / system->grid->order);
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, rank, columns, after - first, 1.0,
                system->kernel.weighted + (size_t)first * (size_t)rank, rank,
                system->record + (size_t)first * (size_t)columns, columns, 0.0, system->coupling,
                columns);
    for (int i = 0; i < columns; i++) {
        double *column = at->matrix + (i > 0 ? i + 1 : system->inwards);
        for (size_t m = 0; m < terms; m++)
            column[m * size] -=
                system->kernel.sign[m] * system->coupling[m * (size_t)columns + (size_t)i];
        column[terms * size] += sign * system->state[i];
        column[(terms + 1) * size] += sign * length * system->state[columns + i];
    }
}

/* u from what both marches have recorded. */
static hp_status combine_rows(const hp_ode_system *system, conditions *at, double *u,
                              hp_error *err) {
    int n = system->grid->n, rank = system->kernel.rank, columns = system->columns, size = at->size;
    for (int i = 0; i < size * size; i++)
        HP_REQUIRE(isfinite(at->matrix[i]), HP_ERR_NUMERIC, "the bound state is not finite");
    int info = LAPACKE_dgesvd(LAPACK_ROW_MAJOR, 'N', 'A', size, size, at->matrix, size, at->values,
                              NULL, 1, at->vector, size, at->rest);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
               "the bound state was not found (dgesvd: %d)", info);
    const double *amplitude = at->vector + (size_t)size * (size_t)(size - 1);
    for (int i = 0; i <= n; i++) {
        const double *row = system->record + (size_t)i * (size_t)columns;
        u[i] = amplitude[i < at->node ? 0 : 1] * row[0] +
               cblas_ddot(rank, amplitude + 2, 1, row + 1, 1);
    }
    return HP_OK;
}

/* A solution integrated into a region where the true one falls keeps an error of the size of the
 * tolerance that grows there. So the wave from 0 serves up to a node, that from the end of the
 * range beyond, each integrated in the direction in which it grows as a rule. */
hp_status hp_ode_system_bound_wave(hp_ode_system *system, double kappa, double gamma, double *u,
                                   hp_error *err) {
    hp_status status = HP_OK;
    double k2 = -kappa * kappa;
    conditions at = {0};
    size_t size = (size_t)system->kernel.rank + 2;
    at.size = (int)size;
    HP_TRY(hp_alloc_parts(&at.block,
                          HP_PARTS({&at.matrix, size * size}, {&at.vector, size * size},
                                   {&at.values, size}, {&at.rest, size}),
                          err));
    HP_TRY(choose_node(system, kappa, gamma, u, &at.node, err));
    for (int m = 0; m < system->kernel.rank; m++) at.matrix[m * (at.size + 1) + 2] = 1.0;
    HP_TRY(hp_ode_system_march(system, k2, false, true, at.node, err));
    add_side(system, &at);
    HP_TRY(hp_ode_system_march_inwards(system, k2, gamma, at.node, err));
    add_side(system, &at);
    HP_TRY(combine_rows(system, &at, u, err));
cleanup:
    hp_free(at.block);
    return status;
}
