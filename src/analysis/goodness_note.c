// SPDX-License-Identifier: GPL-3.0-or-later
/* Which fits do not describe their data. */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include "hadpot/network_fit.h"
#include "goodness_parts.h"

double hp_goodness_limit(const hp_error_part *part, int count, double probability) {
    double nu = part->freedom, mean = 1.0, points = part->effective_points;
    if (part->points == 0) return NAN;
    if (part->freedom > 0 && part->freedom < HP_LEAST_FREEDOM) return INFINITY;
    if (part->freedom > 0) { /* variances are those of samples: a sum of squares of Student's t */
        mean = nu / (nu - 2.0);
        points *= (nu - 4.0) / (nu - 1.0);
    }
    return mean * gsl_cdf_chisq_Qinv(probability / count, points) / points;
}

/* A right fit has such a chi2 per effective point with a chance of 1e-3 or less, or 0.1, whichever
 * is smaller: fits of flexible potentials to few effective points are below 1 as a rule. */
static const double FAR_BELOW = 0.1, LOW_CHANCE = 1e-3;

/* Errors that are too large leave no other trace. */
static void note_low_chi2(double chi2, double points, hp_record *record) {
    if (!(chi2 < fmin(FAR_BELOW, gsl_cdf_chisq_Pinv(LOW_CHANCE, points) / points))) return;
    hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                       "chi2 per effective point = %.2g of %.3g points is far below 1: errors are "
                       "too large (configurations called jackknife samples?), or the potential "
                       "follows the noise",
                       chi2, points);
}

static void note_average(const hp_goodness *goodness, double probability, hp_record *record) {
    double chi2 = hp_record_value(record, HP_ROW_EFFECTIVE, 0);
    double limit = hp_goodness_limit(goodness->part, 1, probability);
    if (!(chi2 <= limit))
        hp_record_add_note(record,
                           (hp_note){.severity = HP_CAUTION, .fails = "does not describe its data"},
                           "the fit does not describe its data: chi2 per effective point = %.3g of "
                           "%.3g points, above %.3g (results.min_fit_probability = %g)",
                           chi2, goodness->part->effective_points, limit, probability);
    note_low_chi2(chi2, goodness->part->effective_points, record);
    if (isinf(limit) && probability > 0.0)
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                           "whether the fit describes its data is not known: errors of fewer than "
                           "%d bins are too uncertain",
                           HP_LEAST_FREEDOM + 1);
    if (hp_record_value(record, HP_ROW_CONVERGED, 0) == 0.0)
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION, .fails = "did not converge"},
                           "the fit of the ensemble average did not converge");
}

/* A sample fluctuates around the average, which the covariance does not count: as much as that
 * around the truth (bootstrap), or by 1/(N - 1) of it in the square (jackknife). Single samples may
 * have twice what that adds in the mean. */
static void note_samples(const hp_goodness *goodness, double probability, hp_record *record) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    int N = samples->rule.nsample, bad = 0, converged = hp_goodness_count_converged(record);
    double most = hp_goodness_limit(goodness->part, 1, probability);
    double add = 1.0 / (N * hp_sample_weight(samples->rule, N)), limit = 2.0 * (most + add);
    for (int s = 1; s <= samples->n; s++)
        bad += !(*hp_record_read(record, samples->value + (size_t)s * record->length,
                                 HP_ROW_EFFECTIVE) <= limit);
    if (bad > 0 && hp_record_value(record, HP_ROW_EFFECTIVE, 0) <= most)
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION, .cases = bad},
                           "the fits of %d of %d samples do not describe their data: chi2 per "
                           "effective point above 2 (%.3g + %.3g)",
                           bad, samples->n, most, add);
    if (converged < samples->n)
        hp_record_add_note(
            record, (hp_note){.severity = HP_CAUTION, .cases = samples->n - converged},
            "the fits of %d of %d samples did not converge", samples->n - converged, samples->n);
}

/* Parts of one kind, with the row of what they have, and what they may have. */
typedef struct {
    const hp_error_part *part; /* (count) */
    const char *path;
    int count, number; /* those that have points */
    double probability;
} kind;

static kind make_kind(const hp_goodness *goodness, bool regions, double probability) {
    int waves = goodness->nsource * goodness->ncomponent;
    kind of = {.part = goodness->part + 1 + (regions ? waves : 0),
               .path = regions ? HP_ROW_EFFECTIVE_REGION : HP_ROW_EFFECTIVE_BY,
               .count = regions ? waves * goodness->nregion : waves,
               .probability = probability};
    for (int i = 0; i < of.count; i++) of.number += of.part[i].points > 0;
    return of;
}

