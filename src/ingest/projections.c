// SPDX-License-Identifier: GPL-3.0-or-later
/* Derived quantities row by row, linearised around the average. */
#include <string.h>
#include "hadpot/ingest.h"
#include "hadpot/stop.h"

/* Steps of the central difference in units of a row's deviation: the error is of order STEP^2, and
 * rounding is 1e-16/STEP of the quantity. */
static const double STEP = 1e-4;

typedef struct {
    hp_ingest *ingest;
    int count;
    bool watched;                    /* all that is taken of rows */
    const hp_projection *projection; /* (count) */
    size_t length, row_length;       /* numbers of all projections, of a row */
    double *mean, *row, *shifted;    /* (row_length) */
    double *below;                   /* (length) */
    double *block;                   /* (nrow, length) */
} projector;

/* The quantities of the average row, moved by `step` towards the present one. */
static hp_status evaluate(projector *work, double step, double *values, hp_error *err) {
    for (size_t j = 0; j < work->row_length; j++)
        work->shifted[j] = work->mean[j] + step * (work->row[j] - work->mean[j]);
    for (int i = 0; i < work->count; i++) {
        const hp_projection *of = &work->projection[i];
        HP_CALL(of->function(work->shifted, values, of->context, err));
        values += of->length;
    }
    return HP_OK;
}

/* delta (length) of used row number k (hp_item_function); a bin of one row may be in memory. */
static hp_status project_row(int k, double *delta, void *context, hp_error *err) {
    projector *work = context;
    hp_ingest *ingest = work->ingest;
    const double *sum;
    if (work->watched) {
        memcpy(work->row, work->mean, work->row_length * sizeof *work->row);
        for (int w = 0; w < ingest->nwatch; w++)
            work->row[ingest->watch[w]] = ingest->watch_value[(ptrdiff_t)k * ingest->nwatch + w];
    } else if (ingest->bin > 1) {
        HP_CALL(hp_stop_check(err));
        HP_CALL(hp_ensemble_read_part(ingest->ensemble, ingest->part, hp_ingest_file_row(ingest, k),
                                      work->row, err));
    } else {
        HP_CALL(hp_ingest_bin(ingest, k, &sum, err));
        hp_ingest_spread(ingest, sum, work->row);
    }
    HP_CALL(evaluate(work, STEP, delta, err));
    HP_CALL(evaluate(work, -STEP, work->below, err));
    for (size_t i = 0; i < work->length; i++) delta[i] = (delta[i] - work->below[i]) / (2.0 * STEP);
    return HP_OK;
}

hp_status hp_ingest_project(hp_ingest *ingest, int count, const hp_projection *projection,
                            hp_error *err) {
    hp_status status = HP_OK, mine = HP_OK;
    const hp_comm *comm = ingest->ensemble->comm;
    size_t nrow = (size_t)ingest->nbin * (size_t)ingest->bin, length = 0, first = 0;
    size_t row_length = hp_ensemble_row_length(ingest->ensemble);
    double *room = NULL;
    for (int i = 0; i < count; i++) length += projection[i].length;
    HP_NEW_TOGETHER(comm, room, 3 * row_length + (1 + nrow) * length);
    projector work = {.ingest = ingest,
                      .count = count,
                      .watched = ingest->nwatch > 0,
                      .projection = projection,
                      .length = length,
                      .row_length = row_length,
                      .mean = room,
                      .row = room + row_length,
                      .shifted = room + 2 * row_length,
                      .below = room + 3 * row_length,
                      .block = room + 3 * row_length + length};
    for (int i = 0; i < count; i++) work.watched = work.watched && projection[i].watched;
    hp_ingest_mean(ingest, work.mean);
    for (int i = 0; mine == HP_OK && i < count; i++)
        mine = projection[i].function(work.mean, projection[i].value, projection[i].context, err);
    HP_TRY(hp_parallel_agree(comm, mine, err));
    HP_TRY(hp_parallel_compute_rows(comm, (int)nrow, length, project_row, &work, work.block, err));
    for (int i = 0; i < count;
         first += projection[i++].length) /* its place in a row of the block */
        for (size_t k = 0; k < nrow; k++)
            for (size_t j = 0; j < projection[i].length; j++)
                projection[i].rows[j * nrow + k] = work.block[k * length + first + j];
cleanup:
    hp_free(room);
    return status;
}
