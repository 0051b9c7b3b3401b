// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to scatter: where a bound state is, for the files that find it and that describe it. */
#ifndef HADPOT_SCATTER_COUPLED_BOUND_H
#define HADPOT_SCATTER_COUPLED_BOUND_H

#include "coupled_form.h"
#include "coupled_tail.h"

/* Energy and momenta where the pair of the lowest threshold has k^2 = -x^2. */
typedef struct hp_bound_place {
    double x, energy;
    double k2[HP_MOST_COMPONENTS], gamma[HP_MOST_COMPONENTS];
    hp_tail tail[HP_MOST_COMPONENTS];
} hp_bound_place;

/* Errors: HP_ERR_NUMERIC. */
hp_status hp_bound_place_at(const hp_coupled *solver, double x, hp_bound_place *place,
                            hp_error *err);

/* The smallest x: 0, or that of the lowest state of an attractive Coulomb force alone, which has
 * infinitely many. */
double hp_bound_lowest(const hp_coupled *solver);

/* What hp_bound_state holds of the null vector z of the form; wave (N, n) or NULL. Errors:
 * HP_ERR_NUMERIC. */
hp_status hp_bound_describe(hp_coupled *solver, double x, const double *z, hp_bound_state *state,
                            double *wave, hp_error *err);

#endif
