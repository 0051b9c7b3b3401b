// SPDX-License-Identifier: GPL-3.0-or-later
/* Samples kept in the output folder while a run lasts. */
#include "support.h"

#include <float.h>
#include <hdf5.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "hadpot/checkpoint.h"

enum { LENGTH = 7 };

typedef struct {
    char folder[64];
    hp_checkpoint checkpoint;
    hp_error err;
} fixture;

/* Values that only a copy bit for bit keeps. */
static const double vector[LENGTH] = {1.0 / 3.0, -0.0,         NAN,  INFINITY,
                                      -DBL_MAX,  DBL_TRUE_MIN, 2.385};

static void set_up(fixture *f) {
    char path[256];
    memset(f, 0, sizeof *f);
    hp_test_make_folder(f->folder);
    snprintf(path, sizeof path, "%s/checkpoint", f->folder);
    assert_int_equal(mkdir(path, 0777), 0);
    f->checkpoint = (hp_checkpoint){f->folder, UINT64_C(0xfedcba9876543210), LENGTH};
}

static bool exists(const fixture *f, const char *name) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    return access(path, F_OK) == 0;
}

static void make_file(const fixture *f, const char *name, const char *text) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

static void samples_come_back_bit_for_bit(void **state) {
    (void)state;
    fixture f;
    set_up(&f);
    for (int sample = -1; sample < 3; sample += 2) {
        double kept[LENGTH], back[LENGTH] = {0};
        bool found = true;
        memcpy(kept, vector, sizeof kept);
        kept[0] = sample; /* each its own */
        assert_ok(hp_checkpoint_read(&f.checkpoint, sample, back, &found, &f.err), &f.err);
        assert_false(found);
        assert_ok(hp_checkpoint_write(&f.checkpoint, sample, kept, &f.err), &f.err);
        assert_ok(hp_checkpoint_read(&f.checkpoint, sample, back, &found, &f.err), &f.err);
        assert_true(found);
        assert_memory_equal(back, kept, sizeof kept);
    }
    double average[LENGTH];
    bool found = false;
    assert_ok(hp_checkpoint_read(&f.checkpoint, -1, average, &found, &f.err), &f.err);
    assert_close(average[0], -1.0, 0.0, 0.0); /* exact: sample 1 did not overwrite it */
    assert_true(exists(&f, "checkpoint/average.h5"));
    assert_true(exists(&f, "checkpoint/sample_00002.h5"));
    assert_false(exists(&f, "checkpoint/.sample_00002.h5.tmp"));
    hp_test_remove_folder(f.folder);
}

static void finished_samples_are_counted(void **state) {
    (void)state;
    fixture f;
    int count = -1;
    set_up(&f);
    make_file(&f, "checkpoint/.sample_00001.h5.tmp", "cut off"); /* not finished */
    make_file(&f, "checkpoint/notes.txt", "mine");
    assert_ok(hp_checkpoint_count(f.folder, &count, &f.err), &f.err);
    assert_int_equal(count, 0);
    assert_ok(hp_checkpoint_write(&f.checkpoint, -1, vector, &f.err), &f.err);
    assert_ok(hp_checkpoint_write(&f.checkpoint, 4, vector, &f.err), &f.err);
    assert_ok(hp_checkpoint_count(f.folder, &count, &f.err), &f.err);
    assert_int_equal(count, 2);
    assert_ok(hp_checkpoint_count("/nowhere", &count, &f.err), &f.err);
    assert_int_equal(count, 0);
    hp_test_remove_folder(f.folder);
}

static void samples_of_another_job_are_refused(void **state) {
    (void)state;
    fixture f;
    bool found;
    double back[LENGTH];
    set_up(&f);
    assert_ok(hp_checkpoint_write(&f.checkpoint, -1, vector, &f.err), &f.err);
    bool ours = false;
    assert_ok(hp_checkpoint_is_ours(&f.checkpoint, &found, &ours, &f.err), &f.err);
    assert_true(found && ours);
    f.checkpoint.fingerprint ^= UINT64_C(1) << 63;
    assert_ok(hp_checkpoint_is_ours(&f.checkpoint, &found, &ours, &f.err), &f.err);
    assert_true(found && !ours);
    assert_status(hp_checkpoint_read(&f.checkpoint, -1, back, &found, &f.err), HP_ERR_INPUT,
                  &f.err);
    assert_contains(f.err.message, "average.h5\" belongs to another job");
    hp_test_remove_folder(f.folder);
}

