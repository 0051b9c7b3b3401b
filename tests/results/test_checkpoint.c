// SPDX-License-Identifier: GPL-3.0-or-later
/* Samples kept in the output folder while a run lasts. */
#include "support.h"

#include <fcntl.h>
#include <float.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
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
    f->checkpoint = (hp_checkpoint){
        .folder = f->folder, .fingerprint = UINT64_C(0xfedcba9876543210), .length = LENGTH};
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
    assert_true(exists(&f, "checkpoint/average.bin"));
    assert_true(exists(&f, "checkpoint/sample_00002.bin"));
    assert_false(exists(&f, "checkpoint/.sample_00002.bin.tmp"));
    hp_test_remove_folder(f.folder);
}

static void finished_samples_are_counted(void **state) {
    (void)state;
    fixture f;
    int count = -1;
    set_up(&f);
    make_file(&f, "checkpoint/.sample_00001.bin.tmp", "cut off"); /* not finished */
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

/* Read a sample, and what is said of it. */
static bool read_back(const hp_checkpoint *checkpoint, int sample, double *back, char said[1024]) {
    bool found = true;
    hp_error err = HP_ERROR_INIT;
    FILE *log = tmpfile();
    assert_non_null(log);
    fflush(stderr);
    int kept = dup(STDERR_FILENO);
    assert_true(kept >= 0 && dup2(fileno(log), STDERR_FILENO) >= 0);
    hp_status status = hp_checkpoint_read(checkpoint, sample, back, &found, &err);
    fflush(stderr);
    assert_true(dup2(kept, STDERR_FILENO) >= 0 && close(kept) == 0);
    assert_ok(status, &err);
    rewind(log);
    said[fread(said, 1, 1023, log)] = '\0';
    fclose(log);
    return found;
}

static void assert_not_used(const fixture *f, int sample, const char *reason) {
    double back[LENGTH];
    char said[1024];
    assert_false(read_back(&f->checkpoint, sample, back, said));
    assert_contains(said, reason);
    assert_contains(said, ": it is not used, and computed again\n");
}

/* As it is read back after it has been written again: nothing is said, and the numbers are right.
 */
static void assert_replaced(const fixture *f, int sample) {
    double back[LENGTH];
    char said[1024];
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_checkpoint_write(&f->checkpoint, sample, vector, &err), &err);
    assert_true(read_back(&f->checkpoint, sample, back, said));
    assert_string_equal(said, "");
    assert_memory_equal(back, vector, sizeof vector);
}

/* Sample 1 of three, with a shell command done to it in its folder. */
static void spoil(fixture *f, const char *command) {
    char said[512];
    set_up(f);
    for (int sample = -1; sample < 2; sample++)
        assert_ok(hp_checkpoint_write(&f->checkpoint, sample, vector, &f->err), &f->err);
    assert_int_equal(hp_test_run(said, sizeof said, "cd '%s/checkpoint' && %s", f->folder, command),
                     0);
}

