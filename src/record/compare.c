// SPDX-License-Identifier: GPL-3.0-or-later
/* How values of a row are compared where samples or alternatives differ in bound states. This is
 * the one rule of runs, budgets and coverage studies (docs/method.md, "Bound states that come and
 * go").
 */
#include <math.h>
#include "hadpot/record.h"

double hp_row_nearest(const hp_row *row, double value, double target) {
    if (row->compare != HP_MODULO_180) return value;
    return value + 180.0 * round((target - value) / 180.0);
}

double hp_row_difference(const hp_row *row, double varied, double central) {
    if (row->compare == HP_UNBOUND) {
        if (isnan(varied)) varied = 0.0;
        if (isnan(central)) central = 0.0;
    }
    return varied - central;
}

/* Between which free levels a place is; all below the first are one. */
static double free_levels_below(double place) {
    return fmax(floor(place / 180.0), -1.0);
}

bool hp_row_has_pole(const hp_row *guide, double low, double high) {
    if (isnan(low) || isnan(high)) return false;
    if (guide->compare == HP_MODULO_180) return floor(low / 180.0) != floor(high / 180.0);
    if (guide->compare == HP_FREE_LEVELS) return free_levels_below(low) != free_levels_below(high);
    return low <= 0.0 && high >= 0.0;
}

static bool is_moved(const hp_record *record, const hp_entry *entry, const double *vector) {
    if (entry->row.compare != HP_MODULO_180 || entry->row.guide == NULL) return false;
    const double *average = record->group[HP_SAMPLES].value;
    return *hp_record_read(record, vector, entry->row.guide) !=
           *hp_record_read(record, average, entry->row.guide);
}

static void join(hp_record *record, const hp_entry *entry, double *vector) {
    const double *average = record->group[HP_SAMPLES].value + entry->start;
    double *value = vector + entry->start;
    if (!is_moved(record, entry, vector)) return;
    for (size_t i = 0; i < entry->count; i++)
        value[i] = hp_row_nearest(&entry->row, value[i], average[i]);
}

int hp_record_join_branches(hp_record *record) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    for (int s = 1; s <= samples->n; s++)
        for (int i = 0; i < record->nentry; i++)
            join(record, &record->entry[i], samples->value + (size_t)s * record->length);
    return hp_record_count_moved(record);
}

int hp_record_count_moved(const hp_record *record) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    int count = 0;
    for (int s = 1; s <= samples->n; s++) {
        bool moved = false;
        for (int i = 0; i < record->nentry; i++)
            moved |=
                is_moved(record, &record->entry[i], samples->value + (size_t)s * record->length);
        count += moved;
    }
    return count;
}
