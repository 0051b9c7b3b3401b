// SPDX-License-Identifier: GPL-3.0-or-later
/* Errors of functions of the averaged row, from samples. */
#include "hadpot/resample.h"
#include <math.h>
#include "hadpot/memory.h"

/* Work space of hp_resampling_errors. */
typedef struct error_sum {
    hp_resampling *resampling;
    size_t length;
    hp_row_function function;
    void *context;
    const double *centre; /* (length) values of the average row */
    double *row;          /* (row_length) */
    double *sum;          /* (2, length) sum over samples of x - centre and of its square */
} error_sum;

/* Allocate the work space and fill centre[length] from the average row. */
static hp_status prepare(error_sum *work, double *centre, hp_error *err) {
    HP_ALLOCATE(work->row, hp_ensemble_row_length(work->resampling->ingest->ensemble));
    HP_ALLOCATE(work->sum, 2 * work->length);
    hp_ingest_mean(work->resampling->ingest, work->row);
    return work->function(work->row, centre, work->context, err);
}

/* out (2, length) = x - centre and its square for sample `item` (hp_item_function).
 * Distances from the centre, not x itself, so that the small spread is not lost in x^2. */
static hp_status deviations(int item, double *out, void *context, hp_error *err) {
    hp_status status = HP_OK;
    error_sum *work = context;
    HP_TRY(hp_resampling_sample(work->resampling, item, work->row, err));
    HP_TRY(work->function(work->row, out, work->context, err));
    for (size_t i = 0; i < work->length; i++) {
        out[i] -= work->centre[i];
        out[work->length + i] = out[i] * out[i];
    }
cleanup:
    if (status != HP_OK)
        hp_error_add_context(err, "%s sample %d", hp_method_name(work->resampling->method), item);
    return status;
}

hp_status hp_resampling_errors(hp_resampling *resampling, size_t length, hp_row_function function,
                               void *context, double *value, double *error, hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = resampling->ingest->ensemble->comm;
    double n = resampling->nsample;
    double weight = hp_sample_weight(hp_resampling_rule(resampling), resampling->nsample);
    error_sum work = {.resampling = resampling,
                      .length = length,
                      .function = function,
                      .context = context,
                      .centre = value};
    HP_TRY(hp_parallel_agree(comm, prepare(&work, value, err), err));
    HP_TRY(hp_parallel_ordered_sum(comm, resampling->nsample, 2 * length, deviations, &work,
                                   work.sum, err));
    for (size_t i = 0; i < length; i++) {
        double sum = work.sum[i], squares = work.sum[length + i] - sum * sum / n;
        if (squares < 0) squares = 0; /* rounding, where all samples agree */
        error[i] = sqrt(weight * squares);
    }
cleanup:
    hp_free(work.row);
    hp_free(work.sum);
    return status;
}

/* The rows of this rank: samples rank, rank + size, ... */
static hp_status compute_rows(hp_resampling *resampling, size_t length, hp_row_function function,
                              void *context, const double *centre, double *rows, double **mine,
                              hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = resampling->ingest->ensemble->comm;
    double *row = NULL;
    int item = -1;
    HP_NEW(row, hp_ensemble_row_length(resampling->ingest->ensemble));
    for (item = comm->rank; item < resampling->nsample; item += comm->size) {
        mine[item] = rows + (size_t)item * length;
        HP_TRY(hp_resampling_sample(resampling, item, row, err));
        HP_TRY(function(row, mine[item], context, err));
        for (size_t i = 0; i < length; i++) mine[item][i] -= centre[i];
    }
cleanup:
    hp_free(row);
    if (status != HP_OK && item >= 0)
        hp_error_add_context(err, "%s sample %d", hp_method_name(resampling->method), item);
    return status;
}

hp_status hp_resampling_rows(hp_resampling *resampling, size_t length, hp_row_function function,
                             void *context, const double *centre, double *rows, hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = resampling->ingest->ensemble->comm;
    size_t N = (size_t)resampling->nsample;
    double **mine = hp_alloc(N, sizeof *mine); /* places in rows */
    if (mine == NULL)
        status =
            hp_error_set(err, HP_ERR_MEMORY, __FILE__, __LINE__, "no memory for %zu samples", N);
    else
        status = compute_rows(resampling, length, function, context, centre, rows, mine, err);
    HP_TRY(hp_parallel_agree(comm, status, err));
    HP_TRY(hp_parallel_gather_rows(comm, resampling->nsample, length, mine, rows, err));
    HP_TRY(hp_parallel_broadcast(comm, rows, N * length * sizeof *rows, err));
cleanup:
    hp_free(mine);
    return status;
}
