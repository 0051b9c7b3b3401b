// SPDX-License-Identifier: GPL-3.0-or-later
/* A job for an ensemble, written by hadpot init: what it chooses and says, and that it runs as it
 * is. */
#include <unistd.h>
#include "output.h"
#include "small_ensemble.h"
#include "small_job.h"

/* What makes any job short, and leaves alone what init chose. */
#define SHORT                                                                                      \
    "--overwrite --set total_band.draws=0 --set training.steps=3 --set results.u_points=5 "        \
    "--set resampling.max_samples=2"

static void write_ensemble(const scene *place, small_style style) {
    char path[256];
    scene_path(place, "raw.h5", path);
    small_ensemble_write(path, style);
}

/* Configurations, each of which stands in the file four times. */
static void a_job_of_configurations_runs(void **state) {
    scene *place = *state;
    char job[4096];
    write_ensemble(place, (small_style){.nsample = 48, .repeat = 4});
    assert_exit(place, run_hadpot(place, 1, "init raw.h5"), 0);
    assert_string_equal(place->out, "");
    assert_contains(place->err, "raw.yaml: look at it, then hadpot run raw.yaml --check");
    read_text(place, "raw.yaml", job, sizeof job);
    static const char *const parts[] = {"\nensemble: raw.h5\noutput: results/raw\n",
                                        "# made up (1S0). A job",
                                        "  # tau_int of R is up to ",
                                        "\n  bin: 4 # 12 jackknife samples\n",
                                        "\n  sources: [smeared, wall] # one potential",
                                        "\n  times: [12, 13]\n",
                                        "left out: t = 9, which time derivatives need",
                                        "left out: t = 15, which time derivatives need",
                                        "\n  r_max_fm: 0.78 # without the last radius",
                                        "\n  energies_mev: [0.5, 1, 2,"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) assert_contains(job, parts[i]);
    assert_exit(place, run_hadpot(place, 2, "run raw.yaml " SHORT), 0);
    assert_contains(place->err, "files       results/raw: ");
}

static void a_job_of_jackknife_samples_runs(void **state) {
    scene *place = *state;
    char job[4096];
    write_ensemble(place,
                   (small_style){.nsample = 7, .jackknife = true, .wall = "it's: 'wall' #1"});
    assert_exit(place, run_hadpot(place, 1, "init raw.h5 --output other.yaml"), 0);
    read_text(place, "other.yaml", job, sizeof job);
    assert_contains(job, "The file has 7 jackknife samples");
    assert_contains(job, "  sources: ['it''s: ''wall'' #1', smeared]");
    assert_contains(job, "output: results/other");
    assert_null(strstr(job, "bin:"));
    assert_exit(place, run_hadpot(place, 1, "run other.yaml " SHORT), 0);
}

/* A file that states no masses, with two-point functions from t = 4 on: windows that are
 * recommended, and why. */
static void masses_come_from_two_point_functions(void **state) {
    scene *place = *state;
    char path[256], job[4096];
    assert_exit(place,
                run_hadpot(place, 1,
                           "synth '%s/jobs/demo/synth.yaml' --set output=raw.h5 "
                           "--set truth=truth.yaml --set noise.configurations=24 "
                           "--set times.two_point_first=4 --set times.two_point_count=14",
                           HADPOT_SOURCE_DIR),
                0);
    scene_path(place, "raw.h5", path);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0 && H5Adelete(file, "mass_1") >= 0 && H5Adelete(file, "mass_2") >= 0);
    assert_true(H5Fclose(file) >= 0);
    assert_exit(place, run_hadpot(place, 2, "init raw.h5"), 0);
    assert_null(strstr(place->err, "the window for the mass of hadron"));
    read_text(place, "raw.yaml", job, sizeof job);
    static const char *const parts[] = {
        "\nmasses:\n  # The file states none: fits to the two-point",
        "source smeared\n  # (hadpot info raw.h5 --masses shows",
        "  # both hadrons: a m = 0.8", /* 0.85 is the truth */
        "\n  from: two_point\n  t_min: [4, 4]\n  t_max: [17, 17]\n",
        "  states: 1\n  form: exponential\n\nfit:\n",
        "  times: [11, 12]\n"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) assert_contains(job, parts[i]);
    assert_exit(place, run_hadpot(place, 1, "run raw.yaml " SHORT), 0);
    assert_contains(place->err, "t = 4 ... 17 (given), 1 state");
}

/* A file without masses whose two-point functions of one source are a truth at t = 0 ... 31, all
 * times of a lattice. */
