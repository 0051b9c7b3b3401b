// SPDX-License-Identifier: GPL-3.0-or-later
/* The Gamma method, and errors from bins. */
#include "hadpot/autocorrelation.h"
#include <math.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_statistics_double.h>

/* S of Wolff's automatic window: the decay time of the autocorrelation is taken as S tau_int. */
static const double WINDOW_FACTOR = 1.5;

/* Errors from bins may be too small by 5 %. */
static const double GOOD_RATIO = 0.95;

/* Numbers of several streams and their common mean. */
typedef struct {
    const double *x;
    const int *start;
    int nstream;
    double mean;
} chain;

/* Gamma(lag) = mean over the pairs of rows `lag` apart of the product of their deviations. */
static double gamma_at(const chain *c, int lag) {
    double sum = 0.0;
    int pairs = 0;
    for (int s = 0; s < c->nstream; s++)
        for (int i = c->start[s]; i + lag < c->start[s + 1]; i++, pairs++)
            sum += (c->x[i] - c->mean) * (c->x[i + lag] - c->mean);
    return pairs > 0 ? sum / pairs : 0.0;
}

static int longest_stream(const chain *c) {
    int longest = 0;
    for (int s = 0; s < c->nstream; s++) {
        int rows = c->start[s + 1] - c->start[s];
        if (rows > longest) longest = rows;
    }
    return longest;
}

/* The first W at which the systematic error of the sum, exp(-W/tau), falls below its statistical
 * one, tau/sqrt(W N), with tau = S / ln((2 tau_int + 1)/(2 tau_int - 1)); at most half of the
 * longest stream. *sum: of Gamma(t) from 1 to W. */
static int find_window(const chain *c, double gamma_0, double *sum) {
    int last = longest_stream(c) / 2, n = c->start[c->nstream];
    *sum = 0.0;
    for (int t = 1; t <= last; t++) {
        *sum += gamma_at(c, t);
        double rest = *sum / gamma_0; /* tau_int - 1/2 */
        if (rest <= 0.0) return t;    /* tau = 0 */
        double tau = WINDOW_FACTOR / log((rest + 1.0) / rest);
        if (exp(-t / tau) < tau / sqrt((double)t * n)) return t;
    }
    return last;
}

/* chi2 of the means of the streams around their common one has variance / rows each. */
static double replica_quality(const chain *c, double variance) {
    int streams = 0;
    double chi2 = 0.0;
    for (int s = 0; s < c->nstream; s++) {
        int rows = c->start[s + 1] - c->start[s];
        if (rows == 0) continue;
        double d = gsl_stats_mean(c->x + c->start[s], 1, (size_t)rows) - c->mean;
        chi2 += d * d * rows / variance;
        streams++;
    }
    gsl_sf_result Q;
    if (streams < 2) return 1.0;
    if (gsl_sf_gamma_inc_Q_e(0.5 * (streams - 1), 0.5 * chi2, &Q) != 0) return 0.0; /* underflow */
    return Q.val;
}

hp_autocorrelation hp_autocorrelation_estimate(const double *x, const int *start, int nstream) {
    int n = start[nstream];
    chain c = {x, start, nstream, gsl_stats_mean(x, 1, (size_t)n)};
    double gamma_0 = gamma_at(&c, 0), sum;
    if (!(gamma_0 > 0.0)) return (hp_autocorrelation){n, 0, NAN, NAN, NAN, NAN, NAN, NAN};
    int window = find_window(&c, gamma_0, &sum);
    double C = gamma_0 + 2.0 * sum; /* 2 tau_int Gamma(0) */
    if (C <= 0.0) {                 /* noise: without a variance there is no error */
        window = 0;
        C = gamma_0;
    }
    gamma_0 +=
        C / n; /* the mean was taken from the same numbers: every Gamma(t) is C/N too small */
    C *= 1.0 + (2.0 * window + 1.0) / n;
    double tau = 0.5 * C / gamma_0, error = sqrt(C / n), reach = fmax(window, 1.0) + 0.5;
    return (hp_autocorrelation){.nrow = n,
                                .window = window,
                                .tau_int = tau,
                                .tau_int_error = 2.0 * tau * sqrt(fmax(reach - tau, 0.0) / n),
                                .error = error,
                                .error_error = error * sqrt(reach / n),
                                .independent = sqrt(gamma_0 / n),
                                .replica_quality = replica_quality(&c, C)};
}

double hp_autocorrelation_binned_error(const double *x, const int *start, int nstream, int bin,
                                       double *uncertainty) {
    int nbin = 0;
    double mean = 0.0, squares = 0.0; /* of the bins, one after another [gsl_stats_variance] */
    for (int s = 0; s < nstream; s++)
        for (int first = start[s]; first + bin <= start[s + 1]; first += bin) {
            double deviation = gsl_stats_mean(x + first, 1, (size_t)bin) - mean;
            mean += deviation / ++nbin;
            squares += deviation * deviation * (nbin - 1) / nbin;
        }
    double error = nbin < 2 ? NAN : sqrt(squares / (nbin - 1) / nbin);
    if (uncertainty != NULL) *uncertainty = error / sqrt(2.0 * (nbin - 1));
    return error;
}

double hp_autocorrelation_ratio(double tau_int, int bin) {
    if (tau_int <= 0.5) return 1.0;
    double rho = (2.0 * tau_int - 1.0) / (2.0 * tau_int + 1.0);
    return sqrt(1.0 - (tau_int - 0.25 / tau_int) * (1.0 - pow(rho, bin)) / bin);
}

int hp_autocorrelation_bin(double tau_int) {
    int bin = 1;
    while (hp_autocorrelation_ratio(tau_int, bin) < GOOD_RATIO) bin++;
    return bin;
}
