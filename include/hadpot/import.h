// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot import: from the files of a collaboration to an ensemble file, in one pass.
 *
 * A format (struct hp_import_format, a row of hp_import_formats) knows how its files are named and
 * laid out; everything else is common. The stages:
 *   survey   rank 0: which files there are, to which row of the ensemble each belongs, and what a
 *            row holds: datasets, times, geometry. It looks at names and at the header of a file.
 *   prepare  every rank: tables that decoding needs, from the plan.
 *   decode   one file, already in memory (read once, summed with SHA-256, gunzipped): its numbers
 *            are added to cells of the rows they belong to (hp_import_add).
 *   finish   one row: the averages of its cells become the numbers of its datasets.
 * A row is the average of all that was added: rotations and source positions of a configuration
 * are one row. Rows are sorted by stream and trajectory number, both from names. Each cell of each
 * row must get the number of contributions that the survey expects, or the import stops and says
 * where one is missing.
 * A part is a set of files that is decoded by one rank in the order of the plan, and gives one row
 * or several consecutive ones; so the bytes of the ensemble do not depend on the number of ranks.
 * Memory of a rank: one file and the rows of one part. */
#ifndef HADPOT_IMPORT_H
#define HADPOT_IMPORT_H

#include <stdint.h>
#include "hadpot/config.h"
#include "hadpot/ensemble.h"
#include "hadpot/run.h"

enum { HP_IMPORT_NAME = 320, HP_IMPORT_WORDS = 96, HP_IMPORT_COMPONENTS = 8 };

/* A dataset of the ensemble file; of each row it holds (nt, npoint), (nt), (nt_full) or
 * (nt_two_baryon) doubles. */
typedef enum hp_import_axes {
    HP_IMPORT_WAVE,
    HP_IMPORT_TIMES,
    HP_IMPORT_FULL,
    HP_IMPORT_TWO_BARYON
} hp_import_axes;
typedef struct hp_import_dataset {
    char path[HP_IMPORT_NAME]; /* "/source/wall/four_point" */
    hp_import_axes axes;
    size_t offset, length; /* in a row */
} hp_import_dataset;

/* Numbers that come together and are averaged over all files that have them. */
typedef struct hp_import_cell {
    char what[HP_IMPORT_WORDS]; /* "the wave at t = 9", for messages */
    size_t offset, length;      /* in the sum of a row */
    int count;                  /* contributions that each row must get; 0: at least one */
} hp_import_cell;

/* A quantity that should be small: sqrt(a/b), a and b summed over all that enters a row. The
 * largest of all rows is told, and noted in the ensemble where it is above `noted_above`. */
#define HP_IMPORT_NEVER 1e300
typedef struct hp_import_gauge {
    char what[2 * HP_IMPORT_WORDS]; /* "imaginary over real part of /source/wall/four_point" */
    double noted_above;
    double refused_above;             /* of all rows together: no result of them would be right */
    char object[2 * HP_IMPORT_WORDS]; /* group of the result that gets the size of all rows as its
                                         attribute imaginary_part; "": none */
} hp_import_gauge;

/* folder/name is opened; what, index: for the format alone. */
typedef struct hp_import_file {
    size_t folder, name; /* hp_import_text */
    uint64_t size;       /* bytes */
    int64_t changed;     /* time, in ns, as of clock_gettime */
    int part, what, index;
} hp_import_file;

typedef struct hp_import_part {
    size_t name; /* of the row, or of the file that holds several */
    int first_row, nrow, first_file, nfile;
    int numbers; /* hp_import_number_rows: where they begin, plus 1; 0: the number in the name */
    bool has_stream; /* the files say of which stream it is; else its name does */
    int stream;
} hp_import_part;

/* What is to be done: the same on every rank, but for the pointers of rank 0 at the end. */
typedef struct hp_import_plan {
    const hp_import_job *job;
    const struct hp_import_format *format;
    /* The survey fills, in any order: */
    hp_geometry geometry;
    hp_sampling sampling;
    int first_t, nt;            /* times of waves */
    int first_full, nt_full;    /* times of whole two-point functions; 0 of them: there are none */
    int nt_two_baryon;          /* times of two-baryon correlators, the first of these */
    int temporal_extent;        /* 0: unknown */
    double inverse_spacing_mev; /* these four are those of the job before the survey */
    double mass[2], mass_error[2];
    int version, ncomponent; /* of the ensemble format: 1, or 2 with these "PAIR:3S1" */
    char component[HP_IMPORT_COMPONENTS][HP_IMPORT_WORDS];
    void *state; /* of the format: one block of hp_alloc without pointers in it, or NULL */
    size_t state_size;
    /* and by the functions below: */
    char *text; /* names, one after the other */
    size_t text_size, text_room;
    hp_import_dataset *dataset;
    hp_import_cell *cell;
    hp_import_gauge *gauge;
    hp_import_part *part;
    hp_import_file *file;
    int ndataset, ncell, ngauge, npart, nfile, nrow;
    size_t row_length, sum_length; /* doubles of a row of datasets, of cells */
    /* rank 0 alone: */
    int *number, nnumber;
    bool unsorted;                /* parts were not added in the order of strcmp */
    int *configuration, *stream;  /* (nrow) or NULL, after the survey */
    char *notes, *facts;          /* lines; NULL: none */
    char *channel;                /* NULL: that of the job */
    char average[HP_IMPORT_NAME]; /* what a row is the average of: "4 rotations of one
                                     configuration"; "": of nothing */
} hp_import_plan;

