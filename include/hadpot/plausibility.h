// SPDX-License-Identifier: GPL-3.0-or-later
/* Whether rows of an ensemble can be what they say they are: the same for every command that reads
 * them (docs/method-plausibility.md). Of each row a few numbers are kept, the columns, while it is
 * read; they are judged when all have been. */
#ifndef HADPOT_PLAUSIBILITY_H
#define HADPOT_PLAUSIBILITY_H

#include "hadpot/ensemble_file.h"
#include "hadpot/findings.h"
#include "hadpot/row_features.h"

/* What a column holds of every row: the features of R or four_point; how many numbers of it are 0;
 * two-point functions; and at the times t_full what stands there (hp_full). */
typedef enum hp_column_kind {
    HP_COLUMN_ZEROS = HP_NROW_FEATURES,
    HP_COLUMN_TWO_POINT_1,
    HP_COLUMN_TWO_POINT_2,
    HP_COLUMN_FULL,
    HP_NCOLUMN_KINDS = HP_COLUMN_FULL + HP_FULL_TWO_BARYON + 1
} hp_column_kind;

typedef struct hp_column {
    int source, kind; /* kind: hp_row_feature or hp_column_kind */
    int time;         /* index into t, from HP_COLUMN_FULL on into t_full, of the ensemble */
} hp_column;

/* What is kept of rows. */
typedef struct hp_row_looks {
    const hp_ensemble *ensemble; /* not owned */
    const bool *part;   /* (hp_ensemble_part_count) what is looked at; borrowed, NULL: all */
    const bool *needed; /* likewise, what results need of it; borrowed, NULL: all */
    int nrow;
    int *file_row; /* (nrow) where each row stands in the file */
    int ncolumn, nwave;
    hp_column *column; /* (ncolumn) by source, then time; nwave of R or four_point and beside it,
                          behind them those of the times t_full */
    double *value;     /* (nrow, ncolumn) */
    uint32_t *crc;     /* (nrow, parts) CRC-32 of each part; 0 where not looked */
} hp_row_looks;

/* Room for nrow rows, all numbered by the caller in file_row afterwards. looks: out, owned by the
 * caller. Memory: 8 nrow columns, at most 8 columns for each source and time, 3 for
 * each of t_full. Errors: HP_ERR_MEMORY. */
hp_status hp_row_looks_create(const hp_ensemble *ensemble, const bool *part, int nrow,
                              hp_row_looks *looks, hp_error *err);
void hp_row_looks_destroy(hp_row_looks *looks);

/* Keep what is to be kept of row number k, which has just been read. Not collective. */
void hp_row_looks_take(hp_row_looks *looks, int k, const double *row);

/* The same of rows in pieces (hp_ensemble_read_column). number (nsample): which row number each row
 * of the file is, -1: none. sums: of the rows of one chunk, (rows, times) as they come, all 0
 * before the first of a column; work space of the caller. */
typedef struct hp_look_pieces {
    const int *number;
    hp_row_feature_sums *sums;
    size_t room; /* sums there are */
} hp_look_pieces;
hp_status hp_row_looks_take_block(hp_row_looks *looks, const hp_row_block *block,
                                  hp_look_pieces *pieces, hp_error *err);

/* Collective, when each rank has taken its own columns: all have all of them. */
hp_status hp_row_looks_merge(hp_row_looks *looks, hp_error *err);

/* Collective. Items of `rows` rows one after another, item i on rank i mod size, go to all. */
hp_status hp_row_looks_share(hp_row_looks *looks, int nitem, int rows, hp_error *err);

/* How errors of averages are found where columns do not say it: item 0 .. nitem-1, each a sum of
 * `count` rows, into row[row_length]. Not collective. */
typedef struct hp_row_access {
    int nitem, count;
    hp_status (*read)(void *context, int item, double *row, hp_error *err);
    void *context;
    bool by_columns; /* the file is read by columns, which tell it in place of read */
} hp_row_access;

/* Collective. Everything that is found in rows; their average mean[row_length]. used: a job uses
 * the times that are needed, so that what makes one of them useless refuses the job; else it is
 * marked. findings: more of them, in an order that depends on the data alone. Errors: those of
 * access, HP_ERR_MEMORY. */
hp_status hp_plausibility_judge(const hp_row_looks *looks, const double *mean,
                                const hp_row_access *access, bool used, hp_findings *findings,
                                hp_error *err);

/* Collective. Read all rows of an open ensemble once, each on one rank, and judge them. progress:
 * lines about it, of rank 0. Errors: also those of reading a row. */
hp_status hp_plausibility_examine(const hp_ensemble *ensemble, bool progress, hp_findings *findings,
                                  hp_error *err);

#endif
