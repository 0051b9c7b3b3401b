// SPDX-License-Identifier: GPL-3.0-or-later
/* The ensemble, its samples and its Markov chain in the record of a run, which has samples. */
#ifndef HADPOT_PIPELINE_ENSEMBLE_RECORD_H
#define HADPOT_PIPELINE_ENSEMBLE_RECORD_H

#include "hadpot/pipeline.h"

/* Rows, streams, bins, the rule of errors; the group /resampling, the bins of each bootstrap
 * sample; and with a chain the group /ensemble, autocorrelation times. */
void hp_run_describe_ensemble(const hp_pipeline *run, hp_record *record);

/* What a reader must know of samples and bins. */
void hp_run_note_samples(const hp_pipeline *run, hp_record *record);

/* Directions that deviations of samples from their mean can span. */
int hp_run_largest_rank(const hp_pipeline *run);

#endif
