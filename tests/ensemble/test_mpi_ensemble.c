// SPDX-License-Identifier: GPL-3.0-or-later
/* Good ensemble files, run under 1 to 4 ranks. */
#include "mpi_support.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>
#include <gsl/gsl_math.h>
#include "hadpot/ensemble_file.h"
#include "hadpot/memory.h"
#include "sample_file.h"

static hp_comm comm;
static char folder[64];

/* Rank 0 writes the file; all return whether it did. */
static bool make_file(char path[128], sample_style style) {
    bool ok = true;
    snprintf(path, 128, "%s/%s-%s.h5", folder, style.cubic ? "cubic" : "radial",
             style.narrow ? "narrow" : "wide");
    MPI_Barrier(comm.mpi); /* others may still read what is written anew */
    if (comm.rank == 0) ok = write_sample_file(path, style);
    return hp_parallel_agree(&comm, ok ? HP_OK : HP_ERR_IO, NULL) == HP_OK;
}

/* Every number of a row against the formula that wrote it. The narrow file holds 4-byte numbers,
 * in which the formula is exact too. */
static void check_row(const hp_ensemble *e, int sample, const double *row) {
    const int npoint = e->geometry.npoint;
    for (int source = 0; source < e->nsource; source++) {
        const double *block = row + hp_ensemble_row_offset(e, source);
        const int first = e->has_ratio[source] ? 0 : 1, last = e->has_ratio[source] ? 0 : 3;
        for (int part = first; part <= last; part++)
            for (int t = 0; t < e->nt; t++)
                for (int point = 0; point < (part < 2 ? npoint : 1); point++)
                    assert_close(*block++, sample_value(source, part, sample, t, point), 0.0, 0.0);
    }
}

static void check_description(const hp_ensemble *e, sample_style style) {
    const char *names[] = {"exponential", "point", "wall"};
    assert_int_equal(e->sampling, style.cubic ? HP_SAMPLING_CONFIGURATION : HP_SAMPLING_JACKKNIFE);
    assert_string_equal(e->channel, style.narrow ? "Omega Omega (1S0)" : "");
    assert_string_equal(e->provenance, style.narrow ? "" : "made up: \xce\xa9\xce\xa9");
    assert_close(e->inverse_spacing_mev, 2333.5, 0.0, 0.0); /* exact in binary, as the masses */
    assert_close(e->mass[0], 0.6875, 0.0, 0.0);
    assert_close(e->mass[1], 2.0, 0.0, 0.0);
    assert_int_equal(e->nt, SAMPLE_NT);
    for (int t = 0; t < SAMPLE_NT; t++) assert_int_equal(e->t[t], SAMPLE_T0 + t);
    assert_int_equal(e->nsource, 3);
    for (int s = 0; s < 3; s++) assert_string_equal(e->source[s], names[s]);
    for (int s = 0; s < 3; s++) assert_int_equal(e->has_ratio[s], s != 0);
    assert_int_equal(e->nsample, SAMPLE_NSAMPLE);
    assert_null(e->stream);
    assert_int_equal(e->nstream, 1);
    assert_int_equal(e->stream_start[0], 0);
    assert_int_equal(e->stream_start[1], SAMPLE_NSAMPLE);
    assert_int_equal(e->step[0], style.cubic ? 10 : 0); /* of 410, 420, 440 */
    assert_int_equal(e->ngap, style.cubic);
}

static void check_geometry(const hp_ensemble *e, sample_style style) {
    const hp_geometry *g = &e->geometry;
    if (!style.cubic) {
        assert_int_equal(g->kind, HP_GEOMETRY_RADIAL);
        assert_int_equal(g->npoint, SAMPLE_RADIAL);
        assert_memory_equal(g->r, sample_r, sizeof sample_r);
        /* the rule of test_geometry.c, a few roundings */
        assert_close(g->weight[0], 4.0 * M_PI * 0.25 * 0.625, 1e-15, 0.0);
        assert_null(e->configuration);
        return;
    }
    assert_int_equal(g->kind, HP_GEOMETRY_CUBIC);
    assert_int_equal(g->extent, 4);
    assert_int_equal(g->npoint, SAMPLE_CUBIC);
    assert_int_equal(g->nshell, 10); /* squares 0 1 2 3 4 5 6 8 9 12 */
    assert_int_equal(g->site[9][2], 2);
    assert_int_equal(e->configuration[0], 410);
    assert_int_equal(e->configuration[2], 440);
}

