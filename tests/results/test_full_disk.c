// SPDX-License-Identifier: GPL-3.0-or-later
/* Files that may not grow stand for a disk that is full (EFBIG in place of ENOSPC): HDF5 closes
 * whatever happens, and what was there stays. */
#include "record_case.h"

#include <hdf5.h>
#include <unistd.h>
#include "hadpot/hdf5_write.h"

enum { ROWS = 40, POINTS = 200 };

/* As an ensemble: rows of two datasets, compressed or not, then texts. */
static hp_status write_ensemble(const char *path, bool compressed, hp_error *err) {
    hp_status status = HP_OK;
    static const size_t extent[] = {ROWS, POINTS};
    static const char *const name[] = {"a/rows", "b/rows"};
    double row[POINTS];
    hid_t file = H5I_INVALID_HID;
    HP_TRY(hp_h5_create_file(path, &file, err));
    for (int k = 0; k < 2; k++)
        HP_TRY(compressed ? hp_h5_create_rows(file, name[k], 2, extent, err)
                          : hp_h5_write(file, name[k], H5T_NATIVE_DOUBLE, 2, extent, NULL, err));
    for (int i = 0; i < ROWS; i++)
        for (int k = 0; k < 2; k++) {
            for (int p = 0; p < POINTS; p++) row[p] = 1.0 / (1.0 + i + p * p + k);
            HP_TRY(hp_h5_write_row(file, name[k], i, row, err));
        }
    HP_TRY(hp_h5_write_doubles(file, "small", 1, extent, row, "1", "a small one", err));
    HP_TRY(hp_h5_attribute_text(file, "/", "provenance", "a test of full disks", err));
    HP_TRY(hp_h5_close_file(path, &file, err));
cleanup:
    hp_h5_discard_file(&file);
    return status;
}

/* From nothing to more than it takes; each ends in the same file or in none of it. */
static void ensembles_that_find_no_room_are_closed(void **state) {
    (void)state;
    char folder[64], path[96], found[64];
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/a.h5", folder);
    for (int compressed = 0; compressed < 2; compressed++) {
        int full = 0, good = 0;
        for (rlim_t limit = 0; limit < 160000; limit += 500) {
            hp_error err = HP_ERROR_INIT;
            limit_files(limit);
            hp_status status = write_ensemble(path, compressed, &err);
            limit_files(RLIM_INFINITY);
            if (status != HP_OK) assert_status(status, HP_ERR_DISK_FULL, &err);
            if (status != HP_OK) assert_contains(err.message, "File too large");
            full += status != HP_OK;
            good += status == HP_OK;
            assert_int_equal(H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL), 0);
            unlink(path);
        }
        assert_true(full > 10 && good > 0);
    }
    assert_int_equal(H5close(), 0); /* nothing is left to be written */
    assert_int_equal(hp_test_run(found, sizeof found, "ls -A '%s'", folder), 0);
    assert_string_equal(found, "");
    hp_test_remove_folder(folder);
}

/* Samples stay, and are pointed to. */
static void results_that_find_no_room_are_not_begun(void **state) {
    (void)state;
    case_data c;
    hp_error err = HP_ERROR_INIT;
    char path[64], found[512];
    open_case(&c);
    hp_test_make_folder(path);
    hp_folder folder = {.path = path, .command = "run", .job = "seed: 1\n"};
    const hp_checkpoint checkpoint = {.folder = path, .fingerprint = 1, .length = 1};
    assert_ok(hp_folder_open(&folder, &err), &err);
    assert_ok(hp_folder_judge(&folder, 0, &checkpoint, &err), &err);
    assert_ok(hp_folder_claim(&folder, &err), &err);
    limit_files(1000); /* enough for the manifest */
    hp_status status = hp_results_save(&c.record, &folder, &err);
    limit_files(RLIM_INFINITY);
    assert_status(status, HP_ERR_DISK_FULL, &err);
    assert_contains(err.message, "File too large");
    assert_contains(err.message, "; what is finished is kept in \"");
    assert_contains(err.message, "/checkpoint\": make room, and go on with --resume");
    assert_int_equal(hp_test_run(found, sizeof found, "cd '%s' && LC_ALL=C ls -A", path), 0);
    assert_string_equal(found, ".hadpot.lock\ncheckpoint\nmanifest.yaml\n");
    hp_error_clear(&err);
    assert_ok(hp_results_save(&c.record, &folder, &err), &err);
    hp_folder_close(&folder);
    hp_test_remove_folder(path);
    close_case(&c);
}

static void room_is_looked_at(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    double bytes;
    assert_ok(hp_folder_check_room("/tmp", "results", 0, &err), &err);
    assert_ok(hp_folder_check_room("/nowhere", "results", 1e30, &err), &err); /* not known */
    assert_status(hp_folder_check_room("/tmp", "results", 1e30, &err), HP_ERR_DISK_FULL, &err);
    assert_contains(err.message, "\"/tmp\": No space left on device: results need at least ");
    hp_error_clear(&err);
    const hp_checkpoint checkpoint = {.folder = "/nowhere", .length = 10};
    assert_ok(hp_checkpoint_size(&checkpoint, 3, &bytes, &err), &err);
    assert_close(bytes, 2 * 4 * 80, 0.0, 0.0); /* exact: 4 samples and 4 rows of 10 numbers */
}

int main(void) {
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_that_find_no_room_are_not_begun),
        cmocka_unit_test(room_is_looked_at),
        cmocka_unit_test(ensembles_that_find_no_room_are_closed),
    };
    return cmocka_run_group_tests_name("results/full_disk", tests, NULL, NULL);
}
