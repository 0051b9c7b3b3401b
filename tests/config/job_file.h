// SPDX-License-Identifier: GPL-3.0-or-later
/* Job files in a folder of their own, for the tests of the module config. */
#ifndef HADPOT_TEST_JOB_FILE_H
#define HADPOT_TEST_JOB_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "hadpot/config.h"
#include "hadpot/memory.h"
#include "support.h"

/* cmocka group set-up: an empty folder becomes the working folder, so that messages name files
 * without a folder. */
static inline int enter_folder(void **state) {
    char *path = malloc(64);
    assert_non_null(path);
    hp_test_make_folder(path);
    assert_int_equal(chdir(path), 0);
    *state = path;
    return 0;
}

static inline int leave_folder(void **state) {
    assert_int_equal(chdir("/"), 0);
    hp_test_remove_folder(*state);
    free(*state);
    return 0;
}

static inline void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* Merge a job file of this text with one --set (NULL: none); the caller frees the result. */
static inline char *merge_ok(const hp_schema *schema, const char *text, const char *set) {
    hp_error err = HP_ERROR_INIT;
    char *effective = NULL, *overrides[] = {(char *)set};
    write_file("job.yaml", text);
    assert_ok(hp_config_merge(schema, "job.yaml", overrides, set != NULL, &effective, &err), &err);
    assert_non_null(effective);
    return effective;
}

/* Merging must fail with exactly this message. */
static inline void merge_fails(const hp_schema *schema, const char *text, const char *set,
                               hp_status expected, const char *message) {
    hp_error err = HP_ERROR_INIT;
    char *effective = (char *)"untouched", *overrides[] = {(char *)set};
    write_file("job.yaml", text);
    assert_status(hp_config_merge(schema, "job.yaml", overrides, set != NULL, &effective, &err),
                  expected, &err);
    assert_string_equal(err.message, message);
    assert_null(effective);
}

#endif