static void check_file(sample_style style) {
    char path[128];
    hp_error err = HP_ERROR_INIT, row_err = HP_ERROR_INIT;
    hp_ensemble e;
    assert_true(make_file(path, style));
    assert_ok(hp_ensemble_open(&comm, path, &e, &err), &err);
    /* Ranks read on their own: different rows, and rank 0 one row less. */
    size_t length = hp_ensemble_row_length(&e);
    double *rows = hp_alloc(SAMPLE_NSAMPLE * length, sizeof *rows);
    hp_status found = HP_OK;
    for (int i = comm.rank == 0; i < SAMPLE_NSAMPLE && found == HP_OK; i++) {
        int sample = (i + comm.rank) % SAMPLE_NSAMPLE;
        found = hp_ensemble_read_row(&e, sample, rows + (size_t)sample * length, &row_err);
    }
    hp_status below = hp_ensemble_read_row(&e, -1, rows, NULL);
    hp_status above = hp_ensemble_read_row(&e, SAMPLE_NSAMPLE, rows, NULL);
    found = hp_parallel_agree(&comm, found, &row_err);
    assert_ok(found, &row_err);
    assert_int_equal(below, HP_ERR_INTERNAL);
    assert_int_equal(above, HP_ERR_INTERNAL);
    assert_string_equal(e.path, path);
    check_description(&e, style);
    check_geometry(&e, style);
    const size_t block = SAMPLE_NT * (size_t)e.geometry.npoint;
    assert_int_equal(hp_ensemble_row_offset(&e, 0), 0);
    assert_int_equal(hp_ensemble_row_offset(&e, 1), block + 2 * SAMPLE_NT);
    assert_int_equal(hp_ensemble_row_offset(&e, 2), 2 * block + 2 * SAMPLE_NT);
    assert_int_equal(length, 3 * block + 2 * SAMPLE_NT);
    for (int i = comm.rank == 0; i < SAMPLE_NSAMPLE; i++) {
        int sample = (i + comm.rank) % SAMPLE_NSAMPLE;
        check_row(&e, sample, rows + (size_t)sample * length);
    }
    hp_free(rows);
    hp_ensemble_close(&e);
    assert_int_equal(e.file, 0);
    assert_null(e.path);
    assert_int_equal(hp_ensemble_read_row(&e, 0, NULL, NULL), HP_ERR_INTERNAL);
    assert_int_equal(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL), 0); /* nothing left open */
}

static void radial_file_is_read(void **state) {
    (void)state;
    check_file((sample_style){.cubic = false, .narrow = false});
}

static void cubic_file_is_read(void **state) {
    (void)state;
    check_file((sample_style){.cubic = true, .narrow = false});
}

static void narrow_types_and_compression_are_read(void **state) {
    (void)state;
    check_file((sample_style){.cubic = false, .narrow = true});
    check_file((sample_style){.cubic = true, .narrow = true});
}

/* Numbers from a source alone; two streams, the second of one row, on every rank. */
static void streams_are_read(void **state) {
    (void)state;
    static const hsize_t shape[] = {SAMPLE_NSAMPLE};
    static const double stream[] = {5, 5, -2}, number[] = {100, 108, 4};
    char path[128];
    hp_error err = HP_ERROR_INIT;
    hp_ensemble e;
    bool ok = true;
    assert_true(make_file(path, (sample_style){.cubic = false, .narrow = false}));
    MPI_Barrier(comm.mpi); /* others may still read what is written anew */
    if (comm.rank == 0) {
        hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
        ok = put_dataset(file, "/stream", H5T_STD_I64LE, 1, shape, stream, false);
        ok = ok && put_dataset(file, "/source/wall/configuration", H5T_STD_I16BE, 1, shape, number,
                               false);
        ok = (H5Fclose(file) >= 0) & ok;
    }
    assert_int_equal(hp_parallel_agree(&comm, ok ? HP_OK : HP_ERR_IO, NULL), HP_OK);
    assert_ok(hp_ensemble_open(&comm, path, &e, &err), &err);
    for (int i = 0; i < SAMPLE_NSAMPLE; i++) {
        assert_int_equal(e.stream[i], (int)stream[i]);
        assert_int_equal(e.configuration[i], (int)number[i]);
    }
    assert_int_equal(e.nstream, 2);
    assert_memory_equal(e.stream_start, ((int[]){0, 2, 3}), 3 * sizeof(int));
    assert_int_equal(e.step[0], 8);
    assert_int_equal(e.step[1], 0);
    assert_int_equal(e.ngap, 0);
    hp_ensemble_close(&e);
}

