// SPDX-License-Identifier: GPL-3.0-or-later
/* What a set of bands says. */
#include <math.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include "hadpot/totals.h"
#include "coverage_parts.h"

static double part_of(const hp_coverage *coverage, int m, int observable, int part) {
    return coverage
        ->rows[(size_t)m * coverage->length + (size_t)(part * coverage->nobservable + observable)];
}

/* The band of an observable from ensemble m; false: it has none of this kind, or no value. */
static bool take(const hp_coverage *coverage, hp_coverage_kind kind, int m, int observable,
                 hp_interval *band) {
    double part[HP_COVERAGE_NPART];
    for (int p = 0; p < HP_COVERAGE_NPART; p++) part[p] = part_of(coverage, m, observable, p);
    if (kind == HP_COVERAGE_TOTAL) {
        *band = (hp_interval){part[HP_COVERAGE_CENTRE], part[HP_COVERAGE_TOTAL_MINUS],
                              part[HP_COVERAGE_TOTAL_PLUS]};
        return isfinite(band->value) && band->minus >= 0.0 && band->plus >= 0.0 &&
               band->minus + band->plus > 0.0;
    }
    double error = part[HP_COVERAGE_ERROR];
    *band = (hp_interval){part[HP_COVERAGE_VALUE], error, error};
    if (kind == HP_COVERAGE_SYST) {
        band->minus = hp_total_error(error, part[HP_COVERAGE_SYST_MINUS]);
        band->plus = hp_total_error(error, part[HP_COVERAGE_SYST_PLUS]);
    }
    return isfinite(band->value) && isfinite(error) && error > 0.0 &&
           !isnan(band->minus + band->plus);
}

/* Deviation over the error of the side on which the truth is; 0 within a band without end. */
static double pull_of(hp_interval band, double truth) {
    double deviation = band.value - truth;
    return deviation == 0.0 ? 0.0 : deviation / (deviation > 0.0 ? band.minus : band.plus);
}

/* A share, and its uncertainty from n + 2 trials, one more of either kind. */
static hp_band binomial(double within, double n) {
    double p = (within + 1.0) / (n + 2.0);
    return (hp_band){within / n, n > 0.0 ? sqrt(p * (1.0 - p) / (n + 2.0)) : NAN};
}

void hp_coverage_interval(hp_band share, double n, double level, double limit[2]) {
    double within = nearbyint(share.value * n), outside = n - within, tail = 0.5 * (1.0 - level);
    limit[0] = within > 0.0 ? gsl_cdf_beta_Pinv(tail, within, outside + 1.0) : 0.0;
    limit[1] = outside > 0.0 ? gsl_cdf_beta_Qinv(tail, within + 1.0, outside) : 1.0;
    if (!(n > 0.0)) limit[0] = limit[1] = NAN;
}

/* Mean of x (n) and its standard deviation; nan where there are too few. */
static hp_band moments(const double *x, size_t n) {
    double mean = n > 0 ? gsl_stats_mean(x, 1, n) : NAN;
    return (hp_band){mean, n > 1 ? gsl_stats_sd_m(x, 1, n, mean) : NAN};
}

static double median(double *x, size_t n) {
    gsl_sort(x, 1, n);
    return n > 0 ? gsl_stats_median_from_sorted_data(x, 1, n) : NAN;
}

void hp_coverage_summarise(const hp_coverage *coverage, hp_coverage_kind kind, int observable,
                           hp_band found[HP_COVERAGE_NSTATISTIC]) {
    double truth = coverage->observable[observable].truth, squares = 0.0, within = 0.0;
    double *deviation = coverage->work, *pull = deviation + coverage->job->ensembles;
    double *width = pull + coverage->job->ensembles;
    size_t n = 0;
    for (int m = 0; m < coverage->job->ensembles; m++) {
        hp_interval band;
        if (!take(coverage, kind, m, observable, &band)) continue;
        deviation[n] = band.value - truth;
        pull[n] = pull_of(band, truth);
        width[n] = 0.5 * (band.minus + band.plus);
        squares += pull[n] * pull[n];
        within += fabs(pull[n++]) <= 1.0;
    }
    double count = (double)n, root = sqrt(count), rms = sqrt(squares / count);
    hp_band deviations = moments(deviation, n), pulls = moments(pull, n);
    found[HP_COVERAGE_ENSEMBLES] = (hp_band){count, 0.0};
    found[HP_COVERAGE_DEVIATION] = (hp_band){deviations.value, deviations.error / root};
    found[HP_COVERAGE_SPREAD] = (hp_band){deviations.error, 0.0};
    found[HP_COVERAGE_MEAN_WIDTH] = (hp_band){moments(width, n).value, 0.0};
    found[HP_COVERAGE_MEDIAN_WIDTH] = (hp_band){median(width, n), 0.0};
    found[HP_COVERAGE_MEAN_PULL] = (hp_band){pulls.value, pulls.error / root};
    found[HP_COVERAGE_RMS_PULL] = (hp_band){rms, rms / sqrt(2.0 * count)}; /* of normal pulls */
    found[HP_COVERAGE_WITHIN] = binomial(within, count);
}

hp_band hp_coverage_share(const hp_coverage *coverage, int observable, double limit) {
    double truth = coverage->observable[observable].truth, n = 0.0, within = 0.0;
    hp_interval band;
    for (int m = 0; m < coverage->job->ensembles; m++) {
        if (!take(coverage, HP_COVERAGE_STAT, m, observable, &band)) continue;
        n += 1.0;
        within += fabs(pull_of(band, truth)) <= limit;
    }
    return binomial(within, n);
}

void hp_coverage_count_marks(const hp_coverage *coverage, int observable,
                             hp_band found[HP_COVERAGE_NMARKED]) {
    double truth = coverage->observable[observable].truth;
    double n[HP_COVERAGE_NMARKED] = {0}, marked[HP_COVERAGE_NMARKED] = {0};
    hp_interval band;
    for (int m = 0; m < coverage->job->ensembles; m++) {
        double mark = part_of(coverage, m, observable, HP_COVERAGE_MARK);
        if (!take(coverage, HP_COVERAGE_TOTAL, m, observable, &band) || isnan(mark)) continue;
        bool holds = fabs(pull_of(band, truth)) <= 1.0;
        const int both[] = {HP_COVERAGE_OF_ALL,
                            holds ? HP_COVERAGE_OF_HELD : HP_COVERAGE_OF_MISSED};
        for (int i = 0; i < 2; i++) {
            n[both[i]] += 1.0;
            marked[both[i]] += mark > 0.0;
        }
    }
    for (int i = 0; i < HP_COVERAGE_NMARKED; i++) found[i] = binomial(marked[i], n[i]);
}
