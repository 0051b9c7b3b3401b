// SPDX-License-Identifier: GPL-3.0-or-later
/* Ensembles of version 2: several components, such as 3S1 and 3D1 of one pair of hadrons. They are
 * written by hadpot import, described and checked here; hadpot run does not fit them yet. */
#ifndef HADPOT_COMPONENTS_H
#define HADPOT_COMPONENTS_H

#include <stdio.h>
#include "hadpot/error.h"

/* Not collective. The version of an ensemble file; 0 where there is none to be read. */
int hp_components_version(const char *path);

/* Not collective. Check all of a file of version 2, the numbers of all rows included, and print
 * what it holds: /component                    "PAIR:2S+1LJ" of each component /pair/NAME
 * attributes mass_1, mass_2, identical, charge_1, charge_2 /source/NAME/PAIR/L/R, or four_point
 * with /source/NAME/PAIR/two_point_1, two_point_2 /source/NAME/PAIR/L/laplacian for l > 0: the
 * projection of the Laplacian of psi /source/NAME/PAIR/two_point_full_1, two_point_full_2,
 * .../L/two_baryon: may be there Errors: HP_ERR_INPUT with file, dataset or attribute, expected and
 * found. */
hp_status hp_components_describe(const char *path, FILE *out, hp_error *err);

#endif
