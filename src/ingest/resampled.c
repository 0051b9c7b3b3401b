// SPDX-License-Identifier: GPL-3.0-or-later
/* Samples from the sums of bins, and errors of functions of the averaged row. */
#include "hadpot/resampled.h"
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"

hp_status hp_ingest_resample(hp_ingest *ingest, const hp_resampling_setup *setup,
                             hp_resampling *resampling, hp_error *err) {
    const hp_ensemble *ensemble = ingest->ensemble;
    const hp_bins bins = {.label = ensemble->path,
                          .bin = ingest->bin,
                          .nbin = ingest->nbin,
                          .nstream = ensemble->nstream,
                          .start = ingest->used,
                          .are_samples = ensemble->sampling == HP_SAMPLING_JACKKNIFE};
    hp_status status = hp_resampling_create(&bins, setup, resampling, err);
    resampling->ingest = ingest;
    status = hp_parallel_agree(ensemble->comm, status, err);
    if (status != HP_OK) hp_resampling_destroy(resampling);
    return status;
}

/* row += factor * sum of a bin, which has only what was read. */
static void add_bin(const hp_ingest *ingest, double factor, const double *sum, double *row) {
    for (int i = 0; i < ingest->nstretch; i++) {
        const hp_stretch *stretch = &ingest->stretch[i];
        double *to = row + stretch->start;
        for (size_t j = 0; j < stretch->count; j++) to[j] += factor * sum[j];
        sum += stretch->count;
    }
}

static hp_status bootstrap_sample(hp_resampling *resampling, int i, double *row, hp_error *err) {
    hp_ingest *ingest = resampling->ingest;
    size_t length = hp_ensemble_row_length(ingest->ensemble);
    hp_resampling_count(resampling, i);
    memset(row, 0, length * sizeof *row);
    for (int bin = 0; bin < ingest->nbin; bin++) {
        const double *sum;
        if (resampling->count[bin] == 0) continue;
        HP_CALL(hp_ingest_bin(ingest, bin, &sum, err));
        add_bin(ingest, resampling->count[bin], sum, row);
    }
    for (size_t j = 0; j < length; j++) row[j] /= (double)ingest->nbin * ingest->bin;
    return HP_OK;
}

static hp_status jackknife_sample(hp_resampling *resampling, int i, double *row, hp_error *err) {
    hp_ingest *ingest = resampling->ingest;
    size_t length = hp_ensemble_row_length(ingest->ensemble);
    double nrow = (double)(ingest->nbin - 1) * ingest->bin;
    const double *sum;
    HP_CALL(hp_ingest_bin(ingest, i, &sum, err));
    hp_ingest_spread(ingest, sum, row);
    if (resampling->bins.are_samples) return HP_OK;
    for (size_t j = 0; j < length; j++) row[j] = (ingest->total[j] - row[j]) / nrow;
    return HP_OK;
}

hp_status hp_ingest_sample(hp_resampling *resampling, int i, double *row, hp_error *err) {
    HP_REQUIRE(i >= 0 && i < resampling->nsample, HP_ERR_INTERNAL,
               "%s sample %d asked for, there are %d", hp_method_name(resampling->method), i,
               resampling->nsample);
    return resampling->method == HP_METHOD_BOOTSTRAP ? bootstrap_sample(resampling, i, row, err)
                                                     : jackknife_sample(resampling, i, row, err);
}

/* Work space of hp_ingest_errors. */
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
    HP_TRY(hp_ingest_sample(work->resampling, item, work->row, err));
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

hp_status hp_ingest_errors(hp_resampling *resampling, size_t length, hp_row_function function,
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
        HP_TRY(hp_ingest_sample(resampling, item, row, err));
        HP_TRY(function(row, mine[item], context, err));
        for (size_t i = 0; i < length; i++) mine[item][i] -= centre[i];
    }
cleanup:
    hp_free(row);
    if (status != HP_OK && item >= 0)
        hp_error_add_context(err, "%s sample %d", hp_method_name(resampling->method), item);
    return status;
}

hp_status hp_ingest_gather(hp_resampling *resampling, size_t length, hp_row_function function,
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
