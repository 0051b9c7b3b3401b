// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/results.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "hadpot/file.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"

enum { NAME_SIZE = 64, PATH_SIZE = 4096 };

/* What stands behind a file. */
typedef struct {
    const hp_record *record;
    int number; /* of the text, table or sheet */
    char name[NAME_SIZE];
} content;

/* CSV files that some command writes. */
static const char *const csv_names[] = {"phase_shift", "potential",     "training",  "observables",
                                        "femtoscopy",  "finite_volume", "variations"};

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

static void add_csv(const char *name, hp_file_writer write, content *of, hp_file *file) {
    snprintf(of->name, sizeof of->name, "%s.csv", name);
    *file = (hp_file){of->name, write, of};
}

static hp_status write_text(const void *of, const char *path, hp_error *err) {
    const content *it = of;
    return hp_results_save_text(it->record, it->number, path, err);
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

static hp_status write_screen(const void *of, const char *path, hp_error *err) {
    const content *it = of;
    return hp_results_save_screen(it->record, path, err);
}

static hp_status write_hdf5(const void *of, const char *path, hp_error *err) {
    const content *it = of;
    return hp_results_save_hdf5(it->record, path, err);
}

/* In the order in which they are renamed: what says that all is there comes last. */
static void list_files(const hp_record *record, content *of, hp_file *file, int *n) {
    for (int i = 0; i < record->ntext; i++, ++*n) {
        of[*n] = (content){.record = record, .number = i};
        file[*n] = (hp_file){record->text[i].name, write_text, &of[*n]};
    }
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
    if (has_screen(record)) {
        of[*n] = (content){.record = record};
        file[*n] = (hp_file){"found.txt", write_screen, &of[*n]};
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

/* What an earlier job wrote here and this one does not. */
static void remove_others(const char *folder, const hp_file *file, int n) {
    char name[NAME_SIZE], path[PATH_SIZE + NAME_SIZE];
    for (size_t i = 0; i < sizeof csv_names / sizeof *csv_names; i++) {
        bool written = false;
        snprintf(name, sizeof name, "%s.csv", csv_names[i]);
        for (int j = 0; j < n; j++) written |= strcmp(file[j].name, name) == 0;
        snprintf(path, sizeof path, "%.4095s/%s", folder, name);
        if (!written) unlink(path); /* no error if it has never been there */
    }
}

/* Room for all files of a record. */
static hp_status make_lists(const hp_record *record, content **of, hp_file **file, hp_error *err) {
    int room = record->ntext + record->ntable + record->nsheet + 3;
    HP_ALLOCATE(*of, room);
    HP_ALLOCATE(*file, room);
    return HP_OK;
}

hp_status hp_results_save(const hp_record *record, const char *folder, hp_error *err) {
    hp_status status = HP_OK;
    int n = 0;
    content *of = NULL;
    hp_file *file = NULL;
    HP_TRY(hp_record_check(record, err));
    HP_TRY(make_lists(record, &of, &file, err));
    list_files(record, of, file, &n);
    HP_TRY(hp_files_replace(folder, file, n, err));
    remove_others(folder, file, n);
cleanup:
    hp_free(of);
    hp_free(file);
    return status;
}

void hp_results_report(const hp_record *record, const char *folder) {
    char text[PATH_SIZE];
    int n = 0;
    size_t length = 0;
    content *of = NULL;
    hp_file *file = NULL;
    for (int i = 0; i < record->nnote; i++) hp_log_warning("%s", record->note[i].text);
    hp_results_print(record, stderr);
    if (make_lists(record, &of, &file, NULL) == HP_OK) list_files(record, of, file, &n);
    snprintf(text, sizeof text, "%s:", folder);
    for (int i = 0; i < n && (length = strlen(text)) < sizeof text; i++)
        snprintf(text + length, sizeof text - length, " %s", file[i].name);
    hp_results_print_part("files", text, stderr);
    hp_free(of);
    hp_free(file);
    snprintf(text, sizeof text, "python3 analysis/plot.py %s", folder);
    hp_results_print_part("figures", text, stderr);
}
