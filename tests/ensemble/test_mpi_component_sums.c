// SPDX-License-Identifier: GPL-3.0-or-later
/* Ensembles of version 2: rows of one S wave are those of version 1, and checksums. */
#include "mpi_support.h"

#include <math.h>
#include "hadpot/ensemble_file.h"
#include "hadpot/hdf5_read.h"
#include "hadpot/memory.h"
#include "two_pairs.h"

static hp_comm comm;
static char folder[64];

/* One S wave: rows and their checksums are those of version 1. */
static void one_s_wave_is_version_1(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_ensemble one, two;
    char path[128];
    components_file of = two_pairs();
    of.npair = of.ncomponent = 1;
    of.pair[0] = (file_pair){.name = "XX", .mass = {0.6875, 2}};
    of.component[0] = "XX:1S0";
    of.source[0] = (file_source){.name = "a"};
    of.source[1] = (file_source){.name = "b", .pair = "XX"};
    open_file(&comm, folder, &of, "two.h5", &two);
    snprintf(path, sizeof path, "%s/one.h5", folder);
    bool ok = true;
    MPI_Barrier(comm.mpi); /* others may still read what is written anew */
    if (comm.rank == 0) {
        hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        ok = file_head(file, &of) && file_axes(file, &of);
        ok = ok && put_number(file, "version", 1, H5T_STD_I64LE, 1);
        ok = ok && put_number(file, "mass_1", 0.6875, H5T_IEEE_F64LE, 1);
        ok = ok && put_number(file, "mass_2", 2, H5T_IEEE_F64LE, 1);
        for (int s = 0; s < 2; s++)
            for (int part = 0; part < 3; part++) {
                const char *const names[] = {"four_point", "two_point_1", "two_point_2"};
                char name[64];
                snprintf(name, sizeof name, "/source/%s/%s", of.source[s].name, names[part]);
                const file_place at = {
                    part == 0 ? FILE_WAVE : FILE_TWO_POINT_1 + part - 1, s, 0, 0, 0, 0};
                ok = ok && file_rows(file, &of, name, part == 0 ? 3 : 2, NT, at);
            }
        ok = (H5Fclose(file) >= 0) & ok;
    }
    assert_int_equal(hp_parallel_agree(&comm, ok ? HP_OK : HP_ERR_IO, NULL), HP_OK);
    assert_ok(hp_ensemble_open(&comm, path, &one, &err), &err);
    assert_int_equal(one.version, 1);
    assert_int_equal(one.ncomponent, 0);
    assert_int_equal(hp_ensemble_wave_count(&one), hp_ensemble_wave_count(&two));
    assert_string_equal(hp_ensemble_wave_name(&one, 1), hp_ensemble_wave_name(&two, 1));
    assert_int_equal(hp_ensemble_find_field(&one, 1, 0, false), 1);
    size_t length = hp_ensemble_row_length(&one);
    assert_int_equal(length, hp_ensemble_row_length(&two));
    double *row = hp_alloc(2 * length, sizeof *row);
    uint32_t crc[2][2 * NT + 2] = {{0}};
    for (int sample = 0; sample < NSAMPLE; sample++) {
        assert_ok(hp_ensemble_read_row(&one, sample, row, &err), &err);
        assert_ok(hp_ensemble_read_row(&two, sample, row + length, &err), &err);
        assert_memory_equal(row, row + length, length * sizeof *row);
        hp_ensemble_checksum_row(&one, NULL, row, crc[0]);
        hp_ensemble_checksum_row(&two, NULL, row + length, crc[1]);
    }
    assert_memory_equal(crc[0], crc[1], sizeof crc[0]);
    hp_free(row);
    hp_ensemble_close(&one);
    hp_ensemble_close(&two);
}

/* Whatever tells an ensemble from others enters its checksum, and the kind of storage does not. */
static void descriptions_differ_by_what_they_say(void **state) {
    (void)state;
    enum { CASES = 8 };
    uint32_t crc[CASES];
    static const double other_masses[NSAMPLE] = {0.5625, 0.5, 0.625}; /* same means */
    static const double other_z[NSAMPLE] = {1.125, 1.375, 1.25};
    for (int i = 0; i < CASES; i++) {
        components_file of = two_pairs();
        hp_ensemble e;
        of.narrow = i == 1;
        if (i == 2) of.pair[0].mass[0] = of.pair[0].mass[1] = 0.53125;
        if (i == 3) of.pair[1].mass_1_rows = other_masses;
        if (i == 4) of.pair[1].charge[0] = 0;
        if (i == 5) of.pair[0].sqrt_z = 1.8;
        if (i == 6) of.pair[1].z = other_z;
        if (i == 7) of.source[0].pair = "LL";
        open_file(&comm, folder, &of, "pairs.h5", &e);
        crc[i] = hp_ensemble_checksum_description(&e);
        hp_ensemble_close(&e);
    }
    assert_int_equal(crc[0], crc[1]);
    for (int i = 2; i < CASES; i++)
        for (int k = 1; k < i; k++) assert_int_not_equal(crc[i], crc[k]);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_s_wave_is_version_1),
        cmocka_unit_test(descriptions_differ_by_what_they_say),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, folder);
}
