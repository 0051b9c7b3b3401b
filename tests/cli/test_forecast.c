// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot run JOB --check: what it says, that nothing is touched, and that it refuses what a run
 * refuses, in the same words. How right its times are: tests/bench/results/forecast.txt. */
#include "output.h"
#include "small_ensemble.h"
#include "small_job.h"

/* All names below the folder, with times and sizes. */
static void list_folder(const scene *place, char *list, size_t size) {
    assert_int_equal(hp_test_run(list, size,
                                 "cd '%s' && find . -path './.std*' -o -printf '%%p %%s %%T@\\n' "
                                 "| grep -v '^\\. ' | sort",
                                 place->folder),
                     0);
}

/* Run hadpot and assert that nothing below the folder has changed. */
static void check_job(scene *place, int ranks, const char *arguments, int code) {
    static char before[OUTPUT_SIZE], after[OUTPUT_SIZE];
    list_folder(place, before, sizeof before);
    assert_exit(place, run_hadpot(place, ranks, "run job.yaml --check %s", arguments), code);
    list_folder(place, after, sizeof after);
    assert_string_equal(before, after);
}

static double number_after(const char *text, const char *words) {
    const char *found = strstr(text, words);
    if (found == NULL) fail_msg("\"%s\" is not in\n%s", words, text);
    return strtod(found + strlen(words), NULL);
}

static void it_says_what_would_be_done(void **state) {
    static const char *const parts[] = {
        "ensemble    raw.h5: made up (1S0)\n",
        "samples     7 jackknife samples from 7 rows in bins of 1\n",
        "sources     smeared, wall\n",
        "times       11, 12\n",
        "masses      1085.3, 1479.95 MeV, given\n",
        "bins        tau_int of R is up to ",
        "points      56: 14 radii from 0.03 to 0.81 fm for each source and time\n",
        "potential   sdnn with a local part, 58 parameters, fitted by levenberg_marquardt\n",
        "phases      at 3 energies from 1 to 20 MeV\n",
        "total band  100 draws from 8 forms of the potential\n",
        "variations  ansatz_1: potential.kind=gaussians\n",
        "            range_1: fit.r_max_fm=0.7\n",
        "each of 7 samples ",
        "each of 164 potentials of the total band ", /* 8 forms of the average and 7 samples */
        "from fits that were done now",
        "nothing has been written"};
    scene *place = *state;
    write_small_job(place);
    for (int ranks = 1; ranks <= 3; ranks += 2) {
        check_job(place, ranks,
                  "--set 'variations.range=[fit.r_max_fm=0.7]' "
                  "--set 'variations.ansatz=[potential.kind=gaussians]'",
                  0);
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            assert_contains(place->out, parts[i]);
        assert_contains(place->out, ranks == 1 ? " on 1 rank, " : " on 3 ranks, ");
        assert_string_equal(place->err, "");
    }
    check_job(place, 1, "--set total_band.draws=0 --set resampling.max_samples=2", 0);
    assert_contains(place->out, "7 rows in bins of 1; 2 of them are computed\n");
    assert_contains(place->out,
                    "total band  none\nvariations  none, and so no systematic errors\n");
}

/* Adam does all its epochs, and long fits are not done. */
static void steps_that_are_known_are_scaled_up(void **state) {
    scene *place = *state;
    write_small_job(place);
    write_text(place, "job.yaml",
               "ensemble: raw.h5\noutput: out\nfit:\n  times: [12]\n"
               "potential: {f_layers: [6, 4], local_layers: [4, 1]}\n"
               "training: {optimiser: adam, epochs: 10000000, sample_epochs: 1000000}\n"
               "scattering: {energies_mev: [1]}\n");
    check_job(place, 1, "", 0);
    assert_contains(place->out, "from the first epochs of both fits");
    assert_contains(place->out, "fitted by adam");
    const char *average = strstr(place->out, "the average takes ");
    assert_non_null(average);
    assert_true(strstr(average, " min") != NULL || strstr(average, " h") != NULL);
}

