// SPDX-License-Identifier: GPL-3.0-or-later
/* Resampling of small files that the test writes, on any number of ranks: every number must have
 * the bits of a serial computation in file order. */
#include "mpi_support.h"
#include "resample_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* sum[LENGTH] of the rows of one bin, in file order. */
static void serial_bin(const sample_file *f, int bin, int item, double *sum) {
    memset(sum, 0, LENGTH * sizeof *sum);
    for (int i = item * bin; i < (item + 1) * bin; i++)
        for (int j = 0; j < LENGTH; j++) sum[j] += f->row[i][j];
}

static void serial_total(const sample_file *f, int bin, int nbin, double *total) {
    double part[LENGTH];
    memset(total, 0, LENGTH * sizeof *total);
    for (int item = 0; item < nbin; item++) {
        serial_bin(f, bin, item, part);
        for (int j = 0; j < LENGTH; j++) total[j] += part[j];
    }
}

static hp_status copy_row(const double *row, double *values, void *context, hp_error *err) {
    (void)context;
    (void)err;
    memcpy(values, row, LENGTH * sizeof *values);
    return HP_OK;
}

/* R of every point: not linear in the row. */
static hp_status ratio_of_row(const double *row, double *values, void *context, hp_error *err) {
    (void)context;
    (void)err;
    for (int t = 0; t < NT; t++)
        for (int p = 0; p < NPOINT; p++)
            values[t * NPOINT + p] = row[t * NPOINT + p] / row[FOUR + t] / row[FOUR + NT + t];
    return HP_OK;
}

/* The average and every sample, bit by bit, and the error of a mean. */
static void check_configurations(int nrow, int bin, int nbin, int ndropped) {
    sample_file f;
    file_samples s;
    double total[LENGTH], part[LENGTH], row[LENGTH], value[LENGTH], error[LENGTH];
    double squares[LENGTH] = {0};
    file_open(&f, "configuration", nrow, -1);
    file_jackknife(&f, bin, -1, &s);
    assert_int_equal(s.resampling.nsample, nbin);
    assert_int_equal(s.resampling.ncomputed, nbin);
    assert_int_equal(s.ingest.ndropped, ndropped);
    assert_int_equal(s.ingest.bin, bin);
    serial_total(&f, bin, nbin, total);
    assert_memory_equal(s.ingest.total, total, sizeof total);
    hp_ingest_mean(&s.ingest, row);
    for (int j = 0; j < LENGTH; j++) assert_true(row[j] == total[j] / (nbin * bin));
    for (int i = 0; i < nbin; i++) {
        assert_ok(hp_ingest_sample(&s.resampling, i, row, &f.err), &f.err);
        serial_bin(&f, bin, i, part);
        for (int j = 0; j < LENGTH; j++) {
            assert_true(row[j] == (total[j] - part[j]) / ((nbin - 1) * bin));
            squares[j] += pow(part[j] / bin - total[j] / (nbin * bin), 2);
        }
    }
    assert_ok(hp_ingest_errors(&s.resampling, LENGTH, copy_row, NULL, value, error, &f.err),
              &f.err);
    for (int j = 0; j < LENGTH; j++) {
        assert_true(value[j] == total[j] / (nbin * bin));
        /* standard error of the mean of the bins; rounding of numbers near 1 against deviations of
         * 0.05 and more */
        assert_close(error[j], sqrt(squares[j] / (nbin * (nbin - 1))), 1e-12, 0);
    }
    samples_destroy(&s);
    file_close(&f);
}

static void configurations_are_summed_in_file_order(void **state) {
    (void)state;
    check_configurations(7, 1, 7, 0);
}

static void bins_are_deleted_as_a_whole(void **state) {
    (void)state;
    check_configurations(9, 3, 3, 0);
    check_configurations(10, 2, 5, 0);
}

static void remainder_is_dropped(void **state) {
    (void)state;
    check_configurations(11, 3, 3, 2);
}

