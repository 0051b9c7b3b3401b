// SPDX-License-Identifier: GPL-3.0-or-later
/* Files that are there whole or not at all, and their folders. */
#include "support.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "hadpot/file.h"

static void put(const char *folder, const char *name, const char *text) {
    hp_error err = HP_ERROR_INIT;
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_ok(hp_file_write_text(text, path, &err), &err);
}

/* The names of all files of a folder, then what is in them. */
static void assert_folder(const char *folder, const char *names, const char *texts) {
    char found[512];
    assert_int_equal(hp_test_run(found, sizeof found, "cd '%s' && LC_ALL=C ls -A", folder), 0);
    assert_string_equal(found, names);
    assert_int_equal(hp_test_run(found, sizeof found, "cd '%s' && LC_ALL=C cat *", folder), 0);
    assert_string_equal(found, texts);
}

/* Writes half of its text, and fails. */
static hp_status write_half(const void *text, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(hp_file_write_text(text, path, err));
    HP_CHECK(false, HP_ERR_NUMERIC, "no more ink for \"%s\"", path);
cleanup:
    return status;
}

static void all_files_are_replaced(void **state) {
    (void)state;
    char folder[64];
    hp_error err = HP_ERROR_INIT;
    const hp_file file[] = {{"a", hp_file_write_text, "new a\n"},
                            {"b", hp_file_write_text, "new b\n"}};
    hp_test_make_folder(folder);
    put(folder, "a", "old a, longer than the new one\n");
    put(folder, "c", "other\n");
    put(folder, ".b.tmp", "of a run that was killed\n");
    assert_ok(hp_files_replace(folder, file, 2, &err), &err);
    assert_folder(folder, "a\nb\nc\n", "new a\nnew b\nother\n");
    hp_test_remove_folder(folder);
}

/* Whichever of them fails. */
static void a_failing_writer_leaves_all_as_it_was(void **state) {
    (void)state;
    for (int failing = 0; failing < 3; failing++) {
        char folder[64];
        hp_error err = HP_ERROR_INIT;
        hp_file file[] = {{"a", hp_file_write_text, "new"},
                          {"b", hp_file_write_text, "new"},
                          {"c", hp_file_write_text, "new"}};
        file[failing].write = write_half;
        hp_test_make_folder(folder);
        put(folder, "a", "old a\n");
        put(folder, "c", "old c\n");
        assert_status(hp_files_replace(folder, file, 3, &err), HP_ERR_NUMERIC, &err);
        assert_contains(err.message, "no more ink");
        assert_folder(folder, "a\nc\n", "old a\nold c\n");
        hp_test_remove_folder(folder);
    }
}

static void a_missing_folder_is_named(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    const hp_file file = {"a", hp_file_write_text, "new"};
    assert_status(hp_files_replace("/nowhere", &file, 1, &err), HP_ERR_IO, &err);
    assert_contains(err.message, "cannot create \"/nowhere/.a.tmp\"");
}

/* A folder stands where the second file should: renaming fails, and what is temporary goes. */
static void a_failing_rename_leaves_nothing_temporary(void **state) {
    (void)state;
    char folder[64], found[512];
    hp_error err = HP_ERROR_INIT;
    const hp_file file[] = {{"a", hp_file_write_text, "new"}, {"b", hp_file_write_text, "new"}};
    hp_test_make_folder(folder);
    assert_int_equal(hp_test_run(found, sizeof found, "mkdir '%s/b'", folder), 0);
    assert_status(hp_files_replace(folder, file, 2, &err), HP_ERR_IO, &err);
    assert_contains(err.message, "cannot rename");
    assert_int_equal(hp_test_run(found, sizeof found, "cd '%s' && LC_ALL=C ls -A", folder), 0);
    assert_string_equal(found, "a\nb\n");
    hp_test_remove_folder(folder);
}

static void one_file_is_replaced_by_its_path(void **state) {
    (void)state;
    char folder[64], path[128];
    hp_error err = HP_ERROR_INIT;
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/a", folder);
    put(folder, "a", "old\n");
    assert_ok(hp_file_replace(path, hp_file_write_text, "new\n", &err), &err);
    assert_folder(folder, "a\n", "new\n");
    assert_status(hp_file_replace(path, write_half, "newer\n", &err), HP_ERR_NUMERIC, &err);
    assert_folder(folder, "a\n", "new\n");
    hp_test_remove_folder(folder);
}

