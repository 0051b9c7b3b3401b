// SPDX-License-Identifier: GPL-3.0-or-later
/* Jackknife and bootstrap samples: sums over rows in file order, one bin in memory at a time. */
#include "hadpot/resample.h"

#include <stdio.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/random.h"

/* Two bins have one difference: an error of their mean, but none of that error. */
enum { MIN_BINS = 3 };

static hp_status set_samples(const hp_resampling_setup *setup, hp_resampling *resampling,
                             hp_error *err);
static hp_status fill_bins(hp_resampling *resampling, hp_error *err);
static hp_status check_bins(const hp_resampling *resampling, hp_error *err);
static hp_status check_streams(const hp_resampling *resampling, hp_error *err);
static int count_bins(const hp_resampling *resampling, int stream);
static hp_status allocate(const hp_resampling_setup *setup, hp_resampling *resampling,
                          hp_error *err);
static hp_status draw_bins(hp_resampling *resampling, int sample, hp_error *err);
static hp_status sum_of_bin(int item, double *out, void *context, hp_error *err);
static hp_status take_bin(hp_resampling *resampling, int bin, const double **sum, hp_error *err);
static hp_status bootstrap_sample(hp_resampling *resampling, int i, double *row, hp_error *err);

hp_status hp_resampling_create(const hp_ensemble *ensemble, const hp_resampling_setup *setup,
                               hp_resampling *resampling, hp_error *err) {
    hp_status status = HP_OK;
    *resampling = (hp_resampling){.ensemble = ensemble};
    HP_TRY(hp_parallel_agree(&ensemble->comm, set_samples(setup, resampling, err), err));
    HP_TRY(hp_parallel_agree(&ensemble->comm, allocate(setup, resampling, err), err));
    HP_TRY(hp_parallel_ordered_sum(&ensemble->comm, resampling->nbin,
                                   hp_ensemble_row_length(ensemble), sum_of_bin, resampling,
                                   resampling->total, err));
cleanup:
    if (status != HP_OK) hp_resampling_destroy(resampling);
    return status;
}

hp_sample_rule hp_resampling_rule(const hp_resampling *resampling) {
    return (hp_sample_rule){resampling->method, resampling->nsample};
}

int hp_resampling_freedom(const hp_resampling *resampling) {
    int means = 0;
    if (resampling->method != HP_METHOD_BOOTSTRAP) return resampling->nbin - 1;
    for (int s = 0; s < resampling->ensemble->nstream; s++) means += count_bins(resampling, s) > 0;
    return resampling->nbin - means;
}

int hp_resampling_shortest_stream(const hp_resampling *resampling) {
    int shortest = resampling->nbin;
    for (int s = 0; s < resampling->ensemble->nstream; s++) {
        int nbin = count_bins(resampling, s);
        if (nbin > 0 && nbin < shortest) shortest = nbin;
    }
    return shortest;
}

int hp_resampling_file_row(const hp_resampling *resampling, int k) {
    int stream = 0;
    while (k >= resampling->used[stream + 1]) stream++;
    return resampling->ensemble->stream_start[stream] + k - resampling->used[stream];
}

void hp_resampling_mean(const hp_resampling *resampling, double *row) {
    size_t length = hp_ensemble_row_length(resampling->ensemble);
    double nrow = (double)resampling->nbin * resampling->bin;
    for (size_t i = 0; i < length; i++) row[i] = resampling->total[i] / nrow;
}

hp_status hp_resampling_sample(hp_resampling *resampling, int i, double *row, hp_error *err) {
    hp_status status = HP_OK;
    size_t length = hp_ensemble_row_length(resampling->ensemble);
    HP_CHECK(i >= 0 && i < resampling->nsample, HP_ERR_INTERNAL,
             "%s sample %d asked for, there are %d", hp_method_name(resampling->method), i,
             resampling->nsample);
    if (resampling->method == HP_METHOD_BOOTSTRAP) {
        HP_TRY(bootstrap_sample(resampling, i, row, err));
    } else if (resampling->ensemble->sampling == HP_SAMPLING_JACKKNIFE) {
        HP_TRY(hp_ensemble_read_row(resampling->ensemble, i, row, err));
    } else {
        double nrow = (double)(resampling->nbin - 1) * resampling->bin;
        memset(row, 0, length * sizeof *row);
        HP_TRY(sum_of_bin(i, row, resampling, err));
        for (size_t j = 0; j < length; j++) row[j] = (resampling->total[j] - row[j]) / nrow;
    }
cleanup:
    return status;
}

