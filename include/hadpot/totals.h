// SPDX-License-Identifier: GPL-3.0-or-later
/* Total bands of a record: percentiles of draws, beside the errors of samples. Pure functions; no
 * MPI, no files. */
#ifndef HADPOT_TOTALS_H
#define HADPOT_TOTALS_H

#include "hadpot/record.h"

/* A band that is not symmetric: value, from value - minus to value + plus. Infinite where there is
 * a pole within it, or no state; nan where nothing is known. */
typedef struct hp_interval {
    double value, minus, plus;
} hp_interval;

/* Draws beside the samples, which come first: total bands (docs/method-bands.md) of all rows with
 * HP_DRAWN that both layouts have. Median and the percentiles 16 and 84; of phases those of the
 * residuals to their circular mean, modulo 180 degrees, on the branch of the average; of a value
 * with poles those of its guide; a state that is not bound counts as one at threshold. Draws that
 * are nan are left out. Errors: HP_ERR_MEMORY. */
hp_status hp_record_set_draws(hp_record *record, const hp_rows *draws, hp_error *err);

/* A total band that is known otherwise: total (3, count) as in hp_entry, copied. */
void hp_record_set_total(hp_record *record, const char *path, const double *total);

/* Total band of an element; nan where there is none. */
hp_interval hp_record_total(const hp_entry *entry, size_t i);

/* Whether there are any. */
bool hp_record_has_totals(const hp_record *record);

/* Median and percentiles 16 and 84 of the n numbers of x, whose order changes; nan are left out. */
hp_interval hp_interval_of(double *x, size_t n);

#endif