/* Neither where the file goes nor under any temporary name; a link in its place is replaced. */
static void links_are_not_followed(void **state) {
    (void)state;
    char folder[64], found[512];
    hp_error err = HP_ERROR_INIT;
    const hp_file file = {"a", hp_file_write_text, "new\n"};
    hp_test_make_folder(folder);
    put(folder, "victim", "precious\n");
    assert_int_equal(hp_test_run(found, sizeof found,
                                 "cd '%s' && for l in a .a.tmp .a.1.tmp; do ln -s victim $l; done",
                                 folder),
                     0);
    assert_ok(hp_files_replace(folder, &file, 1, &err), &err);
    assert_folder(folder, ".a.1.tmp\n.a.tmp\na\nvictim\n", "new\nprecious\n");
    assert_int_equal(hp_test_run(found, sizeof found, "cd '%s' && test ! -L a", folder), 0);
    hp_test_remove_folder(folder);
}

/* A writer makes its file: what is there already, a link to nowhere too, is an error. */
static void new_files_overwrite_nothing(void **state) {
    (void)state;
    char folder[64], path[128], found[64];
    hp_error err = HP_ERROR_INIT;
    hp_test_make_folder(folder);
    put(folder, "a", "precious\n");
    snprintf(path, sizeof path, "%s/a", folder);
    assert_status(hp_file_write_text("new\n", path, &err), HP_ERR_IO, &err);
    assert_contains(err.message, "/a\": File exists");
    assert_folder(folder, "a\n", "precious\n");
    snprintf(path, sizeof path, "%s/b", folder);
    assert_int_equal(hp_test_run(found, sizeof found, "ln -s '%s/c' '%s'", folder, path), 0);
    hp_error_clear(&err);
    assert_status(hp_file_write_text("new\n", path, &err), HP_ERR_IO, &err);
    assert_contains(err.message, "/b\": File exists");
    hp_test_remove_folder(folder);
}

static void what_is_no_file_has_no_bytes(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    char *bytes = "old";
    size_t size = 7;
    assert_ok(hp_file_read("/nowhere/a", &bytes, &size, &err), &err);
    assert_true(bytes == NULL && size == 0);
}

/* A limit of the size of files stands for a disk that is full. */
static void a_full_disk_is_an_error(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    char folder[64], path[96], found[64];
    struct rlimit before, small;
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/a", folder);
    put(folder, "a", "old\n");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    small = before;
    small.rlim_cur = 4;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    hp_status status = hp_file_replace(path, hp_file_write_text, "longer than that\n", &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_status(status, HP_ERR_DISK_FULL, &err);
    assert_contains(err.message, "/a: cannot write \"");
    assert_contains(err.message, "/.a.tmp\": File too large: 1 kB are needed, ");
    assert_contains(err.message, " kB are free");
    assert_int_equal(hp_test_run(found, sizeof found, "cd '%s' && LC_ALL=C ls -A", folder), 0);
    assert_string_equal(found, "a\n");
    assert_folder(folder, "a\n", "old\n");
    hp_test_remove_folder(folder);
}

static void what_is_full_has_a_code_of_its_own(void **state) {
    (void)state;
    assert_int_equal(hp_file_status(ENOSPC), HP_ERR_DISK_FULL);
    assert_int_equal(hp_file_status(EDQUOT), HP_ERR_DISK_FULL);
    assert_int_equal(hp_file_status(EFBIG), HP_ERR_DISK_FULL);
    assert_int_equal(hp_file_status(EACCES), HP_ERR_IO);
    assert_true(hp_file_room("/tmp/x") > 0);
    assert_true(hp_file_room("/nowhere/x") < 0);
}

/* What a text says comes to its file, or nothing does. */
static void texts_become_files(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_text text;
    char folder[64], path[96];
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/a", folder);
    assert_ok(hp_text_begin(&text, &err), &err);
    fprintf(text.out, "%d of %d\n", 2, 3);
    assert_ok(hp_text_end(&text, path, &err), &err);
    assert_folder(folder, "a\n", "2 of 3\n");
    hp_text_discard(&text);
    assert_ok(hp_text_begin(&text, &err), &err);
    fputs("never", text.out);
    hp_text_discard(&text);
    assert_folder(folder, "a\n", "2 of 3\n");
    hp_test_remove_folder(folder);
}

/* Nobody is waited for, and no link is followed. */
static void only_regular_files_are_opened(void **state) {
    (void)state;
    char folder[64], path[96], found[64];
    static const struct {
        const char *name;
        int number;
    } cases[] = {{"fifo", EINVAL}, {"folder", EINVAL}, {"link", ELOOP}, {"none", ENOENT}};
    struct stat there;
    hp_test_make_folder(folder);
    put(folder, "file", "text");
    assert_int_equal(hp_test_run(found, sizeof found,
                                 "cd '%s' && mkfifo fifo && mkdir folder && ln -s file link",
                                 folder),
                     0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, cases[i].name);
        assert_int_equal(hp_file_open_regular(path, &there), -1);
        assert_int_equal(errno, cases[i].number);
    }
    snprintf(path, sizeof path, "%s/file", folder);
    int descriptor = hp_file_open_regular(path, &there);
    assert_true(descriptor >= 0 && there.st_size == 4);
    assert_true(hp_file_get(descriptor, found, 4) && memcmp(found, "text", 4) == 0);
    assert_false(hp_file_get(descriptor, found, 1));
    assert_int_equal(errno, 0);
    close(descriptor);
    hp_test_remove_folder(folder);
}

