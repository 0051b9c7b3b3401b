// SPDX-License-Identifier: GPL-3.0-or-later
/* The tables of keys as text: for a terminal and in Markdown. */
#include <stdio.h>
#include <string.h>
#include "rules.h"

enum { LINE_WIDTH = 100, HELP_INDENT = 6, RANGE_SIZE = 128, HELP_SIZE = 1024, NCOLUMN = 4 };
enum { DEFAULT_WIDTH = 24 }; /* a longer one has lines of its own */

static const char *default_text(const hp_key *key) {
    return key->fallback != NULL ? key->fallback : "required";
}

static bool is_long(const hp_key *key) {
    return strlen(default_text(key)) > DEFAULT_WIDTH;
}

/* What stands in a column of the terminal form. */
static const char *column_text(const hp_key *key, int column) {
    const char *const texts[NCOLUMN] = {key->name, hp_key_type_name(key),
                                        is_long(key) ? "see below" : default_text(key),
                                        *key->unit != '\0' ? key->unit : "-"};
    return texts[column];
}

/* Words of text on lines of at most LINE_WIDTH columns. */
static void print_wrapped(FILE *out, const char *text, int indent) {
    int used = indent;
    fprintf(out, "%*s", indent, "");
    for (const char *word = text; *word != '\0'; word += strspn(word, " ")) {
        int length = (int)strcspn(word, " ");
        if (used > indent && used + 1 + length > LINE_WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            used = indent;
        }
        used += fprintf(out, "%s%.*s", used > indent ? " " : "", length, word);
        word += length;
    }
    fputc('\n', out);
}

static void print_long_default(FILE *out, const hp_key *key) {
    char text[HELP_SIZE];
    snprintf(text, sizeof text, "default: %s", default_text(key));
    print_wrapped(out, text, HELP_INDENT);
}

/* What a key means, and what it has effect for. */
static void describe(const hp_schema *schema, const hp_key *key, char help[HELP_SIZE]) {
    char needed[HELP_SIZE / 2];
    hp_rules_describe(schema, key, needed, sizeof needed);
    snprintf(help, HELP_SIZE, "%s%s%s%s", key->help, *needed != '\0' ? " (only for " : "", needed,
             *needed != '\0' ? ")" : "");
}

/* What all keys of a section have effect for; empty: not the same, or anything. */
static void describe_section(const hp_schema *schema, const hp_key *section,
                             char needed[HELP_SIZE / 2]) {
    const hp_key *end = schema->keys + schema->nkeys;
    char other[HELP_SIZE / 2] = "";
    *needed = '\0';
    for (const hp_key *key = section + 1; key < end && strcmp(key->section, section->name) == 0;
         key++) {
        hp_rules_describe(schema, key, key == section + 1 ? needed : other, HELP_SIZE / 2);
        if (key == section + 1 || strcmp(needed, other) == 0) continue;
        *needed = '\0';
        return;
    }
}

static void print_row(FILE *out, const hp_key *key, const int width[NCOLUMN]) {
    char range[RANGE_SIZE];
    int used = 0;
    hp_allowed_describe(&key->allowed, range, sizeof range);
    const char *shown = *range != '\0' ? range : "any";
    for (int c = 0; c < NCOLUMN; c++) used += fprintf(out, "  %-*s", width[c], column_text(key, c));
    if (used + 2 + (int)strlen(shown) > LINE_WIDTH)
        fprintf(out, "\n%*s%s\n", HELP_INDENT, "", shown);
    else
        fprintf(out, "  %s\n", shown);
}

void hp_config_print_reference(FILE *out, const hp_schema *schema) {
    static const char *const heads[NCOLUMN] = {"key", "type", "default", "unit"};
    int width[NCOLUMN];
    char common[HELP_SIZE / 2] = ""; /* what is said of the section */
    fprintf(out, "Keys of the job file (YAML) of hadpot %s; --set SECTION.KEY=VALUE sets any:\n\n",
            schema->command);
    for (int c = 0; c < NCOLUMN; c++) {
        width[c] = (int)strlen(heads[c]);
        for (int k = 0; k < schema->nkeys; k++) {
            const hp_key *key = &schema->keys[k];
            int length = key->type != HP_KEY_SECTION ? (int)strlen(column_text(key, c)) : 0;
            if (length > width[c]) width[c] = length;
        }
        fprintf(out, "  %-*s", width[c], heads[c]);
    }
    fprintf(out, "  allowed\n");
    for (int k = 0; k < schema->nkeys; k++) {
        const hp_key *key = &schema->keys[k];
        if (key->type == HP_KEY_SECTION) {
            describe_section(schema, key, common);
            fprintf(out, "\n%s:%s%s\n", key->name, *common != '\0' ? " only for " : "", common);
            print_wrapped(out, key->help, 2);
        } else {
            char help[HELP_SIZE];
            describe(schema, key, help);
            print_row(out, key, width);
            if (is_long(key)) print_long_default(out, key);
            bool said = *key->section != '\0' && *common != '\0';
            print_wrapped(out, said ? key->help : help, HELP_INDENT);
        }
    }
}

void hp_config_print_markdown(FILE *out, const hp_schema *schema) {
    const char *header = "\n| key | type | default | unit | allowed | meaning |\n"
                         "|---|---|---|---|---|---|\n";
    fprintf(out, "\n## Job file of `hadpot %s`\n%s", schema->command, header);
    for (int k = 0; k < schema->nkeys; k++) {
        const hp_key *key = &schema->keys[k];
        char range[RANGE_SIZE], help[HELP_SIZE];
        if (key->type == HP_KEY_SECTION) {
            fprintf(out, "\n### `%s`: %s\n%s", key->name, key->help, header);
            continue;
        }
        hp_allowed_describe(&key->allowed, range, sizeof range);
        describe(schema, key, help);
        fprintf(out, "| `%s` | %s | ", key->name, hp_key_type_name(key));
        fprintf(out, key->fallback != NULL ? "`%s` | %s | " : "%s | %s | ", default_text(key),
                key->unit);
        for (const char *c = range; *c != '\0'; c++) /* a bare | would end the cell */
            fputs(*c == '|' ? ", " : (char[2]){*c, '\0'}, out);
        fprintf(out, " | %s |\n", help);
    }
}
