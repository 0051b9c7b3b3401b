// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows that cannot be read or hold numbers that are not finite: any rank finds out on its own. */
#include "mpi_support.h"

#include <math.h>
#include "hadpot/ensemble_file.h"
#include "hadpot/memory.h"
#include "sample_file.h"

static hp_comm comm;
static char folder[64];

static void share_from_rank_0(bool ok) {
    assert_int_equal(hp_parallel_agree(&comm, ok ? HP_OK : HP_ERR_IO, NULL), HP_OK);
}

/* A good radial file, then `value` at one place of a dataset. */
static bool write_bad_row(const char *path, const char *dataset, hsize_t place, double value) {
    const hsize_t one = 1;
    bool ok = write_sample_file(path, (sample_style){false, false});
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t data = H5Dopen2(file, dataset, H5P_DEFAULT), space = H5Dget_space(data);
    hsize_t shape[3], coordinates[3] = {0};
    int rank = H5Sget_simple_extent_dims(space, shape, NULL);
    for (int axis = rank - 1; axis >= 0; axis--) {
        coordinates[axis] = place % shape[axis];
        place /= shape[axis];
    }
    hid_t memory = H5Screate_simple(1, &one, NULL);
    ok = ok && H5Sselect_elements(space, H5S_SELECT_SET, 1, coordinates) >= 0;
    ok = ok && H5Dwrite(data, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, &value) >= 0;
    return (H5Sclose(memory) >= 0) & (H5Sclose(space) >= 0) & (H5Dclose(data) >= 0) &
           (H5Fclose(file) >= 0) & ok;
}

static void check_bad_row(const char *dataset, int sample, int place, double value,
                          const char *expected) {
    char path[128];
    hp_error err = HP_ERROR_INIT, row_err = HP_ERROR_INIT;
    hp_ensemble e;
    bool ok = true;
    snprintf(path, sizeof path, "%s/row.h5", folder);
    MPI_Barrier(comm.mpi); /* others may still read what is written anew */
    if (comm.rank == 0) ok = write_bad_row(path, dataset, (hsize_t)place, value);
    share_from_rank_0(ok);
    assert_ok(hp_ensemble_open(&comm, path, &e, &err), &err);
    double *row = hp_alloc(hp_ensemble_row_length(&e), sizeof *row);
    hp_status good = hp_ensemble_read_row(&e, (sample + 1) % 3, row, &err);
    hp_status found = hp_ensemble_read_row(&e, sample, row, &row_err);
    hp_free(row);
    hp_ensemble_close(&e);
    assert_ok(good, &err); /* other rows are not affected */
    assert_status(found, HP_ERR_INPUT, &row_err);
    assert_contains(row_err.message, path);
    assert_contains(row_err.message, expected);
}

static void rows_that_are_not_finite_are_refused(void **state) {
    (void)state;
    check_bad_row("/source/wall/R", 1, (1 * 4 + 2) * 6 + 5, NAN,
                  "dataset /source/wall/R: nan at sample 1, t = 9, point 5");
    check_bad_row("/source/exponential/four_point", 2, (2 * 4 + 3) * 6 + 0, INFINITY,
                  "dataset /source/exponential/four_point: inf at sample 2, t = 10, point 0");
    check_bad_row("/source/exponential/two_point_1", 0, 1, -INFINITY,
                  "dataset /source/exponential/two_point_1: -inf at sample 0, t = 8, expected");
    check_bad_row("/source/exponential/two_point_2", 2, 2 * 4 + 3, NAN,
                  "dataset /source/exponential/two_point_2: nan at sample 2, t = 10, expected");
}

/* The compressed bytes of one chunk of the wall source are spoilt. */
static bool spoil_chunk(const char *path) {
    bool ok = write_sample_file(path, (sample_style){.cubic = false, .narrow = true});
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t data = H5Dopen2(file, "/source/wall/R", H5P_DEFAULT);
    const hsize_t origin[3] = {2, 0, 0};
    const char rubbish[] = "these are not deflated bytes";
    ok = ok && H5Dwrite_chunk(data, H5P_DEFAULT, 0, origin, sizeof rubbish, rubbish) >= 0;
    return (H5Dclose(data) >= 0) & (H5Fclose(file) >= 0) & ok;
}

static void damaged_chunk_is_reported(void **state) {
    (void)state;
    char path[128];
    hp_error err = HP_ERROR_INIT, row_err = HP_ERROR_INIT;
    hp_ensemble e;
    bool ok = true;
    snprintf(path, sizeof path, "%s/chunk.h5", folder);
    MPI_Barrier(comm.mpi); /* others may still read what is written anew */
    if (comm.rank == 0) ok = spoil_chunk(path);
    share_from_rank_0(ok);
    assert_ok(hp_ensemble_open(&comm, path, &e, &err), &err);
    double *row = hp_alloc(hp_ensemble_row_length(&e), sizeof *row);
    hp_status good = hp_ensemble_read_row(&e, 1, row, &err);
    hp_status found = hp_ensemble_read_row(&e, 2, row, &row_err);
    hp_free(row);
    hp_ensemble_close(&e);
    assert_ok(good, &err);
    assert_status(found, HP_ERR_INPUT, &row_err);
    assert_contains(row_err.message, "dataset /source/wall/R: sample 2 cannot be read (HDF5: ");
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_that_are_not_finite_are_refused),
        cmocka_unit_test(damaged_chunk_is_reported),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, folder);
}
