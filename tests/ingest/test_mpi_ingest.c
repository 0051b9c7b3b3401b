// SPDX-License-Identifier: GPL-3.0-or-later
/* The one pass over small files that the test writes, on any number of ranks: how often rows are
 * read, what stays in memory, and checksums against those of a serial loop. */
#include "../resample/resample_file.h"
#include "mpi_support.h"

#include <zlib.h>

enum { N = 9, BIN = 2, NBIN = 4, NPART = NT + 1 /* times, and full functions of the source */ };

static void ingest_file(sample_file *f, int bin, size_t memory, const bool *part,
                        hp_ingest *ingest) {
    assert_ok(hp_ingest_create(&f->ensemble, bin, memory, ingest, &f->err), &f->err);
    hp_ingest_select(ingest, part);
    assert_ok(hp_ingest_read(ingest, &f->err), &f->err);
}

/* How often all ranks together have read a row. */
static long reads(const sample_file *f, int row) {
    long all;
    MPI_Allreduce(&f->ensemble.nread[row], &all, 1, MPI_LONG, MPI_SUM, MPI_COMM_WORLD);
    return all;
}

static void rows_are_read_once(void **state) {
    (void)state;
    sample_file f;
    hp_ingest ingest;
    const double *sum;
    file_open(&f, "configuration", N, -1);
    ingest_file(&f, BIN, PLENTY, NULL, &ingest);
    for (int bin = 0; bin < NBIN; bin++) {
        assert_ok(hp_ingest_bin(&ingest, bin, &sum, &f.err), &f.err);
        for (int j = 0; j < LENGTH; j++)
            assert_true(sum[j] == f.row[BIN * bin][j] + f.row[BIN * bin + 1][j]);
    }
    for (int row = 0; row < N; row++) assert_int_equal(reads(&f, row), row < NBIN * BIN);
    hp_ingest_destroy(&ingest);
    file_close(&f);
}

/* The same bits with room for no bin, for one and a half, and for all; what does not fit is read
 * again, and nothing else. */
static void bins_without_memory_are_read_again(void **state) {
    (void)state;
    static const size_t memory[3] = {0, LENGTH * sizeof(double) * 3 / 2, PLENTY};
    static const int kept[3] = {0, 1, NBIN};
    sample_file f;
    double total[LENGTH], bins[NBIN][LENGTH];
    for (int k = 2; k >= 0; k--) {
        hp_ingest ingest;
        file_open(&f, "configuration", N, -1);
        ingest_file(&f, BIN, memory[k], NULL, &ingest);
        assert_int_equal(ingest.nkept, kept[k]);
        assert_close(hp_ingest_bytes(&ingest), NBIN * LENGTH * sizeof(double), 0.0, 0.0);
        if (k == 2) memcpy(total, ingest.total, sizeof total);
        assert_memory_equal(ingest.total, total, sizeof total);
        for (int bin = 0; bin < NBIN; bin++) { /* every rank for itself */
            const double *sum;
            assert_ok(hp_ingest_bin(&ingest, bin, &sum, &f.err), &f.err);
            if (k == 2) memcpy(bins[bin], sum, sizeof bins[bin]);
            assert_memory_equal(sum, bins[bin], sizeof bins[bin]);
        }
        for (int row = 0; row < NBIN * BIN; row++)
            assert_int_equal(reads(&f, row), row / BIN < kept[k] ? 1 : 1 + f.comm.size);
        hp_ingest_destroy(&ingest);
        file_close(&f);
    }
}

static hp_status first_number(const double *row, double *values, void *context, hp_error *err) {
    (void)context;
    (void)err;
    values[0] = row[0];
    return HP_OK;
}

/* One more pass for any number of projections; none when bins of one row are in memory. */
static void projections_share_a_pass(void **state) {
    (void)state;
    for (int bin = 1; bin <= BIN; bin++) {
        sample_file f;
        hp_ingest ingest;
        double value[3], rows[3][N];
        file_open(&f, "configuration", N, -1);
        ingest_file(&f, bin, PLENTY, NULL, &ingest);
        hp_projection projection[3];
        for (int i = 0; i < 3; i++)
            projection[i] = (hp_projection){1, first_number, NULL, &value[i], rows[i], false};
        assert_ok(hp_ingest_project(&ingest, 3, projection, &f.err), &f.err);
        for (int row = 0; row < NBIN * BIN; row++) assert_int_equal(reads(&f, row), bin);
        assert_memory_equal(rows[2], rows[0], NBIN * BIN * sizeof(double));
        hp_ingest_destroy(&ingest);
        file_close(&f);
    }
}

