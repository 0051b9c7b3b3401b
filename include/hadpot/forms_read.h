// SPDX-License-Identifier: GPL-3.0-or-later
/* Tabulated potentials from files (hp_forms_add_local_table, hp_forms_add_nonlocal_table). */
#ifndef HADPOT_FORMS_READ_H
#define HADPOT_FORMS_READ_H

#include "hadpot/forms.h"

/* Add V(r) from a text file of comma-separated columns: r_fm and `column` by the names of a header
 * line (NULL: v_mev, and the first two columns without a header); `#` starts a comment. Errors:
 * HP_ERR_INPUT with file and line: not readable, no such column, no numbers, r negative or not
 * ascending, under 3 points. */
hp_status hp_forms_read_local(hp_forms *forms, const char *path, const char *column, hp_error *err);

/* Add U(r,r') from an HDF5 file: r_fm (n) and u_mev_fm3 (n, n), or the map potential/u_r_fm,
 * potential/u_mev_fm3 of a results.h5, the mean of its rows. Errors: HP_ERR_INPUT with file and
 * dataset. */
hp_status hp_forms_read_nonlocal(hp_forms *forms, const char *path, hp_error *err);

#endif
