// SPDX-License-Identifier: GPL-3.0-or-later
/* Facts, rows and notes of a record as a YAML file. */
#include "hadpot/results.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/yaml_writer.h"
#include "hadpot/totals.h"

enum { KEY_SIZE = 640 }; /* the name of a source: up to 255 bytes */

/* One value of the file, and where it stands: levels divided by "/". */
typedef struct {
    char key[KEY_SIZE];
    const hp_fact *fact;
    const hp_entry *entry; /* of a row: element `element`, or all of them (-1) */
    ptrdiff_t element;
    const char *note;
    bool done;
} item;

typedef struct {
    const hp_record *record;
    hp_yaml_writer *yaml;
    int n;
    item *item;
} summary;

static int count_items(const hp_record *record) {
    size_t count = (size_t)record->nfact + (size_t)record->nnote;
    for (int i = 0; i < record->nentry; i++)
        if (record->entry[i].row.summary != NULL) count += record->entry[i].count;
    return (int)count;
}

/* Of numbered elements (bound states) the first has the key of the summary, also where there is
 * none, the next ones that of their column. */
static void add_row(const hp_record *record, const hp_entry *entry, summary *all) {
    const hp_row *row = &entry->row;
    bool numbered = row->column != NULL && strstr(row->column, "%zu") != NULL;
    if (!numbered) {
        item *one = &all->item[all->n++];
        *one = (item){.entry = entry, .element = entry->naxis == 0 ? 0 : -1};
        snprintf(one->key, KEY_SIZE, "%s", row->summary);
        return;
    }
    for (size_t i = 0; i < entry->count; i++) {
        if (i > 0 && isnan(hp_record_band(record, entry, i).value)) break;
        item *one = &all->item[all->n++];
        *one = (item){.entry = entry, .element = (ptrdiff_t)i};
        if (i == 0)
            snprintf(one->key, KEY_SIZE, "%s", row->summary);
        else
            hp_row_element_name(row->column, i, one->key, KEY_SIZE);
    }
}

/* Facts first, then rows, notes last; a level stands where its first value does. */
static hp_status list_items(const hp_record *record, summary *all, hp_error *err) {
    HP_ALLOCATE(all->item, count_items(record));
    for (int i = 0; i < record->nfact; i++) {
        if (record->fact[i].place.summary == NULL) continue;
        item *one = &all->item[all->n++];
        one->fact = &record->fact[i];
        snprintf(one->key, KEY_SIZE, "%s", one->fact->place.summary);
    }
    for (int i = 0; i < record->nentry; i++)
        if (record->entry[i].row.summary != NULL) add_row(record, &record->entry[i], all);
    for (int i = 0; i < record->nnote; i++) {
        item *one = &all->item[all->n++];
        one->note = record->note[i].text;
        snprintf(one->key, KEY_SIZE, "warnings/%d", i + 1);
    }
    return HP_OK;
}

static hp_status put_fact(const summary *all, const hp_fact *fact, const char *key, hp_error *err) {
    hp_yaml_writer *yaml = all->yaml;
    switch (fact->kind) {
    case HP_TEXT:
        return hp_yaml_writer_text(yaml, key, fact->text[0], err);
    case HP_INTEGER:
        return hp_yaml_writer_integer(yaml, key, fact->integer[0], err);
    case HP_TRUTH:
        return hp_yaml_writer_truth(yaml, key, fact->integer[0], err);
    case HP_NUMBER:
        break;
    }
    if (fact->count > 0) return hp_yaml_writer_numbers(yaml, key, fact->number, fact->count, err);
    return hp_yaml_writer_number(yaml, key, fact->number[0], err);
}

/* Lists along the axes: values, statistical and systematic errors. */
static hp_status put_list(const summary *all, const hp_entry *entry, const char *key,
                          hp_error *err) {
    hp_status status = HP_OK;
    const hp_record *record = all->record;
    static const char *const name[] = {"value", "stat", "syst_plus", "syst_minus"};
    int parts = record->plus != NULL ? 4 : record->group[HP_SAMPLES].has_rule ? 2 : 1;
    size_t n = entry->count;
    double *number = NULL;
    HP_NEW(number, 4 * n);
    for (size_t i = 0; i < n; i++) {
        hp_band band = hp_record_band(record, entry, i);
        hp_systematic both = hp_record_systematic(record, entry, i);
        number[i] = band.value;
        number[n + i] = band.error;
        number[2 * n + i] = both.plus;
        number[3 * n + i] = both.minus;
    }
    HP_TRY(hp_yaml_writer_open(all->yaml, key, err));
    for (int part = 0; part < parts; part++)
        HP_TRY(
            hp_yaml_writer_numbers(all->yaml, name[part], number + (size_t)part * n, (int)n, err));
    HP_TRY(hp_yaml_writer_close(all->yaml, err));
cleanup:
    hp_free(number);
    return status;
}

static hp_status put_total(hp_yaml_writer *yaml, hp_interval band, hp_error *err) {
    char quoted[HP_QUOTED];
    hp_format_interval(band.value, band.plus, band.minus, quoted, sizeof quoted);
    HP_CALL(hp_yaml_writer_number(yaml, "total", band.value, err));
    HP_CALL(hp_yaml_writer_number(yaml, "total_minus", band.minus, err));
    HP_CALL(hp_yaml_writer_number(yaml, "total_plus", band.plus, err));
    return hp_yaml_writer_text(yaml, "total_quoted", quoted, err);
}

