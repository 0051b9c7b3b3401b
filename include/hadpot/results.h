// SPDX-License-Identifier: GPL-3.0-or-later
/* A record as files: results.h5, the CSV files of its tables and sheets, summary.yaml and its
 * texts. Writers walk rows, facts and notes and know
 * nobody who made them: notes are the attribute `warnings` of results.h5, lines that begin with #
 * of CSV files, and the list `warnings` of summary.yaml. One rank writes; nothing here is
 * collective. */
#ifndef HADPOT_RESULTS_H
#define HADPOT_RESULTS_H

#include <stdint.h>
#include <stdio.h>
#include "hadpot/folder.h"
#include "hadpot/record.h"

/* What every command says first: format, channel, potential, the job (job.yaml), and which program
 * and libraries made the results. All copied. */
void hp_results_describe(hp_record *record, const char *channel, const char *potential,
                         const char *job);

/* Finish a folder that has been claimed (hp_folder_finish) with the files of a record: each is
 * complete or as it was. Errors: HP_ERR_IO, HP_ERR_LIBRARY, HP_ERR_MEMORY, naming the file. */
hp_status hp_results_save(const hp_record *record, hp_folder *folder, hp_error *err);

/* The writers behind it (hp_file_writer), of a record; */
hp_status hp_results_save_hdf5(const void *record, const char *path, hp_error *err);
hp_status hp_results_save_summary(const void *record, const char *path, hp_error *err);

/* and of one of its tables, sheets or texts, a hp_results_part. In a text, a job, values in use
 * that a key leaves to be chosen (hp_row.key, hp_label.key) become comments. */
typedef struct hp_results_part {
    const hp_record *record;
    int number;
} hp_results_part;
hp_status hp_results_save_table(const void *part, const char *path, hp_error *err);
hp_status hp_results_save_sheet(const void *part, const char *path, hp_error *err);
hp_status hp_results_save_text(const void *part, const char *path, hp_error *err);

/* The last screen, in columns of a terminal of 100: rows with a place, as
 * value(stat)(+syst)(-syst), and texts of hp_record_show; and one more line of these. found.txt
 * holds it. */
void hp_results_print(const hp_record *record, FILE *out);
void hp_results_print_part(const char *head, const char *text, FILE *out);
hp_status hp_results_save_screen(const void *record, const char *path, hp_error *err);

/* What a command says at its end, on standard error: every note as a line of the log, the last
 * screen, and the files that hp_results_save has put into `folder`. */
void hp_results_report(const hp_record *record, const char *folder);

/* CRC-32 (zlib) of a text. */
uint32_t hp_checksum_text(const char *text);

#endif
