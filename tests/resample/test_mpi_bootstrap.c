// SPDX-License-Identifier: GPL-3.0-or-later
/* Bootstrap samples of small files that the test writes, on any number of ranks: which bins they
 * hold, the bits of their averages, and errors against those of the jackknife. */
#include "mpi_support.h"
#include "resample_file.h"

#include <stdlib.h>

enum { SAMPLES = 40 };

static sample_wish wish_of(int bin, size_t memory) {
    return (sample_wish){.bin = bin,
                         .memory = memory,
                         .setup = {.method = HP_METHOD_BOOTSTRAP,
                                   .max_samples = -1,
                                   .bootstrap_samples = SAMPLES,
                                   .seed = 5}};
}

static void create(sample_file *f, sample_wish wish, file_samples *s) {
    assert_ok(samples_create(&f->ensemble, wish, s, &f->err), &f->err);
}

/* R at the first point of the first time, and the mean of the first number. */
static hp_status ratio_and_mean(const double *row, double *values, void *context, hp_error *err) {
    (void)context;
    (void)err;
    values[0] = row[0] / row[FOUR] / row[FOUR + NT];
    values[1] = row[0];
    return HP_OK;
}

/* A sample is the average of its bins, whether they are kept in memory or read again. */
static void samples_average_their_bins(void **state) {
    (void)state;
    enum { BIN = 2, NBIN = 5 };
    sample_file f;
    file_samples kept, read;
    double row[LENGTH], again[LENGTH], expected[LENGTH];
    file_open(&f, "configuration", 11, -1);
    create(&f, wish_of(BIN, PLENTY), &kept);
    create(&f, wish_of(BIN, NBIN * LENGTH * sizeof(double) - 1), &read);
    assert_int_equal(kept.resampling.nsample, SAMPLES);
    assert_int_equal(kept.ingest.nbin, NBIN);
    assert_int_equal(kept.ingest.ndropped, 1);
    assert_int_equal(kept.ingest.nkept, NBIN);
    assert_int_equal(read.ingest.nkept, NBIN - 1);
    for (int i = SAMPLES - 1; i >= 0; i--) {
        const int *draw = kept.resampling.draw + i * NBIN;
        memset(expected, 0, sizeof expected);
        for (int k = 0; k < NBIN; k++)
            for (int j = 0; j < LENGTH; j++)
                expected[j] +=
                    (f.row[BIN * draw[k]][j] + f.row[BIN * draw[k] + 1][j]) / (BIN * NBIN);
        assert_ok(hp_ingest_sample(&kept.resampling, i, row, &f.err), &f.err);
        assert_ok(hp_ingest_sample(&read.resampling, i, again, &f.err), &f.err);
        assert_memory_equal(row, again, sizeof row);
        /* another order of ten numbers near 1 */
        for (int j = 0; j < LENGTH; j++) assert_close(row[j], expected[j], 1e-14, 0);
    }
    samples_destroy(&kept);
    samples_destroy(&read);
    file_close(&f);
}

/* The same bins on every rank and every time, others for another seed or sample; every bin about as
 * often as chance would have it. */
static void draws_depend_on_seed_and_sample_alone(void **state) {
    (void)state;
    enum { NBIN = 11 };
    sample_file f;
    file_samples one, two;
    int first[SAMPLES * NBIN], count[NBIN] = {0};
    file_open(&f, "configuration", NBIN, -1);
    sample_wish wish = wish_of(1, 0);
    create(&f, wish, &one);
    memcpy(first, one.resampling.draw, sizeof first);
    MPI_Bcast(first, SAMPLES * NBIN, MPI_INT, 0, MPI_COMM_WORLD);
    assert_memory_equal(one.resampling.draw, first, sizeof first);
    wish.setup.bootstrap_samples = 7;
    create(&f, wish, &two);
    assert_memory_equal(two.resampling.draw, first, 7 * NBIN * sizeof *first);
    samples_destroy(&two);
    wish.setup.seed = 6;
    create(&f, wish, &two);
    assert_memory_not_equal(two.resampling.draw, first, NBIN * sizeof *first);
    assert_memory_not_equal(one.resampling.draw, one.resampling.draw + NBIN, NBIN * sizeof *first);
    for (int k = 0; k < SAMPLES * NBIN; k++) {
        assert_in_range(first[k], 0, NBIN - 1);
        count[first[k]]++;
    }
    /* 40 expected, 6 the standard deviation; four of them */
    for (int bin = 0; bin < NBIN; bin++) assert_in_range(count[bin], 16, 64);
    samples_destroy(&one);
    samples_destroy(&two);
    file_close(&f);
}

/* Streams of 4 and 6 bins with a row too many in the second, and one without a bin between: the
 * first 4 bins of a sample are of the first, the others of the last. Every bin is drawn. */
