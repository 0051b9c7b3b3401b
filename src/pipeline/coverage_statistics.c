// SPDX-License-Identifier: GPL-3.0-or-later
/* What a set of pulls says. */
#include <math.h>
#include <gsl/gsl_cdf.h>
#include "hadpot/coverage.h"

hp_band hp_coverage_band(const hp_coverage *coverage, int m, int observable) {
    const double *row = coverage->rows + (size_t)m * coverage->length;
    return (hp_band){row[observable], row[coverage->nobservable + observable]};
}

double hp_coverage_quality_of(const hp_coverage *coverage, int m, hp_coverage_quality quality) {
    return coverage->rows[(size_t)m * coverage->length +
                          HP_COVERAGE_NPART * (size_t)coverage->nobservable + (size_t)quality];
}

hp_systematic hp_coverage_total(const hp_coverage *coverage, int m, int observable) {
    size_t n = (size_t)coverage->nobservable;
    const double *at = coverage->rows + (size_t)m * coverage->length + (size_t)observable;
    return (hp_systematic){hp_total_error(at[n], at[2 * n]), hp_total_error(at[n], at[3 * n])};
}

hp_band hp_coverage_mean_quality(const hp_coverage *coverage, hp_coverage_quality quality) {
    double n = 0.0, sum = 0.0, squares = 0.0;
    for (int m = 0; m < coverage->nensemble; m++) {
        double value = hp_coverage_quality_of(coverage, m, quality);
        if (isnan(value)) continue;
        n += 1.0;
        sum += value;
    }
    for (int m = 0; m < coverage->nensemble; m++) {
        double value = hp_coverage_quality_of(coverage, m, quality);
        if (!isnan(value)) squares += (value - sum / n) * (value - sum / n);
    }
    return (hp_band){sum / n, sqrt(squares / (n - 1.0))};
}

static bool has_pull(hp_band band) {
    return isfinite(band.value) && isfinite(band.error) && band.error > 0.0;
}

/* A share, and its uncertainty from n + 2 trials, one more of either kind. */
static hp_band binomial(double within, double n) {
    double p = (within + 1.0) / (n + 2.0);
    return (hp_band){within / n, sqrt(p * (1.0 - p) / (n + 2.0))};
}

/* What total bands hold, and how wide they are. */
static void add_total(const hp_coverage *coverage, int observable, hp_coverage_statistics *found) {
    double truth = coverage->observable[observable].truth, within = 0.0;
    for (int m = 0; m < coverage->nensemble; m++) {
        hp_band band = hp_coverage_band(coverage, m, observable);
        if (!has_pull(band)) continue;
        hp_systematic total = hp_coverage_total(coverage, m, observable);
        if (isnan(total.plus)) continue; /* no variation entered */
        found->ntotal++;
        within += truth <= band.value + total.plus && truth >= band.value - total.minus;
        found->mean_total += 0.5 * (total.plus + total.minus);
    }
    found->mean_total /= found->ntotal;
    found->within_total = binomial(within, found->ntotal);
}

hp_coverage_statistics hp_coverage_summarise(const hp_coverage *coverage, int observable) {
    hp_coverage_statistics found = {.n = 0};
    double truth = coverage->observable[observable].truth, squares = 0.0, pull_squares = 0.0;
    for (int m = 0; m < coverage->nensemble; m++) {
        hp_band band = hp_coverage_band(coverage, m, observable);
        if (!has_pull(band)) continue;
        found.n++;
        found.deviation.value += band.value - truth;
        found.mean_error += band.error;
        found.mean_pull.value += (band.value - truth) / band.error;
        pull_squares += pow((band.value - truth) / band.error, 2);
    }
    double n = found.n;
    found.deviation.value /= n;
    found.mean_error /= n;
    found.mean_pull.value /= n;
    for (int m = 0; m < coverage->nensemble; m++) {
        hp_band band = hp_coverage_band(coverage, m, observable);
        if (has_pull(band)) squares += pow(band.value - truth - found.deviation.value, 2);
    }
    found.spread = sqrt(squares / (n - 1.0));
    found.deviation.error = found.spread / sqrt(n);
    double mean = found.mean_pull.value, rms = sqrt(pull_squares / n);
    found.mean_pull.error = sqrt((pull_squares / n - mean * mean) / (n - 1.0));
    found.rms_pull = (hp_band){rms, rms / sqrt(2.0 * n)}; /* of normal pulls */
    found.within_error = hp_coverage_share(coverage, observable, 1.0);
    add_total(coverage, observable, &found);
    return found;
}

hp_band hp_coverage_share(const hp_coverage *coverage, int observable, double limit) {
    double truth = coverage->observable[observable].truth, n = 0.0, within = 0.0;
    for (int m = 0; m < coverage->nensemble; m++) {
        hp_band band = hp_coverage_band(coverage, m, observable);
        if (!has_pull(band)) continue;
        n += 1.0;
        within += fabs(band.value - truth) <= limit * band.error;
    }
    return binomial(within, n);
}

double hp_coverage_gaussian_limit(double level) {
    return gsl_cdf_ugaussian_Pinv(0.5 * (1.0 + level));
}

double hp_coverage_student_limit(const hp_coverage *coverage, double level) {
    return gsl_cdf_tdist_Pinv(0.5 * (1.0 + level), coverage->dof);
}