static void write_full(const scene *place, double (*truth)(int t)) {
    enum { ROWS = 24, T = 32 };
    static double values[ROWS][T];
    static int t[T];
    char path[256];
    write_ensemble(place, (small_style){.nsample = ROWS});
    for (int row = 0; row < ROWS; row++)
        for (int i = 0; i < T; i++)
            values[row][i] = truth(i) * (1.0 + 0.002 * small_noise(row, 7, i, 0));
    for (int i = 0; i < T; i++) t[i] = i;
    scene_path(place, "raw.h5", path);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0 && H5Adelete(file, "mass_1") >= 0 && H5Adelete(file, "mass_2") >= 0);
    static const char *const sets[] = {"/two_point_t", "/source/smeared/two_point_full_1",
                                       "/source/smeared/two_point_full_2"};
    for (int i = 0; i < 3; i++) {
        hsize_t shape[2] = {i == 0 ? T : ROWS, T};
        hid_t space = H5Screate_simple(i == 0 ? 1 : 2, shape, NULL);
        hid_t type = i == 0 ? H5T_NATIVE_INT : H5T_NATIVE_DOUBLE;
        hid_t set = H5Dcreate2(file, sets[i], type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        assert_true(set >= 0 && H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                                         i == 0 ? (void *)t : (void *)values) >= 0);
        assert_true(H5Dclose(set) >= 0 && H5Sclose(space) >= 0);
    }
    assert_true(H5Fclose(file) >= 0);
}

static double meson(int t) {
    return exp(-0.3 * t) + exp(-0.3 * (32 - t));
}

/* No plateau before what runs backwards. */
static double wave(int t) {
    return exp(-0.8 * t) * (1.0 + 0.2 * sin(1.3 * t)) - exp(-0.85 * (32 - t));
}

/* T is not stated, but seen. */
static void both_directions_of_time_are_said(void **state) {
    scene *place = *state;
    char job[8192];
    write_full(place, meson);
    assert_exit(place, run_hadpot(place, 1, "info raw.h5 --masses"), 0);
    assert_contains(place->out, "symmetric about T/2 = 16: both directions of time");
    assert_contains(place->out, ", cosh: m = 0.");
    assert_exit(place, run_hadpot(place, 1, "init raw.h5"), 0);
    read_text(place, "raw.yaml", job, sizeof job);
    assert_contains(job, "\n  form: cosh\n");
}

static void doubtful_windows_are_warned_of(void **state) {
    scene *place = *state;
    write_full(place, wave);
    assert_exit(place, run_hadpot(place, 1, "info raw.h5 --masses"), 0);
    assert_contains(place->out, "turns round at t = 17: other states run backwards, windows end");
    assert_contains(place->out, "doubtful window t = ");
    assert_exit(place, run_hadpot(place, 1, "init raw.h5"), 0);
    assert_contains(place->err, "the window for the mass of hadron 1 is doubtful: ");
    assert_exit(place, run_hadpot(place, 1, "run raw.yaml " SHORT), 0); /* and each run says so */
    assert_contains(place->err, "no window for the mass of hadron 1 can be trusted");
}

static void a_job_of_a_periodic_box_runs(void **state) {
    scene *place = *state;
    char job[4096];
    assert_exit(place,
                run_hadpot(place, 1,
                           "synth '%s/jobs/demo/synth.yaml' --set output=box.h5 "
                           "--set truth=truth.yaml --set grid.geometry=cubic --set grid.extent=16 "
                           "--set noise.configurations=8",
                           HADPOT_SOURCE_DIR),
                0);
    assert_exit(place, run_hadpot(place, 2, "init box.h5"), 0);
    read_text(place, "box.yaml", job, sizeof job);
    assert_contains(job, "r_max_fm: 0 # to L/2 = 0.7893 fm");
    assert_exit(place, run_hadpot(place, 1, "run box.yaml " SHORT), 0);
}

/* With a noise of 0.3 of the four-point functions an error of R of 11 % is found, and more of S. */
static void times_without_signal_are_said_to_be(void **state) {
    static const char *const noises[] = {"0.002", "0.3"};
    scene *place = *state;
    for (int i = 0; i < 2; i++) {
        assert_exit(place,
                    run_hadpot(place, 1,
                               "synth '%s/jobs/demo/synth.yaml' --overwrite --set output=raw.h5 "
                               "--set truth=truth.yaml --set noise.configurations=12 "
                               "--set noise.four_point=%s",
                               HADPOT_SOURCE_DIR, noises[i]),
                    0);
        assert_exit(place, run_hadpot(place, 1, "init raw.h5 --output -"), 0);
        const char *warning = "warning: no time has signal in R and S: the one with the least "
                              "noise is taken";
        assert_int_equal(strstr(place->err, warning) != NULL, i == 1);
        assert_int_equal(strstr(place->out, "left out: noise\n") != NULL, i == 1);
        assert_int_equal(strstr(place->out, "taken: no time has less noise\n") != NULL, i == 1);
        assert_contains(place->out, i == 0 ? "times: [11, 12]" : "times: [12]");
    }
}

