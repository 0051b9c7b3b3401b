// SPDX-License-Identifier: GPL-3.0-or-later
/* Configurations that depend on each other: what scan-bins finds, and what a run says of them. */
#include "output.h"
#include "small_ensemble.h"
#include "small_job.h"

#define HEADER                                                                                     \
    "quantity,source,t,r_fm,value,bin,bins,error,error_err,gamma_error,gamma_error_err,tau_int,"   \
    "tau_int_err,window"

#define QUICK "--set potential.kind=gaussians --set potential.gaussians=1 "

enum { ROWS = 240, REPEAT = 4, COLUMNS = 10 };

/* Numbers from the column bin on, less the text columns: value, bin, ... window. */
enum { VALUE, BIN, BINS, ERROR, ERROR_ERR, GAMMA_ERROR, GAMMA_ERROR_ERR, TAU, TAU_ERR, WINDOW };

static void write_repeated(const scene *place, int nsample, int repeat) {
    char path[256];
    write_text(place, "job.yaml", SMALL_JOB);
    scene_path(place, "raw.h5", path);
    small_ensemble_write(path, (small_style){.nsample = nsample, .repeat = repeat});
}

/* 48 rows leave 10 bins for sizes up to 4. Four equal rows in a bin of four are worth one: with
 * squares d^2 of 12 deviations errors are sqrt(4 sum d^2/(48 47)) and sqrt(sum d^2/(12 11)). */
static void scan_of_repeated_rows(void **state) {
    scene *place = *state;
    enum { POINTS = 6, SIZES = 4, LINES = 2 * POINTS * SIZES };
    double numbers[LINES * COLUMNS];
    write_repeated(place, 48, REPEAT);
    assert_exit(place, run_hadpot(place, 1, "scan-bins job.yaml --set output=one"), 0);
    assert_contains(place->out, "48 rows in 1 stream, t = 12");
    assert_contains(place->out, "   4      12 ");
    assert_contains(place->out, "\ntau_int of R is up to ");
    assert_int_equal(read_csv(place, "one/scan_bins.csv", HEADER, COLUMNS, numbers, LINES), LINES);
    for (int point = 0; point < 2 * POINTS; point++) {
        static const int bin[SIZES] = {1, 2, 3, 4}, bins[SIZES] = {48, 24, 16, 12};
        const double *line = numbers + point * SIZES * COLUMNS;
        for (int i = 0; i < SIZES; i++) {
            assert_int_equal((int)line[i * COLUMNS + BIN], bin[i]);
            assert_int_equal((int)line[i * COLUMNS + BINS], bins[i]);
            /* rounding */
            assert_close(line[i * COLUMNS + ERROR_ERR],
                         line[i * COLUMNS + ERROR] / sqrt(2.0 * (bins[i] - 1)), 1e-14, 0.0);
        }
        /* rounding of the differences, 1e-12 of values that deviate by 1e-3 */
        assert_close(line[3 * COLUMNS + ERROR] / line[ERROR], sqrt(47.0 / 11.0), 1e-8, 0.0);
        assert_true(line[TAU] > 0.5 && line[TAU_ERR] > 0.0 && line[WINDOW] >= 1.0);
    }
    for (int ranks = 2; ranks <= 3; ranks++) {
        char folder[32], file[64];
        snprintf(folder, sizeof folder, "ranks_%d", ranks);
        snprintf(file, sizeof file, "%s/scan_bins.csv", folder);
        assert_exit(place, run_hadpot(place, ranks, "scan-bins job.yaml --set output=%s", folder),
                    0);
        assert_int_equal(count_lines(place->out, "errors from bins"), 1);
        assert_same_bytes(place, "one/scan_bins.csv", file);
    }
}

/* The error of S/R that a run with bins of four finds from its samples. The jackknife of 12 bins
 * differs from the linearised error by terms of higher order in 1 % noise: 1 % of it. */
