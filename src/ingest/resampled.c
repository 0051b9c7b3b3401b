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

static hp_status bootstrap_sample(hp_resampling *resampling, int i, double *row, hp_error *err) {
    hp_ingest *ingest = resampling->ingest;
    size_t length = hp_ensemble_row_length(ingest->ensemble);
    hp_resampling_count(resampling, i);
    memset(row, 0, length * sizeof *row);
    for (int bin = 0; bin < ingest->nbin; bin++) {
        const double *sum;
        if (resampling->count[bin] == 0) continue;
        HP_CALL(hp_ingest_bin(ingest, bin, &sum, err));
        for (int s = 0; s < ingest->nstretch; sum += ingest->stretch[s++].count) {
            double *to = row + ingest->stretch[s].start;
            for (size_t j = 0; j < ingest->stretch[s].count; j++)
                to[j] += (double)resampling->count[bin] * sum[j];
        }
    }
    for (size_t j = 0; j < length; j++) row[j] /= (double)ingest->nbin * ingest->bin;
    return HP_OK;
}

hp_status hp_ingest_sample(hp_resampling *resampling, int i, double *row, hp_error *err) {
    hp_ingest *ingest = resampling->ingest;
    double nrow = (double)(ingest->nbin - 1) * ingest->bin;
    const double *sum;
    HP_REQUIRE(i >= 0 && i < resampling->nsample, HP_ERR_INTERNAL,
               "%s sample %d asked for, there are %d", hp_method_name(resampling->method), i,
               resampling->nsample);
    if (resampling->method == HP_METHOD_BOOTSTRAP) return bootstrap_sample(resampling, i, row, err);
    HP_CALL(hp_ingest_bin(ingest, i, &sum, err));
    hp_ingest_spread(ingest, sum, row);
    if (resampling->bins.are_samples) return HP_OK;
    size_t length = hp_ensemble_row_length(ingest->ensemble);
    for (size_t j = 0; j < length; j++) row[j] = (ingest->total[j] - row[j]) / nrow;
    return HP_OK;
}

/* What is made of every sample. */
typedef struct {
    hp_resampling *resampling;
    size_t length;
    hp_sample_function function;
    void *context;
    const double *centre; /* (length) is subtracted from it in deviation_and_square */
    double *row;          /* (row_length) work space */
    double *sum;          /* (2, length) sum over samples of x - centre and of its square */
} samples;

/* out (length) = x of sample `item` (hp_item_function). */
static hp_status value_of(int item, double *out, void *context, hp_error *err) {
    const samples *of = context;
    hp_status status = hp_ingest_sample(of->resampling, item, of->row, err);
    if (status == HP_OK) status = of->function(item, of->row, out, of->context, err);
    if (status != HP_OK)
        hp_error_add_context(err, "%s sample %d", hp_method_name(of->resampling->method), item);
    return status;
}

/* out (2, length) = x - centre and its square. Distances from the centre, not x itself, so that the
 * small spread is not lost in x^2. */
static hp_status deviation_and_square(int item, double *out, void *context, hp_error *err) {
    const samples *of = context;
    HP_CALL(value_of(item, out, context, err));
    for (size_t i = 0; i < of->length; i++) {
        out[i] -= of->centre[i];
        out[of->length + i] = out[i] * out[i];
    }
    return HP_OK;
}

/* A function of the row alone. */
typedef struct {
    hp_row_function function;
    void *context;
} row_alone;

static hp_status call_without_sample(int sample, const double *row, double *values, void *context,
                                     hp_error *err) {
    (void)sample;
    const row_alone *of = context;
    return of->function(row, values, of->context, err);
}

hp_status hp_ingest_errors(hp_resampling *resampling, size_t length, hp_row_function function,
                           void *context, double *value, double *error, hp_error *err) {
    row_alone of = {function, context};
    return hp_ingest_errors_by_sample(resampling, length, call_without_sample, &of, value, error,
                                      err);
}

hp_status hp_ingest_gather(hp_resampling *resampling, size_t length, hp_row_function function,
                           void *context, double *rows, hp_error *err) {
    row_alone of = {function, context};
    return hp_ingest_gather_by_sample(resampling, length, call_without_sample, &of, rows, err);
}

hp_status hp_ingest_errors_by_sample(hp_resampling *resampling, size_t length,
                                     hp_sample_function function, void *context, double *value,
                                     double *error, hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = resampling->ingest->ensemble->comm;
    double n = resampling->nsample;
    double weight = hp_sample_weight(hp_resampling_rule(resampling), resampling->nsample);
    samples of = {resampling, length, function, context, .centre = value};
    HP_NEW_TOGETHER(comm, of.row, hp_ensemble_row_length(resampling->ingest->ensemble));
    HP_NEW_TOGETHER(comm, of.sum, 2 * length);
    hp_ingest_mean(resampling->ingest, of.row);
    HP_TRY(hp_parallel_agree(comm, function(-1, of.row, value, context, err), err));
    HP_TRY(hp_parallel_ordered_sum(comm, resampling->nsample, 2 * length, deviation_and_square, &of,
                                   of.sum, err));
    for (size_t i = 0; i < length; i++) {
        double sum = of.sum[i], squares = of.sum[length + i] - sum * sum / n;
        if (squares < 0) squares = 0; /* rounding, where all samples agree */
        error[i] = sqrt(weight * squares);
    }
cleanup:
    hp_free(of.row);
    hp_free(of.sum);
    return status;
}

hp_status hp_ingest_gather_by_sample(hp_resampling *resampling, size_t length,
                                     hp_sample_function function, void *context, double *rows,
                                     hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = resampling->ingest->ensemble->comm;
    samples of = {resampling, length, function, context, .row = NULL};
    HP_NEW_TOGETHER(comm, of.row, hp_ensemble_row_length(resampling->ingest->ensemble));
    HP_TRY(hp_parallel_compute_rows(comm, resampling->nsample, length, value_of, &of, rows, err));
cleanup:
    hp_free(of.row);
    return status;
}
