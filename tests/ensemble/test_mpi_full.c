// SPDX-License-Identifier: GPL-3.0-or-later
/* Two-point functions at more times than the waves have, masses that they tell, and notes of an
 * import: read on any number of ranks, part of rows and of checksums, refused where they are wrong.
 * Source 0 is "exponential" (four- and two-point functions), 1 "point", 2 "wall" (R). */
#include "mpi_support.h"

#include <math.h>
#include "hadpot/ingest.h"
#include "sample_file.h"

enum { NT_FULL = 6, PLENTY = 1 << 20 };

static hp_comm comm;
static char folder[64];

typedef struct scene {
    hp_ensemble ensemble;
    hp_error err;
    char path[96];
} scene;

/* Number of function `which` of row `sample`; all are different from those of other datasets. */
static double full_value(int which, int sample, int t) {
    return -1 - t - 10 * (sample + 10 * which);
}

static bool put_full(hid_t file, const char *path, int which, hsize_t nt) {
    double values[SAMPLE_NSAMPLE * (NT_FULL + 1)];
    for (int i = 0; i < SAMPLE_NSAMPLE * (int)nt; i++)
        values[i] = full_value(which, i / (int)nt, i % (int)nt);
    return put_dataset(file, path, H5T_IEEE_F64LE, 2, (hsize_t[]){SAMPLE_NSAMPLE, nt}, values,
                       false);
}

static bool put_times(hid_t file, int first) {
    double t[NT_FULL];
    for (int i = 0; i < NT_FULL; i++) t[i] = first + i;
    return put_dataset(file, "/two_point_t", H5T_STD_I8LE, 1, (hsize_t[]){NT_FULL}, t, false);
}

/* The optional datasets of the exponential source; the wall has two hadrons at zero momentum. */
static bool add_all(hid_t file) {
    return put_times(file, 0) && put_number(file, "temporal_extent", 12, H5T_STD_I64LE, 1) &&
           put_full(file, "/source/exponential/two_point_full_1", HP_FULL_TWO_POINT_1, NT_FULL) &&
           put_full(file, "/source/exponential/two_point_full_2", HP_FULL_TWO_POINT_2, NT_FULL) &&
           put_full(file, "/source/wall/two_baryon", HP_FULL_TWO_BARYON, NT_FULL) &&
           put_text(file, "notes", "one\ntwo", false);
}

static bool remove_masses(hid_t file) {
    return add_all(file) && H5Adelete(file, "mass_1") >= 0 && H5Adelete(file, "mass_2") >= 0;
}

/* A cubic file with a change, opened by all ranks. */
static hp_status open_changed(scene *s, bool (*change)(hid_t file)) {
    bool good = true;
    *s = (scene){.err = HP_ERROR_INIT};
    snprintf(s->path, sizeof s->path, "%s/full.h5", folder);
    if (comm.rank == 0) {
        good = write_sample_file(s->path, (sample_style){.cubic = true});
        hid_t file = H5Fopen(s->path, H5F_ACC_RDWR, H5P_DEFAULT);
        good = good && change(file);
        good = H5Fclose(file) >= 0 && good;
    }
    MPI_Bcast(&good, 1, MPI_C_BOOL, 0, MPI_COMM_WORLD);
    assert_true(good);
    return hp_ensemble_open(&comm, s->path, &s->ensemble, &s->err);
}

static void close_scene(scene *s) {
    hp_ensemble_close(&s->ensemble);
    MPI_Barrier(comm.mpi); /* rank 0 writes the next one in its place */
}

static void rows_end_with_them(void **state) {
    (void)state;
    scene s;
    assert_ok(open_changed(&s, add_all), &s.err);
    const hp_ensemble *ensemble = &s.ensemble;
    size_t first = hp_ensemble_row_offset(ensemble, ensemble->nsource);
    size_t length = hp_ensemble_row_length(ensemble);
    assert_int_equal(length - first, 3 * NT_FULL);
    double *row = calloc(length, sizeof *row);
    assert_non_null(row);
    assert_ok(hp_ensemble_read_row(ensemble, 2, row, &s.err), &s.err);
    for (int which = 0; which < 3; which++) {
        int source = which == HP_FULL_TWO_BARYON ? 2 : 0;
        assert_true(hp_ensemble_has_full(ensemble, source, (hp_full)which));
        size_t at = hp_ensemble_full_offset(ensemble, source, (hp_full)which);
        assert_int_equal(at, first + (size_t)which * NT_FULL);
        for (int t = 0; t < NT_FULL; t++)
            assert_true(row[at + (size_t)t] == full_value(which, 2, t));
    }
    assert_false(hp_ensemble_has_full(ensemble, 1, HP_FULL_TWO_POINT_1));
    assert_false(hp_ensemble_has_full(ensemble, 0, HP_FULL_TWO_BARYON));
    assert_int_equal(ensemble->temporal_extent, 12);
    assert_int_equal(ensemble->t_full[NT_FULL - 1], NT_FULL - 1);
    assert_string_equal(ensemble->notes, "one\ntwo");
    free(row);
    close_scene(&s);
}

