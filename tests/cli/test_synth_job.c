// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot synth as a user calls it: what it makes can be looked at and analysed, and places where
 * it must not write are refused. What stands in the files is tested in tests/synth. */
#include "output.h"

static const char job[] = "output: made.h5\n"
                          "mass_1_mev: 1700\n"
                          "inverse_spacing_mev: 2000\n"
                          "gaussians:\n"
                          "  amplitudes_mev: [250, -60]\n"
                          "  ranges_fm: [0.25, 0.8]\n"
                          "grid:\n"
                          "  points: 24\n"
                          "sources:\n"
                          "  names: [smeared, wall]\n"
                          "  widths_fm: [0.6, 0]\n"
                          "noise:\n"
                          "  configurations: 9\n";

static void what_is_made_can_be_analysed(void **state) {
    scene *place = *state;
    write_text(place, "synth.yaml", job);
    assert_exit(place, run_hadpot(place, 3, "synth synth.yaml"), 0);
    assert_string_equal(place->out, "");
    assert_true(scene_has(place, "made_truth.yaml"));
    assert_exit(place, run_hadpot(place, 1, "info made.h5"), 0);
    assert_contains(place->out, "rows        9 configurations\n");
    assert_contains(place->out, "geometry    radial, 24 points");
    assert_contains(place->out, "channel     synthetic\n");
    write_text(place, "run.yaml",
               "ensemble: made.h5\noutput: out\n"
               "potential: {kind: gaussians, gaussians: 2}\n"
               "resampling: {bin: 3}\n");
    assert_exit(place, run_hadpot(place, 2, "run run.yaml"), 0);
    assert_true(scene_has(place, "out/results.h5"));
}

static double potential(double r_fm) {
    return 250 * exp(-pow(r_fm / 0.25, 2)) - 60 * exp(-pow(r_fm / 0.5, 2));
}

/* Leading order from a cubic ensemble as good as without noise: V at all shells and the levels that
 * were put in. Two streams and inelastic contamination of the source that is not fitted. Next to
 * such errors what is left of the time derivatives is a chi2 per point of 1e5, which is allowed. */
static void potential_and_levels_of_a_cubic_ensemble_are_found(void **state) {
    enum { LEVELS = 4, SHELLS = 86 };
    double V[SHELLS * 5], levels[2 * LEVELS * 2];
    char text[2048];
    scene *place = *state;
    write_text(place, "synth.yaml", job);
    assert_exit(place,
                run_hadpot(place, 1,
                           "synth synth.yaml --set gaussians.ranges_fm=[0.25,0.5] "
                           "--set grid.geometry=cubic --set grid.extent=20 --set states.count=8 "
                           "--set noise.four_point=1e-9 --set noise.two_point=0 "
                           "--set noise.streams=2 --set noise.tau_int=1.5 "
                           "--set inelastic.amplitudes=[0.3,0]"),
                0);
    assert_exit(place, run_hadpot(place, 1, "info made.h5"), 0);
    assert_contains(place->out, "geometry    cubic");
    write_text(place, "run.yaml",
               "ensemble: made.h5\noutput: out\nfit: {sources: [wall], times: [12]}\n"
               "potential: {kind: gaussians, gaussians: 2}\nfinite_volume: {levels: 4}\n"
               "results: {min_fit_probability: 0}\n");
    assert_exit(place, run_hadpot(place, 1, "run run.yaml"), 0);
    int shells = read_csv(place, "out/potential.csv",
                          "source,t,r_fm,v_localised_mev,v_localised_mev_err,v_lo_mev,v_lo_mev_err",
                          5, V, SHELLS);
    assert_int_equal(shells, SHELLS); /* 0 ... 100 without the 15 of the form 4^a (8 b + 7) */
    /* what is left of the time derivatives, w^3/6 of the states: 0.01 MeV at the origin */
    for (int i = 0; i < shells; i++) assert_close(V[5 * i + 3], potential(V[5 * i]), 0, 0.02);
    int rows = read_csv(place, "out/finite_volume.csv",
                        "potential,t,level,energy_mev,energy_mev_err", 2, levels, 2 * LEVELS);
    assert_int_equal(rows, 2 * LEVELS);
    read_text(place, "out/finite_volume.csv", text, sizeof text);
    assert_contains(text,
                    "# A1 levels sqrt(m1^2 + k^2) + sqrt(m2^2 + k^2) - m1 - m2, relativistic, "
                    "with k^2 = 2 mu e_cm; of S/R");
    hid_t file = open_hdf5(place, "made.h5");
    table put_in = read_table(file, "/truth/box_level_mev");
    assert_int_equal(put_in.count, 8);
    /* a level moves by less than V, of which only a core of 0.1 % of the box is off by 0.01 MeV;
     * that of two Gaussians moves as little, since V is two Gaussians */
    for (int n = 0; n < LEVELS; n++) {
        assert_close(levels[2 * n], put_in.values[n], 0, 0.005);
        assert_close(levels[2 * (LEVELS + n)], put_in.values[n], 0, 0.005);
    }
    test_free(put_in.values);
    assert_true(H5Fclose(file) >= 0);
}

