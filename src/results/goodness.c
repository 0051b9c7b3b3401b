// SPDX-License-Identifier: GPL-3.0-or-later
/* Goodness of the fit of the average, put together from what is stored by source, time, region. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include "hadpot/log.h"
#include "hadpot/results.h"

enum { LINE_SIZE = 512 };

static const char *source_name(const hp_results *results, int source);
static void append(char line[LINE_SIZE], size_t *length, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

double hp_results_chi2_of_source(const hp_results *results, int source) {
    const double *chi2 = hp_layout_read(results->layout, results->rows, HP_SET_CHI2_BY);
    int nt = results->analysis->nt;
    double sum = 0.0;
    for (int t = 0; t < nt; t++) sum += chi2[source * nt + t] / nt;
    return sum;
}

double hp_results_chi2_of_region(const hp_results *results, int source, int region) {
    const double *chi2 = hp_layout_read(results->layout, results->rows, HP_SET_CHI2_REGION);
    const hp_analysis *analysis = results->analysis;
    int first = source < 0 ? 0 : source * analysis->nt;
    int count = source < 0 ? analysis->study.data.ncolumn : analysis->nt;
    double sum = 0.0;
    for (int c = first; c < first + count; c++)
        sum += chi2[c * analysis->goodness.nregion + region] /
               count; /* the same points in each column */
    return sum;
}

void hp_results_region(const hp_results *results, int region, double limits_fm[2]) {
    const hp_double_list *edges = &results->job->results.chi2_region_edges_fm;
    const hp_analysis *analysis = results->analysis;
    limits_fm[0] = region > 0 ? edges->values[region - 1] : 0.0;
    limits_fm[1] = region < edges->count ? edges->values[region]
                                         : analysis->study.data.r[analysis->study.data.n - 1] *
                                               analysis->study.data.length_fm;
}

hp_pull hp_results_largest_pull(const hp_results *results, int column) {
    const hp_analysis *analysis = results->analysis;
    const double *pull = hp_layout_read(results->layout, results->rows, HP_SET_PULL) +
                         column * analysis->study.data.n;
    hp_pull largest = {0.0, NAN};
    for (int r = 0; r < analysis->study.data.n; r++)
        if (analysis->study.data.fitted[r] > 0.0 && fabs(pull[r]) > fabs(largest.value))
            largest =
                (hp_pull){pull[r], analysis->study.data.r[r] * analysis->study.data.length_fm};
    return largest;
}

void hp_results_log_goodness(const hp_results *results) {
    const hp_analysis *analysis = results->analysis;
    char line[LINE_SIZE] = "";
    size_t length = 0;
    for (int s = 0; s < analysis->nsource; s++)
        append(line, &length, "%s%s %.3g", s > 0 ? ", " : "", source_name(results, s),
               hp_results_chi2_of_source(results, s));
    hp_log("chi2 per point by source: %s", line);
    length = 0;
    for (int i = 0; i < analysis->goodness.nregion; i++) {
        double limits[2];
        hp_results_region(results, i, limits);
        if (analysis->goodness.region_points[i] > 0)
            append(line, &length, "%s%.3g-%.3g fm %.3g", length > 0 ? ", " : "", limits[0],
                   limits[1], hp_results_chi2_of_region(results, -1, i));
    }
    hp_log("chi2 per point by r: %s", line);
    hp_pull worst = {0.0, NAN};
    int column = 0;
    for (int c = 0; c < analysis->study.data.ncolumn; c++) {
        hp_pull pull = hp_results_largest_pull(results, c);
        if (fabs(pull.value) <= fabs(worst.value)) continue;
        worst = pull;
        column = c;
    }
    hp_log("largest pull: %.3g errors at r = %.3g fm, %s, t = %d", worst.value, worst.r_fm,
           source_name(results, column / analysis->nt),
           results->ensemble->t[analysis->plan->time[column % analysis->nt]]);
}

static const char *source_name(const hp_results *results, int source) {
    return results->ensemble->source[results->analysis->plan->source[source]];
}

/* What does not fit is left out. */
static void append(char line[LINE_SIZE], size_t *length, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(line + *length, LINE_SIZE - *length, format, arguments);
    va_end(arguments);
    if (written > 0) *length += (size_t)written;
    if (*length >= LINE_SIZE) *length = LINE_SIZE - 1;
}
