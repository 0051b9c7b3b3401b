// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot import, format ensemble: parts of an ensemble of version 2 joined. */
#include <unistd.h>
#include "../ensemble/components_file.h"
#include "import_case.h"
#include "hadpot/ensemble_file.h"
#include "mpi_support.h"

static hp_comm comm;
static scene place;

enum { NROW = 4, NT = 3, NPOINT = 6 };
static int first_row; /* of the file that is written */

#define JOB                                                                                        \
    "format: ensemble\ntree: tree\noutput: new.h5\nensemble:\n"                                    \
    "  files: \"part.{configuration}.h5\"\n"

static double number(const components_file *of, const file_place *at) {
    (void)of;
    int row = first_row + at->sample;
    return 1.0 + at->point + 10.0 * (at->t + 8.0 * (at->part + 8.0 * (at->component + 4.0 * row))) +
           0.125 * at->source;
}

static components_file parts(int nrow) {
    return (components_file){
        .nsample = nrow,
        .nt = NT,
        .t0 = 5,
        .npoint = NPOINT,
        .r = sample_r,
        .inverse_spacing_mev = 2000.0,
        .full = true,
        .two_baryon = true,
        .npair = 2,
        .pair = {{.name = "XX", .mass = {0.5, 0.5}, .identical = 1, .sqrt_z = 1.25},
                 {.name = "NY", .mass = {0.6, 0.7}, .charge = {1, -1}}},
        .ncomponent = 3,
        .component = {"XX:3S1", "XX:3D1", "NY:3S1"},
        .nsource = 2,
        .source = {{.name = "a", .pair = "NY"}, {.name = "b", .pair = "XX"}},
        .number = number};
}

static void write_one(const char *name, int row, int nrow, const components_file *of) {
    components_file file = *of;
    file.nsample = nrow;
    first_row = row;
    assert_true(write_components_file(name, &file));
}

/* One file for each configuration, and all rows in one. */
static void write_parts(void) {
    const components_file of = parts(1);
    char out[64], name[64];
    hp_test_run(out, sizeof out, "rm -rf tree new.h5 && mkdir tree");
    write_text(&place, "import.yaml", JOB);
    for (int row = 0; row < NROW; row++) {
        snprintf(name, sizeof name, "tree/part.%d.h5", 100 + 10 * row);
        write_one(name, row, 1, &of);
    }
    write_one("whole.h5", 0, NROW, &of);
}

static void the_whole_is_that_of_its_parts(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_ensemble joined, whole;
    write_parts();
    assert_ok(import_here(&comm, "", &err), &err);
    assert_ok(hp_ensemble_open(&comm, "new.h5", &joined, &err), &err);
    assert_ok(hp_ensemble_open(&comm, "whole.h5", &whole, &err), &err);
    assert_int_equal(hp_ensemble_checksum_description(&joined),
                     hp_ensemble_checksum_description(&whole));
    assert_int_equal(joined.nsample, NROW);
    assert_int_equal(joined.configuration[2], 120);
    size_t length = hp_ensemble_row_length(&whole);
    assert_int_equal(hp_ensemble_row_length(&joined), length);
    double *row = test_calloc(2 * length, sizeof *row);
    for (int i = 0; i < NROW; i++) {
        assert_ok(hp_ensemble_read_row(&joined, i, row, &err), &err);
        assert_ok(hp_ensemble_read_row(&whole, i, row + length, &err), &err);
        assert_memory_equal(row, row + length, length * sizeof *row);
    }
    test_free(row);
    hp_ensemble_close(&joined);
    hp_ensemble_close(&whole);
}

/* The file of the last configuration, changed. */
static void parts_that_differ_are_refused(void **state) {
    (void)state;
    static const char *const words[] = {
        "part.130.h5: the checksum of components, pairs and attributes pair of sources is ",
        "part.130.h5: the checksum of components, pairs and attributes pair of sources is ",
        "part.130.h5: the checksum of components, pairs and attributes pair of sources is ",
        "part.130.h5: dataset /source/b/XX/3D1/laplacian: is missing",
        "part.100.h5: dataset /source/b/XX/3D1/laplacian: is missing",
        "part.100.h5: dataset /source/a/NY/two_point_2: is missing",
        "part.100.h5: /source/a/NY/3S1 has neither R nor four_point, expected one of them",
        "part.100.h5: source 'a' has no component NY:3S1, expected all of them in a part",
        "part.100.h5: attribute version is 2: masses belong to pairs, and the job gives mass_1"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        hp_error err = HP_ERROR_INIT;
        components_file of = parts(1);
        static const char *const lost[] = {"/source/b/XX/3D1/laplacian",
                                           "/source/b/XX/3D1/laplacian", "/source/a/NY/two_point_2",
                                           "/source/a/NY/3S1/four_point", "/source/a/NY/3S1"};
        write_parts();
        if (i == 0) of.pair[1].mass[0] = 0.625;
        if (i == 1) of.component[2] = "NY:1S0";
        if (i == 2) of.source[0].pair = "XX";
        if (i < 3) write_one("tree/part.130.h5", 3, 1, &of);
        if (i > 2 && i < 8) {
            hid_t file = H5Fopen(i == 3 ? "tree/part.130.h5" : "tree/part.100.h5", H5F_ACC_RDWR,
                                 H5P_DEFAULT);
            assert_true(remove_link(file, lost[i - 3]));
            assert_true(H5Fclose(file) >= 0);
        }
        assert_status(import_here(&comm, i == 8 ? "mass_1=0.6" : "", &err), HP_ERR_INPUT, &err);
        assert_contains(err.message, words[i]);
        assert_false(scene_has(&place, "new.h5"));
    }
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_is_that_of_its_parts),
        cmocka_unit_test(parts_that_differ_are_refused),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, place.folder) != 0) return 1;
    if (chdir(place.folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, place.folder);
}
