// SPDX-License-Identifier: GPL-3.0-or-later
/* Projected deviations of the rows of small files: against the derivatives by hand, and with the
 * bits of one rank on all. */
#include "mpi_support.h"
#include "../resample/resample_file.h"

#include <math.h>
#include <string.h>

/* C4/(C2 C2) at the third point of the middle time, and C2 itself. */
enum { POINT = NPOINT + 2, TWO_1 = FOUR + 1, TWO_2 = FOUR + NT + 1 };

static hp_status project(hp_ingest *ingest, size_t length, hp_row_function function, void *context,
                         double *value, double *rows, hp_error *err) {
    hp_projection projection = {length, function, context, value, rows, false};
    return hp_ingest_project(ingest, 1, &projection, err);
}

static hp_status ratio_and_two_point(const double *row, double *values, void *context,
                                     hp_error *err) {
    (void)context;
    (void)err;
    values[0] = row[POINT] / row[TWO_1] / row[TWO_2];
    values[1] = row[TWO_1];
    return HP_OK;
}

/* Nine rows in bins of 2, streams of 5 and 4: row 4 is dropped. */
static void deviations_are_linearised(void **state) {
    (void)state;
    enum { N = 8 };
    static int start[] = {0, 5, 9};
    static const int used[N] = {0, 1, 2, 3, 5, 6, 7, 8};
    sample_file f;
    file_samples s;
    double value[2], rows[2][N], mean[LENGTH];
    file_open(&f, "configuration", 9, 4); /* a NaN in the row that is dropped */
    int *whole = f.ensemble.stream_start;
    f.ensemble.stream_start = start;
    f.ensemble.nstream = 2;
    file_jackknife(&f, 2, -1, &s);
    assert_ok(project(&s.ingest, 2, ratio_and_two_point, NULL, value, &rows[0][0], &f.err), &f.err);
    hp_ingest_mean(&s.ingest, mean);
    double R = mean[POINT] / mean[TWO_1] / mean[TWO_2];
    assert_close(value[0], R, 1e-15, 0.0);
    for (int i = 0; i < N; i++) {
        const double *row = f.row[used[i]];
        double linear = R * (row[POINT] / mean[POINT] - row[TWO_1] / mean[TWO_1] -
                             row[TWO_2] / mean[TWO_2] + 1.0);
        /* third derivatives times 1e-8, rounding over 1e-4 */
        assert_close(rows[0][i], linear, 1e-7, 1e-9);
        assert_close(rows[1][i], row[TWO_1] - mean[TWO_1], 0.0, 1e-11); /* rounding over 1e-4 */
    }
    samples_destroy(&s);
    f.ensemble.stream_start = whole;
    f.ensemble.nstream = 1;
    file_close(&f);
}

static void bits_do_not_depend_on_the_ranks(void **state) {
    (void)state;
    enum { N = 11 };
    sample_file f;
    hp_comm self;
    hp_ensemble alone;
    file_samples s;
    double value[2], rows[2][N], alone_rows[2][N];
    file_open(&f, "configuration", N, -1);
    file_jackknife(&f, 1, -1, &s);
    assert_ok(project(&s.ingest, 2, ratio_and_two_point, NULL, value, &rows[0][0], &f.err), &f.err);
    samples_destroy(&s);
    assert_ok(hp_parallel_wrap(MPI_COMM_SELF, &self, &f.err), &f.err);
    assert_ok(hp_ensemble_open(&self, f.path, &alone, &f.err), &f.err);
    assert_ok(samples_create(&alone, (sample_wish){.bin = 1}, &s, &f.err), &f.err);
    assert_ok(project(&s.ingest, 2, ratio_and_two_point, NULL, value, &alone_rows[0][0], &f.err),
              &f.err);
    assert_memory_equal(rows, alone_rows, sizeof rows);
    samples_destroy(&s);
    hp_ensemble_close(&alone);
    file_close(&f);
}

/* The function fails for the row of one rank: all hear of it. */
static hp_status refuse_above(const double *row, double *values, void *context, hp_error *err) {
    hp_status status = HP_OK;
    values[0] = row[0];
    HP_CHECK(row[0] <= *(const double *)context, HP_ERR_NUMERIC, "refused row");
cleanup:
    return status;
}

static void failure_of_one_rank_stops_all(void **state) {
    (void)state;
    enum { N = 7 };
    sample_file f;
    file_samples s;
    double value, rows[N], mean[LENGTH], limit;
    file_open(&f, "configuration", N, -1);
    file_jackknife(&f, 1, -1, &s);
    hp_ingest_mean(&s.ingest, mean);
    limit = mean[0] + 1e-9; /* a step towards any row above the mean goes beyond */
    assert_int_equal(project(&s.ingest, 1, refuse_above, &limit, &value, rows, &f.err),
                     HP_ERR_NUMERIC);
    assert_string_equal(f.err.message, "refused row");
    samples_destroy(&s);
    file_close(&f);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deviations_are_linearised),
        cmocka_unit_test(bits_do_not_depend_on_the_ranks),
        cmocka_unit_test(failure_of_one_rank_stops_all),
    };
    hp_comm comm;
    char folder[64];
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, folder);
}
