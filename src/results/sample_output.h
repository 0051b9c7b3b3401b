// SPDX-License-Identifier: GPL-3.0-or-later
/* What is written about the samples of a run: what they mean, which bins they hold, covariances. */
#ifndef HADPOT_RESULTS_SAMPLE_OUTPUT_H
#define HADPOT_RESULTS_SAMPLE_OUTPUT_H

#include <hdf5.h>
#include "hadpot/results.h"

/* The rule of the rows after the first in one line, its method in front. */
const char *hp_results_error_function(const hp_results *results);

/* The group /resampling of results.h5: the bins of each bootstrap sample; nothing of jackknife
 * samples, which are without one bin each, in the order of the file. */
hp_status hp_results_write_draws(const hp_results *results, hid_t file, hp_error *err);

/* /covariance/NAME of V(r), delta and k cot delta, from the rows; nothing with fewer than 2. */
hp_status hp_results_write_covariances(const hp_results *results, hid_t file, hp_error *err);

#endif
