// SPDX-License-Identifier: GPL-3.0-or-later
/* Tables and sheets of a record as CSV files. */
#include "hadpot/results.h"
#include "hadpot/totals.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 128 };

static void put_comment(const char *text, FILE *out) {
    for (size_t length; *text != '\0'; text += length + (text[length] == '\n')) {
        length = strcspn(text, "\n");
        fprintf(out, "# %.*s\n", (int)length, text);
    }
}

/* Begin with program, channel and warnings as comments. */
static hp_status begin_csv(const hp_record *record, const char *comment, hp_text *text,
                           hp_error *err) {
    HP_CALL(hp_text_begin(text, err));
    FILE *out = text->out;
    fprintf(out, "# hadpot %s, %s\n", HADPOT_VERSION, record->channel);
    if (record->headline != NULL) put_comment(record->headline, out);
    for (int i = 0; i < record->nnote; i++) fprintf(out, "# warning: %s\n", record->note[i].text);
    if (comment != NULL) put_comment(comment, out);
    return HP_OK;
}

static bool is_in(const hp_entry *entry, const hp_table *table) {
    return entry->row.table != NULL && strcmp(entry->row.table, table->name) == 0;
}

/* The row whose axes are those of all lines. */
static const hp_entry *find_frame(const hp_record *record, const hp_table *table) {
    const hp_entry *frame = NULL;
    for (int i = 0; i < record->nentry; i++)
        if (is_in(&record->entry[i], table) &&
            (frame == NULL || record->entry[i].naxis > frame->naxis))
            frame = &record->entry[i];
    return frame;
}

static bool has_error(const hp_entry *entry) {
    return hp_entry_is_sampled(entry) && (entry->row.roles & HP_BARE) == 0;
}

/* "delta_total_deg" of delta_deg: the unit stays last. */
static void name_total(const hp_entry *entry, const char *part, char name[NAME_SIZE]) {
    const char *column = entry->row.column, *unit = strrchr(column, '_');
    bool bare = unit == NULL || strcmp(entry->row.unit, "1") == 0;
    int length = bare ? (int)strlen(column) : (int)(unit - column);
    snprintf(name, NAME_SIZE, "%.*s_total%s%s", length, column, part, bare ? "" : unit);
}

/* Coordinates, values and statistical errors, then systematic ones and total bands. */
static void put_wide_header(const hp_record *record, const hp_table *table, const hp_entry *frame,
                            FILE *out) {
    const char *comma = "";
    for (int i = 0; i < frame->naxis; i++) {
        const hp_axis_entry *axis = hp_record_find_axis(record, frame->row.axis[i]);
        for (int l = 0; l < axis->nlabel; l++) {
            if (axis->label[l].aside) continue;
            fprintf(out, "%s%s", comma, axis->label[l].column);
            comma = ",";
        }
    }
    for (int i = 0; i < record->nentry; i++) {
        const hp_entry *entry = &record->entry[i];
        if (!is_in(entry, table)) continue;
        fprintf(out, "%s%s", comma, entry->row.column);
        if (has_error(entry)) fprintf(out, ",%s_err", entry->row.column);
        comma = ",";
    }
    for (int i = 0; i < record->nentry && record->plus != NULL; i++)
        if (is_in(&record->entry[i], table) && (record->entry[i].row.roles & HP_BUDGET) != 0)
            fprintf(out, ",%s_syst_plus,%s_syst_minus", record->entry[i].row.column,
                    record->entry[i].row.column);
    static const char *const part[] = {"", "_minus", "_plus"};
    for (int i = 0; i < 3 * record->nentry; i++) {
        const hp_entry *entry = &record->entry[i / 3];
        char name[NAME_SIZE];
        if (!is_in(entry, table) || entry->total == NULL) continue;
        name_total(entry, part[i % 3], name);
        fprintf(out, ",%s", name);
    }
    fputc('\n', out);
}

/* Every number reads back to the same bits. */
static void put_number(double value, const char *before, FILE *out) {
    char text[HP_EXACT_SIZE];
    hp_format_exact(value, text, sizeof text);
    fprintf(out, "%s%s", before, text);
}

