// SPDX-License-Identifier: GPL-3.0-or-later
/* Output folders and files of the other commands: scatter, toy, coverage, scan-bins, synth. */
#include "output.h"
#include "small_job.h"

#define TOY "toy two_parameter --set training.epochs=5 --set output=out "

static const char scatter_job[] = "channel: two heavy\noutput: out\nmass_1_mev: 4796\n"
                                  "gaussians:\n  amplitudes_mev: [60, -110]\n"
                                  "  ranges_fm: [0.25, 0.6]\n"
                                  "scattering:\n  energies_mev: [1]\n"
                                  "femtoscopy:\n  source_radii_fm: [1]\n";

static const char synth_job[] = "channel: two heavy\noutput: made.h5\nmass_1_mev: 4796\n"
                                "inverse_spacing_mev: 2333\n"
                                "gaussians:\n  amplitudes_mev: [60, -110]\n"
                                "  ranges_fm: [0.25, 0.6]\n"
                                "noise:\n  configurations: 4\n";

static void shell(const scene *place, const char *command) {
    char said[256];
    if (hp_test_run(said, sizeof said, "cd '%s' && %s", place->folder, command) != 0)
        fail_msg("%s: %s", command, said);
}

static void assert_error(scene *place, int code, const char *part) {
    assert_exit(place, code, 2);
    assert_int_equal(count_lines(place->err, "hadpot: error: "), 1);
    assert_contains(place->err, part);
}

static void potentials_and_toys_share_no_folder(void **state) {
    scene *place = *state;
    write_text(place, "scatter.yaml", scatter_job);
    assert_exit(place, run_hadpot(place, 1, "scatter scatter.yaml"), 0);
    assert_true(scene_has(place, "out/femtoscopy.csv"));
    assert_exit(place, run_hadpot(place, 2, "scatter scatter.yaml"), 0);
    assert_contains(place->err, "results of the same job and input in \"out\" are replaced");
    assert_error(place, run_hadpot(place, 2, "scatter scatter.yaml --set mass_1_mev=4797"),
                 "\"out\" holds results of another job: mass_1_mev: 4796, now 4797; --overwrite");
    assert_error(place, run_hadpot(place, 1, TOY), "\"out\" holds results of hadpot scatter: ");
    assert_exit(place, run_hadpot(place, 1, TOY "--overwrite"), 0);
    assert_contains(place->err, "what another run wrote to \"out\" is overwritten");
    assert_false(scene_has(place, "out/femtoscopy.csv"));
    assert_true(scene_has(place, "out/training.csv"));
    assert_error(place, run_hadpot(place, 1, TOY "--set training.epochs=6"),
                 "holds results of another job: training.epochs: 5, now 6; --overwrite");
    assert_exit(place, run_hadpot(place, 1, TOY), 0);
    assert_contains(place->err, "of the same job and input");
}

/* A table is input: the same name with another content is another input. */
static void tables_count_by_content(void **state) {
    scene *place = *state;
    static const char run[] = "scatter scatter.yaml --set tables.local=v.csv";
    write_text(place, "scatter.yaml", scatter_job);
    write_text(place, "v.csv", "r_fm,v_mev\n0.05,-9\n0.3,-6\n0.6,-2\n0.9,0\n");
    assert_exit(place, run_hadpot(place, 1, "%s", run), 0);
    assert_exit(place, run_hadpot(place, 1, "%s", run), 0);
    write_text(place, "v.csv", "r_fm,v_mev\n0.05,-9\n0.3,-5\n0.6,-2\n0.9,0\n");
    assert_error(place, run_hadpot(place, 1, "%s", run),
                 "\"out\" holds results of another input: checks");
    assert_contains(place->err, " of v.csv, now ");
}

/* It looks at the ensemble of a run, in the same folder, and both leave each other alone. */
static void scans_of_bins_live_beside_a_run(void **state) {
    static const char scan[] = "scan-bins job.yaml";
    scene *place = *state;
    write_text(place, "job.yaml", SMALL_JOB);
    char path[256];
    scene_path(place, "raw.h5", path);
    small_ensemble_write(path, (small_style){.nsample = 12});
    assert_exit(place, run_hadpot(place, 1, "%s", scan), 0);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --set resampling.max_samples=0"), 0);
    shell(place, "cd out && mkdir figures && touch figures/scan_bins.pdf figures/mine && "
                 "echo scan_bins.pdf >figures/.manifest_scan_bins");
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --overwrite"), 0);
    assert_true(scene_has(place, "out/scan_bins.csv"));
    assert_true(scene_has(place, "out/figures/scan_bins.pdf"));
    assert_exit(place, run_hadpot(place, 2, "%s", scan), 0);
    assert_contains(place->err, "results of the same job and input");
    assert_false(scene_has(place, "out/figures/scan_bins.pdf"));
    assert_error(place, run_hadpot(place, 2, "scan-bins job.yaml --set fit.times=[12]"),
                 "of another job: fit.times: [11, 12], now [12]; --overwrite replaces them");
    assert_exit(place, run_hadpot(place, 2, "scan-bins job.yaml --overwrite --set fit.times=[12]"),
                0);
    assert_true(scene_has(place, "out/results.h5"));
    assert_true(scene_has(place, "out/figures/mine"));
}