/* Streams of 4, 1 and 6 rows in bins of 2: rows 4 and, within no bin, none of the others. */
static void bins_do_not_cross_streams(void **state) {
    (void)state;
    static int start[] = {0, 4, 5, 11}; /* a whole ensemble is wanted, a hand-made list will do */
    static const int rows[5][2] = {{0, 1}, {2, 3}, {5, 6}, {7, 8}, {9, 10}};
    sample_file f;
    file_samples s;
    double row[LENGTH], total[LENGTH] = {0};
    file_open(&f, "configuration", 11, 4); /* a NaN in the row that is dropped */
    int *whole = f.ensemble.stream_start;
    f.ensemble.stream_start = start;
    f.ensemble.nstream = 3;
    file_jackknife(&f, 2, -1, &s);
    assert_int_equal(s.resampling.nsample, 5);
    assert_int_equal(s.ingest.ndropped, 1);
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < LENGTH; j++) total[j] += f.row[rows[i][0]][j] + f.row[rows[i][1]][j];
    assert_memory_equal(s.ingest.total, total, sizeof total);
    for (int i = 0; i < 5; i++) {
        assert_ok(hp_ingest_sample(&s.resampling, i, row, &f.err), &f.err);
        for (int j = 0; j < LENGTH; j++)
            assert_true(row[j] == (total[j] - (f.row[rows[i][0]][j] + f.row[rows[i][1]][j])) / 8);
        for (int k = 0; k < 2; k++)
            assert_int_equal(hp_ingest_file_row(&s.ingest, 2 * i + k), rows[i][k]);
    }
    samples_destroy(&s);
    f.ensemble.stream_start = whole;
    f.ensemble.nstream = 1;
    file_close(&f);
}

/* Rows that fill no bin are used nowhere, so what they hold does not matter. */
static void dropped_rows_are_not_read(void **state) {
    (void)state;
    sample_file f;
    file_samples s;
    file_open(&f, "configuration", 7, 6);
    file_jackknife(&f, 2, -1, &s);
    samples_destroy(&s);
    file_close(&f);
}

/* The formula of hp_ingest_errors in the same order gives the same bits; the two-pass formula
 * the same number. */
static void errors_have_the_bits_of_a_serial_sum(void **state) {
    (void)state;
    enum { N = 6 };
    sample_file f;
    file_samples s;
    double row[LENGTH], value[FOUR], error[FOUR], centre[FOUR], sample[N][FOUR];
    file_open(&f, "configuration", N, -1);
    file_jackknife(&f, 1, 2, &s);
    assert_ok(hp_ingest_errors(&s.resampling, FOUR, ratio_of_row, NULL, value, error, &f.err),
              &f.err);
    hp_ingest_mean(&s.ingest, row);
    assert_ok(ratio_of_row(row, centre, NULL, &f.err), &f.err);
    assert_memory_equal(value, centre, sizeof value);
    for (int i = 0; i < N; i++) {
        assert_ok(hp_ingest_sample(&s.resampling, i, row, &f.err), &f.err);
        assert_ok(ratio_of_row(row, sample[i], NULL, &f.err), &f.err);
    }
    for (int j = 0; j < FOUR; j++) {
        double sum = 0, squares = 0;
        for (int i = 0; i < N; i++) {
            double deviation = sample[i][j] - centre[j];
            sum += deviation;
            squares += deviation * deviation;
        }
        assert_true(error[j] == sqrt((N - 1.0) / N * (squares - sum * sum / N)));
        /* rounding of numbers near 1 against a spread of 0.03 */
        assert_close(
            error[j],
            hp_sample_error((hp_sample_rule){HP_METHOD_JACKKNIFE, N}, &sample[0][j], N, FOUR),
            1e-12, 0);
    }
    samples_destroy(&s);
    file_close(&f);
}

static void jackknife_rows_are_the_samples(void **state) {
    (void)state;
    enum { N = 5 };
    sample_file f;
    file_samples s;
    double total[LENGTH], row[LENGTH], value[LENGTH], error[LENGTH];
    file_open(&f, "jackknife", N, -1);
    file_jackknife(&f, 1, 3, &s);
    assert_int_equal(s.resampling.nsample, N);
    assert_int_equal(s.resampling.ncomputed, 3);
    serial_total(&f, 1, N, total);
    assert_memory_equal(s.ingest.total, total, sizeof total);
    for (int i = 0; i < N; i++) {
        assert_ok(hp_ingest_sample(&s.resampling, i, row, &f.err), &f.err);
        assert_memory_equal(row, f.row[i], sizeof row);
    }
    assert_ok(hp_ingest_errors(&s.resampling, LENGTH, copy_row, NULL, value, error, &f.err),
              &f.err);
    for (int j = 0; j < LENGTH; j++) {
        assert_true(value[j] == total[j] / N);
        /* all N samples count, though only 3 are computed; rounding against a spread of 0.1 */
        assert_close(
            error[j],
            hp_sample_error((hp_sample_rule){HP_METHOD_JACKKNIFE, N}, &f.row[0][j], N, LENGTH),
            1e-12, 0);
    }
    samples_destroy(&s);
    file_close(&f);
}