/* Returns what separates them from the values: nothing where there are none. */
static const char *put_coordinates(const hp_record *record, const hp_entry *frame, const size_t *at,
                                   FILE *out) {
    const char *comma = "";
    for (int i = 0; i < frame->naxis; i++) {
        const hp_axis_entry *axis = hp_record_find_axis(record, frame->row.axis[i]);
        for (int l = 0; l < axis->nlabel; l++) {
            const hp_label *label = &axis->label[l];
            if (label->aside) continue;
            if (label->name != NULL)
                fprintf(out, "%s%s", comma, label->name[at[i]]);
            else if (label->integer != NULL)
                fprintf(out, "%s%d", comma, label->integer[at[i]]);
            else
                put_number(label->value[at[i]], comma, out);
            comma = ",";
        }
    }
    return comma;
}

/* The element at a point of the frame; axes that the row does not have do not count. */
static size_t element_of(const hp_entry *entry, const hp_entry *frame, const size_t *at) {
    size_t element = 0;
    bool taken[HP_MAX_AXES] = {false}; /* an axis may be there twice, as of U(r,r') */
    for (int i = 0; i < entry->naxis; i++)
        for (int j = 0; j < frame->naxis; j++) {
            if (taken[j] || strcmp(frame->row.axis[j], entry->row.axis[i]) != 0) continue;
            element = element * entry->extent[i] + at[j];
            taken[j] = true;
            break;
        }
    return element;
}

static void put_total(const hp_entry *entry, size_t i, FILE *out) {
    hp_interval band = hp_record_total(entry, i);
    put_number(band.value, ",", out);
    put_number(band.minus, ",", out);
    put_number(band.plus, ",", out);
}

static void put_wide_line(const hp_record *record, const hp_table *table, const size_t *at,
                          FILE *out) {
    const hp_entry *frame = find_frame(record, table);
    const char *comma = put_coordinates(record, frame, at, out);
    for (int i = 0; i < record->nentry; i++) {
        const hp_entry *entry = &record->entry[i];
        if (!is_in(entry, table)) continue;
        size_t element = element_of(entry, frame, at);
        hp_band band = hp_record_band(record, entry, element);
        if (entry->row.words != NULL)
            fprintf(out, "%s%s", comma, entry->row.words[(int)band.value]);
        else
            put_number(band.value, comma, out);
        if (has_error(entry)) put_number(band.error, ",", out);
        comma = ",";
    }
    for (int i = 0; i < record->nentry && record->plus != NULL; i++) {
        const hp_entry *entry = &record->entry[i];
        if (!is_in(entry, table) || (entry->row.roles & HP_BUDGET) == 0) continue;
        hp_systematic both = hp_record_systematic(record, entry, element_of(entry, frame, at));
        put_number(both.plus, ",", out);
        put_number(both.minus, ",", out);
    }
    for (int i = 0; i < record->nentry; i++) {
        const hp_entry *entry = &record->entry[i];
        if (is_in(entry, table) && entry->total != NULL)
            put_total(entry, element_of(entry, frame, at), out);
    }
    fputc('\n', out);
}

/* What a line of STATES is about: the first of its sampled values. */
static bool is_there(const hp_record *record, const hp_table *table, const hp_entry *frame,
                     const size_t *at) {
    for (int i = 0; i < record->nentry && table->form == HP_STATES; i++) {
        const hp_entry *entry = &record->entry[i];
        if (is_in(entry, table) && hp_entry_is_sampled(entry))
            return !isnan(hp_record_value(record, entry->row.path, element_of(entry, frame, at)));
    }
    return true;
}

static void put_wide(const hp_record *record, const hp_table *table, FILE *out) {
    const hp_entry *frame = find_frame(record, table);
    size_t at[HP_MAX_AXES] = {0};
    if (frame == NULL) return; /* no table of the record: these have lines */
    put_wide_header(record, table, frame, out);
    for (size_t line = 0; line < frame->count; line++) {
        size_t rest = line;
        for (int i = frame->naxis - 1; i >= 0; i--) {
            at[i] = rest % frame->extent[i];
            rest /= frame->extent[i];
        }
        if (is_there(record, table, frame, at)) put_wide_line(record, table, at, out);
    }
}

