// SPDX-License-Identifier: GPL-3.0-or-later
/* Integrated autocorrelation times by the Gamma method, and what they mean for the size of bins
 * (U. Wolff, Comput. Phys. Commun. 156 (2004) 143, erratum 176 (2007) 383; docs/method.md,
 * "Autocorrelation and bins"). Convention, here and in every output:
 *     tau_int = 1/2 + sum_{t >= 1} Gamma(t)/Gamma(0),   1/2: no autocorrelation,
 * in rows of the ensemble file; N rows are worth N/(2 tau_int) independent ones. */
#ifndef HADPOT_AUTOCORRELATION_H
#define HADPOT_AUTOCORRELATION_H

/* What the Gamma method finds; errors are one standard deviation. All NaN for constant numbers. */
typedef struct hp_autocorrelation {
    int nrow;                      /* N */
    int window;                    /* W, the last t in the sum */
    double tau_int, tau_int_error; /* error: 2 tau_int sqrt((W + 1/2 - tau_int)/N) */
    double error, error_error;     /* of the mean: sqrt(2 tau_int Gamma(0)/N) */
    double independent;            /* the same without autocorrelation: sqrt(Gamma(0)/N) */
    double replica_quality;        /* Q: chance of means of the streams that differ more than
                                    * these; 1 for one stream */
} hp_autocorrelation;

/* x[N]: the numbers of one observable, or the projected deviations delta_i = sum_a f_a (a_i - abar)
 * of a derived quantity (hp_ingest_project), stream after stream; start (nstream + 1):
 * where each begins, empty ones are allowed. All streams together have one mean; for lags up to
 * half of the longest, Gamma(t) is the mean over the pairs of rows within a stream. */
hp_autocorrelation hp_autocorrelation_estimate(const double *x, const int *start, int nstream);

/* Error of the mean of x from bins of `bin` numbers within the streams (nbin of them; what fills
 * no bin is left out): the jackknife error of a linear quantity (a
 * bootstrap of one stream: sqrt((nbin-1)/nbin) of it). *uncertainty (may be NULL): of
 * that error, error/sqrt(2 (nbin-1)). NaN with fewer than 2 bins. */
double hp_autocorrelation_binned_error(const double *x, const int *start, int nstream, int bin,
                                       double *uncertainty);

/* Error of the mean from bins over the true one, from 0 to 1, for a long chain with exponential
 * autocorrelation rho^t, rho = (2 tau_int - 1)/(2 tau_int + 1):
 *     sqrt(1 - (tau_int - 1/(4 tau_int)) (1 - rho^bin)/bin);   1 for tau_int <= 1/2. */
double hp_autocorrelation_ratio(double tau_int, int bin);

/* The smallest bin for which that ratio is at least 0.95. */
int hp_autocorrelation_bin(double tau_int);

#endif