/* The middle time is not read: a NaN there does no harm. */
static void what_is_not_selected_is_not_read(void **state) {
    (void)state;
    static const bool part[NPART] = {1, 0, 1};
    sample_file f;
    hp_ingest ingest;
    double mean[LENGTH];
    file_open(&f, "configuration", N, -1);
    f.row[3][NPOINT + 1] = f.row[3][FOUR + NT + 1] = NAN;
    file_write_again(&f, "configuration", N);
    ingest_file(&f, 1, PLENTY, part, &ingest);
    assert_int_equal(ingest.length, 2 * (NPOINT + 2));
    hp_ingest_mean(&ingest, mean);
    for (int j = 0; j < LENGTH; j++) {
        int t = j < FOUR ? j / NPOINT : (j - FOUR) % NT;
        double sum = 0.0;
        for (int i = 0; i < N && t != 1; i++) sum += f.row[i][j];
        assert_true(mean[j] == sum / N);
    }
    hp_ingest_destroy(&ingest);
    file_close(&f);
}

static uint32_t serial_checksum(const sample_file *f, const bool *part, int nrow) {
    uLong crc = crc32(0L, Z_NULL, 0);
    for (int t = 0; t < NT; t++)
        for (int i = 0; i < nrow && part[t]; i++) {
            crc = crc32(crc, (const void *)&f->row[i][NPOINT * t], NPOINT * sizeof(double));
            crc = crc32(crc, (const void *)&f->row[i][FOUR + t], sizeof(double));
            crc = crc32(crc, (const void *)&f->row[i][FOUR + NT + t], sizeof(double));
        }
    return (uint32_t)crc;
}

/* Of the used rows, whatever else is read, in bins of one, two or three, kept or not. */
static void checksums_are_those_of_a_serial_loop(void **state) {
    (void)state;
    static const bool all[NPART] = {1, 1, 1}, some[NPART] = {0, 1, 1};
    sample_file f;
    file_open(&f, "configuration", N, -1);
    for (int bin = 1; bin <= 3; bin++) {
        hp_ingest ingest;
        ingest_file(&f, bin, bin == 2 ? 0 : PLENTY, all, &ingest);
        int used = N / bin * bin;
        assert_int_equal(hp_ingest_checksum(&ingest, all), serial_checksum(&f, all, used));
        assert_int_equal(hp_ingest_checksum(&ingest, some), serial_checksum(&f, some, used));
        hp_ingest_destroy(&ingest);
    }
    file_close(&f);
}

/* The sign of a zero in a jackknife row is that of the sample. */
static void samples_have_the_bits_of_jackknife_rows(void **state) {
    (void)state;
    sample_file f;
    hp_ingest ingest;
    const double *sum;
    file_open(&f, "jackknife", N, -1);
    f.row[2][4] = -0.0;
    file_write_again(&f, "jackknife", N);
    for (size_t memory = 0; memory <= PLENTY; memory += PLENTY) {
        ingest_file(&f, 1, memory, NULL, &ingest);
        assert_ok(hp_ingest_bin(&ingest, 2, &sum, &f.err), &f.err);
        assert_true(sum[4] == 0.0 && signbit(sum[4]));
        hp_ingest_destroy(&ingest);
    }
    file_close(&f);
}

int main(int argc, char **argv) {
    hp_comm comm;
    char folder[64];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_read_once),
        cmocka_unit_test(bins_without_memory_are_read_again),
        cmocka_unit_test(projections_share_a_pass),
        cmocka_unit_test(what_is_not_selected_is_not_read),
        cmocka_unit_test(checksums_are_those_of_a_serial_loop),
        cmocka_unit_test(samples_have_the_bits_of_jackknife_rows),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    int failed = cmocka_run_group_tests_name("ingest/ingest", tests, NULL, NULL);
    return hp_test_mpi_end(failed, &comm, folder);
}
