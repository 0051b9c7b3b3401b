// SPDX-License-Identifier: GPL-3.0-or-later
/* Ensembles of version 2 as fields, on any number of ranks. */
#include "mpi_support.h"

#include <math.h>
#include "hadpot/ensemble_file.h"
#include "hadpot/hdf5_read.h"
#include "hadpot/memory.h"
#include "two_pairs.h"

static hp_comm comm;
static char folder[64];

static void the_description_is_that_of_the_file(void **state) {
    (void)state;
    for (int narrow = 0; narrow < 2; narrow++) {
        components_file of = two_pairs();
        hp_ensemble e;
        of.narrow = narrow;
        open_file(&comm, folder, &of, "pairs.h5", &e);
        assert_int_equal(e.version, 2);
        assert_int_equal(e.npair, 2);
        assert_int_equal(e.ncomponent, 3);
        assert_int_equal(e.nwave, 2);
        /* pairs in the order of components */
        assert_string_equal(e.pair[0].name, "NX");
        assert_string_equal(e.pair[1].name, "LL");
        assert_false(e.pair[0].identical);
        assert_true(e.pair[1].identical);
        assert_int_equal(e.pair[0].charge[0], 1);
        assert_int_equal(e.pair[0].charge[1], -1);
        assert_close(e.pair[1].mass[1], 0.5, 0, 0);
        assert_null(e.pair[1].mass_rows[0]);
        assert_close(e.pair[1].sqrt_z, 1.75, 0, 0);
        assert_null(e.pair[1].sqrt_z_rows);
        for (int i = 0; i < NSAMPLE; i++) {
            assert_close(e.pair[0].mass_rows[0][i], masses[0][i], 0, 0);
            assert_close(e.pair[0].mass_rows[1][i], masses[1][i], 0, 0);
            assert_close(e.pair[0].sqrt_z_rows[i], root_z[i], 0, 0);
        }
        /* means of three numbers that are exact */
        assert_close(e.pair[0].mass[0], 0.5625, 0, 0);
        assert_close(e.pair[0].sqrt_z, 1.25, 0, 0);
        assert_close(e.mass[0], e.pair[0].mass[0], 0, 0);
        assert_string_equal(e.component[0].name, "NX:3D1");
        assert_int_equal(e.component[0].pair, 0);
        assert_int_equal(e.component[0].l, 2);
        assert_int_equal(e.component[0].two_s_plus_1, 3);
        assert_int_equal(e.component[0].two_j, 2);
        assert_int_equal(e.component[1].pair, 1);
        assert_int_equal(e.component[1].two_j, 0);
        assert_string_equal(e.wave[0].name, "smeared_LL");
        assert_int_equal(e.wave[0].pair, 1);
        assert_int_equal(e.wave[1].pair, 0);
        hp_ensemble_close(&e);
    }
}

static void fields_stand_in_the_order_of_sources_and_components(void **state) {
    (void)state;
    static const char *const names[] = {"smeared_LL/NX/3D1", "smeared_LL/NX/3D1/laplacian",
                                        "smeared_LL/LL/1S0", "smeared_LL/NX/3S1",
                                        "wall_NX/NX/3D1",    "wall_NX/NX/3D1/laplacian",
                                        "wall_NX/LL/1S0",    "wall_NX/NX/3S1"};
    const components_file of = two_pairs();
    hp_ensemble e;
    open_file(&comm, folder, &of, "pairs.h5", &e);
    assert_int_equal(e.nsource, 8);
    for (int i = 0; i < 8; i++) {
        const hp_ensemble_field *field = &e.field[i];
        assert_string_equal(e.source[i], names[i]);
        assert_false(e.has_ratio[i]);
        assert_int_equal(
            hp_ensemble_find_field(&e, field->wave, field->component, field->laplacian), i);
    }
    assert_int_equal(hp_ensemble_find_field(&e, 0, 1, true), -1);
    assert_int_equal(hp_ensemble_first_field(&e, 1, 0), 4);
    assert_int_equal(hp_ensemble_first_field(&e, 1, 1), 6);
    assert_int_equal(hp_ensemble_find_wave(&e, "wall_NX"), 1);
    assert_int_equal(hp_ensemble_find_pair(&e, "LL"), 1);
    assert_int_equal(hp_ensemble_find_component(&e, "NX:3S1"), 2);
    assert_int_equal(hp_ensemble_find_component(&e, "NX:1S0"), -1);
    hp_ensemble_close(&e);
}

