// SPDX-License-Identifier: GPL-3.0-or-later
/* Jackknife and bootstrap samples (resample.h) of an ensemble in bins (ingest.h). */
#ifndef HADPOT_RESAMPLED_H
#define HADPOT_RESAMPLED_H

#include "hadpot/ingest.h"
#include "hadpot/resample.h"

/* Collective. hp_resampling_create for the bins of an ingest, which is borrowed. Errors: the same
 * on every rank. */
hp_status hp_ingest_resample(hp_ingest *ingest, const hp_resampling_setup *setup,
                             hp_resampling *resampling, hp_error *err);

/* row[row_length] = sample i in 0 .. nsample-1. Jackknife: the average without bin i,
 * (total - sum of bin i) / (nbin bin - bin), or row i of a jackknife file. Bootstrap: the average
 * of the bins draw[i]. Not collective; bins that are not in memory are read, in file order. */
hp_status hp_ingest_sample(hp_resampling *resampling, int i, double *row, hp_error *err);

/* Collective. value[length] of the average row, error[length] = statistical error from all N
 * samples of what `function` makes of a row. Same bits on any number of ranks. */
hp_status hp_ingest_errors(hp_resampling *resampling, size_t length, hp_row_function function,
                           void *context, double *value, double *error, hp_error *err);

/* Collective. rows (N, length) on every rank: what `function` makes of each sample. Each sample is
 * computed on one rank; same bits on any number of them. Memory: rows, and nothing of its size
 * beside it. */
hp_status hp_ingest_gather(hp_resampling *resampling, size_t length, hp_row_function function,
                           void *context, double *rows, hp_error *err);

/* Both for what is made of a sample that is known by its number, too: -1 is the average. */
typedef hp_status (*hp_sample_function)(int sample, const double *row, double *values,
                                        void *context, hp_error *err);
hp_status hp_ingest_errors_by_sample(hp_resampling *resampling, size_t length,
                                     hp_sample_function function, void *context, double *value,
                                     double *error, hp_error *err);
hp_status hp_ingest_gather_by_sample(hp_resampling *resampling, size_t length,
                                     hp_sample_function function, void *context, double *rows,
                                     hp_error *err);

#endif
