// SPDX-License-Identifier: GPL-3.0-or-later
/* One physics on three lengths of data, from the demonstration's synthetic ensemble with 40, 50 and
 * 60 radii (1.97, 2.47, 2.96 fm): priors are lengths of physics, and results and their errors
 * agree. When they followed the data, errors at 0.5 MeV were 0.27, 0.32 and 0.56 degrees, and the
 * scale of U 5.0, 2.5 and 1.5 e-5. */
#include <math.h>
#include "output.h"

enum { NBOX = 3, N = 4 };

static void run_box(scene *place, int points, double found[N][PHASE_SHIFT_COLUMNS]) {
    assert_exit(place,
                run_hadpot(place, 1,
                           "synth '%s/jobs/demo/synth.yaml' --overwrite --set output=box.h5 "
                           "--set truth=truth.yaml --set grid.points=%d",
                           HADPOT_SOURCE_DIR, points),
                0);
    assert_exit(place,
                run_hadpot(place, 2,
                           "run '%s/jobs/demo/job.yaml' --overwrite --set output=out "
                           "--set ensemble=box.h5 --set 'scattering.energies_mev=[0.5,3,20,50]'"
                           " --set total_band.draws=0",
                           HADPOT_SOURCE_DIR),
                0);
    assert_int_equal(read_csv(place, "out/phase_shift.csv", PHASE_SHIFT_HEADER, PHASE_SHIFT_COLUMNS,
                              found[0], N),
                     N);
}

static double number(const scene *place, const char *path) {
    table one = read_result(place, "out", path);
    double value = one.values[0];
    test_free(one.values);
    return value;
}

static void three_lengths_of_data_agree(void **state) {
    scene *place = *state;
    static const char *const fixed[] = {"network/envelope_fm", "network/local_envelope_fm",
                                        "network/input_length_fm", "network/input_centre",
                                        "scattering/range_fm"};
    static const char *const similar[] = {"network/scale", "network/local_scale"};
    static const int points[NBOX] = {60, 50, 40};
    double found[NBOX][N][PHASE_SHIFT_COLUMNS], value[NBOX][7];
    for (int box = 0; box < NBOX; box++) {
        run_box(place, points[box], found[box]);
        for (int i = 0; i < 7; i++)
            value[box][i] = number(place, i < 5 ? fixed[i] : similar[i - 5]);
        for (int i = 0; i < 5; i++) assert_close(value[box][i], value[0][i], 0, 0);
        /* what e^2 leaves of noise beyond the shorter data; 6 % are found */
        for (int i = 5; i < 7; i++) assert_close(value[box][i], value[0][i], 0.1, 0);
        for (int k = 0; k < N; k++) {
            const double *one = found[box][k], *longest = found[0][k];
            /* noise of their own: 0.75 and a ratio of 1.26 are found */
            assert_close(one[3], longest[3], 0, longest[4]);
            assert_close(one[4] / longest[4], 1.0, 0, 0.35);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {scene_test(three_lengths_of_data_agree)};
    return cmocka_run_group_tests_name("cli/boxes", tests, NULL, NULL);
}