/* The same bytes, on standard output too; what is there stays unless it is to be overwritten. */
static void ranks_write_the_same_and_nothing_is_lost(void **state) {
    scene *place = *state;
    char one[4096], other[4096];
    write_ensemble(place, (small_style){.nsample = 24});
    assert_exit(place, run_hadpot(place, 1, "init raw.h5"), 0);
    read_text(place, "raw.yaml", one, sizeof one);
    for (int ranks = 1; ranks <= 3; ranks++) {
        assert_exit(place, run_hadpot(place, ranks, "init raw.h5"), 2);
        assert_contains(place->err, "\"raw.yaml\" is there already; --overwrite replaces it");
        assert_int_equal(count_lines(place->err, "hadpot: error: "), 1);
        assert_exit(place, run_hadpot(place, ranks, "init raw.h5 --overwrite"), 0);
        read_text(place, "raw.yaml", other, sizeof other);
        assert_string_equal(one, other);
    }
    assert_exit(place, run_hadpot(place, 1, "init raw.h5 --output -"), 0);
    assert_contains(place->out, "#   hadpot run JOB.yaml --check");
    assert_string_equal(strstr(place->out, "ensemble:"), strstr(one, "ensemble:"));
}

/* Neither the ensemble, by whatever name, nor what init has not written is replaced. */
static void other_files_stay_as_they_are(void **state) {
    scene *place = *state;
    static const struct {
        const char *arguments, *part;
    } bad[] = {
        {"init raw.h5 --output raw.h5 --overwrite", "\"raw.h5\" is the ensemble itself"},
        {"init raw.h5 --output ./raw.h5", "\"./raw.h5\" is the ensemble itself"},
        {"init raw.h5 --output link.yaml --overwrite", "\"link.yaml\" is the ensemble itself"},
        {"init raw.h5 --overwrite", "\"raw.yaml\" is there, and hadpot init has not made it"},
        {"init raw.h5", "\"raw.yaml\" is there, and hadpot init has not made it"},
        {"init raw.yaml", "raw.yaml: this is a job of hadpot import, expected an ensemble file"},
        {"init raw.h5 --output dangling.yaml --overwrite", "hadpot init has not made it"},
    };
    const char job[] = "format: ascii\ntree: data\noutput: raw.h5\n";
    char text[4096], path[256];
    write_ensemble(place, (small_style){.nsample = 24});
    write_text(place, "raw.yaml", job);
    scene_path(place, "link.yaml", path);
    assert_int_equal(symlink("raw.h5", path), 0);
    scene_path(place, "dangling.yaml", path);
    assert_int_equal(symlink("nowhere", path), 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_exit(place, run_hadpot(place, 1, "%s", bad[i].arguments), 2);
        assert_contains(place->err, bad[i].part);
        read_text(place, "raw.yaml", text, sizeof text);
        assert_string_equal(text, job);
        assert_false(scene_has(place, "nowhere"));
    }
    assert_exit(place, run_hadpot(place, 1, "info raw.h5"), 0);
    assert_exit(place, run_hadpot(place, 1, "init raw.h5 --output other.yaml"), 0);
    assert_exit(place, run_hadpot(place, 1, "init raw.h5 --output other.yaml --overwrite"), 0);
}

/* What run refuses, init refuses in the same words, and writes nothing. */
static void what_cannot_run_gets_no_job(void **state) {
    scene *place = *state;
    static const struct {
        small_style style;
        const char *part;
    } bad[] = {{{.nsample = 2}, "raw.h5: 2 rows"}, {{.nsample = 7, .bad = true}, "not finite"}};
    for (int i = 0; i < 2; i++) {
        char text[OUTPUT_SIZE];
        write_ensemble(place, bad[i].style);
        assert_exit(place, run_hadpot(place, 1, "init raw.h5"), 2);
        snprintf(text, sizeof text, "%s", place->err);
        write_text(place, "job.yaml", "ensemble: raw.h5\noutput: out\n");
        assert_exit(place, run_hadpot(place, 1, "run job.yaml"), 2);
        assert_string_equal(text, place->err);
        assert_exit(place, run_hadpot(place, 1, "info raw.yaml"), 2); /* it is not there */
    }
    assert_exit(place, run_hadpot(place, 1, "init nowhere.h5"), 2);
    assert_exit(place, run_hadpot(place, 1, "init raw.h5 --set fit.times=[11]"), 2);
    assert_exit(place, run_hadpot(place, 1, "init raw.h5 --output"), 2);
    assert_contains(place->err, "--output needs a file");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_job_of_configurations_runs),
        scene_test(a_job_of_jackknife_samples_runs),
        scene_test(masses_come_from_two_point_functions),
        scene_test(both_directions_of_time_are_said),
        scene_test(doubtful_windows_are_warned_of),
        scene_test(a_job_of_a_periodic_box_runs),
        scene_test(times_without_signal_are_said_to_be),
        scene_test(ranks_write_the_same_and_nothing_is_lost),
        scene_test(other_files_stay_as_they_are),
        scene_test(what_cannot_run_gets_no_job),
    };
    return cmocka_run_group_tests_name("cli/init", tests, NULL, NULL);
}
