// SPDX-License-Identifier: GPL-3.0-or-later
/* The one pass over the rows: sums of bins, their total, checksums. */
#include <string.h>
#include <zlib.h>
#include "hadpot/ingest.h"
#include "hadpot/memory.h"
#include "hadpot/stop.h"
#include "column_sums.h"
#include "watched.h"

/* Times one after another are one stretch. */
static void add_stretch(hp_ingest *ingest, size_t start, size_t count) {
    hp_stretch *last = ingest->stretch + ingest->nstretch - 1;
    ingest->length += count;
    if (ingest->nstretch > 0 && last->start + last->count == start)
        last->count += count;
    else
        ingest->stretch[ingest->nstretch++] = (hp_stretch){start, count};
}

static hp_status allocate(hp_ingest *ingest, hp_error *err) {
    const hp_ensemble *ensemble = ingest->ensemble;
    size_t nt = (size_t)ensemble->nt, npoint = (size_t)ensemble->geometry.npoint;
    size_t npart = (size_t)hp_ensemble_part_count(ensemble), nbin = (size_t)ingest->nbin;
    int nrow = ingest->nbin * ingest->bin;
    HP_ALLOCATE(ingest->stretch, 3 * npart);
    for (int source = 0; source < ensemble->nsource; source++) {
        const bool *wanted = ingest->part + (size_t)source * nt;
        size_t start = hp_ensemble_row_offset(ensemble, source), two_point = start + nt * npoint;
        for (size_t t = 0; t < nt; t++)
            if (wanted[t]) add_stretch(ingest, start + t * npoint, npoint);
        for (size_t i = 0; i < 2 * nt && !ensemble->has_ratio[source]; i++)
            if (wanted[i % nt]) add_stretch(ingest, two_point + i, 1);
    }
    for (int source = 0; source < ensemble->nsource; source++) {
        int part = ensemble->nsource * ensemble->nt + source;
        size_t count = hp_ensemble_part_length(ensemble, part);
        if (ingest->part[part] && count > 0)
            add_stretch(ingest, hp_ensemble_full_offset(ensemble, source, HP_FULL_TWO_POINT_1),
                        count);
    }
    HP_REQUIRE(ingest->length > 0, HP_ERR_INTERNAL, "%s: nothing is to be read", ensemble->path);
    size_t row_length = hp_ensemble_row_length(ensemble);
    size_t fit = ingest->memory / (ingest->length * sizeof *ingest->kept);
    ingest->nkept = fit < nbin ? (int)fit : ingest->nbin;
    ingest->by_columns = hp_ensemble_has_columns(ensemble, ingest->part);
    HP_CALL(hp_ingest_list_watched(ingest, err));
    HP_CALL(hp_row_looks_create(ensemble, ingest->part, nrow, &ingest->looks, err));
    for (int k = 0; k < nrow; k++) ingest->looks.file_row[k] = hp_ingest_file_row(ingest, k);
    HP_ALLOCATE(ingest->total, 2 * row_length + (1 + (size_t)ingest->nkept) * ingest->length);
    ingest->row = ingest->total + row_length;
    ingest->sum = ingest->row + row_length;
    ingest->kept = ingest->sum + ingest->length;
    return HP_OK;
}

/* sum[length] = rows of a bin, in file order; looks: what is to be kept of them, or NULL. */
static hp_status sum_of_bin(hp_ingest *ingest, int bin, hp_row_looks *looks, double *sum,
                            hp_error *err) {
    const hp_ensemble *ensemble = ingest->ensemble;
    size_t row_length = hp_ensemble_row_length(ensemble);
    int k = bin * ingest->bin, first = hp_ingest_file_row(ingest, k);
    for (int sample = first; sample < first + ingest->bin; sample++, k++) {
        HP_CALL(hp_stop_check(err));
        HP_CALL(hp_ensemble_read_part(ensemble, ingest->part, sample, ingest->row, err));
        if (looks != NULL) hp_row_looks_take(looks, k, ingest->row);
        if (looks != NULL) hp_ingest_keep_watched(k, 0, row_length, ingest->row, ingest);
        double *to = sum;
        for (int i = 0; i < ingest->nstretch; to += ingest->stretch[i++].count) {
            const double *row = ingest->row + ingest->stretch[i].start;
            size_t count = ingest->stretch[i].count;
            /* The first is copied: a bin of one row has its bits, the sign of a zero too. */
            if (sample == first) memcpy(to, row, count * sizeof *to);
            for (size_t j = 0; j < count && sample > first; j++) to[j] += row[j];
        }
    }
    return HP_OK;
}

/* Sum and looks of a bin on the rank that reads it first (hp_item_function). */
static hp_status first_time(int item, double *out, void *context, hp_error *err) {
    hp_ingest *ingest = context;
    HP_CALL(sum_of_bin(ingest, item, &ingest->looks, out, err));
    if (item < ingest->nkept)
        memcpy(ingest->kept + (size_t)item * ingest->length, out, ingest->length * sizeof *out);
    return HP_OK;
}

/* Sum of a bin as a row (hp_row_access). */
static hp_status bin_row(void *context, int bin, double *row, hp_error *err) {
    hp_ingest *ingest = context;
    const double *sum;
    HP_CALL(hp_ingest_bin(ingest, bin, &sum, err));
    hp_ingest_spread(ingest, sum, row);
    return HP_OK;
}

