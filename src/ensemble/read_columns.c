// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of a file whose chunks hold several of them, in columns: all rows at some times. */
#include <math.h>
#include "hadpot/memory.h"
#include "hadpot/stop.h"
#include "row_datasets.h"

/* Of the bytes of a file: two-point functions in chunks of several rows, which each rank may read
 * for itself where they are less. */
static const double FEW_BYTES = 0.1;

/* Contiguous numbers that are read at once, where chunks do not say it. */
enum { PIECE_BYTES = 1 << 16 };

/* All that is wanted of a source at some times; full: at its own times. */
typedef struct {
    int source, time, ntime;
    bool full;
} column;

size_t hp_row_block_place(const hp_ensemble *ensemble, const hp_row_block *block, int i) {
    size_t nt = (size_t)ensemble->nt, npoint = (size_t)ensemble->geometry.npoint;
    size_t time = (size_t)block->time + (size_t)i,
           at = hp_ensemble_row_offset(ensemble, block->source);
    if (block->kind >= HP_ROW_FULL)
        return time + hp_ensemble_full_offset(ensemble, block->source,
                                              (hp_full)(block->kind - HP_ROW_FULL));
    if (block->kind == HP_ROW_WAVE) return at + time * npoint + (size_t)block->point;
    return at + nt * npoint + (block->kind == HP_ROW_TWO_POINT_2 ? nt : 0) + time;
}

bool hp_row_block_is_wanted(const hp_ensemble *ensemble, const bool *part,
                            const hp_row_block *block, int i) {
    int nt = ensemble->nt;
    if (part == NULL) return true;
    if (block->kind >= HP_ROW_FULL) return part[ensemble->nsource * nt + block->source];
    return part[block->source * nt + block->time + i];
}

static bool is_wanted(const hp_ensemble *ensemble, const bool *part, int source, int time) {
    return part == NULL || part[source * ensemble->nt + time];
}

static bool full_is_wanted(const hp_ensemble *ensemble, const bool *part, int source) {
    int i = ensemble->nsource * ensemble->nt + source;
    return hp_ensemble_part_length(ensemble, i) > 0 && (part == NULL || part[i]);
}

static bool any_is_wanted(const hp_ensemble *ensemble, const bool *part, int source) {
    bool any = false;
    for (int t = 0; t < ensemble->nt; t++) any = any || is_wanted(ensemble, part, source, t);
    return any;
}

bool hp_ensemble_has_columns(const hp_ensemble *ensemble, const bool *part) {
    double all = 0.0, shared = 0.0;
    for (int source = 0; source < ensemble->nsource; source++)
        for (int kind = 0; kind < HP_NROW_KINDS; kind++) {
            const hp_row_dataset *dataset = hp_row_dataset_of(ensemble, source, (hp_row_kind)kind);
            bool wanted = kind >= HP_ROW_FULL ? full_is_wanted(ensemble, part, source)
                                              : any_is_wanted(ensemble, part, source);
            if (dataset->id < 0 || !wanted) continue;
            if (dataset->chunk[0] > 1 && dataset->rank == 3) return true;
            all += dataset->bytes;
            if (dataset->chunk[0] > 1) shared += dataset->bytes;
        }
    return shared * ensemble->comm->size > FEW_BYTES * all;
}

/* Times that are read together: those of a chunk, or a long piece of contiguous numbers. */
static int times_together(const hp_ensemble *ensemble, int source) {
    const hp_row_dataset *wave = hp_row_dataset_of(ensemble, source, HP_ROW_WAVE);
    int most = PIECE_BYTES / (wave->npoint * (int)sizeof(double));
    if (wave->chunked) return wave->chunk[1];
    return most < 1 ? 1 : most < wave->nt ? most : wave->nt;
}

