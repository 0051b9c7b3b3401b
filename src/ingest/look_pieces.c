// SPDX-License-Identifier: GPL-3.0-or-later
/* What is kept of rows that come in pieces. */
#include <string.h>
#include <zlib.h>
#include "hadpot/memory.h"
#include "plausibility_parts.h"

static int part_of(const hp_ensemble *ensemble, const hp_row_block *block, int i) {
    if (block->kind >= HP_ROW_FULL) return ensemble->nsource * ensemble->nt + block->source;
    return block->source * ensemble->nt + block->time + i;
}

/* The first column of time i of a block; -1: nothing but its checksum is kept. */
static int column_of(const hp_row_looks *looks, const hp_row_block *block, int i) {
    int kind = HP_FEATURE_AVERAGE;
    if (block->kind == HP_ROW_TWO_POINT_1) kind = HP_COLUMN_TWO_POINT_1;
    if (block->kind == HP_ROW_TWO_POINT_2) kind = HP_COLUMN_TWO_POINT_2;
    if (block->kind >= HP_ROW_FULL + HP_BESIDE_TWO_POINT_1) return -1;
    if (block->kind >= HP_ROW_FULL) kind = HP_COLUMN_FULL + (int)block->kind - HP_ROW_FULL;
    return hp_column_find(looks, block->source, kind, block->time + i);
}

/* Of a row, at the first points of it or more of them. */
static void take_points(const hp_row_looks *looks, const hp_row_block *block, const double *value,
                        hp_row_feature_sums *sums, double *column) {
    const hp_geometry *geometry = &looks->ensemble->geometry;
    if (block->point == 0) *sums = (hp_row_feature_sums){.count = 0};
    hp_row_feature_add(geometry, value, block->npoint, sums);
    if (sums->count == geometry->npoint)
        column[HP_COLUMN_ZEROS] = hp_row_feature_finish(sums, column);
}

/* Room for all rows of the file at the times of a block: pieces of a row are in one chunk or
 * another, of the same rows. */
static hp_status make_room(const hp_row_looks *looks, const hp_row_block *block,
                           hp_look_pieces *pieces, hp_error *err) {
    size_t wanted = (size_t)looks->ensemble->nsample * (size_t)block->ntime;
    if (wanted <= pieces->room || block->kind != HP_ROW_WAVE) return HP_OK;
    hp_free(pieces->sums);
    pieces->room = 0;
    HP_ALLOCATE(pieces->sums, wanted);
    pieces->room = wanted;
    return HP_OK;
}

hp_status hp_row_looks_take_block(hp_row_looks *looks, const hp_row_block *block,
                                  hp_look_pieces *pieces, hp_error *err) {
    const hp_ensemble *ensemble = looks->ensemble;
    ptrdiff_t npart = hp_ensemble_part_count(ensemble);
    size_t bytes = (size_t)block->npoint * sizeof(double);
    HP_CALL(make_room(looks, block, pieces, err));
    for (int i = 0; i < block->ntime; i++) {
        int c = column_of(looks, block, i), part = part_of(ensemble, block, i);
        if (!hp_row_block_is_wanted(ensemble, looks->part, block, i)) continue;
        for (int r = 0; r < block->nrow; r++) {
            ptrdiff_t at = (ptrdiff_t)r * block->ntime + i;
            const double *value = block->value + at * block->npoint;
            int k = pieces->number[block->row + r];
            if (k < 0) continue;
            uint32_t *crc = &looks->crc[k * npart + part];
            *crc = (uint32_t)crc32_z(*crc, (const void *)value, bytes);
            double *column = &looks->value[(ptrdiff_t)k * looks->ncolumn + c];
            if (block->kind == HP_ROW_WAVE)
                take_points(looks, block, value,
                            &pieces->sums[(ptrdiff_t)(block->row + r) * block->ntime + i], column);
            else if (c >= 0)
                *column = *value;
        }
    }
    return HP_OK;
}

hp_status hp_row_looks_merge(hp_row_looks *looks, hp_error *err) {
    const hp_comm *comm = looks->ensemble->comm;
    size_t nrow = (size_t)looks->nrow, npart = (size_t)hp_ensemble_part_count(looks->ensemble);
    HP_CALL(hp_parallel_merge(comm, looks->value,
                              nrow * (size_t)looks->ncolumn * sizeof *looks->value, err));
    return hp_parallel_merge(comm, looks->crc, nrow * npart * sizeof *looks->crc, err);
}