static void scan_and_run_have_the_same_errors(void **state) {
    scene *place = *state;
    enum { LINES = 48, RADII = 14, RUN_LINES = 2 * 2 * RADII };
    double scan[LINES * COLUMNS], run[RUN_LINES * 5];
    write_repeated(place, 48, REPEAT);
    assert_exit(place, run_hadpot(place, 1, "scan-bins job.yaml"), 0);
    assert_exit(place,
                run_hadpot(place, 1,
                           "run job.yaml --set resampling.bin=4 --set "
                           "potential.kind=gaussians --set potential.gaussians=1"),
                0);
    assert_int_equal(read_csv(place, "out/scan_bins.csv", HEADER, COLUMNS, scan, LINES), LINES);
    assert_int_equal(
        read_csv(place, "out/potential.csv",
                 "source,t,r_fm,v_localised_mev,v_localised_mev_err,v_lo_mev,v_lo_mev_err", 5, run,
                 RUN_LINES),
        RUN_LINES);
    int found = 0;
    for (int point = 6; point < 12; point++)
        for (int i = 0; i < RUN_LINES; i++) {
            const double *line = scan + (4 * point + 3) * COLUMNS; /* bin 4 */
            if (fabs(run[5 * i + 3] / line[VALUE] - 1.0) > 1e-9) continue;
            assert_close(line[ERROR], run[5 * i + 4], 0.01, 0.0);
            found++;
        }
    assert_int_equal(found, 6);
}

/* 240 rows, each four times: the warning of bins of one row is in all files. */
static void small_bins_are_warned_of(void **state) {
    scene *place = *state;
    static const char text[] = "resampling.bin: ";
    static char summary[OUTPUT_SIZE];
    write_repeated(place, ROWS, REPEAT);
    assert_exit(
        place,
        run_hadpot(place, 2, "run job.yaml --overwrite " QUICK "--set resampling.max_samples=2"),
        0);
    assert_int_equal(count_lines(place->err, "hadpot: tau_int of R is up to "), 1);
    assert_int_equal(count_lines(place->err, "hadpot: warning: tau_int of R is up to "), 1);
    assert_contains(place->err, "recommended, found 1: errors may be too small by a factor ");
    read_text(place, "out/summary.yaml", summary, sizeof summary);
    assert_contains(summary, text);
    assert_contains(summary, "  rows: 240\n  streams: 1\n");
    assert_contains(summary, "  tau_int:\n    value: ");
    read_text(place, "out/phase_shift.csv", summary, sizeof summary);
    assert_contains(summary, text);
    table tau = read_result(place, "out", "ensemble/tau_int");
    table error = read_result(place, "out", "ensemble/tau_int_error");
    table r_fm = read_result(place, "out", "ensemble/r_fm");
    assert_int_equal(tau.rank, 2);
    assert_int_equal(tau.shape[0], 2);
    assert_int_equal(tau.shape[1], 3);
    assert_int_equal(r_fm.count, 3);
    for (size_t i = 0; i < tau.count; i++) /* a hash, not a random number: 3 errors may not do */
        assert_close(tau.values[i], 0.5 * REPEAT, 0.0, 4.0 * error.values[i]);
    test_free(tau.values);
    test_free(error.values);
    test_free(r_fm.values);
}

/* Independent rows, bins that are large enough, and jackknife samples, which cannot tell. */
static void good_bins_are_not_warned_of(void **state) {
    scene *place = *state;
    char path[256];
    write_repeated(place, ROWS, 0);
    assert_exit(
        place,
        run_hadpot(place, 1, "run job.yaml --overwrite " QUICK "--set resampling.max_samples=0"),
        0);
    assert_int_equal(count_lines(place->err, "hadpot: warning: tau_int"), 0);
    write_repeated(place, ROWS, REPEAT);
    assert_exit(place,
                run_hadpot(place, 1,
                           "run job.yaml --overwrite " QUICK
                           "--set resampling.bin=24 --set resampling.max_samples=0"),
                0);
    assert_int_equal(count_lines(place->err, "hadpot: warning: tau_int"), 0);
    scene_path(place, "raw.h5", path);
    small_ensemble_write(path, (small_style){.nsample = 7, .jackknife = true});
    assert_exit(
        place,
        run_hadpot(place, 1, "run job.yaml --overwrite " QUICK "--set resampling.max_samples=0"),
        0);
    assert_null(strstr(place->err, "tau_int"));
}

