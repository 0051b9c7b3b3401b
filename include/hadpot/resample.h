// SPDX-License-Identifier: GPL-3.0-or-later
/* Jackknife and bootstrap samples of the rows of an ensemble, and what their spread says. The unit
 * of both is the bin: rows one after another within one stream (replica) of the ensemble. Rows at
 * the end of each stream that fill no bin are left out everywhere. See docs/method.md. */
#ifndef HADPOT_RESAMPLE_H
#define HADPOT_RESAMPLE_H

#include "hadpot/ensemble.h"
#include "hadpot/sample_rule.h"

/* Which samples are wanted. */
typedef struct hp_resampling_setup {
    hp_method method;
    int bin;               /* rows per bin, at least 1; 1 for jackknife files */
    int max_samples;       /* -1 all, else at most that many are computed (0: the average only) */
    int bootstrap_samples; /* at least 2; what follows is of the bootstrap alone */
    uint64_t seed;
    size_t memory; /* bytes a rank may keep sums of bins in; where they do not fit, none is kept */
} hp_resampling_setup;

/* The resampled sets of an ensemble. Holds the sum of all rows, not the rows. */
typedef struct hp_resampling {
    const hp_ensemble *ensemble; /* not owned, must stay open */
    hp_method method;
    int bin;       /* rows per bin; 1 for sampling = jackknife */
    int nbin;      /* bins, or jackknife rows of the file */
    int nsample;   /* N: of the jackknife as many as bins */
    int ncomputed; /* samples 0 .. ncomputed-1 are computed by the run; N unless limited */
    int ndropped;  /* rows at the ends of streams that fill no bin, used nowhere */
    int *used;     /* (nstream + 1) where each stream begins among the nbin * bin used rows */
    double *total; /* (row_length) sum over the nbin * bin used rows */
    double *block; /* (row_length) work space: a row */
    double *sum;   /* (row_length) work space: the sum of a bin */
    uint64_t seed; /* of the bootstrap, and all below; else 0 and NULL */
    int *draw;     /* (nsample, nbin) the bins of each sample, those of each stream together */
    int *count;    /* (nbin) work space: how often a sample has each bin */
    double *kept;  /* (nbin, row_length) sums of bins that were read, or NULL */
    bool *is_kept; /* (nbin) */
} hp_resampling;

/* Collective. Reads every used row once and sums in file order, so the sum has the same bits on any
 * number of ranks. Bins of a bootstrap sample are drawn with replacement by a generator keyed by
 * (seed, sample, HP_PURPOSE_BOOTSTRAP), as many of each stream as it has.
 * resampling: out, owned by the caller. Memory: three rows, and kept (untouched until bins are
 * read). Errors: HP_ERR_INPUT when fewer than 3 bins result, for a bootstrap in all or in a stream
 * that has any, when bin does not suit, a bootstrap is wanted of jackknife rows, data are not
 * finite. */
hp_status hp_resampling_create(const hp_ensemble *ensemble, const hp_resampling_setup *setup,
                               hp_resampling *resampling, hp_error *err);
void hp_resampling_destroy(hp_resampling *resampling);

hp_sample_rule hp_resampling_rule(const hp_resampling *resampling);

/* Directions that the deviations of bins from their mean span: nbin - 1; of a bootstrap, which
 * draws within streams and subtracts the mean of each, nbin less the streams that have any. */
int hp_resampling_freedom(const hp_resampling *resampling);

/* Bins of the shortest stream that has any. */
int hp_resampling_shortest_stream(const hp_resampling *resampling);

/* Row of the file (0 .. ensemble nsample-1) that is number k of the nbin * bin used rows. */
int hp_resampling_file_row(const hp_resampling *resampling, int k);

/* row[row_length] = average over all used rows (central value). Not collective. */
void hp_resampling_mean(const hp_resampling *resampling, double *row);

/* row[row_length] = sample i in 0 .. nsample-1. Jackknife: the average without bin i,
 * (total - sum of bin i) / (nbin bin - bin), or row i of a jackknife file. Bootstrap: the average
 * of the bins draw[i]. Not collective: reads each of these bins once, in file order, unless it is
 * kept. */
hp_status hp_resampling_sample(hp_resampling *resampling, int i, double *row, hp_error *err);

/* Values derived from an averaged row: writes `length` numbers. */
typedef hp_status (*hp_row_function)(const double *row, double *values, void *context,
                                     hp_error *err);

/* Collective. value[length] of the average row, error[length] = statistical error from all N
 * samples of what `function` makes of a row. Same bits on any number of ranks. */
hp_status hp_resampling_errors(hp_resampling *resampling, size_t length, hp_row_function function,
                               void *context, double *value, double *error, hp_error *err);

/* Collective. rows (N, length) on every rank: what `function` makes of each sample, less
 * centre[length]. Each sample is read and computed on one rank; same bits on any number of them.
 * Memory: rows, and nothing of its size beside it. */
hp_status hp_resampling_rows(hp_resampling *resampling, size_t length, hp_row_function function,
                             void *context, const double *centre, double *rows, hp_error *err);

#endif
