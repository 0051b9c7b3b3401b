// SPDX-License-Identifier: GPL-3.0-or-later
/* Delete-one(-bin) jackknife: sums over the rows in file order, one bin in memory at a time. */
#include "hadpot/resample.h"

#include <stdio.h>
#include "hadpot/memory.h"

/* Two bins have one difference: an error of their mean, but none of that error. */
enum { MIN_SAMPLES = 3 };

static hp_status set_samples(int bin, int max_samples, hp_resampling *resampling, hp_error *err);
static hp_status fill_bins(hp_resampling *resampling, hp_error *err);
static hp_status check_bins(const hp_resampling *resampling, hp_error *err);
static hp_status allocate(hp_resampling *resampling, hp_error *err);
static hp_status sum_of_bin(int item, double *out, void *context, hp_error *err);

hp_status hp_resampling_create(const hp_ensemble *ensemble, int bin, int max_samples,
                               hp_resampling *resampling, hp_error *err) {
    hp_status status = HP_OK;
    *resampling = (hp_resampling){.ensemble = ensemble};
    HP_TRY(hp_parallel_agree(&ensemble->comm, set_samples(bin, max_samples, resampling, err), err));
    HP_TRY(hp_parallel_agree(&ensemble->comm, allocate(resampling, err), err));
    HP_TRY(hp_parallel_ordered_sum(&ensemble->comm, resampling->nsample,
                                   hp_ensemble_row_length(ensemble), sum_of_bin, resampling,
                                   resampling->total, err));
cleanup:
    if (status != HP_OK) hp_resampling_destroy(resampling);
    return status;
}

int hp_resampling_file_row(const hp_resampling *resampling, int k) {
    int stream = 0;
    while (k >= resampling->used[stream + 1]) stream++;
    return resampling->ensemble->stream_start[stream] + k - resampling->used[stream];
}

void hp_resampling_mean(const hp_resampling *resampling, double *row) {
    size_t length = hp_ensemble_row_length(resampling->ensemble);
    double nrow = (double)resampling->nsample * resampling->bin;
    for (size_t i = 0; i < length; i++) row[i] = resampling->total[i] / nrow;
}

hp_status hp_resampling_sample(hp_resampling *resampling, int i, double *row, hp_error *err) {
    hp_status status = HP_OK;
    size_t length = hp_ensemble_row_length(resampling->ensemble);
    HP_CHECK(i >= 0 && i < resampling->nsample, HP_ERR_INTERNAL,
             "jackknife sample %d asked for, there are %d", i, resampling->nsample);
    if (resampling->ensemble->sampling == HP_SAMPLING_JACKKNIFE) {
        HP_TRY(hp_ensemble_read_row(resampling->ensemble, i, row, err));
    } else {
        double nrow = (double)(resampling->nsample - 1) * resampling->bin;
        for (size_t j = 0; j < length; j++) row[j] = 0;
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
    hp_free(resampling->used);
    *resampling = (hp_resampling){0};
}

/* How many samples the file gives; no reading. */
static hp_status set_samples(int bin, int max_samples, hp_resampling *resampling, hp_error *err) {
    hp_status status = HP_OK;
    const hp_ensemble *ensemble = resampling->ensemble;
    bool jackknife = ensemble->sampling == HP_SAMPLING_JACKKNIFE;
    HP_CHECK(bin >= 1, HP_ERR_INPUT, "resampling.bin must be at least 1, found %d", bin);
    HP_CHECK(!jackknife || bin == 1, HP_ERR_INPUT,
             "resampling.bin must be 1, found %d: the rows of %s are jackknife samples already",
             bin, ensemble->path);
    HP_CHECK(max_samples >= -1, HP_ERR_INPUT,
             "resampling.max_samples must be -1 (all), 0 (the average only) or a number of "
             "samples, found %d",
             max_samples);
    resampling->bin = bin;
    HP_TRY(fill_bins(resampling, err));
    HP_TRY(check_bins(resampling, err));
    resampling->ncomputed = resampling->nsample;
    if (max_samples >= 0 && max_samples < resampling->nsample) resampling->ncomputed = max_samples;
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
        resampling->nsample += nbin;
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
    HP_CHECK(resampling->nsample >= MIN_SAMPLES, HP_ERR_INPUT,
             "%s holds %d %s%s%s, with resampling.bin = %d that makes %d bin%s; an error needs at "
             "least %d bins",
             ensemble->path, ensemble->nsample,
             ensemble->sampling == HP_SAMPLING_JACKKNIFE ? "jackknife sample" : "configuration",
             ensemble->nsample == 1 ? "" : "s", streams, resampling->bin, resampling->nsample,
             resampling->nsample == 1 ? "" : "s", MIN_SAMPLES);
cleanup:
    return status;
}

static hp_status allocate(hp_resampling *resampling, hp_error *err) {
    hp_status status = HP_OK;
    size_t length = hp_ensemble_row_length(resampling->ensemble);
    HP_NEW(resampling->total, length);
    HP_NEW(resampling->block, length);
cleanup:
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
