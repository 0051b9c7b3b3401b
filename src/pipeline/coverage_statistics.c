// SPDX-License-Identifier: GPL-3.0-or-later
/* What a set of pulls says. */
#include <math.h>
#include "coverage_parts.h"

/* Value and statistical error of an observable from ensemble m; false: they give no pull. total:
 * out, statistical and systematic errors in quadrature, or NULL. */
static bool take(const hp_coverage *coverage, int m, int observable, hp_band *band,
                 hp_systematic *total) {
    size_t n = (size_t)coverage->nobservable;
    const double *at = coverage->rows + (size_t)m * coverage->length + (size_t)observable;
    *band = (hp_band){at[0], at[n]};
    if (total != NULL)
        *total =
            (hp_systematic){hp_total_error(at[n], at[2 * n]), hp_total_error(at[n], at[3 * n])};
    return isfinite(band->value) && isfinite(band->error) && band->error > 0.0;
}

/* A share, and its uncertainty from n + 2 trials, one more of either kind. */
static hp_band binomial(double within, double n) {
    double p = (within + 1.0) / (n + 2.0);
    return (hp_band){within / n, sqrt(p * (1.0 - p) / (n + 2.0))};
}

void hp_coverage_summarise(const hp_coverage *coverage, int observable,
                           hp_band found[HP_COVERAGE_NFOUND]) {
    double truth = coverage->observable[observable].truth;
    double n = 0.0, sum = 0.0, errors = 0.0, pulls = 0.0, pull_squares = 0.0, squares = 0.0;
    double totals = 0.0, within = 0.0, widths = 0.0;
    hp_band band;
    hp_systematic total;
    for (int m = 0; m < coverage->job->ensembles; m++) {
        if (!take(coverage, m, observable, &band, &total)) continue;
        n += 1.0;
        sum += band.value - truth;
        errors += band.error;
        pulls += (band.value - truth) / band.error;
        pull_squares += pow((band.value - truth) / band.error, 2);
        if (isnan(total.plus)) continue; /* no variation entered */
        totals += 1.0;
        within += truth <= band.value + total.plus && truth >= band.value - total.minus;
        widths += 0.5 * (total.plus + total.minus);
    }
    double mean = pulls / n, rms = sqrt(pull_squares / n);
    for (int m = 0; m < coverage->job->ensembles; m++)
        if (take(coverage, m, observable, &band, NULL))
            squares += pow(band.value - truth - sum / n, 2);
    double spread = sqrt(squares / (n - 1.0));
    found[HP_COVERAGE_ENSEMBLES] = (hp_band){n, 0.0};
    found[HP_COVERAGE_DEVIATION] = (hp_band){sum / n, spread / sqrt(n)};
    found[HP_COVERAGE_SPREAD] = (hp_band){spread, 0.0};
    found[HP_COVERAGE_MEAN_ERROR] = (hp_band){errors / n, 0.0};
    found[HP_COVERAGE_MEAN_PULL] =
        (hp_band){mean, sqrt((pull_squares / n - mean * mean) / (n - 1.0))};
    found[HP_COVERAGE_RMS_PULL] = (hp_band){rms, rms / sqrt(2.0 * n)}; /* of normal pulls */
    found[HP_COVERAGE_WITHIN_ERROR] = hp_coverage_share(coverage, observable, 1.0);
    found[HP_COVERAGE_WITHIN_TOTAL] = binomial(within, totals);
    found[HP_COVERAGE_MEAN_TOTAL] = (hp_band){widths / totals, 0.0};
    found[HP_COVERAGE_TOTALS] = (hp_band){totals, 0.0};
}

hp_band hp_coverage_share(const hp_coverage *coverage, int observable, double limit) {
    double truth = coverage->observable[observable].truth, n = 0.0, within = 0.0;
    hp_band band;
    for (int m = 0; m < coverage->job->ensembles; m++) {
        if (!take(coverage, m, observable, &band, NULL)) continue;
        n += 1.0;
        within += fabs(band.value - truth) <= limit * band.error;
    }
    return binomial(within, n);
}
