// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/interaction.h"
#include <math.h>
#include <stddef.h>

/* Largest |K(r,r') - K(r',r)| over the largest |K|: of kernels that are symmetric by construction,
 * amply. */
static const double ASYMMETRY = 1e-10;

/* Of a force that is itself a small correction at the end of the range. */
static const double MISSING_CHARGE = 1e-6;

static hp_status check_values(const hp_quadrature *grid, const double *values, const char *name,
                              hp_error *err) {
    for (int i = 0; values != NULL && i < grid->n; i++)
        HP_REQUIRE(isfinite(values[i]), HP_ERR_NUMERIC, "the %s at r = %g is %g", name, grid->r[i],
                   values[i]);
    return HP_OK;
}

static hp_status check_kernel(const hp_quadrature *grid, const double *kernel, bool *symmetric,
                              hp_error *err) {
    size_t n = (size_t)grid->n;
    double largest = 0.0, difference = 0.0;
    for (size_t i = 0; kernel != NULL && i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double here = fabs(kernel[i * n + j]), there = fabs(kernel[j * n + i]);
            double apart = fabs(kernel[i * n + j] - kernel[j * n + i]);
            size_t r = isfinite(there) ? i : j, rp = isfinite(there) ? j : i;
            HP_REQUIRE(isfinite(there) && isfinite(here), HP_ERR_NUMERIC,
                       "the non-local potential at r = %g, r' = %g is %g", grid->r[r], grid->r[rp],
                       kernel[r * n + rp]);
            if (here > largest) largest = here; /* fmax is a call of a function */
            if (there > largest) largest = there;
            if (apart > difference) difference = apart;
        }
    *symmetric = difference <= ASYMMETRY * largest;
    return HP_OK;
}

hp_status hp_interaction_check_charge(const hp_coulomb *coulomb, double range, const char *of,
                                      hp_error *err) {
    double strength = coulomb->strength;
    HP_REQUIRE(isfinite(strength) && isfinite(coulomb->dipole) && coulomb->dipole >= 0.0,
               HP_ERR_INPUT, "bad Coulomb force%s: strength %g, dipole mass %g", of, strength,
               coulomb->dipole);
    double missing = 1.0 - hp_coulomb_value(coulomb, range) * range / strength;
    HP_REQUIRE(strength == 0.0 || fabs(missing) <= MISSING_CHARGE, HP_ERR_INPUT,
               "a dipole mass of %g makes the Coulomb force%s differ from that of point charges by "
               "%.1e at the end of the radial grid, r = %g: the grid must be longer",
               coulomb->dipole, of, missing, range);
    return HP_OK;
}

hp_status hp_interaction_check(const hp_interaction *interaction, const hp_quadrature *grid,
                               bool *symmetric, hp_error *err) {
    HP_REQUIRE(interaction->component.l == 0, HP_ERR_INPUT,
               "the solvers have S waves only, found l = %d", interaction->component.l);
    HP_CALL(check_values(grid, interaction->local, "local potential", err));
    HP_CALL(check_values(grid, interaction->slope, "slope of the local potential", err));
    HP_CALL(check_kernel(grid, interaction->kernel, symmetric, err));
    return hp_interaction_check_charge(&interaction->coulomb, grid->range, "", err);
}

hp_status hp_interaction_check_momentum(const hp_quadrature *grid, double k2, hp_error *err) {
    HP_REQUIRE(isfinite(k2) && k2 >= 0.0, HP_ERR_INPUT,
               "k^2 must not be negative in a scattering calculation, found %g", k2);
    HP_REQUIRE(
        sqrt(k2) * grid->range <= grid->n, HP_ERR_INPUT,
        "momentum k = %g is too high for a radial grid of %d nodes up to r = %g: the highest "
        "it can resolve is %g",
        sqrt(k2), grid->n, grid->range, grid->n / grid->range);
    return HP_OK;
}
