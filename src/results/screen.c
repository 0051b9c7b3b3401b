// SPDX-License-Identifier: GPL-3.0-or-later
/* The last screen: what a reader asks for first, in one table, and what is said of it. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/file.h"
#include "hadpot/results.h"
#include "hadpot/totals.h"

enum { WIDTH = 100, HEAD = 10, INDENT = 2 + HEAD + 2, LABEL_SIZE = 128, LAST_PLACE = 9 };

/* Where numbers of a column have their points. */
typedef struct {
    int before, after;
} point;

/* A table that is first measured (out NULL) and then written: columns of labels, of values, their
 * units and total bands. */
typedef struct {
    const hp_record *record;
    FILE *out;
    int label, unit;
    point value, total;
} table;

static int larger(int a, int b) {
    return a > b ? a : b;
}

static bool is_number(const char *text) {
    return *text != '\0' && strchr("-0123456789", *text) != NULL;
}

/* Words begin where numbers do. */
static point measure(const char *text) {
    int before = is_number(text) ? (int)strcspn(text, ".(") : 0;
    return (point){before, is_number(text) ? (int)strlen(text) - before : 0};
}

static void widen(point *column, const char *text) {
    point of = measure(text);
    column->before = larger(column->before, of.before);
    column->after = larger(column->after, of.after);
}

/* How many columns it took; a word may be wider than the column. */
static int put_aligned(FILE *out, point column, const char *text) {
    int before = is_number(text) ? column.before - measure(text).before : 0;
    return fprintf(out, "%*s%s", before, "", text);
}

/* total: the total band, "" where there is none; not beside words, which say why. */
static void put_line(table *t, const char *label, const char *value, const char *unit,
                     const char *total) {
    bool has_unit = is_number(value) && strcmp(unit, "1") != 0;
    bool has_total = is_number(value) && *total != '\0';
    if (t->out == NULL) {
        t->label = larger(t->label, (int)strlen(label));
        widen(&t->value, value);
        if (has_total) widen(&t->total, total);
        if (has_unit) t->unit = larger(t->unit, 1 + (int)strlen(unit));
        return;
    }
    int width = t->value.before + t->value.after;
    fprintf(t->out, "  %-*s  ", t->label, label);
    int used = put_aligned(t->out, t->value, value);
    if (has_unit) used += fprintf(t->out, "%*s %s", width - used, "", unit);
    if (has_total) {
        fprintf(t->out, "%*s", larger(width + t->unit - used, 0) + 3, "");
        put_aligned(t->out, t->total, total);
    }
    fputc('\n', t->out);
}

/* "delta at e_cm = 5 MeV", "B_2", "E_1 of S/R, wall, t = 12": axes without labels are in the symbol
 * of the row. */
static void name_element(const hp_record *record, const hp_entry *entry, size_t i,
                         char text[LABEL_SIZE]) {
    size_t stride = entry->count;
    hp_row_element_name(entry->row.symbol,
                        entry->naxis > 0 ? i % entry->extent[entry->naxis - 1] : 0, text,
                        LABEL_SIZE);
    for (int a = 0; a < entry->naxis; a++) {
        const hp_axis_entry *axis = hp_record_find_axis(record, entry->row.axis[a]);
        stride /= entry->extent[a];
        size_t at = i / stride % entry->extent[a];
        for (int l = 0; l < axis->nlabel; l++) {
            const hp_label *label = &axis->label[l];
            size_t length = strlen(text), room = LABEL_SIZE - length;
            if (label->name != NULL)
                snprintf(text + length, room, ", %s", label->name[at]);
            else if (label->integer != NULL)
                snprintf(text + length, room, ", %s = %d", label->column, label->integer[at]);
            else if (label->symbol != NULL)
                snprintf(text + length, room, " at %s = %.4g %s", label->symbol, label->value[at],
                         label->unit);
        }
    }
}

/* Where a value has a pole within its error what decides it follows. A state that is not there has
 * no line. */
