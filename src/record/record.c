// SPDX-License-Identifier: GPL-3.0-or-later
/* Axes and rows: the layout of a vector. */
#include "hadpot/record.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "blocks.h"
#include "hadpot/memory.h"

void hp_record_create(hp_record *record) {
    *record = (hp_record){0};
}

void hp_record_destroy(hp_record *record) {
    if (record == NULL) return;
    for (int i = 0; i < record->nblock; i++) hp_free(record->block[i]);
    hp_free(record->block);
    *record = (hp_record){0};
}

hp_status hp_record_check(const hp_record *record, hp_error *err) {
    if (record->failed) return HP_FAIL(HP_ERR_MEMORY, "no memory for the results");
    if (record->wrong == NULL) return HP_OK;
    return HP_FAIL(HP_ERR_INTERNAL, "%s", record->wrong);
}

const char *hp_record_copy(hp_record *record, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *text = hp_record_keep_text(record, format, arguments);
    va_end(arguments);
    return text;
}

static hp_axis_entry *find_axis(const hp_record *record, const char *name) {
    for (int i = 0; i < record->naxis; i++)
        if (strcmp(record->axis[i].name, name) == 0) return &record->axis[i];
    return NULL;
}

const hp_axis_entry *hp_record_find_axis(const hp_record *record, const char *name) {
    return find_axis(record, name);
}

static void add_axis(hp_record *record, hp_axis_entry made) {
    const hp_axis_entry *known = find_axis(record, made.name);
    if (known != NULL) {
        if (known->extent != made.extent || known->slim != made.slim)
            hp_record_refuse(record, "axis \"%s\": added with the extent %zu%s and with %zu%s",
                             made.name, known->extent, known->slim ? " (slim)" : "", made.extent,
                             made.slim ? " (slim)" : "");
        return;
    }
    hp_axis_entry *axis =
        hp_record_grow(record, (void **)&record->axis, &record->naxis, sizeof *axis);
    if (axis != NULL) *axis = made;
}

void hp_record_add_axis(hp_record *record, const char *name, size_t extent) {
    add_axis(record, (hp_axis_entry){.name = name, .extent = extent});
}

void hp_record_add_slim_axis(hp_record *record, const char *name, size_t extent) {
    add_axis(record, (hp_axis_entry){.name = name, .extent = extent, .slim = true});
}

void hp_record_label(hp_record *record, const char *name, const hp_label *label) {
    hp_axis_entry *axis = find_axis(record, name);
    if (axis == NULL || axis->nlabel == HP_MAX_LABELS) {
        hp_record_refuse(record, "%s: no such axis, or more labels than %d", name, HP_MAX_LABELS);
        return;
    }
    hp_label *kept = &axis->label[axis->nlabel];
    *kept = *label;
    if (label->column == NULL) kept->column = hp_row_short_name(label->path);
    if (label->value != NULL)
        kept->value = hp_record_keep(record, label->value, axis->extent, sizeof *label->value);
    if (label->integer != NULL)
        kept->integer =
            hp_record_keep(record, label->integer, axis->extent, sizeof *label->integer);
    if (label->name != NULL) kept->name = hp_record_keep_texts(record, label->name, axis->extent);
    axis->nlabel += !record->failed;
}

/* NULL: an axis is empty, and so the row is not there; or unknown; or no memory. */
static hp_entry *add_entry(hp_record *record, const hp_row *row) {
    hp_entry made = {.row = *row, .count = 1};
    if (row->table != NULL && row->column == NULL) made.row.column = hp_row_short_name(row->path);
    if ((row->roles & HP_SUMMARY) != 0) made.row.summary = hp_row_short_name(row->path);
    memset(made.row.axis, 0, sizeof made.row.axis);
    for (int i = 0; i < HP_MAX_AXES && row->axis[i] != NULL; i++) {
        const hp_axis_entry *axis = hp_record_find_axis(record, row->axis[i]);
        if (axis == NULL)
            hp_record_refuse(record, "%s has an axis \"%s\" that the record does not know",
                             row->path, row->axis[i]);
        if (axis == NULL || axis->extent == 0) return NULL;
        if (axis->slim && axis->extent == 1) continue;
        made.row.axis[made.naxis] = row->axis[i];
        made.extent[made.naxis++] = axis->extent;
        made.count *= axis->extent;
    }
    hp_entry *entry =
        hp_record_grow(record, (void **)&record->entry, &record->nentry, sizeof *entry);
    if (entry != NULL) *entry = made;
    return entry;
}

