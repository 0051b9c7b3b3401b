// SPDX-License-Identifier: GPL-3.0-or-later
/* Runs of kind separable: two coupled waves with a resonance like Lambda(1405), R of whose sources
 * vanish (jobs/lambda_like), on few configurations. The pole and a phase come back within errors,
 * on any number of ranks; one column that does not determine its strength is refused. */
#include <math.h>
#include "output.h"
#include "summary.h"

#define SYNTH                                                                                      \
    "synth '" HADPOT_SOURCE_DIR "/jobs/lambda_like/synth.yaml' --set output=e.h5 "                 \
    "--set noise.configurations=12"
#define RUN                                                                                        \
    "run '" HADPOT_SOURCE_DIR "/jobs/lambda_like/job.yaml' --set ensemble=e.h5 "                   \
    "--set resampling.bin=1 --set total_band.draws=0 "                                             \
    "--set 'scattering.total_energies_mev=[1410, 1450]' "

/* Row 0 and the jackknife error of the others; `stride` numbers of each of 12 samples. */
static void check_within_errors(scene *place, const char *path, double truth) {
    table of = read_result(place, "out", path);
    size_t stride = of.count / 13;
    double mean = 0.0, squares = 0.0;
    for (size_t row = 1; row <= 12; row++) mean += of.values[row * stride] / 12;
    for (size_t row = 1; row <= 12; row++) squares += pow(of.values[row * stride] - mean, 2);
    double error = sqrt(squares * 11.0 / 12.0);
    print_message("%s: %g(%g), true %g\n", path, of.values[0], error, truth);
    assert_true(error > 0.0);
    assert_close(of.values[0], truth, 0, 3.0 * error);
    test_free(of.values);
}

static void a_resonance_comes_back_from_sources_with_zeros(void **state) {
    scene *place = *state;
    assert_exit(place, run_hadpot(place, 1, SYNTH), 0);
    assert_exit(place, run_hadpot(place, 1, RUN "--set output=out"), 0);
    check_within_errors(place, "poles/re_w_mev", 1427.973696651477);
    check_within_errors(place, "poles/im_w_mev", -11.988314160742588);
    check_within_errors(place, "scattering/delta_deg", 87.96596);
    table v = read_result(place, "out", "potential/form_factor");
    assert_int_equal(v.count, 13 * 2 * 2 * 60); /* samples, terms, components, radii */
    test_free(v.values);
    assert_exit(place, run_hadpot(place, 3, RUN "--set output=three"), 0);
    /* results.h5 has a map of more axes than are compared elsewhere; all digits are in these */
    assert_same_bytes(place, "out/phase_shift.csv", "three/phase_shift.csv");
    assert_same_bytes(place, "out/poles.csv", "three/poles.csv");
    assert_same_bytes(place, "out/form_factors.csv", "three/form_factors.csv");
    assert_same_bytes(place, "out/potential.csv", "three/potential.csv");
    assert_same_bytes(place, "out/summary.yaml", "three/summary.yaml");
}

static void a_column_without_strength_is_refused(void **state) {
    scene *place = *state;
    assert_exit(place, run_hadpot(place, 1, SYNTH), 0);
    assert_exit(place,
                run_hadpot(place, 2,
                           RUN "--set output=bad --set 'fit.sources=[lambda]' "
                               "--set 'fit.times=[10]' --set potential.rank=1"),
                2);
    assert_contains(place->err, "R and S of source \"lambda\" at t = 10, the only column, are "
                                "orthogonal within 3 errors: cos = ");
    assert_contains(place->err, "fit more columns jointly (fit.sources, fit.times)");
    assert_false(scene_has(place, "bad/results.h5"));
    assert_exit(place,
                run_hadpot(place, 1,
                           RUN "--set output=bad --set 'fit.sources=[lambda]' "
                               "--set 'fit.times=[10]'"),
                2);
    assert_contains(place->err,
                    "potential.rank = 2, but 1 column (a source at a time) determines 1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_resonance_comes_back_from_sources_with_zeros),
        scene_test(a_column_without_strength_is_refused),
    };
    return cmocka_run_group_tests_name("cli/separable_job", tests, NULL, NULL);
}
