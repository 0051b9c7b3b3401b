// SPDX-License-Identifier: GPL-3.0-or-later
/* Runs with bootstrap samples: the same bits on any number of ranks, after a resume and without
 * memory for bins; errors, covariances and biases by the rule of these samples. */
#include <unistd.h>
#include "output.h"
#include "small_ensemble.h"
#include "small_job.h"

enum { SAMPLES = 12 };
#define BOOTSTRAP                                                                                  \
    "--set resampling.method=bootstrap --set resampling.bootstrap_samples=12 "                     \
    "--set results.covariance=true --set results.keep_checkpoints=true "

static void same_bits_on_any_ranks_and_after_resume(void **state) {
    scene *place = *state;
    char path[256];
    write_small_job(place);
    for (int ranks = 1; ranks <= 3; ranks++)
        assert_exit(place,
                    run_hadpot(place, ranks, "run job.yaml --set output=on_%d " BOOTSTRAP, ranks),
                    0);
    assert_same_results(place, "on_2", "on_1");
    assert_same_results(place, "on_3", "on_1");
    table bins = read_result(place, "on_1", "resampling/bins");
    assert_int_equal(bins.shape[0], SAMPLES);
    assert_int_equal(bins.shape[1], SMALL_NSAMPLE);
    test_free(bins.values);
    scene_path(place, "on_3/checkpoint/sample_00004.bin", path);
    assert_int_equal(unlink(path), 0);
    scene_path(place, "on_3/checkpoint/sample_00012.bin", path);
    assert_int_equal(unlink(path), 0);
    /* bins are read again: memory is no part of what the samples are */
    assert_exit(
        place,
        run_hadpot(
            place, 2,
            "run job.yaml --resume --set output=on_3 --set resampling.memory_mb=0 " BOOTSTRAP),
        0);
    assert_same_results(place, "on_3", "on_1");
    assert_exit(
        place,
        run_hadpot(place, 1,
                   "run job.yaml --resume --set output=on_3 --set resampling.seed=2 " BOOTSTRAP),
        2);
    assert_contains(place->err, "of another job: resampling.seed: 1, now 2");
}

static double mean_of(const table *data, size_t i) {
    size_t stride = data->count / data->shape[0], n = data->shape[0] - 1;
    double mean = 0.0;
    for (size_t row = 1; row <= n; row++) mean += data->values[row * stride + i] / (double)n;
    return mean;
}

/* factor sum (x_i - mean)(x_j - mean) */
static double covariance_of(const table *data, size_t i, size_t j, double factor) {
    size_t stride = data->count / data->shape[0];
    double sum = 0.0;
    for (size_t row = 1; row < data->shape[0]; row++)
        sum += (data->values[row * stride + i] - mean_of(data, i)) *
               (data->values[row * stride + j] - mean_of(data, j));
    return factor * sum;
}

/* /covariance of the last axis of a dataset, for all its elements. */
static void check_covariance(const scene *place, const char *path, double factor) {
    char name[128];
    snprintf(name, sizeof name, "covariance/%s", path);
    table rows = read_result(place, "out", path), matrix = read_result(place, "out", name);
    size_t n = rows.shape[rows.rank - 1];
    assert_int_equal(matrix.rank, rows.rank);
    assert_int_equal(matrix.count, rows.count / rows.shape[0] * n);
    for (size_t k = 0; k < matrix.count; k++) {
        size_t block = k / n / n * n, i = block + k / n % n, j = block + k % n;
        double scale =
            sqrt(covariance_of(&rows, i, i, factor) * covariance_of(&rows, j, j, factor));
        /* rounding of rows, 1e-16 of them, against deviations of 1e-4 of them and more */
        assert_close(matrix.values[k], covariance_of(&rows, i, j, factor), 0, 1e-11 * scale);
    }
    test_free(rows.values);
    test_free(matrix.values);
}

static void check_text(const scene *place, const char *object, const char *name,
                       const char *expected) {
    hid_t file = open_hdf5(place, "out/results.h5");
    hid_t attribute = H5Aopen_by_name(file, object, name, H5P_DEFAULT, H5P_DEFAULT);
    hid_t type = H5Aget_type(attribute);
    char *text = NULL;
    assert_true(H5Aread(attribute, type, &text) >= 0);
    assert_contains(text, expected);
    assert_true(H5free_memory(text) >= 0);
    assert_true(H5Tclose(type) >= 0 && H5Aclose(attribute) >= 0 && H5Fclose(file) >= 0);
}

