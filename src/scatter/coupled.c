// SPDX-License-Identifier: GPL-3.0-or-later
/* The workspace of the solver for coupled components and the interaction in it. */
#include <math.h>
#include <string.h>
#include "coupled_private.h"
#include "hadpot/memory.h"

/* Largest |K_cd(r,r') - K_dc(r',r)| over the largest |K|: kernels are symmetric by construction. */
static const double ASYMMETRY = 1e-10;

/* Of a Coulomb force that is itself a small correction at the end of the range (interaction.c). */
static const double MISSING_CHARGE = 1e-6;

static hp_status check_kernel(const hp_coupled *solver, const double *kernel, hp_error *err) {
    size_t size = (size_t)solver->size, n = (size_t)solver->grid.n;
    double largest = 0.0, difference = 0.0;
    for (size_t i = 0; kernel != NULL && i < size; i++)
        for (size_t j = 0; j <= i; j++) {
            double here = kernel[i * size + j], there = kernel[j * size + i];
            double apart = fabs(here - there), more = fabs(here) + fabs(there);
            HP_REQUIRE(isfinite(more), HP_ERR_NUMERIC,
                       "the non-local potential between components %zu and %zu at r = %g, r' = %g "
                       "is %g",
                       i / n + 1, j / n + 1, solver->grid.r[i % n], solver->grid.r[j % n],
                       isfinite(here) ? there : here);
            if (more > largest) largest = more; /* fmax is a call of a function */
            if (apart > difference) difference = apart;
        }
    HP_REQUIRE(difference <= 0.5 * ASYMMETRY * largest, HP_ERR_INPUT,
               "the non-local potential of coupled components must be symmetric, U_cd(r,r') = "
               "U_dc(r',r), found a difference of %g of its largest value",
               2.0 * difference / largest);
    return HP_OK;
}

static hp_status check_local(const hp_coupled *solver, const hp_matrix_interaction *interaction,
                             hp_error *err) {
    int n = solver->grid.n, N = solver->ncomponent;
    const double *local = interaction->local;
    for (int c = 0; local != NULL && c < N; c++)
        for (int d = 0; d <= c; d++)
            for (int i = 0; i < n; i++) {
                double here = local[(c * N + d) * n + i], there = local[(d * N + c) * n + i];
                HP_REQUIRE(isfinite(here) && isfinite(there), HP_ERR_NUMERIC,
                           "the local potential between components %d and %d at r = %g is %g",
                           c + 1, d + 1, solver->grid.r[i], isfinite(here) ? there : here);
                HP_REQUIRE(fabs(here - there) <= ASYMMETRY * fabs(here), HP_ERR_INPUT,
                           "the local potential of coupled components must be symmetric, found "
                           "%g and %g between components %d and %d at r = %g",
                           here, there, c + 1, d + 1, solver->grid.r[i]);
            }
    HP_REQUIRE(interaction->slope == NULL || N == 1, HP_ERR_INPUT,
               "a local potential that depends on energy is for one component, found %d", N);
    for (int i = 0; interaction->slope != NULL && i < n; i++)
        HP_REQUIRE(isfinite(interaction->slope[i]), HP_ERR_NUMERIC,
                   "the slope of the local potential at r = %g is %g", solver->grid.r[i],
                   interaction->slope[i]);
    return HP_OK;
}

/* Beyond the range the force is taken as that of point charges. */
static hp_status check_charges(const hp_coupled *solver, const hp_channels *channels,
                               hp_error *err) {
    double range = solver->grid.range;
    for (int a = 0; a < channels->npair; a++) {
        const hp_coulomb *coulomb = &channels->coulomb[a];
        HP_REQUIRE(isfinite(coulomb->strength) && isfinite(coulomb->dipole) &&
                       coulomb->dipole >= 0.0,
                   HP_ERR_INPUT, "bad Coulomb force of pair %d: strength %g, dipole mass %g", a + 1,
                   coulomb->strength, coulomb->dipole);
        if (coulomb->strength == 0.0) continue;
        double missing = 1.0 - hp_coulomb_value(coulomb, range) * range / coulomb->strength;
        HP_REQUIRE(fabs(missing) <= MISSING_CHARGE, HP_ERR_INPUT,
                   "a dipole mass of %g makes the Coulomb force of pair %d differ from that of "
                   "point charges by %.1e at the end of the radial grid, r = %g: the grid must be "
                   "longer",
                   coulomb->dipole, a + 1, missing, range);
    }
    return HP_OK;
}

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
    HP_CALL(hp_channels_check(channels, err));
    HP_CALL(check_charges(solver, channels, err));
    HP_CALL(check_local(solver, interaction, err));
    HP_CALL(check_kernel(solver, interaction->kernel, err));
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