static double limit_of(const kind *of, int i) {
    return hp_goodness_limit(&of->part[i], of->number, of->probability);
}

/* How many are above their limits, and the worst of them. */
static int judge(const kind *of, const hp_record *record, int *worst) {
    int failing = 0;
    double largest = 0.0;
    for (int i = 0; i < of->count; i++) {
        double excess = hp_record_value(record, of->path, (size_t)i) / limit_of(of, i);
        failing += excess > 1.0;
        if (!(excess > largest)) continue;
        largest = excess;
        *worst = i;
    }
    return failing;
}

static const char *describe(const kind *of, int i, hp_record *record) {
    return hp_record_copy(record, "chi2 per effective point = %.3g of %.3g points, above %.3g",
                          hp_record_value(record, of->path, (size_t)i),
                          of->part[i].effective_points, limit_of(of, i));
}

/* "wall", of several components "wall, LL:1S0". */
static const char *name_wave(const hp_goodness *goodness, int wave, hp_record *record) {
    const char *source =
        hp_record_find_axis(record, "source")->label[0].name[wave / goodness->ncomponent];
    if (goodness->ncomponent == 1) return source;
    return hp_record_copy(record, "%s, %s", source,
                          hp_goodness_component(record, wave % goodness->ncomponent));
}

/* Sources with a component that is not described. */
static int count_sources(const hp_goodness *goodness, const kind *of, const hp_record *record) {
    int failing = 0;
    for (int s = 0; s < goodness->nsource; s++) {
        bool fails = false;
        for (int i = s * goodness->ncomponent; i < (s + 1) * goodness->ncomponent; i++)
            fails |= hp_record_value(record, of->path, (size_t)i) / limit_of(of, i) > 1.0;
        failing += fails;
    }
    return failing;
}

static void note_sources(const hp_goodness *goodness, const kind *of, hp_record *record) {
    int worst = 0, failing = judge(of, record, &worst);
    if (of->count < 2 || failing == 0) return; /* one: it is the whole fit */
    failing = count_sources(goodness, of, record);
    hp_record_add_note(record, (hp_note){.severity = HP_CAUTION, .cases = failing},
                       "the fit does not describe %d of %d sources, worst of them %s: %s", failing,
                       goodness->nsource, name_wave(goodness, worst, record),
                       describe(of, worst, record));
}

static void note_regions(const hp_goodness *goodness, const hp_fit_data *data, const kind *of,
                         hp_record *record) {
    int worst = 0, failing = judge(of, record, &worst), nregion = goodness->nregion;
    double fm[2];
    if (failing == 0) return;
    hp_goodness_region_limits(goodness, data, worst % nregion, fm);
    hp_record_add_note(record, (hp_note){.severity = HP_CAUTION, .cases = failing},
                       "the fit does not describe %d of the regions of r, worst of them %.3g to "
                       "%.3g fm of source %s: %s",
                       failing, fm[0], fm[1], name_wave(goodness, worst / nregion, record),
                       describe(of, worst, record));
}

/* How many points each region of a source has in effect, and what it may have. */
static hp_status put_limits(const kind *of, hp_record *record, hp_error *err) {
    static const hp_row row[] = {
        {"training/effective_points_by_region", "1", "effective number of points",
         .axis = {"source", "component", "region"}},
        {"training/max_chi2_per_effective_point_by_region", "1",
         "largest training/chi2_per_effective_point_by_region that is not warned of; nan: no "
         "point",
         .axis = {"source", "component", "region"}}};
    double *points = hp_record_room(record, (size_t)of->count, sizeof *points);
    double *limit = hp_record_room(record, (size_t)of->count, sizeof *limit);
    if (record->failed) return hp_record_check(record, err);
    for (int i = 0; i < of->count; i++) {
        points[i] = of->part[i].effective_points;
        limit[i] = limit_of(of, i);
    }
    hp_record_add_constant(record, &row[0], points);
    hp_record_add_constant(record, &row[1], limit);
    return HP_OK;
}

hp_status hp_goodness_warn(const hp_goodness *goodness, const hp_fit_data *data, double probability,
                           hp_record *record, hp_error *err) {
    const kind sources = make_kind(goodness, false, probability);
    const kind regions = make_kind(goodness, true, probability);
    note_average(goodness, probability, record);
    note_samples(goodness, probability, record);
    note_sources(goodness, &sources, record);
    note_regions(goodness, data, &regions, record);
    return put_limits(&regions, record, err);
}
