// SPDX-License-Identifier: GPL-3.0-or-later
/* What the files of plans and correlators share. */
#ifndef HADPOT_CORRELATOR_PLAN_PARTS_H
#define HADPOT_CORRELATOR_PLAN_PARTS_H

#include "hadpot/correlator.h"

/* A column of a plan: numbers of its sources and times. */
typedef struct hp_wave_column {
    int source, t;
} hp_wave_column;

/* Components of the plan, their pairs with masses, spins and fields; the sources are there. names:
 * n of components, 0: all. Errors: HP_ERR_INPUT. */
hp_status hp_correlator_choose_components(char *const *names, int n, hp_correlator_plan *plan,
                                          hp_error *err);

/* Radii: shells, thick shells (misner not NULL) or orbits. Errors: HP_ERR_INPUT. */
hp_status hp_correlator_choose_radii(const hp_misner_options *misner, hp_correlator_plan *plan,
                                     hp_error *err);

/* Whether f_a needs more than 1: components of several pairs. Errors of check: HP_ERR_INPUT where
 * measured factors have no two-point functions. */
bool hp_correlator_has_factors(const hp_correlator_plan *plan);
hp_status hp_correlator_check_factors(const hp_correlator_plan *plan, hp_error *err);

/* f (ncomponent) of a column, f_a/f_0. Errors: HP_ERR_INPUT when a two-point function is zero. */
hp_status hp_correlator_factors(const hp_correlator_plan *plan, const hp_pair *pair,
                                const double *row, hp_wave_column at, double *f, hp_error *err);

/* Set in number (row_length) the two-point functions that factors f_a take. */
void hp_correlator_mark_factors(const hp_correlator_plan *plan, hp_wave_column at, bool *number);

#endif