/* None of them gives a number, none waits, and the sample is kept again in its place. */
static void what_cannot_be_trusted_is_not_used(void **state) {
    (void)state;
    static const struct {
        const char *command, *reason;
    } cases[] = {
        {"cp sample_00002.bin sample_00001.bin", "sample_00001.bin\" holds number 2"},
        {"cp average.bin sample_00001.bin", "sample_00001.bin\" holds the average"},
        {"truncate -s 100 sample_00001.bin", "is cut off"},
        {"truncate -s 50 sample_00001.bin", "is cut off"},
        {"truncate -s 0 sample_00001.bin", "is cut off"},
        {"truncate -s 1G sample_00001.bin", "has more bytes than values"},
        {"echo x >>sample_00001.bin", "has more bytes than values"},
        {"rm sample_00001.bin && mkfifo sample_00001.bin", "is no regular file"},
        {"rm sample_00001.bin && mkdir -p sample_00001.bin/mine", "is no regular file"},
        {"rm sample_00001.bin && ln -s average.bin sample_00001.bin", "is a link"},
        {"rm sample_00001.bin && ln -s nowhere sample_00001.bin", "is a link"},
        {"printf '\\211HDF\\r\\n\\032\\n%0100d' 0 >sample_00001.bin", "is no file of a sample"},
        /* bytes of the head: order, layout, length, and a bit of a value */
        {"printf '\\001\\002\\003\\004' | dd of=sample_00001.bin bs=1 seek=8 conv=notrunc",
         "another order of bytes"},
        {"printf '\\002' | dd of=sample_00001.bin bs=1 seek=12 conv=notrunc",
         "the layout of another version"},
        {"printf '\\377' | dd of=sample_00001.bin bs=1 seek=39 conv=notrunc", "is cut off"},
        {"printf '\\002' | dd of=sample_00001.bin bs=1 seek=16 conv=notrunc", "a wrong checksum"},
        {"printf '\\001' | dd of=sample_00001.bin bs=1 seek=72 conv=notrunc", "a wrong checksum"},
        {"printf '\\001' | dd of=sample_00001.bin bs=1 seek=127 conv=notrunc", "a wrong checksum"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture f;
        spoil(&f, cases[i].command);
        assert_not_used(&f, 0, cases[i].reason);
        if (strstr(cases[i].command, "mkdir") == NULL) assert_replaced(&f, 0);
        double back[LENGTH];
        char said[1024];
        assert_true(read_back(&f.checkpoint, -1, back, said)); /* behind the link, too */
        assert_memory_equal(back, vector, sizeof vector);
        assert_true(read_back(&f.checkpoint, 1, back, said));
        hp_test_remove_folder(f.folder);
    }
}

/* A folder of somebody in the place of a sample stays, and the sample is not kept. */
static void folders_in_the_place_of_samples_stay(void **state) {
    (void)state;
    fixture f;
    spoil(&f, "rm sample_00001.bin && mkdir -p sample_00001.bin/mine");
    assert_ok(hp_checkpoint_write(&f.checkpoint, 0, vector, &f.err), &f.err);
    assert_true(exists(&f, "checkpoint/sample_00001.bin/mine"));
    assert_not_used(&f, 0, "is no regular file");
    hp_test_remove_folder(f.folder);
}

/* Right in all that a checksum can tell. */
static void samples_of_others_are_not_used(void **state) {
    (void)state;
    fixture f;
    hp_checkpoint other;
    double wrong[LENGTH + 1] = {0.0};
    set_up(&f);
    other = f.checkpoint;
    other.fingerprint ^= UINT64_C(1) << 63;
    assert_ok(hp_checkpoint_write(&other, 0, vector, &f.err), &f.err);
    assert_not_used(&f, 0, "belongs to another job, input file or version of hadpot");
    other = f.checkpoint;
    other.length = LENGTH + 1;
    assert_ok(hp_checkpoint_write(&other, 0, wrong, &f.err), &f.err);
    assert_not_used(&f, 0, "holds 8 values, expected 7");
    f.checkpoint.nfinite = 2; /* of the vector of these tests, places 2 and 3 are not */
    f.checkpoint.finite[0] = 0;
    f.checkpoint.finite[1] = 3;
    assert_ok(hp_checkpoint_write(&f.checkpoint, 0, vector, &f.err), &f.err);
    assert_not_used(&f, 0, "holds numbers that are not finite");
    f.checkpoint.finite[1] = 4;
    assert_replaced(&f, 0);
    hp_test_remove_folder(f.folder);
}

static void unfinished_fits_are_kept_until_they_are_finished(void **state) {
    (void)state;
    fixture f;
    double *back;
    size_t length;
    int count;
    bool found;
    set_up(&f);
    for (int sample = -1; sample < 1; sample++) {
        assert_ok(hp_checkpoint_read_fit(&f.checkpoint, sample, &back, &length, &found, &f.err),
                  &f.err);
        assert_true(!found && back == NULL);
        for (size_t n = 3; n < 6; n += 2) { /* the second one replaces the first */
            assert_ok(hp_checkpoint_keep_fit(&f.checkpoint, sample, vector, n, &f.err), &f.err);
            assert_ok(hp_checkpoint_read_fit(&f.checkpoint, sample, &back, &length, &found, &f.err),
                      &f.err);
            assert_true(found && length == n);
            assert_memory_equal(back, vector, n * sizeof *vector);
            free(back);
        }
    }
    assert_ok(hp_checkpoint_count(f.folder, &count, &f.err), &f.err);
    assert_int_equal(count, 0);
    assert_ok(hp_checkpoint_count_all(f.folder, &count, &f.err), &f.err);
    assert_int_equal(count, 2);
    assert_ok(hp_checkpoint_write(&f.checkpoint, 0, vector, &f.err), &f.err);
    assert_true(exists(&f, "checkpoint/fit_00000.bin"));
    assert_false(exists(&f, "checkpoint/fit_00001.bin"));
    assert_ok(hp_checkpoint_count_all(f.folder, &count, &f.err), &f.err);
    assert_int_equal(count, 2);
    hp_test_remove_folder(f.folder);
}

/* A finished sample is no state of a fit, nor the other way round. */
static void fits_and_samples_are_told_apart(void **state) {
    (void)state;
    fixture f;
    double *back;
    size_t length;
    bool found;
    char said[512];
    set_up(&f);
    assert_ok(hp_checkpoint_write(&f.checkpoint, 0, vector, &f.err), &f.err);
    assert_ok(hp_checkpoint_keep_fit(&f.checkpoint, 1, vector, LENGTH, &f.err), &f.err);
    assert_int_equal(hp_test_run(said, sizeof said,
                                 "cd '%s/checkpoint' && cp fit_00002.bin sample_00002.bin && "
                                 "cp sample_00001.bin fit_00001.bin",
                                 f.folder),
                     0);
    assert_not_used(&f, 1, "sample_00002.bin\" holds a fit that goes on");
    assert_ok(hp_checkpoint_read_fit(&f.checkpoint, 0, &back, &length, &found, &f.err), &f.err);
    assert_false(found);
    hp_test_remove_folder(f.folder);
}

/* Whatever of them is damaged. */
static void one_good_file_tells_whose_samples_they_are(void **state) {
    (void)state;
    fixture f;
    bool ours;
    hp_checkpoint other;
    spoil(&f, ":");
    other = f.checkpoint;
    other.fingerprint ^= 1;
    assert_ok(hp_checkpoint_is_ours(&f.checkpoint, &ours, &f.err), &f.err);
    assert_true(ours);
    assert_ok(hp_checkpoint_is_ours(&other, &ours, &f.err), &f.err);
    assert_false(ours);
    hp_test_remove_folder(f.folder);
    spoil(&f, "truncate -s 80 average.bin && echo x >sample_00001.bin");
    assert_ok(hp_checkpoint_is_ours(&f.checkpoint, &ours, &f.err), &f.err);
    assert_true(ours); /* sample 2 */
    hp_test_remove_folder(f.folder);
    spoil(&f, "truncate -s 80 *.bin && rm average.bin && mkfifo average.bin");
    assert_ok(hp_checkpoint_is_ours(&f.checkpoint, &ours, &f.err), &f.err);
    assert_false(ours);
    hp_test_remove_folder(f.folder);
    f.checkpoint.folder = "/nowhere";
    assert_ok(hp_checkpoint_is_ours(&f.checkpoint, &ours, &f.err), &f.err);
    assert_false(ours);
}

static void remove_leaves_nothing(void **state) {
    (void)state;
    fixture f;
    set_up(&f);
    for (int sample = -1; sample < 2; sample++)
        assert_ok(hp_checkpoint_write(&f.checkpoint, sample, vector, &f.err), &f.err);
    make_file(&f, "checkpoint/.sample_00004.bin.tmp", "cut off");
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
    } cases[] = {{"average.bin", true, true},
                 {"average.h5", true, true}, /* of an earlier version */
                 {"sample_00001.h5", true, true},
                 {"fit_00000.bin", false, true},
                 {".fit_00003.bin.tmp", false, true},
                 {"fit_.bin", false, false},
                 {"fit_00001.bin.old", false, false},
                 {"sample_00001.bin", true, true},
                 {"sample_123456.bin", true, true},
                 {".average.bin.tmp", false, true},
                 {".sample_00012.bin.tmp", false, true},
                 {"average.bin.old", false, false},
                 {"average.bi", false, false},
                 {"my_average.bin", false, false},
                 {"sample_.bin", false, false},
                 {"sample_00001.b", false, false},
                 {"sample_00001.bin.bak", false, false},
                 {"samples_1.bin", false, false},
                 {"sample_00001.binx.tmp", false, false}};
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
    assert_true(exists(&f, "checkpoint/sample_123456.bin"));
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
    snprintf(path, sizeof path, "%s/checkpoint/sample_00001.bin", f.folder);
    assert_int_equal(mkdir(path, 0777), 0);
    assert_ok(hp_checkpoint_remove(f.folder, &f.err), &f.err);
    assert_true(exists(&f, "checkpoint/sample_00001.bin"));
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
    assert_false(exists(&f, "checkpoint/average.bin"));
    hp_test_remove_folder(f.folder);
}

