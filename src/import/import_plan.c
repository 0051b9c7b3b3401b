// SPDX-License-Identifier: GPL-3.0-or-later
/* The plan of an import as the survey of a format builds it. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "import_parts.h"

/* Room doubles whenever the number of elements is a power of two. */
hp_status hp_import_grow(void **array, int n, size_t size, hp_error *err) {
    HP_REQUIRE(n == 0 || *array != NULL, HP_ERR_INTERNAL, "%d elements of nothing", n);
    if (n > 0 && (n & (n - 1)) != 0) return HP_OK;
    HP_REQUIRE(n < INT_MAX / 2, HP_ERR_INPUT, "more than %d files, rows or datasets", n);
    char *larger = hp_alloc(n > 0 ? 2 * (size_t)n : 1, size);
    HP_REQUIRE(larger != NULL, HP_ERR_MEMORY, "no memory for %d elements of %zu bytes", 2 * n,
               size);
    if (n > 0) memcpy(larger, *array, (size_t)n * size);
    hp_free(*array);
    *array = larger;
    return HP_OK;
}

const char *hp_import_text(const hp_import_plan *plan, size_t text) {
    return plan->text + text;
}

hp_status hp_import_add_text(hp_import_plan *plan, const char *words, size_t *text, hp_error *err) {
    size_t length = strlen(words) + 1, needed = plan->text_size + length;
    if (needed > plan->text_room) {
        char *larger;
        HP_ALLOCATE(larger, 2 * needed);
        if (plan->text_size > 0) memcpy(larger, plan->text, plan->text_size);
        hp_free(plan->text);
        plan->text = larger;
        plan->text_room = 2 * needed;
    }
    *text = plan->text_size;
    memcpy(plan->text + *text, words, length);
    plan->text_size = needed;
    return HP_OK;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Two passes over the folder: how much room the names need, then the names. */
static hp_status read_names(DIR *directory, char ***list, int *n, hp_error *err) {
    size_t bytes = 0, count = 0;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (entry->d_name[0] == '.') continue;
        bytes += strlen(entry->d_name) + 1;
        count++;
    }
    rewinddir(directory);
    size_t pointers = (count + 1) * sizeof **list;
    *list = hp_alloc(pointers + bytes, 1);
    HP_REQUIRE(*list != NULL, HP_ERR_MEMORY, "no memory for %zu names", count);
    char *at = (char *)*list + pointers, *end = at + bytes;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL && (size_t)*n < count;) {
        size_t length = strlen(entry->d_name) + 1;
        if (entry->d_name[0] == '.' || length > (size_t)(end - at)) continue;
        memcpy(at, entry->d_name, length);
        (*list)[(*n)++] = at;
        at += length;
    }
    qsort(*list, (size_t)*n, sizeof **list, compare_names);
    return HP_OK;
}

hp_status hp_import_list(const char *folder, char ***list, int *n, hp_error *err) {
    DIR *directory = opendir(folder);
    *list = NULL;
    *n = 0;
    HP_REQUIRE(directory != NULL, errno == ENOMEM ? HP_ERR_MEMORY : HP_ERR_INPUT,
               "folder \"%s\" cannot be read: %s", folder, strerror(errno));
    hp_status status = read_names(directory, list, n, err);
    closedir(directory);
    return status;
}

/* A survey goes through rows in order, more than once: the next one is mostly that after the
 * latest; and a name behind all others is new. */
static bool look_for_part(const hp_import_plan *plan, const char *name, int *part) {
    int latest = plan->nfile > 0 ? plan->file[plan->nfile - 1].part : 0, last = plan->npart - 1;
    if (last >= 0 && !plan->unsorted &&
        strcmp(hp_import_text(plan, plan->part[last].name), name) < 0)
        return false;
    for (int i = 0; i < plan->npart; i++) {
        *part = (latest + i) % plan->npart;
        if (strcmp(hp_import_text(plan, plan->part[*part].name), name) == 0) return true;
    }
    return false;
}

hp_status hp_import_find_part(hp_import_plan *plan, const char *name, int nrow, int *part,
                              hp_error *err) {
    int last = plan->npart - 1;
    if (look_for_part(plan, name, part)) return HP_OK;
    if (last >= 0 && strcmp(hp_import_text(plan, plan->part[last].name), name) > 0)
        plan->unsorted = true;
    HP_CALL(hp_import_grow((void **)&plan->part, plan->npart, sizeof *plan->part, err));
    hp_import_part *new = &plan->part[plan->npart];
    *part = plan->npart++;
    *new = (hp_import_part){.nrow = nrow};
    return hp_import_add_text(plan, name, &new->name, err);
}

hp_status hp_import_number_rows(hp_import_plan *plan, int part, const int *numbers, hp_error *err) {
    plan->part[part].numbers = plan->nnumber + 1;
    for (int i = 0; i < plan->part[part].nrow; i++) {
        HP_CALL(hp_import_grow((void **)&plan->number, plan->nnumber, sizeof *numbers, err));
        plan->number[plan->nnumber++] = numbers[i];
    }
    return HP_OK;
}

void hp_import_path(const hp_import_plan *plan, const hp_import_file *file,
                    char path[HP_IMPORT_PATH]) {
    const char *folder = hp_import_text(plan, file->folder);
    snprintf(path, HP_IMPORT_PATH, "%s/%s%s%s", plan->job->tree, folder, *folder != '\0' ? "/" : "",
             hp_import_text(plan, file->name));
}