static void truth_tells_of_disturbances(void **state) {
    scene *place = *state;
    char text[4096];
    write_text(place, "synth.yaml", job);
    assert_exit(place,
                run_hadpot(place, 1,
                           "synth synth.yaml --set inelastic.amplitudes=[0.3,-2] "
                           "--set inelastic.gap_mev=410 --set noise.tau_int=1.5 "
                           "--set grid.geometry=cubic --set grid.extent=8 --set states.count=2"),
                0);
    read_text(place, "made_truth.yaml", text, sizeof text);
    assert_contains(text, "tau_int: 1.5\ninelastic:\n  gap_mev: 410\n  amplitudes: [0.3, -2]\n"
                          "  width_fm: 0.5\nconvention");
    assert_contains(text, "\nenergy_convention: \"e_cm = k^2/(2 mu), non-relativistic");
    assert_contains(text, "\nlevel_convention: \"sqrt(m1^2 + k^2) + sqrt(m2^2 + k^2) - m1 - m2, "
                          "relativistic, with k^2 = 2 mu e_cm\"\nbox_level_mev: [");
}

static void bad_jobs_are_refused(void **state) {
    scene *place = *state;
    write_text(place, "synth.yaml", job);
    assert_exit(place, run_hadpot(place, 1, "synth synth.yaml --set noise.configurations=1"), 2);
    assert_contains(place->err, "noise.configurations");
    assert_exit(place, run_hadpot(place, 1, "synth synth.yaml --set sources.widths_fm=[1]"), 2);
    assert_contains(place->err, "sources.widths_fm");
    assert_exit(place, run_hadpot(place, 1, "synth synth.yaml --set inelastic.amplitudes=[1]"), 2);
    assert_contains(place->err,
                    "inelastic.amplitudes=[1]: expected 2 entries like sources.names, found 1");
    assert_exit(place, run_hadpot(place, 3, "synth none.yaml"), 2);
    assert_int_equal(count_lines(place->err, "hadpot: error: none.yaml: "), 1);
    assert_false(scene_has(place, "made.h5"));
    assert_false(scene_has(place, "made_truth.yaml"));
}

