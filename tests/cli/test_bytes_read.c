// SPDX-License-Identifier: GPL-3.0-or-later
/* How many bytes all ranks together read of an ensemble, over what its rows take, for every way to
 * store them: counted in each call that reads, by a library that is preloaded. */
#include <hdf5.h>
#include "layouts.h"
#include "program.h"
#include "small_ensemble.h"

static const double MOST = 2.5;

/* How the rows of raw.h5 are stored, and how many bytes they take. */
typedef struct {
    layout as;
    double bytes;
} stored;

enum { ROWS = 60, TIMES = 8, POINTS = 250, FIRST_T = 8, FULL_TIMES = 24 };

/* Masses from two-point functions, bins of several rows, a variation of other times: all that reads
 * rows. Fits are short. */
#define JOB                                                                                        \
    "ensemble: raw.h5\noutput: out\nmasses: {from: two_point}\n"                                   \
    "fit: {times: [9, 10, 11, 12, 13, 14]}\n"                                                      \
    "resampling: {bin: 3, max_samples: 1}\n"                                                       \
    "potential: {kind: sdnn, f_layers: [4, 3], envelope_fm: 0.5}\ntraining: {steps: 5}\n"          \
    "scattering: {energies_mev: [1, 5.5], order: 8}\nresults: {u_points: 4}\n"                     \
    "total_band: {draws: 0}\n"                                                                     \
    "variations: {times: [\"fit.times=[10, 11]\"]}\n"

/* Smooth in r, with noise of each row and time: a number of part p (four_point, two_point_1, 2, or
 * 3: R). */
static double number_of(int source, int part, int row, int t, double r) {
    double R = small_ratio(source, t, r), C = exp(-SMALL_MASS_1 * t);
    double noise = small_noise(row, part + 4 * source, t, 0) +
                   small_noise(row, part + 4 * source, t, 1) * cos(r / 2.5);
    double value = part == 0 ? R * C * C : part == 3 ? R : C;
    return value * (1.0 + 0.003 * noise);
}

static void write_rows(hid_t file, int source, int part, const char *name, int nt, int first_t) {
    bool radial = part == 0 || part == 3;
    int npoint = radial ? POINTS : 1;
    char path[64];
    double *values = test_calloc((size_t)(ROWS * nt * npoint), sizeof *values), *at = values;
    for (int row = 0; row < ROWS; row++)
        for (int t = 0; t < nt; t++)
            for (int p = 0; p < npoint; p++)
                *at++ = number_of(source, part, row, t + first_t, 0.1 * p + 0.3);
    const hsize_t shape[] = {ROWS, (hsize_t)nt, POINTS};
    snprintf(path, sizeof path, "/source/%s/%s", source == 0 ? "smeared" : "wall", name);
    small_dataset(file, path, H5T_IEEE_F64LE, radial ? 3 : 2, shape, values);
    test_free(values);
}

/* Two sources; two-point functions at more times than the waves; masses are theirs. */
static void write_ensemble(const char *path, bool jackknife) {
    const hsize_t nt = TIMES, npoint = POINTS, nfull = FULL_TIMES;
    double t[FULL_TIMES], r[POINTS];
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    small_text(file, "format", "hadpot-ensemble");
    small_number(file, "version", H5T_STD_I32LE, 1);
    small_text(file, "sampling", jackknife ? "jackknife" : "configuration");
    small_text(file, "geometry", "radial");
    small_number(file, "inverse_spacing_mev", H5T_IEEE_F64LE, SMALL_SPACING_MEV);
    small_number(file, "temporal_extent", H5T_STD_I32LE, 2 * FULL_TIMES);
    for (int i = 0; i < TIMES; i++) t[i] = FIRST_T + i;
    for (int i = 0; i < POINTS; i++) r[i] = 0.1 * i + 0.3;
    small_dataset(file, "/t", H5T_STD_I32LE, 1, &nt, t);
    small_dataset(file, "/r", H5T_IEEE_F64LE, 1, &npoint, r);
    for (int i = 0; i < FULL_TIMES; i++) t[i] = i;
    small_dataset(file, "/two_point_t", H5T_STD_I32LE, 1, &nfull, t);
    for (int source = 0; source < 2; source++) {
        write_rows(file, source, jackknife ? 3 : 0, jackknife ? "R" : "four_point", TIMES, FIRST_T);
        for (int hadron = 1; hadron <= 2; hadron++) {
            char name[32];
            snprintf(name, sizeof name, "two_point_%d", hadron);
            if (!jackknife) write_rows(file, source, hadron, name, TIMES, FIRST_T);
            snprintf(name, sizeof name, "two_point_full_%d", hadron);
            write_rows(file, source, hadron, name, FULL_TIMES, 0);
        }
    }
    assert_true(H5Fclose(file) >= 0);
}

