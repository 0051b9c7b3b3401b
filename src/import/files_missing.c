// SPDX-License-Identifier: GPL-3.0-or-later
/* Whether every configuration has the files that the others have, by their names alone. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/format.h"
#include "hadpot/memory.h"
#include "files_parts.h"
#include "pattern.h"

/* A file of a configuration. */
typedef struct item {
    const char *text;   /* the name of the configuration as it was found, */
    int stream, number; /* and what it tells */
    int row, quantity, slot, t, file;
} item;

static int compare_numbers(int a, int b) {
    return (a > b) - (a < b);
}

static int compare_configurations(const void *first, const void *second) {
    const item *a = first, *b = second;
    int least = a->stream < b->stream ? a->stream : b->stream;
    int order = strncmp(a->text, b->text, (size_t)least);
    if (order == 0) order = compare_numbers(a->stream, b->stream);
    if (order == 0) order = compare_numbers(a->number, b->number);
    return order == 0 && a->number < 0 ? strcmp(a->text, b->text) : order;
}

static int compare_groups(const void *first, const void *second) {
    const item *a = first, *b = second;
    int order = compare_numbers(a->quantity, b->quantity);
    if (order == 0) order = compare_numbers(a->slot, b->slot);
    return order != 0 ? order : compare_numbers(a->t, b->t);
}

static int compare_items(const void *first, const void *second) {
    const item *a = first, *b = second;
    int order = compare_groups(a, b);
    if (order == 0) order = compare_numbers(a->row, b->row);
    return order != 0 ? order : compare_numbers(a->file, b->file);
}

static void make_path(const hp_files_survey_work *work, int file, char path[HP_MATCH_PATH]) {
    const char *folder = hp_import_text(work->plan, work->file[file].folder);
    snprintf(path, HP_MATCH_PATH, "%s%s%s", folder, *folder != '\0' ? "/" : "",
             hp_import_text(work->plan, work->file[file].name));
}

/* The path of a file of a configuration `from` as it would be for another; false: unknown. */
static bool rename_path(const hp_files_survey_work *work, const item *file, const char *to,
                        char path[HP_MATCH_PATH]) {
    const char *pattern = work->keys.pattern[file->quantity], *from = file->text;
    const char *last = strrchr(pattern, '/');
    char old[HP_MATCH_PATH];
    hp_match match = HP_MATCH_NOTHING;
    size_t length = strlen(from);
    make_path(work, file->file, old);
    *path = '\0';
    for (const char *at = old; *at != '\0';) {
        bool whole = strncmp(at, from, length) == 0 && !isdigit((unsigned char)at[length]) &&
                     (at == old || !isdigit((unsigned char)at[-1]));
        hp_format_append(path, HP_MATCH_PATH, "%.*s", whole ? (int)strlen(to) : 1, whole ? to : at);
        at += whole ? length : 1;
    }
    const char *name = strrchr(path, '/');
    if (!hp_pattern_match(last != NULL ? last + 1 : pattern, name != NULL ? name + 1 : path,
                          &match))
        return false;
    return (*match.configuration == '\0' || strcmp(match.configuration, to) == 0) &&
           (match.t < 0 || match.t == file->t);
}

/* A file of the group that the configuration of row `row`, named `to`, has not, as others do. */
static bool find_missing(const hp_files_survey_work *work, const item *group, int n, int like,
                         int row, const char *to, char path[HP_MATCH_PATH]) {
    char own[HP_MATCH_PATH];
    for (int i = 0; i < n; i++) {
        if (group[i].row != like) continue;
        if (!rename_path(work, &group[i], to, path)) return false;
        bool there = false;
        for (int k = 0; k < n && !there; k++) {
            if (group[k].row != row) continue;
            make_path(work, group[k].file, own);
            there = strcmp(own, path) == 0;
        }
        if (!there) return true;
    }
    return false;
}