static void number_of_computed_samples_is_limited(void **state) {
    (void)state;
    static const int limit[6] = {-1, 0, 1, 2, 4, 100}, computed[6] = {4, 0, 1, 2, 4, 4};
    sample_file f;
    file_open(&f, "configuration", 4, -1);
    for (int k = 0; k < 6; k++) {
        file_samples s;
        file_jackknife(&f, 1, limit[k], &s);
        assert_int_equal(s.resampling.ncomputed, computed[k]);
        assert_int_equal(s.resampling.nsample, 4);
        samples_destroy(&s);
    }
    file_close(&f);
}

/* All ranks must report what rank 0 reports. */
static void assert_same_message(const hp_error *err) {
    hp_error first = *err;
    MPI_Bcast(&first, sizeof first, MPI_BYTE, 0, MPI_COMM_WORLD);
    assert_string_equal(err->message, first.message);
    assert_int_equal(err->status, first.status);
}

static void refuse(sample_file *f, int bin, int max_samples, const char *part) {
    file_samples s;
    hp_error_clear(&f->err);
    sample_wish wish = {.bin = bin, .setup.max_samples = max_samples};
    assert_int_equal(samples_create(&f->ensemble, wish, &s, &f->err), HP_ERR_INPUT);
    assert_contains(f->err.message, part);
    assert_null(s.ingest.total);
    assert_same_message(&f->err);
}

static void too_few_samples_are_refused(void **state) {
    (void)state;
    sample_file f;
    file_open(&f, "configuration", 1, -1);
    refuse(&f, 1, -1, "rows.h5 holds 1 configuration, with");
    refuse(&f, 1, -1, "that makes 1 bin; an error needs at least 3 bins");
    file_close(&f);
    file_open(&f, "configuration", 5, -1);
    refuse(&f, 8, -1, "holds 5 configurations, with resampling.bin = 8 that makes 0 bins");
    refuse(&f, 3, 0, "that makes 1 bin;");
    refuse(&f, 2, -1, "that makes 2 bins; an error needs at least 3 bins");
    file_close(&f);
}

static void wrong_keys_are_refused(void **state) {
    (void)state;
    sample_file f;
    file_open(&f, "jackknife", 4, -1);
    refuse(&f, 2, -1, "resampling.bin must be 1, found 2");
    refuse(&f, 0, -1, "resampling.bin must be at least 1, found 0");
    refuse(&f, 1, -2, "resampling.max_samples");
    file_close(&f);
}

/* One rank reads the bad row; all fail with its message. */
static void nan_is_the_same_error_on_all_ranks(void **state) {
    (void)state;
    for (int bad_row = 0; bad_row < 4; bad_row++) {
        sample_file f;
        file_open(&f, "configuration", 4, bad_row);
        refuse(&f, 1, -1, "four_point");
        file_close(&f);
    }
}

/* Refuses the row of sample 2 (not linear on purpose: the average passes). */
static hp_status refuse_one_row(const double *row, double *values, void *context, hp_error *err) {
    hp_status status = HP_OK;
    const double *refused = context;
    values[0] = row[0];
    HP_CHECK(row[0] != refused[0], HP_ERR_NUMERIC, "refused row");
cleanup:
    return status;
}

static void failing_function_stops_all_ranks(void **state) {
    (void)state;
    sample_file f;
    file_samples s;
    double refused[LENGTH], value, error;
    file_open(&f, "configuration", 4, -1);
    file_jackknife(&f, 1, -1, &s);
    assert_ok(hp_ingest_sample(&s.resampling, 2, refused, &f.err), &f.err);
    assert_int_equal(
        hp_ingest_errors(&s.resampling, 1, refuse_one_row, refused, &value, &error, &f.err),
        HP_ERR_NUMERIC);
    assert_string_equal(f.err.message, "jackknife sample 2: refused row");
    assert_same_message(&f.err);
    samples_destroy(&s);
    file_close(&f);
}

