// SPDX-License-Identifier: GPL-3.0-or-later
/* One interaction of coupled channels in the form that the integration needs. */
#include <string.h>
#include "coupled_ode_private.h"
#include "hadpot/memory.h"

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
        HP_CALL(hp_separable_create(system->grid, (int)N, interaction->kernel, system->tolerance,
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
    return hp_ode_stepper_create(2 * N * columns, &system->stepper, err);
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
    hp_separable_destroy(&old->kernel);
    hp_ode_stepper_destroy(&old->stepper);
    hp_free(old->local);
    hp_free(old->slope);
    hp_free(old->block);
    hp_free(old);
    *system = NULL;
}
