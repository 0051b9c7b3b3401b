// SPDX-License-Identifier: GPL-3.0-or-later
/* The potential that the form sections of a job state (HP_FORM_SECTIONS of config.h). */
#ifndef HADPOT_GIVEN_POTENTIAL_H
#define HADPOT_GIVEN_POTENTIAL_H

#include "hadpot/config.h"
#include "hadpot/forms.h"
#include "hadpot/pair.h"

/* hbar^2/(2 mu) in MeV fm^2; mass_2_mev 0: the same as mass_1_mev. */
double hp_given_hbar2_over_2mu(double mass_1_mev, double mass_2_mev);

/* The pair of these masses, 0 where they are not given, whose reduced mass h = hbar^2/(2 mu)
 * states; in 1/fm, without charges. */
hp_pair hp_given_pair(double mass_1_mev, double mass_2_mev, double h);

/* The sum of all terms and tables. h: hbar^2/(2 mu) in MeV fm^2. forms: out, owned by the caller.
 * Errors: HP_ERR_INPUT naming the key of a table. */
hp_status hp_given_potential(const hp_form_keys *keys, double h, hp_forms **forms, hp_error *err);

/* "gaussians, yukawas": the sections that have terms. */
enum { HP_GIVEN_TEXT = 256 };
void hp_given_describe(const hp_form_keys *keys, char text[HP_GIVEN_TEXT]);

#endif
