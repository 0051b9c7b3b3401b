// SPDX-License-Identifier: GPL-3.0-or-later
/* Values and their errors. */
#include <math.h>
#include <stdio.h>
#include "hadpot/record.h"

void hp_record_set_samples(hp_record *record, const hp_rows *samples) {
    record->group[HP_SAMPLES] = *samples;
}

static double value_of(const hp_record *record, const hp_entry *entry, size_t i) {
    if (entry->constant != NULL) return entry->constant[i];
    if (entry->integer != NULL) return entry->integer[i];
    return record->group[HP_SAMPLES].value[entry->start + i];
}

/* Samples that have the state; none of an average without it. */
static int count_bound(const hp_record *record, const hp_entry *entry, size_t i) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    const double *first = samples->value + entry->start + i;
    int count = 0;
    for (int s = 1; s <= samples->n; s++) count += !isnan(first[(size_t)s * record->length]);
    return isnan(*first) ? samples->n : count;
}

/* Value less and plus its statistical or total error. */
static void find_range(const hp_record *record, const hp_entry *entry, size_t i, bool total,
                       double range[2]) {
    hp_band band = hp_record_band(record, entry, i);
    hp_systematic both = {0.0, 0.0};
    if (total) both = hp_record_systematic(record, entry, i);
    range[0] = band.value - hp_total_error(band.error, both.minus);
    range[1] = band.value + hp_total_error(band.error, both.plus);
}

/* Whether the guide of an element decides it and has a pole within its error; unknown errors reach
 * none. */
static bool is_at_pole(const hp_record *record, const hp_entry *entry, size_t i, bool total) {
    const hp_entry *guide = hp_record_find(record, entry->row.guide);
    double range[2];
    if (guide == NULL || record->group[HP_SAMPLES].n < 2) return false;
    if (fabs(value_of(record, entry, i)) < entry->row.scale) return false;
    find_range(record, guide, i, total, range);
    return hp_row_has_pole(&guide->row, range[0], range[1]);
}

/* How far a guide is from the pole next to it: 0, or a multiple of 180 degrees. */
static double distance_from_pole(const hp_row *guide, double value) {
    if (guide->compare == HP_PLAIN) return value;
    if (guide->compare == HP_FREE_LEVELS) return value - 180.0 * fmax(round(value / 180.0), 0.0);
    return value - 180.0 * round(value / 180.0);
}

/* Whether a sample of a guide has passed a pole; of phases, which have branches, this says nothing.
 */
static bool is_beyond(const hp_row *guide, double sample, double average) {
    if (guide->compare == HP_PLAIN) return sample * average < 0.0;
    return guide->compare == HP_FREE_LEVELS &&
           hp_row_has_pole(guide, fmin(sample, average), fmax(sample, average));
}

/* The error of a value with poles: none at a pole, or where a sample is at one; where samples are
 * beyond it their spread means nothing, and it is that of the guide, |value| error/distance. */
static double error_near_pole(const hp_record *record, const hp_entry *entry, size_t i,
                              double error) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    const hp_entry *guide = hp_record_find(record, entry->row.guide);
    if (guide == NULL || samples->n < 2) return error;
    if (is_at_pole(record, entry, i, false)) return INFINITY;
    const double *own = samples->value + entry->start + i;
    const double *of = samples->value + guide->start + i;
    bool beyond = false, missing = false;
    for (int s = 1; s <= samples->n; s++) {
        double one = of[(size_t)s * record->length];
        beyond |= is_beyond(&guide->row, one, *of);
        missing |= isnan(one);
    }
    if (guide->row.compare == HP_UNBOUND && missing && !isnan(*own)) return INFINITY;
    if (!beyond || fabs(*own) < entry->row.scale) return error;
    return fabs(*own / distance_from_pole(&guide->row, *of)) *
           hp_record_band(record, guide, i).error;
}

/* By the samples that have it; nan with fewer than 2 of them. */
static double error_of_found(const hp_record *record, const double *first) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    double mean = 0.0, squares = 0.0;
    int n = 0;
    for (int s = 1; s <= samples->n; s++) {
        double one = first[(size_t)s * record->length];
        if (isnan(one)) continue;
        double before = one - mean;
        mean += before / ++n;
        squares += before * (one - mean);
    }
    return n < 2 ? NAN : sqrt(hp_sample_weight(samples->rule, n) * squares);
}

