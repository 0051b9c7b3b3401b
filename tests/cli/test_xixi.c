// SPDX-License-Identifier: GPL-3.0-or-later
/* The jobs jobs/xixi/lo.yaml and n2lo.yaml on the published Xi Xi (1S0) data of Iritani et al. give
 * the published threshold and phase shifts of leading order and of the derivative expansion, with
 * their errors. Skipped, and said so, where the data are not present. */
#include <math.h>
#include <unistd.h>
#include "output.h"

enum { NMOMENTUM = 34 };
static const double PION_MEV = 510.0;

/* Path of a file beside the data: HADPOT_XIXI, or the folder shared/ next to the project. */
static const char *data_path(void) {
    const char *path = getenv("HADPOT_XIXI");
    return path != NULL ? path : HADPOT_SOURCE_DIR "/../shared/data/xixi_1s0_l64.h5";
}

static void reference_path(char path[1024]) {
    const char *data = data_path(), *slash = strrchr(data, '/');
    snprintf(path, 1024, "%.*s/../reference/xixi_1s0_l64_t13.csv",
             slash != NULL ? (int)(slash - data) : 1, slash != NULL ? data : ".");
}

/* Columns of the reference: k2, then delta, its error, k cot delta, its error of the leading order
 * and of the derivative expansion. */
enum { LEADING_ORDER = 1, EXPANSION = 5, NREFERENCE = 9 };

static void read_reference(double reference[NMOMENTUM][NREFERENCE]) {
    char path[1024], line[1024];
    int rows = 0;
    reference_path(path);
    FILE *in = fopen(path, "r");
    if (in == NULL) fail_msg("%s cannot be read", path);
    while (fgets(line, sizeof line, in) != NULL) {
        if (line[0] == '#' || line[0] == 'k') continue;
        assert_true(rows < NMOMENTUM);
        const char *at = line;
        for (int column = 0, length = 0; column < NREFERENCE; column++, at += length)
            assert_int_equal(
                sscanf(at, column > 0 ? ",%lf%n" : "%lf%n", &reference[rows][column], &length), 1);
        rows++;
    }
    fclose(in);
    assert_int_equal(rows, NMOMENTUM);
}

#define NO_VARIATIONS "--set variations.range=[]"

static void run_job(scene *place, const char *job, const char *options) {
    char *data = realpath(data_path(), NULL); /* the program runs in another folder */
    assert_non_null(data);
    assert_exit(
        place,
        run_hadpot(place, 2,
                   "run '%s/jobs/xixi/%s' --overwrite --set total_band.draws=0 --set output=out "
                   "--set 'ensemble=\"%s\"' %s",
                   HADPOT_SOURCE_DIR, job, data, options),
        0);
    free(data);
}

/* Run a job and compare its phase shifts with the columns of the reference from `first` on, and k
 * cot delta(0)/m_pi with its published value and error. */
static void check_job(scene *place, const char *job, int first, double kcot, double kcot_error) {
    double reference[NMOMENTUM][NREFERENCE], found[NMOMENTUM][PHASE_SHIFT_COLUMNS];
    read_reference(reference);
    run_job(place, job, first == EXPANSION ? NO_VARIATIONS : "");
    assert_int_equal(read_csv(place, "out/phase_shift.csv", PHASE_SHIFT_HEADER, PHASE_SHIFT_COLUMNS,
                              found[0], NMOMENTUM),
                     NMOMENTUM);
    /* The published errors have two digits; another minimum or range of the fits moves phases by a
     * small part of the error, another definition of it by more than 10 %. */
    assert_close(found[0][0], 1e-10, 1e-15, 0);
    assert_close(found[0][5] / PION_MEV, kcot, 0, 0.1 * kcot_error);
    assert_close(found[0][6] / PION_MEV, kcot_error, 0.1, 0);
    for (int k = 0; k < NMOMENTUM; k++) {
        const double *expected = reference[k] + first;
        assert_close(found[k][0], reference[k][0], 1e-5, 0); /* six digits in the table */
        assert_close(found[k][3], expected[0], 0, 0.1 * expected[1]);
        /* V2 of n2lo.yaml is a form with more freedom than the two published Gaussians around 1 fm,
         * which adds up to 40 % to the errors at large k^2 */
        if (first == EXPANSION && found[k][0] > 0.005)
            assert_true(found[k][4] > 0.9 * expected[1] && found[k][4] < 1.4 * expected[1]);
        else
            assert_close(found[k][4], expected[1], 0.1, 0);
    }
}

