// SPDX-License-Identifier: GPL-3.0-or-later
/* Jobs among the results, with the values in use behind keys that leave them to be chosen (numbers
 * that are not positive, empty lists) as comments: read again it is the same job. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/results.h"

enum { KEY_SIZE = 128, MOST_SHOWN = 8 };

static bool is_key(const char *candidate, const char *key) {
    return candidate != NULL && strcmp(candidate, key) == 0;
}

/* Of a longer list the first and the last two. */
static void print_list(const hp_label *label, size_t n, FILE *out) {
    fputs(" # in use: [", out);
    for (size_t i = 0; i < n; i++) {
        bool shown = n <= MOST_SHOWN || i < 2 || i + 2 >= n;
        const char *before = i > 0 ? ", " : "";
        if (!shown && i > 2) continue;
        if (!shown)
            fputs(", ...", out);
        else if (label->name != NULL)
            fprintf(out, "%s%s", before, label->name[i]);
        else
            fprintf(out, "%s%.12g", before,
                    label->value != NULL ? label->value[i] : label->integer[i]);
    }
    fputs("]", out);
}

/* What is known of a key whose value in the job is `given`, nan: an empty list. */
static void print_used(const hp_record *record, const char *key, double given, FILE *out) {
    for (int i = 0; i < record->naxis && isnan(given); i++)
        for (int l = 0; l < record->axis[i].nlabel; l++)
            if (is_key(record->axis[i].label[l].key, key))
                print_list(&record->axis[i].label[l], record->axis[i].extent, out);
    for (int i = 0; i < record->nentry && !isnan(given); i++) {
        const hp_row *row = &record->entry[i].row;
        if (!is_key(row->key, key)) continue;
        double value = hp_record_value(record, row->path, 0);
        if (isnan(value) || value == given) continue;
        fprintf(out, " # in use: %.12g", value);
        if (strcmp(row->unit, "1") != 0) fprintf(out, " %s", row->unit);
    }
}

/* Whether a value, the rest of a line, may stand for another: given, as print_used has it. */
static bool is_automatic(const char *value, double *given) {
    char *end;
    bool empty = strncmp(value, "[]\n", 3) == 0;
    *given = empty ? NAN : strtod(value, &end);
    return empty || (end != value && *end == '\n' && *given <= 0.0);
}

static void print_job(const hp_record *record, const char *text, FILE *out) {
    char section[KEY_SIZE] = "", key[KEY_SIZE];
    for (const char *line = text; *line != '\0';) {
        int length = (int)strcspn(line, "\n"), name = (int)strcspn(line, ":\n");
        double given;
        fprintf(out, "%.*s", length, line);
        if (line[name] == ':' && *line != ' ') snprintf(section, KEY_SIZE, "%.*s", name, line);
        int size = *line == ' ' ? snprintf(key, KEY_SIZE, "%s.%.*s", section, name - 2, line + 2)
                                : snprintf(key, KEY_SIZE, "%s", section);
        if (size >= KEY_SIZE) *key = '\0'; /* no key of ours is so long */
        if (strncmp(line + name, ": ", 2) == 0 && is_automatic(line + name + 2, &given))
            print_used(record, key, given, out);
        line += length;
        if (*line != '\0') fputc(*line++, out);
    }
}

hp_status hp_results_save_text(const void *part, const char *path, hp_error *err) {
    const hp_results_part *of = part;
    hp_text text;
    HP_CALL(hp_text_begin(&text, err));
    print_job(of->record, of->record->text[of->number].text, text.out);
    return hp_text_end(&text, path, err);
}