void hp_resampling_destroy(hp_resampling *resampling) {
    if (resampling == NULL) return;
    hp_free(resampling->total);
    hp_free(resampling->block);
    hp_free(resampling->sum);
    hp_free(resampling->used);
    hp_free(resampling->draw);
    hp_free(resampling->count);
    hp_free(resampling->kept);
    hp_free(resampling->is_kept);
    *resampling = (hp_resampling){0};
}

/* How many samples the file gives; no reading. */
static hp_status set_samples(const hp_resampling_setup *setup, hp_resampling *resampling,
                             hp_error *err) {
    hp_status status = HP_OK;
    const hp_ensemble *ensemble = resampling->ensemble;
    bool jackknife_file = ensemble->sampling == HP_SAMPLING_JACKKNIFE;
    bool bootstrap = setup->method == HP_METHOD_BOOTSTRAP;
    HP_CHECK(!bootstrap || !jackknife_file, HP_ERR_INPUT,
             "resampling.method: bootstrap needs configurations: the rows of %s are jackknife "
             "samples",
             ensemble->path);
    HP_CHECK(!bootstrap || setup->bootstrap_samples >= 2, HP_ERR_INPUT,
             "resampling.bootstrap_samples must be at least 2, found %d", setup->bootstrap_samples);
    HP_CHECK(setup->bin >= 1, HP_ERR_INPUT, "resampling.bin must be at least 1, found %d",
             setup->bin);
    HP_CHECK(!jackknife_file || setup->bin == 1, HP_ERR_INPUT,
             "resampling.bin must be 1, found %d: the rows of %s are jackknife samples already",
             setup->bin, ensemble->path);
    HP_CHECK(setup->max_samples >= -1, HP_ERR_INPUT,
             "resampling.max_samples must be -1 (all), 0 (the average only) or a number of "
             "samples, found %d",
             setup->max_samples);
    resampling->method = setup->method;
    resampling->bin = setup->bin;
    HP_TRY(fill_bins(resampling, err));
    HP_TRY(check_bins(resampling, err));
    if (bootstrap) HP_TRY(check_streams(resampling, err));
    resampling->nsample = bootstrap ? setup->bootstrap_samples : resampling->nbin;
    resampling->ncomputed = resampling->nsample;
    if (setup->max_samples >= 0 && setup->max_samples < resampling->nsample)
        resampling->ncomputed = setup->max_samples;
cleanup:
    return status;
}

/* Count the bins of each stream; what is left at its end is dropped. */
static hp_status fill_bins(hp_resampling *resampling, hp_error *err) {
    hp_status status = HP_OK;
    const hp_ensemble *ensemble = resampling->ensemble;
    const int *start = ensemble->stream_start;
    HP_NEW(resampling->used, ensemble->nstream + 1);
    for (int s = 0; s < ensemble->nstream; s++) {
        int rows = start[s + 1] - start[s], nbin = rows / resampling->bin;
        resampling->nbin += nbin;
        resampling->ndropped += rows % resampling->bin;
        resampling->used[s + 1] = resampling->used[s] + nbin * resampling->bin;
    }
cleanup:
    return status;
}

static hp_status check_bins(const hp_resampling *resampling, hp_error *err) {
    hp_status status = HP_OK;
    const hp_ensemble *ensemble = resampling->ensemble;
    char streams[64] = "";
    if (ensemble->nstream > 1)
        snprintf(streams, sizeof streams, " in %d streams that no bin crosses", ensemble->nstream);
    HP_CHECK(resampling->nbin >= MIN_BINS, HP_ERR_INPUT,
             "%s holds %d %s%s%s, with resampling.bin = %d that makes %d bin%s; an error needs at "
             "least %d bins",
             ensemble->path, ensemble->nsample,
             ensemble->sampling == HP_SAMPLING_JACKKNIFE ? "jackknife sample" : "configuration",
             ensemble->nsample == 1 ? "" : "s", streams, resampling->bin, resampling->nbin,
             resampling->nbin == 1 ? "" : "s", MIN_BINS);
cleanup:
    return status;
}

/* The variance between n bins of a stream, drawn within it, is (n-1)/n of the true one. */
static hp_status check_streams(const hp_resampling *resampling, hp_error *err) {
    hp_status status = HP_OK;
    for (int s = 0; s < resampling->ensemble->nstream; s++) {
        int nbin = count_bins(resampling, s);
        HP_CHECK(nbin == 0 || nbin >= MIN_BINS, HP_ERR_INPUT,
                 "%s: stream number %d makes %d bin%s with resampling.bin = %d; a bootstrap draws "
                 "within streams and needs at least %d bins in each",
                 resampling->ensemble->path, s + 1, nbin, nbin == 1 ? "" : "s", resampling->bin,
                 MIN_BINS);
    }
cleanup:
    return status;
}