hp_band hp_record_band(const hp_record *record, const hp_entry *entry, size_t i) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    if (!hp_entry_is_sampled(entry)) return (hp_band){value_of(record, entry, i), NAN};
    const double *first = samples->value + entry->start + i;
    if (entry->row.compare == HP_FOUND)
        return (hp_band){*first, isnan(*first) ? NAN : error_of_found(record, first)};
    double missing = entry->row.compare == HP_UNBOUND && !isnan(*first) ? 0.0 : NAN;
    double error = hp_sample_error_with(samples->rule, first + record->length, samples->n,
                                        record->length, missing);
    if (entry->row.compare == HP_UNBOUND && samples->n > 1 && count_bound(record, entry, i) < 2)
        error = INFINITY;
    if (entry->row.compare == HP_POLE) error = error_near_pole(record, entry, i, error);
    return (hp_band){*first, error};
}

bool hp_record_outside(const hp_record *record, const hp_entry *entry, size_t i, double limits[2]) {
    if (entry->row.compare != HP_POLE || !is_at_pole(record, entry, i, true)) return false;
    const hp_entry *guide = hp_record_find(record, entry->row.guide);
    if (guide == NULL || guide->row.compare != HP_PLAIN) return false; /* no constant over it */
    double range[2], constant = value_of(record, entry, i) * value_of(record, guide, i);
    find_range(record, guide, i, true, range);
    double ends[2] = {constant / range[0], constant / range[1]};
    limits[0] = fmin(ends[0], ends[1]);
    limits[1] = fmax(ends[0], ends[1]);
    return true;
}

void hp_record_quote(const hp_record *record, const hp_entry *entry, size_t i,
                     char text[HP_QUOTED]) {
    hp_band band = hp_record_band(record, entry, i);
    hp_systematic both = hp_record_systematic(record, entry, i);
    double limits[2];
    char guide[HP_QUOTED], name[64];
    if (isnan(band.value)) {
        snprintf(text, HP_QUOTED, "none");
    } else if (hp_record_outside(record, entry, i, limits)) {
        const hp_entry *of = hp_record_find(record, entry->row.guide);
        hp_record_quote(record, of, i, guide);
        hp_row_element_name(of->row.column, i, name, sizeof name);
        snprintf(text, HP_QUOTED, "undetermined: %s = %.100s; below %.4g or above %.4g", name,
                 guide, limits[0], limits[1]);
    } else if (isinf(band.error) && entry->row.guide != NULL) {
        hp_row_element_name(hp_row_short_name(entry->row.guide), i, name, sizeof name);
        snprintf(text, HP_QUOTED, "undetermined: there is a pole within the error of %s", name);
    } else if (isinf(band.error) && entry->row.compare == HP_UNBOUND) {
        snprintf(text, HP_QUOTED, "undetermined: bound in %d of %d samples",
                 count_bound(record, entry, i), record->group[HP_SAMPLES].n);
    } else if (record->plus != NULL && (entry->row.roles & HP_BUDGET) != 0) {
        hp_format_quoted(band, both.plus, both.minus, text, HP_QUOTED);
    } else {
        hp_format_value(band, text, HP_QUOTED);
    }
}

hp_band hp_record_band_of(const hp_record *record, const char *path, size_t i) {
    return hp_record_band(record, hp_record_find(record, path), i);
}

double hp_record_value(const hp_record *record, const char *path, size_t i) {
    return value_of(record, hp_record_find(record, path), i);
}

double hp_record_bias(const hp_record *record, const hp_entry *entry, size_t i) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    if (!hp_entry_is_sampled(entry)) return NAN;
    const double *first = samples->value + entry->start + i;
    return hp_sample_bias(samples->rule, *first, first + record->length, samples->n,
                          record->length);
}

hp_systematic hp_record_systematic(const hp_record *record, const hp_entry *entry, size_t i) {
    if (record->plus == NULL) return (hp_systematic){0.0, 0.0};
    if ((entry->row.roles & HP_BUDGET) == 0) return (hp_systematic){NAN, NAN};
    return (hp_systematic){record->plus[entry->start + i], record->minus[entry->start + i]};
}

double hp_total_error(double stat, double systematic) {
    return sqrt(stat * stat + systematic * systematic);
}