/* Places of one field in the file: its source stands at 1 - wave there. */
static void check_field(const components_file *of, const hp_ensemble *e, int i, int sample,
                        const double *row) {
    const hp_ensemble_field *field = &e->field[i];
    const int source = 1 - field->wave, c = field->component, npoint = e->geometry.npoint;
    const file_part part = field->laplacian ? FILE_LAPLACIAN : FILE_WAVE;
    const int first =
        e->component[c].pair == 0 ? 0 : 1; /* component that has two-point functions */
    const double *block = row + hp_ensemble_row_offset(e, i);
    /* LL, component 1, is identical, and is made by source 0 */
    const double factor = (c == 1 ? M_SQRT1_2 : 1.0) * (field->wave == 0 ? M_SQRT1_2 : 1.0);
    const double exact = c == 1 && field->wave == 0 ? 0.5 : factor;
    assert_close(field->factor, exact, 0, 0);
    for (int t = 0; t < NT; t++) {
        for (int p = 0; p < npoint; p++)
            assert_close(block[t * npoint + p], exact * number_at(part, source, c, sample, t, p), 0,
                         0);
        for (int h = 0; h < 2 && !of->ratio; h++)
            assert_close(block[NT * npoint + h * NT + t],
                         number_at(FILE_TWO_POINT_1 + h, source, first, sample, t, 0), 0, 0);
    }
}

static void rows_are_the_numbers_of_the_fields(void **state) {
    (void)state;
    for (int kind = 0; kind < 8; kind++) {
        components_file of = two_pairs();
        hp_error err = HP_ERROR_INIT;
        hp_ensemble e;
        of.narrow = kind % 2;
        of.ratio = kind / 2 % 2;
        of.extent = kind / 4 == 1 ? 4 : 0;
        open_file(&comm, folder, &of, "pairs.h5", &e);
        double *row = hp_alloc(hp_ensemble_row_length(&e), sizeof *row);
        assert_int_equal(hp_ensemble_row_length(&e),
                         8 * NT * (e.geometry.npoint + (of.ratio ? 0 : 2)));
        for (int sample = 0; sample < NSAMPLE; sample++) {
            assert_ok(hp_ensemble_read_row(&e, sample, row, &err), &err);
            for (int i = 0; i < e.nsource; i++) check_field(&of, &e, i, sample, row);
        }
        hp_free(row);
        hp_ensemble_close(&e);
    }
}

/* What is not wanted stays as it is, two-point functions of other fields included. */
static void only_wanted_parts_are_read(void **state) {
    (void)state;
    const components_file of = two_pairs();
    hp_error err = HP_ERROR_INIT;
    hp_ensemble e;
    open_file(&comm, folder, &of, "pairs.h5", &e);
    size_t length = hp_ensemble_row_length(&e);
    double *row = hp_alloc(length, sizeof *row), *all = hp_alloc(length, sizeof *all);
    bool *part = hp_alloc((size_t)hp_ensemble_part_count(&e), sizeof *part);
    assert_ok(hp_ensemble_read_row(&e, 1, all, &err), &err);
    for (int i = 0; i < e.nsource * NT; i++) /* the same times of the first two, and others */
        part[i] = i < 2 * NT ? i % NT == 1 || i % NT == 3 : i % 3 == 0 || i / NT == 3;
    for (size_t i = 0; i < length; i++) row[i] = -1.0 - (double)i;
    assert_ok(hp_ensemble_read_part(&e, part, 1, row, &err), &err);
    for (int i = 0; i < e.nsource; i++) {
        size_t offset = hp_ensemble_row_offset(&e, i), n = hp_ensemble_time_length(&e, i) * NT;
        for (size_t k = 0; k < n; k++) {
            int npoint = SAMPLE_RADIAL;
            int t = (int)k < NT * npoint ? (int)k / npoint : ((int)k - NT * npoint) % NT;
            assert_close(row[offset + k],
                         part[i * NT + t] ? all[offset + k] : -1.0 - (double)(offset + k), 0, 0);
        }
    }
    hp_free(row);
    hp_free(all);
    hp_free(part);
    hp_ensemble_close(&e);
}

