// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot import, format ascii, as a user starts it: ranks, resume, and what run makes of it. */
#include "import_case.h"

#define JOB                                                                                        \
    "format: ascii\n" IMPORT_HEAD "ascii:\n"                                                       \
    "  four_point: \"{source}/nbs.{configuration}\"\n"                                             \
    "  two_point_1: \"{source}/first.{configuration}\"\n"                                          \
    "  two_point_2: \"{source}/second.{configuration}\"\n"

static const import_style plain = {"trv", "tv", false, false, false};

static void run_takes_the_result(void **state) {
    scene *place = *state;
    size_t size = 0, as = 0;
    import_write_texts(place, plain);
    write_text(place, "import.yaml", JOB);
    assert_exit(place, run_hadpot(place, 1, "import import.yaml"), 0);
    assert_exit(place, run_hadpot(place, 1, "info new.h5"), 0);
    assert_contains(place->out, "7 rows, configurations 100 ... 160 in steps of 10");
    assert_exit(place, run_hadpot(place, 1, "run job.yaml"), 0);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --set ensemble=new.h5 --set output=new"),
                0);
    char *expected = read_bytes(place, "out/phase_shift.csv", &as);
    char *found = read_bytes(place, "new/phase_shift.csv", &size);
    assert_string_equal(found, expected);
    test_free(found);
    test_free(expected);
}

static void any_number_of_ranks_gives_the_same_bytes(void **state) {
    scene *place = *state;
    size_t size[3];
    char *bytes[3];
    import_write_texts(place, plain);
    write_text(place, "import.yaml", JOB);
    for (int ranks = 1; ranks <= 3; ranks++) {
        assert_exit(place, run_hadpot(place, ranks, "import import.yaml"), 0);
        bytes[ranks - 1] = read_bytes(place, "new.h5", &size[ranks - 1]);
    }
    for (int i = 1; i < 3; i++) {
        assert_int_equal(size[i], size[0]);
        assert_memory_equal(bytes[i], bytes[0], size[0]);
    }
    for (int i = 0; i < 3; i++) test_free(bytes[i]);
}

static void shell(scene *place, const char *command) {
    char out[512];
    int code = hp_test_run(out, sizeof out, "cd '%s' && { %s; }", place->folder, command);
    if (code != 0) fail_msg("%s: %s", command, out);
}

static void jobs_of_other_kinds_are_named(void **state) {
    scene *place = *state;
    write_text(place, "import.yaml", strstr(JOB, "tree:")); /* without format */
    assert_exit(place, run_hadpot(place, 1, "import import.yaml"), 2);
    assert_contains(place->err, "import.yaml:8: ascii.four_point: has effect only for format: "
                                "ascii, found halqcd (the default: it is not given)");
    assert_exit(place, run_hadpot(place, 2, "run import.yaml"), 2);
    assert_contains(place->err, "import.yaml: this is a job of hadpot import, not of hadpot run");
    write_text(place, "run.yaml", "ensemble: a.h5\noutput: out\n");
    assert_exit(place, run_hadpot(place, 1, "import run.yaml"), 2);
    assert_contains(place->err, "run.yaml: this is a job of hadpot run, not of hadpot import");
}

static void an_import_that_failed_goes_on(void **state) {
    scene *place = *state;
    size_t size = 0, as = 0;
    import_write_texts(place, plain);
    write_text(place, "import.yaml", JOB);
    assert_exit(place, run_hadpot(place, 1, "import import.yaml"), 0);
    char *expected = read_bytes(place, "new.h5", &as);
    shell(place, "rm new.h5; cp tree/wall/nbs.00160 kept; sed -i '3s/ 1/ x/' tree/wall/nbs.00160");
    assert_exit(place, run_hadpot(place, 2, "import import.yaml"), 2);
    assert_contains(place->err, "nbs.00160: line 3: column 1 is \"x0\"");
    assert_false(scene_has(place, "new.h5"));
    shell(place, "cp kept tree/wall/nbs.00160");
    assert_exit(place, run_hadpot(place, 2, "import import.yaml --resume"), 0);
    char *found = read_bytes(place, "new.h5", &size);
    assert_int_equal(size, as);
    assert_memory_equal(found, expected, as);
    test_free(found);
    test_free(expected);
}

/* Finished rows that have changed, are cut off, empty, or no files at all: they are read again. */
static void damaged_rows_are_read_again(void **state) {
    static const char *const cases[] = {
        "printf '\\001' | dd of=0.0 bs=1 seek=60 conv=notrunc 2>/dev/null",  /* of a head */
        "printf '\\001' | dd of=0.0 bs=1 seek=130 conv=notrunc 2>/dev/null", /* of a value */
        "printf '\\001' | dd of=0.0 bs=1 seek=3 conv=notrunc 2>/dev/null",
        "rm 0.0 && mkfifo 0.0",
        "mv 0.0 .. && ln -s ../0.0 .",
        "rm 0.0 && mkdir 0.0",
        "truncate -s -10 0.0",
        "truncate -s 0 0.0"};
    scene *place = *state;
    size_t size = 0, as = 0;
    import_write_texts(place, plain);
    write_text(place, "import.yaml", JOB);
    assert_exit(place, run_hadpot(place, 1, "import import.yaml"), 0);
    char *expected = read_bytes(place, "new.h5", &as);
    shell(place, "rm new.h5; cp tree/wall/nbs.00160 kept");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char command[256];
        shell(place, "sed -i '3s/ 1/ x/' tree/wall/nbs.00160");
        assert_exit(place, run_hadpot(place, 1, "import import.yaml"), 2);
        snprintf(command, sizeof command, "cp kept tree/wall/nbs.00160; cd .new.h5.import && %s",
                 cases[i]);
        shell(place, command);
        assert_exit(place, run_hadpot(place, 1 + (int)i % 2, "import import.yaml --resume"), 0);
        if (strstr(cases[i], "truncate") == NULL)
            assert_contains(place->err, "0.0\" is damaged, or no regular file: rows in it that are "
                                        "not whole are read again");
        char *found = read_bytes(place, "new.h5", &size);
        assert_int_equal(size, as);
        assert_memory_equal(found, expected, as);
        test_free(found);
        shell(place, "rm -rf new.h5 .new.h5.import 0.0");
    }
    test_free(expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(run_takes_the_result),
        scene_test(any_number_of_ranks_gives_the_same_bytes),
        scene_test(jobs_of_other_kinds_are_named),
        scene_test(an_import_that_failed_goes_on),
        scene_test(damaged_rows_are_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
