// SPDX-License-Identifier: GPL-3.0-or-later
/* The ensemble, its samples and its Markov chain in the record of a run, which has samples. */
#ifndef HADPOT_PIPELINE_ENSEMBLE_RECORD_H
#define HADPOT_PIPELINE_ENSEMBLE_RECORD_H

#include "hadpot/pipeline.h"

/* Rows, streams, bins, the rule of errors. */
void hp_run_describe_ensemble(const hp_pipeline *run, hp_record *record);

/* The group /resampling: the bins of each bootstrap sample; nothing of jackknife samples, which are
 * without one bin each, in the order of the file. Errors: HP_ERR_MEMORY. */
hp_status hp_run_describe_draws(const hp_pipeline *run, hp_record *record, hp_error *err);

/* The group /ensemble: autocorrelation times; nothing without a chain. Errors: HP_ERR_MEMORY. */
hp_status hp_run_describe_chain(const hp_pipeline *run, hp_record *record, hp_error *err);

/* What a reader must know of samples and bins. */
void hp_run_note_samples(const hp_pipeline *run, hp_record *record);

/* Directions that deviations of samples from their mean can span. */
int hp_run_largest_rank(const hp_pipeline *run);

#endif