static void a_folder_that_is_not_there_is_an_error(void **state) {
    (void)state;
    fixture f;
    set_up(&f);
    f.checkpoint.folder = "/nowhere";
    assert_status(hp_checkpoint_write(&f.checkpoint, 0, vector, &f.err), HP_ERR_IO, &f.err);
    assert_contains(f.err.message, "sample_00001.bin.tmp");
    hp_test_remove_folder(f.folder);
}

/* What is said while so many of 20 samples, and fits that go on, are there. */
static void assert_kept(int samples, int fits, bool average, bool others, const char *expected) {
    fixture f;
    char said[HP_KEPT_TEXT], name[64];
    set_up(&f);
    if (average) make_file(&f, "checkpoint/average" HP_CHECKPOINT_SUFFIX, "");
    for (int i = 1; i <= samples; i++) {
        snprintf(name, sizeof name, "checkpoint/sample_%05d" HP_CHECKPOINT_SUFFIX, i);
        make_file(&f, name, "");
    }
    for (int i = samples + 1; i <= samples + fits; i++) {
        snprintf(name, sizeof name, "checkpoint/fit_%05d" HP_CHECKPOINT_SUFFIX, i);
        make_file(&f, name, "");
    }
    make_file(&f, "checkpoint/.sample_00020" HP_CHECKPOINT_SUFFIX ".tmp", "");
    hp_checkpoint_watch(f.folder, "samples", 20, others);
    hp_checkpoint_describe_kept(said, sizeof said);
    hp_checkpoint_unwatch();
    assert_contains(said, expected);
    hp_test_remove_folder(f.folder);
}