/* The average row is refused by the last rank alone: the others must not wait for it. */
static void failure_of_one_rank_stops_all(void **state) {
    (void)state;
    sample_file f;
    file_samples s;
    double refused[LENGTH] = {NAN}, value, error; /* equal to no number */
    file_open(&f, "configuration", 4, -1);
    file_jackknife(&f, 1, -1, &s);
    if (f.comm.rank == f.comm.size - 1) hp_ingest_mean(&s.ingest, refused);
    assert_int_equal(
        hp_ingest_errors(&s.resampling, 1, refuse_one_row, refused, &value, &error, &f.err),
        HP_ERR_NUMERIC);
    assert_string_equal(f.err.message, "refused row");
    assert_same_message(&f.err);
    samples_destroy(&s);
    file_close(&f);
}

/* What is made of all samples, on every rank, with the bits of one. */
static void rows_of_all_samples_are_everywhere(void **state) {
    (void)state;
    enum { N = 6 };
    sample_file f;
    file_samples s;
    double row[LENGTH], sample[FOUR], rows[N][FOUR];
    file_open(&f, "configuration", N, -1);
    file_jackknife(&f, 1, 2, &s);
    assert_ok(hp_ingest_gather(&s.resampling, FOUR, ratio_of_row, NULL, &rows[0][0], &f.err),
              &f.err);
    for (int i = 0; i < N; i++) {
        assert_ok(hp_ingest_sample(&s.resampling, i, row, &f.err), &f.err);
        assert_ok(ratio_of_row(row, sample, NULL, &f.err), &f.err);
        for (int j = 0; j < FOUR; j++) assert_true(rows[i][j] == sample[j]);
    }
    assert_ok(hp_ingest_sample(&s.resampling, 2, row, &f.err), &f.err);
    assert_int_equal(hp_ingest_gather(&s.resampling, 1, refuse_one_row, row, &rows[0][0], &f.err),
                     HP_ERR_NUMERIC);
    assert_string_equal(f.err.message, "jackknife sample 2: refused row");
    assert_same_message(&f.err);
    samples_destroy(&s);
    file_close(&f);
}

static void samples_out_of_range_are_our_bug(void **state) {
    (void)state;
    sample_file f;
    file_samples s;
    double row[LENGTH];
    file_open(&f, "configuration", 7, -1);
    file_jackknife(&f, 2, -1, &s);
    assert_int_equal(hp_ingest_sample(&s.resampling, 3, row, &f.err), HP_ERR_INTERNAL);
    assert_string_equal(f.err.message, "jackknife sample 3 asked for, there are 3");
    hp_error_clear(&f.err);
    assert_int_equal(hp_ingest_sample(&s.resampling, -1, row, &f.err), HP_ERR_INTERNAL);
    assert_string_equal(f.err.message, "jackknife sample -1 asked for, there are 3");
    samples_destroy(&s);
    samples_destroy(&s);
    hp_resampling_destroy(NULL);
    file_close(&f);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(configurations_are_summed_in_file_order),
        cmocka_unit_test(bins_are_deleted_as_a_whole),
        cmocka_unit_test(remainder_is_dropped),
        cmocka_unit_test(bins_do_not_cross_streams),
        cmocka_unit_test(dropped_rows_are_not_read),
        cmocka_unit_test(errors_have_the_bits_of_a_serial_sum),
        cmocka_unit_test(jackknife_rows_are_the_samples),
        cmocka_unit_test(number_of_computed_samples_is_limited),
        cmocka_unit_test(too_few_samples_are_refused),
        cmocka_unit_test(wrong_keys_are_refused),
        cmocka_unit_test(nan_is_the_same_error_on_all_ranks),
        cmocka_unit_test(failing_function_stops_all_ranks),
        cmocka_unit_test(failure_of_one_rank_stops_all),
        cmocka_unit_test(rows_of_all_samples_are_everywhere),
        cmocka_unit_test(samples_out_of_range_are_our_bug),
    };
    hp_comm comm;
    char folder[64];
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, folder);
}
