// SPDX-License-Identifier: GPL-3.0-or-later
/* Delete-one(-bin) jackknife over the rows of an ensemble, and its error function. A bin lies
 * within one stream (replica) of the ensemble: rows at the end of each stream that fill no bin are
 * left out everywhere. */
#ifndef HADPOT_RESAMPLE_H
#define HADPOT_RESAMPLE_H

#include "hadpot/ensemble.h"

/* The resampled sets of an ensemble. Holds one average row, never all of them. */
typedef struct hp_resampling {
    const hp_ensemble *ensemble; /* not owned, must stay open */
    int bin;                     /* rows per bin; 1 for sampling = jackknife */
    int nsample;                 /* N: bins, or jackknife rows of the file */
    int ncomputed; /* samples 0 .. ncomputed-1 are computed by the run; N unless limited */
    int ndropped;  /* rows at the ends of streams that fill no bin, used nowhere */
    int *used;     /* (nstream + 1) where each stream begins among the N * bin used rows */
    double *total; /* (row_length) sum over the N * bin used rows */
    double *block; /* (row_length) work space */
} hp_resampling;

/* Collective. Reads every used row once and sums in file order, so the sum has the same bits on any
 * number of ranks. bin >= 1 (1 for jackknife files); max_samples: -1 all, else at most that many
 * samples are computed (0: the average only). resampling: out, owned by the caller.
 * Errors: HP_ERR_INPUT when fewer than 3 samples result, bin does not suit, data are not finite. */
hp_status hp_resampling_create(const hp_ensemble *ensemble, int bin, int max_samples,
                               hp_resampling *resampling, hp_error *err);
void hp_resampling_destroy(hp_resampling *resampling);

/* Row of the file (0 .. ensemble nsample-1) that is number k of the N * bin used rows. */
int hp_resampling_file_row(const hp_resampling *resampling, int k);

/* row[row_length] = average over all used rows (central value). Not collective. */
void hp_resampling_mean(const hp_resampling *resampling, double *row);

/* row[row_length] = jackknife sample i in 0 .. nsample-1: the average without bin i,
 * (total - sum of bin i) / (N bin - bin), or row i of a jackknife file. Not collective: reads bin
 * i. */
hp_status hp_resampling_sample(hp_resampling *resampling, int i, double *row, hp_error *err);

/* Values derived from an averaged row: writes `length` numbers. */
typedef hp_status (*hp_row_function)(const double *row, double *values, void *context,
                                     hp_error *err);

/* Collective. value[length] of the average row, error[length] = jackknife error over all N samples
 * (SPEC 1.9) of what `function` makes of a row. Same bits on any number of ranks. */
hp_status hp_resampling_errors(hp_resampling *resampling, size_t length, hp_row_function function,
                               void *context, double *value, double *error, hp_error *err);

/* Collective. rows (N, length) on every rank: what `function` makes of each jackknife sample, less
 * centre[length]. Each sample is read and computed on one rank; same bits on any number of them.
 * Memory: rows, and nothing of its size beside it. */
hp_status hp_resampling_rows(hp_resampling *resampling, size_t length, hp_row_function function,
                             void *context, const double *centre, double *rows, hp_error *err);

/* Jackknife error (N-1) sqrt( sum_i (x_i - xbar)^2 / (N (n-1)) ), xbar the mean of the n given
 * samples of N: the usual sqrt((N-1)/N sum) for n = N, and without bias in its square when only a
 * part was computed. x[i * stride]. NaN if n < 2. */
double hp_jackknife_error(const double *x, int n, size_t stride, int nsample);

#endif
