// SPDX-License-Identifier: GPL-3.0-or-later
/* The tensor force of Xi Xi from the raw files of the HAL QCD collaboration to phases and mixing
 * angle: import and jobs/halqcd_raw/run_tensor.yaml. One configuration: no statistical meaning, and
 * the output says so. Skipped, and said so, where the data are not present. */
#include <unistd.h>
#include "output.h"

static const char *tree_path(void) {
    const char *path = getenv("HADPOT_XIXI_RAW");
    return path != NULL ? path : HADPOT_SOURCE_DIR "/../shared/data/halqcd_xixi_l48";
}

static void a_joint_fit_runs_to_the_mixing_angle(void **state) {
    scene *place = *state;
    char *tree = realpath(tree_path(), NULL), text[16384]; /* the program runs elsewhere */
    if (tree == NULL) {
        print_message("SKIPPED: %s is not there (HADPOT_XIXI_RAW)\n", tree_path());
        skip();
    }
    assert_exit(place,
                run_hadpot(place, 2,
                           "import '%s/jobs/halqcd_raw/import.yaml' --set 'tree=\"%s\"' --set "
                           "output=halqcd_xixi_l48_tensor.h5 --set 'halqcd.components=[3S1]'",
                           HADPOT_SOURCE_DIR, tree),
                0);
    free(tree);
    assert_exit(place,
                run_hadpot(place, 2,
                           "run '%s/jobs/halqcd_raw/run_tensor.yaml' --set output=out --set "
                           "total_band.draws=0 --set variations.other=[] --set variations.range=[]",
                           HADPOT_SOURCE_DIR),
                0);
    assert_contains(place->err, "rows are files: rotations and source positions of the same "
                                "configurations are not independent, and errors are not "
                                "statistical errors");
    assert_contains(place->err, "average converged, 4 of 4 samples converged");
    read_text(place, "out/mixing.csv", text, sizeof text);
    assert_int_equal(count_lines(text, "stapp,"), 11);
    assert_int_equal(count_lines(text, "blatt,"), 11);
    read_text(place, "out/phase_shift.csv", text, sizeof text);
    assert_contains(text, "errors are not statistical errors");
    assert_int_equal(count_lines(text, "XX:3D1,"), 11);
    read_text(place, "out/potential.csv", text, sizeof text);
    assert_contains(text, "vc_localised_mev,vc_localised_mev_err,vc_lo_mev,vc_lo_mev_err,"
                          "vt_localised_mev,");
    table delta = read_result(place, "out", "scattering/delta_deg");
    assert_int_equal(delta.shape[1], 2);
    for (size_t i = 0; i < delta.count; i++) assert_true(isfinite(delta.values[i]));
    test_free(delta.values);
    table epsilon = read_result(place, "out", "mixing/epsilon_deg");
    for (size_t i = 0; i < epsilon.count; i++) assert_true(isfinite(epsilon.values[i]));
    test_free(epsilon.values);
}

int main(void) {
    const struct CMUnitTest tests[] = {scene_test(a_joint_fit_runs_to_the_mixing_angle)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
