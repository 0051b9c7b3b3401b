// SPDX-License-Identifier: GPL-3.0-or-later
/* The tables of keys as text: for a terminal and in Markdown. */
#include <stdio.h>
#include <string.h>
#include "rules.h"

enum { LINE_WIDTH = 100, HELP_INDENT = 6, RANGE_SIZE = 128, HELP_SIZE = 1024 };

/* Widths of the columns of the terminal form. */
typedef struct columns {
    int name, type, fallback, unit;
} columns;

static const char *default_text(const hp_key *key) {
    return key->fallback != NULL ? key->fallback : "required";
}

static columns measure(const hp_schema *schema) {
    columns width = {3, 4, 7, 4};
    for (int k = 0; k < schema->nkeys; k++) {
        const hp_key *key = &schema->keys[k];
        if (key->type == HP_KEY_SECTION) continue;
        int name = (int)strlen(key->name), type = (int)strlen(hp_key_type_name(key));
        int fallback = (int)strlen(default_text(key)), unit = (int)strlen(key->unit);
        if (name > width.name) width.name = name;
        if (type > width.type) width.type = type;
        if (fallback > width.fallback) width.fallback = fallback;
        if (unit > width.unit) width.unit = unit;
    }
    return width;
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

/* What a key means, and what it has effect for. */
static void describe(const hp_schema *schema, const hp_key *key, char help[HELP_SIZE]) {
    char needed[HELP_SIZE / 2];
    hp_rules_describe(schema, key, needed, sizeof needed);
    snprintf(help, HELP_SIZE, "%s%s%s%s", key->help, *needed != '\0' ? " (only for " : "", needed,
             *needed != '\0' ? ")" : "");
}

static void print_row(FILE *out, const hp_key *key, const columns *width) {
    char range[RANGE_SIZE];
    hp_allowed_describe(&key->allowed, range, sizeof range);
    const char *shown = *range != '\0' ? range : "any";
    int used = fprintf(out, "  %-*s  %-*s  %-*s  %-*s", width->name, key->name, width->type,
                       hp_key_type_name(key), width->fallback, default_text(key), width->unit,
                       *key->unit != '\0' ? key->unit : "-");
    if (used + 2 + (int)strlen(shown) > LINE_WIDTH)
        fprintf(out, "\n%*s%s\n", HELP_INDENT, "", shown);
    else
        fprintf(out, "  %s\n", shown);
}

void hp_config_print_reference(FILE *out, const hp_schema *schema) {
    columns width = measure(schema);
    fprintf(out, "Keys of the job file (YAML) of hadpot %s; --set SECTION.KEY=VALUE sets any:\n",
            schema->command);
    fprintf(out, "\n  %-*s  %-*s  %-*s  %-*s  allowed\n", width.name, "key", width.type, "type",
            width.fallback, "default", width.unit, "unit");
    for (int k = 0; k < schema->nkeys; k++) {
        const hp_key *key = &schema->keys[k];
        if (key->type == HP_KEY_SECTION) {
            fprintf(out, "\n%s:\n", key->name);
            print_wrapped(out, key->help, 2);
        } else {
            char help[HELP_SIZE];
            describe(schema, key, help);
            print_row(out, key, &width);
            print_wrapped(out, help, HELP_INDENT);
        }
    }
}

static void print_markdown_row(FILE *out, const hp_schema *schema, const hp_key *key) {
    char range[RANGE_SIZE], help[HELP_SIZE];
    hp_allowed_describe(&key->allowed, range, sizeof range);
    describe(schema, key, help);
    fprintf(out, "| `%s` | %s | ", key->name, hp_key_type_name(key));
    fprintf(out, key->fallback != NULL ? "`%s` | %s | " : "%s | %s | ", default_text(key),
            key->unit);
    for (const char *c = range; *c != '\0'; c++) /* a bare | would end the cell */
        fputs(*c == '|' ? ", " : (char[2]){*c, '\0'}, out);
    fprintf(out, " | %s |\n", help);
}

void hp_config_print_markdown(FILE *out, const hp_schema *schema) {
    const char *header = "\n| key | type | default | unit | allowed | meaning |\n"
                         "|---|---|---|---|---|---|\n";
    fprintf(out, "\n## Job file of `hadpot %s`\n%s", schema->command, header);
    for (int k = 0; k < schema->nkeys; k++) {
        const hp_key *key = &schema->keys[k];
        if (key->type == HP_KEY_SECTION)
            fprintf(out, "\n### `%s`: %s\n%s", key->name, key->help, header);
        else
            print_markdown_row(out, schema, key);
    }
}
