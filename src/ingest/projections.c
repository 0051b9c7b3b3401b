// SPDX-License-Identifier: GPL-3.0-or-later
/* Derived quantities row by row, linearised around the average. */
#include "hadpot/ingest.h"
#include "hadpot/memory.h"

/* Steps of the central difference in units of a row's deviation: the error is of order STEP^2, and
 * rounding is 1e-16/STEP of the quantity. */
static const double STEP = 1e-4;

typedef struct {
    hp_ingest *ingest;
    int count;
    const hp_projection *projection; /* (count) */
    size_t length, row_length;       /* numbers of all projections, of a row */
    double *mean, *row, *shifted;    /* (row_length) */
    double *below;                   /* (length) */
    double *block;                   /* (nrow, length) */
} projector;

static hp_status create(projector *work, int nrow, hp_error *err) {
    HP_ALLOCATE(work->mean, work->row_length);
    HP_ALLOCATE(work->row, work->row_length);
    HP_ALLOCATE(work->shifted, work->row_length);
    HP_ALLOCATE(work->below, work->length);
    HP_ALLOCATE(work->block, (size_t)nrow * work->length);
    hp_ingest_mean(work->ingest, work->mean);
    for (int i = 0; i < work->count; i++) {
        const hp_projection *of = &work->projection[i];
        HP_CALL(of->function(work->mean, of->value, of->context, err));
    }
    return HP_OK;
}

/* Used row number k; a bin of one row may be in memory. */
static hp_status take_row(projector *work, int k, hp_error *err) {
    hp_ingest *ingest = work->ingest;
    const double *sum;
    if (ingest->bin > 1)
        return hp_ensemble_read_part(ingest->ensemble, ingest->part, hp_ingest_file_row(ingest, k),
                                     work->row, err);
    HP_CALL(hp_ingest_bin(ingest, k, &sum, err));
    hp_ingest_spread(ingest, sum, work->row);
    return HP_OK;
}

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

/* The rows of this rank: rank, rank + size, ... */
static hp_status project_rows(projector *work, int nrow, hp_error *err) {
    const hp_comm *comm = work->ingest->ensemble->comm;
    for (int k = comm->rank; k < nrow; k += comm->size) {
        double *delta = work->block + (size_t)k * work->length;
        HP_CALL(take_row(work, k, err));
        HP_CALL(evaluate(work, STEP, delta, err));
        HP_CALL(evaluate(work, -STEP, work->below, err));
        for (size_t i = 0; i < work->length; i++)
            delta[i] = (delta[i] - work->below[i]) / (2.0 * STEP);
    }
    return HP_OK;
}

static void transpose(const projector *work, int nrow) {
    size_t first = 0; /* of a projection in a row of the block */
    for (int i = 0; i < work->count; i++) {
        const hp_projection *to = &work->projection[i];
        for (size_t k = 0; k < (size_t)nrow; k++)
            for (size_t j = 0; j < to->length; j++)
                to->rows[j * (size_t)nrow + k] = work->block[k * work->length + first + j];
        first += to->length;
    }
}

static void destroy(projector *work) {
    hp_free(work->mean);
    hp_free(work->row);
    hp_free(work->shifted);
    hp_free(work->below);
    hp_free(work->block);
}

hp_status hp_ingest_project(hp_ingest *ingest, int count, const hp_projection *projection,
                            hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = ingest->ensemble->comm;
    int nrow = ingest->nbin * ingest->bin;
    projector work = {.ingest = ingest,
                      .count = count,
                      .projection = projection,
                      .row_length = hp_ensemble_row_length(ingest->ensemble)};
    for (int i = 0; i < count; i++) work.length += projection[i].length;
    HP_TRY(hp_parallel_agree(comm, create(&work, nrow, err), err));
    HP_TRY(hp_parallel_agree(comm, project_rows(&work, nrow, err), err));
    HP_TRY(hp_parallel_share_rows(comm, nrow, work.length * sizeof *work.block, work.block, err));
    transpose(&work, nrow);
cleanup:
    destroy(&work);
    return status;
}