static void functions_at_all_times_stand_with_the_first_field(void **state) {
    (void)state;
    for (int at_source = 0; at_source < 2; at_source++) {
        components_file of = two_pairs();
        hp_error err = HP_ERROR_INIT;
        hp_ensemble e;
        of.full = of.two_baryon = true;
        of.full_at_source = at_source;
        open_file(&comm, folder, &of, "full.h5", &e);
        double *row = hp_alloc(hp_ensemble_row_length(&e), sizeof *row);
        assert_ok(hp_ensemble_read_row(&e, 2, row, &err), &err);
        for (int i = 0; i < e.nsource; i++) {
            const hp_ensemble_field *field = &e.field[i];
            int pair = e.component[field->component].pair, source = 1 - field->wave;
            bool first = hp_ensemble_first_field(&e, field->wave, pair) == i;
            bool full = first && (!at_source || e.wave[field->wave].pair == pair);
            assert_int_equal(e.has_full[i], full);
            assert_int_equal(e.has_two_baryon[i], !field->laplacian);
            for (int t = 0; t < NT + 2 && full; t++)
                for (int h = 0; h < 2; h++) {
                    size_t at = hp_ensemble_full_offset(&e, i, (hp_full)h) + (size_t)t;
                    assert_close(row[at],
                                 number_at(FILE_FULL_1 + h, source, at_source ? 0 : pair, 2, t, 0),
                                 0, 0);
                }
            if (field->laplacian) continue;
            double found = row[hp_ensemble_full_offset(&e, i, HP_FULL_TWO_BARYON)];
            assert_close(found,
                         field->factor *
                             number_at(FILE_TWO_BARYON, source, field->component, 2, 0, 0),
                         0, 0);
        }
        hp_free(row);
        hp_ensemble_close(&e);
    }
}

/* Trajectory numbers stand with the source of waves. */
static void numbers_of_configurations_are_those_of_sources(void **state) {
    (void)state;
    static const double numbers[2][NSAMPLE] = {{10, 20, 40}, {10, 25, 40}};
    const hsize_t shape[] = {NSAMPLE};
    char path[128];
    snprintf(path, sizeof path, "%s/numbers.h5", folder);
    for (int wrong = 0; wrong < 2; wrong++) {
        components_file of = two_pairs();
        hp_error err = HP_ERROR_INIT;
        hp_ensemble e;
        of.jackknife = false;
        of.pair[1] = (file_pair){.name = "NX", .mass = {0.5, 0.75}};
        bool ok = true;
        MPI_Barrier(comm.mpi); /* others may still read what is written anew */
        if (comm.rank == 0) {
            ok = write_components_file(path, &of);
            hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
            ok = ok && put_dataset(file, "/source/smeared_LL/configuration", H5T_STD_I32LE, 1,
                                   shape, numbers[0], false);
            ok = ok && put_dataset(file, "/source/wall_NX/configuration", H5T_STD_I32LE, 1, shape,
                                   numbers[wrong], false);
            ok = (H5Fclose(file) >= 0) & ok;
        }
        assert_int_equal(hp_parallel_agree(&comm, ok ? HP_OK : HP_ERR_IO, NULL), HP_OK);
        hp_status opened = hp_ensemble_open(&comm, path, &e, &err);
        if (wrong) {
            assert_status(opened, HP_ERR_INPUT, &err);
            assert_contains(err.message,
                            "/source/wall_NX/configuration: row 1 is configuration 25, "
                            "expected 20 as in dataset /source/smeared_LL/configuration");
            continue;
        }
        assert_ok(opened, &err);
        assert_int_equal(e.configuration[2], 40);
        assert_int_equal(e.step[0], 10);
        hp_ensemble_close(&e);
    }
}

