// SPDX-License-Identifier: GPL-3.0-or-later
/* Goodness of fit in the record: rows; of the average, what is put together from them. */
#include <math.h>
#include <stdio.h>
#include "hadpot/goodness.h"
#include "hadpot/log.h"
#include "hadpot/network_fit.h"
#include "goodness_parts.h"

enum { LINE_SIZE = 512 };

static const hp_row rows[] = {
    {HP_ROW_V_LOCALISED, "MeV", "localised potential: V(r) + int d^3r' U(r,r') R(t,r') / R(t,r)",
     .axis = {"source", "t", "one_component", "r"}, .table = "potential", .roles = HP_COVARIANCE},
    {HP_ROW_CHI2, "1",
     "sum of pull^2 over the number of fitted points, of the average and each sample",
     .axis = {NULL}},
    {HP_ROW_CHI2_BY, "1", "the same for each source and time",
     .axis = {"source", "t", "component"}},
    {HP_ROW_CHI2_REGION, "1",
     "the same for each region of r, that ends before /grid/chi2_region_edges_fm; nan: no "
     "point",
     .axis = {"source", "t", "component", "region"}},
    {HP_ROW_CHI2_CORRELATED, "1",
     "the same with fit.covariance: |y|^2 of the whitened residual y over the number of "
     "points",
     .axis = {"covariance"}},
    {HP_ROW_EFFECTIVE, "1",
     "sum of squares of residuals of S with their correlations over the effective number of "
     "points, of the average and each sample",
     .axis = {NULL}},
    {HP_ROW_EFFECTIVE_BY, "1", "the same for each source", .axis = {"source", "component"}},
    {HP_ROW_EFFECTIVE_REGION, "1",
     "the same for each region of r, that ends before /grid/chi2_region_edges_fm; nan: no point",
     .axis = {"source", "component", "region"}},
    {HP_ROW_PULL, "1",
     "(S - prediction)/error, also where not fitted; kinds gaussians and n2lo: of S/R; the "
     "error has fit.relative_floor in it",
     .axis = {"source", "t", "component", "r"}}};

/* |S - prediction|/error, with its sign, and where. */
typedef struct {
    double value, r_fm;
    int column;
} pull_at;

/* Of the average, as records have it. */
typedef struct {
    const hp_record *record;
    const hp_goodness *goodness;
    const hp_fit_data *data;
    int nsource, nt, nregion, ncomponent;
    const char *const *source; /* names */
    const int *t;
} view;

const char *hp_goodness_component(const hp_record *record, int component) {
    const hp_axis_entry *axis = hp_record_find_axis(record, "component");
    bool named = axis != NULL && axis->nlabel > 0;
    return named && axis->extent > 1 ? axis->label[0].name[component] : "";
}

void hp_goodness_describe(const hp_goodness *goodness, bool with_covariance, hp_record *record) {
    hp_record_add_axis(record, "region", (size_t)goodness->nregion);
    hp_record_add_slim_axis(record, "covariance", with_covariance);
    hp_record_add_slim_axis(record, "one_component", goodness->ncomponent == 1);
    hp_record_add_rows(record, rows, (int)(sizeof rows / sizeof *rows));
}

static view view_of(const hp_goodness *goodness, const hp_fit_data *data, const hp_record *record) {
    const hp_axis_entry *source = hp_record_find_axis(record, "source");
    const hp_axis_entry *t = hp_record_find_axis(record, "t");
    return (view){.record = record,
                  .goodness = goodness,
                  .data = data,
                  .nsource = (int)source->extent,
                  .nt = (int)t->extent,
                  .nregion = goodness->nregion,
                  .ncomponent = goodness->ncomponent,
                  .source = source->label[0].name,
                  .t = t->label[0].integer};
}