static void two_files_can_be_open(void **state) {
    (void)state;
    char path[2][128];
    hp_error err = HP_ERROR_INIT;
    hp_ensemble e[2];
    bool made = make_file(path[0], (sample_style){.cubic = true, .narrow = false}) &&
                make_file(path[1], (sample_style){.cubic = false, .narrow = false});
    assert_true(made);
    for (int i = 0; i < 2; i++) assert_ok(hp_ensemble_open(&comm, path[i], &e[i], &err), &err);
    hp_ensemble_close(&e[0]);
    double *row = hp_alloc(hp_ensemble_row_length(&e[1]), sizeof *row);
    hp_status found = hp_ensemble_read_row(&e[1], 2, row, &err);
    found = hp_parallel_agree(&comm, found, &err);
    if (found == HP_OK) check_row(&e[1], 2, row);
    hp_free(row);
    hp_ensemble_close(&e[1]);
    hp_ensemble_close(&e[1]); /* closed already */
    hp_ensemble_close(NULL);
    assert_ok(found, &err);
}

/* Published lattice data, not part of the project. */
static void real_data_are_read(void **state) {
    (void)state;
    const char *path = getenv("HADPOT_XIXI");
    if (path == NULL) path = HADPOT_SOURCE_DIR "/../shared/data/xixi_1s0_l64.h5";
    if (access(path, R_OK) != 0) {
        if (comm.rank == 0) print_message("SKIPPED: %s is not here (set HADPOT_XIXI)\n", path);
        skip();
    }
    hp_error err = HP_ERROR_INIT;
    hp_ensemble e;
    assert_ok(hp_ensemble_open(&comm, path, &e, &err), &err);
    size_t length = hp_ensemble_row_length(&e), npoint = (size_t)e.geometry.npoint;
    double *row = hp_alloc(length, sizeof *row), first, middle, last;
    hp_status found = hp_ensemble_read_row(&e, 0, row, &err);
    first = row[hp_ensemble_row_offset(&e, 1)];
    for (int s = comm.rank; s < e.nsample && found == HP_OK; s += comm.size)
        found = hp_ensemble_read_row(&e, s, row, &err);
    if (found == HP_OK) found = hp_ensemble_read_row(&e, 7, row, &err);
    middle = row[2 * npoint + 100];
    if (found == HP_OK) found = hp_ensemble_read_row(&e, 19, row, &err);
    last = row[length - 1];
    found = hp_parallel_agree(&comm, found, &err);
    hp_free(row);
    assert_ok(found, &err);
    assert_string_equal(e.channel, "Xi Xi (1S0)");
    assert_contains(e.provenance, "Iritani");
    assert_int_equal(e.sampling, HP_SAMPLING_JACKKNIFE);
    assert_int_equal(e.nsample, 20);
    assert_int_equal(e.nt, 5);
    assert_int_equal(e.t[0], 10);
    assert_int_equal(e.nsource, 2);
    assert_string_equal(e.source[0], "smeared");
    assert_string_equal(e.source[1], "wall");
    assert_int_equal(e.geometry.npoint, 6545);
    assert_int_equal(e.geometry.nshell, 1914); /* counted in the file by other means */
    assert_int_equal(length, 2 * 5 * 6545);
    /* copies of stored 8-byte numbers, printed by another program with all digits: exact */
    assert_close(first, 4.776473789432931e-07, 0.0, 0.0);   /* wall, sample 0, t = 10, r = 0 */
    assert_close(middle, 1.7556003085808274e-05, 0.0, 0.0); /* smeared, 7, t = 12, (7,5,1) */
    assert_close(last, 1.091905379791071e-06, 0.0, 0.0);    /* wall, 19, t = 14, (32,32,32) */
    hp_ensemble_close(&e);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(radial_file_is_read),
        cmocka_unit_test(cubic_file_is_read),
        cmocka_unit_test(narrow_types_and_compression_are_read),
        cmocka_unit_test(streams_are_read),
        cmocka_unit_test(two_files_can_be_open),
        cmocka_unit_test(real_data_are_read),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, folder);
}