static void check_errors(const scene *place, double factor) {
    enum { COLUMNS = PHASE_SHIFT_COLUMNS };
    double numbers[SMALL_NENERGY * COLUMNS];
    assert_int_equal(
        read_csv(place, "out/phase_shift.csv", PHASE_SHIFT_HEADER, COLUMNS, numbers, SMALL_NENERGY),
        SMALL_NENERGY);
    table delta = read_result(place, "out", "scattering/delta_deg");
    for (size_t k = 0; k < SMALL_NENERGY; k++) /* rounding, as above */
        assert_close(numbers[COLUMNS * k + 4], sqrt(covariance_of(&delta, k, k, factor)), 1e-11, 0);
    test_free(delta.values);
    check_covariance(place, "scattering/delta_deg", factor);
    check_covariance(place, "scattering/kcot_mev", factor);
    check_covariance(place, "potential/v_lo_mev", factor);
    check_covariance(place, "potential/v_localised_mev", factor);
}

/* Columns bias and corrected of observables.csv; `times` what the mean differs by. */
static void check_biases(const scene *place, double times) {
    enum { QUANTITIES = 5 }; /* a0, r_eff, k cot delta(0), 1/a0, number of bound states */
    double numbers[QUANTITIES * 5];
    table a0 = read_result(place, "out", "scattering/scattering_length_fm");
    read_csv(place, "out/observables.csv", "quantity,value,error,numerical_error,bias,corrected", 5,
             numbers, QUANTITIES);
    double bias = times * (mean_of(&a0, 0) - a0.values[0]);
    /* rounding of the mean, times up to 6, against a shift of 1e-3 and more of the value */
    assert_close(numbers[3], bias, 1e-10, 0);
    assert_close(numbers[4], a0.values[0] - bias, 1e-10, 0);
    test_free(a0.values);
}

static void bootstrap_errors_are_standard_deviations(void **state) {
    scene *place = *state;
    run_small_job(place, BOOTSTRAP "--set results.bias_correction=true");
    check_errors(place, 1.0 / (SAMPLES - 1));
    check_biases(place, 1.0);
    check_text(place, "/", "error_function", "bootstrap: sqrt(");
    check_text(place, "scattering/delta_deg", "error_function", "bootstrap");
    check_text(place, "covariance/scattering/delta_deg", "error_function", "bootstrap");
    assert_contains(place->err, "12 bootstrap samples from 7 rows");
}

static void jackknife_covariances_and_biases(void **state) {
    scene *place = *state;
    run_small_job(place, "--set results.covariance=true --set results.bias_correction=true");
    check_errors(place, (SMALL_NSAMPLE - 1.0) / SMALL_NSAMPLE);
    check_biases(place, SMALL_NSAMPLE - 1.0);
    check_text(place, "/", "error_function", "jackknife: (nsample-1)");
    hid_t file = open_hdf5(place, "out/results.h5");
    assert_false(H5Lexists(file, "resampling", H5P_DEFAULT) > 0);
    assert_true(H5Fclose(file) >= 0);
}

/* Weights of points with a covariance, of the effective-range fit and of Gaussians. */
static void fits_take_errors_of_the_bootstrap(void **state) {
    scene *place = *state;
    run_small_job(place, BOOTSTRAP "--set fit.covariance=shrinkage "
                                   "--set scattering.fit_e_max_mev=20");
    check_errors(place, 1.0 / (SAMPLES - 1));
    table rows = read_result(place, "out", "correlator/S");
    table errors = read_result(place, "out", "correlator/S_error");
    assert_int_equal(rows.count, errors.count * rows.shape[0]);
    for (size_t i = 0; i < errors.count; i++)
        /* sums of x - average and of squares instead of two passes: rounding, 1e-16 of numbers that
         * are 1e4 times the deviations at most */
        assert_close(sqrt(covariance_of(&rows, i, i, 1.0 / (SAMPLES - 1))), errors.values[i], 1e-9,
                     0);
    test_free(rows.values);
    test_free(errors.values);
}

