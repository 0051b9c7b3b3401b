// SPDX-License-Identifier: GPL-3.0-or-later
/* Poles of fitted potentials as a user gets them: the virtual state of a known potential comes out
 * within its error, with the same bytes on several ranks and after an interruption. */
#include "output.h"
#include "program.h"

#include <math.h>
#include <stdlib.h>

/* -v exp(-(r/0.8 fm)^2) with v = 2.3/(0.8 fm)^2 of 2 mu V: a virtual state at kappa =
 * 0.1334592899571/(0.8 fm) (test_pole_observables.c). */
#define DEPTH_MEV "82.3152"
static const double TRUE_E_MEV = -0.637456;

static const char synth_job[] = "output: raw.h5\n"
                                "truth: truth.yaml\n"
                                "channel: \"attraction without a bound state\"\n"
                                "mass_1_mev: 1700\n"
                                "inverse_spacing_mev: 2000\n"
                                "gaussians:\n"
                                "  amplitudes_mev: [-" DEPTH_MEV "]\n"
                                "  ranges_fm: [0.8]\n"
                                "grid: {spacing_lat: 0.5, points: 60}\n"
                                "times: {first: 10, count: 3}\n"
                                "sources: {names: [wall], widths_fm: [0]}\n"
                                "noise: {configurations: 8, four_point: 0.0002, two_point: 0.0}\n"
                                "phase_shifts: {energies_mev: [1, 10]}\n";

static const char job[] = "ensemble: raw.h5\n"
                          "output: out\n"
                          "fit: {times: [11]}\n"
                          "potential: {kind: gaussians, gaussians: 1}\n"
                          "scattering:\n"
                          "  energies_mev: [1, 10]\n"
                          "  poles: [\"-\", \"+\"]\n"
                          "  pole_region_mev: [-20, 20, 10]\n"
                          "  most_poles: 2\n"
                          "total_band: {draws: 0}\n";

static void prepare(scene *place) {
    write_text(place, "synth.yaml", synth_job);
    write_text(place, "job.yaml", job);
    assert_exit(place, run_hadpot(place, 1, "synth synth.yaml"), 0);
}

static void the_virtual_state_comes_out(void **state) {
    scene *place = *state;
    char text[4096];
    prepare(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml"), 0);
    read_text(place, "out/poles.csv", text, sizeof text);
    const char *line = strstr(text, "\n-,");
    assert_non_null(line);
    assert_contains(text, "\nsheet,re_w_mev,re_w_mev_err,im_w_mev,im_w_mev_err,re_e_mev,");
    assert_null(strstr(text, "\n+,")); /* nothing is bound */
    assert_contains(text, ",virtual");
    double cell[7] = {0.0};
    line += 3;
    for (int i = 0; i < 6; i++, line = strchr(line, ',') + 1) cell[i] = strtod(line, NULL);
    assert_close(cell[4], TRUE_E_MEV, 0, 3.0 * cell[5]);
    assert_true(cell[5] > 0.0 && cell[5] < 0.3 * fabs(cell[4]));
    assert_close(cell[0], cell[4] + 3400.0, 1e-12, 0); /* W is above both masses */
    assert_contains(place->err, "  poles       virtual on sheet -: W = 3399.");
    read_text(place, "out/summary.yaml", text, sizeof text);
    assert_contains(text, "poles:\n  pole_1:\n    sheet: \"-\"\n    kind: \"virtual\"\n");
}

static void bytes_do_not_depend_on_ranks(void **state) {
    scene *place = *state;
    prepare(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --set output=ranks_1"), 0);
    assert_exit(place, run_hadpot(place, 2, "run job.yaml --set output=ranks_2"), 0);
    assert_same_results(place, "ranks_2", "ranks_1");
    table pole = read_result(place, "ranks_1", "poles/re_e_mev");
    assert_int_equal(pole.shape[0], 9);
    assert_true(pole.values[0] != pole.values[pole.count / 9]); /* of the average and of a sample */
    test_free(pole.values);
}

/* Files of a finished run taken away: poles of the other samples start from what the checkpoint of
 * the average says. */
static void resumed_runs_have_the_same_bytes(void **state) {
    scene *place = *state;
    char said[256];
    prepare(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --set results.keep_checkpoints=true"), 0);
    assert_int_equal(hp_test_run(said, sizeof said,
                                 "cd '%s' && cp -r out whole && rm out/results.h5 "
                                 "out/checkpoint/sample_0000[2-5].bin",
                                 place->folder),
                     0);
    assert_exit(place,
                run_hadpot(place, 2, "run job.yaml --resume --set results.keep_checkpoints=true"),
                0);
    assert_same_results(place, "out", "whole");
}

/* Alternatives have poles of their own, and their difference is a systematic error; a total band
 * has none. */
static void variations_and_bands_have_poles(void **state) {
    scene *place = *state;
    char text[8192];
    prepare(place);
    assert_exit(
        place, run_hadpot(place, 1, "run job.yaml --set variations.ansatz=[potential.gaussians=2]"),
        0);
    read_text(place, "out/poles.csv", text, sizeof text);
    assert_contains(text, ",kind,share,re_w_mev_syst_plus,re_w_mev_syst_minus,im_w_mev_syst_plus,");
    assert_true(scene_has(place, "out/variations"));
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --overwrite --set total_band.draws=100"),
                0);
    read_text(place, "out/poles.csv", text, sizeof text);
    assert_null(strstr(text, "_total"));
    assert_contains(text, ",virtual,");
}

/* A coverage study goes through runs with poles; resumed, it has the same bytes. */
static void coverage_studies_have_poles(void **state) {
    scene *place = *state;
    prepare(place);
    write_text(place, "coverage.yaml",
               "synth: synth.yaml\nrun: job.yaml\noutput: study\nensembles: 2\n");
    assert_exit(place, run_hadpot(place, 2, "coverage coverage.yaml"), 0);
    assert_exit(place, run_hadpot(place, 1, "coverage coverage.yaml --set output=one"), 0);
    assert_same_bytes(place, "study/coverage.csv", "one/coverage.csv");
}

static void potentials_without_poles_are_refused(void **state) {
    scene *place = *state;
    prepare(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --set scattering.coulomb=point"), 2);
    assert_contains(place->err, "scattering.poles: poles of charged pairs are not available");
    assert_false(scene_has(place, "out"));
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --set 'scattering.poles=[\"-+\"]'"), 2);
    assert_contains(place->err, "scattering.poles: a sheet has the sign of Im k");
    assert_false(scene_has(place, "out"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(the_virtual_state_comes_out),
        scene_test(bytes_do_not_depend_on_ranks),
        scene_test(resumed_runs_have_the_same_bytes),
        scene_test(variations_and_bands_have_poles),
        scene_test(coverage_studies_have_poles),
        scene_test(potentials_without_poles_are_refused),
    };
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("cli/poles_job", tests, NULL, NULL);
}