/* From the first to the last that are wanted of the times of a chunk; false: none is. */
static bool next_times(const hp_ensemble *ensemble, const bool *part, column *at) {
    int together = times_together(ensemble, at->source), end = ensemble->nt;
    for (int t = at->time + at->ntime; t < end; t++) {
        if (!is_wanted(ensemble, part, at->source, t)) continue;
        int last = t, chunk_end = (t / together + 1) * together;
        for (int i = t; i < chunk_end && i < end; i++)
            if (is_wanted(ensemble, part, at->source, i)) last = i;
        *at = (column){at->source, t, last - t + 1, false};
        return true;
    }
    return false;
}

/* In the order in which rows are read: what stands at other times first. Begins with source -1 and
 * full set. */
static bool next_column(const hp_ensemble *ensemble, const bool *part, column *at) {
    while (at->full) {
        if (++at->source == ensemble->nsource) *at = (column){0, 0, 0, false};
        if (at->full && full_is_wanted(ensemble, part, at->source)) return true;
    }
    for (; at->source < ensemble->nsource; *at = (column){at->source + 1, 0, 0, false})
        if (next_times(ensemble, part, at)) return true;
    return false;
}

int hp_ensemble_column_count(const hp_ensemble *ensemble, const bool *part) {
    column at = {.source = -1, .full = true};
    int count = 0;
    while (next_column(ensemble, part, &at)) count++;
    return count;
}

static double size_of(const hp_ensemble *ensemble, const column *at) {
    if (at->full)
        return (double)hp_ensemble_part_length(ensemble,
                                               ensemble->nsource * ensemble->nt + at->source);
    return (double)at->ntime * (double)hp_ensemble_time_length(ensemble, at->source);
}

void hp_ensemble_column_range(const hp_ensemble *ensemble, const bool *part, int rank, int *first,
                              int *end) {
    column at = {.source = -1, .full = true};
    double all = 0.0, before = 0.0;
    int count = 0;
    *first = *end = 0;
    while (next_column(ensemble, part, &at)) all += size_of(ensemble, &at);
    for (at = (column){.source = -1, .full = true}; next_column(ensemble, part, &at); count++) {
        double size =
            size_of(ensemble, &at); /* each goes to the rank in whose share its middle is */
        int owner = (int)((before + 0.5 * size) / all * ensemble->comm->size);
        before += size;
        if (owner < rank) *first = count + 1;
        if (owner <= rank) *end = count + 1;
    }
}

/* What is done with the blocks of a column. */
typedef struct {
    const hp_ensemble *ensemble;
    const bool *part;
    const int *number;
    hp_block_function function;
    void *context;
    double *value;
    size_t room; /* numbers */
    int failed;
} reading;

/* The first number, by its row, that is not finite: other numbers of the rows from there on are not
 * looked at. */
static hp_status check_block(reading *of, const hp_row_dataset *dataset, const hp_row_block *block,
                             hp_error *err) {
    const double *value = of->value; /* of the block */
    for (int r = 0; value != NULL && r < block->nrow; r++) {
        int row = block->row + r;
        bool looked = of->number == NULL || of->number[row] >= 0;
        for (int i = 0; i < block->ntime; i++, value += block->npoint) {
            if (!looked || !hp_row_block_is_wanted(of->ensemble, of->part, block, i)) continue;
            for (int p = 0; p < block->npoint; p++) {
                if (isfinite(value[p])) continue;
                if (row >= of->failed) return HP_OK;
                of->failed = row;
                hp_error_clear(err);
                return hp_row_dataset_refuse(of->ensemble, dataset, row, block->time + i,
                                             block->point + p, value[p], err);
            }
        }
    }
    return HP_OK;
}

static hp_status read_block(reading *of, const hp_row_dataset *dataset, hp_row_block *block,
                            hp_error *err) {
    HP_CALL(hp_stop_check(err));
    size_t n = (size_t)block->nrow * (size_t)block->ntime * (size_t)block->npoint;
    if (n > of->room) {
        hp_free(of->value);
        of->room = 0;
        HP_ALLOCATE(of->value, n);
        of->room = n;
    }
    hp_status status = hp_row_dataset_read(of->ensemble, dataset, block, of->value, err);
    if (status != HP_OK && block->row < of->failed) of->failed = block->row;
    HP_CALL(status);
    block->value = of->value;
    HP_CALL(check_block(of, dataset, block, err));
    if (of->failed < of->ensemble->nsample) return HP_OK; /* pieces of a row are missing */
    return of->function(block, of->context, err);
}