/* Whether the fit can be trusted. */
static void put_facts(const view *of, double probability, hp_record *record) {
    double chi2 = hp_record_value(record, HP_ROW_EFFECTIVE, 0), points = of->data->nfitted;
    double effective = of->goodness->part[0].effective_points;
    double most = hp_goodness_limit(of->goodness->part, 1, probability);
    bool converged = hp_record_value(record, HP_ROW_CONVERGED, 0) > 0.0;
    const char *name = "chi2_per_effective_point";
    hp_record_put_integer(record, hp_attribute_and_key("converged_samples", "converged_samples"),
                          hp_goodness_count_converged(record));
    hp_record_put_truth(record, hp_attribute_and_key("average_converged", "average_converged"),
                        converged);
    hp_record_put_integer(record, hp_key("points"), of->data->nfitted);
    hp_record_put_number(record, hp_attribute_and_key("effective_points", "effective_points"),
                         effective);
    hp_record_put_number(record, hp_attribute_and_key(name, name), chi2);
    hp_record_put_number(record, hp_attribute_and_key("chi2_per_point", "chi2_per_point"),
                         hp_record_value(record, HP_ROW_CHI2, 0));
    if (hp_record_count(record, HP_ROW_CHI2_CORRELATED) > 0)
        hp_record_put_number(record, hp_key("chi2_correlated_per_point"),
                             hp_record_value(record, HP_ROW_CHI2_CORRELATED, 0));
    hp_record_put_number(record, hp_attribute("max_chi2_per_effective_point"), most);
    hp_record_put_number(record, hp_attribute("min_fit_probability"), probability);
    hp_record_put_truth(record, hp_attribute_and_key("fit_describes_data", "fit_describes_data"),
                        chi2 <= most);
    hp_record_show(record, "fit",
                   "%s its data: chi2 per effective point %.3g, limit %.3g; %.3g of %g points",
                   chi2 <= most ? "describes" : "does NOT describe", chi2, most, effective, points);
    hp_record_show(record, "fit", "average %s, %d of %d samples converged",
                   converged ? "converged" : "did NOT converge",
                   hp_goodness_count_converged(record), record->group[HP_SAMPLES].n);
    record->headline = hp_record_copy(
        record, "chi2 per effective point %.4g, average %s, %d of %d samples converged", chi2,
        converged ? "converged" : "NOT converged", hp_goodness_count_converged(record),
        record->group[HP_SAMPLES].n);
}

static size_t place_of(const view *of, int source, int t, int component) {
    size_t time = (size_t)source * (size_t)of->nt + (size_t)t;
    return time * (size_t)of->ncomponent + (size_t)component;
}

/* A component of a source at all times: the same points at each. */
static double chi2_of_wave(const view *of, int wave) {
    int source = wave / of->ncomponent, component = wave % of->ncomponent;
    double sum = 0.0;
    for (int t = 0; t < of->nt; t++)
        sum += hp_record_value(of->record, HP_ROW_CHI2_BY, place_of(of, source, t, component)) /
               of->nt;
    return sum;
}

/* The largest |S - prediction|/error of the average, of the points from first to end - 1. */
static pull_at largest_pull(const view *of, int first, int end) {
    const hp_fit_data *data = of->data;
    pull_at largest = {0.0, NAN, first / data->n};
    for (int i = first; i < end; i++) {
        double pull = hp_record_value(of->record, HP_ROW_PULL, (size_t)i);
        int r = i % data->n;
        if (data->fitted[r] > 0.0 && fabs(pull) > fabs(largest.value))
            largest = (pull_at){pull, data->r[r] * data->length_fm, i / data->n};
    }
    return largest;
}

/* "wall", of several components "wall/LL_1S0": in keys : ends a level. */
static const char *level_of(const view *of, int source, int component, hp_record *record) {
    char name[LINE_SIZE];
    if (of->ncomponent == 1) return of->source[source];
    (void)snprintf(name, sizeof name, "%s", hp_goodness_component(record, component));
    for (char *at = name; *at != '\0'; at++)
        if (*at == ':' || *at == '/') *at = '_';
    return hp_record_copy(record, "%s/%s", of->source[source], name);
}

/* Mappings of sources, of components where there are several, and each of them a mapping of times.
 */
static void put_waves(const view *of, hp_record *record) {
    const double *average = record->group[HP_SAMPLES].value;
    for (int i = 0; i < of->nsource * of->ncomponent; i++) {
        const char *level = level_of(of, i / of->ncomponent, i % of->ncomponent, record);
        hp_record_put_number(
            record, hp_key(hp_record_copy(record, "chi2_per_effective_point_by_source/%s", level)),
            hp_record_value(of->record, HP_ROW_EFFECTIVE_BY, (size_t)i));
        hp_record_put_number(record,
                             hp_key(hp_record_copy(record, "chi2_per_point_by_source/%s", level)),
                             chi2_of_wave(of, i));
        hp_record_put_numbers(
            record,
            hp_key(
                hp_record_copy(record, "chi2_per_effective_point_by_source_and_region/%s", level)),
            hp_record_read(record, average, HP_ROW_EFFECTIVE_REGION) + (ptrdiff_t)i * of->nregion,
            of->nregion);
    }
}

static void put_columns(const view *of, hp_record *record) {
    const double *average = record->group[HP_SAMPLES].value;
    int nradius = of->data->n / of->ncomponent;
    for (int i = 0; i < of->data->ncolumn * of->ncomponent; i++) {
        int c = i / of->ncomponent;
        const char *at =
            hp_record_copy(record, "%s/%d", level_of(of, c / of->nt, i % of->ncomponent, record),
                           of->t[c % of->nt]);
        const char *level = hp_record_copy(record, "largest_pull_by_source_and_time/%s", at);
        pull_at pull = largest_pull(of, i * nradius, (i + 1) * nradius);
        hp_record_put_number(
            record, hp_key(hp_record_copy(record, "chi2_per_point_by_source_and_time/%s", at)),
            hp_record_value(record, HP_ROW_CHI2_BY, (size_t)i));
        hp_record_put_numbers(
            record,
            hp_key(hp_record_copy(record, "chi2_per_point_by_source_time_and_region/%s", at)),
            hp_record_read(record, average, HP_ROW_CHI2_REGION) + (ptrdiff_t)i * of->nregion,
            of->nregion);
        hp_record_put_number(record, hp_key(hp_record_copy(record, "%s/value", level)), pull.value);
        hp_record_put_number(record, hp_key(hp_record_copy(record, "%s/r_fm", level)), pull.r_fm);
    }
}

