// SPDX-License-Identifier: GPL-3.0-or-later
/* The potential that a job of `hadpot scatter` states. */
#ifndef HADPOT_GIVEN_POTENTIAL_H
#define HADPOT_GIVEN_POTENTIAL_H

#include "hadpot/config.h"
#include "hadpot/forms.h"

/* hbar^2/(2 mu) in MeV fm^2. */
double hp_given_hbar2_over_2mu(const hp_scatter_job *job);

/* The sum of all terms and tables. forms: out, owned by the caller. Errors: HP_ERR_INPUT naming the
 * key of a table. */
hp_status hp_given_potential(const hp_scatter_job *job, hp_forms **forms, hp_error *err);

/* "gaussians, yukawas": the sections that have terms. */
enum { HP_GIVEN_TEXT = 256 };
void hp_given_describe(const hp_scatter_job *job, char text[HP_GIVEN_TEXT]);

#endif
