// SPDX-License-Identifier: GPL-3.0-or-later
/* Patterns of file names. */
#include <stdio.h>
#include <string.h>
#include "../../src/import/pattern.h"
#include "support.h"

static void parts_of_names_are_found(void **state) {
    (void)state;
    static const struct {
        const char *pattern, *name, *configuration, *source;
        int t;
    } good[] = {
        {"nbs.dat", "nbs.dat", "", "", -1},
        {"nbs.{configuration}.dat", "nbs.1234.dat", "1234", "", -1},
        {"{source}.{configuration}.h5", "wall.0010.h5", "0010", "wall", -1},
        {"{source}_{configuration}_t{t}.dat", "wall_b2_n000410_t009.dat", "b2_n000410", "wall", 9},
        {"{configuration}", "conf_20", "conf_20", "", -1},
        {"*.{configuration}.h5", "mes.x.310.h5", "310", "", -1},
        {"nbs.*.{configuration}", "nbs.rot_xyz.x0.100", "100", "", -1},
        {"{t}{source}", "12a", "", "a", 12},
        {"t{t}_{configuration}_t{t}", "t7_3_t07", "3", "", 7},
        {"*{configuration}.h5", "mes.310.h5", "310", "", -1},
        {"*", "", "", "", -1},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        hp_match match = HP_MATCH_NOTHING;
        if (!hp_pattern_match(good[i].pattern, good[i].name, &match))
            fail_msg("%s is not found in %s", good[i].pattern, good[i].name);
        assert_string_equal(match.configuration, good[i].configuration);
        assert_string_equal(match.source, good[i].source);
        assert_int_equal(match.t, good[i].t);
    }
}

static void other_names_are_not(void **state) {
    (void)state;
    static const char *const bad[][2] = {
        {"nbs.dat", "nbs.data"},
        {"nbs.{configuration}.dat", "nbs..dat"},
        {"nbs.{configuration}.dat", "nbs.README.dat"},
        {"{configuration}.dat", "10.dat~"},
        {"{source}.dat", "a b.dat"},
        {"t{t}.dat", "tx.dat"},
        {"{t}_{t}", "1_2"},
        {"{configuration}_{configuration}", "10_11"},
        {"{configuration}0", "100"}, /* no number is cut in two */
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        hp_match match = HP_MATCH_NOTHING;
        if (hp_pattern_match(bad[i][0], bad[i][1], &match))
            fail_msg("%s is found in %s", bad[i][0], bad[i][1]);
    }
}

static void a_word_found_before_must_be_the_same(void **state) {
    (void)state;
    hp_match match = {"10", "wall", -1};
    assert_true(hp_pattern_match("{source}.{configuration}", "wall.10", &match));
    assert_false(hp_pattern_match("{source}.{configuration}", "wall.11", &match));
    assert_false(hp_pattern_match("{source}.{configuration}", "point.10", &match));
}

static void misspelt_parts_are_refused(void **state) {
    (void)state;
    static const char *const bad[][2] = {
        {"a.{config}.dat", "\"{config}\" in \"a.{config}.dat\", expected {configuration}"},
        {"a.{t.dat", "\"{t.dat\""},
        {"a}.dat", "\"}\" in"},
        {"/tmp/{t}", "must be a name, or a path, below tree"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        hp_error err = HP_ERROR_INIT;
        assert_status(hp_pattern_check(bad[i][0], &err), HP_ERR_INPUT, &err);
        assert_contains(err.message, bad[i][1]);
    }
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_pattern_check("{source}/*/{configuration}/nbs.t{t}.{configuration}", &err), &err);
}

/* Files are listed as "folder/name configuration source t;". */
static hp_status list_file(const char *folder, const char *name, const hp_match *match,
                           void *context, hp_error *err) {
    (void)err;
    char *list = context;
    sprintf(list + strlen(list), "%s/%s %s %s %d;", folder, name, match->configuration,
            match->source, match->t);
    return HP_OK;
}

static void files_are_found_in_the_order_of_names(void **state) {
    (void)state;
    char folder[64], list[1024] = "", words[256];
    int n = 0;
    hp_error err = HP_ERROR_INIT;
    hp_test_make_folder(folder);
    assert_int_equal(hp_test_run(words, sizeof words,
                                 "cd '%s' && mkdir -p wall/10 wall/9 point/10 wall/x10x && "
                                 "touch wall/10/a.10 wall/9/a.9 wall/9/a.10 point/10/a.10 "
                                 "point/10/b.10 wall/c && mkdir point/10/a.10x wall/10/a.9",
                                 folder),
                     0);
    assert_ok(hp_pattern_find(folder, "{source}/{configuration}/a.{configuration}", list_file, list,
                              &n, &err),
              &err);
    assert_string_equal(list, "point/10/a.10 10 point -1;wall/10/a.10 10 wall -1;wall/9/a.9 9 wall "
                              "-1;");
    assert_int_equal(n, 3);
    n = 0, list[0] = '\0';
    assert_ok(hp_pattern_find(folder, "wall/c", list_file, list, &n, &err), &err);
    assert_string_equal(list, "wall/c   -1;");
    n = 0;
    assert_ok(hp_pattern_find(folder, "nothing/{t}", list_file, list, &n, &err), &err);
    assert_int_equal(n, 0);
    hp_test_remove_folder(folder);
}

/* A name of digits and letters that a pattern of many parts does not fit, in 1e10 ways and more. */
static void no_name_takes_long(void **state) {
    (void)state;
    static const char pattern[] = "*{source}*{configuration}*{t}*_";
    char folder[64], name[201], words[64];
    int n = 0;
    hp_error err = HP_ERROR_INIT;
    hp_match match = HP_MATCH_NOTHING;
    for (size_t i = 0; i < sizeof name - 1; i++) name[i] = "a1"[i % 2];
    name[sizeof name - 1] = '\0';
    assert_false(hp_pattern_match(pattern, name, &match));
    hp_test_make_folder(folder);
    assert_int_equal(hp_test_run(words, sizeof words, "touch '%s/%s'", folder, name), 0);
    assert_status(hp_pattern_find(folder, pattern, list_file, words, &n, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "expected fewer stars and parts");
    hp_test_remove_folder(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_of_names_are_found),
        cmocka_unit_test(other_names_are_not),
        cmocka_unit_test(a_word_found_before_must_be_the_same),
        cmocka_unit_test(misspelt_parts_are_refused),
        cmocka_unit_test(files_are_found_in_the_order_of_names),
        cmocka_unit_test(no_name_takes_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
