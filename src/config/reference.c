// SPDX-License-Identifier: GPL-3.0-or-later
/* The tables of keys as text: for a terminal and in Markdown. */
#include <stdio.h>
#include <string.h>
#include "schema.h"

enum { LINE_WIDTH = 100, HELP_INDENT = 6, RANGE_SIZE = 128 };

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
            print_row(out, key, &width);
            print_wrapped(out, key->help, HELP_INDENT);
        }
    }
}

static void print_markdown_row(FILE *out, const hp_key *key) {
    char range[RANGE_SIZE];
    hp_allowed_describe(&key->allowed, range, sizeof range);
    fprintf(out, "| `%s` | %s | ", key->name, hp_key_type_name(key));
    fprintf(out, key->fallback != NULL ? "`%s` | %s | " : "%s | %s | ", default_text(key),
            key->unit);
    for (const char *c = range; *c != '\0'; c++) /* a bare | would end the cell */
        fputs(*c == '|' ? ", " : (char[2]){*c, '\0'}, out);
    fprintf(out, " | %s |\n", key->help);
}

static void print_markdown(FILE *out, const hp_schema *schema) {
    const char *header = "\n| key | type | default | unit | allowed | meaning |\n"
                         "|---|---|---|---|---|---|\n";
    fprintf(out, "\n## Job file of `hadpot %s`\n%s", schema->command, header);
    for (int k = 0; k < schema->nkeys; k++) {
        const hp_key *key = &schema->keys[k];
        if (key->type == HP_KEY_SECTION)
            fprintf(out, "\n### `%s`: %s\n%s", key->name, key->help, header);
        else
            print_markdown_row(out, key);
    }
}

void hp_config_print_manual(FILE *out) {
    fputs(
        "# Job files\n\n"
        "<!-- Generated from the tables in include/hadpot/config.h. After a change there, run\n"
        "     HADPOT_REGENERATE=1 build/ci/tests/config_test_reference\n"
        "     in the top folder of the project. -->\n\n"
        "A job file is YAML. This is a complete one; every other key has a default:\n\n"
        "```yaml\n"
        "ensemble: data/ensemble.h5\n"
        "output: results/first\n"
        "fit:\n"
        "  sources: [wall]\n"
        "  times: [12, 13]\n"
        "```\n\n"
        "* `--set SECTION.KEY=VALUE` on the command line replaces a value of the file, and may be\n"
        "  given many times: `--set fit.times=[12,13] --set training.learning_rate=1e-3`.\n"
        "* Keys that are not listed here, keys given twice, values of another type and values "
        "that\n"
        "  are not allowed are errors that name the file, the line and the key.\n"
        "* Numbers are decimal and finite (`3`, `.5`, `1e-3`) and stand without quotes; integers\n"
        "  have no leading zeros; booleans are `true` or `false`; a list of one is `[12]`.\n"
        "  What is allowed holds for every entry of a list.\n"
        "* A string or a list may be empty only where that is the default.\n"
        "* Paths are relative to the folder where hadpot is started.\n"
        "* The effective job, with all defaults filled in, is written beside the results as\n"
        "  `job.yaml`; run as a job file it gives the same job. Where a key leaves a value to be\n"
        "  chosen, the one in use stands behind it as a comment.\n",
        out);
    print_markdown(out, &hp_job_schema);
    print_markdown(out, &hp_synth_job_schema);
    print_markdown(out, &hp_scatter_job_schema);
    print_markdown(out, &hp_toy_job_schema);
    print_markdown(out, &hp_coverage_job_schema);
}
