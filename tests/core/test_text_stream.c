// SPDX-License-Identifier: GPL-3.0-or-later
/* Texts in memory: of any length, and an error where the limit of memory is reached. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include "support.h"
#include "hadpot/text_stream.h"

static void all_that_is_printed_is_there(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    char *text = NULL;
    size_t size = 0;
    FILE *out = NULL;
    assert_ok(hp_text_open(&text, &size, &out, &err), &err);
    for (int i = 0; i < 20000; i++) {
        fprintf(out, "%05d", i);
        putc(i % 2 == 0 ? '\0' : '\n', out);
    }
    assert_ok(hp_text_close(&out, &text, &err), &err);
    assert_null(out);
    assert_int_equal(size, 20000 * 6);
    for (int i = 0; i < 20000; i++) assert_int_equal(atoi(text + (ptrdiff_t)6 * i), i);
    assert_int_equal(text[size], '\0');
    free(text);
}

static void an_empty_text_is_a_text(void **state) {
    (void)state;
    char *text = NULL;
    FILE *out = NULL;
    assert_int_equal(hp_text_open(&text, NULL, &out, NULL), HP_OK);
    assert_int_equal(hp_text_close(&out, &text, NULL), HP_OK);
    assert_string_equal(text, "");
    assert_int_equal(hp_text_close(&out, &text, NULL), HP_OK); /* NULL is allowed */
    free(text);
}

/* With a limit of the address space; under a sanitizer, which has its own, nothing is tried. */
static void no_memory_is_an_error(void **state) {
    (void)state;
    if (HP_TEST_SANITIZED) skip();
    enum { MEGABYTE = 1 << 20, MOST = 512 };
    struct rlimit before, now;
    hp_error err = HP_ERROR_INIT;
    char *text = NULL, *block = malloc(MEGABYTE);
    FILE *out = NULL;
    assert_non_null(block);
    memset(block, 'x', MEGABYTE);
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    now = before;
    now.rlim_cur = (rlim_t)2 * MOST * MEGABYTE;
    assert_int_equal(setrlimit(RLIMIT_AS, &now), 0);
    assert_ok(hp_text_open(&text, NULL, &out, &err), &err);
    for (int i = 0; i < 4 * MOST && !ferror(out); i++) fwrite(block, 1, MEGABYTE, out);
    hp_status status = hp_text_close(&out, &text, &err);
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
    assert_int_equal(status, HP_ERR_MEMORY);
    assert_null(text);
    assert_null(out);
    free(block);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_is_printed_is_there),
        cmocka_unit_test(an_empty_text_is_a_text),
        cmocka_unit_test(no_memory_is_an_error),
    };
    return cmocka_run_group_tests_name("core/text_stream", tests, NULL, NULL);
}
