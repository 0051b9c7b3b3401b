// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_output.h"

#include <cblas.h>
#include <stdio.h>
#include "h5write.h"
#include "hadpot/memory.h"

/* Of which datasets; the last axis of each is that of the matrices. */
static const hp_set covariance_sets[] = {HP_SET_V_LO, HP_SET_V_LOCALISED, HP_SET_DELTA,
                                         HP_SET_KCOT};

static hp_status write_covariance(const hp_results *results, hid_t file, hp_set set, hp_error *err);
static void compute_covariance(const hp_results *results, size_t start, int n, double *deviation,
                               double *covariance);
static hp_status describe_covariance(const hp_results *results, hid_t file, const char *path,
                                     hp_error *err);

const char *hp_results_error_function(const hp_results *results) {
    if (hp_results_rule(results).method == HP_METHOD_BOOTSTRAP)
        return "bootstrap: sqrt(sum_i (x_i - xbar)^2 / (n-1)) over the n rows after the first";
    return "jackknife: (nsample-1) sqrt(sum_i (x_i - xbar)^2 / (nsample (n-1))) over the n rows "
           "after the first";
}

hp_status hp_results_write_draws(const hp_results *results, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    const hp_resampling *resampling = results->resampling;
    int *first = NULL;
    if (resampling == NULL || resampling->draw == NULL) return HP_OK;
    const hp_ingest *ingest = resampling->ingest;
    size_t nbin = (size_t)ingest->nbin, extent[] = {(size_t)resampling->nsample, nbin};
    HP_NEW(first, nbin);
    for (int bin = 0; bin < ingest->nbin; bin++)
        first[bin] = hp_ingest_file_row(ingest, bin * ingest->bin);
    HP_TRY(hp_h5_write_ints(file, "resampling/bins", 2, extent, resampling->draw,
                            "the bins, from 0 on, that each bootstrap sample averages", err));
    HP_TRY(hp_h5_attribute_ints(file, "resampling/bins", "seed", &results->job->resampling.seed, 0,
                                err));
    HP_TRY(hp_h5_attribute_text(file, "resampling/bins", "random_numbers",
                                "gsl mt19937 for each sample, seeded by a hash of seed and sample",
                                err));
    HP_TRY(hp_h5_write_ints(file, "resampling/first_row", 1, &nbin, first,
                            "row of the ensemble file, from 0 on, with which each bin begins",
                            err));
    HP_TRY(hp_h5_attribute_ints(file, "resampling/first_row", "rows", &ingest->bin, 0, err));
cleanup:
    hp_free(first);
    return status;
}

hp_status hp_results_write_covariances(const hp_results *results, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    if (results->ncomputed < 2) return HP_OK;
    for (size_t i = 0; i < sizeof covariance_sets / sizeof *covariance_sets; i++)
        if (results->layout->dataset[covariance_sets[i]].count > 0)
            HP_TRY(write_covariance(results, file, covariance_sets[i], err));
cleanup:
    return status;
}

/* One matrix of the last axis for each element of the others. */
static hp_status write_covariance(const hp_results *results, hid_t file, hp_set set,
                                  hp_error *err) {
    hp_status status = HP_OK;
    const hp_dataset *dataset = &results->layout->dataset[set];
    size_t n = dataset->extent[dataset->rank - 1], extent[4] = {0};
    char path[128], unit[64], description[256];
    double *covariance = NULL, *deviation = NULL;
    HP_NEW(covariance, dataset->count * n);
    HP_NEW(deviation, (size_t)results->ncomputed * n);
    for (size_t block = 0; block < dataset->count / n; block++)
        compute_covariance(results, dataset->start + block * n, (int)n, deviation,
                           covariance + block * n * n);
    for (int i = 0; i < dataset->rank; i++) extent[i] = dataset->extent[i];
    extent[dataset->rank] = n;
    snprintf(path, sizeof path, "covariance/%s", dataset->path);
    snprintf(unit, sizeof unit, "%s^2", dataset->unit);
    snprintf(description, sizeof description,
             "covariance of %s, from its rows; of rank largest_rank at most (bootstrap: to first "
             "order in the deviations of bins)",
             dataset->path);
    HP_TRY(hp_h5_write_doubles(file, path, dataset->rank + 1, extent, covariance, unit, description,
                               err));
    HP_TRY(describe_covariance(results, file, path, err));
cleanup:
    hp_free(covariance);
    hp_free(deviation);
    return status;
}

/* covariance (n, n) = w sum_i (x_i - xbar)(x_i - xbar)^T of n numbers from `start` on in each row;
 * deviation (ncomputed, n): work space. */
static void compute_covariance(const hp_results *results, size_t start, int n, double *deviation,
                               double *covariance) {
    size_t length = results->layout->length;
    int nrow = results->ncomputed;
    const double *sample = results->rows + length + start;
    double weight = hp_sample_weight(hp_results_rule(results), nrow);
    for (int i = 0; i < n; i++) {
        double mean = 0.0;
        for (int row = 0; row < nrow; row++) mean += sample[(size_t)row * length + (size_t)i];
        mean /= nrow;
        for (int row = 0; row < nrow; row++)
            deviation[(size_t)row * (size_t)n + (size_t)i] =
                sample[(size_t)row * length + (size_t)i] - mean;
    }
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, n, nrow, weight, deviation, n, 0.0,
                covariance, n);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            covariance[(size_t)i * (size_t)n + (size_t)j] =
                covariance[(size_t)j * (size_t)n + (size_t)i];
}

/* The directions that deviations of samples from their mean span: samples less one at most, and not
 * more than those of the bins (hp_resampling_freedom). */
static hp_status describe_covariance(const hp_results *results, hid_t file, const char *path,
                                     hp_error *err) {
    hp_status status = HP_OK;
    const hp_resampling *resampling = results->resampling;
    int rank = results->ncomputed - 1;
    int freedom = resampling != NULL ? hp_resampling_freedom(resampling) : rank;
    if (freedom < rank) rank = freedom;
    HP_TRY(hp_h5_attribute_text(file, path, "error_function",
                                hp_method_name(hp_results_rule(results).method), err));
    HP_TRY(hp_h5_attribute_ints(file, path, "largest_rank", &rank, 0, err));
cleanup:
    return status;
}