int64_t hp_import_time(const struct timespec *time) {
    const int64_t second = 1000000000;
    return (int64_t)time->tv_sec * second + (int64_t)time->tv_nsec;
}

hp_status hp_import_add_file(hp_import_plan *plan, int part, const char *folder, const char *name,
                             int what, int index, hp_error *err) {
    char path[HP_IMPORT_PATH];
    struct stat there;
    const hp_import_file *before = plan->nfile > 0 ? &plan->file[plan->nfile - 1] : NULL;
    bool same = before != NULL && strcmp(hp_import_text(plan, before->folder), folder) == 0;
    hp_import_file new = {.part = part, .what = what, .index = index};
    if (same)
        new.folder = before->folder;
    else
        HP_CALL(hp_import_add_text(plan, folder, &new.folder, err));
    HP_CALL(hp_import_add_text(plan, name, &new.name, err));
    hp_import_path(plan, &new, path);
    HP_REQUIRE(stat(path, &there) == 0, HP_ERR_INPUT, "%s: cannot be opened: %s", path,
               strerror(errno));
    HP_REQUIRE(S_ISREG(there.st_mode), HP_ERR_INPUT, "%s: is not a regular file", path);
    new.size = (uint64_t)there.st_size;
    new.changed = hp_import_time(&there.st_mtim);
    HP_CALL(hp_import_grow((void **)&plan->file, plan->nfile, sizeof *plan->file, err));
    plan->file[plan->nfile++] = new;
    return HP_OK;
}

hp_status hp_import_add_dataset(hp_import_plan *plan, hp_import_axes axes, hp_error *err,
                                const char *path, ...) {
    const size_t length[] = {(size_t)plan->nt * (size_t)plan->geometry.npoint, (size_t)plan->nt,
                             (size_t)plan->nt_full, (size_t)plan->nt_two_baryon};
    va_list arguments;
    HP_REQUIRE(length[axes] > 0, HP_ERR_INTERNAL, "times and points come before datasets");
    HP_CALL(hp_import_grow((void **)&plan->dataset, plan->ndataset, sizeof *plan->dataset, err));
    hp_import_dataset *new = &plan->dataset[plan->ndataset++];
    *new = (hp_import_dataset){.axes = axes, .offset = plan->row_length, .length = length[axes]};
    va_start(arguments, path);
    vsnprintf(new->path, sizeof new->path, path, arguments);
    va_end(arguments);
    plan->row_length += new->length;
    return HP_OK;
}

hp_status hp_import_add_cell(hp_import_plan *plan, size_t length, hp_error *err, const char *what,
                             ...) {
    va_list arguments;
    HP_CALL(hp_import_grow((void **)&plan->cell, plan->ncell, sizeof *plan->cell, err));
    hp_import_cell *new = &plan->cell[plan->ncell++];
    *new = (hp_import_cell){.offset = plan->sum_length, .length = length};
    va_start(arguments, what);
    vsnprintf(new->what, sizeof new->what, what, arguments);
    va_end(arguments);
    plan->sum_length += length;
    return HP_OK;
}

hp_status hp_import_add_gauge(hp_import_plan *plan, double noted_above, double refused_above,
                              hp_error *err, const char *what, ...) {
    va_list arguments;
    HP_CALL(hp_import_grow((void **)&plan->gauge, plan->ngauge, sizeof *plan->gauge, err));
    hp_import_gauge *new = &plan->gauge[plan->ngauge++];
    *new = (hp_import_gauge){.noted_above = noted_above, .refused_above = refused_above};
    va_start(arguments, what);
    vsnprintf(new->what, sizeof new->what, what, arguments);
    va_end(arguments);
    return HP_OK;
}

/* One more line. */
static hp_status append(char **lines, const char *line, hp_error *err) {
    size_t before = *lines != NULL ? strlen(*lines) : 0, size = before + strlen(line) + 2;
    char *longer = hp_alloc(size, 1);
    HP_REQUIRE(longer != NULL, HP_ERR_MEMORY, "no memory for a note");
    snprintf(longer, size, "%s%s%s", before > 0 ? *lines : "", before > 0 ? "\n" : "", line);
    hp_free(*lines);
    *lines = longer;
    return HP_OK;
}

enum { LINE_SIZE = 1024 };

hp_status hp_import_note(hp_import_plan *plan, hp_error *err, const char *format, ...) {
    char line[LINE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    hp_log_warning("%s", line);
    return append(&plan->notes, line, err);
}

hp_status hp_import_fact(hp_import_plan *plan, hp_error *err, const char *format, ...) {
    char line[LINE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    hp_log("%s", line);
    return append(&plan->facts, line, err);
}

int hp_import_number(const char *name, int *stream) {
    const int most_digits = 9; /* of an int */
    int end = (int)strlen(name);
    while (end > 0 && !isdigit((unsigned char)name[end - 1])) end--;
    int start = end;
    while (start > 0 && isdigit((unsigned char)name[start - 1])) start--;
    int zeros = start;
    while (zeros < end - 1 && name[zeros] == '0') zeros++;
    *stream = start;
    return end > start && end - zeros <= most_digits ? atoi(name + zeros) : -1;
}

void hp_import_add(const hp_import_plan *plan, hp_import_sum *sum, int cell, const double *value) {
    double *to = sum->value + plan->cell[cell].offset;
    for (size_t i = 0; i < plan->cell[cell].length; i++) to[i] += value[i];
    sum->count[cell]++;
}
