// SPDX-License-Identifier: GPL-3.0-or-later
/* An ensemble as a job and its alternatives use it: rows read once, checked, summed in bins, which
 * all of them borrow (docs/decisions/0011-ingest.md).
 *
 * A bin is `bin` rows one after another within one stream (replica); rows at the end of a stream
 * that fill no bin are left out everywhere. With s_i the sum of the rows of bin i in file order,
 *     total = s_0 + s_1 + ... + s_(nbin-1),   added in this order: same bits on any number of ranks
 * (docs/decisions/0001-ordered-sums.md).
 * Rows are whole rows (hp_ensemble_row_length) for whoever sees them; the sources and times that
 * nobody selected are not read, not checked, and 0. In memory bins hold only what is read. */
#ifndef HADPOT_INGEST_H
#define HADPOT_INGEST_H

#include "hadpot/ensemble_file.h"
#include "hadpot/plausibility.h"

/* One stretch of the numbers of a row that are read. */
typedef struct hp_stretch {
    size_t start, count;
} hp_stretch;

typedef struct hp_ingest {
    const hp_ensemble *ensemble; /* not owned, must stay open */
    int bin;                     /* rows per bin; 1 for sampling = jackknife */
    int nbin;                    /* bins, or jackknife rows of the file */
    int ndropped;                /* rows at the ends of streams that fill no bin, used nowhere */
    int *used;            /* (nstream + 1) where each stream begins among the nbin bin used rows */
    size_t memory;        /* bytes that sums of bins may take on each rank */
    bool *part;           /* (hp_ensemble_part_count) what is read of a row */
    bool *needed;         /* likewise, what no right result is possible without, */
    bool some_needed;     /* if anybody has said it; else all that is read */
    int nstretch;         /* of part, */
    hp_stretch *stretch;  /* (nstretch) in ascending order, */
    size_t length;        /* numbers in all */
    double *total;        /* (row_length) sum over all used rows; in one block with those below */
    int nkept;            /* sums of bins 0 .. nkept-1 are in memory, */
    double *kept;         /* (nkept, length) */
    double *row, *sum;    /* work space: (row_length) a row, (length) a bin that is read again */
    bool *watched;        /* (row_length) numbers that are kept of each row; NULL: none */
    int nwatch;           /* of them; 0: none, or too many, */
    size_t *watch;        /* (nwatch) their places in a row, ascending, */
    double *watch_value;  /* (nbin bin, nwatch) and what stands there */
    bool by_columns;      /* how rows have been read */
    hp_row_looks looks;   /* of the nbin bin used rows: checksums, and what is judged of them */
    hp_findings findings; /* what is doubtful in them: the marks, the same on every rank */
} hp_ingest;

/* Count the bins of an open ensemble; nothing is read. memory: bytes of each rank for sums of bins;
 * as many are kept as fit. ingest: out, owned by the caller. Collective. Errors, the same on every
 * rank: HP_ERR_INPUT when fewer than HP_MIN_BINS result or `bin` does not suit. */
hp_status hp_ingest_create(const hp_ensemble *ensemble, int bin, size_t memory, hp_ingest *ingest,
                           hp_error *err);
void hp_ingest_destroy(hp_ingest *ingest);

/* Before hp_ingest_read: read what is set in part (hp_ensemble_part_count), too; NULL: whole
 * rows. */
void hp_ingest_select(hp_ingest *ingest, const bool *part);

/* Before hp_ingest_judge: results need the times that are set in part, too; where others are
 * useless, which masses may be read at, it is marked. */
void hp_ingest_need(hp_ingest *ingest, const bool *part);

/* Before hp_ingest_read: keep of each row the numbers that are set in number (row_length), for
 * projections that take no others (hp_projection); dropped where they need more than a quarter of
 * the memory of bins, unless rows are read by columns. Errors: HP_ERR_MEMORY. */
hp_status hp_ingest_watch(hp_ingest *ingest, const bool *number, hp_error *err);

/* Collective. Read every used row once, bin i on rank i mod size; where chunks hold several rows,
 * all rows of some times on one rank (hp_ensemble_has_columns), each chunk once. Each rank then has
 * the total and the sums of bins that fit: bytes of a rank: 8 length nkept <= memory, three rows,
 * and of the rows looks; bytes sent: 8 length nbin to rank 0 (the total), 8 length nkept to each
 * rank. Errors, the same on every rank: HP_ERR_INPUT for data that cannot be read or are not finite
 * (file, dataset, row). */
hp_status hp_ingest_read(hp_ingest *ingest, hp_error *err);

/* Collective, after hp_ingest_read. Judge the rows that have been read (plausibility.h): findings.
 * The file is not read again, unless a sign is found to change and bins are not in memory. Errors,
 * the same on every rank: HP_ERR_INPUT where no right result is possible (hp_findings_check). */
hp_status hp_ingest_judge(hp_ingest *ingest, hp_error *err);

/* Bytes of the sums of all bins. */
double hp_ingest_bytes(const hp_ingest *ingest);

/* Row of the file (0 .. ensemble nsample-1) that is number k of the nbin bin used rows. */
int hp_ingest_file_row(const hp_ingest *ingest, int k);

/* row[row_length] = average over all used rows (central value). Not collective. */
void hp_ingest_mean(const hp_ingest *ingest, double *row);

/* *sum: the sum of a bin, length numbers in the order of the stretches, valid until the next call.
 * Reads the rows of a bin that is not in memory again. Not collective. */
hp_status hp_ingest_bin(hp_ingest *ingest, int bin, const double **sum, hp_error *err);

/* row[row_length] = the numbers of packed[length] where they are in a row, 0 elsewhere. */
void hp_ingest_spread(const hp_ingest *ingest, const double *packed, double *row);

/* CRC-32 (zlib) of the used numbers that are set in part (hp_ensemble_part_count), some of what is
 * read, as doubles: for each source, each time, each used row R(t), or four_point(t),
 * two_point_1(t), two_point_2(t); then for each source, each used row what it has at the times
 * t_full. Whatever the ranks, the name of the file, its chunks and its compression; bins
 * matter as far as they leave out rows. */
uint32_t hp_ingest_checksum(const hp_ingest *ingest, const bool *part);

/* Values derived from an averaged row: writes `length` numbers. */
typedef hp_status (*hp_row_function)(const double *row, double *values, void *context,
                                     hp_error *err);

/* Projected deviations of the used rows,
 *     delta_i = d/d eps F(abar + eps (a_i - abar)) at eps = 0,
 * by a central difference; abar is the average row, F(row) the numbers of `function`. */
typedef struct hp_projection {
    size_t length;
    hp_row_function function;
    void *context;
    double *value; /* (length), out: F(abar) */
    double *rows;  /* (length, nbin bin), out, on every rank */
    bool watched;  /* F takes numbers alone that are watched (hp_ingest_watch) */
} hp_projection;

/* Collective. All projections in one pass over the used rows, or none where all they take is
 * watched, or bins of one row are in memory. Each row is read and computed on one rank; same bits
 * on any number of them. Memory: rows of all, and as much again while they are transposed. Errors:
 * those of reading and of `function`. */
hp_status hp_ingest_project(hp_ingest *ingest, int count, const hp_projection *projection,
                            hp_error *err);

#endif