/* Selected like other parts of a row; checksums tell them apart. */
static void bins_hold_what_is_selected(void **state) {
    (void)state;
    scene s;
    hp_ingest ingest;
    const double *sum;
    assert_ok(open_changed(&s, add_all), &s.err);
    const hp_ensemble *ensemble = &s.ensemble;
    int npart = hp_ensemble_part_count(ensemble);
    bool *part = calloc((size_t)npart, sizeof *part);
    assert_non_null(part);
    part[1] = part[npart - ensemble->nsource] =
        true; /* the first source: one time, and all these */
    assert_ok(hp_ingest_create(ensemble, 1, PLENTY, &ingest, &s.err), &s.err);
    hp_ingest_select(&ingest, part);
    assert_ok(hp_ingest_read(&ingest, &s.err), &s.err);
    assert_int_equal(ingest.length, SAMPLE_CUBIC + 2 + 2 * NT_FULL);
    assert_ok(hp_ingest_bin(&ingest, 1, &sum, &s.err), &s.err);
    assert_true(sum[SAMPLE_CUBIC + 2 + NT_FULL] == full_value(HP_FULL_TWO_POINT_2, 1, 0));
    uint32_t with = hp_ingest_checksum(&ingest, part);
    part[npart - ensemble->nsource] = false;
    assert_int_not_equal(with, hp_ingest_checksum(&ingest, part));
    hp_ingest_destroy(&ingest);
    free(part);
    close_scene(&s);
}

static bool short_two_baryon(hid_t file) {
    return add_all(file) && remove_link(file, "/source/wall/two_baryon") &&
           put_full(file, "/source/wall/two_baryon", HP_FULL_TWO_BARYON, 4);
}

/* They have less signal, and are often not measured as far. */
static void two_baryons_may_end_early(void **state) {
    (void)state;
    scene s;
    assert_ok(open_changed(&s, short_two_baryon), &s.err);
    size_t length = hp_ensemble_row_length(&s.ensemble);
    size_t first = hp_ensemble_full_offset(&s.ensemble, 2, HP_FULL_TWO_BARYON);
    assert_int_equal(hp_ensemble_full_count(&s.ensemble, HP_FULL_TWO_BARYON), 4);
    assert_int_equal(length - first, 4);
    double *row = calloc(length, sizeof *row);
    assert_non_null(row);
    assert_ok(hp_ensemble_read_row(&s.ensemble, 1, row, &s.err), &s.err);
    for (int t = 0; t < 4; t++)
        assert_true(row[first + (size_t)t] == full_value(HP_FULL_TWO_BARYON, 1, t));
    free(row);
    close_scene(&s);
}

static void masses_may_be_left_to_them(void **state) {
    (void)state;
    scene s;
    assert_ok(open_changed(&s, remove_masses), &s.err);
    assert_true(isnan(s.ensemble.mass[0]) && isnan(s.ensemble.mass[1]));
    close_scene(&s);
}

static bool no_times(hid_t file) {
    return add_all(file) && remove_link(file, "/two_point_t");
}
static bool one_hadron(hid_t file) {
    return add_all(file) && remove_link(file, "/source/exponential/two_point_full_2");
}
static bool short_rows(hid_t file) {
    return one_hadron(file) && put_full(file, "/source/exponential/two_point_full_2", 1, 5);
}
static bool long_two_baryon(hid_t file) {
    return add_all(file) && remove_link(file, "/source/wall/two_baryon") &&
           put_full(file, "/source/wall/two_baryon", HP_FULL_TWO_BARYON, NT_FULL + 1);
}
static bool short_lattice(hid_t file) {
    return add_all(file) && put_number(file, "temporal_extent", 5, H5T_STD_I64LE, 1);
}
static bool early_times(hid_t file) {
    return add_all(file) && remove_link(file, "/two_point_t") && put_times(file, -1);
}
static bool one_mass(hid_t file) {
    return add_all(file) && H5Adelete(file, "mass_2") >= 0;
}
static bool nothing_tells_masses(hid_t file) {
    return remove_masses(file) && remove_link(file, "/source/exponential/two_point_full_1") &&
           remove_link(file, "/source/exponential/two_point_full_2");
}
static bool negative_error(hid_t file) {
    return put_number(file, "mass_2_error", -0.5, H5T_IEEE_F64LE, 1);
}

static void what_is_wrong_is_named(void **state) {
    (void)state;
    static const struct {
        bool (*change)(hid_t file);
        const char *message;
    } cases[] = {
        {no_times, "two_point_full_1 has no times: dataset /two_point_t is missing"},
        {one_hadron, "/source/exponential holds two_point_full_1 without two_point_full_2"},
        {short_rows, "two_point_full_2"},
        {long_two_baryon, "two_baryon has 7 times, expected at most the 6 of /two_point_t"},
        {short_lattice, "temporal_extent is 5, expected more than the last time 5"},
        {early_times, "/two_point_t: begins at t = -1, expected"},
        {one_mass, "mass_2"},
        {nothing_tells_masses, "attribute mass_1 is missing, and no source has two_point_full_1"},
        {negative_error, "attribute mass_2_error is -0.5, expected a positive number"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scene s;
        assert_status(open_changed(&s, cases[i].change), HP_ERR_INPUT, &s.err);
        assert_contains(s.err.message, cases[i].message);
        close_scene(&s);
    }
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_end_with_them),        cmocka_unit_test(bins_hold_what_is_selected),
        cmocka_unit_test(two_baryons_may_end_early), cmocka_unit_test(masses_may_be_left_to_them),
        cmocka_unit_test(what_is_wrong_is_named),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, folder);
}
