// SPDX-License-Identifier: GPL-3.0-or-later
/* The workspace of the solver for coupled components and the interaction in it. */
#include <string.h>
#include "coupled_private.h"
#include "hadpot/memory.h"

static void copy_local(hp_coupled *solver, const hp_matrix_interaction *interaction) {
    size_t n = (size_t)solver->grid.n, N = (size_t)solver->ncomponent;
    solver->has_local = interaction->local != NULL;
    solver->has_slope = interaction->slope != NULL;
    for (size_t i = 0; i < N * N * n; i++)
        solver->local[i] = solver->has_local ? interaction->local[i] : 0.0;
    for (size_t i = 0; i < n; i++)
        solver->slope[i] = solver->has_slope ? interaction->slope[i] : 0.0;
    solver->local_at = solver->has_local ? interaction->local_at : NULL;
    solver->context = interaction->context;
}

/* One row of A: K(r_i, r_j) w_j in all blocks. */
static void fill_row(const hp_coupled *solver, const double *kernel, double *A) {
    int n = solver->grid.n;
    for (int d = 0; d < solver->ncomponent; d++)
        for (int j = 0; j < n; j++) A[d * n + j] = kernel[d * n + j] * solver->grid.weight[j];
}

static void fill_matrix(hp_coupled *solver, const double *kernel) {
    size_t n = (size_t)solver->grid.n, N = (size_t)solver->ncomponent, size = N * n;
    if (kernel == NULL) memset(solver->A, 0, size * size * sizeof *solver->A);
    for (size_t i = 0; kernel != NULL && i < size; i++)
        fill_row(solver, kernel + i * size, solver->A + i * size);
    for (size_t c = 0; c < N; c++)
        for (size_t d = 0; d < N; d++)
            for (size_t i = 0; i < n; i++)
                solver->A[(c * n + i) * size + d * n + i] += solver->local[(c * N + d) * n + i];
    for (size_t c = 0; c < N; c++) {
        const hp_coulomb *coulomb = &solver->channels.coulomb[solver->channels.component[c].pair];
        for (size_t i = c * n; i < (c + 1) * n; i++) {
            solver->diagonal[i] = solver->A[i * (size + 1)];
            if (coulomb->strength != 0.0)
                solver->diagonal[i] += hp_coulomb_value(coulomb, solver->grid.r[i - c * n]);
        }
    }
    solver->has_kernel = kernel != NULL;
    hp_coupled_set_diagonal(solver, 0.0, NULL);
}

hp_status hp_coupled_set(hp_coupled *solver, const hp_channels *channels,
                         const hp_matrix_interaction *interaction, hp_error *err) {
    HP_REQUIRE(channels->ncomponent == solver->ncomponent &&
                   interaction->ncomponent == solver->ncomponent,
               HP_ERR_INPUT,
               "a solver for %d components was given channels of %d and an interaction of %d",
               solver->ncomponent, channels->ncomponent, interaction->ncomponent);
    HP_CALL(hp_matrix_interaction_check(interaction, channels, &solver->grid, err));
    solver->channels = *channels;
    solver->charged = false;
    for (int c = 0; c < channels->ncomponent; c++)
        if (channels->coulomb[channels->component[c].pair].strength != 0.0) solver->charged = true;
    copy_local(solver, interaction);
    fill_matrix(solver, interaction->kernel);
    solver->version++;
    return HP_OK;
}

void hp_coupled_set_diagonal(hp_coupled *solver, double k2, const double *shift) {
    size_t size = (size_t)solver->size;
    for (size_t i = 0; i < size; i++) {
        double value = solver->diagonal[i];
        if (solver->has_slope) value += k2 * solver->slope[i];
        solver->A[i * (size + 1)] = shift != NULL ? value + shift[i] : value;
    }
}

double hp_coupled_k2(const hp_coupled *solver, int component, double energy) {
    return hp_channels_k2(&solver->channels, solver->channels.component[component].pair, energy);
}

void hp_coupled_trust_grid(hp_coupled *solver) {
    solver->trusted = true;
}

const hp_quadrature *hp_coupled_grid(const hp_coupled *solver) {
    return &solver->grid;
}

const hp_channels *hp_coupled_channels(const hp_coupled *solver) {
    return &solver->channels;
}

hp_status hp_coupled_create(const hp_quadrature *grid, int ncomponent, hp_coupled **solver,
                            hp_error *err) {
    hp_status status = HP_OK;
    *solver = NULL;
    hp_coupled *made = NULL;
    HP_CHECK(grid->n == grid->panels * grid->order, HP_ERR_INPUT,
             "a radial grid of %d panels of order %d must have %d nodes, found %d", grid->panels,
             grid->order, grid->panels * grid->order, grid->n);
    HP_CHECK(ncomponent >= 1 && ncomponent <= HP_MOST_COMPONENTS, HP_ERR_INPUT,
             "there must be 1 to %d components, found %d", HP_MOST_COMPONENTS, ncomponent);
    HP_NEW(made, 1);
    made->ncomponent = ncomponent;
    made->size = ncomponent * grid->n;
    size_t n = (size_t)grid->n, N = (size_t)ncomponent, size = N * n, p = (size_t)grid->order;
    HP_TRY(hp_alloc_parts(
        &made->block,
        HP_PARTS({&made->A, size * size}, {&made->matrix, size * size}, {&made->diagonal, size},
                 {&made->local, N * size}, {&made->slope, n}, {&made->shift, size},
                 {&made->pair, 2 * size}, {&made->weighted, 2 * n},
                 {&made->outer, 2 * size * (size_t)grid->panels}, {&made->inner, p * p},
                 {&made->bra, N * size}, {&made->above, size}, {&made->u, N * size},
                 {&made->force, N * size}, {&made->work, 4 * n}),
        err));
    HP_NEW(made->pivot, size);
    HP_TRY(hp_quadrature_create_panels(grid->edge, grid->panels, grid->order, &made->grid, err));
    *solver = made;
    made = NULL;
cleanup:
    hp_coupled_destroy(&made);
    return status;
}

void hp_coupled_destroy(hp_coupled **solver) {
    if (solver == NULL || *solver == NULL) return;
    hp_coupled *old = *solver;
    hp_coupled_reduced_destroy(&old->reduced);
    hp_coupled_bound_destroy(&old->bound);
    hp_quadrature_destroy(&old->grid);
    hp_free(old->plane.block);
    hp_free(old->block);
    hp_free(old->pivot);
    hp_free(old);
    *solver = NULL;
}
