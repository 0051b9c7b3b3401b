// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows, or sums of bins of them, one source and time at a time, from a file that is read by
 * columns. */
#include <string.h>
#include "column_sums.h"
#include "hadpot/memory.h"
#include "plausibility_parts.h"

typedef struct {
    const hp_row_looks *looks;
    int count; /* rows of an item */
    hp_item_function_of_block function;
    void *context;
    int *number; /* (nsample) of each row of the file, -1: not used */
    int source, time, ntime;
    int first, end; /* items in room, of which some numbers have been read */
    double *sum;    /* (room, ntime, npoint) */
    size_t room;
    double *row; /* (row_length) */
} assembly;

static size_t item_length(const assembly *of) {
    return (size_t)of->ntime * (size_t)of->looks->ensemble->geometry.npoint;
}

/* Two-point functions of an item, from what is kept of each row, added as its waves are. */
static void fill_two_points(assembly *of, int item, int time) {
    const hp_row_looks *looks = of->looks;
    const hp_ensemble *ensemble = looks->ensemble;
    hp_row_block at = {.source = of->source, .time = time};
    for (int hadron = 0; hadron < 2 && !ensemble->has_ratio[of->source]; hadron++) {
        int c = hp_column_find(looks, of->source, HP_COLUMN_TWO_POINT_1 + hadron, time);
        at.kind = hadron == 0 ? HP_ROW_TWO_POINT_1 : HP_ROW_TWO_POINT_2;
        double *sum = &of->row[hp_row_block_place(ensemble, &at, 0)];
        for (int j = 0; j < of->count; j++) {
            double x = looks->value[(ptrdiff_t)(item * of->count + j) * looks->ncolumn + c];
            *sum = j == 0 ? x : *sum + x;
        }
    }
}

/* Items before one are complete. */
static void hand_out(assembly *of, int before) {
    const hp_ensemble *ensemble = of->looks->ensemble;
    size_t npoint = (size_t)ensemble->geometry.npoint, length = item_length(of);
    int n = before < of->end ? before - of->first : of->end - of->first;
    for (int i = 0; i < n; i++)
        for (int t = 0; t < of->ntime; t++) {
            const hp_row_block at = {.source = of->source, .time = of->time + t};
            int item = of->first + i;
            memcpy(of->row + hp_row_block_place(ensemble, &at, 0),
                   of->sum + (size_t)i * length + (size_t)t * npoint, npoint * sizeof(double));
            fill_two_points(of, item, at.time);
            of->function(item, at.source, at.time, of->row, of->context);
        }
    if (n <= 0) return;
    of->first += n;
    memmove(of->sum, of->sum + (size_t)n * length,
            (size_t)(of->end - of->first) * length * sizeof *of->sum);
}

/* Of the used rows from one of the file on, the number of the first; that of all where there is
 * none. */
static int number_from(const assembly *of, int row) {
    int nsample = of->looks->ensemble->nsample;
    while (row < nsample && of->number[row] < 0) row++;
    return row < nsample ? of->number[row] : of->looks->nrow;
}

/* Room for items up to the one of row number k. */
static hp_status make_room(assembly *of, int k, hp_error *err) {
    size_t items = (size_t)(k / of->count + 1 - of->first), wanted = items * item_length(of);
    double *larger;
    if (k / of->count + 1 > of->end) of->end = k / of->count + 1;
    if (wanted <= of->room) return HP_OK;
    HP_ALLOCATE(larger, 2 * wanted);
    if (of->room > 0) memcpy(larger, of->sum, of->room * sizeof *larger);
    hp_free(of->sum);
    of->sum = larger;
    of->room = 2 * wanted;
    return HP_OK;
}

/* hp_block_function */
static hp_status take_block(const hp_row_block *block, void *context, hp_error *err) {
    assembly *of = context;
    size_t npoint = (size_t)of->looks->ensemble->geometry.npoint;
    if (block->kind != HP_ROW_WAVE) return HP_OK;
    if (of->ntime == 0) { /* a column begins */
        of->source = block->source;
        of->time = block->time;
        of->ntime = block->ntime;
    }
    for (int r = 0; r < block->nrow; r++) {
        int k = of->number[block->row + r];
        if (k < 0) continue;
        HP_CALL(make_room(of, k, err));
        double *sum = of->sum + (size_t)(k / of->count - of->first) * item_length(of);
        for (int t = 0; t < block->ntime; t++)
            for (int p = 0; p < block->npoint; p++) {
                double x = block->value[((ptrdiff_t)r * block->ntime + t) * block->npoint + p];
                double *to = &sum[(size_t)t * npoint + (size_t)(block->point + p)];
                *to = k % of->count == 0 ? x : *to + x;
            }
    }
    /* The last points of these rows, and all of those before, have come. */
    if ((size_t)block->point + (size_t)block->npoint == npoint)
        hand_out(of, number_from(of, block->row + block->nrow) / of->count);
    return HP_OK;
}

hp_status hp_items_by_columns(const hp_row_looks *looks, const bool *part, int count,
                              hp_item_function_of_block function, void *context, hp_error *err) {
    const hp_ensemble *ensemble = looks->ensemble;
    const hp_comm *comm = ensemble->comm;
    hp_status status = HP_OK, mine = HP_OK;
    int first, end, failed = 0;
    assembly of = {.looks = looks, .count = count, .function = function, .context = context};
    HP_NEW_TOGETHER(comm, of.number, ensemble->nsample);
    HP_NEW_TOGETHER(comm, of.row, hp_ensemble_row_length(ensemble));
    for (int row = 0; row < ensemble->nsample; row++) of.number[row] = -1;
    for (int k = 0; k < looks->nrow; k++) of.number[looks->file_row[k]] = k;
    hp_ensemble_column_range(ensemble, part, comm->rank, &first, &end);
    for (int i = first; i < end && mine == HP_OK; i++) {
        mine = hp_ensemble_read_column(ensemble, part, i, of.number, take_block, &of, &failed, err);
        if (mine == HP_OK) hand_out(&of, of.end);
        of.first = of.end = of.ntime = 0;
    }
    HP_TRY(hp_parallel_agree_first(comm, mine, failed, err));
cleanup:
    hp_free(of.number);
    hp_free(of.row);
    hp_free(of.sum);
    return status;
}
