// SPDX-License-Identifier: GPL-3.0-or-later
/* The command line: help on stdout with exit code 0, errors in one line on stderr with 2. */
#include "program.h"

#include "hadpot/config.h"

/* How the lines of --help begin that stand for the sections and keys of the job files. */
#define TOP(name, ...) "  " #name " ",
#define SECTION(section, ...) #section ":",
#define KEY(section, name, ...) "  " #name " ",
#define END(section)
static const char *const run_keys[] = {HP_JOB_TABLE(TOP, SECTION, KEY, END) NULL};
static const char *const synth_keys[] = {HP_SYNTH_JOB_TABLE(TOP, SECTION, KEY, END) NULL};

static const char *const help_options[] = {"--help", "-h"};

static void help_goes_to_stdout(void **state) {
    scene *place = *state;
    for (int i = 0; i < 2; i++) {
        assert_exit(place, run_hadpot(place, 1, "%s", help_options[i]), 0);
        static const char *const parts[] = {
            "usage: hadpot COMMAND", "  run ",  "  synth ", "  scan-bins ",
            "  coverage ",           "  info ", "--resume", "exit code"};
        for (int part = 0; part < 8; part++) assert_contains(place->out, parts[part]);
        static const char *const order[] = {"\n  import ", "\n  init ",    "\n  info ",
                                            "\n  run ",    "\n  scatter ", "docs/first-hour.md\n"};
        const char *at = place->out;
        for (int part = 0; part < 6; part++) {
            at = strstr(at, order[part]);
            if (at == NULL) fail_msg("\"%s\" does not stand where it should", order[part]);
        }
        assert_contains(place->out, "[--check]");
        assert_contains(place->out, "[--overwrite]");
        assert_string_equal(place->err, "");
    }
}

static void version_is_one_line(void **state) {
    scene *place = *state;
    assert_exit(place, run_hadpot(place, 1, "--version"), 0);
    assert_string_equal(place->out, "hadpot " HADPOT_VERSION "\n");
    assert_string_equal(place->err, "");
}

static void help_of_a_command_lists_every_key(void **state) {
    static const struct {
        const char *command, *usage;
        const char *const *keys;
    } commands[] = {
        {"run --help", "usage: mpirun -n N hadpot run JOB.yaml [--resume] [--set", run_keys},
        {"run -h", "usage: mpirun -n N hadpot run JOB.yaml [--resume] [--set", run_keys},
        {"synth --help", "usage: hadpot synth JOB.yaml [--set", synth_keys},
    };
    scene *place = *state;
    for (int i = 0; i < 3; i++) {
        assert_exit(place, run_hadpot(place, 1, "%s", commands[i].command), 0);
        assert_contains(place->out, commands[i].usage);
        for (int key = 0; commands[i].keys[key] != NULL; key++)
            if (count_lines(place->out, commands[i].keys[key]) == 0)
                fail_msg("no line of the help begins with \"%s\"", commands[i].keys[key]);
        assert_string_equal(place->err, "");
    }
}

/* What all keys of a section have effect for is said once, above them. */
static void help_of_import_begins_with_a_job(void **state) {
    scene *place = *state;
    assert_exit(place, run_hadpot(place, 1, "import --help"), 0);
    assert_contains(place->out, "usage: hadpot import JOB.yaml");
    assert_contains(place->out, "\n    four_point: \"{source}/nbs.{configuration}.dat\"\n");
    assert_contains(place->out, "\nascii: only for format: ascii\n");
    assert_null(strstr(place->out, "(only for format: ascii)"));
}

/* Also when other arguments are missing or too many; under MPI it is printed once. */
static void help_wins_over_other_arguments(void **state) {
    scene *place = *state;
    assert_exit(place, run_hadpot(place, 3, "run one two --resume --help"), 0);
    assert_int_equal(count_lines(place->out, "usage: "), 1);
    assert_exit(place, run_hadpot(place, 1, "info --help"), 0);
    assert_contains(place->out, "usage: mpirun -n N hadpot info FILE.h5");
}

/* Wrong arguments, and what the message must contain. */
static const struct {
    const char *arguments, *parts[3];
} mistakes[] = {
    {"", {"no command", "hadpot --help"}},
    {"frobnicate", {"unknown command", "\"frobnicate\"", "hadpot --help"}},
    {"RUN job.yaml", {"unknown command", "\"RUN\""}},
    {"run", {"one job file", "found 0", "hadpot run --help"}},
    {"run one.yaml two.yaml", {"one job file", "found 2"}},
    {"run --frobnicate job.yaml", {"unknown option", "--frobnicate", "hadpot run --help"}},
    {"run job.yaml -x", {"unknown option", "-x"}},
    {"run job.yaml -xy", {"unknown option", "-x"}},
    {"run --resume=yes job.yaml", {"--resume=yes"}},
    {"run job.yaml --set", {"--set", "key.path=value"}},
    {"synth", {"one job file", "found 0", "hadpot synth --help"}},
    {"synth --resume job.yaml", {"unknown option --resume"}},
    {"info", {"one ensemble file", "found 0", "hadpot info --help"}},
    {"info one.h5 two.h5", {"one ensemble file", "found 2"}},
    {"info --set fit.times=[11] one.h5", {"unknown option --set"}},
    {"info --set=fit.times=[11] one.h5", {"unknown option --set"}},
    {"info --resume one.h5", {"unknown option --resume"}},
};

static void mistakes_are_explained_on_stderr(void **state) {
    scene *place = *state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        assert_exit(place, run_hadpot(place, 1, "%s", mistakes[i].arguments), 2);
        assert_int_equal(count_lines(place->err, "hadpot: error: "), 1);
        for (int part = 0; part < 3 && mistakes[i].parts[part] != NULL; part++)
            assert_contains(place->err, mistakes[i].parts[part]);
        assert_string_equal(place->out, "");
    }
}

static void mistakes_under_mpi_are_said_once(void **state) {
    scene *place = *state;
    assert_exit(place, run_hadpot(place, 3, "run one.yaml two.yaml"), 2);
    assert_int_equal(count_lines(place->err, "hadpot: error: "), 1);
    assert_exit(place, run_hadpot(place, 3, "frobnicate"), 2);
    assert_int_equal(count_lines(place->err, "hadpot: error: "), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(help_goes_to_stdout),
        scene_test(version_is_one_line),
        scene_test(help_of_a_command_lists_every_key),
        scene_test(help_of_import_begins_with_a_job),
        scene_test(help_wins_over_other_arguments),
        scene_test(mistakes_are_explained_on_stderr),
        scene_test(mistakes_under_mpi_are_said_once),
    };
    return cmocka_run_group_tests_name("cli/arguments", tests, NULL, NULL);
}
