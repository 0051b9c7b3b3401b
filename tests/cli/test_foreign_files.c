// SPDX-License-Identifier: GPL-3.0-or-later
/* Files that HDF5 does not survive, and links to others, on one rank and two: one message, exit
 * code 2, nothing written, and no rank that waits for ever. */
#include "small_job.h"

#define CORPUS HADPOT_SOURCE_DIR "/tests/fuzz/corpus/ensemble/"
#define CRASHED "HDF5 does not survive this file: " HP_TEST_CRASHED
#define NO_END "HDF5 does not survive this file: it comes to no end within 1 s of CPU time"

static void shell(scene *place, const char *command) {
    char out[512];
    int code = hp_test_run(out, sizeof out, "cd '%s' && { %s; }", place->folder, command);
    if (code != 0) fail_msg("%s: %s", command, out);
}

static void check(scene *place, const char *arguments, const char *message) {
    for (int ranks = 1; ranks <= 2; ranks++) {
        assert_exit(place, run_hadpot(place, ranks, "%s --probe-limit 1", arguments), 2);
        assert_contains(place->err, message);
        assert_int_equal(count_lines(place->err, "hadpot: error: "), 1);
    }
}

static void info_and_run_say_what_hdf5_does_not_survive(void **state) {
    scene *place = *state;
    write_small_job(place);
    shell(place, "cp " CORPUS "crash_format.h5 crash.h5; cp " CORPUS "hang_format.h5 hang.h5");
    check(place, "info crash.h5", "crash.h5: " CRASHED);
    check(place, "info hang.h5", "hang.h5: " NO_END);
    check(place, "run job.yaml --set ensemble=crash.h5", "crash.h5: " CRASHED);
    check(place, "init hang.h5", "hang.h5: " NO_END);
    assert_false(scene_has(place, "out"));
    assert_false(scene_has(place, "hang.yaml"));
}

static void tables_imports_and_outputs_are_foreign_files_too(void **state) {
    scene *place = *state;
    write_text(place, "scatter.yaml",
               "output: out\nmass_1_mev: 1000\nscattering:\n  k_per_fm: [0.5]\n"
               "tables:\n  nonlocal: map.h5\n");
    write_text(place, "import.yaml",
               "format: ensemble\ntree: tree\noutput: new.h5\nensemble:\n  files: p.*.h5\n");
    write_text(place, "synth.yaml",
               "output: crash.h5\ntruth: t.yaml\ninverse_spacing_mev: 2000\nmass_1_mev: 1000\n"
               "gaussians:\n  amplitudes_mev: [-100]\n  ranges_fm: [0.8]\n");
    shell(place, "mkdir tree; cp " CORPUS "crash_format.h5 map.h5; cp map.h5 tree/p.1.h5; "
                 "cp map.h5 crash.h5");
    check(place, "scatter scatter.yaml", "map.h5: " CRASHED);
    check(place, "import import.yaml", "tree/p.1.h5: " CRASHED);
    check(place, "synth synth.yaml",
          "output: \"crash.h5\" is there, and hadpot synth has not made it");
}

/* A pipe would block whoever opens it. */
static void links_to_other_files_are_never_followed(void **state) {
    scene *place = *state;
    char path[256];
    write_small_job(place);
    scene_path(place, "raw.h5", path);
    shell(place, "mkfifo pipe.h5");
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0 && H5Ldelete(file, "/source/wall/four_point", H5P_DEFAULT) >= 0);
    assert_true(H5Lcreate_external("pipe.h5", "/", file, "/more", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    assert_true(H5Lcreate_soft("/more/rows", file, "/source/wall/four_point", H5P_DEFAULT,
                               H5P_DEFAULT) >= 0);
    assert_true(H5Fclose(file) >= 0);
    check(place, "info raw.h5",
          "raw.h5: /source/wall/four_point: is a link to /more/rows, expected numbers in the file");
    check(place, "run job.yaml", "is a link to /more/rows, expected numbers in the file itself");
    file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0 && H5Ldelete(file, "/source", H5P_DEFAULT) >= 0);
    assert_true(H5Lcreate_external("pipe.h5", "/", file, "/source", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    assert_true(H5Fclose(file) >= 0);
    check(place, "info raw.h5",
          "raw.h5: /source: is a link to / of the file pipe.h5, expected numbers in the file");
}

static void the_limit_is_checked_and_changes_no_result(void **state) {
    scene *place = *state;
    char before[OUTPUT_SIZE];
    write_small_job(place);
    assert_exit(place, run_hadpot(place, 1, "info raw.h5"), 0);
    memcpy(before, place->out, sizeof before);
    assert_string_equal(place->err, "");
    assert_exit(place, run_hadpot(place, 1, "info raw.h5 --probe-limit 0"), 0);
    assert_string_equal(place->out, before);
    assert_exit(place, run_hadpot(place, 1, "info raw.h5 --probe-limit 5x"), 2);
    assert_contains(place->err, "info: --probe-limit: expected a duration such as 3600, 90m");
    assert_contains(place->err, ", 0 for none, found \"5x\"");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(info_and_run_say_what_hdf5_does_not_survive),
        scene_test(tables_imports_and_outputs_are_foreign_files_too),
        scene_test(links_to_other_files_are_never_followed),
        scene_test(the_limit_is_checked_and_changes_no_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
