// SPDX-License-Identifier: GPL-3.0-or-later
/* Effective energies of a job: the levels that were put in, k cot delta of the potential that was
 * put in, direct.csv, the same on any number of ranks, times that are not there. */
#include "output.h"

/* 1/gap = (L/2 pi)^2 m = 2.0 at m = 1.3, L = 8 (0.79 fm); t = 20 is late. */
static const char SYNTH[] = "output: made.h5\n"
                            "mass_1_mev: 2600\n"
                            "inverse_spacing_mev: 2000\n"
                            "gaussians: {amplitudes_mev: [-45], ranges_fm: [0.2]}\n"
                            "grid: {geometry: cubic, extent: 8}\n"
                            "times: {first: 20, count: 6}\n"
                            "sources: {names: [smeared, wall], widths_fm: [0.3, 0]}\n"
                            "states: {count: 10}\n"
                            "noise: {configurations: 12, four_point: 1.0e-3, two_point: 1.0e-3}\n";

static const char JOB[] = "ensemble: made.h5\n"
                          "output: out\n"
                          "fit: {sources: [wall, smeared], times: [22]}\n"
                          "potential: {kind: gaussians, gaussians: 1}\n"
                          "total_band: {draws: 0}\n"
                          "results: {min_fit_probability: 0}\n";

#define HEADER                                                                                     \
    "correlator,source,t,delta_e_mev,delta_e_mev_err,k2_lat,k2_lat_err,kcot_mev,kcot_mev_err"

static void make(scene *place) {
    write_text(place, "synth.yaml", SYNTH);
    write_text(place, "job.yaml", JOB);
    assert_exit(place, run_hadpot(place, 1, "synth synth.yaml"), 0);
}

static double lowest_level(const scene *place) {
    hid_t file = open_hdf5(place, "made.h5");
    table levels = read_table(file, "/truth/box_level_mev");
    double level = levels.values[0];
    test_free(levels.values);
    assert_true(H5Fclose(file) >= 0);
    return level;
}

