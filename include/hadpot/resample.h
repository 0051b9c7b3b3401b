// SPDX-License-Identifier: GPL-3.0-or-later
/* Jackknife and bootstrap samples of bins, and what their spread says. See docs/method.md. */
#ifndef HADPOT_RESAMPLE_H
#define HADPOT_RESAMPLE_H

#include <stdint.h>
#include "hadpot/error.h"
#include "hadpot/sample_rule.h"

/* Two bins have one difference: an error of their mean, but none of that error. */
enum { HP_MIN_BINS = 3 };

/* Data in bins of `bin` rows one after another, none of which crosses from one stream (replica) to
 * another. */
typedef struct hp_bins {
    const char *label; /* what messages call the data */
    int bin, nbin, nstream;
    const int *start; /* (nstream + 1) where each stream begins among the nbin bin rows; borrowed */
    bool are_samples; /* rows are averages without one configuration each, bin is 1 */
} hp_bins;

/* Which samples are wanted. */
typedef struct hp_resampling_setup {
    hp_method method;
    int max_samples;       /* -1 all, else at most that many are computed (0: the average only) */
    int bootstrap_samples; /* at least 2; what follows is of the bootstrap alone */
    uint64_t seed;
} hp_resampling_setup;

/* The resampled sets. */
typedef struct hp_resampling {
    hp_bins bins;
    struct hp_ingest *ingest; /* which has their sums, not owned; NULL: the caller does */
    hp_method method;
    int nsample;   /* N: of the jackknife as many as bins */
    int ncomputed; /* samples 0 .. ncomputed-1 are computed by the run; N unless limited */
    uint64_t seed; /* of the bootstrap, and below; else 0 and NULL */
    int *draw;     /* (nsample, nbin) the bins of each sample, those of each stream together */
    int *count;    /* (nbin) work space: how often a sample has each bin */
} hp_resampling;

/* Which samples there are; needs the number of bins, not their sums. Bins of a bootstrap sample are
 * drawn with replacement by a generator keyed by (seed, sample, HP_PURPOSE_BOOTSTRAP), as many of
 * each stream as it has. resampling: out, owned by the caller. Errors: HP_ERR_INPUT for a bootstrap
 * of a stream of fewer than 3 bins that has any, or of jackknife rows. */
hp_status hp_resampling_create(const hp_bins *bins, const hp_resampling_setup *setup,
                               hp_resampling *resampling, hp_error *err);
void hp_resampling_destroy(hp_resampling *resampling);

hp_sample_rule hp_resampling_rule(const hp_resampling *resampling);

/* Directions that the deviations of bins from their mean span: nbin - 1; of a bootstrap, which
 * draws within streams and subtracts the mean of each, nbin less the streams that have any. */
int hp_resampling_freedom(const hp_resampling *resampling);

/* Bins of a stream, and of the shortest that has any. */
int hp_bins_of_stream(const hp_bins *bins, int stream);
int hp_resampling_shortest_stream(const hp_resampling *resampling);

/* How often a sample has each bin: resampling->count. */
void hp_resampling_count(hp_resampling *resampling, int sample);

/* mean[length] = sample i in 0 .. nsample-1 of sums (nbin, length) of the rows of each bin. The
 * error of what follows from it is hp_sample_error of all samples. */
void hp_resampling_average(hp_resampling *resampling, int i, size_t length, const double *sums,
                           double *mean);

#endif
