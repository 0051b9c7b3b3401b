// SPDX-License-Identifier: GPL-3.0-or-later
#include "column_sums.h"
#include <math.h>
#include <string.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"

/* Seconds without a word. */
static const double PATIENCE = 5.0;

typedef struct {
    const hp_column_sums *columns;
    int *number; /* (nsample) of each row of the file, -1: not used */
    hp_look_pieces pieces;
} reader;

/* Row number k at `count` numbers from `place` on: as sums of whole rows are formed, number by
 * number. */
static void add_numbers(const hp_column_sums *columns, int k, size_t place, size_t count,
                        const double *value) {
    double *sum = columns->sum + place, *total = columns->total + place;
    /* The first is copied: a bin of one row has its bits, the sign of a zero too. */
    if (k % columns->bin == 0)
        memcpy(sum, value, count * sizeof *sum);
    else
        for (size_t j = 0; j < count; j++) sum[j] += value[j];
    if (columns->keep_number != NULL)
        columns->keep_number(k, place, count, value, columns->context);
    if (k % columns->bin != columns->bin - 1) return;
    for (size_t j = 0; j < count; j++) total[j] += sum[j];
    if (columns->keep_bin != NULL)
        columns->keep_bin(k / columns->bin, place, count, sum, columns->context);
}

/* hp_block_function */
static hp_status take_block(const hp_row_block *block, void *context, hp_error *err) {
    reader *of = context;
    const hp_column_sums *columns = of->columns;
    size_t count = (size_t)block->npoint;
    for (int i = 0; i < block->ntime; i++) {
        size_t place = hp_row_block_place(columns->ensemble, block, i);
        if (!hp_row_block_is_wanted(columns->ensemble, columns->part, block, i)) continue;
        for (int r = 0; r < block->nrow; r++) {
            ptrdiff_t at = (ptrdiff_t)r * block->ntime + i;
            int k = of->number[block->row + r];
            if (k >= 0) add_numbers(columns, k, place, count, block->value + at * block->npoint);
        }
    }
    return hp_row_looks_take_block(columns->looks, block, &of->pieces, err);
}

/* All columns of this rank: an error of a later one may be of an earlier row. */
static hp_status read_columns(reader *of, int *failed, hp_error *err) {
    const hp_column_sums *columns = of->columns;
    const hp_ensemble *ensemble = columns->ensemble;
    int first, end, row;
    hp_progress progress = {0};
    double start = hp_clock_seconds();
    hp_status status = HP_OK;
    hp_ensemble_column_range(ensemble, columns->part, ensemble->comm->rank, &first, &end);
    *failed = ensemble->nsample;
    for (int i = first; i < end; i++) {
        hp_error record = HP_ERROR_INIT;
        hp_status found = hp_ensemble_read_column(ensemble, columns->part, i, of->number,
                                                  take_block, of, &row, &record);
        if (columns->speaks && hp_clock_seconds() - start > PATIENCE)
            hp_progress_report(&progress, "column", i + 1 - first, end - first, NAN);
        if (found == HP_OK || (status != HP_OK && row >= *failed)) continue;
        status = found;
        *failed = row;
        if (err != NULL) *err = record;
        if (found != HP_ERR_INPUT) break;
    }
    hp_progress_end(&progress);
    return status;
}

hp_status hp_column_sums_read(const hp_column_sums *columns, hp_error *err) {
    const hp_ensemble *ensemble = columns->ensemble;
    const hp_comm *comm = ensemble->comm;
    reader of = {.columns = columns};
    hp_status status = HP_OK, mine;
    int failed;
    HP_NEW_TOGETHER(comm, of.number, ensemble->nsample);
    for (int row = 0; row < ensemble->nsample; row++) of.number[row] = -1;
    for (int k = 0; k < columns->looks->nrow; k++) of.number[columns->looks->file_row[k]] = k;
    of.pieces.number = of.number;
    mine = read_columns(&of, &failed, err);
    HP_TRY(hp_parallel_agree_first(comm, mine, failed, err));
    HP_TRY(hp_parallel_merge(comm, columns->total,
                             hp_ensemble_row_length(ensemble) * sizeof *columns->total, err));
    HP_TRY(hp_row_looks_merge(columns->looks, err));
cleanup:
    hp_free(of.number);
    hp_free(of.pieces.sums);
    return status;
}
