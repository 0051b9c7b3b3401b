// SPDX-License-Identifier: GPL-3.0-or-later
/* All that ranks share out between them before the draws, without waiting for each other: the fit
 * of the average, the model of errors, the forms of the total band, and the fits of samples. */
#ifndef HADPOT_PIPELINE_FITS_H
#define HADPOT_PIPELINE_FITS_H

#include "hadpot/pipeline.h"

/* Collective, after hp_pipeline_prepare. The last rank fits the average; the others take blocks of
 * the model of errors, which rank 0 makes, then forms of the total band, and the last rank when it
 * is ready, too; then samples. Fills run->rows, run->total but its draws, analysis.noise. Errors:
 * the same on every rank; finished samples stay in the checkpoint. */
hp_status hp_fits_compute(hp_pipeline *run, hp_error *err);

/* Collective. The same without any fit; without the total band, too, where the model of errors is
 * all that is wanted. */
hp_status hp_fits_of_band(hp_pipeline *run, hp_error *err);
hp_status hp_fits_of_noise(hp_pipeline *run, hp_error *err);

#endif
