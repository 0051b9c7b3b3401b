// SPDX-License-Identifier: GPL-3.0-or-later
/* A run that fits a tail: N Omega of jobs/n_omega on a small grid goes in, its parameters, a0 and B
 * come back within errors, with the tail's rows in all files, on any number of ranks; other forms
 * are alternatives; what cannot be is refused. */
#include <math.h>
#include "output.h"
#include "summary.h"

#define SYNTH                                                                                      \
    "synth '" HADPOT_SOURCE_DIR "/jobs/n_omega/synth.yaml' --set output=e.h5 "                     \
    "--set noise.configurations=12 --set grid.spacing_lat=1 --set grid.points=48 "                 \
    "--set times.count=3 --set times.first=12 --set states.count=10"
#define RUN                                                                                        \
    "run '" HADPOT_SOURCE_DIR "/jobs/n_omega/fit.yaml' --set ensemble=e.h5 "                       \
    "--set resampling.bin=1 --set fit.r_max_fm=3.9 --set scattering.energies_mev=[10] "

static void check_value(yaml_document_t *summary, const char *key, double truth) {
    double value = find_number(summary, key, "value"), error = find_number(summary, key, "stat");
    print_message("%s: %g(%g), true %g\n", key, value, error, truth);
    assert_true(error > 0.0);
    assert_close(value, truth, 0, 3.0 * error);
}

static void n_omega_comes_back_within_errors(void **state) {
    scene *place = *state;
    assert_exit(place, run_hadpot(place, 1, SYNTH), 0);
    assert_exit(place, run_hadpot(place, 1, RUN "--set output=out"), 0);
    yaml_document_t summary = load_summary(place);
    check_value(&summary, "tail_strength_mev_fm2", -252.0);
    check_value(&summary, "tail_range_fm", 1 / sqrt(0.85));
    check_value(&summary, "scattering_length_fm", 5.18487);
    yaml_document_delete(&summary);
    table B = read_result(place, "out", "scattering/binding_energy_mev");
    double squares = 0.0, mean = 0.0;
    size_t stride = B.count / 13;
    for (size_t row = 1; row <= 12; row++) mean += B.values[row * stride] / 12;
    for (size_t row = 1; row <= 12; row++) squares += pow(B.values[row * stride] - mean, 2);
    double error = sqrt(squares * 11.0 / 12.0);
    print_message("B: %g(%g), true 1.61144\n", B.values[0], error);
    assert_close(B.values[0], 1.61144, 0, 3.0 * error);
    table mass = read_result(place, "out", "potential/tail_mass_mev");
    table power = read_result(place, "out", "potential/tail_power");
    table range = read_result(place, "out", "scattering/range_fm");
    assert_close(mass.values[0], 146, 1e-14, 0); /* to lattice units and back */
    assert_close(power.values[0], 1, 0, 0);
    assert_true(range.values[0] > 15); /* the data end at 3.9 fm, the tail does not */
    test_free(B.values);
    test_free(mass.values);
    test_free(power.values);
    test_free(range.values);
    assert_exit(place, run_hadpot(place, 3, RUN "--set output=three"), 0);
    assert_same_results(place, "out", "three");
}

static void other_forms_are_alternatives(void **state) {
    scene *place = *state;
    assert_exit(place, run_hadpot(place, 1, SYNTH), 0);
    assert_exit(place,
                run_hadpot(place, 1,
                           RUN "--set output=out "
                               "--set 'variations.ansatz=[\"potential.tail_power=2\","
                               "\"potential.tail=none potential.gaussians=2\"]'"),
                0);
    char text[16384];
    read_text(place, "out/variations.csv", text, sizeof text);
    assert_contains(text, "potential.tail_power=2");
    assert_contains(text, "potential.tail=none potential.gaussians=2");
    assert_true(scene_has(place, "out/variations/ansatz_2/results.h5"));
}

static void tails_that_cannot_be_are_refused(void **state) {
    scene *place = *state;
    static const struct {
        const char *set, *message;
    } cases[] = {
        {"potential.tail_mass_mev=0",
         "potential.tail_mass_mev=0: must be > 0 since potential.tail = squared_yukawa, found 0"},
        {"potential.tail_mass_mev=-146", "must be >= 0, found -146"},
        {"potential.tail=exponential",
         "must be one of none|yukawa|squared_yukawa, found exponential"},
        {"potential.tail_power=0", "must be from 1 to 4, found 0"},
        {"potential.tail_power=1.5", "potential.tail_power"},
        {"fit.r_max_fm=0.35", "1 Gaussians and a tail have 4 parameters, but there are 4 points"},
    };
    assert_exit(place, run_hadpot(place, 1, SYNTH), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_exit(place, run_hadpot(place, 1, RUN "--set output=bad --set '%s'", cases[i].set),
                    2);
        assert_contains(place->err, cases[i].message);
        assert_false(scene_has(place, "bad"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(n_omega_comes_back_within_errors),
        scene_test(other_forms_are_alternatives),
        scene_test(tails_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests_name("cli/tail_job", tests, NULL, NULL);
}
