// SPDX-License-Identifier: GPL-3.0-or-later
/* Ensembles of several components from the command line: what is made can be looked at and
 * analysed, and coverage studies compare the observables that a job names. */
#include "output.h"

#include <math.h>
#include <string.h>

/* The resonance of jobs/coupled with few configurations, and what its study compares. */
#define JOB                                                                                        \
    "output: out\n"                                                                                \
    "synth: " HADPOT_SOURCE_DIR "/jobs/coupled/synth_resonance.yaml\n"                             \
    "synth_set: [noise.configurations=24, noise.four_point=0.01]\n"                                \
    "run: " HADPOT_SOURCE_DIR "/jobs/coupled/run_resonance.yaml\n"                                 \
    "run_set: [resampling.bin=8, training.steps=40]\n"                                             \
    "ensembles: 2\n"                                                                               \
    "first_seed: 11\n"
#define FIVE                                                                                       \
    "observables: [\"delta A:1S0 2131.13138832\", \"delta A:1S0 2269.2602746\", "                  \
    "\"eta A:1S0 2269.2602746\", \"re_w (-,+)\", im_w -+]\n"
enum { DATA = 3, OBSERVABLES = DATA + 5, ENERGIES = 9 };

static void the_five_observables_have_their_truth(void **state) {
    scene *place = *state;
    char text[8192];
    write_text(place, "job.yaml", JOB FIVE);
    assert_exit(place, run_hadpot(place, 2, "coverage job.yaml --set keep_ensembles=true"), 0);
    hid_t file = open_hdf5(place, "out/coverage.h5");
    table truth = read_table(file, "truth"), value = read_table(file, "value");
    assert_true(H5Fclose(file) >= 0);
    assert_int_equal(truth.shape[0], OBSERVABLES);
    /* printed digits of numbers found in another way, W in units of 1973.269804 MeV */
    assert_close(truth.values[DATA], 20.089979, 0, 5.1e-7);
    assert_close(truth.values[DATA + 1], 195.164164, 0, 5.1e-7);
    assert_close(truth.values[DATA + 2], 0.90183364, 0, 5.1e-9);
    assert_close(truth.values[DATA + 3] / 1973.269804, 1.105570091850, 0, 1e-12);
    assert_close(truth.values[DATA + 4] / 1973.269804, -0.003149093707, 0, 1e-12);
    read_text(place, "out/coverage.csv", text, sizeof text);
    assert_contains(text, "\ndelta_deg_A:1S0,60.0512571");
    assert_contains(text, "\nre_w_mev_-+_1,nan,2181.588");
    read_text(place, "out/summary.yaml", text, sizeof text);
    assert_contains(text, "delta_deg_A_1S0_at_2131.13_mev:");
    /* the second ensemble by hand */
    assert_exit(place,
                run_hadpot(place, 1,
                           "run '" HADPOT_SOURCE_DIR "/jobs/coupled/run_resonance.yaml' --set "
                           "resampling.bin=8 --set training.steps=40 --set "
                           "ensemble=out/ensembles/ensemble_00002.h5 --set "
                           "output=by_hand"),
                0);
    table delta = read_result(place, "by_hand", "scattering/delta_deg");
    table eta = read_result(place, "by_hand", "scattering/eta");
    table re = read_result(place, "by_hand", "poles/re_w_mev");
    const double *second = value.values + OBSERVABLES;
    assert_close(remainder(second[DATA] - delta.values[1], 180), 0, 0, 1e-11); /* rounding */
    assert_true(fabs(second[DATA] - truth.values[DATA]) <= 90); /* the branch of the truth */
    assert_close(remainder(second[DATA + 1] - delta.values[ENERGIES - 1], 180), 0, 0, 1e-11);
    assert_close(second[DATA + 2], eta.values[ENERGIES - 1], 0, 0);
    assert_close(second[DATA + 3], re.values[0], 0, 0);
    table *const tables[] = {&truth, &value, &delta, &eta, &re};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) test_free(tables[i]->values);
}

static void without_a_list_all_is_compared(void **state) {
    scene *place = *state;
    char text[32768];
    write_text(place, "job.yaml", JOB);
    assert_exit(place, run_hadpot(place, 1, "coverage job.yaml --set run.training.steps=1"), 0);
    read_text(place, "out/coverage.csv", text, sizeof text);
    int lines = 0;
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++) lines++;
    /* comment of 7 lines, header, data, 9 + 2 phases, 2 times 2 inelasticities, one pole */
    assert_int_equal(lines, 8 + DATA + 11 + 4 + 2);
    assert_exit(place, run_hadpot(place, 1, "coverage job.yaml --set fits=false --set output=data"),
                0);
    read_text(place, "data/coverage.csv", text, sizeof text);
    assert_null(strstr(text, "\ndelta_deg"));
    assert_contains(text, "\nv_lo_mev");
}

