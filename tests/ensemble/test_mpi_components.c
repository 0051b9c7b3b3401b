// SPDX-License-Identifier: GPL-3.0-or-later
/* Ensembles of version 2 as fields, on any number of ranks. */
#include "mpi_support.h"

#include <math.h>
#include "hadpot/ensemble_file.h"
#include "hadpot/hdf5_read.h"
#include "hadpot/memory.h"
#include "components_file.h"

static hp_comm comm;
static char folder[64];

enum { NT = 4, NSAMPLE = 3 };
static const double masses[2][NSAMPLE] = {{0.5, 0.5625, 0.625}, {0.75, 0.6875, 0.75}};
static const double root_z[NSAMPLE] = {1.25, 1.375, 1.125};

/* Exact in four bytes, all different. */
static double number(const components_file *of, const file_place *at) {
    int place = at->part + 8 * (at->source + 4 * (at->component + 4 * at->sample));
    (void)of;
    return (1 + at->point + 10 * (at->t + 8 * place)) / 8.0;
}

static double number_at(file_part part, int source, int component, int sample, int t, int point) {
    const file_place at = {part, source, component, sample, t, point};
    return number(NULL, &at);
}

/* Two pairs, the first of identical hadrons, with three components; the sources of waves are not in
 * alphabetical order. */
static components_file two_pairs(void) {
    return (components_file){
        .jackknife = true,
        .nsample = NSAMPLE,
        .nt = NT,
        .t0 = 7,
        .npoint = SAMPLE_RADIAL,
        .r = sample_r,
        .inverse_spacing_mev = 2333.5,
        .npair = 2,
        .pair = {{.name = "LL", .mass = {0.5, 0.5}, .identical = 1, .sqrt_z = 1.75},
                 {.name = "NX",
                  .charge = {1, -1},
                  .mass_1_rows = masses[0],
                  .mass_2_rows = masses[1],
                  .z = root_z}},
        .ncomponent = 3,
        .component = {"NX:3D1", "LL:1S0", "NX:3S1"},
        .nsource = 2,
        .source = {{.name = "wall_NX", .pair = "NX"}, {.name = "smeared_LL", .pair = "LL"}},
        .number = number};
}

static void open_file(const components_file *of, const char *name, hp_ensemble *e) {
    hp_error err = HP_ERROR_INIT;
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    bool ok = comm.rank != 0 || write_components_file(path, of);
    assert_int_equal(hp_parallel_agree(&comm, ok ? HP_OK : HP_ERR_IO, NULL), HP_OK);
    assert_ok(hp_ensemble_open(&comm, path, e, &err), &err);
}

static void the_description_is_that_of_the_file(void **state) {
    (void)state;
    for (int narrow = 0; narrow < 2; narrow++) {
        components_file of = two_pairs();
        hp_ensemble e;
        of.narrow = narrow;
        open_file(&of, "pairs.h5", &e);
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
    open_file(&of, "pairs.h5", &e);
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
        open_file(&of, "pairs.h5", &e);
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
    open_file(&of, "pairs.h5", &e);
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
        open_file(&of, "full.h5", &e);
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

/* A source with two components of three. */
static void a_source_that_lacks_a_sink_is_left_out_and_named(void **state) {
    (void)state;
    components_file of = two_pairs();
    hp_ensemble e;
    of.source[1].lacks = "NX:3S1";
    open_file(&of, "lacks.h5", &e);
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
    open_file(&of, "none.h5", &e);
    assert_int_equal(e.wave[0].pair, -1);
    assert_string_equal(e.notes, "");
    assert_close(e.field[2].factor, M_SQRT1_2, 0, 0); /* at the sink */
    assert_close(e.field[3].factor, 1.0, 0, 0);
    hp_ensemble_close(&e);
}

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
    open_file(&of, "two.h5", &two);
    snprintf(path, sizeof path, "%s/one.h5", folder);
    bool ok = true;
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
        if (i == 2) of.pair[0].mass[1] = 0.53125;
        if (i == 3) of.pair[1].mass_1_rows = other_masses;
        if (i == 4) of.pair[1].charge[0] = 0;
        if (i == 5) of.pair[0].sqrt_z = 1.8;
        if (i == 6) of.pair[1].z = other_z;
        if (i == 7) of.source[0].pair = "LL";
        open_file(&of, "pairs.h5", &e);
        crc[i] = hp_ensemble_checksum_description(&e);
        hp_ensemble_close(&e);
    }
    assert_int_equal(crc[0], crc[1]);
    for (int i = 2; i < CASES; i++)
        for (int k = 1; k < i; k++) assert_int_not_equal(crc[i], crc[k]);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_description_is_that_of_the_file),
        cmocka_unit_test(fields_stand_in_the_order_of_sources_and_components),
        cmocka_unit_test(rows_are_the_numbers_of_the_fields),
        cmocka_unit_test(only_wanted_parts_are_read),
        cmocka_unit_test(functions_at_all_times_stand_with_the_first_field),
        cmocka_unit_test(a_source_that_lacks_a_sink_is_left_out_and_named),
        cmocka_unit_test(a_source_may_make_none_of_the_pairs),
        cmocka_unit_test(one_s_wave_is_version_1),
        cmocka_unit_test(descriptions_differ_by_what_they_say),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, folder);
}