static void damaged_samples_are_refused(void **state) {
    (void)state;
    fixture f;
    bool found, ours;
    double back[LENGTH + 1];
    char path[128];
    set_up(&f);
    assert_ok(hp_checkpoint_write(&f.checkpoint, 0, vector, &f.err), &f.err);

    hp_checkpoint other = f.checkpoint; /* a sample of another length */
    other.length = LENGTH + 1;
    assert_status(hp_checkpoint_read(&other, 0, back, &found, &f.err), HP_ERR_INPUT, &f.err);
    assert_contains(f.err.message, "does not hold the 8 values of a sample");
    hp_error_clear(&f.err);

    snprintf(path, sizeof path, "%s/checkpoint/sample_00001.h5", f.folder);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT); /* without its fingerprint */
    assert_true(file >= 0 && H5Adelete(file, "fingerprint") >= 0 && H5Fclose(file) >= 0);
    assert_status(hp_checkpoint_read(&f.checkpoint, 0, back, &found, &f.err), HP_ERR_INPUT, &f.err);
    assert_contains(f.err.message, "no readable attribute \"fingerprint\"");
    hp_error_clear(&f.err);

    assert_int_equal(truncate(path, 1000), 0);
    assert_status(hp_checkpoint_read(&f.checkpoint, 0, back, &found, &f.err), HP_ERR_INPUT, &f.err);
    assert_contains(f.err.message, "sample_00001.h5\" is not a finished sample");
    hp_error_clear(&f.err);

    make_file(&f, "checkpoint/average.h5", "no HDF5");
    assert_status(hp_checkpoint_is_ours(&f.checkpoint, &found, &ours, &f.err), HP_ERR_INPUT,
                  &f.err);
    assert_contains(f.err.message, "average.h5\" is not a finished sample");
    hp_test_remove_folder(f.folder);
}

static void remove_leaves_nothing(void **state) {
    (void)state;
    fixture f;
    set_up(&f);
    for (int sample = -1; sample < 2; sample++)
        assert_ok(hp_checkpoint_write(&f.checkpoint, sample, vector, &f.err), &f.err);
    make_file(&f, "checkpoint/.sample_00004.h5.tmp", "cut off");
    make_file(&f, "results.h5", "");
    assert_ok(hp_checkpoint_remove(f.folder, &f.err), &f.err);
    assert_false(exists(&f, "checkpoint"));
    assert_true(exists(&f, "results.h5"));
    assert_ok(hp_checkpoint_remove(f.folder, &f.err), &f.err); /* gone */
    hp_test_remove_folder(f.folder);
}

/* Files of this module, finished or cut off; what only resembles them is neither counted nor
 * removed. */