/* Beside R two-point functions stand with the first field of source and pair, behind all waves;
 * with those at all times, or alone. */
static void functions_beside_ratios_are_read(void **state) {
    (void)state;
    for (int full = 0; full < 2; full++) {
        components_file of = two_pairs();
        hp_error err = HP_ERROR_INIT;
        hp_ensemble e;
        of.ratio = of.beside = true;
        of.full = full;
        open_file(&comm, folder, &of, "beside.h5", &e);
        size_t length = hp_ensemble_row_length(&e), times = (size_t)(full ? 2 * NT + 2 : NT);
        assert_int_equal(length, (size_t)(8 * NT * e.geometry.npoint) + 8 * times);
        double *row = hp_alloc(length, sizeof *row);
        assert_ok(hp_ensemble_read_row(&e, 2, row, &err), &err);
        for (int i = 0; i < e.nsource; i++) {
            const hp_ensemble_field *field = &e.field[i];
            int pair = e.component[field->component].pair, source = 1 - field->wave;
            bool first = hp_ensemble_first_field(&e, field->wave, pair) == i;
            assert_true(e.has_ratio[i]);
            assert_int_equal(hp_ensemble_has_full(&e, i, HP_BESIDE_TWO_POINT_1), first);
            for (int k = 0; k < 2 * NT && first; k++) {
                hp_full which = (hp_full)(HP_BESIDE_TWO_POINT_1 + k / NT);
                assert_close(row[hp_ensemble_full_offset(&e, i, which) + (size_t)(k % NT)],
                             number_at(FILE_TWO_POINT_1 + k / NT, source, pair, 2, k % NT, 0), 0,
                             0);
            }
        }
        hp_free(row);
        hp_ensemble_close(&e);
    }
}

/* A source with two components of three. */
static void a_source_that_lacks_a_sink_is_left_out_and_named(void **state) {
    (void)state;
    components_file of = two_pairs();
    hp_ensemble e;
    of.source[1].lacks = "NX:3S1";
    open_file(&comm, folder, &of, "lacks.h5", &e);
    assert_int_equal(e.nwave, 1);
    assert_string_equal(e.wave[0].name, "wall_NX");
    assert_int_equal(e.nsource, 4);
    assert_string_equal(e.notes, "source 'smeared_LL' has no component NX:3S1 and is left out: of "
                                 "a source all components are needed");
    hp_ensemble_close(&e);
}

/* As the source of three quarks. */
static void a_source_may_make_none_of_the_pairs(void **state) {
    (void)state;
    components_file of = two_pairs();
    hp_ensemble e;
    of.source[1].pair = "";
    open_file(&comm, folder, &of, "none.h5", &e);
    assert_int_equal(e.wave[0].pair, -1);
    assert_string_equal(e.notes, "");
    assert_close(e.field[2].factor, M_SQRT1_2, 0, 0); /* at the sink */
    assert_close(e.field[3].factor, 1.0, 0, 0);
    hp_ensemble_close(&e);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_description_is_that_of_the_file),
        cmocka_unit_test(fields_stand_in_the_order_of_sources_and_components),
        cmocka_unit_test(rows_are_the_numbers_of_the_fields),
        cmocka_unit_test(only_wanted_parts_are_read),
        cmocka_unit_test(functions_at_all_times_stand_with_the_first_field),
        cmocka_unit_test(numbers_of_configurations_are_those_of_sources),
        cmocka_unit_test(functions_beside_ratios_are_read),
        cmocka_unit_test(a_source_that_lacks_a_sink_is_left_out_and_named),
        cmocka_unit_test(a_source_may_make_none_of_the_pairs),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, folder);
}