/* The bytes that a run leaves, and of its checkpoints: datasets of small jobs are mostly headers.
 */
static void the_size_of_results_is_known_before(void **state) {
    scene *place = *state;
    char size[64];
    write_small_job(place);
    check_job(place, 1, "--set results.keep_checkpoints=true", 0);
    double results = number_after(place->out, "disk        "),
           checkpoint = number_after(place->out, " in out, and ");
    assert_contains(place->out, " kB in out, and ");
    assert_contains(place->out, " kB in checkpoint/ until it is done\n");
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --set results.keep_checkpoints=true"), 0);
    assert_int_equal(hp_test_run(size, sizeof size,
                                 "cd '%s/out' && cat results.h5 *.csv *.yaml found.txt | wc -c && "
                                 "cat checkpoint/* | wc -c",
                                 place->folder),
                     0);
    char *end;
    double found = strtod(size, &end), kept = strtod(end, NULL);
    assert_close(results, 1e-3 * found, 0.2, 0); /* two digits are printed, headers are guessed */
    assert_close(checkpoint, 1e-3 * kept, 0.3, 0);
}

/* Samples that are there need not be computed again; results that are there are respected. */
static void folders_of_other_runs_are_looked_at(void **state) {
    scene *place = *state;
    char said[OUTPUT_SIZE];
    run_small_job(place, "--set total_band.draws=0 --set results.keep_checkpoints=true");
    check_job(place, 1, "--set total_band.draws=0 --resume", 0);
    assert_contains(place->err, "nothing is left to do");
    check_job(place, 1, "--set total_band.draws=0", 0);
    assert_contains(place->err, "results of the same job and input in \"out\" are replaced by a run");
    check_job(place, 3, "--set training.steps=50", 2);
    snprintf(said, sizeof said, "%.*s", (int)strcspn(place->err, "\n"), place->err);
    assert_contains(said, "training.steps: 60, now 50");
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --set training.steps=50"), 2);
    assert_contains(place->err, said);
    check_job(place, 1, "--set training.steps=50 --overwrite", 0);
    assert_contains(place->err, "what another run wrote to \"out\" is overwritten by a run");
}

/* One line for each, and the same with and without --check. */
static void what_a_run_refuses_is_refused(void **state) {
    static const char *const wrong[] = {"--set fit.times=[10]",
                                        "--set fit.r_max_fm=5",
                                        "--set fit.sources=[point]",
                                        "--set training.stepz=5",
                                        "--set ensemble=nowhere.h5",
                                        "--set ensemble=bad.h5",
                                        "--set 'variations.times=[\"fit.times=[19]\"]'",
                                        "--set resampling.bin=4",
                                        "--set output=job.yaml/out"};
    scene *place = *state;
    char path[256], said[OUTPUT_SIZE];
    write_small_job(place);
    scene_path(place, "bad.h5", path);
    small_ensemble_write(path, (small_style){.nsample = SMALL_NSAMPLE, .bad = true});
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_exit(place, run_hadpot(place, 1, "run job.yaml %s", wrong[i]), 2);
        snprintf(said, sizeof said, "%s", place->err);
        for (int ranks = 1; ranks <= 3; ranks += 2) {
            check_job(place, ranks, wrong[i], 2);
            assert_contains(place->err, said);
            assert_string_equal(place->out, "");
        }
    }
    assert_exit(place, run_hadpot(place, 1, "synth job.yaml --check"), 2);
    assert_contains(place->err, "unknown option --check");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(it_says_what_would_be_done),
        scene_test(steps_that_are_known_are_scaled_up),
        scene_test(the_size_of_results_is_known_before),
        scene_test(folders_of_other_runs_are_looked_at),
        scene_test(what_a_run_refuses_is_refused),
    };
    return cmocka_run_group_tests_name("cli/forecast", tests, NULL, NULL);
}
