// SPDX-License-Identifier: GPL-3.0-or-later
/* The reference of keys: complete, aligned, and the same as the committed docs/job-file.md. */
#include "job_file.h"

#define MANUAL HADPOT_SOURCE_DIR "/docs/job-file.md"

static char *reference_text(const hp_schema *schema) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    if (schema != NULL)
        hp_config_print_reference(stream, schema);
    else
        hp_config_print_manual(stream);
    assert_int_equal(fclose(stream), 0);
    return text;
}

#define REQUIRED "required"
#define NOTHING(...)
#define TOP_ROW(name, type, fallback, unit, allowed, help) {#name, fallback, unit, help},
#define KEY_ROW(section, name, type, fallback, unit, allowed, help)                               \
    {#name, fallback, unit, help},

typedef struct row {
    const char *name, *fallback, *unit, *help;
} row;

static const row job_rows[] = {HP_JOB_TABLE(TOP_ROW, NOTHING, KEY_ROW, NOTHING)};
static const row synth_rows[] = {HP_SYNTH_JOB_TABLE(TOP_ROW, NOTHING, KEY_ROW, NOTHING)};

/* Each key stands at the start of a line, with default, unit and help below, in table order. */
static void assert_lists(const char *text, const row *rows, size_t nrows) {
    const char *at = text;
    for (size_t k = 0; k < nrows; k++) {
        char start[64], line[256], first_word[64];
        snprintf(start, sizeof start, "\n  %s ", rows[k].name);
        at = strstr(at, start);
        if (at == NULL) fail_msg("no line for %s", rows[k].name);
        snprintf(line, sizeof line, "%.*s", (int)strcspn(at + 1, "\n"), at + 1);
        assert_contains(line, rows[k].fallback);
        assert_contains(line, rows[k].unit);
        snprintf(first_word, sizeof first_word, "\n      %.*s",
                 (int)strcspn(rows[k].help, " "), rows[k].help);
        assert_contains(at, first_word);
    }
}

static void the_reference_lists_every_key(void **state) {
    (void)state;
    char *job = reference_text(&hp_job_schema), *synth = reference_text(&hp_synth_job_schema);
    assert_lists(job, job_rows, sizeof job_rows / sizeof *job_rows);
    assert_lists(synth, synth_rows, sizeof synth_rows / sizeof *synth_rows);
    assert_contains(job, "\nfit:\n");
    assert_contains(job, "hadpot run");
    assert_contains(synth, "hadpot synth");
    assert_contains(synth, ">= 0 and < 1");
    free(job);
    free(synth);
}

static void the_reference_fits_a_terminal(void **state) {
    (void)state;
    const hp_schema *schemas[] = {&hp_job_schema, &hp_synth_job_schema};
    for (int i = 0; i < 2; i++) {
        char *text = reference_text(schemas[i]);
        for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1)
            if (strcspn(line, "\n") > 100) fail_msg("over 100 columns: %.120s", line);
        free(text);
    }
}

/* Columns line up: the word in the allowed column starts where its heading does. */
static void the_reference_is_aligned(void **state) {
    (void)state;
    char *text = reference_text(&hp_job_schema);
    const char *heading = strstr(text, "\n  key "), *row = strstr(text, "\n  learning_rate ");
    assert_non_null(heading);
    assert_non_null(row);
    assert_int_equal(strstr(heading, "allowed") - heading, strstr(row, "> 0") - row);
    assert_int_equal(strstr(heading, "default") - heading, strstr(row, "1e-3") - row);
    free(text);
}

static void the_committed_manual_is_the_generated_one(void **state) {
    (void)state;
    char *expected = reference_text(NULL);
    if (getenv("HADPOT_REGENERATE") != NULL) write_file(MANUAL, expected);
    size_t length = strlen(expected);
    char *found = calloc(length + 2, 1);
    assert_non_null(found);
    FILE *file = fopen(MANUAL, "r");
    if (file != NULL) {
        (void)!fread(found, 1, length + 1, file);
        fclose(file);
    }
    if (strcmp(found, expected) != 0)
        fail_msg("docs/job-file.md is not what the tables of config.h give; run this test with "
                 "HADPOT_REGENERATE=1 in the environment and look at the difference");
    free(found);
    free(expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reference_lists_every_key),
        cmocka_unit_test(the_reference_fits_a_terminal),
        cmocka_unit_test(the_reference_is_aligned),
        cmocka_unit_test(the_committed_manual_is_the_generated_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
