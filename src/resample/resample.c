// SPDX-License-Identifier: GPL-3.0-or-later
/* Jackknife and bootstrap samples from the sums of bins. */
#include "hadpot/resample.h"
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/random.h"

/* The variance between n bins of a stream, drawn within it, is (n-1)/n of the true one. */
static hp_status check_streams(const hp_ingest *ingest, hp_error *err) {
    for (int s = 0; s < ingest->ensemble->nstream; s++) {
        int nbin = hp_ingest_stream_bins(ingest, s);
        HP_REQUIRE(
            nbin == 0 || nbin >= HP_MIN_BINS, HP_ERR_INPUT,
            "%s: stream number %d makes %d bin%s with resampling.bin = %d; a bootstrap draws "
            "within streams and needs at least %d bins in each",
            ingest->ensemble->path, s + 1, nbin, nbin == 1 ? "" : "s", ingest->bin, HP_MIN_BINS);
    }
    return HP_OK;
}

static hp_status set_samples(const hp_resampling_setup *setup, hp_resampling *resampling,
                             hp_error *err) {
    const hp_ensemble *ensemble = resampling->ingest->ensemble;
    bool bootstrap = setup->method == HP_METHOD_BOOTSTRAP;
    HP_REQUIRE(!bootstrap || ensemble->sampling != HP_SAMPLING_JACKKNIFE, HP_ERR_INPUT,
               "resampling.method: bootstrap needs configurations: the rows of %s are jackknife "
               "samples",
               ensemble->path);
    HP_REQUIRE(!bootstrap || setup->bootstrap_samples >= 2, HP_ERR_INPUT,
               "resampling.bootstrap_samples must be at least 2, found %d",
               setup->bootstrap_samples);
    HP_REQUIRE(setup->max_samples >= -1, HP_ERR_INPUT,
               "resampling.max_samples must be -1 (all), 0 (the average only) or a number of "
               "samples, found %d",
               setup->max_samples);
    if (bootstrap) HP_CALL(check_streams(resampling->ingest, err));
    resampling->nsample = bootstrap ? setup->bootstrap_samples : resampling->ingest->nbin;
    resampling->ncomputed = resampling->nsample;
    if (setup->max_samples >= 0 && setup->max_samples < resampling->nsample)
        resampling->ncomputed = setup->max_samples;
    return HP_OK;
}

/* As many bins of each stream as it has, with replacement. */
static hp_status draw_bins(hp_resampling *resampling, int sample, hp_error *err) {
    hp_status status = HP_OK;
    gsl_rng *rng = NULL;
    const hp_ingest *ingest = resampling->ingest;
    int *draw = resampling->draw + (size_t)sample * (size_t)ingest->nbin;
    HP_TRY(hp_random_create(&rng, resampling->seed, (uint64_t)sample, HP_PURPOSE_BOOTSTRAP, err));
    for (int s = 0; s < ingest->ensemble->nstream; s++) {
        int first = ingest->used[s] / ingest->bin, end = ingest->used[s + 1] / ingest->bin;
        for (int k = first; k < end; k++)
            draw[k] = first + (int)gsl_rng_uniform_int(rng, (unsigned long)(end - first));
    }
cleanup:
    if (rng != NULL) gsl_rng_free(rng);
    return status;
}

static hp_status draw_samples(const hp_resampling_setup *setup, hp_resampling *resampling,
                              hp_error *err) {
    size_t nbin = (size_t)resampling->ingest->nbin;
    if (resampling->method != HP_METHOD_BOOTSTRAP) return HP_OK;
    resampling->seed = setup->seed;
    HP_ALLOCATE(resampling->draw, (size_t)resampling->nsample * nbin);
    HP_ALLOCATE(resampling->count, nbin);
    for (int i = 0; i < resampling->nsample; i++) HP_CALL(draw_bins(resampling, i, err));
    return HP_OK;
}

hp_status hp_resampling_create(hp_ingest *ingest, const hp_resampling_setup *setup,
                               hp_resampling *resampling, hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = ingest->ensemble->comm;
    *resampling = (hp_resampling){.ingest = ingest, .method = setup->method};
    HP_TRY(hp_parallel_agree(comm, set_samples(setup, resampling, err), err));
    HP_TRY(hp_parallel_agree(comm, draw_samples(setup, resampling, err), err));
cleanup:
    if (status != HP_OK) hp_resampling_destroy(resampling);
    return status;
}

hp_sample_rule hp_resampling_rule(const hp_resampling *resampling) {
    return (hp_sample_rule){resampling->method, resampling->nsample};
}

int hp_resampling_freedom(const hp_resampling *resampling) {
    const hp_ingest *ingest = resampling->ingest;
    int means = 0;
    if (resampling->method != HP_METHOD_BOOTSTRAP) return ingest->nbin - 1;
    for (int s = 0; s < ingest->ensemble->nstream; s++)
        means += hp_ingest_stream_bins(ingest, s) > 0;
    return ingest->nbin - means;
}

int hp_resampling_shortest_stream(const hp_resampling *resampling) {
    const hp_ingest *ingest = resampling->ingest;
    int shortest = ingest->nbin;
    for (int s = 0; s < ingest->ensemble->nstream; s++) {
        int nbin = hp_ingest_stream_bins(ingest, s);
        if (nbin > 0 && nbin < shortest) shortest = nbin;
    }
    return shortest;
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
    int nbin = ingest->nbin, *count = resampling->count;
    const int *draw = resampling->draw + (size_t)i * (size_t)nbin;
    memset(count, 0, (size_t)nbin * sizeof *count);
    memset(row, 0, length * sizeof *row);
    for (int k = 0; k < nbin; k++) count[draw[k]]++;
    for (int bin = 0; bin < nbin; bin++) {
        const double *sum;
        if (count[bin] == 0) continue;
        HP_CALL(hp_ingest_bin(ingest, bin, &sum, err));
        add_bin(ingest, count[bin], sum, row);
    }
    for (size_t j = 0; j < length; j++) row[j] /= (double)nbin * ingest->bin;
    return HP_OK;
}

static hp_status jackknife_sample(hp_resampling *resampling, int i, double *row, hp_error *err) {
    hp_ingest *ingest = resampling->ingest;
    size_t length = hp_ensemble_row_length(ingest->ensemble);
    double nrow = (double)(ingest->nbin - 1) * ingest->bin;
    const double *sum;
    HP_CALL(hp_ingest_bin(ingest, i, &sum, err));
    hp_ingest_spread(ingest, sum, row);
    if (ingest->ensemble->sampling == HP_SAMPLING_JACKKNIFE) return HP_OK;
    for (size_t j = 0; j < length; j++) row[j] = (ingest->total[j] - row[j]) / nrow;
    return HP_OK;
}

hp_status hp_resampling_sample(hp_resampling *resampling, int i, double *row, hp_error *err) {
    HP_REQUIRE(i >= 0 && i < resampling->nsample, HP_ERR_INTERNAL,
               "%s sample %d asked for, there are %d", hp_method_name(resampling->method), i,
               resampling->nsample);
    return resampling->method == HP_METHOD_BOOTSTRAP ? bootstrap_sample(resampling, i, row, err)
                                                     : jackknife_sample(resampling, i, row, err);
}

void hp_resampling_destroy(hp_resampling *resampling) {
    if (resampling == NULL) return;
    hp_free(resampling->draw);
    hp_free(resampling->count);
    *resampling = (hp_resampling){0};
}
