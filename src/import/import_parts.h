// SPDX-License-Identifier: GPL-3.0-or-later
/* What the files of src/import share. */
#ifndef HADPOT_IMPORT_PARTS_H
#define HADPOT_IMPORT_PARTS_H

#include <hdf5.h>
#include <time.h>
#include "hadpot/import.h"

/* Imaginary parts ten times as large as real ones, in all rows together: parts, spins or phases are
 * others than they are taken for. Below, it may be noise or a phase that is common to all, and is
 * noted. */
#define HP_IMPORT_IMAGINARY_REFUSED 10.0

enum { HP_SHA256 = 32, HP_IMPORT_PATH = 4096 };

/* Room for one more element of an array of n, which doubles with every power of two. */
hp_status hp_import_grow(void **array, int n, size_t size, hp_error *err);

/* Rank 0. Sort parts by stream, number and name; number rows and files. Errors: HP_ERR_INPUT. */
hp_status hp_import_sort(hp_import_plan *plan, hp_error *err);

/* Collective. Rank 0's plan to all. */
hp_status hp_import_share(const hp_comm *comm, hp_import_plan *plan, hp_error *err);
void hp_import_plan_destroy(hp_import_plan *plan);

/* "tree/folder/name" of a file. */
void hp_import_path(const hp_import_plan *plan, const hp_import_file *file,
                    char path[HP_IMPORT_PATH]);

/* A file in memory; the blocks grow and are used again. Zero-initialise. */
typedef struct hp_import_reader {
    unsigned char *raw, *unpacked;
    size_t raw_room, unpacked_room;
} hp_import_reader;

/* In ns. */
int64_t hp_import_time(const struct timespec *time);

/* Let the system bring a file into its cache while another one is decoded. */
void hp_import_prefetch(const char *path);

/* Read a file once: its bytes and their SHA-256. Errors: HP_ERR_INPUT, HP_ERR_IO. */
hp_status hp_import_read(hp_import_reader *reader, const char *path, hp_import_input *input,
                         unsigned char sha256[HP_SHA256], hp_error *err);
void hp_import_reader_destroy(hp_import_reader *reader);

/* SHA-256 of a text. */
hp_status hp_import_digest(const void *bytes, size_t size, unsigned char sha256[HP_SHA256],
                           hp_error *err);
void hp_import_hex(const unsigned char sha256[HP_SHA256], char hex[2 * HP_SHA256 + 1]);

/* What is kept of a part: values (nrow, row_length), gauges (nrow, ngauge, 2), sums (nfile, 32). */
typedef struct hp_import_record {
    double *value;
    unsigned char *sha256;
    size_t nvalue, nsha256; /* doubles, gauges included; bytes */
    int64_t began;          /* when its first file was read, in ns */
} hp_import_record;

/* With room for any part; then as long as one is. */
hp_status hp_import_record_create(const hp_import_plan *plan, hp_import_record *record,
                                  hp_error *err);
void hp_import_record_fit(const hp_import_plan *plan, int part, hp_import_record *record);
void hp_import_record_destroy(hp_import_record *record);

/* Finished parts, kept in a folder beside the output: each rank appends records to a file of its
 * own, so that a killed import loses no more than the parts in work. */
typedef struct hp_import_place {
    int session, rank; /* of the file */
    long long offset;  /* of the record in it; 0: the part is not finished */
} hp_import_place;
typedef struct hp_import_stage {
    char folder[HP_IMPORT_PATH];
    unsigned char fingerprint[HP_SHA256]; /* of job, program, names and sizes of files */
    int session, rank, descriptor;        /* of this rank's file; -1: none */
    char *job;                            /* rank 0: what it is of (hp_import_compose_job) */
    bool told;                            /* what is damaged has been said */
    int nforeign;                         /* files of other imports */
    hp_import_place *place;               /* (npart) */
    int nfinished;
    bool complete; /* there is nothing to resume, the ensemble is there */
} hp_import_stage;

/* Rank 0: of job, program, names and sizes of files. */
hp_status hp_import_fingerprint(const hp_import_plan *plan, const char *effective_job,
                                unsigned char fingerprint[HP_SHA256], hp_error *err);

/* Room for what differs between two imports. */
enum { HP_IMPORT_DIFFERENCES = 900 };

/* Rank 0. The same as a text, which is kept beside finished rows; text: out, free. */
hp_status hp_import_compose_job(const hp_import_plan *plan, const char *effective_job, char **text,
                                hp_error *err);
hp_status hp_import_keep_job(const hp_import_stage *stage, hp_error *err);
void hp_import_kept_job_remove(const hp_import_stage *stage);

/* What differs between two of these texts: keys, "mass_1: 0.85, now 0.9", or the version, or the
 * first file; of the kept one, "what differs is not known" where it cannot be read. */
hp_status hp_import_compare_jobs(const char *before, const char *now, char *text, size_t size,
                                 hp_error *err);
void hp_import_kept_job_compare(const hp_import_stage *stage, char *text, size_t size);

/* Collective. Open the stage, whose fingerprint rank 0 knows, and find what is finished, with files
 * that have not changed since. Errors:
 * HP_ERR_INPUT for finished parts of another job or of other files with `resume` (naming what
 * differs), and for any
 * without `resume` and `overwrite`. */
hp_status hp_import_stage_open(const hp_comm *comm, const hp_import_plan *plan,
                               const hp_run_options *options, hp_import_stage *stage,
                               hp_error *err);
hp_status hp_import_stage_write(hp_import_stage *stage, int part, const hp_import_record *record,
                                hp_error *err);

/* Nothing more is written by this rank: others, maybe on other machines, see all of it. */
hp_status hp_import_stage_end(hp_import_stage *stage, hp_error *err);

/* Rank 0. Look for finished parts again; read one of them. */
hp_status hp_import_stage_find(const hp_import_plan *plan, hp_import_stage *stage, hp_error *err);
hp_status hp_import_stage_read(const hp_import_stage *stage, int part, hp_import_record *record,
                               hp_error *err);
void hp_import_stage_remove(const hp_import_stage *stage);
void hp_import_stage_close(hp_import_stage *stage);

/* Rank 0. Makes the folder of output. Whether output may be written, and with `resume` whether it
 * is the ensemble that would be. Errors: HP_ERR_INPUT for what hadpot import has not made, or of
 * another import without `overwrite`. */
hp_status hp_import_check_output(const hp_import_plan *plan, const hp_run_options *options,
                                 hp_import_stage *stage, hp_error *err);

/* Rank 0. "30 rows (configurations 100 ... 390, 1 stream), L = 12, t = 8 ... 12, source wall: 780
 * files" */
enum { HP_IMPORT_SUMMARY = 1024 };
void hp_import_describe(const hp_import_plan *plan, char text[HP_IMPORT_SUMMARY]);

/* Rank 0. Facts, notes and attributes of gauge i: total, its sums over all rows; worst, its largest
 * size in one, which is `where`; file: the result, with its datasets. Errors: HP_ERR_INPUT. */
hp_status hp_import_tell_gauge(hp_import_plan *plan, int i, const double total[2], double worst,
                               const char *where, hid_t file, hp_error *err);

/* Rank 0. The ensemble file from the finished parts, row by row. */
hp_status hp_import_assemble(hp_import_plan *plan, const hp_import_stage *stage,
                             const char *effective_job, hp_error *err);

#endif
