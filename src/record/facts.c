// SPDX-License-Identifier: GPL-3.0-or-later
/* Facts, notes, and files that are no view of rows. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "blocks.h"

hp_place hp_attribute(const char *name) {
    return (hp_place){.object = "/", .attribute = name};
}

hp_place hp_key(const char *summary) {
    return (hp_place){.summary = summary};
}

hp_place hp_attribute_and_key(const char *name, const char *summary) {
    return (hp_place){.object = "/", .attribute = name, .summary = summary};
}

void hp_record_put_text(hp_record *record, hp_place place, const char *text) {
    hp_record_put_texts(record, place, &text, 0);
}

static hp_fact *add_fact(hp_record *record, hp_place place, hp_fact_kind kind, int count) {
    hp_fact *fact = hp_record_grow(record, (void **)&record->fact, &record->nfact, sizeof *fact);
    if (fact != NULL) *fact = (hp_fact){.place = place, .kind = kind, .count = count};
    return fact;
}

void hp_record_put_texts(hp_record *record, hp_place place, const char *const *texts, int count) {
    hp_fact *fact = add_fact(record, place, HP_TEXT, count);
    size_t n = count > 0 ? (size_t)count : 1;
    if (fact != NULL) fact->text = hp_record_keep_texts(record, texts, n);
}

void hp_record_put_integer(hp_record *record, hp_place place, int value) {
    hp_record_put_integers(record, place, &value, 0);
}

void hp_record_put_integers(hp_record *record, hp_place place, const int *values, int count) {
    hp_fact *fact = add_fact(record, place, HP_INTEGER, count);
    size_t n = count > 0 ? (size_t)count : 1;
    if (fact != NULL) fact->integer = hp_record_keep(record, values, n, sizeof *values);
}

void hp_record_put_number(hp_record *record, hp_place place, double value) {
    hp_record_put_numbers(record, place, &value, 0);
}

void hp_record_put_numbers(hp_record *record, hp_place place, const double *values, int count) {
    hp_fact *fact = add_fact(record, place, HP_NUMBER, count);
    size_t n = count > 0 ? (size_t)count : 1;
    if (fact != NULL) fact->number = hp_record_keep(record, values, n, sizeof *values);
}

void hp_record_put_truth(hp_record *record, hp_place place, bool value) {
    hp_fact *fact = add_fact(record, place, HP_TRUTH, 0);
    int integer = value;
    if (fact != NULL) fact->integer = hp_record_keep(record, &integer, 1, sizeof integer);
}

void hp_record_show(hp_record *record, const char *head, const char *format, ...) {
    hp_fact *fact = add_fact(record, (hp_place){0}, HP_TEXT, 0);
    va_list arguments;
    va_start(arguments, format);
    const char *text = hp_record_keep_text(record, format, arguments);
    va_end(arguments);
    if (fact == NULL) return;
    fact->head = head;
    fact->text = hp_record_keep_texts(record, &text, 1);
}

double hp_record_find_number(const hp_record *record, const char *attribute) {
    for (int i = 0; i < record->nfact; i++) {
        const hp_fact *fact = &record->fact[i];
        if (fact->kind == HP_NUMBER && fact->place.attribute != NULL &&
            strcmp(fact->place.object, "/") == 0 && strcmp(fact->place.attribute, attribute) == 0)
            return fact->number[0];
    }
    return NAN;
}

void hp_record_add_note(hp_record *record, hp_note parts, const char *format, ...) {
    hp_note *note = hp_record_grow(record, (void **)&record->note, &record->nnote, sizeof *note);
    if (note == NULL) return;
    va_list arguments;
    va_start(arguments, format);
    parts.text = hp_record_keep_text(record, format, arguments);
    va_end(arguments);
    *note = parts;
}

bool hp_record_fails(const hp_record *record, char *text, size_t size) {
    size_t length = 0;
    bool fails = false;
    if (size > 0) *text = '\0';
    for (int i = 0; i < record->nnote; i++) {
        const char *reason = record->note[i].fails;
        if (reason == NULL) continue;
        if (length < size)
            length +=
                (size_t)snprintf(text + length, size - length, "%s%s", fails ? ", " : "", reason);
        fails = true;
    }
    return fails;
}

void hp_record_add_table(hp_record *record, const char *name, hp_form form, const char *comment) {
    hp_table *table =
        hp_record_grow(record, (void **)&record->table, &record->ntable, sizeof *table);
    if (table == NULL) return;
    *table = (hp_table){.name = name, .form = form};
    if (comment != NULL) table->comment = hp_record_copy(record, "%s", comment);
}

hp_record_sheet *hp_record_add_sheet(hp_record *record, const char *name, const char *comment,
                                     const char *header) {
    hp_record_sheet *sheet =
        hp_record_grow(record, (void **)&record->sheet, &record->nsheet, sizeof *sheet);
    if (sheet == NULL) return NULL;
    *sheet = (hp_record_sheet){
        .name = name, .header = hp_record_copy(record, "%s", header), .ncolumn = 1};
    for (const char *c = header; *c != '\0'; c++) sheet->ncolumn += *c == ',';
    if (comment != NULL) sheet->comment = hp_record_copy(record, "%s", comment);
    return sheet;
}

void hp_sheet_add_line(hp_record *record, hp_record_sheet *sheet, const hp_cell *line) {
    if (sheet == NULL) return; /* no memory for it */
    size_t size = (size_t)sheet->ncolumn * sizeof *line;
    hp_cell *kept = hp_record_grow(record, (void **)&sheet->cell, &sheet->nline, size);
    for (int c = 0; kept != NULL && c < sheet->ncolumn; c++) {
        kept[c] = line[c];
        if (line[c].text != NULL) kept[c].text = hp_record_copy(record, "%s", line[c].text);
    }
}

void hp_record_add_text(hp_record *record, const char *name, const char *text) {
    hp_text_file *file =
        hp_record_grow(record, (void **)&record->text, &record->ntext, sizeof *file);
    if (file != NULL) *file = (hp_text_file){name, hp_record_copy(record, "%s", text)};
}
