// SPDX-License-Identifier: GPL-3.0-or-later
/* Single sources and times of rows, and checksums of them: any rank on its own. */
#include "mpi_support.h"

#include <math.h>
#include <zlib.h>
#include "hadpot/ensemble_file.h"
#include "hadpot/memory.h"
#include "sample_file.h"

static hp_comm comm;
static char folder[64];

enum {
    NSOURCE = 3,
    NBLOCK = NSOURCE * SAMPLE_NT,
    NPART = NBLOCK + NSOURCE, /* with the full functions of each source, which are not there */
    ROW = 3 * SAMPLE_NT * SAMPLE_RADIAL + 2 * SAMPLE_NT
};

/* Two stretches of times of the source with four- and two-point functions, none of the second, one
 * time of the third. */
static const bool some[NPART] = {1, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0};

/* Rank 0 writes the file with one number replaced (dataset NULL: none), and all open it. */
static void open_file(const char *name, sample_style style, const char *dataset, double value,
                      hp_ensemble *e) {
    hp_error err = HP_ERROR_INIT;
    char path[128];
    bool ok = true;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    MPI_Barrier(comm.mpi); /* others may still read what is written anew */
    if (comm.rank == 0) {
        const hsize_t place[3] = {1, 2, 0}, one = 1;
        ok = write_sample_file(path, style);
        hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
        if (dataset != NULL) {
            hid_t data = H5Dopen2(file, dataset, H5P_DEFAULT), space = H5Dget_space(data);
            hid_t memory = H5Screate_simple(1, &one, NULL);
            ok = ok && H5Sselect_elements(space, H5S_SELECT_SET, 1, place) >= 0;
            ok = ok && H5Dwrite(data, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, &value) >= 0;
            H5Sclose(memory);
            H5Sclose(space);
            H5Dclose(data);
        }
        ok = (H5Fclose(file) >= 0) & ok;
    }
    assert_int_equal(hp_parallel_agree(&comm, ok ? HP_OK : HP_ERR_IO, NULL), HP_OK);
    assert_ok(hp_ensemble_open(&comm, path, e, &err), &err);
    assert_int_equal(hp_ensemble_row_length(e), ROW);
}

/* The number at each place of a row by the formula that wrote it, and its source and time. */
static double number_at(int sample, int place, int *block) {
    int four = SAMPLE_NT * SAMPLE_RADIAL, ratios = four + 2 * SAMPLE_NT; /* of the first source */
    if (place >= four && place < ratios) {
        *block = (place - four) % SAMPLE_NT;
        return sample_value(0, 2 + (place - four) / SAMPLE_NT, sample, *block, 0);
    }
    int source = place < four ? 0 : 1 + (place - ratios) / four;
    int in = place < four ? place : (place - ratios) % four;
    *block = source * SAMPLE_NT + in / SAMPLE_RADIAL;
    return sample_value(source, source == 0, sample, in / SAMPLE_RADIAL, in % SAMPLE_RADIAL);
}

static void only_what_is_wanted_is_read(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_ensemble e;
    double row[ROW];
    int block;
    for (int narrow = 0; narrow < 2; narrow++) {
        open_file("parts.h5", (sample_style){.narrow = narrow}, NULL, 0.0, &e);
        for (int i = 0; i < ROW; i++) row[i] = -1.0;
        assert_ok(hp_ensemble_read_part(&e, some, 1, row, &err), &err);
        for (int i = 0; i < ROW; i++) {
            double number = number_at(1, i, &block);
            assert_close(row[i], some[block] ? number : -1.0, 0.0, 0.0);
        }
        assert_ok(hp_ensemble_read_row(&e, 1, row, &err), &err);
        for (int i = 0; i < ROW; i++) assert_close(row[i], number_at(1, i, &block), 0.0, 0.0);
        assert_int_equal(e.nread[0], 0);
        assert_int_equal(e.nread[1], 2);
        hp_ensemble_close(&e);
    }
}

