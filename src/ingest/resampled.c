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

/* What is computed of samples. */
typedef struct deviation {
    hp_resampling *resampling;
    size_t length;
    hp_row_function function;
    void *context;
    const double *centre; /* (length) values of the average row */
    double *row;          /* (row_length) work space */
} deviation;

static hp_status make_row(deviation *of, hp_error *err) {
    HP_ALLOCATE(of->row, hp_ensemble_row_length(of->resampling->ingest->ensemble));
    return HP_OK;
}

/* out (length) = x - centre of a sample. */
static hp_status deviate(const deviation *of, int sample, double *out, hp_error *err) {
    hp_status status = hp_ingest_sample(of->resampling, sample, of->row, err);
    if (status == HP_OK) status = of->function(of->row, out, of->context, err);
    if (status != HP_OK)
        hp_error_add_context(err, "%s sample %d", hp_method_name(of->resampling->method), sample);
    for (size_t i = 0; status == HP_OK && i < of->length; i++) out[i] -= of->centre[i];
    return status;
}

/* out (2, length) = x - centre and its square (hp_item_function). Distances from the centre, not x
 * itself, so that the small spread is not lost in x^2. */
static hp_status square(int item, double *out, void *context, hp_error *err) {
    const deviation *of = context;
    HP_CALL(deviate(of, item, out, err));
    for (size_t i = 0; i < of->length; i++) out[of->length + i] = out[i] * out[i];
    return HP_OK;
}

/* Allocate sum (2, length) and fill centre[length] from the average row. */
static hp_status prepare(deviation *of, double *centre, double **sum, hp_error *err) {
    HP_CALL(make_row(of, err));
    HP_ALLOCATE(*sum, 2 * of->length);
    hp_ingest_mean(of->resampling->ingest, of->row);
    return of->function(of->row, centre, of->context, err);
}

hp_status hp_ingest_errors(hp_resampling *resampling, size_t length, hp_row_function function,
                           void *context, double *value, double *error, hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = resampling->ingest->ensemble->comm;
    double n = resampling->nsample, *sum = NULL;
    double weight = hp_sample_weight(hp_resampling_rule(resampling), resampling->nsample);
    deviation of = {resampling, length, function, context, value, NULL};
    HP_TRY(hp_parallel_agree(comm, prepare(&of, value, &sum, err), err));
    HP_TRY(hp_parallel_ordered_sum(comm, resampling->nsample, 2 * length, square, &of, sum, err));
    for (size_t i = 0; i < length; i++) {
        double squares = sum[length + i] - sum[i] * sum[i] / n;
        if (squares < 0) squares = 0; /* rounding, where all samples agree */
        error[i] = sqrt(weight * squares);
    }
cleanup:
    hp_free(of.row);
    hp_free(sum);
    return status;
}

hp_status hp_ingest_gather(hp_resampling *resampling, size_t length, hp_row_function function,
                           void *context, const double *centre, double *rows, hp_error *err) {
    const hp_comm *comm = resampling->ingest->ensemble->comm;
    int N = resampling->nsample;
    deviation of = {resampling, length, function, context, centre, NULL};
    hp_status status = make_row(&of, err);
    for (int i = comm->rank; status == HP_OK && i < N; i += comm->size)
        status = deviate(&of, i, rows + (size_t)i * length, err);
    hp_free(of.row);
    HP_CALL(hp_parallel_agree(comm, status, err));
    return hp_parallel_share_rows(comm, N, length * sizeof *rows, rows, err);
}