/* Fitted radii of all components in a region. */
static double points_of_region(const view *of, int region) {
    double points = 0.0;
    for (int k = 0; k < of->ncomponent; k++)
        points += of->goodness->region_points[k * of->nregion + region];
    return points;
}

/* Of all sources, times and components. Regions without a fitted point: nan. */
static double chi2_of_region(const view *of, int region) {
    double sum = 0.0, points = points_of_region(of, region);
    for (int i = 0; i < of->data->ncolumn * of->ncomponent; i++) {
        int component = i % of->ncomponent;
        double part = of->goodness->region_points[component * of->nregion + region] / points;
        if (part == 0.0) continue;
        sum += part *
               hp_record_value(of->record, HP_ROW_CHI2_REGION,
                               (size_t)i * (size_t)of->nregion + (size_t)region) /
               of->data->ncolumn; /* the same points in each column */
    }
    return sum;
}

/* Regions of r: where they end, their points in each source and time, chi2 of all these. */
static hp_status put_regions(const view *of, hp_record *record, hp_error *err) {
    double *chi2 = hp_record_room(record, (size_t)of->nregion, sizeof *chi2);
    double *points = hp_record_room(record, (size_t)of->nregion, sizeof *points);
    if (record->failed) return hp_record_check(record, err);
    for (int i = 0; i < of->nregion; i++) {
        chi2[i] = chi2_of_region(of, i);
        points[i] = points_of_region(of, i);
    }
    hp_record_put_numbers(record, hp_key("chi2_per_point_by_region/edges_fm"),
                          of->goodness->edge_fm, of->nregion - 1);
    hp_record_put_numbers(record, hp_key("chi2_per_point_by_region/points"), points, of->nregion);
    hp_record_put_numbers(record, hp_key("chi2_per_point_by_region/value"), chi2, of->nregion);
    return HP_OK;
}

/* In fm; the last one ends with the radii of the fit. */
void hp_goodness_region_limits(const hp_goodness *goodness, const hp_fit_data *data, int region,
                               double limits_fm[2]) {
    const double *edge = goodness->edge_fm;
    limits_fm[0] = region > 0 ? edge[region - 1] : 0.0;
    limits_fm[1] =
        region < goodness->nregion - 1 ? edge[region] : data->r[data->n - 1] * data->length_fm;
}

hp_status hp_goodness_note(const hp_goodness *goodness, const hp_fit_data *data, double probability,
                           hp_record *record, hp_error *err) {
    const view of = view_of(goodness, data, record);
    put_facts(&of, probability, record);
    put_waves(&of, record);
    put_columns(&of, record);
    HP_CALL(put_regions(&of, record, err));
    return hp_goodness_warn(goodness, data, probability, record, err);
}

int hp_goodness_count_converged(const hp_record *record) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    int count = 0;
    for (int s = 1; s <= samples->n; s++)
        count += *hp_record_read(record, samples->value + (size_t)s * record->length,
                                 HP_ROW_CONVERGED) > 0.0;
    return count;
}

void hp_goodness_log(const hp_goodness *goodness, const hp_fit_data *data,
                     const hp_record *record) {
    const view of = view_of(goodness, data, record);
    char line[LINE_SIZE] = "";
    for (int i = 0; i < of.nsource * of.ncomponent; i++)
        hp_format_append(line, LINE_SIZE, "%s%s%s%s %.3g", i > 0 ? ", " : "",
                         of.source[i / of.ncomponent], of.ncomponent > 1 ? " " : "",
                         hp_goodness_component(record, i % of.ncomponent), chi2_of_wave(&of, i));
    hp_log("chi2 per point by source: %s", line);
    line[0] = '\0';
    for (int i = 0; i < of.nregion; i++) {
        double limits[2];
        hp_goodness_region_limits(goodness, data, i, limits);
        if (points_of_region(&of, i) > 0.0)
            hp_format_append(line, LINE_SIZE, "%s%.3g-%.3g fm %.3g", line[0] != '\0' ? ", " : "",
                             limits[0], limits[1], chi2_of_region(&of, i));
    }
    hp_log("chi2 per point by r: %s", line);
    pull_at worst = largest_pull(&of, 0, data->ncolumn * data->n);
    hp_log("largest pull: %.3g errors at r = %.3g fm, %s, t = %d", worst.value, worst.r_fm,
           of.source[worst.column / of.nt], of.t[worst.column % of.nt]);
}