/* A bad number matters where it is wanted alone. */
static void only_what_is_wanted_is_checked(void **state) {
    (void)state;
    static const bool other[NPART] = {1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    hp_error err = HP_ERROR_INIT;
    hp_ensemble e;
    double row[ROW];
    static const char *const datasets[] = {"four_point", "two_point_1", "two_point_2"};
    for (int i = 0; i < 3; i++) {
        char path[64];
        snprintf(path, sizeof path, "/source/exponential/%s", datasets[i]);
        open_file("parts.h5", (sample_style){.narrow = false}, path, NAN, &e);
        assert_ok(hp_ensemble_read_part(&e, other, 1, row, &err), &err);
        assert_status(hp_ensemble_read_part(&e, some, 1, row, &err), HP_ERR_INPUT, &err);
        assert_contains(err.message, "parts.h5");
        assert_contains(err.message, path);
        assert_contains(err.message, "nan at sample 1, t = 9");
        hp_error_clear(&err);
        hp_ensemble_close(&e);
    }
}

/* Of samples 1 and 2, one after the other. */
static void checksum(const hp_ensemble *e, uint32_t crc[NPART]) {
    hp_error err = HP_ERROR_INIT;
    double row[ROW];
    memset(crc, 0, NPART * sizeof *crc);
    for (int sample = 1; sample < 3; sample++) {
        assert_ok(hp_ensemble_read_part(e, some, sample, row, &err), &err);
        hp_ensemble_checksum_row(e, some, row, crc);
    }
}

/* Whatever the name, the types, chunks and compression of a file. */
static void checksums_are_those_of_the_numbers(void **state) {
    (void)state;
    for (int narrow = 0; narrow < 2; narrow++) {
        hp_ensemble e;
        uint32_t crc[NPART];
        uLong expected[NBLOCK] = {0};
        open_file(narrow ? "a.h5" : "b.h5", (sample_style){.narrow = narrow}, NULL, 0.0, &e);
        checksum(&e, crc);
        for (int sample = 1; sample < 3; sample++)
            for (int i = 0, block; i < ROW; i++) { /* all of R or four_point, then the others */
                double number = number_at(sample, i, &block);
                if (some[block])
                    expected[block] = crc32(expected[block], (void *)&number, sizeof number);
            }
        for (int i = 0; i < NBLOCK; i++) assert_int_equal(crc[i], expected[i]);
        assert_int_equal(hp_ensemble_time_length(&e, 0), SAMPLE_RADIAL + 2);
        assert_int_equal(hp_ensemble_time_length(&e, 2), SAMPLE_RADIAL);
        hp_ensemble_close(&e);
    }
}

/* The last bit of a number shows, and only at its source and time. */
static void checksums_depend_on_every_number(void **state) {
    (void)state;
    static const char *const datasets[] = {"four_point", "two_point_1", "two_point_2"};
    hp_ensemble e;
    uint32_t crc[NPART], changed[NPART];
    open_file("parts.h5", (sample_style){.narrow = false}, NULL, 0.0, &e);
    checksum(&e, crc);
    hp_ensemble_close(&e);
    for (int part = 1; part < 4; part++) {
        char path[64];
        snprintf(path, sizeof path, "/source/exponential/%s", datasets[part - 1]);
        open_file("parts.h5", (sample_style){.narrow = false}, path,
                  nextafter(sample_value(0, part, 1, 2, 0), 0.0), &e);
        checksum(&e, changed);
        for (int i = 0; i < NBLOCK; i++) assert_true((crc[i] == changed[i]) == (i != 2));
        hp_ensemble_close(&e);
    }
}

/* What is not a number of a row: the masses, for one; neither the name nor the provenance. */
static void descriptions_are_told_apart(void **state) {
    (void)state;
    hp_ensemble e, other;
    open_file("a.h5", (sample_style){.narrow = false}, NULL, 0.0, &e);
    open_file("b.h5", (sample_style){.narrow = false}, NULL, 0.0, &other);
    uint32_t found = hp_ensemble_checksum_description(&e);
    other.provenance[0]++;
    assert_int_equal(hp_ensemble_checksum_description(&other), found);
    other.mass[1] = nextafter(other.mass[1], 0.0);
    assert_int_not_equal(hp_ensemble_checksum_description(&other), found);
    other.mass[1] = e.mass[1];
    other.geometry.r[3] *= 2.0;
    assert_int_not_equal(hp_ensemble_checksum_description(&other), found);
    other.geometry.r[3] /= 2.0;
    other.source[2][0]++;
    assert_int_not_equal(hp_ensemble_checksum_description(&other), found);
    hp_ensemble_close(&other);
    hp_ensemble_close(&e);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_wanted_is_read),
        cmocka_unit_test(only_what_is_wanted_is_checked),
        cmocka_unit_test(checksums_are_those_of_the_numbers),
        cmocka_unit_test(checksums_depend_on_every_number),
        cmocka_unit_test(descriptions_are_told_apart),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, folder);
}
