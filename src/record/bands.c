// SPDX-License-Identifier: GPL-3.0-or-later
/* Values and their errors. */
#include <math.h>
#include <stdio.h>
#include "hadpot/record.h"

static bool is_at_pole(const hp_record *record, const hp_entry *entry, size_t i, bool total);
static void find_range(const hp_record *record, const hp_entry *entry, size_t i, bool total,
                       double range[2]);

void hp_record_set_samples(hp_record *record, const hp_rows *samples) {
    record->group[HP_SAMPLES] = *samples;
}

hp_band hp_record_band(const hp_record *record, const hp_entry *entry, size_t i) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    if (entry->constant != NULL) return (hp_band){entry->constant[i], NAN};
    if (entry->integer != NULL) return (hp_band){entry->integer[i], NAN};
    const double *first = samples->value + entry->start + i;
    double missing = entry->row.compare == HP_UNBOUND && !isnan(*first) ? 0.0 : NAN;
    double error = hp_sample_error_with(samples->rule, first + record->length, samples->n,
                                        record->length, missing);
    if (entry->row.compare == HP_POLE && is_at_pole(record, entry, i, false)) error = INFINITY;
    return (hp_band){*first, error};
}

bool hp_record_outside(const hp_record *record, const hp_entry *entry, size_t i, double limits[2]) {
    if (entry->row.compare != HP_POLE || !is_at_pole(record, entry, i, true)) return false;
    const hp_entry *guide = hp_record_find(record, entry->row.guide);
    if (guide->row.compare != HP_PLAIN) return false; /* not a constant over it */
    double range[2], value = hp_record_value(record, entry->row.path, i);
    double constant = value * hp_record_value(record, entry->row.guide, i);
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
    char guide[HP_QUOTED];
    if (isnan(band.value)) {
        snprintf(text, HP_QUOTED, "none");
    } else if (hp_record_outside(record, entry, i, limits)) {
        const hp_entry *of = hp_record_find(record, entry->row.guide);
        hp_record_quote(record, of, i, guide);
        snprintf(text, HP_QUOTED, "undetermined: %s = %.100s; below %.4g or above %.4g",
                 of->row.column, guide, limits[0], limits[1]);
    } else if (isinf(band.error)) {
        snprintf(text, HP_QUOTED, "undetermined: %s holds a pole",
                 hp_record_find(record, entry->row.guide)->row.column);
    } else if (record->plus != NULL) {
        hp_format_quoted(band, both.plus, both.minus, text, HP_QUOTED);
    } else {
        hp_format_value(band, text, HP_QUOTED);
    }
}

hp_band hp_record_band_of(const hp_record *record, const char *path, size_t i) {
    return hp_record_band(record, hp_record_find(record, path), i);
}

double hp_record_value(const hp_record *record, const char *path, size_t i) {
    return record->group[HP_SAMPLES].value[hp_record_find(record, path)->start + i];
}

double hp_record_bias(const hp_record *record, const hp_entry *entry, size_t i) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
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

/* Whether the guide of an element has a pole within its error; unknown errors reach none. */
static bool is_at_pole(const hp_record *record, const hp_entry *entry, size_t i, bool total) {
    const hp_entry *guide = hp_record_find(record, entry->row.guide);
    double range[2];
    if (guide == NULL || record->group[HP_SAMPLES].n < 2) return false;
    find_range(record, guide, i, total, range);
    return hp_row_has_pole(&guide->row, range[0], range[1]);
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