/* Rows of a band of one dataset: each chunk, or each piece of one that is large, at once. A number
 * that is not finite ends the band, not before: an earlier row may have one, too. */
static hp_status read_band(reading *of, const hp_row_dataset *dataset, hp_row_block band,
                           hp_error *err) {
    hp_status status = HP_OK;
    size_t point_bytes = (size_t)band.ntime * sizeof(double);
    int points = dataset->chunk[2] < dataset->npoint ? dataset->chunk[2] : dataset->npoint;
    int rows = (int)(HP_BLOCK_BYTES / (point_bytes * (size_t)points));
    int step = rows < 1 ? 1 : rows < band.nrow ? rows : band.nrow;
    for (int point = 0; point < dataset->npoint; point += points)
        for (int row = band.row; row < band.row + band.nrow; row += step) {
            hp_row_block block = band;
            int left = band.row + band.nrow - row;
            block.point = point;
            block.npoint = dataset->npoint - point < points ? dataset->npoint - point : points;
            block.row = row;
            block.nrow = left < step ? left : step;
            int before = of->failed;
            hp_status found = read_block(of, dataset, &block, err);
            if (found != HP_OK) status = found;
            if (found != HP_OK && of->failed == before) return found; /* of no row */
        }
    return status;
}

/* Rows of a chunk; without chunks a block of them. */
static int rows_of_band(const hp_row_dataset *dataset, int ntime) {
    size_t row_bytes = (size_t)ntime * (size_t)dataset->npoint * sizeof(double);
    if (dataset->chunked && dataset->chunk[0] > 1) return dataset->chunk[0];
    return 1 + (int)(HP_BLOCK_BYTES / 8 / row_bytes);
}

static hp_status read_dataset(reading *of, const column *at, int kind, hp_error *err) {
    const hp_row_dataset *dataset = hp_row_dataset_of(of->ensemble, at->source, (hp_row_kind)kind);
    if (dataset->id < 0) return HP_OK;
    hp_row_block band = {.source = at->source,
                         .kind = (hp_row_kind)kind,
                         .time = at->full ? 0 : at->time,
                         .ntime = at->full ? dataset->nt : at->ntime};
    int nsample = of->ensemble->nsample, rows = rows_of_band(dataset, band.ntime);
    for (band.row = 0; band.row < nsample; band.row += rows) {
        band.nrow = nsample - band.row < rows ? nsample - band.row : rows;
        HP_CALL(read_band(of, dataset, band, err));
    }
    return HP_OK;
}

hp_status hp_ensemble_read_column(const hp_ensemble *ensemble, const bool *part, int index,
                                  const int *number, hp_block_function function, void *context,
                                  int *failed, hp_error *err) {
    column at = {.source = -1, .full = true};
    reading of = {ensemble, part, number, function, context, .failed = ensemble->nsample};
    hp_status status = HP_OK;
    for (int i = 0; i <= index; i++)
        if (!next_column(ensemble, part, &at)) return HP_OK;
    for (int row = 0; row < ensemble->nsample && index == 0; row++)
        ensemble->nread[row] += number == NULL || number[row] >= 0;
    int first = at.full ? HP_ROW_FULL : HP_ROW_WAVE;
    int last = at.full ? HP_NROW_KINDS - 1 : HP_ROW_TWO_POINT_2;
    for (int kind = first; kind <= last; kind++) {
        int before = of.failed;
        hp_status found = read_dataset(&of, &at, kind, err);
        if (found != HP_OK) status = found;
        if (found != HP_OK && of.failed == before) break;
    }
    *failed = of.failed;
    hp_free(of.value);
    return status;
}
