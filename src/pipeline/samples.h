// SPDX-License-Identifier: GPL-3.0-or-later
/* The fits of a run: the average on one rank, then samples on all. */
#ifndef HADPOT_PIPELINE_SAMPLES_H
#define HADPOT_PIPELINE_SAMPLES_H

#include "hadpot/pipeline.h"

/* Collective, after hp_analysis_model_errors on rank 0. Fill run->rows, from the checkpoint or by
 * fits that are kept there at once; ncomputed becomes 0 for an average that is hopeless. Errors:
 * the same on every rank; finished samples stay in the checkpoint. */
hp_status hp_samples_fit(hp_pipeline *run, hp_error *err);

/* Form the averaged row of a sample (-1: of the ensemble average, whose results are in run->rows
 * for all others) and compute its results, vector[record.length]. context: an hp_pipeline. Not
 * collective. Errors: of reading, and of hp_analysis_compute. */
hp_status hp_samples_compute(void *context, int sample, const hp_tick *tick, double *vector,
                             hp_error *err);

/* Times what chi2 per effective point may be: samples of an average that misses its data by so much
 * would be hours of work on nothing. */
#define HP_HOPELESS 1000.0
/* On rank 0. */
bool hp_samples_are_hopeless(const hp_pipeline *run);

#endif