/* Of a given potential the value alone. */
static hp_status put_band(const summary *all, const hp_entry *entry, size_t i, hp_error *err) {
    const hp_record *record = all->record;
    hp_yaml_writer *yaml = all->yaml;
    char quoted[HP_QUOTED];
    double limits[2];
    hp_band band = hp_record_band(record, entry, i);
    hp_systematic both = hp_record_systematic(record, entry, i);
    HP_CALL(hp_yaml_writer_number(yaml, "value", band.value, err));
    if (record->group[HP_SAMPLES].has_rule) {
        HP_CALL(hp_yaml_writer_number(yaml, "stat", band.error, err));
        if (hp_record_outside(record, entry, i, limits))
            HP_CALL(hp_yaml_writer_numbers(yaml, "outside_of", limits, 2, err));
        if (record->plus != NULL) {
            HP_CALL(hp_yaml_writer_number(yaml, "syst_plus", both.plus, err));
            HP_CALL(hp_yaml_writer_number(yaml, "syst_minus", both.minus, err));
            HP_CALL(hp_yaml_writer_number(yaml, "stat_and_syst_plus",
                                          hp_total_error(band.error, both.plus), err));
            HP_CALL(hp_yaml_writer_number(yaml, "stat_and_syst_minus",
                                          hp_total_error(band.error, both.minus), err));
        }
        if (entry->total != NULL) HP_CALL(put_total(yaml, hp_record_total(entry, i), err));
        hp_record_quote(record, entry, i, quoted);
        HP_CALL(hp_yaml_writer_text(yaml, "quoted", quoted, err));
    }
    if (record->corrects_bias) {
        double bias = hp_record_bias(record, entry, i);
        HP_CALL(hp_yaml_writer_number(yaml, "bias", bias, err));
        HP_CALL(hp_yaml_writer_number(yaml, "corrected", band.value - bias, err));
    }
    return HP_OK;
}

/* A count and a bare number as they are; of the others value, errors and how to quote them. */
static hp_status put_element(const summary *all, const hp_entry *entry, size_t i, const char *key,
                             hp_error *err) {
    double value = hp_record_band(all->record, entry, i).value;
    bool counts = (entry->row.roles & HP_COUNT) != 0 && !isnan(value); /* nan: was not found */
    if (counts) return hp_yaml_writer_integer(all->yaml, key, (int)value, err);
    if ((entry->row.roles & (HP_BARE | HP_COUNT)) != 0)
        return hp_yaml_writer_number(all->yaml, key, value, err);
    HP_CALL(hp_yaml_writer_open(all->yaml, key, err));
    HP_CALL(put_band(all, entry, i, err));
    return hp_yaml_writer_close(all->yaml, err);
}

static hp_status put_item(const summary *all, const item *one, const char *key, hp_error *err) {
    if (one->note != NULL) return hp_yaml_writer_text(all->yaml, key, one->note, err);
    if (one->fact != NULL) return put_fact(all, one->fact, key, err);
    if (one->element < 0) return put_list(all, one->entry, key, err);
    return put_element(all, one->entry, (size_t)one->element, key, err);
}

/* All that stands below `prefix`, "" or "level/", and has not been written. */
static hp_status put_level(const summary *all, const char *prefix, hp_error *err) {
    size_t length = strlen(prefix);
    char level[KEY_SIZE], key[KEY_SIZE];
    for (int i = 0; i < all->n; i++) {
        item *one = &all->item[i];
        bool is_warning = strncmp(one->key, "warnings/", 9) == 0; /* these have a level, if empty */
        if (one->done || strncmp(one->key, prefix, length) != 0 || (is_warning && length == 0))
            continue;
        const char *rest = one->key + length;
        size_t until = strcspn(rest, "/");
        snprintf(key, sizeof key, "%.*s", (int)until, rest);
        if (rest[until] == '\0') {
            one->done = true;
            HP_CALL(put_item(all, one, key, err));
            continue;
        }
        snprintf(level, sizeof level, "%.*s/", (int)(length + until), one->key);
        HP_CALL(hp_yaml_writer_open(all->yaml, key, err));
        HP_CALL(put_level(all, level, err));
        HP_CALL(hp_yaml_writer_close(all->yaml, err));
    }
    return HP_OK;
}

hp_status hp_results_save_summary(const void *content, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    hp_yaml_writer yaml = {0};
    const hp_record *record = content;
    summary all = {.record = record, .yaml = &yaml};
    hp_text text = {0};
    HP_TRY(list_items(record, &all, err));
    HP_TRY(hp_text_begin(&text, err));
    HP_TRY(hp_yaml_writer_create(text.out, &yaml, err));
    HP_TRY(put_level(&all, "", err));
    HP_TRY(hp_yaml_writer_open(&yaml, "warnings", err));
    HP_TRY(put_level(&all, "warnings/", err));
    HP_TRY(hp_yaml_writer_close(&yaml, err));
    HP_TRY(hp_yaml_writer_finish(&yaml, err));
    HP_TRY(hp_text_end(&text, path, err));
cleanup:
    hp_yaml_writer_destroy(&yaml);
    hp_free(all.item);
    hp_text_discard(&text);
    return status;
}
