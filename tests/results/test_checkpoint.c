// SPDX-License-Identifier: GPL-3.0-or-later
/* Samples kept in the output folder while a run lasts. */
#include "support.h"

#include <float.h>
#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
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

int main(void) {
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* our messages instead of the library's stack */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_come_back_bit_for_bit),
        cmocka_unit_test(finished_samples_are_counted),
        cmocka_unit_test(samples_of_another_job_are_refused),
        cmocka_unit_test(damaged_samples_are_refused),
        cmocka_unit_test(remove_leaves_nothing),
        cmocka_unit_test(remove_spares_files_of_others),
        cmocka_unit_test(a_folder_that_is_not_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