static bool is_numbered(const hp_entry *entry) {
    return entry->row.column != NULL && strstr(entry->row.column, "%zu") != NULL;
}

static double numerical_error(const hp_record *record, const hp_entry *entry, size_t i) {
    const hp_entry *twin = hp_record_find(record, entry->row.twin);
    return twin != NULL ? hp_record_band(record, twin, i).value : NAN;
}

static void put_list_line(const hp_record *record, const hp_entry *entry, size_t i, FILE *out) {
    char name[NAME_SIZE];
    hp_band band = hp_record_band(record, entry, i);
    hp_row_element_name(entry->row.column, i, name, sizeof name);
    fputs(name, out);
    put_number(band.value, ",", out);
    put_number(band.error, ",", out);
    put_number(numerical_error(record, entry, i), ",", out);
    if (record->corrects_bias) {
        double bias = hp_record_bias(record, entry, i);
        put_number(bias, ",", out);
        put_number(band.value - bias, ",", out);
    }
    if (record->plus != NULL) {
        hp_systematic both = hp_record_systematic(record, entry, i);
        put_number(both.plus, ",", out);
        put_number(both.minus, ",", out);
    }
    if (hp_record_has_totals(record)) put_total(entry, i, out);
    fputc('\n', out);
}

/* Rows of states that follow each other, state by state, up to the first that is not there. */
static void put_states(const hp_record *record, const hp_table *table, int first, FILE *out) {
    const hp_entry *entry = &record->entry[first];
    for (size_t state = 0; state < entry->count; state++) {
        if (isnan(hp_record_band(record, entry, state).value)) return;
        for (int i = first; i < record->nentry && is_in(&record->entry[i], table) &&
                            is_numbered(&record->entry[i]);
             i++)
            put_list_line(record, &record->entry[i], state, out);
    }
}

static void put_list(const hp_record *record, const hp_table *table, FILE *out) {
    if (record->corrects_bias)
        put_comment("bias: of value, by the samples; corrected = value - bias", out);
    fprintf(out, "quantity,value,error,numerical_error%s%s%s\n",
            record->corrects_bias ? ",bias,corrected" : "",
            record->plus != NULL ? ",syst_plus,syst_minus" : "",
            hp_record_has_totals(record) ? ",total,total_minus,total_plus" : "");
    for (int i = 0; i < record->nentry; i++) {
        const hp_entry *entry = &record->entry[i];
        if (!is_in(entry, table)) continue;
        if (!is_numbered(entry))
            put_list_line(record, entry, 0, out);
        else if (i == 0 || !is_in(&record->entry[i - 1], table) ||
                 !is_numbered(&record->entry[i - 1]))
            put_states(record, table, i, out);
    }
}

hp_status hp_results_save_table(const void *part, const char *path, hp_error *err) {
    const hp_results_part *of = part;
    const hp_record *record = of->record;
    const hp_table *it = &record->table[of->number];
    hp_text text;
    HP_CALL(begin_csv(record, it->comment, &text, err));
    if (it->form == HP_LIST)
        put_list(record, it, text.out);
    else
        put_wide(record, it, text.out);
    return hp_text_end(&text, path, err);
}

hp_status hp_results_save_sheet(const void *part, const char *path, hp_error *err) {
    const hp_results_part *of = part;
    const hp_record_sheet *sheet = &of->record->sheet[of->number];
    hp_text text;
    HP_CALL(begin_csv(of->record, sheet->comment, &text, err));
    FILE *out = text.out;
    fprintf(out, "%s\n", sheet->header);
    for (int i = 0; i < sheet->nline * sheet->ncolumn; i++) {
        const hp_cell *cell = &sheet->cell[i];
        const char *before = i % sheet->ncolumn > 0 ? "," : "";
        if (cell->text != NULL)
            fprintf(out, "%s%s", before, cell->text);
        else
            put_number(cell->number, before, out);
        if ((i + 1) % sheet->ncolumn == 0) fputc('\n', out);
    }
    return hp_text_end(&text, path, err);
}
