// SPDX-License-Identifier: GPL-3.0-or-later
#include "watched.h"
#include "hadpot/memory.h"

/* Of the memory of bins, beside them. */
enum { PART_OF_MEMORY = 4 };

hp_status hp_ingest_watch(hp_ingest *ingest, const bool *number, hp_error *err) {
    size_t length = hp_ensemble_row_length(ingest->ensemble);
    if (ingest->total != NULL) return HP_OK; /* read, with what was watched then */
    if (ingest->watched == NULL) HP_ALLOCATE(ingest->watched, length);
    for (size_t i = 0; i < length; i++) ingest->watched[i] |= number[i];
    return HP_OK;
}

hp_status hp_ingest_list_watched(hp_ingest *ingest, hp_error *err) {
    size_t length = hp_ensemble_row_length(ingest->ensemble), count = 0;
    size_t nrow = (size_t)ingest->nbin * (size_t)ingest->bin;
    for (size_t i = 0; i < length && ingest->watched != NULL; i++) count += ingest->watched[i];
    if (count == 0) return HP_OK;
    bool fits = count * nrow * sizeof(double) <= ingest->memory / PART_OF_MEMORY;
    if (!fits && !ingest->by_columns) return HP_OK;
    HP_ALLOCATE(ingest->watch, count);
    HP_ALLOCATE(ingest->watch_value, count * nrow);
    for (size_t i = 0; i < length; i++)
        if (ingest->watched[i]) ingest->watch[ingest->nwatch++] = i;
    return HP_OK;
}

void hp_ingest_keep_watched(int k, size_t place, size_t count, const double *value, void *context) {
    hp_ingest *ingest = context;
    double *to = ingest->watch_value + (ptrdiff_t)k * ingest->nwatch;
    int first = 0, end = ingest->nwatch;
    while (first < end) {
        int middle = first + (end - first) / 2;
        if (ingest->watch[middle] < place)
            first = middle + 1;
        else
            end = middle;
    }
    for (int w = first; w < ingest->nwatch && ingest->watch[w] < place + count; w++)
        to[w] = value[ingest->watch[w] - place];
}
