// SPDX-License-Identifier: GPL-3.0-or-later
/* Parts of hp_goodness_note. */
#ifndef HADPOT_GOODNESS_PARTS_H
#define HADPOT_GOODNESS_PARTS_H

#include "hadpot/goodness.h"

/* Notes of fits that do not describe their data, or did not converge, in all or in part, and the
 * limits of parts as rows. Errors: HP_ERR_MEMORY. */
hp_status hp_goodness_warn(const hp_goodness *goodness, const hp_fit_data *data, double probability,
                           hp_record *record, hp_error *err);

/* The name of a component in this record, "" where there is one. */
const char *hp_goodness_component(const hp_record *record, int component);

/* Where a region begins and ends; the last one with the radii of the data. */
void hp_goodness_region_limits(const hp_goodness *goodness, const hp_fit_data *data, int region,
                               double limits_fm[2]);

#endif