static int largest_rank(const scene *place) {
    int rank = -1;
    hid_t file = open_hdf5(place, "out/results.h5");
    hid_t attribute = H5Aopen_by_name(file, "covariance/scattering/delta_deg", "largest_rank",
                                      H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Aread(attribute, H5T_NATIVE_INT, &rank) >= 0);
    assert_true(H5Aclose(attribute) >= 0 && H5Fclose(file) >= 0);
    return rank;
}

#define REMOVE "--set results.keep_checkpoints=false "

/* Of 7 bins in streams of 3 and 4 a bootstrap has 5 directions, and errors too small by 1 -
 * sqrt(5/7) = 15.5 %; the jackknife has 6, and none. Streams of 10 bins are long enough. */
static void short_streams_are_warned_of(void **state) {
    scene *place = *state;
    static const char warning[] = "hadpot: warning: a bootstrap of streams";
    static const double stream[SMALL_NSAMPLE] = {0, 0, 0, 1, 1, 1, 1};
    char path[256];
    run_small_job(place, BOOTSTRAP REMOVE);
    assert_int_equal(largest_rank(place), SMALL_NSAMPLE - 1);
    scene_path(place, "raw.h5", path);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    small_dataset(file, "/stream", H5T_STD_I8LE, 1, (hsize_t[]){SMALL_NSAMPLE}, stream);
    assert_true(H5Fclose(file) >= 0);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --overwrite " BOOTSTRAP REMOVE), 0);
    assert_int_equal(count_lines(place->err, warning), 1);
    assert_contains(place->err, "streams of 3 bins or more makes errors about 15 % too small");
    assert_int_equal(largest_rank(place), SMALL_NSAMPLE - 2);
    assert_exit(place,
                run_hadpot(place, 1, "run job.yaml --overwrite --set results.covariance=true"), 0);
    assert_int_equal(count_lines(place->err, warning), 0);
    assert_int_equal(largest_rank(place), SMALL_NSAMPLE - 1);
    small_ensemble_write(path, (small_style){.nsample = 10});
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --overwrite " BOOTSTRAP REMOVE), 0);
    assert_int_equal(count_lines(place->err, warning), 0);
}

/* Student's t of a study with 6 bins in two streams: a bootstrap subtracts two means, the jackknife
 * one. */
static void coverage_has_the_freedom_of_the_method(void **state) {
    scene *place = *state;
    write_text(place, "synth.yaml",
               "output: e.h5\nmass_1_mev: 4796.0\ninverse_spacing_mev: 2333.0\n"
               "gaussians: {amplitudes_mev: [60.0, -110.0], ranges_fm: [0.25, 0.60]}\n"
               "grid: {spacing_lat: 1.0, points: 24}\ntimes: {first: 25, count: 3}\n"
               "states: {count: 8}\nnoise: {configurations: 6, streams: 2}\n");
    write_text(place, "run.yaml",
               "ensemble: e.h5\noutput: run\nfit: {r_max_fm: 1.9}\n"
               "potential: {kind: gaussians, gaussians: 2}\n");
    write_text(place, "job.yaml",
               "output: out\nsynth: synth.yaml\nrun: run.yaml\nensembles: 3\nfits: false\n");
    for (int bootstrap = 0; bootstrap < 2; bootstrap++) {
        int dof = 0;
        assert_exit(place,
                    run_hadpot(place, 1,
                               "coverage job.yaml --overwrite --set run.resampling.method=%s",
                               bootstrap ? "bootstrap" : "jackknife"),
                    0);
        hid_t file = open_hdf5(place, "out/coverage.h5");
        hid_t attribute = H5Aopen(file, "degrees_of_freedom", H5P_DEFAULT);
        assert_true(H5Aread(attribute, H5T_NATIVE_INT, &dof) >= 0);
        assert_true(H5Aclose(attribute) >= 0 && H5Fclose(file) >= 0);
        assert_int_equal(dof, bootstrap ? 4 : 5);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(same_bits_on_any_ranks_and_after_resume),
        scene_test(bootstrap_errors_are_standard_deviations),
        scene_test(jackknife_covariances_and_biases),
        scene_test(fits_take_errors_of_the_bootstrap),
        scene_test(short_streams_are_warned_of),
        scene_test(coverage_has_the_freedom_of_the_method),
    };
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("cli/bootstrap", tests, NULL, NULL);
}