static void texts_of_one_line_are_writable(void **state) {
    (void)state;
    assert_true(hp_text_is_writable("Xi Xi (1S0), \"\xc3\xa9\""));
    assert_true(hp_text_is_writable(""));
    assert_false(hp_text_is_writable("two\nlines"));
    assert_false(hp_text_is_writable("a\ttab"));
    assert_false(hp_text_is_writable("\x7f"));
    assert_false(hp_text_is_writable("latin \xe9 1"));
}

static void folder_is_made_with_its_parents(void **state) {
    (void)state;
    char folder[64];
    hp_error err = HP_ERROR_INIT;
    char path[128];
    struct stat there;
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/one//two/three/", folder);
    assert_ok(hp_folder_create(path, &err), &err);
    assert_int_equal(stat(path, &there), 0);
    assert_true(S_ISDIR(there.st_mode));
    assert_ok(hp_folder_create(path, &err), &err); /* it may be there already */
    char found[64];
    assert_int_equal(hp_test_run(found, sizeof found, "cd '%s' && find . | sort", folder), 0);
    assert_string_equal(found, ".\n./one\n./one/two\n./one/two/three\n");
    hp_test_remove_folder(folder);
}

static void folder_is_refused_where_a_file_stands(void **state) {
    (void)state;
    char folder[64];
    hp_error err = HP_ERROR_INIT;
    char path[128];
    hp_test_make_folder(folder);
    put(folder, "file", "");
    snprintf(path, sizeof path, "%s/file", folder);
    assert_status(hp_folder_create(path, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "/file\" exists and is not a folder");
    hp_error_clear(&err);
    snprintf(path, sizeof path, "%s/file/below", folder);
    assert_status(hp_folder_create(path, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "/file\" exists and is not a folder");
    hp_error_clear(&err);
    assert_status(hp_folder_create("", &err), HP_ERR_INPUT, &err);
    hp_test_remove_folder(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_files_are_replaced),
        cmocka_unit_test(a_failing_writer_leaves_all_as_it_was),
        cmocka_unit_test(a_missing_folder_is_named),
        cmocka_unit_test(a_failing_rename_leaves_nothing_temporary),
        cmocka_unit_test(one_file_is_replaced_by_its_path),
        cmocka_unit_test(links_are_not_followed),
        cmocka_unit_test(new_files_overwrite_nothing),
        cmocka_unit_test(what_is_no_file_has_no_bytes),
        cmocka_unit_test(a_full_disk_is_an_error),
        cmocka_unit_test(what_is_full_has_a_code_of_its_own),
        cmocka_unit_test(texts_become_files),
        cmocka_unit_test(only_regular_files_are_opened),
        cmocka_unit_test(texts_of_one_line_are_writable),
        cmocka_unit_test(folder_is_made_with_its_parents),
        cmocka_unit_test(folder_is_refused_where_a_file_stands),
    };
    return cmocka_run_group_tests_name("core/file", tests, NULL, NULL);
}
