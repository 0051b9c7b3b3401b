// SPDX-License-Identifier: GPL-3.0-or-later
/* Sums of rows that are read by columns (hp_ensemble_read_column). */
#ifndef HADPOT_COLUMN_SUMS_H
#define HADPOT_COLUMN_SUMS_H

#include "hadpot/plausibility.h"

/* The sum of a bin is complete at count numbers from `place` in a row on. */
typedef void (*hp_bin_function)(int bin, size_t place, size_t count, const double *sum,
                                void *context);

/* The numbers from `place` on of row number k have been read. */
typedef void (*hp_number_function)(int k, size_t place, size_t count, const double *value,
                                   void *context);

typedef struct hp_column_sums {
    const hp_ensemble *ensemble;
    const bool *part; /* what is read; NULL: all */
    int bin;          /* rows of a bin */
    hp_row_looks *looks;
    double *sum;              /* (row_length) work space: of the present bin */
    double *total;            /* (row_length) all 0 before, out: sum of all rows, bin after bin */
    hp_bin_function keep_bin; /* NULL: nothing is kept, */
    hp_number_function keep_number; /* NULL: likewise, but what these do with */
    void *context;
    bool speaks; /* lines about progress, of this rank */
} hp_column_sums;

/* Collective. Read the rows looks->file_row once, each rank its own columns of them; then all have
 * the total and the looks. Errors: the same on every rank, for the first row that has one. */
hp_status hp_column_sums_read(const hp_column_sums *columns, hp_error *err);

#endif
