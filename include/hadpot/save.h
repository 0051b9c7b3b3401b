// SPDX-License-Identifier: GPL-3.0-or-later
/* A record as files: results.h5, the CSV files of its tables and sheets, summary.yaml and its
 * texts. Writers walk rows, facts and notes and know nobody who made them. One rank writes; nothing
 * here is collective. */
#ifndef HADPOT_SAVE_H
#define HADPOT_SAVE_H

#include "hadpot/record.h"

/* Replace all files of `folder`, which must be there: each is complete or as it was. CSV files that
 * other records write and this one does not are removed. Errors: HP_ERR_IO, HP_ERR_LIBRARY,
 * HP_ERR_MEMORY, naming the file. */
hp_status hp_results_save(const hp_record *record, const char *folder, hp_error *err);

/* The writers behind it; each writes one complete file at `path`. table, sheet: numbers of those of
 * the record. */
hp_status hp_results_save_hdf5(const hp_record *record, const char *path, hp_error *err);
hp_status hp_results_save_summary(const hp_record *record, const char *path, hp_error *err);
hp_status hp_results_save_table(const hp_record *record, int table, const char *path,
                                hp_error *err);
hp_status hp_results_save_sheet(const hp_record *record, int sheet, const char *path,
                                hp_error *err);

/* Every note as a line of the log. */
void hp_results_log_notes(const hp_record *record);

#endif
