// SPDX-License-Identifier: GPL-3.0-or-later
/* One interaction of coupled channels in the form that the integration needs. */
#include <float.h>
#include <math.h>
#include <string.h>
#include <lapacke.h>
#include "coupled_ode_private.h"
#include "hadpot/memory.h"

static void kernel_destroy(hp_coupled_ode_kernel *kernel) {
    hp_free(kernel->sign);
    hp_free(kernel->term);
    hp_free(kernel->weighted);
    *kernel = (hp_coupled_ode_kernel){0};
}

static bool is_kept(const double *value, int size, int i, double tolerance) {
    double largest = fmax(fabs(value[0]), fabs(value[size - 1])); /* they are ascending */
    return fabs(value[i]) > fmax(size * DBL_EPSILON, tolerance) * largest;
}

/* vector: row c n + i. */
static void keep_terms(const hp_quadrature *grid, int N, const double *value, const double *vector,
                       double tolerance, hp_coupled_ode_kernel *kernel) {
    int n = grid->n, size = N * n, rank = kernel->rank, term = 0;
    for (int k = 0; k < size; k++) {
        if (!is_kept(value, size, k, tolerance)) continue;
        double factor = sqrt(fabs(value[k]));
        kernel->sign[term] = value[k] > 0.0 ? 1.0 : -1.0;
        for (int row = 0; row < size; row++) {
            int c = row / n, i = row % n;
            double x = factor * vector[(size_t)row * (size_t)size + (size_t)k];
            double root = sqrt(grid->weight[i]);
            size_t at = (size_t)(i * N + c) * (size_t)rank + (size_t)term;
            kernel->term[at] = x / root;
            kernel->weighted[at] = x * root;
        }
        term++;
    }
}

/* W^(1/2) K W^(1/2) = X S X^T over all components and nodes together: columns x_m / W^(1/2) have a
 * part in each component. Small terms are left out. */
static hp_status kernel_create(const hp_quadrature *grid, int N, const double *K, double tolerance,
                               hp_coupled_ode_kernel *kernel, hp_error *err) {
    hp_status status = HP_OK;
    int n = grid->n, size = N * n;
    size_t m = (size_t)size;
    double *vector = NULL, *value = NULL;
    HP_NEW(vector, m * m);
    HP_NEW(value, m);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < m; j++)
            vector[i * m + j] = 0.5 *
                                sqrt(grid->weight[i % (size_t)n] * grid->weight[j % (size_t)n]) *
                                (K[i * m + j] + K[j * m + i]);
    int info = LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'V', 'U', size, vector, size, value);
    HP_CHECK(info == 0, HP_ERR_NUMERIC,
             "the separable terms of the kernel were not found (dsyevd: %d)", info);
    for (int i = 0; i < size; i++) kernel->rank += is_kept(value, size, i, tolerance);
    HP_NEW(kernel->sign, kernel->rank);
    HP_NEW(kernel->term, m * (size_t)kernel->rank);
    HP_NEW(kernel->weighted, m * (size_t)kernel->rank);
    keep_terms(grid, N, value, vector, tolerance, kernel);
cleanup:
    hp_free(vector);
    hp_free(value);
    return status;
}

static hp_status copy_values(size_t n, const double *from, double **to, hp_error *err) {
    if (from == NULL) return HP_OK;
    HP_ALLOCATE(*to, n);
    memcpy(*to, from, n * sizeof **to);
    return HP_OK;
}

static hp_status copy_interaction(hp_coupled_ode_system *system,
                                  const hp_matrix_interaction *interaction, hp_error *err) {
    size_t n = (size_t)system->grid->n, N = (size_t)system->ncomponent;
    if (interaction->kernel != NULL)
        HP_CALL(kernel_create(system->grid, (int)N, interaction->kernel, system->tolerance,
                              &system->kernel, err));
    HP_CALL(copy_values(N * N * n, interaction->local, &system->local, err));
    HP_CALL(copy_values(n, interaction->slope, &system->slope, err));
    if (interaction->local != NULL) {
        system->local_at = interaction->local_at;
        system->context = interaction->context;
    }
    return HP_OK;
}

static hp_status allocate(hp_coupled_ode_system *system, hp_error *err) {
    size_t N = (size_t)system->ncomponent, rank = (size_t)system->kernel.rank;
    size_t columns = N + rank, n = (size_t)system->grid->n;
    system->columns = (int)columns;
    HP_CALL(hp_alloc_parts(&system->block,
                           HP_PARTS({&system->state, 2 * N * columns},
                                    {&system->record, n * N * columns}, {&system->share, columns},
                                    {&system->coefficient, (size_t)system->grid->order},
                                    {&system->drive, N * rank}, {&system->coupling, rank * columns},
                                    {&system->matrix, columns * columns},
                                    {&system->amplitude, columns * N}, {&system->wave, N * N}),
                           err));
    system->step = gsl_odeiv2_step_alloc(gsl_odeiv2_step_rk8pd, 2 * N * columns);
    system->evolve = gsl_odeiv2_evolve_alloc(2 * N * columns);
    HP_REQUIRE(system->step != NULL && system->evolve != NULL, HP_ERR_MEMORY,
               "no memory for an integrator of %zu equations", 2 * N * columns);
    return HP_OK;
}

hp_status hp_coupled_ode_system_create(const hp_quadrature *grid, double tolerance,
                                       const hp_channels *channels,
                                       const hp_matrix_interaction *interaction,
                                       hp_coupled_ode_system **system, hp_error *err) {
    hp_status status = HP_OK;
    hp_coupled_ode_system *made = NULL;
    *system = NULL;
    HP_TRY(hp_matrix_interaction_check(interaction, channels, grid, err));
    HP_NEW(made, 1);
    made->grid = grid;
    made->tolerance = tolerance;
    made->ncomponent = channels->ncomponent;
    made->channels = *channels;
    HP_TRY(copy_interaction(made, interaction, err));
    HP_TRY(allocate(made, err));
    *system = made;
    made = NULL;
cleanup:
    hp_coupled_ode_system_destroy(&made);
    return status;
}

void hp_coupled_ode_system_destroy(hp_coupled_ode_system **system) {
    if (system == NULL || *system == NULL) return;
    hp_coupled_ode_system *old = *system;
    kernel_destroy(&old->kernel);
    if (old->step != NULL) gsl_odeiv2_step_free(old->step);
    if (old->evolve != NULL) gsl_odeiv2_evolve_free(old->evolve);
    hp_free(old->local);
    hp_free(old->slope);
    hp_free(old->block);
    hp_free(old);
    *system = NULL;
}