static void put_element(table *t, const hp_entry *entry, size_t i) {
    const hp_record *record = t->record;
    const hp_row *row = &entry->row;
    double limits[2], found = hp_record_value(record, row->path, i);
    char label[LABEL_SIZE], value[HP_QUOTED], total[HP_QUOTED] = "";
    hp_interval band = hp_record_total(entry, i);
    bool closed = row->compare == HP_MODULO_180 && entry->naxis > 1; /* a component */
    if (isnan(found) && (closed || row->compare == HP_UNBOUND || row->compare == HP_FOUND)) return;
    bool outside = hp_record_outside(record, entry, i, limits);
    name_element(record, entry, i, label);
    if (outside)
        snprintf(value, sizeof value, "undetermined: below %.4g or above %.4g %s", limits[0],
                 limits[1], row->unit);
    else if ((row->roles & HP_COUNT) != 0 && !isnan(found))
        snprintf(value, sizeof value, "%g", found);
    else
        hp_record_quote(record, entry, i, value);
    if (!isnan(band.value))
        hp_format_interval(band.value, band.plus, band.minus, total, sizeof total);
    put_line(t, label, value, row->unit, total);
    if (outside) put_element(t, hp_record_find(record, row->guide), i);
}

/* All elements of a row, or a few along an axis that is a curve. */
static void put_row(table *t, const hp_entry *entry) {
    const char *last = entry->naxis > 0 ? entry->row.axis[entry->naxis - 1] : "";
    size_t chosen[HP_MOST_CHOSEN];
    int n = hp_record_choose(t->record, last, HP_MOST_CHOSEN, chosen);
    for (size_t i = 0; i < entry->count; i++) {
        bool shown = n == 0;
        for (int c = 0; c < n; c++) shown |= i % entry->extent[entry->naxis - 1] == chosen[c];
        if (shown) put_element(t, entry, i);
    }
}

static void put_rows(table *t) {
    for (int place = 1; place <= LAST_PLACE; place++) {
        const hp_entry *shown = NULL;
        for (int i = 0; i < t->record->nentry; i++)
            if (t->record->entry[i].row.place == place) shown = &t->record->entry[i];
        if (shown != NULL) put_row(t, shown);
    }
}

/* Columns of a terminal that a text of UTF-8 takes. */
static int count_columns(const char *text, size_t length) {
    int columns = 0;
    for (size_t i = 0; i < length; i++) columns += ((unsigned char)text[i] & 0xC0) != 0x80;
    return columns;
}

void hp_results_print_part(const char *head, const char *text, FILE *out) {
    int column = fprintf(out, "  %-*s ", HEAD, head);
    for (const char *word = text; *word != '\0';) {
        size_t length = strcspn(word, " ");
        int columns = count_columns(word, length);
        if (column + 1 + columns > WIDTH && word > text)
            column = fprintf(out, "\n%*s", INDENT - 1, "") - 1; /* and a space */
        fprintf(out, " %.*s", (int)length, word);
        column += 1 + columns;
        word += length + (word[length] == ' ');
    }
    fputc('\n', out);
}

/* What the numbers of a line are: above the columns where there are two. */
static void put_head(table *t, const char *errors) {
    const hp_record *record = t->record;
    if (!hp_record_has_totals(record)) {
        fprintf(t->out, "\n%s%s%s\n\n", record->channel, *errors != '\0' ? ": " : "", errors);
        return;
    }
    t->value.after = larger(t->value.after, (int)strlen(errors) - t->value.before);
    int width = t->value.before + t->value.after + t->unit;
    fprintf(t->out, "\n%s\n\n  %*s  %-*s   total band\n", record->channel, t->label, "", width,
            errors);
}

void hp_results_print(const hp_record *record, FILE *out) {
    const char *errors = record->plus != NULL              ? "value(stat)(+syst)(-syst)"
                         : record->group[HP_SAMPLES].n > 1 ? "value(stat)"
                                                           : "";
    const char *head = "";
    table t = {.record = record};
    put_rows(&t);
    t.out = out;
    put_head(&t, errors);
    put_rows(&t);
    fputc('\n', out);
    for (int i = 0; i < record->nfact; i++) {
        const hp_fact *fact = &record->fact[i];
        if (fact->head == NULL) continue;
        hp_results_print_part(strcmp(fact->head, head) == 0 ? "" : fact->head, fact->text[0], out);
        head = fact->head;
    }
    char warnings[64];
    snprintf(warnings, sizeof warnings, "%d, each in the log and in summary.yaml", record->nnote);
    if (record->nnote > 0) hp_results_print_part("warnings", warnings, out);
}

hp_status hp_results_save_screen(const void *record, const char *path, hp_error *err) {
    hp_text text;
    HP_CALL(hp_text_begin(&text, err));
    hp_results_print(record, text.out);
    return hp_text_end(&text, path, err);
}
