// SPDX-License-Identifier: GPL-3.0-or-later
/* Total bands: percentiles of draws. */
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>
#include "blocks.h"
#include "hadpot/memory.h"
#include "hadpot/totals.h"

static const double LOW = 0.16, HIGH = 0.84;

/* One element of all draws, and work space. */
typedef struct {
    const hp_rows *draws;
    const hp_record *record;
    double *x, *by; /* (n) values; of what decides them */
    size_t *order;  /* (n) */
} work;

/* Moves numbers that are nan out of the first places; how many are not. */
static size_t drop_nan(double *x, size_t n) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i])) x[kept++] = x[i];
    return kept;
}

/* Of n numbers, which it brings into another order: as of sorted ones, in less time. */
static double percentile(double *x, size_t n, double part) {
    double place = part * (double)(n - 1);
    size_t below = (size_t)place;
    double low = gsl_stats_select(x, 1, n, below), high = INFINITY;
    if (below + 1 == n) return low;
    for (size_t i = below + 1; i < n; i++) high = fmin(high, x[i]);
    return (1.0 - (place - (double)below)) * low + (place - (double)below) * high;
}

hp_interval hp_interval_of(double *x, size_t n) {
    n = drop_nan(x, n);
    if (n == 0) return (hp_interval){NAN, NAN, NAN};
    double median = percentile(x, n, 0.5), low = percentile(x, n, LOW);
    return (hp_interval){median, median - low, percentile(x, n, HIGH) - median};
}

static void take(const work *of, const hp_entry *entry, size_t i, double *x) {
    const hp_rows *draws = of->draws;
    const double *first = draws->value + entry->start + i;
    bool unbound = entry->row.compare == HP_UNBOUND;
    for (int d = 0; d < draws->n; d++) {
        x[d] = first[(size_t)d * draws->layout->length];
        if (unbound && isnan(x[d])) x[d] = 0.0;
    }
}

/* Residuals in (-90, 90] to the circular mean, modulo 180 degrees, which is returned. */
static double wrap(double *x, size_t n) {
    double sine = 0.0, cosine = 0.0;
    for (size_t d = 0; d < n; d++)
        if (!isnan(x[d])) {
            sine += sin(x[d] * M_PI / 90.0);
            cosine += cos(x[d] * M_PI / 90.0);
        }
    double centre = 90.0 / M_PI * atan2(sine, cosine);
    for (size_t d = 0; d < n; d++) x[d] -= centre + 180.0 * nearbyint((x[d] - centre) / 180.0);
    return centre;
}

static hp_interval of_phase(const work *of, const hp_entry *entry, size_t i) {
    const hp_entry *own = hp_record_find(of->record, entry->row.path);
    take(of, entry, i, of->x);
    double centre = wrap(of->x, (size_t)of->draws->n);
    hp_interval band = hp_interval_of(of->x, (size_t)of->draws->n);
    double average = of->record->group[HP_SAMPLES].value[own->start + i];
    band.value += centre;
    if (!isnan(average)) band.value = hp_row_nearest(&entry->row, band.value, average);
    return band;
}

/* The value whose guide is at this percentile. */
static double at_percentile(const work *of, size_t n, double percentile) {
    size_t below = (size_t)(percentile * (double)(n - 1));
    double part = percentile * (double)(n - 1) - (double)below;
    double low = of->x[of->order[below]];
    double high = of->x[of->order[below + (below + 1 < n)]];
    return part > 0.0 ? low + part * (high - low) : low;
}

/* A value with poles falls with its guide between them: k cot delta with delta, a0 with 1/a0, the
 * size of a state with its binding energy. */
static hp_interval of_pole(const work *of, const hp_entry *entry, size_t i) {
    const hp_entry *guide = hp_record_find(of->draws->layout, entry->row.guide);
    size_t n = 0, ndraw = (size_t)of->draws->n;
    bool phase = guide->row.compare == HP_MODULO_180;
    take(of, guide, i, of->by);
    hp_interval around = phase ? of_phase(of, guide, i) : hp_interval_of(of->by, ndraw);
    take(of, guide, i, of->by);
    take(of, entry, i, of->x);
    if (phase) (void)wrap(of->by, ndraw);
    for (size_t d = 0; d < ndraw; d++) {
        if (isnan(of->by[d])) continue;
        of->by[n] = of->by[d];
        of->x[n++] = of->x[d];
    }
    if (n == 0) return (hp_interval){NAN, NAN, NAN};
    gsl_sort_index(of->order, of->by, 1, n);
    double value = at_percentile(of, n, 0.5);
    if (fabs(value) < entry->row.scale) return hp_interval_of(of->x, n);
    if (hp_row_has_pole(&guide->row, around.value - around.minus, around.value + around.plus))
        return (hp_interval){value, INFINITY, INFINITY};
    return (hp_interval){value, value - at_percentile(of, n, HIGH),
                         at_percentile(of, n, LOW) - value};
}

static hp_interval find_total(const work *of, const hp_entry *entry, size_t i) {
    if (entry->row.compare == HP_MODULO_180) return of_phase(of, entry, i);
    if (entry->row.compare == HP_POLE) return of_pole(of, entry, i);
    take(of, entry, i, of->x);
    return hp_interval_of(of->x, (size_t)of->draws->n);
}

hp_status hp_record_set_draws(hp_record *record, const hp_rows *draws, hp_error *err) {
    hp_status status = HP_OK;
    work of = {.draws = draws, .record = record};
    size_t n = (size_t)draws->n;
    record->group[HP_DRAWS] = *draws;
    HP_NEW(of.x, n);
    HP_NEW(of.by, n);
    HP_NEW(of.order, n);
    for (int e = 0; e < record->nentry; e++) {
        hp_entry *entry = &record->entry[e];
        const hp_entry *drawn = hp_record_find(draws->layout, entry->row.path);
        if (drawn == NULL || (entry->row.roles & HP_DRAWN) == 0) continue;
        double *total = hp_record_room(record, 3 * entry->count, sizeof *total);
        for (size_t i = 0; i < entry->count && total != NULL; i++) {
            hp_interval band = find_total(&of, drawn, i);
            total[i] = band.value;
            total[entry->count + i] = band.minus;
            total[2 * entry->count + i] = band.plus;
        }
        entry->total = total;
    }
    status = hp_record_check(record, err);
cleanup:
    hp_free(of.x);
    hp_free(of.by);
    hp_free(of.order);
    return status;
}

void hp_record_set_total(hp_record *record, const char *path, const double *total) {
    for (int e = 0; e < record->nentry; e++)
        if (strcmp(record->entry[e].row.path, path) == 0)
            record->entry[e].total =
                hp_record_keep(record, total, 3 * record->entry[e].count, sizeof *total);
}

hp_interval hp_record_total(const hp_entry *entry, size_t i) {
    if (entry->total == NULL) return (hp_interval){NAN, NAN, NAN};
    return (hp_interval){entry->total[i], entry->total[entry->count + i],
                         entry->total[2 * entry->count + i]};
}

bool hp_record_has_totals(const hp_record *record) {
    return record->group[HP_DRAWS].n > 0;
}