static void studies_of_coverage_are_recognised(void **state) {
    static const char study[] = "coverage study.yaml ";
    scene *place = *state;
    write_text(place, "synth.yaml", synth_job);
    write_text(place, "run.yaml",
               "ensemble: none.h5\noutput: none\nfit:\n  times: [11]\n"
               "scattering:\n  energies_mev: [1]\n");
    write_text(place, "study.yaml",
               "output: out\nsynth: synth.yaml\nrun: run.yaml\nensembles: 2\n"
               "fits: false\nkeep_ensembles: true\n"
               "synth_set: [\"noise.configurations=12\"]\n");
    assert_exit(place, run_hadpot(place, 2, "%s", study), 0);
    assert_true(scene_has(place, "out/ensembles/ensemble_00002.h5"));
    for (int ranks = 1; ranks < 3; ranks++) {
        assert_exit(place, run_hadpot(place, ranks, "coverage study.yaml --resume"), 0);
        assert_contains(place->err, "\"out\" holds the finished results of this job");
        assert_error(place,
                     run_hadpot(place, ranks, "coverage study.yaml --set run.fit.times=[12]"),
                     "of another job: run.fit.times: [11], now [12]; --overwrite");
    }
    /* the jobs count, not which files they come from */
    shell(place, "mv run.yaml moved.yaml && touch out/ensembles/mine");
    assert_exit(place, run_hadpot(place, 1, "coverage study.yaml --set run=moved.yaml"), 0);
    assert_contains(place->err, "of the same job and input");
    assert_exit(place,
                run_hadpot(place, 2,
                           "coverage study.yaml --overwrite --set run=moved.yaml "
                           "--set keep_ensembles=false --set first_seed=9"),
                0);
    assert_true(scene_has(place, "out/ensembles/mine"));
    assert_false(scene_has(place, "out/ensembles/ensemble_00001.h5"));
}

static void ensembles_are_not_lost(void **state) {
    scene *place = *state;
    write_text(place, "synth.yaml", synth_job);
    shell(place, "echo precious >victim && ln -s victim .made.h5.tmp && ln -s victim made.h5");
    assert_exit(place, run_hadpot(place, 1, "synth synth.yaml"), 0);
    shell(place, "grep -q precious victim && test ! -L made.h5 && cp made.h5 first.h5 && "
                 "test ! -e .made.h5.lock");
    assert_exit(place, run_hadpot(place, 2, "synth synth.yaml"), 0);
    assert_contains(place->err, "the same ensemble in \"made.h5\" is replaced");
    shell(place, "cmp made.h5 first.h5");
    assert_error(place,
                 run_hadpot(place, 2,
                            "synth synth.yaml --set noise.seed=8 "
                            "--set gaussians.amplitudes_mev=[60,-99]"),
                 "\"made.h5\" is an ensemble of another job: gaussians.amplitudes_mev: [60, -110], "
                 "now [60, -99]; seed: 1, now 8; --overwrite replaces it");
    shell(place, "cmp made.h5 first.h5");
    assert_exit(place, run_hadpot(place, 1, "synth synth.yaml --overwrite --set noise.seed=8"), 0);
    assert_contains(place->err, "the ensemble of another job in \"made.h5\" is overwritten");
    shell(place, "rm made.h5");
    assert_error(place, run_hadpot(place, 1, "synth synth.yaml"),
                 "truth: \"made_truth.yaml\" is there without its ensemble; --overwrite");
}

/* Not even with --overwrite. */
static void files_of_others_are_never_replaced(void **state) {
    scene *place = *state;
    char path[256];
    write_text(place, "synth.yaml", synth_job);
    scene_path(place, "raw.h5", path);
    small_ensemble_write(path, (small_style){.nsample = 3});
    shell(place, "cp raw.h5 kept.h5");
    assert_error(place, run_hadpot(place, 1, "synth synth.yaml --overwrite --set output=raw.h5"),
                 "output: \"raw.h5\" is there, and hadpot synth has not made it");
    assert_error(place,
                 run_hadpot(place, 1, "synth synth.yaml --overwrite --set output=synth.yaml"),
                 "output: \"synth.yaml\" is there, and hadpot synth has not made it");
    assert_error(place, run_hadpot(place, 1, "synth synth.yaml --overwrite --set truth=synth.yaml"),
                 "truth: \"synth.yaml\" is there, and hadpot synth has not made it");
    shell(place, "cmp raw.h5 kept.h5");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(potentials_and_toys_share_no_folder),
        scene_test(tables_count_by_content),
        scene_test(scans_of_bins_live_beside_a_run),
        scene_test(studies_of_coverage_are_recognised),
        scene_test(ensembles_are_not_lost),
        scene_test(files_of_others_are_never_replaced),
    };
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("cli/folder_commands", tests, NULL, NULL);
}