static void files_are_known_by_their_names(void **state) {
    (void)state;
    static const struct {
        const char *name;
        bool counted, removed;
    } cases[] = {{"average.h5", true, true},
                 {"sample_00001.h5", true, true},
                 {"sample_123456.h5", true, true},
                 {".average.h5.tmp", false, true},
                 {".sample_00012.h5.tmp", false, true},
                 {"average.h5.old", false, false},
                 {"average.h", false, false},
                 {"my_average.h5", false, false},
                 {"sample_.h5", false, false},
                 {"sample_00001.h", false, false},
                 {"sample_00001.h5.bak", false, false},
                 {"samples_1.h5", false, false},
                 {"sample_00001.h5x.tmp", false, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[64];
        fixture f;
        set_up(&f);
        int count = -1;
        snprintf(path, sizeof path, "checkpoint/%s", cases[i].name);
        make_file(&f, path, "");
        assert_ok(hp_checkpoint_count(f.folder, &count, &f.err), &f.err);
        assert_int_equal(count, cases[i].counted);
        assert_ok(hp_checkpoint_remove(f.folder, &f.err), &f.err);
        assert_int_equal(exists(&f, path), !cases[i].removed);
        hp_test_remove_folder(f.folder);
    }
}

/* More than one is told in the plural, and samples beyond 99999 have names, too. */
static void all_finished_samples_are_counted(void **state) {
    (void)state;
    fixture f;
    int count;
    bool found;
    double back[LENGTH];
    set_up(&f);
    assert_ok(hp_checkpoint_write(&f.checkpoint, 0, vector, &f.err), &f.err);
    assert_ok(hp_checkpoint_write(&f.checkpoint, 123455, vector, &f.err), &f.err);
    assert_true(exists(&f, "checkpoint/sample_123456.h5"));
    assert_ok(hp_checkpoint_read(&f.checkpoint, 123455, back, &found, &f.err), &f.err);
    assert_true(found);
    assert_ok(hp_checkpoint_count(f.folder, &count, &f.err), &f.err); /* without an average */
    assert_int_equal(count, 2);
    hp_test_remove_folder(f.folder);
}

/* A folder of this name is somebody else's; a checkpoint that is a file is no folder. */
static void obstacles_are_named(void **state) {
    (void)state;
    fixture f;
    char path[128];
    set_up(&f);
    snprintf(path, sizeof path, "%s/checkpoint/sample_00001.h5", f.folder);
    assert_int_equal(mkdir(path, 0777), 0);
    assert_ok(hp_checkpoint_remove(f.folder, &f.err), &f.err);
    assert_true(exists(&f, "checkpoint/sample_00001.h5"));
    hp_test_remove_folder(f.folder);
    hp_error_clear(&f.err);
    hp_test_make_folder(f.folder);
    make_file(&f, "checkpoint", "");
    int count;
    assert_status(hp_checkpoint_count(f.folder, &count, &f.err), HP_ERR_IO, &f.err);
    assert_contains(f.err.message, "cannot open \"");
    assert_contains(f.err.message, "/checkpoint\": ");
    hp_error_clear(&f.err);
    assert_status(hp_checkpoint_remove(f.folder, &f.err), HP_ERR_IO, &f.err);
    assert_contains(f.err.message, "/checkpoint\": ");
    assert_true(exists(&f, "checkpoint"));
    hp_test_remove_folder(f.folder);
}

static void remove_spares_files_of_others(void **state) {
    (void)state;
    fixture f;
    set_up(&f);
    assert_ok(hp_checkpoint_write(&f.checkpoint, -1, vector, &f.err), &f.err);
    make_file(&f, "checkpoint/notes.txt", "mine");
    assert_ok(hp_checkpoint_remove(f.folder, &f.err), &f.err);
    assert_true(exists(&f, "checkpoint/notes.txt"));
    assert_false(exists(&f, "checkpoint/average.h5"));
    hp_test_remove_folder(f.folder);
}

static void a_folder_that_is_not_there_is_an_error(void **state) {
    (void)state;
    fixture f;
    set_up(&f);
    f.checkpoint.folder = "/nowhere";
    assert_status(hp_checkpoint_write(&f.checkpoint, 0, vector, &f.err), HP_ERR_IO, &f.err);
    assert_contains(f.err.message, "sample_00001.h5.tmp");
    hp_test_remove_folder(f.folder);
}

/* Unless they are ignored. */
static void both_signals_are_watched(void **state) {
    (void)state;
    static const int ends[] = {SIGINT, SIGTERM};
    struct sigaction now;
    fixture f;
    set_up(&f);
    for (int i = 0; i < 2; i++) {
        hp_checkpoint_watch(&f.checkpoint, "samples", 1, false);
        assert_true(sigaction(ends[i], NULL, &now) == 0 && now.sa_handler != SIG_DFL);
        hp_checkpoint_unwatch();
        assert_true(sigaction(ends[i], NULL, &now) == 0 && now.sa_handler == SIG_DFL);
        assert_true(signal(ends[i], SIG_IGN) != SIG_ERR); /* as by nohup */
        hp_checkpoint_watch(&f.checkpoint, "samples", 1, false);
        assert_true(sigaction(ends[i], NULL, &now) == 0 && now.sa_handler == SIG_IGN);
        hp_checkpoint_unwatch();
        assert_true(signal(ends[i], SIG_DFL) != SIG_ERR);
    }
    hp_test_remove_folder(f.folder);
}

/* What a process says that is ended while `count` of 20 samples are there. */
static void assert_last_words(int count, const char *expected) {
    fixture f;
    int ends[2], outcome;
    char said[512], name[64];
    set_up(&f);
    for (int i = 1; i <= count; i++) {
        snprintf(name, sizeof name, "checkpoint/sample_%05d.h5", i);
        make_file(&f, name, "");
    }
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        hp_checkpoint_watch(&f.checkpoint, "samples", 20, true);
        raise(SIGTERM);
        _exit(0);
    }
    close(ends[1]);
    ssize_t length = read(ends[0], said, 1); /* the words come in pieces: until the pipe ends */
    for (ssize_t more = length; more > 0; length += more)
        more = read(ends[0], said + length, sizeof said - 1 - (size_t)length);
    said[length] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &outcome, 0), child);
    assert_true(WIFSIGNALED(outcome) && WTERMSIG(outcome) == SIGTERM);
    assert_contains(said, expected);
    assert_contains(said, "/checkpoint\", go on with --resume\n");
    hp_test_remove_folder(f.folder);
}

static void the_kept_samples_are_told(void **state) {
    (void)state;
    assert_last_words(0, "hadpot: interrupted: no finished samples are kept in \"");
    assert_last_words(9, "hadpot: interrupted: 9 finished samples are kept in \"");
    assert_last_words(10, "hadpot: interrupted: 10 finished samples are kept in \"");
}

int main(void) {
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* our messages instead of the library's stack */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_come_back_bit_for_bit),
        cmocka_unit_test(finished_samples_are_counted),
        cmocka_unit_test(samples_of_another_job_are_refused),
        cmocka_unit_test(damaged_samples_are_refused),
        cmocka_unit_test(remove_leaves_nothing),
        cmocka_unit_test(remove_spares_files_of_others),
        cmocka_unit_test(files_are_known_by_their_names),
        cmocka_unit_test(all_finished_samples_are_counted),
        cmocka_unit_test(obstacles_are_named),
        cmocka_unit_test(a_folder_that_is_not_there_is_an_error),
        cmocka_unit_test(both_signals_are_watched),
        cmocka_unit_test(the_kept_samples_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
