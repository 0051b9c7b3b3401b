// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/results.h"
#include <stdio.h>
#include <string.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"

enum { PATH_SIZE = 4096, NAME_SIZE = 64 };

/* A file of a text, table or sheet. */
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

static bool has_screen(const hp_record *record) {
    bool has = false;
    for (int i = 0; i < record->nentry; i++) has |= record->entry[i].row.place > 0;
    return has;
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
    for (int i = 0; i < record->ntext; i++, of++) {
        of->part = (hp_results_part){record, i};
        *file++ = (hp_file){record->text[i].name, hp_results_save_text, &of->part};
    }
    for (int i = 0; i < record->ntable; i++)
        if (has_lines(record, &record->table[i]))
            *file++ = name_csv(record, i, record->table[i].name, hp_results_save_table, of++);
    for (int i = 0; i < record->nsheet; i++)
        *file++ = name_csv(record, i, record->sheet[i].name, hp_results_save_sheet, of++);
    if (has_screen(record)) *file++ = (hp_file){"found.txt", hp_results_save_screen, record};
    const char *h5 = record->file_name != NULL ? record->file_name : "results.h5";
    *file++ = (hp_file){"summary.yaml", hp_results_save_summary, record};
    *file++ = (hp_file){h5, hp_results_save_hdf5, record};
    return (int)(file - first);
}

/* Room for all files of a record. */
static hp_status make_lists(const hp_record *record, sheet_file **of, hp_file **file,
                            hp_error *err) {
    int room = record->ntext + record->ntable + record->nsheet + 3;
    HP_ALLOCATE(*of, room);
    HP_ALLOCATE(*file, room);
    return HP_OK;
}

/* Of the numbers of results.h5, which are most of all. */
static double count_bytes(const hp_record *record) {
    double count = 0;
    for (int i = 0; i < record->nentry; i++) {
        const hp_entry *entry = &record->entry[i];
        double rows = hp_entry_is_sampled(entry) ? record->group[HP_SAMPLES].n + 1 : 1;
        if (entry->total != NULL) rows += 3;
        count += entry->integer == NULL ? rows * (double)entry->count : 0;
    }
    return count * (double)sizeof(double);
}

hp_status hp_results_save(const hp_record *record, hp_folder *folder, hp_error *err) {
    hp_status status = HP_OK;
    sheet_file *of = NULL;
    hp_file *file = NULL;
    HP_TRY(hp_record_check(record, err));
    HP_TRY(make_lists(record, &of, &file, err));
    for (int i = 0; i < record->nnote; i++)
        folder->no_result |= record->note[i].severity == HP_FAILURE;
    HP_TRY(hp_folder_check_room(folder->path, "results", count_bytes(record), err));
    HP_TRY(hp_folder_finish(folder, file, list_files(record, of, file), err));
cleanup:
    if (status == HP_ERR_DISK_FULL && folder->keeps_samples)
        hp_error_add_advice(err,
                            "what is finished is kept in \"%s/checkpoint\": make room, and go on "
                            "with --resume",
                            folder->path);
    hp_free(of);
    hp_free(file);
    return status;
}

void hp_results_report(const hp_record *record, const char *folder) {
    char text[PATH_SIZE];
    int n = 0;
    size_t length = 0;
    sheet_file *of = NULL;
    hp_file *file = NULL;
    for (int i = 0; i < record->nnote; i++) hp_log_warning("%s", record->note[i].text);
    hp_results_print(record, stderr);
    if (make_lists(record, &of, &file, NULL) == HP_OK) n = list_files(record, of, file);
    snprintf(text, sizeof text, "%s:", folder);
    for (int i = 0; i < n && (length = strlen(text)) < sizeof text; i++)
        snprintf(text + length, sizeof text - length, " %s", file[i].name);
    hp_results_print_part("files", text, stderr);
    hp_free(of);
    hp_free(file);
    snprintf(text, sizeof text, "python3 analysis/plot.py %s", folder);
    hp_results_print_part("figures", text, stderr);
}
