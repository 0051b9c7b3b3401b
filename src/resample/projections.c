// SPDX-License-Identifier: GPL-3.0-or-later
/* Derived quantities row by row, linearised around the average. */
#include "hadpot/autocorrelation.h"
#include "hadpot/memory.h"

/* Steps of the central difference in units of a row's deviation: the error is of order STEP^2, and
 * rounding is 1e-16/STEP of the quantity. */
static const double STEP = 1e-4;

typedef struct {
    hp_resampling *resampling;
    size_t length, row_length;
    hp_row_function function;
    void *context;
    double *mean, *row, *shifted; /* (row_length) */
    double *below;                /* (length) */
    double *block;                /* (nrow, length) */
    double **mine;                /* (nrow) places in the block, NULL for rows of other ranks */
} projection;

static hp_status create(projection *work, int nrow, double *value, hp_error *err);
static void destroy(projection *work);
static hp_status project_rows(projection *work, int nrow, hp_error *err);
static hp_status evaluate(projection *work, double step, double *values, hp_error *err);

hp_status hp_resampling_projections(hp_resampling *resampling, size_t length,
                                    hp_row_function function, void *context, double *value,
                                    double *rows, hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = &resampling->ensemble->comm;
    int nrow = resampling->nbin * resampling->bin;
    projection work = {.resampling = resampling,
                       .length = length,
                       .row_length = hp_ensemble_row_length(resampling->ensemble),
                       .function = function,
                       .context = context};
    HP_TRY(hp_parallel_agree(comm, create(&work, nrow, value, err), err));
    HP_TRY(hp_parallel_agree(comm, project_rows(&work, nrow, err), err));
    HP_TRY(hp_parallel_gather_rows(comm, nrow, length, work.mine, work.block, err));
    HP_TRY(hp_parallel_broadcast(comm, work.block, (size_t)nrow * length * sizeof(double), err));
    for (int k = 0; k < nrow; k++)
        for (size_t i = 0; i < length; i++)
            rows[i * (size_t)nrow + (size_t)k] = work.block[(size_t)k * length + i];
cleanup:
    destroy(&work);
    return status;
}

static hp_status create(projection *work, int nrow, double *value, hp_error *err) {
    hp_status status = HP_OK;
    HP_NEW(work->mean, work->row_length);
    HP_NEW(work->row, work->row_length);
    HP_NEW(work->shifted, work->row_length);
    HP_NEW(work->below, work->length);
    HP_NEW(work->block, (size_t)nrow * work->length);
    HP_NEW(work->mine, nrow);
    hp_resampling_mean(work->resampling, work->mean);
    HP_TRY(work->function(work->mean, value, work->context, err));
cleanup:
    return status;
}

static void destroy(projection *work) {
    hp_free(work->mean);
    hp_free(work->row);
    hp_free(work->shifted);
    hp_free(work->below);
    hp_free(work->block);
    hp_free(work->mine);
}

/* The rows of this rank: rank, rank + size, ... */
static hp_status project_rows(projection *work, int nrow, hp_error *err) {
    hp_status status = HP_OK;
    const hp_ensemble *ensemble = work->resampling->ensemble;
    for (int k = ensemble->comm.rank; k < nrow; k += ensemble->comm.size) {
        double *delta = work->mine[k] = work->block + (size_t)k * work->length;
        HP_TRY(hp_ensemble_read_row(ensemble, hp_resampling_file_row(work->resampling, k),
                                    work->row, err));
        HP_TRY(evaluate(work, STEP, delta, err));
        HP_TRY(evaluate(work, -STEP, work->below, err));
        for (size_t i = 0; i < work->length; i++)
            delta[i] = (delta[i] - work->below[i]) / (2.0 * STEP);
    }
cleanup:
    return status;
}

/* The quantities of the average row, moved by `step` towards the present one. */
static hp_status evaluate(projection *work, double step, double *values, hp_error *err) {
    for (size_t j = 0; j < work->row_length; j++)
        work->shifted[j] = work->mean[j] + step * (work->row[j] - work->mean[j]);
    return work->function(work->shifted, values, work->context, err);
}
