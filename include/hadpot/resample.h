// SPDX-License-Identifier: GPL-3.0-or-later
/* Jackknife and bootstrap samples of the bins of an ensemble (ingest.h), and what their spread
 * says. See docs/method.md. */
#ifndef HADPOT_RESAMPLE_H
#define HADPOT_RESAMPLE_H

#include "hadpot/ingest.h"
#include "hadpot/sample_rule.h"

/* Which samples are wanted. */
typedef struct hp_resampling_setup {
    hp_method method;
    int max_samples;       /* -1 all, else at most that many are computed (0: the average only) */
    int bootstrap_samples; /* at least 2; what follows is of the bootstrap alone */
    uint64_t seed;
} hp_resampling_setup;

/* The resampled sets of an ensemble. Borrows the sums of bins. */
typedef struct hp_resampling {
    hp_ingest *ingest; /* not owned */
    hp_method method;
    int nsample;   /* N: of the jackknife as many as bins */
    int ncomputed; /* samples 0 .. ncomputed-1 are computed by the run; N unless limited */
    uint64_t seed; /* of the bootstrap, and all below; else 0 and NULL */
    int *draw;     /* (nsample, nbin) the bins of each sample, those of each stream together */
    int *count;    /* (nbin) work space: how often a sample has each bin */
} hp_resampling;

/* Collective. Which samples there are; needs the number of bins, not their sums. Bins of a
 * bootstrap sample are drawn with replacement by a generator keyed by (seed, sample,
 * HP_PURPOSE_BOOTSTRAP), as many of each stream as it has. resampling: out, owned by the caller.
 * Errors, the same on every rank: HP_ERR_INPUT for a bootstrap of a stream of fewer than 3 bins
 * that has any, or of jackknife rows. */
hp_status hp_resampling_create(hp_ingest *ingest, const hp_resampling_setup *setup,
                               hp_resampling *resampling, hp_error *err);
void hp_resampling_destroy(hp_resampling *resampling);

hp_sample_rule hp_resampling_rule(const hp_resampling *resampling);

/* Directions that the deviations of bins from their mean span: nbin - 1; of a bootstrap, which
 * draws within streams and subtracts the mean of each, nbin less the streams that have any. */
int hp_resampling_freedom(const hp_resampling *resampling);

/* Bins of the shortest stream that has any. */
int hp_resampling_shortest_stream(const hp_resampling *resampling);

/* row[row_length] = sample i in 0 .. nsample-1. Jackknife: the average without bin i,
 * (total - sum of bin i) / (nbin bin - bin), or row i of a jackknife file. Bootstrap: the average
 * of the bins draw[i]. Not collective; bins that are not in memory are read, in file order. */
hp_status hp_resampling_sample(hp_resampling *resampling, int i, double *row, hp_error *err);

/* Collective. value[length] of the average row, error[length] = statistical error from all N
 * samples of what `function` makes of a row. Same bits on any number of ranks. */
hp_status hp_resampling_errors(hp_resampling *resampling, size_t length, hp_row_function function,
                               void *context, double *value, double *error, hp_error *err);

/* Collective. rows (N, length) on every rank: what `function` makes of each sample, less
 * centre[length]. Each sample is computed on one rank; same bits on any number of them.
 * Memory: rows, and nothing of its size beside it. */
hp_status hp_resampling_rows(hp_resampling *resampling, size_t length, hp_row_function function,
                             void *context, const double *centre, double *rows, hp_error *err);

#endif