/* "1 file, "wall/nbs.400"" */
static void describe_files(const hp_files_survey_work *work, const item *group, int n, int row,
                           char *text, size_t size) {
    char path[HP_MATCH_PATH];
    int first = -1, count = 0;
    for (int i = 0; i < n; i++) {
        if (group[i].row != row) continue;
        if (count++ == 0) first = group[i].file;
    }
    if (first >= 0) make_path(work, first, path);
    if (count == 0)
        snprintf(text, size, "no file");
    else
        snprintf(text, size, "%d file%s, \"%s\"%s", count, count == 1 ? "" : "s", path,
                 count == 1 ? "" : " and others");
}

/* The number of files that most configurations have. */
static int find_usual(const int *count, int n) {
    int usual = 0, most = 0;
    for (int i = 0; i < n; i++) {
        int same = 0;
        for (int k = 0; k < n; k++) same += count[k] == count[i];
        if (same < most || (same == most && count[i] <= usual)) continue;
        most = same;
        usual = count[i];
    }
    return usual;
}

static hp_status reject(const hp_files_survey_work *work, const item *group, int n,
                        const char *const *name, const int *count, int nrow, hp_error *err) {
    const int usual = find_usual(count, nrow);
    int row = 0, like = 0;
    while (count[row] == usual) row++;
    while (count[like] != usual) like++;
    char own[HP_MATCH_PATH + 64], others[HP_MATCH_PATH + 64], path[HP_MATCH_PATH], of[160] = "";
    char missing[HP_MATCH_PATH + 32] = "";
    if (work->nsource > 1 || hp_pattern_has(work->keys.pattern[group->quantity], "{source}"))
        hp_format_append(of, sizeof of, " of %.100s",
                         hp_import_text(work->plan, work->source[group->slot]));
    if (group->t >= 0) hp_format_append(of, sizeof of, " at t = %d", group->t);
    describe_files(work, group, n, row, own, sizeof own);
    describe_files(work, group, n, like, others, sizeof others);
    if (count[row] < usual && find_missing(work, group, n, like, row, name[row], path))
        snprintf(missing, sizeof missing, ": \"%s\" is missing", path);
    return HP_FAIL(HP_ERR_INPUT, "%s: %s%s has %s, expected %d as %s, which has %s%s", name[row],
                   work->keys.name[group->quantity], of, own, usual, name[like], others, missing);
}

/* Files with the name of a configuration, with the numbers of their rows. list: out. */
static void list_items(const hp_files_survey_work *work, item *list, int *n, int *nrow) {
    *n = *nrow = 0;
    for (int i = 0; i < work->nfile; i++) {
        const hp_found_file *file = &work->file[i];
        const char *text = hp_import_text(work->plan, file->configuration);
        const int slot = hp_files_find_slot(work, file);
        if (*text == '\0' || slot == work->nsource) continue;
        item *new = &list[(*n)++];
        *new = (item){text, 0, 0, 0, (int)file->quantity, slot, file->t, i};
        new->number = hp_import_number(text, &new->stream);
    }
    qsort(list, (size_t)*n, sizeof *list, compare_configurations);
    for (int i = 0; i < *n; i++) {
        *nrow += i == 0 || compare_configurations(&list[i - 1], &list[i]) != 0;
        list[i].row = *nrow - 1;
    }
}

hp_status hp_files_check_complete(const hp_files_survey_work *work, hp_error *err) {
    hp_status status = HP_OK;
    item *list = NULL;
    const char **name = NULL;
    int *count = NULL, n = 0, nrow = 0;
    HP_NEW(list, work->nfile);
    list_items(work, list, &n, &nrow);
    HP_NEW(name, nrow);
    HP_NEW(count, nrow);
    for (int i = 0; i < n; i++) name[list[i].row] = list[i].text;
    qsort(list, (size_t)n, sizeof *list, compare_items);
    for (int first = 0, end; first < n; first = end) {
        bool same = true;
        memset(count, 0, (size_t)nrow * sizeof *count);
        for (end = first; end < n && compare_groups(&list[first], &list[end]) == 0; end++)
            count[list[end].row]++;
        for (int row = 1; row < nrow; row++) same &= count[row] == count[0];
        if (!same) HP_TRY(reject(work, list + first, end - first, name, count, nrow, err));
    }
cleanup:
    hp_free(list);
    hp_free(name);
    hp_free(count);
    return status;
}
