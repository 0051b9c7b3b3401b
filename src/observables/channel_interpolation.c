// SPDX-License-Identifier: GPL-3.0-or-later
/* Errors of observables of coupled channels because their interaction is known at points only. */
#include <math.h>
#include <string.h>
#include "channel_parts.h"
#include "hadpot/memory.h"

/* nan, which is larger than anything, stays. */
static void keep_largest(const hp_record *record, const double *vector, const double *other,
                         double part, double *moved) {
    for (int r = 0; r < record->nentry; r++) {
        const hp_entry *entry = &record->entry[r];
        double *largest = hp_record_at(record, moved, entry->row.twin);
        if (largest == NULL) continue;
        const double *value = vector + entry->start, *changed = other + entry->start;
        for (size_t i = 0; i < entry->count; i++) {
            double change =
                part * fabs(hp_row_nearest(&entry->row, changed[i], value[i]) - value[i]);
            if (!isnan(largest[i]) && !(change <= largest[i])) largest[i] = change;
        }
    }
}

/* The results stand where the other interaction has none, with an unknown error. One solver
 * suffices, and neither correlation functions nor poles; what it kept is computed anew. */
hp_status hp_channel_observables_move(const hp_channel_observables *observables,
                                      const hp_channels *channels,
                                      const hp_matrix_interaction *other, double part,
                                      const hp_record *record, const double *vector, double *moved,
                                      hp_error *err) {
    hp_status status = HP_OK;
    double *values = NULL;
    hp_channel_observables first = *observables;
    first.nsolver = 1;
    first.report_ode = first.compare = false;
    first.nradius = first.poles.nsheet = 0;
    HP_NEW(values, record->length);
    status = hp_channel_observables_compute(&first, channels, other, record, values, err);
    if (status == HP_ERR_NUMERIC) {
        for (size_t i = 0; i < record->length; i++) values[i] = NAN;
        hp_error_clear(err);
        status = HP_OK;
    }
    HP_TRY(status);
    keep_largest(record, vector, values, part, moved);
cleanup:
    hp_free(values);
    return status;
}

void hp_channel_observables_add_moved(hp_channel_observables *observables, const hp_record *record,
                                      const double *moved, double *vector) {
    double by_tables = 0.0, by_solvers = 0.0;
    for (int r = 0; r < record->nentry; r++) {
        const hp_entry *entry = &record->entry[r];
        double *error = hp_record_at(record, vector, entry->row.twin);
        const double *table = hp_record_read(record, moved, entry->row.twin);
        for (size_t i = 0; error != NULL && i < entry->count; i++) {
            bool phase = entry->row.compare == HP_MODULO_180 && !isnan(vector[entry->start + i]);
            if (phase) by_tables += table[i];
            if (phase && isfinite(error[i])) by_solvers += error[i];
            bool alone = observables->nsolver == 1 && isnan(error[i]);
            error[i] = alone ? table[i] : error[i] + table[i];
        }
    }
    observables->interpolated = !(by_tables <= by_solvers); /* also when it is nan */
}
