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

/* An item of rows at one source and time: sums of R or four_point and of two-point functions where
 * they are in a row; other numbers of it are anything. */
typedef void (*hp_item_function_of_block)(int item, int source, int time, const double *row,
                                          void *context);

/* Collective. Read the blocks (source, time) of the waves that are set in part once more, each on
 * one rank, and hand out items of `count` rows one after another, of each block in their order.
 * Memory: one time of all rows of a chunk. Errors: the same on every rank. */
hp_status hp_items_by_columns(const hp_row_looks *looks, const bool *part, int count,
                              hp_item_function_of_block function, void *context, hp_error *err);

#endif