/* Sums of one row. */
typedef struct hp_import_sum {
    double *value; /* (sum_length) */
    int *count;    /* (ncell) contributions */
    double *gauge; /* (ngauge, 2): a and b */
} hp_import_sum;

/* A file in memory, unpacked, with a NUL behind its bytes; and the file of the plan that it is. */
typedef struct hp_import_input {
    const hp_import_file *file;
    const unsigned char *bytes;
    size_t size;
    bool was_gzip;
} hp_import_input;

typedef struct hp_import_format {
    const char *name;
    /* Rank 0. Errors: HP_ERR_INPUT naming file or folder, expected and found. */
    hp_status (*survey)(hp_import_plan *plan, hp_error *err);
    /* Not collective. *tables: NULL before, released by `release`. NULL for both: none. */
    hp_status (*prepare)(const hp_import_plan *plan, void **tables, hp_error *err);
    void (*release)(void **tables);
    /* Not collective. sum: those of the rows of the file's part. Errors: HP_ERR_INPUT without the
     * name of the file. */
    hp_status (*decode)(const hp_import_plan *plan, void *tables, const hp_import_input *input,
                        hp_import_sum *sum, hp_error *err);
    /* mean (sum_length), row (row_length). NULL: the cells are the datasets, in this order. */
    void (*finish)(const hp_import_plan *plan, const void *tables, const double *mean, double *row);
} hp_import_format;

extern const hp_import_format hp_import_formats[];
extern const int hp_import_nformat;

/* Collective. Do a job: survey, every file once by one of the ranks, each finished part kept beside
 * `output` until the ensemble is written by rank 0, which replaces the file safely. Errors: the
 * same on every rank; bad input is HP_ERR_INPUT, and then `output` is as it was. */
hp_status hp_import(const hp_comm *comm, const hp_run_options *options, hp_error *err);

/* What a survey uses; rank 0. Errors: HP_ERR_MEMORY, and as stated. */

/* A text in the plan, and a new one. */
const char *hp_import_text(const hp_import_plan *plan, size_t text);
hp_status hp_import_add_text(hp_import_plan *plan, const char *words, size_t *text, hp_error *err);

/* Entries of a folder, without those that begin with a dot, in the order of strcmp. list: one block
 * (hp_free). Errors: HP_ERR_INPUT for what is no folder. */
hp_status hp_import_list(const char *folder, char ***list, int *n, hp_error *err);

/* The part with this name, added with nrow rows where there is none. Rows that follow each other in
 * name order are found fast. */
hp_status hp_import_find_part(hp_import_plan *plan, const char *name, int nrow, int *part,
                              hp_error *err);

/* Trajectory numbers (nrow) of the rows of a part. */
hp_status hp_import_number_rows(hp_import_plan *plan, int part, const int *numbers, hp_error *err);

/* A file of a part; its size is asked for here. Errors: HP_ERR_INPUT for what is no file. */
hp_status hp_import_add_file(hp_import_plan *plan, int part, const char *folder, const char *name,
                             int what, int index, hp_error *err);

/* Datasets, cells and gauges; names by a format. */
hp_status hp_import_add_dataset(hp_import_plan *plan, hp_import_axes axes, hp_error *err,
                                const char *path, ...) __attribute__((format(printf, 4, 5)));
hp_status hp_import_add_cell(hp_import_plan *plan, size_t length, hp_error *err, const char *what,
                             ...) __attribute__((format(printf, 4, 5)));
hp_status hp_import_add_gauge(hp_import_plan *plan, double noted_above, double refused_above,
                              hp_error *err, const char *what, ...)
    __attribute__((format(printf, 5, 6)));

/* A line of the ensemble's attribute `notes`: a mark of every result, also told as a warning; or of
 * its provenance, also told. */
hp_status hp_import_note(hp_import_plan *plan, hp_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
hp_status hp_import_fact(hp_import_plan *plan, hp_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Trajectory number in a name, its last digits: "b2_n000410" is 410, and `stream` the length of
 * what stands before them; -1: there is none. */
int hp_import_number(const char *name, int *stream);

/* What decode uses: add the numbers of a cell to a sum. */
void hp_import_add(const hp_import_plan *plan, hp_import_sum *sum, int cell, const double *value);

#endif
