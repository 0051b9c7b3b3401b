// SPDX-License-Identifier: GPL-3.0-or-later
/* The fits of a run: the average on one rank, then samples on all. */
#ifndef HADPOT_PIPELINE_SAMPLES_H
#define HADPOT_PIPELINE_SAMPLES_H

#include "hadpot/pipeline.h"
#include "items.h"

/* Collective, after hp_pipeline_prepare. The fit of the average on rank 0, from the checkpoint or
 * by a fit that is kept there at once, and beside it the model of errors on the others
 * (hp_noise_find); run->rows is made, and has it on every rank. Errors: the same on every rank. */
hp_status hp_samples_average(hp_pipeline *run, hp_error *err);

/* Collective, then. Fill run->rows in the same way; ncomputed becomes 0 for an average that is
 * hopeless. beside: other work of the same ranks, its compute_other, if nother is not 0. Errors:
 * the same on every rank; finished samples stay in the checkpoint. */
hp_status hp_samples_fit(hp_pipeline *run, const hp_items *beside, hp_error *err);

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
