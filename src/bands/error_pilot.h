// SPDX-License-Identifier: GPL-3.0-or-later
/* What samples have beyond a potential that is common to all of them. */
#ifndef HADPOT_BANDS_ERROR_PILOT_H
#define HADPOT_BANDS_ERROR_PILOT_H

#include "hadpot/error_model.h"

/* Z = S - A theta of all samples, (ncolumn, count, nsample) at radii at[count], less the mean over
 * samples. theta: the pilot, fitted to the average with ten times the variance of S. Errors:
 * HP_ERR_MEMORY; HP_ERR_NUMERIC where samples of S all agree or are not finite. */
hp_status hp_error_residuals(const hp_error_data *data, int count, const int *at, double *Z,
                             hp_error *err);

#endif
