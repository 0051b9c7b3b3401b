// SPDX-License-Identifier: GPL-3.0-or-later
/* One interaction of coupled channels in the form that the integration needs. */
#include <float.h>
#include <math.h>
#include <string.h>
#include <lapacke.h>
#include "coupled_ode_private.h"
#include "hadpot/memory.h"

/* Largest |K_cd(r,r') - K_dc(r',r)| over the largest |K|: of kernels that are symmetric by
 * construction, amply. */
static const double ASYMMETRY = 1e-10;

/* Of a force that is itself a small correction at the end of the range. */
static const double MISSING_CHARGE = 1e-6;

static hp_status check_local(const hp_quadrature *grid, const hp_matrix_interaction *interaction,
                             hp_error *err) {
    int N = interaction->ncomponent, n = grid->n;
    for (int c = 0; interaction->local != NULL && c < N; c++)
        for (int d = 0; d < N; d++)
            for (int i = 0; i < n; i++) {
                double here = interaction->local[(c * N + d) * n + i];
                double there = interaction->local[(d * N + c) * n + i];
                HP_REQUIRE(isfinite(here), HP_ERR_NUMERIC,
                           "the local potential between components %d and %d at r = %g is %g",
                           c + 1, d + 1, grid->r[i], here);
                HP_REQUIRE(fabs(here - there) <= ASYMMETRY * fabs(here), HP_ERR_INPUT,
                           "the local potential must be a symmetric matrix, but at r = %g it is %g "
                           "and %g between components %d and %d",
                           grid->r[i], here, there, c + 1, d + 1);
            }
    for (int i = 0; interaction->slope != NULL && i < n; i++)
        HP_REQUIRE(isfinite(interaction->slope[i]), HP_ERR_NUMERIC,
                   "the slope of the local potential at r = %g is %g", grid->r[i],
                   interaction->slope[i]);
    return HP_OK;
}

static hp_status check_kernel(const hp_quadrature *grid, const hp_matrix_interaction *interaction,
                              hp_error *err) {
    size_t n = (size_t)grid->n, size = n * (size_t)interaction->ncomponent;
    const double *K = interaction->kernel;
    double largest = 0.0, difference = 0.0;
    for (size_t i = 0; K != NULL && i < size; i++)
        for (size_t j = 0; j < size; j++) {
            HP_REQUIRE(isfinite(K[i * size + j]), HP_ERR_NUMERIC,
                       "the non-local potential between components %zu and %zu at r = %g, r' = %g "
                       "is %g",
                       i / n + 1, j / n + 1, grid->r[i % n], grid->r[j % n], K[i * size + j]);
            largest = fmax(largest, fabs(K[i * size + j]));
            difference = fmax(difference, fabs(K[i * size + j] - K[j * size + i]));
        }
    HP_REQUIRE(difference <= ASYMMETRY * largest, HP_ERR_INPUT,
               "the ODE solver needs a symmetric non-local potential, K_cd(r,r') = K_dc(r',r)");
    return HP_OK;
}

static hp_status check_charges(const hp_quadrature *grid, const hp_channels *channels,
                               hp_error *err) {
    for (int a = 0; a < channels->npair; a++) {
        const hp_coulomb *charge = &channels->coulomb[a];
        HP_REQUIRE(isfinite(charge->strength) && charge->dipole >= 0.0, HP_ERR_INPUT,
                   "bad Coulomb force of pair %d: strength %g, dipole mass %g", a + 1,
                   charge->strength, charge->dipole);
        double missing =
            1.0 - hp_coulomb_value(charge, grid->range) * grid->range / charge->strength;
        HP_REQUIRE(charge->strength == 0.0 || fabs(missing) <= MISSING_CHARGE, HP_ERR_INPUT,
                   "a dipole mass of %g makes the Coulomb force of pair %d differ from that of "
                   "point charges by %.1e at the end of the radial grid, r = %g: the grid must be "
                   "longer",
                   charge->dipole, a + 1, missing, grid->range);
    }
    return HP_OK;
}

static hp_status check(const hp_quadrature *grid, const hp_channels *channels,
                       const hp_matrix_interaction *interaction, hp_error *err) {
    HP_REQUIRE(interaction->ncomponent == channels->ncomponent, HP_ERR_INPUT,
               "the interaction has %d components, the channels %d", interaction->ncomponent,
               channels->ncomponent);
    HP_REQUIRE(interaction->slope == NULL || interaction->ncomponent == 1, HP_ERR_INPUT,
               "a potential that depends on energy is possible with one component alone, found %d",
               interaction->ncomponent);
    HP_CALL(hp_channels_check(channels, err));
    HP_CALL(check_local(grid, interaction, err));
    HP_CALL(check_kernel(grid, interaction, err));
    return check_charges(grid, channels, err);
}

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
    HP_TRY(check(grid, channels, interaction, err));
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
