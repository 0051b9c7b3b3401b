// SPDX-License-Identifier: GPL-3.0-or-later
/* The fits of a run: the average on one rank, then samples on all. */
#ifndef HADPOT_PIPELINE_SAMPLES_H
#define HADPOT_PIPELINE_SAMPLES_H

#include "hadpot/pipeline.h"
#include "items.h"

/* What is found on the way, private to samples.c. */
typedef struct hp_sample_fits hp_sample_fits;

/* Collective, after hp_pipeline_prepare: run->rows is made, and what messages of the average need.
 * fits: out, hp_sample_fits_destroy. Errors: the same on every rank. */
hp_status hp_sample_fits_begin(hp_pipeline *run, hp_sample_fits **fits, hp_error *err);

/* The fit of the average, from the checkpoint or by a fit that is kept there at once. */
hp_chore hp_sample_fits_average(hp_sample_fits *fits);

/* Before the first chore: be ready for the average. */
hp_status hp_sample_fits_expect(hp_sample_fits *fits, hp_error *err);

/* What follows that chore and the model of errors, which judges it (hp_chore.enter, context:
 * hp_sample_fits): its results are in run->rows on all ranks; ncomputed becomes 0 where it is
 * hopeless. */
hp_status hp_sample_fits_share(void *context, bool *goes_on, hp_error *err);

/* The samples, as items that follow. */
hp_items *hp_sample_fits_samples(hp_sample_fits *fits);

/* Then: an error of a fit says where finished samples are kept. */
void hp_sample_fits_advise(const hp_sample_fits *fits, hp_status status, hp_error *err);

/* Not collective, after the items. NULL is allowed. */
void hp_sample_fits_destroy(hp_sample_fits **fits);

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
