// SPDX-License-Identifier: GPL-3.0-or-later
/* Foreign files in a process of its own, which is this program once more. */
#include <fcntl.h>
#include <hdf5.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "../../src/ensemble/probe_look.h"
#include "hadpot/probe.h"
#include "support.h"

#define CORPUS HADPOT_SOURCE_DIR "/tests/fuzz/corpus/ensemble/"

/* A second is plenty for these files, and all that HDF5 gets for those where it comes to no end. */
enum { SECONDS = 1 };

static hp_status probe(const char *path, hp_error *err) {
    hp_file_identity identity;
    *err = (hp_error)HP_ERROR_INIT;
    return hp_probe_file(path, &identity, err);
}

static void good_files_are_taken(void **state) {
    static const char *const names[] = {"plain",       "chunks",  "deflate",   "latest",
                                        "scaleoffset", "growing", "jackknife", "components"};
    hp_error err;
    char path[512];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, CORPUS "%s.h5", names[i]);
        assert_ok(probe(path, &err), &err);
    }
}

/* Where a list of attributes ends early, one behind it may still be found by its name. */
static void what_cannot_be_listed_is_refused(void **state) {
    hp_error err;
    (void)state;
    assert_status(probe(CORPUS "unlisted.h5", &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "HDF5 cannot read the list of attributes of / (HDF5: ");
}

/* A number of 50 MB behind a filter; HDF5 would copy it from a chunk of 48 bytes. */
static void what_is_smaller_than_it_says_is_refused(void **state) {
    hp_error err;
    (void)state;
    assert_status(probe(CORPUS "large_type.h5", &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "HDF5 cannot read source/wall/two_point_2, 7.54975e+08 bytes by "
                                 "shape and type (50331648 each), found 167: the file is damaged");
}

static void refuses(const char *name, const char *why, const char *what) {
    hp_error err;
    char path[512];
    snprintf(path, sizeof path, CORPUS "%s.h5", name);
    assert_status(probe(path, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "HDF5 does not survive this file: ");
    assert_contains(err.message, why);
    assert_contains(err.message, what);
}

/* And files after them are looked at by a new process. */
static void what_hdf5_does_not_survive_is_told(void **state) {
    refuses("crash_format", HP_TEST_CRASHED, "while it read attribute format; ");
    refuses("crash_sampling", HP_TEST_CRASHED, "while it read attribute sampling; ");
    refuses("hang_format", "it comes to no end within 1 s of CPU time", "reads attribute format; ");
    if (!HP_TEST_SANITIZED) /* whose shadow memory leaves no limit to be set */
        refuses("memory_format", "it asks for more than 4 GB of memory", "reads attribute format");
    good_files_are_taken(state);
}

static double granted;

static void say_nothing(const char *what) {
    (void)what;
}

static void fail_to_look(void) {
    fail_msg("a good file is refused");
}

static void count_bytes(double bytes) {
    granted += bytes;
}

enum { NCHUNK = 4, CHUNK = 6 };

/* Numbers in four chunks behind a filter; of one, `bare`, the file says that it was left out. */
static void write_filtered(const char *path, bool scaled, int bare) {
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, (hsize_t[]){NCHUNK * CHUNK}, NULL);
    hid_t layout = H5Pcreate(H5P_DATASET_CREATE);
    double values[NCHUNK * CHUNK] = {0.0};
    assert_true(H5Pset_chunk(layout, 1, (hsize_t[]){CHUNK}) >= 0);
    assert_true(scaled ? H5Pset_scaleoffset(layout, H5Z_SO_FLOAT_DSCALE, 2) >= 0
                       : H5Pset_deflate(layout, 1) >= 0);
    hid_t numbers = H5Dcreate2(file, "x", H5T_IEEE_F64LE, space, H5P_DEFAULT, layout, H5P_DEFAULT);
    assert_true(H5Dwrite(numbers, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    if (bare >= 0)
        assert_true(H5Dwrite_chunk(numbers, H5P_DEFAULT, 1, (hsize_t[]){(hsize_t)(bare * CHUNK)},
                                   CHUNK * sizeof *values, values) >= 0);
    assert_true(H5Dclose(numbers) >= 0 && H5Pclose(layout) >= 0 && H5Sclose(space) >= 0);
    assert_true(H5Fclose(file) >= 0);
}

/* Of sound filters the first chunk, and those without; of others all. */
static void what_filters_cannot_be_trusted_with_is_read(void **state) {
    static const hp_probe_watch watch = {say_nothing, fail_to_look, fail_to_look, count_bytes};
    static const struct {
        bool scaled;
        int bare;
        double chunks;
    } cases[] = {{false, -1, 1}, {false, 0, 1}, {false, 2, 2}, {true, -1, NCHUNK}};
    char folder[64], path[128];
    (void)state;
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/filtered.h5", folder);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_filtered(path, cases[i].scaled, cases[i].bare);
        granted = 0.0;
        hp_probe_look(path, false, &watch);
        assert_close(granted, cases[i].chunks * CHUNK * sizeof(double), 0.0, 0.0);
    }
    hp_test_remove_folder(folder);
}

/* What cannot be opened has a message of those who open it. */
static void other_files_are_left_to_others(void **state) {
    hp_error err;
    (void)state;
    assert_ok(probe("/nowhere/a.h5", &err), &err);
    assert_ok(probe("/dev/null", &err), &err);
    assert_ok(probe(HADPOT_SOURCE_DIR "/README.md", &err), &err);
}

static void copy_file(const char *from, const char *to) {
    char bytes[1 << 15];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    assert_true(in != NULL && out != NULL);
    size_t size = fread(bytes, 1, sizeof bytes, in);
    assert_true(size < sizeof bytes && fwrite(bytes, 1, size, out) == size);
    assert_true(fclose(in) == 0 && fclose(out) == 0);
}

static void a_file_that_changes_is_refused(void **state) {
    hp_error err = HP_ERROR_INIT;
    hp_file_identity identity;
    char folder[64], path[96], other[96];
    (void)state;
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/a.h5", folder);
    snprintf(other, sizeof other, "%s/b.h5", folder);
    copy_file(CORPUS "plain.h5", path);
    copy_file(CORPUS "plain.h5", other);
    assert_ok(hp_probe_file(path, &identity, &err), &err);
    assert_ok(hp_probe_check_same(path, &identity, &err), &err);
    const struct timespec times[2] = {{0, 0}, {1000000000, 7}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    assert_status(hp_probe_check_same(path, &identity, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "has become another file while it was opened");
    hp_error_clear(&err);
    assert_ok(hp_probe_file(path, &identity, &err), &err);
    assert_int_equal(rename(other, path), 0); /* another one of the same size */
    assert_status(hp_probe_check_same(path, &identity, &err), HP_ERR_INPUT, &err);
    hp_test_remove_folder(folder);
}

/* A process that is gone, as after two seconds without a file, is replaced. */
static void a_process_that_is_gone_is_replaced(void **state) {
    siginfo_t about;
    hp_error err;
    (void)state;
    assert_ok(probe(CORPUS "plain.h5", &err), &err);
    assert_int_equal(waitid(P_ALL, 0, &about, WEXITED | WNOWAIT), 0); /* until it is gone */
    assert_ok(probe(CORPUS "plain.h5", &err), &err);
    refuses("crash_format", HP_TEST_CRASHED, "attribute format");
}

static void without_a_limit_there_is_no_process(void **state) {
    hp_error err = HP_ERROR_INIT;
    hp_file_identity identity;
    (void)state;
    hp_probe_enable(0);
    assert_ok(hp_probe_file(CORPUS "crash_format.h5", &identity, &err), &err);
    assert_ok(hp_probe_check_same("/nowhere", &identity, &err), &err);
    hp_probe_enable(SECONDS);
}

/* No descriptors are left for one. */
static void a_process_that_cannot_be_started_is_told(void **state) {
    hp_error err;
    struct rlimit before, none;
    char said[512] = "";
    (void)state;
    hp_probe_end();
    FILE *log = tmpfile();
    assert_non_null(log);
    int terminal = dup(STDERR_FILENO);
    assert_int_equal(dup2(fileno(log), STDERR_FILENO), STDERR_FILENO);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = (struct rlimit){0, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    hp_status status = probe(CORPUS "plain.h5", &err);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(dup2(terminal, STDERR_FILENO), STDERR_FILENO);
    close(terminal);
    rewind(log);
    size_t size = fread(said, 1, sizeof said - 1, log);
    said[size] = '\0';
    assert_int_equal(fclose(log), 0);
    assert_ok(status, &err);
    assert_contains(said,
                    "plain.h5: is opened without a process of its own, which cannot be started");
}

/* In a program that is told to ignore the ends of its children, as some launchers do. */
static void ends_that_are_ignored_do_no_harm(void **state) {
    (void)state;
    hp_probe_end();
    signal(SIGCHLD, SIG_IGN);
    refuses("crash_format", "it ended while it read attribute format", "the file is damaged");
    good_files_are_taken(state);
    hp_probe_end();
    signal(SIGCHLD, SIG_DFL);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_files_are_taken),
        cmocka_unit_test(what_filters_cannot_be_trusted_with_is_read),
        cmocka_unit_test(what_cannot_be_listed_is_refused),
        cmocka_unit_test(what_is_smaller_than_it_says_is_refused),
        cmocka_unit_test(what_hdf5_does_not_survive_is_told),
        cmocka_unit_test(other_files_are_left_to_others),
        cmocka_unit_test(a_file_that_changes_is_refused),
        cmocka_unit_test(a_process_that_is_gone_is_replaced),
        cmocka_unit_test(without_a_limit_there_is_no_process),
        cmocka_unit_test(a_process_that_cannot_be_started_is_told),
        cmocka_unit_test(ends_that_are_ignored_do_no_harm),
    };
    if (argc == 3 && strcmp(argv[1], "--probe") == 0) return hp_probe_serve(atoi(argv[2]));
    hp_probe_enable(SECONDS);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    hp_probe_end();
    return failed;
}
