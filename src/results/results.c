// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/results.h"
#include <stdio.h>
#include <string.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"

enum { NAME_SIZE = 64 };

/* A CSV file. */
typedef struct {
    hp_results_part part;
    char name[NAME_SIZE];
} sheet_file;

static bool has_lines(const hp_record *record, const hp_table *table) {
    for (int i = 0; i < record->nentry; i++)
        if (record->entry[i].row.table != NULL &&
            strcmp(record->entry[i].row.table, table->name) == 0)
            return true;
    return false;
}

static hp_file name_csv(const hp_record *record, int number, const char *name, hp_file_writer write,
                        sheet_file *of) {
    of->part = (hp_results_part){record, number};
    snprintf(of->name, sizeof of->name, "%s.csv", name);
    return (hp_file){of->name, write, &of->part};
}

/* In the order in which they are renamed: what says that all is there comes last. */
static int list_files(const hp_record *record, sheet_file *of, hp_file *file) {
    const hp_file *first = file;
    for (int i = 0; i < record->ntext; i++)
        *file++ = (hp_file){record->text[i].name, hp_file_write_text, record->text[i].text};
    for (int i = 0; i < record->ntable; i++)
        if (has_lines(record, &record->table[i]))
            *file++ = name_csv(record, i, record->table[i].name, hp_results_save_table, of++);
    for (int i = 0; i < record->nsheet; i++)
        *file++ = name_csv(record, i, record->sheet[i].name, hp_results_save_sheet, of++);
    const char *h5 = record->file_name != NULL ? record->file_name : "results.h5";
    *file++ = (hp_file){"summary.yaml", hp_results_save_summary, record};
    *file++ = (hp_file){h5, hp_results_save_hdf5, record};
    return (int)(file - first);
}

hp_status hp_results_save(const hp_record *record, hp_folder *folder, hp_error *err) {
    hp_status status = HP_OK;
    int room = record->ntext + record->ntable + record->nsheet + 2;
    sheet_file *of = NULL;
    hp_file *file = NULL;
    HP_TRY(hp_record_check(record, err));
    HP_NEW(of, room);
    HP_NEW(file, room);
    for (int i = 0; i < record->nnote; i++)
        folder->no_result |= record->note[i].severity == HP_FAILURE;
    HP_TRY(hp_folder_finish(folder, file, list_files(record, of, file), err));
cleanup:
    hp_free(of);
    hp_free(file);
    return status;
}

void hp_results_log_notes(const hp_record *record) {
    for (int i = 0; i < record->nnote; i++) hp_log_warning("%s", record->note[i].text);
}
