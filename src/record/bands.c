// SPDX-License-Identifier: GPL-3.0-or-later
/* Values and their errors. */
#include <math.h>
#include <string.h>
#include "hadpot/record.h"

void hp_record_set_samples(hp_record *record, const hp_rows *samples) {
    record->group[HP_SAMPLES] = *samples;
}

hp_band hp_record_band(const hp_record *record, const hp_entry *entry, size_t i) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    if (entry->constant != NULL) return (hp_band){entry->constant[i], NAN};
    if (entry->integer != NULL) return (hp_band){entry->integer[i], NAN};
    const double *first = samples->value + entry->start + i;
    return (hp_band){
        *first, hp_sample_error(samples->rule, first + record->length, samples->n, record->length)};
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
