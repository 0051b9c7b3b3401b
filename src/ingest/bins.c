// SPDX-License-Identifier: GPL-3.0-or-later
/* Which rows form a bin, and which numbers of them are read. */
#include <stdio.h>
#include <string.h>
#include "hadpot/ingest.h"
#include "hadpot/memory.h"
#include "hadpot/resample.h"

enum { AVERAGE_SIZE = 512 };

/* Count the bins of each stream; what is left at its end is dropped. */
static hp_status fill_bins(hp_ingest *ingest, hp_error *err) {
    const hp_ensemble *ensemble = ingest->ensemble;
    const int *start = ensemble->stream_start;
    bool jackknife = ensemble->sampling == HP_SAMPLING_JACKKNIFE;
    char streams[64] = "", average[AVERAGE_SIZE] = "";
    const char *of = ensemble->average;
    HP_REQUIRE(ingest->bin >= 1, HP_ERR_INPUT, "resampling.bin must be at least 1, found %d",
               ingest->bin);
    HP_REQUIRE(!jackknife || ingest->bin == 1, HP_ERR_INPUT,
               "resampling.bin must be 1, found %d: the rows of %s are jackknife samples already",
               ingest->bin, ensemble->path);
    HP_ALLOCATE(ingest->part, hp_ensemble_part_count(ensemble));
    HP_ALLOCATE(ingest->needed, hp_ensemble_part_count(ensemble));
    HP_ALLOCATE(ingest->used, ensemble->nstream + 1);
    for (int s = 0; s < ensemble->nstream; s++) {
        int rows = start[s + 1] - start[s], nbin = rows / ingest->bin;
        ingest->nbin += nbin;
        ingest->ndropped += rows % ingest->bin;
        ingest->used[s + 1] = ingest->used[s] + nbin * ingest->bin;
    }
    if (ensemble->nstream > 1)
        snprintf(streams, sizeof streams, " in %d streams that no bin crosses", ensemble->nstream);
    if (of != NULL && *of != '\0')
        snprintf(average, sizeof average,
                 " (each row is the average of %.400s, which are not independent of each other)",
                 of);
    HP_REQUIRE(
        ingest->nbin >= HP_MIN_BINS, HP_ERR_INPUT,
        "%s holds %d %s%s%s, with resampling.bin = %d that makes %d bin%s; an error needs at "
        "least %d bins%s",
        ensemble->path, ensemble->nsample, jackknife ? "jackknife sample" : "configuration",
        ensemble->nsample == 1 ? "" : "s", streams, ingest->bin, ingest->nbin,
        ingest->nbin == 1 ? "" : "s", HP_MIN_BINS, average);
    return HP_OK;
}

hp_status hp_ingest_create(const hp_ensemble *ensemble, int bin, size_t memory, hp_ingest *ingest,
                           hp_error *err) {
    hp_status status = HP_OK;
    *ingest = (hp_ingest){.ensemble = ensemble, .bin = bin, .memory = memory};
    HP_TRY(hp_parallel_agree(ensemble->comm, fill_bins(ingest, err), err));
cleanup:
    if (status != HP_OK) hp_ingest_destroy(ingest);
    return status;
}

void hp_ingest_destroy(hp_ingest *ingest) {
    if (ingest == NULL) return;
    hp_free(ingest->used);
    hp_free(ingest->part);
    hp_free(ingest->needed);
    hp_free(ingest->stretch);
    hp_free(ingest->total);
    hp_free(ingest->watched);
    hp_free(ingest->watch);
    hp_free(ingest->watch_value);
    hp_row_looks_destroy(&ingest->looks);
    hp_findings_destroy(&ingest->findings);
    *ingest = (hp_ingest){0};
}

void hp_ingest_select(hp_ingest *ingest, const bool *part) {
    int count = hp_ensemble_part_count(ingest->ensemble);
    for (int i = 0; i < count; i++)
        if (part == NULL || part[i]) ingest->part[i] = true;
}

void hp_ingest_need(hp_ingest *ingest, const bool *part) {
    int count = hp_ensemble_part_count(ingest->ensemble);
    ingest->some_needed = true;
    for (int i = 0; i < count; i++)
        if (part[i]) ingest->needed[i] = true;
}

double hp_ingest_bytes(const hp_ingest *ingest) {
    return (double)ingest->nbin * (double)ingest->length * sizeof *ingest->kept;
}

int hp_ingest_file_row(const hp_ingest *ingest, int k) {
    int stream = 0;
    while (k >= ingest->used[stream + 1]) stream++;
    return ingest->ensemble->stream_start[stream] + k - ingest->used[stream];
}

void hp_ingest_mean(const hp_ingest *ingest, double *row) {
    size_t length = hp_ensemble_row_length(ingest->ensemble);
    double nrow = (double)ingest->nbin * ingest->bin;
    for (size_t i = 0; i < length; i++) row[i] = ingest->total[i] / nrow;
}