/* The synth job of one pair may name waves alone; the run has "NN:3D1". */
static void waves_of_the_truth_need_no_pair(void **state) {
    scene *place = *state;
    write_text(place, "job.yaml",
               "output: out\nsynth: " HADPOT_SOURCE_DIR "/jobs/coupled/synth_tensor.yaml\n"
               "synth_set: [noise.configurations=24]\n"
               "run: " HADPOT_SOURCE_DIR "/jobs/coupled/run_tensor.yaml\n"
               "run_set: [resampling.bin=3, total_band.draws=100]\n"
               "fits: false\nensembles: 2\nfirst_seed: 11\n"
               "observables: [\"delta NN:3S1 1978\", \"delta NN:3D1 1978\"]\n");
    assert_exit(place, run_hadpot(place, 2, "coverage job.yaml"), 0);
    hid_t file = open_hdf5(place, "out/coverage.h5");
    table truth = read_table(file, "truth");
    assert_true(H5Fclose(file) >= 0);
    /* 100 MeV above threshold, hadpot scatter jobs/coupled/synth_tensor's V_C and V_T */
    assert_close(truth.values[DATA], 14.642009, 0, 1e-6);
    assert_close(truth.values[DATA + 1], -0.622341, 0, 1e-6);
    test_free(truth.values);
}

static void what_a_run_does_not_have_is_refused(void **state) {
    scene *place = *state;
    static const struct {
        const char *observable, *message;
    } cases[] = {
        {"delta A:1S0 2131", "expected a total energy of the run, 2091.66599"},
        {"delta C:1S0 2131.13138832", "expected a component of the run, as A:1S0"},
        {"re_w (-,-)", "expected a sheet of scattering.poles of the run, found \\\"(-,-)\\\""},
        {"re_w (-,+) 2", "the truth has no such pole in the region of the run"},
        {"delta A:1S0", "expected \\\"delta PAIR:WAVE W\\\""}};
    write_text(place, "job.yaml", JOB);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char command[256];
        snprintf(command, sizeof command, "coverage job.yaml --set 'observables=[\"%s\"]'",
                 cases[i].observable);
        assert_exit(place, run_hadpot(place, 1, "%s", command), 2);
        char message[128] = "";
        for (const char *at = cases[i].message; *at != '\0'; at++)
            if (*at != '\\') strncat(message, at, 1);
        assert_contains(place->err, message);
        assert_contains(place->err, "observables: \"");
        assert_false(scene_has(place, "out/coverage.csv"));
    }
    write_text(place, "one.yaml",
               "output: made.h5\nmass_1_mev: 1700\ninverse_spacing_mev: 2000\n"
               "gaussians: {amplitudes_mev: [-60], ranges_fm: [0.8]}\ngrid: {points: 24}\n"
               "noise: {configurations: 9}\n");
    write_text(place, "wave.yaml",
               "ensemble: a\noutput: b\npotential: {kind: gaussians, gaussians: 2}\n"
               "total_band: {draws: 0}\n");
    write_text(place, "job.yaml",
               "output: out\nsynth: one.yaml\nrun: wave.yaml\nobservables: [delta A:1S0 3]\n");
    assert_exit(place, run_hadpot(place, 1, "coverage job.yaml"), 2);
    assert_contains(place->err, "observables: has effect only for ensembles with channels");
}

static void a_coupled_ensemble_can_be_looked_at(void **state) {
    scene *place = *state;
    const char *const job = "synth '" HADPOT_SOURCE_DIR "/jobs/coupled/synth_local.yaml' --set "
                            "output=made.h5";
    char text[8192];
    assert_exit(place, run_hadpot(place, 1, job), 0);
    assert_contains(place->err, "2 components, bound states: 0; truth in made_truth.yaml");
    assert_exit(place, run_hadpot(place, 1, "info made.h5"), 0);
    assert_contains(place->out, "version     2");
    assert_contains(place->out, "components  A:1S0, B:1S0");
    assert_contains(place->out, "sqrt_z 0.894427");
    read_text(place, "made_truth.yaml", text, sizeof text);
    assert_contains(text, "\ndelta_deg_A:1S0: [3.32");
    assert_contains(text, "\nenergy_convention: ");
    assert_exit(place, run_hadpot(place, 1, job), 0); /* the same again */
    char other[512];
    snprintf(other, sizeof other, "%s --set channels.z_factors=[1,1]", job);
    assert_exit(place, run_hadpot(place, 1, "%s", other), 2);
    assert_contains(place->err, "channels.z_factors");
    assert_contains(place->err, "--overwrite replaces it");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(the_five_observables_have_their_truth),
        scene_test(without_a_list_all_is_compared),
        scene_test(waves_of_the_truth_need_no_pair),
        scene_test(what_a_run_does_not_have_is_refused),
        scene_test(a_coupled_ensemble_can_be_looked_at),
    };
    return cmocka_run_group_tests_name("cli/coverage_channels", tests, NULL, NULL);
}
