// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/results.h"
#include <stdio.h>
#include <string.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"

enum { NAME_SIZE = 64 };

/* What stands behind a file. */
typedef struct {
    const hp_record *record;
    int number; /* of the table or sheet */
    char name[NAME_SIZE];
} content;

static bool has_lines(const hp_record *record, const hp_table *table) {
    for (int i = 0; i < record->nentry; i++)
        if (record->entry[i].row.table != NULL &&
            strcmp(record->entry[i].row.table, table->name) == 0)
            return true;
    return false;
}

static void add_csv(const char *name, hp_file_writer write, content *of, hp_file *file) {
    snprintf(of->name, sizeof of->name, "%s.csv", name);
    *file = (hp_file){of->name, write, of};
}

static hp_status write_table(const void *of, const char *path, hp_error *err) {
    const content *it = of;
    return hp_results_save_table(it->record, it->number, path, err);
}

static hp_status write_sheet(const void *of, const char *path, hp_error *err) {
    const content *it = of;
    return hp_results_save_sheet(it->record, it->number, path, err);
}

static hp_status write_summary(const void *of, const char *path, hp_error *err) {
    const content *it = of;
    return hp_results_save_summary(it->record, path, err);
}

static hp_status write_hdf5(const void *of, const char *path, hp_error *err) {
    const content *it = of;
    return hp_results_save_hdf5(it->record, path, err);
}

/* In the order in which they are renamed: what says that all is there comes last. */
static void list_files(const hp_record *record, content *of, hp_file *file, int *n) {
    for (int i = 0; i < record->ntext; i++)
        file[(*n)++] = (hp_file){record->text[i].name, hp_file_write_text, record->text[i].text};
    for (int i = 0; i < record->ntable; i++) {
        of[*n] = (content){.record = record, .number = i};
        if (!has_lines(record, &record->table[i])) continue;
        add_csv(record->table[i].name, write_table, &of[*n], &file[*n]);
        ++*n;
    }
    for (int i = 0; i < record->nsheet; i++) {
        of[*n] = (content){.record = record, .number = i};
        add_csv(record->sheet[i].name, write_sheet, &of[*n], &file[*n]);
        ++*n;
    }
    const char *h5 = record->file_name != NULL ? record->file_name : "results.h5";
    of[*n] = (content){.record = record};
    file[*n] = (hp_file){"summary.yaml", write_summary, &of[*n]};
    ++*n;
    of[*n] = (content){.record = record};
    file[*n] = (hp_file){h5, write_hdf5, &of[*n]};
    ++*n;
}

hp_status hp_results_save(const hp_record *record, hp_folder *folder, hp_error *err) {
    hp_status status = HP_OK;
    int room = record->ntext + record->ntable + record->nsheet + 2, n = 0;
    content *of = NULL;
    hp_file *file = NULL;
    HP_TRY(hp_record_check(record, err));
    HP_NEW(of, room);
    HP_NEW(file, room);
    list_files(record, of, file, &n);
    HP_TRY(hp_folder_finish(folder, file, n, err));
cleanup:
    hp_free(of);
    hp_free(file);
    return status;
}

void hp_results_log_notes(const hp_record *record) {
    for (int i = 0; i < record->nnote; i++) hp_log_warning("%s", record->note[i].text);
}
