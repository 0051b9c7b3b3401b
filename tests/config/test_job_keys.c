// SPDX-License-Identifier: GPL-3.0-or-later
/* Jobs compared key by key. */
#include "support.h"

#include <stdlib.h>
#include <string.h>
#include "hadpot/job_keys.h"

static char *read_keys(const char *yaml) {
    hp_error err = HP_ERROR_INIT;
    char *keys = NULL;
    assert_ok(hp_keys_read(yaml, &keys, &err), &err);
    return keys;
}

/* How many keys of the section `job` differ, and which. */
static void assert_differences(const char *before, const char *now, int count,
                               const char *expected) {
    char *one = read_keys(before), *other = read_keys(now), text[256];
    assert_int_equal(hp_keys_compare(one, other, "job", text, sizeof text), count);
    assert_string_equal(text, expected);
    free(one);
    free(other);
}

static void every_key_is_a_string(void **state) {
    (void)state;
    static const char expected[] =
        "a: 1\0b.c: [x, y z, []]\0b.d: two lines\0b.e.f: 2\0g: []\0h: \0";
    char *keys = read_keys("a: 1\nb:\n  c: [x, 'y z', []]\n  d: \"two\\nlines\"\n  e:\n    f: 2\n"
                           "g: []\nh:\n");
    assert_memory_equal(keys, expected, sizeof expected);
    assert_string_equal(hp_keys_find(keys, "b.e.f"), "2");
    assert_string_equal(hp_keys_find(keys, "h"), "");
    assert_null(hp_keys_find(keys, "b.e"));
    assert_null(hp_keys_find(keys, "c"));
    free(keys);
}

static void bad_texts_are_refused(void **state) {
    static const char *const texts[] = {"[", "", "- a\n", "word"};
    (void)state;
    for (int i = 0; i < 4; i++) {
        hp_error err = HP_ERROR_INIT;
        char *keys = NULL;
        assert_status(hp_keys_read(texts[i], &keys, &err), HP_ERR_INPUT, &err);
        assert_null(keys);
    }
}

static void differences_are_told(void **state) {
    (void)state;
    assert_differences("job:\n  a: 1\n  b:\n    c: [1, 2]\n", "job:\n  a: 1\n  b:\n    c: [1, 2]\n",
                       0, "");
    assert_differences("job:\n  a: 1\n  b:\n    c: [1, 2]\n", "job:\n  a: 12\n  b:\n    c: [1]\n",
                       2, "a: 1, now 12; b.c: [1, 2], now [1]");
    assert_differences("job:\n  a: 1\n  b: 2\n", "job:\n  b: 2\n  c: 3\n", 2,
                       "c: not given, now 3; a: 1, now not given");
    assert_differences("other: 1\njob:\n  a: 1\njobs:\n  a: 1\n", "job:\n  a: 1\n", 0, "");
}

/* Of a coverage study these keys of its parts too. */
static void keys_without_effect_do_not_count(void **state) {
    (void)state;
    assert_differences("job:\n  output: a\n  ensemble: b\n  resampling:\n    memory_mb: 1\n"
                       "  results:\n    keep_checkpoints: true\n",
                       "job:\n  output: c\n  ensemble: d\n  resampling:\n    memory_mb: 2\n"
                       "  results:\n    keep_checkpoints: false\n",
                       0, "");
    assert_differences("job:\n  coverage:\n    run: a\n    fits: true\n  run:\n    output: a\n",
                       "job:\n  coverage:\n    run: b\n    fits: false\n  run:\n    output: b\n", 1,
                       "coverage.fits: true, now false");
}

static void a_long_list_is_cut_off(void **state) {
    (void)state;
    char before[1024] = "job:\n", now[1024] = "job:\n", text[80], *one, *other;
    for (int i = 10; i < 40; i++) {
        snprintf(before + strlen(before), 32, "  key%d: 1\n", i);
        snprintf(now + strlen(now), 32, "  key%d: 2\n", i);
    }
    one = read_keys(before);
    other = read_keys(now);
    assert_int_equal(hp_keys_compare(one, other, "job", text, sizeof text), 30);
    assert_string_equal(text, "key10: 1, now 2; key11: 1, now 2; key12: 1, now 2; and "
                              "27 more keys");
    free(one);
    free(other);
}

static void a_section_is_put_below_a_key(void **state) {
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    hp_keys_put_section("job", "a: 1\nb:\n  c: 2\n", out);
    fclose(out);
    assert_string_equal(text, "job:\n  a: 1\n  b:\n    c: 2\n");
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_a_string),
        cmocka_unit_test(bad_texts_are_refused),
        cmocka_unit_test(differences_are_told),
        cmocka_unit_test(keys_without_effect_do_not_count),
        cmocka_unit_test(a_long_list_is_cut_off),
        cmocka_unit_test(a_section_is_put_below_a_key),
    };
    return cmocka_run_group_tests_name("config/job_keys", tests, NULL, NULL);
}
