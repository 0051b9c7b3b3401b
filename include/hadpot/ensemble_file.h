// SPDX-License-Identifier: GPL-3.0-or-later
/* An ensemble file (HDF5): checked, opened, and its rows read in parallel. */
#ifndef HADPOT_ENSEMBLE_FILE_H
#define HADPOT_ENSEMBLE_FILE_H

#include "hadpot/ensemble.h"
#include "hadpot/parallel.h"

/* Collective. Open an ensemble file with parallel HDF5 and check everything but the rows' numbers
 * (README.md, "Ensemble files"): format, version, attributes, shapes, order of sites, consecutive
 * times, equal shapes of all sources, rows of a stream together with ascending trajectory numbers,
 * the same numbers for every source that has its own list (/source/NAME/configuration; without
 * /configuration the first such list is that of the ensemble). ensemble: out, owned by the caller.
 * Errors: HP_ERR_INPUT with file, dataset or attribute, expected and found, the same on every rank.
 */
hp_status hp_ensemble_open(const hp_comm *comm, const char *path, hp_ensemble *ensemble,
                           hp_error *err);

/* Collective. Closes the file; NULL and half-opened ensembles are allowed. */
void hp_ensemble_close(hp_ensemble *ensemble);

/* Not collective. Read row `sample` (0 .. nsample-1) of all sources into row[row_length].
 * Errors: HP_ERR_INPUT for data that cannot be read or are not finite (file, dataset, index). */
hp_status hp_ensemble_read_row(const hp_ensemble *ensemble, int sample, double *row, hp_error *err);

/* The same of those parts alone that are set in part (hp_ensemble_part_count); NULL: of all. Other
 * numbers of the row stay as they are. */
hp_status hp_ensemble_read_part(const hp_ensemble *ensemble, const bool *part, int sample,
                                double *row, hp_error *err);

/* What a dataset of a source holds: R or four_point (or a Laplacian); what R is formed with; what
 * stands at other times, and beside R: HP_ROW_FULL + hp_full. */
typedef enum hp_row_kind {
    HP_ROW_WAVE,
    HP_ROW_TWO_POINT_1,
    HP_ROW_TWO_POINT_2,
    HP_ROW_FULL,
    HP_NROW_KINDS = HP_ROW_FULL + HP_BESIDE_TWO_POINT_2 + 1
} hp_row_kind;

/* Numbers of one dataset: of rows, times and points that are each one after another. */
typedef struct hp_row_block {
    int source;
    hp_row_kind kind;
    int row, nrow;   /* of the file */
    int time, ntime; /* indices into t, or t_full */
    int point, npoint;
    const double *value; /* (nrow, ntime, npoint) */
} hp_row_block;

/* Where number (time + i, point) of a block stands in a row. */
size_t hp_row_block_place(const hp_ensemble *ensemble, const hp_row_block *block, int i);

/* Whether number i of its times belongs to what is set in part; NULL: to all. */
bool hp_row_block_is_wanted(const hp_ensemble *ensemble, const bool *part,
                            const hp_row_block *block, int i);

/* Whether to read what is set in part (NULL: all) by columns: chunks hold several rows, and would
 * be read once for each of them, or by every rank (docs/decisions/0021-reading.md). */
bool hp_ensemble_has_columns(const hp_ensemble *ensemble, const bool *part);

/* Columns: what is set in part in pieces that share no chunk, in the order of parts; their number,
 * and which of them, *first to *end - 1, a rank reads. */
int hp_ensemble_column_count(const hp_ensemble *ensemble, const bool *part);
void hp_ensemble_column_range(const hp_ensemble *ensemble, const bool *part, int rank, int *first,
                              int *end);

/* Takes a block; whatever has gone before in the same rows and times has smaller points. */
typedef hp_status (*hp_block_function)(const hp_row_block *block, void *context, hp_error *err);

/* Not collective. All rows of a column, each chunk once: bands of rows in the order of the file, of
 * each band datasets in the order of a row, their points in ascending order. number (nsample): -1
 * for rows that are not looked at; NULL: none. *failed: the row of an error. Memory: a block of
 * HP_BLOCK_BYTES, and what HDF5 needs to unpack a chunk. Errors: those of hp_ensemble_read_part for
 * the first row of the column; HP_STOPPED. */
hp_status hp_ensemble_read_column(const hp_ensemble *ensemble, const bool *part, int column,
                                  const int *number, hp_block_function function, void *context,
                                  int *failed, hp_error *err);

/* crc (hp_ensemble_part_count): goes on with the CRC-32 (zlib) of each part that is set: of the
 * doubles of a row, R(t), or four_point(t), two_point_1(t), two_point_2(t), or all at the times
 * t_full. */
void hp_ensemble_checksum_row(const hp_ensemble *ensemble, const bool *part, const double *row,
                              uint32_t *crc);

/* CRC-32 of what else tells an ensemble from others: channel, sampling, geometry, spacing, masses,
 * times, sources and where streams begin. */
uint32_t hp_ensemble_checksum_description(const hp_ensemble *ensemble);

#endif