static void bins_are_drawn_within_streams(void **state) {
    (void)state;
    enum { NBIN = 10 };
    for (int bin = 1; bin <= 3; bin++) {
        int start[] = {0, 4 * bin, 5 * bin - 1, 11 * bin - 1 + (bin > 1)}, count[NBIN] = {0};
        sample_file f;
        file_samples s;
        file_open(&f, "configuration", start[3], -1);
        int *whole = f.ensemble.stream_start;
        f.ensemble.stream_start = start;
        f.ensemble.nstream = 3;
        create(&f, wish_of(bin, PLENTY), &s);
        assert_int_equal(s.ingest.nbin, NBIN);
        for (int k = 0; k < SAMPLES * NBIN; k++) {
            bool first = k % NBIN < 4;
            assert_in_range(s.resampling.draw[k], first ? 0 : 4, first ? 3 : 9);
            count[s.resampling.draw[k]]++;
        }
        for (int b = 0; b < NBIN; b++) assert_in_range(count[b], 16, 64); /* as above */
        samples_destroy(&s);
        f.ensemble.stream_start = whole;
        f.ensemble.nstream = 1;
        file_close(&f);
    }
}

/* Bins, not rows: three are enough, two and one are not, none is no stream at all. */
static void short_streams_are_refused(void **state) {
    (void)state;
    static const struct {
        int first, rows; /* of the first and the second of three streams, in bins of 2 */
        const char *text;
    } cases[] = {{6, 0, NULL},
                 {6, 1, NULL},
                 {6, 2, "stream number 2 makes 1 bin with resampling.bin = 2; a bootstrap"},
                 {6, 5, "stream number 2 makes 2 bins with resampling.bin = 2; a bootstrap"},
                 {6, 6, NULL},
                 {4, 6, "stream number 1 makes 2 bins with resampling.bin = 2; a bootstrap"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int first = cases[i].first, second = first + cases[i].rows;
        int start[] = {0, first, second, second + 6};
        sample_file f;
        file_samples s;
        file_open(&f, "configuration", start[3], -1);
        int *whole = f.ensemble.stream_start;
        f.ensemble.stream_start = start;
        f.ensemble.nstream = 3;
        hp_status status = samples_create(&f.ensemble, wish_of(2, PLENTY), &s, &f.err);
        assert_status(status, cases[i].text != NULL ? HP_ERR_INPUT : HP_OK, &f.err);
        if (cases[i].text != NULL) assert_contains(f.err.message, cases[i].text);
        if (status == HP_OK) samples_destroy(&s);
        f.ensemble.stream_start = whole;
        f.ensemble.nstream = 1;
        file_close(&f);
    }
}

static void errors_are_standard_deviations_of_the_samples(void **state) {
    (void)state;
    sample_file f;
    file_samples s;
    double value[2], error[2], row[LENGTH], sample[SAMPLES][2];
    double rows[SAMPLES][2];
    file_open(&f, "configuration", 9, -1);
    create(&f, wish_of(1, PLENTY), &s);
    assert_ok(hp_ingest_errors(&s.resampling, 2, ratio_and_mean, NULL, value, error, &f.err),
              &f.err);
    assert_ok(hp_ingest_gather(&s.resampling, 2, ratio_and_mean, NULL, &rows[0][0], &f.err),
              &f.err);
    for (int i = 0; i < SAMPLES; i++) {
        assert_ok(hp_ingest_sample(&s.resampling, i, row, &f.err), &f.err);
        assert_ok(ratio_and_mean(row, sample[i], NULL, &f.err), &f.err);
        for (int j = 0; j < 2; j++) assert_true(rows[i][j] == sample[i][j]);
    }
    for (int j = 0; j < 2; j++) {
        double mean = 0, squares = 0;
        for (int i = 0; i < SAMPLES; i++) mean += sample[i][j] / SAMPLES;
        for (int i = 0; i < SAMPLES; i++) squares += pow(sample[i][j] - mean, 2);
        /* rounding of numbers near 1 against a spread of 0.1 */
        assert_close(error[j], sqrt(squares / (SAMPLES - 1)), 1e-12, 0);
    }
    samples_destroy(&s);
    file_close(&f);
}

/* Of a mean, a bootstrap expects sqrt((N-1)/N) of the jackknife's error, and a finite one
 * fluctuates around it by 1/sqrt(2 n). A ratio is not linear: of the same order again, since its
 * terms differ by the relative error, here 0.1. Three standard deviations. */
static void bootstrap_and_jackknife_agree(void **state) {
    (void)state;
    enum { N = 60, MANY = 2000 };
    sample_file f;
    file_samples jackknife, bootstrap;
    sample_wish wish = wish_of(1, PLENTY);
    double value[2], expected[2], error[2];
    file_open(&f, "configuration", N, -1);
    create(&f, (sample_wish){.bin = 1, .memory = PLENTY}, &jackknife);
    wish.setup.bootstrap_samples = MANY;
    create(&f, wish, &bootstrap);
    assert_ok(
        hp_ingest_errors(&jackknife.resampling, 2, ratio_and_mean, NULL, value, expected, &f.err),
        &f.err);
    assert_ok(
        hp_ingest_errors(&bootstrap.resampling, 2, ratio_and_mean, NULL, value, error, &f.err),
        &f.err);
    double own = 1.0 / sqrt(2.0 * MANY);
    assert_close(error[1], sqrt((N - 1.0) / N) * expected[1], 3.0 * own, 0);
    assert_close(error[0], expected[0], 3.0 * hypot(own, 1.0 / sqrt(2.0 * (N - 1.0))), 0);
    samples_destroy(&jackknife);
    samples_destroy(&bootstrap);
    file_close(&f);
}

/* The average passes, and every sample is 0.7 above: rounding makes the variance negative. */
static hp_status step_above_average(const double *row, double *values, void *context,
                                    hp_error *err) {
    (void)err;
    values[0] = row[0] == *(const double *)context ? 0.0 : 0.7;
    return HP_OK;
}

static void samples_that_agree_have_no_error(void **state) {
    (void)state;
    sample_file f;
    file_samples s;
    double mean[LENGTH], value, error;
    file_open(&f, "configuration", 7, -1);
    file_jackknife(&f, 1, -1, &s);
    hp_ingest_mean(&s.ingest, mean);
    assert_ok(hp_ingest_errors(&s.resampling, 1, step_above_average, mean, &value, &error, &f.err),
              &f.err);
    assert_true(value == 0.0 && error == 0.0);
    samples_destroy(&s);
    file_close(&f);
}

static sample_file file_of_leaks;

static void make_and_destroy(void) {
    sample_file *f = &file_of_leaks;
    file_samples s;
    double value[2], error[2], rows[2 * SAMPLES];
    create(f, wish_of(1, PLENTY), &s);
    assert_ok(hp_ingest_errors(&s.resampling, 2, ratio_and_mean, NULL, value, error, &f->err),
              &f->err);
    assert_ok(hp_ingest_gather(&s.resampling, 2, ratio_and_mean, NULL, rows, &f->err), &f->err);
    samples_destroy(&s);
}

/* On one rank: messages of several may lie in the memory of MPI. */
static void all_memory_is_given_back(void **state) {
    (void)state;
    file_open(&file_of_leaks, "configuration", 7, -1);
    if (file_of_leaks.comm.size == 1) assert_no_leak(make_and_destroy);
    file_close(&file_of_leaks);
}

static void refuse(sample_file *f, sample_wish wish, const char *part) {
    file_samples s;
    hp_error_clear(&f->err);
    assert_status(samples_create(&f->ensemble, wish, &s, &f->err), HP_ERR_INPUT, &f->err);
    assert_contains(f->err.message, part);
    assert_null(s.resampling.draw);
}

static void wrong_wishes_are_refused(void **state) {
    (void)state;
    sample_file f;
    sample_wish wish = wish_of(1, PLENTY);
    file_open(&f, "jackknife", 5, -1);
    refuse(&f, wish, "resampling.method: bootstrap needs configurations: the rows of");
    file_close(&f);
    file_open(&f, "configuration", 5, -1);
    wish.setup.bootstrap_samples = 1;
    refuse(&f, wish, "resampling.bootstrap_samples must be at least 2, found 1");
    file_samples s;
    hp_error_clear(&f.err);
    assert_ok(hp_ingest_create(&f.ensemble, 1, PLENTY, &s.ingest, &f.err), &f.err);
    assert_status(hp_ingest_resample(&s.ingest, &wish.setup, &s.resampling, &f.err), HP_ERR_INPUT,
                  &f.err);
    assert_null(s.resampling.ingest); /* nothing is left of it */
    hp_ingest_destroy(&s.ingest);
    wish.setup.bootstrap_samples = 2; /* which have a spread */
    hp_error_clear(&f.err);
    create(&f, wish, &s);
    assert_int_equal(s.resampling.nsample, 2);
    samples_destroy(&s);
    file_close(&f);
}

int main(int argc, char **argv) {
    hp_comm comm;
    char folder[64];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_average_their_bins),
        cmocka_unit_test(draws_depend_on_seed_and_sample_alone),
        cmocka_unit_test(bins_are_drawn_within_streams),
        cmocka_unit_test(short_streams_are_refused),
        cmocka_unit_test(errors_are_standard_deviations_of_the_samples),
        cmocka_unit_test(bootstrap_and_jackknife_agree),
        cmocka_unit_test(samples_that_agree_have_no_error),
        cmocka_unit_test(all_memory_is_given_back),
        cmocka_unit_test(wrong_wishes_are_refused),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    int failed = cmocka_run_group_tests_name("resample/bootstrap", tests, NULL, NULL);
    return hp_test_mpi_end(failed, &comm, folder);
}