/* A1 levels of S/R at every site, published in JHEP 03 (2019) 007; our own value and error have
 * five and four digits from another program, scatter/test_mpi_box_xixi.c. */
static void check_levels(const scene *place) {
    static const double published[4] = {-1.5, 28.4, 60.4, 93.2};
    static const double published_error[4] = {0.3, 0.3, 0.4, 0.4};
    static const double expected[4] = {-1.45373, 28.31962, 60.35341, 93.07254};
    static const double expected_error[4] = {0.3175, 0.3325, 0.3561, 0.3876};
    table level = read_result(place, "out", "finite_volume/level_lo_mev");
    assert_int_equal(level.count, 21 * 4);
    for (size_t i = 0; i < 4; i++) {
        double mean = 0.0, squares = 0.0, value = level.values[i];
        for (size_t row = 1; row <= 20; row++) mean += level.values[row * 4 + i] / 20.0;
        for (size_t row = 1; row <= 20; row++)
            squares += pow(level.values[row * 4 + i] - mean, 2.0);
        assert_close(value, expected[i], 0, 0.5e-5 * 1.001);
        assert_close(sqrt(0.95 * squares), expected_error[i], 0, 0.5e-4 * 1.001);
        assert_close(value, published[i], 0, 0.4 * published_error[i]);
    }
    test_free(level.values);
}

static void leading_order_is_the_published_one(void **state) {
    check_job(*state, "lo.yaml", LEADING_ORDER, 0.3413, 0.0368);
    check_levels(*state);
}

static void derivative_expansion_is_the_published_one(void **state) {
    check_job(*state, "n2lo.yaml", EXPANSION, 0.352, 0.036);
}

/* k cot delta(0) and delta at k^2 a^2 = 0.004 and 0.0097 of data that end at 20, 24 and 32 a, in
 * units of the error of the shorter data, which may leave a tail open. */
static void check_boxes(scene *place, const char *job, int t, double most) {
    enum { NBOX = 3, N = 3 };
    static const double end_fm[NBOX] = {1.799, 2.1588, 2.878}; /* a = 0.08994 fm */
    double found[NBOX][N][PHASE_SHIFT_COLUMNS];
    for (int box = 0; box < NBOX; box++) {
        char options[256];
        snprintf(options, sizeof options,
                 "--set fit.r_max_fm=%g --set fit.times=[%d] %s "
                 "--set scattering.k2_lat=[1e-10,0.004,0.0097]",
                 end_fm[box], t, strcmp(job, "n2lo.yaml") == 0 ? NO_VARIATIONS : "");
        run_job(place, job, options);
        assert_int_equal(read_csv(place, "out/phase_shift.csv", PHASE_SHIFT_HEADER,
                                  PHASE_SHIFT_COLUMNS, found[box][0], N),
                         N);
    }
    for (int box = 0; box < NBOX; box++)
        for (int k = 0; k < N; k++) {
            const double *one = found[box][k] + (k == 0 ? 5 : 3);
            const double *whole = found[NBOX - 1][k] + (k == 0 ? 5 : 3);
            assert_close(one[0], whole[0], 0, most * fmax(one[1], whole[1]));
        }
}

/* 1.005 errors of the shortest data are found, to which the tail is open; envelopes and a range
 * that followed the data gave 2. */
static void boxes_of_three_sizes_agree(void **state) {
    check_boxes(*state, "joint.yaml", 13, 1.2);
}

/* Up to 0.25 errors are found. */
static void expansions_agree_in_every_box(void **state) {
    for (int t = 11; t <= 13; t++) check_boxes(*state, "n2lo.yaml", t, 0.5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(leading_order_is_the_published_one),
        scene_test(derivative_expansion_is_the_published_one),
        scene_test(boxes_of_three_sizes_agree),
        scene_test(expansions_agree_in_every_box),
    };
    if (access(data_path(), R_OK) != 0) {
        printf("SKIPPED: no real data at %s (or set HADPOT_XIXI)\n", data_path());
        return 0;
    }
    return cmocka_run_group_tests_name("cli/xixi", tests, NULL, NULL);
}
