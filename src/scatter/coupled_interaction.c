// SPDX-License-Identifier: GPL-3.0-or-later
/* What both solvers of coupled components ask of an interaction. */
#include <math.h>
#include <stdio.h>
#include "hadpot/coupled.h"
#include "hadpot/interaction.h"

/* Largest |K_cd(r,r') - K_dc(r',r)| over the largest |K|: kernels are symmetric by construction. */
static const double ASYMMETRY = 1e-10;

static hp_status check_kernel(const hp_quadrature *grid, int ncomponent, const double *kernel,
                              hp_error *err) {
    size_t n = (size_t)grid->n, size = (size_t)ncomponent * n;
    double largest = 0.0, difference = 0.0;
    for (size_t i = 0; kernel != NULL && i < size; i++)
        for (size_t j = 0; j <= i; j++) {
            double here = kernel[i * size + j], there = kernel[j * size + i];
            double apart = fabs(here - there), more = fabs(here) + fabs(there);
            HP_REQUIRE(isfinite(more), HP_ERR_NUMERIC,
                       "the non-local potential between components %zu and %zu at r = %g, r' = %g "
                       "is %g",
                       i / n + 1, j / n + 1, grid->r[i % n], grid->r[j % n],
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

static hp_status check_local(const hp_quadrature *grid, const hp_matrix_interaction *interaction,
                             hp_error *err) {
    int n = grid->n, N = interaction->ncomponent;
    const double *local = interaction->local;
    for (int c = 0; local != NULL && c < N; c++)
        for (int d = 0; d <= c; d++)
            for (int i = 0; i < n; i++) {
                double here = local[(c * N + d) * n + i], there = local[(d * N + c) * n + i];
                HP_REQUIRE(isfinite(here) && isfinite(there), HP_ERR_NUMERIC,
                           "the local potential between components %d and %d at r = %g is %g",
                           c + 1, d + 1, grid->r[i], isfinite(here) ? there : here);
                HP_REQUIRE(fabs(here - there) <= ASYMMETRY * fabs(here), HP_ERR_INPUT,
                           "the local potential of coupled components must be symmetric, found "
                           "%g and %g between components %d and %d at r = %g",
                           here, there, c + 1, d + 1, grid->r[i]);
            }
    HP_REQUIRE(interaction->slope == NULL || N == 1, HP_ERR_INPUT,
               "a local potential that depends on energy is for one component, found %d", N);
    for (int i = 0; interaction->slope != NULL && i < n; i++)
        HP_REQUIRE(isfinite(interaction->slope[i]), HP_ERR_NUMERIC,
                   "the slope of the local potential at r = %g is %g", grid->r[i],
                   interaction->slope[i]);
    return HP_OK;
}

static hp_status check_charges(const hp_channels *channels, double range, hp_error *err) {
    char of[32];
    for (int a = 0; a < channels->npair; a++) {
        (void)snprintf(of, sizeof of, " of pair %d", a + 1);
        HP_CALL(hp_interaction_check_charge(&channels->coulomb[a], range, of, err));
    }
    return HP_OK;
}

hp_status hp_matrix_interaction_check(const hp_matrix_interaction *interaction,
                                      const hp_channels *channels, const hp_quadrature *grid,
                                      hp_error *err) {
    HP_REQUIRE(interaction->ncomponent == channels->ncomponent, HP_ERR_INPUT,
               "the interaction has %d components, the channels %d", interaction->ncomponent,
               channels->ncomponent);
    HP_CALL(hp_channels_check(channels, err));
    HP_CALL(check_charges(channels, grid->range, err));
    HP_CALL(check_local(grid, interaction, err));
    return check_kernel(grid, interaction->ncomponent, interaction->kernel, err);
}