/* Of one stream. */
static int count_bins(const hp_resampling *resampling, int stream) {
    return (resampling->used[stream + 1] - resampling->used[stream]) / resampling->bin;
}

static hp_status allocate(const hp_resampling_setup *setup, hp_resampling *resampling,
                          hp_error *err) {
    hp_status status = HP_OK;
    size_t length = hp_ensemble_row_length(resampling->ensemble), nbin = (size_t)resampling->nbin;
    HP_NEW(resampling->total, length);
    HP_NEW(resampling->block, length);
    HP_NEW(resampling->sum, length);
    if (resampling->method != HP_METHOD_BOOTSTRAP) goto cleanup;
    resampling->seed = setup->seed;
    HP_NEW(resampling->draw, (size_t)resampling->nsample * nbin);
    HP_NEW(resampling->count, nbin);
    for (int i = 0; i < resampling->nsample; i++) HP_TRY(draw_bins(resampling, i, err));
    if (nbin * length * sizeof *resampling->kept > setup->memory) goto cleanup;
    HP_NEW(resampling->kept, nbin * length);
    HP_NEW(resampling->is_kept, nbin);
cleanup:
    return status;
}

/* As many bins of each stream as it has, with replacement. */
static hp_status draw_bins(hp_resampling *resampling, int sample, hp_error *err) {
    hp_status status = HP_OK;
    gsl_rng *rng = NULL;
    int *draw = resampling->draw + (size_t)sample * (size_t)resampling->nbin;
    HP_TRY(hp_random_create(&rng, resampling->seed, (uint64_t)sample, HP_PURPOSE_BOOTSTRAP, err));
    for (int s = 0; s < resampling->ensemble->nstream; s++) {
        int first = resampling->used[s] / resampling->bin;
        int end = resampling->used[s + 1] / resampling->bin;
        for (int k = first; k < end; k++)
            draw[k] = first + (int)gsl_rng_uniform_int(rng, (unsigned long)(end - first));
    }
cleanup:
    if (rng != NULL) gsl_rng_free(rng);
    return status;
}

/* out[row_length], zero before, += the rows of bin `item`, in file order (hp_item_function). */
static hp_status sum_of_bin(int item, double *out, void *context, hp_error *err) {
    hp_status status = HP_OK;
    hp_resampling *resampling = context;
    size_t length = hp_ensemble_row_length(resampling->ensemble);
    int first = hp_resampling_file_row(resampling, item * resampling->bin);
    for (int sample = first; sample < first + resampling->bin; sample++) {
        HP_TRY(hp_ensemble_read_row(resampling->ensemble, sample, resampling->block, err));
        for (size_t i = 0; i < length; i++) out[i] += resampling->block[i];
    }
cleanup:
    return status;
}

/* *sum: of the rows of a bin, which are read unless it is kept; valid until the next bin. */
static hp_status take_bin(hp_resampling *resampling, int bin, const double **sum, hp_error *err) {
    hp_status status = HP_OK;
    size_t length = hp_ensemble_row_length(resampling->ensemble);
    double *place = resampling->sum;
    if (resampling->kept != NULL) place = resampling->kept + (size_t)bin * length;
    *sum = place;
    if (resampling->kept != NULL && resampling->is_kept[bin]) return HP_OK;
    memset(place, 0, length * sizeof *place);
    HP_TRY(sum_of_bin(bin, place, resampling, err));
    if (resampling->kept != NULL) resampling->is_kept[bin] = true;
cleanup:
    return status;
}

static hp_status bootstrap_sample(hp_resampling *resampling, int i, double *row, hp_error *err) {
    hp_status status = HP_OK;
    size_t length = hp_ensemble_row_length(resampling->ensemble);
    int nbin = resampling->nbin, *count = resampling->count;
    const int *draw = resampling->draw + (size_t)i * (size_t)nbin;
    memset(count, 0, (size_t)nbin * sizeof *count);
    memset(row, 0, length * sizeof *row);
    for (int k = 0; k < nbin; k++) count[draw[k]]++;
    for (int bin = 0; bin < nbin; bin++) {
        const double *sum;
        if (count[bin] == 0) continue;
        HP_TRY(take_bin(resampling, bin, &sum, err));
        for (size_t j = 0; j < length; j++) row[j] += count[bin] * sum[j];
    }
    for (size_t j = 0; j < length; j++) row[j] /= (double)nbin * resampling->bin;
cleanup:
    return status;
}
