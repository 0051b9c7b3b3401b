// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/resample.h"
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/random.h"

int hp_bins_of_stream(const hp_bins *bins, int stream) {
    return (bins->start[stream + 1] - bins->start[stream]) / bins->bin;
}

/* The variance between n bins of a stream, drawn within it, is (n-1)/n of the true one. */
static hp_status check_streams(const hp_bins *bins, hp_error *err) {
    for (int s = 0; s < bins->nstream; s++) {
        int nbin = hp_bins_of_stream(bins, s);
        HP_REQUIRE(
            nbin == 0 || nbin >= HP_MIN_BINS, HP_ERR_INPUT,
            "%s: stream number %d makes %d bin%s with resampling.bin = %d; a bootstrap draws "
            "within streams and needs at least %d bins in each",
            bins->label, s + 1, nbin, nbin == 1 ? "" : "s", bins->bin, HP_MIN_BINS);
    }
    return HP_OK;
}

static hp_status set_samples(const hp_resampling_setup *setup, hp_resampling *resampling,
                             hp_error *err) {
    const hp_bins *bins = &resampling->bins;
    bool bootstrap = setup->method == HP_METHOD_BOOTSTRAP;
    HP_REQUIRE(!bootstrap || !bins->are_samples, HP_ERR_INPUT,
               "resampling.method: bootstrap needs configurations: the rows of %s are jackknife "
               "samples",
               bins->label);
    HP_REQUIRE(!bootstrap || setup->bootstrap_samples >= 2, HP_ERR_INPUT,
               "resampling.bootstrap_samples must be at least 2, found %d",
               setup->bootstrap_samples);
    HP_REQUIRE(setup->max_samples >= -1, HP_ERR_INPUT,
               "resampling.max_samples must be -1 (all), 0 (the average only) or a number of "
               "samples, found %d",
               setup->max_samples);
    if (bootstrap) HP_CALL(check_streams(bins, err));
    resampling->nsample = bootstrap ? setup->bootstrap_samples : bins->nbin;
    resampling->ncomputed = resampling->nsample;
    if (setup->max_samples >= 0 && setup->max_samples < resampling->nsample)
        resampling->ncomputed = setup->max_samples;
    return HP_OK;
}

/* As many bins of each stream as it has, with replacement. */
static hp_status draw_bins(hp_resampling *resampling, int sample, hp_error *err) {
    gsl_rng *rng = NULL;
    const hp_bins *bins = &resampling->bins;
    int *draw = resampling->draw + (size_t)sample * (size_t)bins->nbin;
    HP_CALL(hp_random_create(&rng, resampling->seed, (uint64_t)sample, HP_PURPOSE_BOOTSTRAP, err));
    for (int s = 0; s < bins->nstream; s++) {
        int first = bins->start[s] / bins->bin, end = bins->start[s + 1] / bins->bin;
        for (int k = first; k < end; k++)
            draw[k] = first + (int)gsl_rng_uniform_int(rng, (unsigned long)(end - first));
    }
    gsl_rng_free(rng);
    return HP_OK;
}

static hp_status draw_samples(const hp_resampling_setup *setup, hp_resampling *resampling,
                              hp_error *err) {
    size_t nbin = (size_t)resampling->bins.nbin;
    HP_ALLOCATE(resampling->count, nbin);
    if (resampling->method != HP_METHOD_BOOTSTRAP) return HP_OK;
    resampling->seed = setup->seed;
    HP_ALLOCATE(resampling->draw, (size_t)resampling->nsample * nbin);
    for (int i = 0; i < resampling->nsample; i++) HP_CALL(draw_bins(resampling, i, err));
    return HP_OK;
}

hp_status hp_resampling_create(const hp_bins *bins, const hp_resampling_setup *setup,
                               hp_resampling *resampling, hp_error *err) {
    *resampling = (hp_resampling){.bins = *bins, .method = setup->method};
    hp_status status = set_samples(setup, resampling, err);
    if (status == HP_OK) status = draw_samples(setup, resampling, err);
    if (status != HP_OK) hp_resampling_destroy(resampling);
    return status;
}

hp_sample_rule hp_resampling_rule(const hp_resampling *resampling) {
    return (hp_sample_rule){resampling->method, resampling->nsample};
}

int hp_resampling_freedom(const hp_resampling *resampling) {
    const hp_bins *bins = &resampling->bins;
    int means = 0;
    if (resampling->method != HP_METHOD_BOOTSTRAP) return bins->nbin - 1;
    for (int s = 0; s < bins->nstream; s++) means += hp_bins_of_stream(bins, s) > 0;
    return bins->nbin - means;
}

int hp_resampling_shortest_stream(const hp_resampling *resampling) {
    const hp_bins *bins = &resampling->bins;
    int shortest = bins->nbin;
    for (int s = 0; s < bins->nstream; s++) {
        int nbin = hp_bins_of_stream(bins, s);
        if (nbin > 0 && nbin < shortest) shortest = nbin;
    }
    return shortest;
}

void hp_resampling_count(hp_resampling *resampling, int sample) {
    int nbin = resampling->bins.nbin, *count = resampling->count;
    bool jackknife = resampling->draw == NULL;
    for (int bin = 0; bin < nbin; bin++) count[bin] = jackknife && bin != sample;
    for (int k = 0; k < nbin && !jackknife; k++)
        count[resampling->draw[(size_t)sample * (size_t)nbin + (size_t)k]]++;
}

void hp_resampling_average(hp_resampling *resampling, int i, size_t length, const double *sums,
                           double *mean) {
    int nbin = resampling->bins.nbin, total = 0;
    hp_resampling_count(resampling, i);
    if (resampling->bins.are_samples)
        for (int bin = 0; bin < nbin; bin++) resampling->count[bin] = bin == i;
    memset(mean, 0, length * sizeof *mean);
    for (int bin = 0; bin < nbin; bin++) {
        total += resampling->count[bin];
        for (size_t j = 0; j < length; j++)
            mean[j] += resampling->count[bin] * sums[(size_t)bin * length + j];
    }
    for (size_t j = 0; j < length; j++) mean[j] /= (double)total * resampling->bins.bin;
}

void hp_resampling_destroy(hp_resampling *resampling) {
    if (resampling == NULL) return;
    hp_free(resampling->draw);
    hp_free(resampling->count);
    *resampling = (hp_resampling){0};
}