static void a_potential_that_will_not_do_is_refused(void **state) {
    static const char *const cases[][2] = {
        {"--set gaussians.amplitudes_mev=[] --set gaussians.ranges_fm=[]",
         "gaussians: expected a potential: terms in this section or another one, or tables"},
        {"--set potential.amplitudes_mev=[1]",
         "unknown key, expected one of output, truth, channel"},
        {"--set gaussians.ranges_fm=[1]",
         "gaussians.ranges_fm=[1]: expected 2 entries like gaussians.amplitudes_mev, found 1"},
        {"--set tables.local=none.csv", "tables.local: none.csv: "},
        {"--set separable_exponential.amplitudes_mev_per_fm3=[-1] "
         "--set separable_exponential.masses_per_fm=[2]",
         "grid.points: the non-local potential must have fallen off where the grid ends, at 1.184 "
         "fm; found |r r' U| at 0.6 of its maximum, allowed is 0.01"},
        {"--set yamaguchi.a_per_fm=[0.2] --set yamaguchi.b_per_fm=[9] --set grid.box_fm=250",
         "grid.box_fm: the box holds 5067 radii, more than the 4096 that are allowed"},
        {"--set grid.geometry=cubic --set yamaguchi.a_per_fm=[1] --set yamaguchi.b_per_fm=[5]",
         "grid.geometry: a cubic box takes local potentials only, found non-local terms"},
        {"--set gaussians.amplitudes_mev=[-1e6,0]", "too deep for hadrons of mass 1700"}};
    scene *place = *state;
    write_text(place, "synth.yaml", job);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_exit(place, run_hadpot(place, 1, "synth synth.yaml %s", cases[i][0]), 2);
        assert_contains(place->err, cases[i][1]);
        assert_int_equal(count_lines(place->err, "hadpot: error: "), 1);
        assert_int_equal(count_lines(place->err, ""), 2); /* one line and what follows its end */
        assert_false(scene_has(place, "made.h5"));
        assert_false(scene_has(place, "made_truth.yaml"));
    }
}

/* Wells are not smooth, a table is a spline: both are taken at the radii like any other form. */
static void local_forms_of_every_kind_are_taken(void **state) {
    scene *place = *state;
    char text[4096];
    write_text(place, "synth.yaml", job);
    write_text(place, "v.csv", "r_fm,v_mev\n0.05,-90\n0.3,-60\n0.6,-20\n0.9,0\n");
    assert_exit(place,
                run_hadpot(place, 1,
                           "synth synth.yaml --set square_well.depths_mev=[20] "
                           "--set square_well.radii_fm=[0.7] --set tables.local=v.csv "
                           "--set yukawas.strengths_mev_fm=[-9] --set yukawas.masses_per_fm=[5]"),
                0);
    read_text(place, "made_truth.yaml", text, sizeof text);
    assert_contains(text, "  square_well:\n    depths_mev: [20]\n    radii_fm: [0.7]\n  tables:\n"
                          "    local: \"v.csv\"\nmass_1_mev");
    assert_contains(place->err, "hadpot: warning: the potential is cut off: it has 0.");
    assert_exit(
        place,
        run_hadpot(place, 1, "synth synth.yaml --set gaussians.ranges_fm=[0.25,0.3] --overwrite"),
        0);
    assert_null(strstr(place->err, "the potential is cut off"));
}

/* A file is put in place by renaming it, which would replace anything, devices too. */
static void only_files_are_replaced(void **state) {
    static const char *const keys[] = {"output", "truth"};
    scene *place = *state;
    char path[256], message[64];
    struct stat info;
    write_text(place, "synth.yaml", job);
    scene_path(place, "pipe", path);
    assert_int_equal(mkfifo(path, 0600), 0);
    for (int key = 0; key < 2; key++) {
        assert_exit(place, run_hadpot(place, 1, "synth synth.yaml --set %s=pipe", keys[key]), 2);
        snprintf(message, sizeof message, "%s: \"pipe\" exists and is not a regular", keys[key]);
        assert_contains(place->err, message);
        assert_int_equal(stat(path, &info), 0);
        assert_true(S_ISFIFO(info.st_mode));
        assert_exit(place, run_hadpot(place, 1, "synth synth.yaml --set %s=.", keys[key]), 2);
        assert_contains(place->err, "exists and is not a regular file");
    }
    assert_exit(place, run_hadpot(place, 1, "synth synth.yaml --set truth=made.h5"), 2);
    assert_contains(place->err, "truth: must be another file than output");
    assert_false(scene_has(place, "made.h5"));
    assert_false(scene_has(place, "made_truth.yaml"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(what_is_made_can_be_analysed),
        scene_test(potential_and_levels_of_a_cubic_ensemble_are_found),
        scene_test(truth_tells_of_disturbances),
        scene_test(bad_jobs_are_refused),
        scene_test(a_potential_that_will_not_do_is_refused),
        scene_test(local_forms_of_every_kind_are_taken),
        scene_test(only_files_are_replaced),
    };
    return cmocka_run_group_tests_name("cli/synth", tests, NULL, NULL);
}