void hp_record_add_rows(hp_record *record, const hp_row *rows, int n) {
    for (int i = 0; i < n; i++) {
        hp_entry *entry = add_entry(record, &rows[i]);
        if (entry == NULL) continue;
        entry->start = record->length;
        record->length += entry->count;
    }
}

void hp_record_add_constant(hp_record *record, const hp_row *row, const double *values) {
    hp_entry *entry = add_entry(record, row);
    if (entry != NULL)
        entry->constant = hp_record_keep(record, values, entry->count, sizeof *values);
}

void hp_record_add_integers(hp_record *record, const hp_row *row, const int *values) {
    hp_entry *entry = add_entry(record, row);
    if (entry != NULL)
        entry->integer = hp_record_keep(record, values, entry->count, sizeof *values);
}

const hp_entry *hp_record_find(const hp_record *record, const char *path) {
    for (int i = 0; path != NULL && i < record->nentry; i++)
        if (strcmp(record->entry[i].row.path, path) == 0) return &record->entry[i];
    return NULL;
}

void hp_record_set_column(hp_record *record, const char *path, const char *table,
                          const char *column, unsigned roles) {
    const hp_entry *found = hp_record_find(record, path);
    if (found == NULL) return;
    hp_row *row = &record->entry[found - record->entry].row;
    row->table = table;
    row->column = column;
    row->roles |= roles;
}

const double *hp_record_labels(const hp_record *record, const char *axis, const char *column) {
    const hp_axis_entry *found = find_axis(record, axis);
    for (int l = 0; found != NULL && l < found->nlabel; l++)
        if (strcmp(found->label[l].column, column) == 0) return found->label[l].value;
    return NULL;
}

static const double *curve_labels(const hp_axis_entry *axis) {
    const double *value = NULL;
    for (int l = 0; axis != NULL && l < axis->nlabel; l++)
        if (axis->label[l].symbol != NULL) value = axis->label[l].value;
    return value;
}

int hp_record_choose(const hp_record *record, const char *name, int most,
                     size_t chosen[HP_MOST_CHOSEN]) {
    const hp_axis_entry *axis = hp_record_find_axis(record, name);
    const double *value = curve_labels(axis);
    if (value == NULL || axis->extent == 0) return 0;
    int n = axis->extent < (size_t)most ? (int)axis->extent : most;
    size_t last = axis->extent - 1, at = 0;
    while (last - at >= (size_t)n && value[at] < 0.01 * value[last]) at++;
    double low = value[at];
    for (int i = 0; i < n; i++) {
        double wanted = low * pow(value[last] / low, (double)i / (n - 1));
        while (last - at >= (size_t)(n - i) && value[at] * value[at + 1] < wanted * wanted) at++;
        chosen[i] = at++;
    }
    if (n > 0) chosen[n - 1] = last;
    return n;
}

size_t hp_record_count(const hp_record *record, const char *path) {
    const hp_entry *entry = hp_record_find(record, path);
    return entry != NULL ? entry->count : 0;
}

const double *hp_record_read(const hp_record *record, const double *vector, const char *path) {
    const hp_entry *entry = hp_record_find(record, path);
    return entry != NULL && hp_entry_is_sampled(entry) ? vector + entry->start : NULL;
}

double *hp_record_at(const hp_record *record, double *vector, const char *path) {
    return (double *)hp_record_read(record, vector, path);
}

void hp_record_take_axes(hp_record *record, const hp_entry *entry, int at, hp_row *row) {
    if (at + entry->naxis > HP_MAX_AXES) {
        hp_record_refuse(record, "%s: more axes than %d", row->path, HP_MAX_AXES);
        return;
    }
    for (int i = 0; i < entry->naxis; i++) row->axis[at + i] = entry->row.axis[i];
}

const char *hp_row_short_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

void hp_row_element_name(const char *pattern, size_t i, char *name, size_t size) {
    const char *number = strstr(pattern, "%zu");
    if (number == NULL)
        snprintf(name, size, "%s", pattern);
    else
        snprintf(name, size, "%.*s%zu%s", (int)(number - pattern), pattern, i + 1, number + 3);
}

void hp_record_derive(const hp_record *record, double *vector) {
    for (int i = 0; i < record->nentry; i++)
        if (record->entry[i].row.derive != NULL)
            record->entry[i].row.derive(record, vector, vector + record->entry[i].start);
}