hp_status hp_ingest_judge(hp_ingest *ingest, hp_error *err) {
    const hp_row_access bins = {ingest->nbin, ingest->bin, bin_row, ingest,
                                ingest->by_columns && ingest->nkept < ingest->nbin};
    hp_status status = HP_OK;
    double *mean = NULL;
    HP_NEW_TOGETHER(ingest->ensemble->comm, mean, hp_ensemble_row_length(ingest->ensemble));
    hp_ingest_mean(ingest, mean);
    if (ingest->some_needed) ingest->looks.needed = ingest->needed;
    HP_TRY(hp_plausibility_judge(&ingest->looks, mean, &bins, true, &ingest->findings, err));
    HP_TRY(hp_findings_check(&ingest->findings, err));
cleanup:
    hp_free(mean);
    return status;
}

static hp_status read_rows(hp_ingest *ingest, hp_error *err) {
    const hp_comm *comm = ingest->ensemble->comm;
    size_t bytes = (size_t)ingest->bin * (size_t)ingest->nwatch * sizeof *ingest->watch_value;
    HP_CALL(hp_parallel_ordered_sum(comm, ingest->nbin, ingest->length, first_time, ingest,
                                    ingest->sum, err));
    hp_ingest_spread(ingest, ingest->sum, ingest->total);
    HP_CALL(hp_parallel_share_rows(comm, ingest->nkept, ingest->length * sizeof *ingest->kept,
                                   ingest->kept, err));
    HP_CALL(hp_parallel_share_rows(comm, ingest->nbin, bytes, ingest->watch_value, err));
    return hp_row_looks_share(&ingest->looks, ingest->nbin, ingest->bin, err);
}

/* Where number `place` of a row, which is read, stands in the sums of bins. */
static size_t find_packed(const hp_ingest *ingest, size_t place) {
    size_t packed = 0;
    for (int i = 0; i < ingest->nstretch; i++) {
        const hp_stretch *stretch = &ingest->stretch[i];
        if (place < stretch->start + stretch->count) return packed + place - stretch->start;
        packed += stretch->count;
    }
    return packed;
}

/* hp_bin_function */
static void keep_bin(int bin, size_t place, size_t count, const double *sum, void *context) {
    hp_ingest *ingest = context;
    if (bin >= ingest->nkept) return;
    memcpy(ingest->kept + (size_t)bin * ingest->length + find_packed(ingest, place), sum,
           count * sizeof *sum);
}

static hp_status read_columns(hp_ingest *ingest, hp_error *err) {
    const hp_comm *comm = ingest->ensemble->comm;
    size_t nrow = (size_t)ingest->looks.nrow, nwatch = (size_t)ingest->nwatch;
    const hp_column_sums columns = {.ensemble = ingest->ensemble,
                                    .part = ingest->part,
                                    .bin = ingest->bin,
                                    .looks = &ingest->looks,
                                    .sum = ingest->row,
                                    .total = ingest->total,
                                    .keep_bin = keep_bin,
                                    .keep_number = hp_ingest_keep_watched,
                                    .context = ingest};
    HP_CALL(hp_column_sums_read(&columns, err));
    HP_CALL(hp_parallel_merge(comm, ingest->watch_value,
                              nrow * nwatch * sizeof *ingest->watch_value, err));
    return hp_parallel_merge(comm, ingest->kept,
                             (size_t)ingest->nkept * ingest->length * sizeof *ingest->kept, err);
}

hp_status hp_ingest_read(hp_ingest *ingest, hp_error *err) {
    HP_CALL(hp_parallel_agree(ingest->ensemble->comm, allocate(ingest, err), err));
    return ingest->by_columns ? read_columns(ingest, err) : read_rows(ingest, err);
}

hp_status hp_ingest_bin(hp_ingest *ingest, int bin, const double **sum, hp_error *err) {
    *sum = ingest->sum;
    if (bin < ingest->nkept) {
        *sum = ingest->kept + (size_t)bin * ingest->length;
        return HP_OK;
    }
    return sum_of_bin(ingest, bin, NULL, ingest->sum, err);
}

void hp_ingest_spread(const hp_ingest *ingest, const double *packed, double *row) {
    memset(row, 0, hp_ensemble_row_length(ingest->ensemble) * sizeof *row);
    for (int i = 0; i < ingest->nstretch; i++) {
        const hp_stretch *stretch = &ingest->stretch[i];
        memcpy(row + stretch->start, packed, stretch->count * sizeof *row);
        packed += stretch->count;
    }
}

uint32_t hp_ingest_checksum(const hp_ingest *ingest, const bool *part) {
    const hp_ensemble *ensemble = ingest->ensemble;
    int npart = hp_ensemble_part_count(ensemble);
    uLong crc = crc32(0L, Z_NULL, 0);
    for (int i = 0; i < npart; i++) {
        size_t length = hp_ensemble_part_length(ensemble, i);
        if (!part[i] || length == 0) continue;
        uLong append = crc32_combine_gen((z_off_t)(length * sizeof(double)));
        for (int k = 0; k < ingest->looks.nrow; k++)
            crc = crc32_combine_op(crc, ingest->looks.crc[k * (ptrdiff_t)npart + i], append);
    }
    return (uint32_t)crc;
}