static void what_is_kept_is_told(void **state) {
    (void)state;
    char said[HP_KEPT_TEXT];
    hp_checkpoint_describe_kept(said, sizeof said);
    assert_string_equal(said, "nothing is kept");
    assert_kept(0, 0, false, false, "nothing is kept yet; go on with --resume, or begin anew");
    assert_kept(0, 0, true, false, "none of 20 samples is finished, but the average is kept in \"");
    assert_kept(0, 1, false, false,
                "none of 20 samples is finished, but the state of 1 fit is kept in \"");
    assert_kept(0, 2, true, false,
                "none of 20 samples is finished, but the average and the state of 2 fits is kept");
    assert_kept(9, 0, true, false, "9 of 20 samples are kept in \"");
    assert_kept(10, 2, true, false, "10 of 20 samples and the state of 2 fits are kept in \"");
    assert_kept(9, 0, true, true,
                "/checkpoint\", those of the analyses before it beside them; go on with --resume");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_come_back_bit_for_bit),
        cmocka_unit_test(finished_samples_are_counted),
        cmocka_unit_test(what_cannot_be_trusted_is_not_used),
        cmocka_unit_test(folders_in_the_place_of_samples_stay),
        cmocka_unit_test(samples_of_others_are_not_used),
        cmocka_unit_test(unfinished_fits_are_kept_until_they_are_finished),
        cmocka_unit_test(fits_and_samples_are_told_apart),
        cmocka_unit_test(one_good_file_tells_whose_samples_they_are),
        cmocka_unit_test(remove_leaves_nothing),
        cmocka_unit_test(remove_spares_files_of_others),
        cmocka_unit_test(files_are_known_by_their_names),
        cmocka_unit_test(all_finished_samples_are_counted),
        cmocka_unit_test(obstacles_are_named),
        cmocka_unit_test(a_folder_that_is_not_there_is_an_error),
        cmocka_unit_test(what_is_kept_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