/* The second of two streams is another ensemble: half of a width of the noise, eight errors. */
static void streams_that_differ_are_warned_of(void **state) {
    scene *place = *state;
    enum { N = 300, VALUES = N * SMALL_NT * SMALL_NPOINT };
    char path[256];
    static double stream[N], values[VALUES];
    write_repeated(place, N, 0);
    scene_path(place, "raw.h5", path);
    for (int second = 0; second < 2; second++) {
        for (int i = 0; i < N; i++) stream[i] = i >= N / 2;
        hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
        if (second == 0) small_dataset(file, "/stream", H5T_STD_I8LE, 1, (hsize_t[]){N}, stream);
        hid_t set = H5Dopen2(file, "/source/wall/four_point", H5P_DEFAULT);
        assert_true(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
        for (int i = VALUES / 2; second == 1 && i < VALUES; i++) values[i] *= 1.01;
        assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
        assert_true(H5Dclose(set) >= 0 && H5Fclose(file) >= 0);
        assert_exit(place,
                    run_hadpot(place, 1,
                               "run job.yaml --overwrite " QUICK "--set resampling.max_samples=0"),
                    0);
        assert_int_equal(count_lines(place->err, "hadpot: warning: the streams of the ensemble"),
                         second);
    }
}

/* tau_int asks for larger bins than any of these. 60 rows would make 10 bins of 6, but in streams
 * of 5 rows there are none: bins of 5 make 12, or 11 when the last stream has one row. 9 streams of
 * 3 rows make 9 bins of 2 and of 3. */
static void recommended_bins_fit_into_streams(void **state) {
    scene *place = *state;
    static const struct {
        int nrow, length, bin;
    } cases[] = {{60, 5, 5}, {56, 5, 5}, {36, 3, 3}, {27, 3, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double stream[60];
        char path[256], expected[64];
        write_repeated(place, cases[i].nrow, 12);
        scene_path(place, "raw.h5", path);
        hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
        for (int row = 0; row < cases[i].nrow; row++) stream[row] = row / cases[i].length;
        small_dataset(file, "/stream", H5T_STD_I8LE, 1, (hsize_t[]){(hsize_t)cases[i].nrow},
                      stream);
        assert_true(H5Fclose(file) >= 0);
        assert_exit(place, run_hadpot(place, 1, "scan-bins job.yaml --overwrite"), 0);
        snprintf(expected, sizeof expected, "resampling.bin: %d recommended", cases[i].bin);
        assert_contains(place->out, expected);
    }
}

static void bad_input_is_refused(void **state) {
    scene *place = *state;
    static const struct {
        const char *arguments, *parts[2];
    } mistakes[] = {
        {"job.yaml --set ensemble=jackknife.h5", {"jackknife.h5", "expected \"configuration\""}},
        {"job.yaml --set ensemble=two.h5", {"two.h5", "at least 3"}},
        {"job.yaml --set ensemble=none.h5", {"none.h5", "No such file"}},
        {"job.yaml --set fit.times=[10]", {"raw.h5", "t = 10"}},
        {"job.yaml --set fit.r_max_fm=5", {"raw.h5", "fit.r_max_fm"}},
        {"job.yaml --resume", {"unknown option --resume", "scan-bins --help"}},
        {"", {"scan-bins takes one job file", "found 0"}},
    };
    char path[256];
    write_small_job(place);
    scene_path(place, "jackknife.h5", path);
    small_ensemble_write(path, (small_style){.nsample = 7, .jackknife = true});
    scene_path(place, "two.h5", path);
    small_ensemble_write(path, (small_style){.nsample = 2});
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        assert_exit(place, run_hadpot(place, i == 0 ? 3 : 1, "scan-bins %s", mistakes[i].arguments),
                    2);
        assert_int_equal(count_lines(place->err, "hadpot: error: "), 1);
        for (int part = 0; part < 2; part++) assert_contains(place->err, mistakes[i].parts[part]);
        assert_string_equal(place->out, "");
        assert_false(scene_has(place, "out"));
    }
    assert_exit(place, run_hadpot(place, 1, "scan-bins --help"), 0);
    assert_contains(place->out, "usage: hadpot scan-bins JOB.yaml");
    assert_exit(place, run_hadpot(place, 1, "scan-bins job.yaml"), 0); /* the job itself is good */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(scan_of_repeated_rows),
        scene_test(scan_and_run_have_the_same_errors),
        scene_test(small_bins_are_warned_of),
        scene_test(good_bins_are_not_warned_of),
        scene_test(streams_that_differ_are_warned_of),
        scene_test(recommended_bins_fit_into_streams),
        scene_test(bad_input_is_refused),
    };
    return cmocka_run_group_tests_name("cli/scan_bins", tests, NULL, NULL);
}
