// SPDX-License-Identifier: GPL-3.0-or-later
/* Errors of observables because their interaction is known at points only. */
#include <math.h>
#include "hadpot/memory.h"
#include "hadpot/observables.h"

/* The first of the rows with a numerical error is delta. */
static const char *const rows[] = {HP_ROW_DELTA, HP_ROW_A0, HP_ROW_REFF, HP_ROW_BINDING,
                                   HP_ROW_RMS};
enum { NROW = sizeof rows / sizeof *rows };

/* nan, which is larger than anything, stays. */
static void keep_largest(const hp_record *record, const double *vector, const double *other,
                         double part, double *moved) {
    for (int r = 0; r < NROW; r++) {
        const hp_entry *entry = hp_record_find(record, rows[r]);
        const double *value = hp_record_read(record, vector, rows[r]);
        const double *changed = hp_record_read(record, other, rows[r]);
        double *largest = hp_record_at(record, moved, entry->row.twin);
        for (size_t i = 0; i < entry->count; i++) {
            double change =
                part * fabs(hp_row_nearest(&entry->row, changed[i], value[i]) - value[i]);
            if (!isnan(largest[i]) && !(change <= largest[i])) largest[i] = change;
        }
    }
}

hp_status hp_observables_move(hp_observables *observables, const hp_other_interpolation *other,
                              const hp_record *record, const double *vector, double *moved,
                              hp_error *err) {
    hp_status status = HP_OK;
    double *values = NULL;
    hp_observables first = *observables; /* one solver suffices, and neither C(k) nor poles */
    first.nsolver = 1;
    first.report_ode = first.compare = false;
    first.nradius = first.poles.nsheet = 0;
    HP_NEW(values, record->length);
    status = hp_observables_compute(&first, &first.pair, &other->interaction, record, values, err);
    if (status == HP_ERR_NUMERIC) { /* the results stand, with an unknown error */
        for (size_t i = 0; i < record->length; i++) values[i] = NAN;
        hp_error_clear(err);
        status = HP_OK;
    }
    HP_TRY(status);
    keep_largest(record, vector, values, other->part, moved);
cleanup:
    hp_free(values);
    return status;
}

void hp_observables_add_moved(hp_observables *observables, const hp_record *record,
                              const double *moved, double *vector) {
    double by_tables = 0.0, by_solvers = 0.0;
    for (int r = 0; r < NROW; r++) {
        const hp_entry *entry = hp_record_find(record, rows[r]);
        const double *table = hp_record_read(record, moved, entry->row.twin);
        double *error = hp_record_at(record, vector, entry->row.twin);
        for (size_t i = 0; i < entry->count; i++) {
            if (r == 0) by_tables += table[i];
            if (r == 0 && isfinite(error[i])) by_solvers += error[i];
            bool alone = observables->nsolver == 1 && isnan(error[i]);
            error[i] = alone ? table[i] : error[i] + table[i];
        }
    }
    observables->interpolated = !(by_tables <= by_solvers); /* also when it is nan */
}
