// SPDX-License-Identifier: GPL-3.0-or-later
/* The reference of keys: complete, aligned, and the same as the committed docs/job-file.md. */
#include "job_file.h"

#define MANUAL HADPOT_SOURCE_DIR "/docs/job-file.md"

enum { TEXT_SIZE = 1 << 17 };

static const hp_schema *const all[] = {&hp_job_schema,          &hp_synth_job_schema,
                                       &hp_scatter_job_schema,  &hp_toy_job_schema,
                                       &hp_coverage_job_schema, &hp_import_job_schema};
enum { NSCHEMA = sizeof all / sizeof *all };

/* What is printed for a schema, or in Markdown for all of them (NULL). */
static void print_text(const hp_schema *schema, char text[TEXT_SIZE]) {
    memset(text, 0, TEXT_SIZE);
    FILE *stream = fmemopen(text, TEXT_SIZE - 1, "w");
    assert_non_null(stream);
    if (schema != NULL)
        hp_config_print_reference(stream, schema);
    else
        for (int i = 0; i < NSCHEMA; i++) hp_config_print_markdown(stream, all[i]);
    assert_int_equal(fclose(stream), 0);
}

#define REQUIRED "required"
#define NOTHING(...)
#define TOP_ROW(name, type, fallback, unit, allowed, help, ...) {#name, fallback, unit, help},
#define KEY_ROW(section, name, type, fallback, unit, allowed, help, ...)                           \
    {#name, fallback, unit, help},

typedef struct row {
    const char *name, *fallback, *unit, *help;
} row;

static const row job_rows[] = {HP_JOB_TABLE(TOP_ROW, NOTHING, KEY_ROW, NOTHING)};
static const row synth_rows[] = {HP_SYNTH_JOB_TABLE(TOP_ROW, NOTHING, KEY_ROW, NOTHING)};
static const row scatter_rows[] = {HP_SCATTER_JOB_TABLE(TOP_ROW, NOTHING, KEY_ROW, NOTHING)};

/* Each key stands at the start of a line, with default, unit and help below, in table order; a
 * default of more than 24 letters on a line of its own. */
static void assert_lists(const char *text, const row *rows, size_t nrows) {
    const char *at = text;
    for (size_t k = 0; k < nrows; k++) {
        char start[64], line[256], first_word[64];
        snprintf(start, sizeof start, "\n  %s ", rows[k].name);
        at = strstr(at, start);
        if (at == NULL) fail_msg("no line for %s", rows[k].name);
        snprintf(line, sizeof line, "%.*s", (int)strcspn(at + 1, "\n"), at + 1);
        if (strlen(rows[k].fallback) <= 24) {
            assert_contains(line, rows[k].fallback);
        } else {
            char own[256];
            snprintf(own, sizeof own, "\n      default: %.*s", 60, rows[k].fallback);
            assert_contains(line, " see below ");
            assert_contains(at, own);
        }
        assert_contains(line, rows[k].unit);
        snprintf(first_word, sizeof first_word, "\n      %.*s", (int)strcspn(rows[k].help, " "),
                 rows[k].help);
        assert_contains(at, first_word);
    }
}

static void the_reference_lists_every_key(void **state) {
    (void)state;
    char text[TEXT_SIZE];
    print_text(&hp_job_schema, text);
    assert_lists(text, job_rows, sizeof job_rows / sizeof *job_rows);
    assert_contains(text, "\nfit:\n");
    assert_contains(text, "hadpot run");
    print_text(&hp_synth_job_schema, text);
    assert_lists(text, synth_rows, sizeof synth_rows / sizeof *synth_rows);
    assert_contains(text, ">= 0 and < 1");
    assert_contains(text, "hadpot synth");
    print_text(&hp_scatter_job_schema, text);
    assert_lists(text, scatter_rows, sizeof scatter_rows / sizeof *scatter_rows);
    assert_contains(text, "hadpot scatter");
}

static void the_reference_fits_a_terminal(void **state) {
    (void)state;
    for (int i = 0; i < NSCHEMA; i++) {
        char text[TEXT_SIZE];
        print_text(all[i], text);
        for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1)
            if (strcspn(line, "\n") > 100) fail_msg("over 100 columns: %.120s", line);
    }
}

/* Where a word starts on the line that begins with two spaces and a name. */
static size_t column_of(const char *text, const char *name, const char *word) {
    char start[64];
    snprintf(start, sizeof start, "\n  %s ", name);
    const char *line = strstr(text, start);
    assert_non_null(line);
    const char *found = strstr(line, word);
    assert_non_null(found);
    assert_true(found < strchr(line + 1, '\n'));
    return (size_t)(found - line);
}

/* Lists of numbers do not push the other columns away. */
static void long_defaults_leave_the_table_narrow(void **state) {
    (void)state;
    char text[TEXT_SIZE];
    for (int i = 0; i < NSCHEMA; i++) {
        print_text(all[i], text);
        const char *head = strstr(text, "  key ");
        assert_non_null(head);
        assert_in_range(strstr(head, "unit") - strstr(head, "default"), 9, 26);
    }
}

static void the_reference_is_aligned(void **state) {
    (void)state;
    char text[TEXT_SIZE];
    print_text(&hp_job_schema, text);
    assert_int_equal(column_of(text, "learning_rate", "1e-2"), column_of(text, "key", "default"));
    assert_int_equal(column_of(text, "range_fm", " fm ") + 1, column_of(text, "key", "unit"));
    assert_int_equal(column_of(text, "learning_rate", "> 0"), column_of(text, "key", "allowed"));
    assert_int_equal(column_of(text, "k2_lat", "> 0"), column_of(text, "key", "allowed"));
}

/* Its beginning is written by hand. */
static void the_committed_manual_is_the_generated_one(void **state) {
    (void)state;
    char expected[TEXT_SIZE], found[2 * TEXT_SIZE] = "";
    print_text(NULL, expected);
    FILE *file = fopen(MANUAL, "r");
    assert_non_null(file);
    found[fread(found, 1, sizeof found - 1, file)] = '\0';
    assert_int_equal(fclose(file), 0);
    char *tables = strstr(found, "\n## Job file of");
    assert_non_null(tables);
    if (getenv("HADPOT_REGENERATE") != NULL) {
        snprintf(tables, (size_t)(found + sizeof found - tables), "%s", expected);
        write_file(MANUAL, found);
    }
    if (strcmp(tables, expected) != 0)
        fail_msg("docs/job-file.md is not what the tables of config.h give: run this program "
                 "with HADPOT_REGENERATE=1 in the environment and look at the difference");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reference_lists_every_key),
        cmocka_unit_test(the_reference_fits_a_terminal),
        cmocka_unit_test(long_defaults_leave_the_table_narrow),
        cmocka_unit_test(the_reference_is_aligned),
        cmocka_unit_test(the_committed_manual_is_the_generated_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