/* Bytes that all ranks have read of raw.h5 in the command before. */
static double read_count(scene *place) {
    char log[4096], path[256];
    double sum = 0.0;
    read_text(place, "count.log", log, sizeof log);
    for (const char *line = log; *line != '\0'; line = strchr(line, '\n') + 1)
        sum += strtod(line, NULL);
    scene_path(place, "count.log", path);
    assert_int_equal(remove(path), 0);
    return sum;
}

static void start_counting(scene *place) {
    char path[256];
    scene_path(place, "raw.h5", path);
    assert_int_equal(setenv("HADPOT_COUNT_FILE", path, 1), 0);
    scene_path(place, "count.log", path);
    assert_int_equal(setenv("HADPOT_COUNT_LOG", path, 1), 0);
    assert_int_equal(setenv("LD_PRELOAD", HADPOT_COUNT_READS, 1), 0);
}

static void stop_counting(void) {
    unsetenv("LD_PRELOAD");
}

/* One line of the table: a command on 1, 2 and 4 ranks, or on 2 alone. */
static void check_command(scene *place, const stored *of, bool all, const char *arguments) {
    printf("  %-16s %-28.28s", layout_name(of->as), arguments);
    for (int ranks = all ? 1 : 2; ranks <= (all ? 4 : 2); ranks *= 2) {
        start_counting(place);
        int code = run_hadpot(place, ranks, "%s", arguments);
        stop_counting();
        if (code != 0) fail_msg("hadpot %s: exit %d: %s", arguments, code, place->err);
        double ratio = read_count(place) / of->bytes;
        printf(" %6.2f", ratio);
        fflush(stdout);
        assert_true(ratio > 0.3 && ratio <= MOST);
    }
    putchar('\n');
}

/* What is read as all of them are: on one number of ranks. */
static void check_layout(scene *place, layout as, bool jackknife) {
    bool wanted = as == LAYOUT_CONTIGUOUS || as == LAYOUT_AUTOMATIC || as == LAYOUT_ALL_ROWS ||
                  as == LAYOUT_AUTOMATIC_GZIP;
    char path[256];
    scene_path(place, "raw.h5", path);
    write_ensemble(path, jackknife);
    const stored of = {as, layout_store(path, as)};
    write_text(place, "job.yaml", JOB);
    if (jackknife) {
        check_command(place, &of, true, "run job.yaml --overwrite --set resampling.bin=1");
        return;
    }
    check_command(place, &of, wanted, "run job.yaml --overwrite");
    check_command(place, &of, false, "info raw.h5 --masses");
    if (as != LAYOUT_AUTOMATIC && as != LAYOUT_ALL_ROWS) return;
    check_command(place, &of, false, "scan-bins job.yaml --overwrite");
    check_command(place, &of, false, "init raw.h5 --output j.yaml --overwrite");
}

static void rows_are_read_a_few_times_at_most(void **state) {
    if (HP_TEST_SANITIZED) skip(); /* that one wants to be the first library */
    puts("bytes read over bytes of rows: 1, 2 and 4 ranks, or 2");
    for (int of = 0; of < NLAYOUT; of++) check_layout(*state, (layout)of, false);
    puts("jackknife rows");
    check_layout(*state, LAYOUT_ALL_ROWS, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {scene_test(rows_are_read_a_few_times_at_most)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