static void levels_that_were_put_in_are_found(void **state) {
    scene *place = *state;
    double found[4][6];
    char text[4096];
    make(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml"), 0);
    read_text(place, "out/found.txt", text, sizeof text);
    assert_contains(text, "  direct      Delta E of R, wall, at t = 22: ");
    assert_contains(text,
                    " MeV\n              plateaus before t = 1/gap = 2.11 a may be fake ones\n");
    assert_int_equal(read_csv(place, "out/direct.csv", HEADER, 6, found[0], 4), 4);
    double level = lowest_level(place);
    assert_true(level < -1.0);
    for (int i = 0; i < 4; i++) {
        assert_close(found[i][0], level, 0, 3 * found[i][1]); /* of its errors, on this seed */
        assert_true(found[i][1] < 0.2 * fabs(level));
    }
    read_text(place, "out/direct.csv", text, sizeof text);
    assert_contains(text, "# 1/gap = 2.107, gap = (2 pi/L)^2/(2 mu): at shorter t");
    assert_contains(text, "\nR,wall,21,");
    assert_contains(text, "\nR,smeared,22,");
    read_text(place, "out/summary.yaml", text, sizeof text);
    assert_contains(text, "\ndirect:\n  one_over_gap: 2.10");
    assert_contains(text, "\n    wall:\n      t: [21, 22]\n      delta_e_mev:\n        value: [");
}

static void plateaus_are_fitted_at_their_times(void **state) {
    scene *place = *state;
    double found[8][6];
    char text[4096];
    make(place);
    assert_exit(place,
                run_hadpot(place, 3,
                           "run job.yaml --set direct.plateau_t_min=20 "
                           "--set direct.plateau_t_max=21"),
                0);
    assert_int_equal(read_csv(place, "out/direct.csv", HEADER, 6, found[0], 8), 8);
    assert_null(strstr(place->err, "before 1/gap")); /* 20 is late */
    read_text(place, "out/direct.csv", text, sizeof text);
    assert_contains(text, "\nR,wall,20,");
    assert_contains(text, "\nR,wall,plateau,");
    double level = lowest_level(place);
    assert_close(found[3][0], level, 0, 3 * found[3][1]); /* as above */
    assert_true(found[3][1] < found[1][1]);               /* two times say more than one */
    read_text(place, "out/summary.yaml", text, sizeof text);
    assert_contains(text, "\n      plateau_delta_e_mev:\n        value: ");
    assert_contains(text, "\n      plateau_chi2: ");
}

static void ranks_agree(void **state) {
    scene *place = *state;
    make(place);
    for (int ranks = 1; ranks <= 3; ranks += 2)
        assert_exit(place,
                    run_hadpot(place, ranks,
                               "run job.yaml --set output=out_%d "
                               "--set direct.times=[20,21,24]",
                               ranks),
                    0);
    assert_same_results(place, "out_3", "out_1");
    assert_same_bytes(place, "out_3/direct.csv", "out_1/direct.csv");
}

/* Curves do not mix with those of the training of a network: k^2 rises along each branch, and from
 * one to the next. */
static void curves_cover_the_momenta(void **state) {
    scene *place = *state;
    make(place);
    write_changed_text(place, JOB, "network.yaml", "kind: gaussians, gaussians: 1", "kind: local");
    (void)run_hadpot(place, 1,
                     "run network.yaml --overwrite --set training.steps=3 "
                     "--set resampling.max_samples=0 --set 'scattering.k2_lat=[0.001,0.7]'");
    table k2 = read_result(place, "out", "direct/curve_k2_lat");
    assert_int_equal(k2.rank, 2);
    assert_int_equal(k2.shape[0], 3); /* 0.7 is q^2 = 1.13, above the poles 0 and 1 */
    assert_int_equal(k2.shape[1], 71);
    for (size_t i = 1; i < k2.count; i++) assert_true(k2.values[i] > k2.values[i - 1]);
    assert_true(k2.values[k2.count - 1] > 0.7);
    test_free(k2.values);
}

static void check_refused(scene *place, const char *set, const char *message) {
    for (int ranks = 1; ranks <= 3; ranks += 2) {
        assert_exit(place, run_hadpot(place, ranks, "run job.yaml %s", set), 2);
        assert_contains(place->err, message);
        assert_int_equal(count_lines(place->err, "hadpot: "), 1);
        assert_false(scene_has(place, "out"));
    }
}

static void times_that_are_not_there_are_refused(void **state) {
    scene *place = *state;
    make(place);
    check_refused(place, "--set direct.times=[25]",
                  "direct.times: t = 25: Delta E(t) = ln R(t)/R(t+1) needs t and t+1; made.h5 has "
                  "t = 20 ... 25");
    check_refused(place, "--set direct.two_baryon_times=[22]",
                  "direct.two_baryon_times: made.h5 has no two_baryon of any source");
    check_refused(place, "--set direct.plateau_t_min=18 --set direct.plateau_t_max=21",
                  "direct.plateau_t_min, plateau_t_max: t = 18 ... 21:");
    check_refused(
        place, "--set direct.plateau_t_min=21",
        "direct.plateau_t_min=21: has effect only for direct.plateau_t_max: other than 0");
    check_refused(place, "--set direct.plateau_t_min=23 --set direct.plateau_t_max=21",
                  "plateau_t_m");
}

static void radial_ensembles_have_no_box(void **state) {
    scene *place = *state;
    make(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --set direct.compute=false"), 0);
    assert_false(scene_has(place, "out/direct.csv"));
    assert_exit(place,
                run_hadpot(place, 1,
                           "synth synth.yaml --overwrite --set grid.geometry=radial "
                           "--set grid.extent=24 --set grid.points=30"),
                2); /* a key of cubic ensembles alone */
    write_text(place, "radial.yaml",
               "output: radial.h5\nmass_1_mev: 2600\ninverse_spacing_mev: 2000\n"
               "gaussians: {amplitudes_mev: [-45], ranges_fm: [0.2]}\ngrid: {points: 20}\n"
               "noise: {configurations: 9}\n");
    assert_exit(place, run_hadpot(place, 1, "synth radial.yaml"), 0);
    assert_exit(place,
                run_hadpot(place, 1,
                           "run job.yaml --set ensemble=radial.h5 --set output=radial "
                           "--set fit.times=[12] --set fit.sources=[]"),
                0);
    assert_false(scene_has(place, "radial/direct.csv"));
    assert_null(strstr(place->out, "Delta E"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(levels_that_were_put_in_are_found),
        scene_test(plateaus_are_fitted_at_their_times),
        scene_test(ranks_agree),
        scene_test(curves_cover_the_momenta),
        scene_test(times_that_are_not_there_are_refused),
        scene_test(radial_ensembles_have_no_box),
    };
    return cmocka_run_group_tests_name("cli/direct_job", tests, NULL, NULL);
}
