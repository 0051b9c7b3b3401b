// SPDX-License-Identifier: GPL-3.0-or-later
/* A record as files: results.h5, the CSV files of its tables and sheets, summary.yaml and its
 * texts; and finished samples of an unfinished run. Writers walk rows, facts and notes and know
 * nobody who made them: notes are the attribute `warnings` of results.h5, lines that begin with #
 * of CSV files, and the list `warnings` of summary.yaml. One rank writes; nothing here is
 * collective. */
#ifndef HADPOT_RESULTS_H
#define HADPOT_RESULTS_H

#include <stdint.h>
#include <stdio.h>
#include "hadpot/file.h"
#include "hadpot/record.h"

/* What every command says first: format, channel, potential, the job (job.yaml), and which program
 * and libraries made the results. All copied. */
void hp_results_describe(hp_record *record, const char *channel, const char *potential,
                         const char *job);

/* Replace all files of `folder`, which must be there: each is complete or as it was. CSV files that
 * other records write and this one does not are removed. Errors: HP_ERR_IO, HP_ERR_LIBRARY,
 * HP_ERR_MEMORY, naming the file. */
hp_status hp_results_save(const hp_record *record, const char *folder, hp_error *err);

/* The writers behind it; each writes one complete file at `path`. table, sheet, text: numbers of
 * those of the record; in a text, a job, values in use that a key leaves to be chosen (hp_row.key,
 * hp_label.key) become comments. */
hp_status hp_results_save_hdf5(const hp_record *record, const char *path, hp_error *err);
hp_status hp_results_save_summary(const hp_record *record, const char *path, hp_error *err);
hp_status hp_results_save_table(const hp_record *record, int table, const char *path,
                                hp_error *err);
hp_status hp_results_save_sheet(const hp_record *record, int sheet, const char *path,
                                hp_error *err);
hp_status hp_results_save_text(const hp_record *record, int text, const char *path, hp_error *err);

/* The last screen, in columns of a terminal of 100: rows with a place, as
 * value(stat)(+syst)(-syst), and texts of hp_record_show; and one more line of these. found.txt
 * holds it. */
void hp_results_print(const hp_record *record, FILE *out);
void hp_results_print_part(const char *head, const char *text, FILE *out);
hp_status hp_results_save_screen(const hp_record *record, const char *path, hp_error *err);

/* What a command says at its end, on standard error: every note as a line of the log, the last
 * screen, and the files that hp_results_save has put into `folder`. */
void hp_results_report(const hp_record *record, const char *folder);

/* CRC-32 (zlib) of a text. */
uint32_t hp_checksum_text(const char *text);

/* Finished samples of an unfinished run, in `folder`/checkpoint. Sample -1 is the average. The
 * fingerprint, made in src/pipeline/pipeline.c of job, input and version of the program, says what
 * they belong to. */
typedef struct hp_checkpoint {
    const char *folder; /* output folder, not owned */
    uint64_t fingerprint;
    size_t length; /* values of a sample */
} hp_checkpoint;

/* Create the folder. Errors: HP_ERR_INPUT without `resume` when finished samples lie there, and
 * with it when these have another fingerprint. */
hp_status hp_checkpoint_prepare(const hp_checkpoint *checkpoint, bool resume, hp_error *err);

/* Keep the results of a sample: write, fsync, rename, so that it is there whole or not at all. */
hp_status hp_checkpoint_write(const hp_checkpoint *checkpoint, int sample, const double *vector,
                              hp_error *err);

/* found: true when the sample was kept, then vector[length] is filled. Errors: HP_ERR_INPUT for
 * a sample of another fingerprint or length, or a file that is not readable. */
hp_status hp_checkpoint_read(const hp_checkpoint *checkpoint, int sample, double *vector,
                             bool *found, hp_error *err);

/* From now on SIGINT and SIGTERM, before they end the program as they always do, say on standard
 * error how many of `count` samples (or what they are called) are kept. Every rank calls it, one
 * speaks. Of several checkpoints the latest counts, until hp_checkpoint_unwatch. */
void hp_checkpoint_watch(const hp_checkpoint *checkpoint, const char *what, int count, bool speaks);
void hp_checkpoint_unwatch(void);

/* Remove what this module put into checkpoint/, and the folder unless something else lies there. */
hp_status hp_checkpoint_remove(const hp_checkpoint *checkpoint, hp_error *err);

#endif
