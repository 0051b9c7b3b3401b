// SPDX-License-Identifier: GPL-3.0-or-later
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "cli.h"
#include "hadpot/checkpoint.h"
#include "hadpot/memory.h"
#include "hadpot/parallel.h"
#include "hadpot/probe.h"
#include "hadpot/stage_times.h"
#include "hadpot/stop.h"

/* Which commands have an option, and what stands behind it. */
static const struct {
    const char *name;
    unsigned commands; /* of which they have one at least; 0: all commands */
    const char *needs; /* NULL: nothing */
} known[] = {{"set", HP_CLI_SET, "key.path=value"}, {"output", HP_CLI_OUTPUT, "a file"},
             {"resume", HP_CLI_RESUME, NULL},       {"overwrite", HP_CLI_SET | HP_CLI_OUTPUT, NULL},
             {"check", HP_CLI_CHECK, NULL},         {"masses", HP_CLI_MASSES, NULL},
             {"probe-limit", 0, "a duration"},      {"time-limit", 0, "a duration"},
             {"stall-limit", 0, "a duration"},      {"help", 0, NULL}};
enum {
    SET,
    OUTPUT,
    RESUME,
    OVERWRITE,
    CHECK,
    MASSES,
    PROBE_LIMIT,
    TIME_LIMIT,
    STALL_LIMIT,
    HELP,
    NKNOWN
};

static const char DURATION[] = "a duration such as 3600, 90m, 1h30m or 23:50:00";

/* What getopt_long returns for the first of them: beyond every letter. */
enum { FIRST = 256 };

/* How to call what getopt_long has just met: as it stands in argv where it can be found there. */
static const char *name_of_option(int option, char *const *argv, char text[16]) {
    bool is_letter = option == '?' && optopt > 0 && optopt < FIRST;
    if (option >= FIRST)
        snprintf(text, 16, "--%s", known[option - FIRST].name);
    else if (is_letter) /* one of several behind one dash may have no argument of its own */
        snprintf(text, 16, "-%c", optopt);
    else
        return argv[optind - 1];
    return text;
}

static void take_option(int option, char **overrides, hp_run_options *options) {
    switch (option - FIRST) {
    case SET:
        overrides[options->noverrides++] = optarg;
        break;
    case OUTPUT:
        options->output = optarg;
        break;
    case RESUME:
        options->resume = true;
        break;
    case OVERWRITE:
        options->overwrite = true;
        break;
    case CHECK:
        options->check = true;
        break;
    case MASSES:
        options->masses = true;
        break;
    }
}

static bool is_limit(int option) {
    return option == FIRST + TIME_LIMIT || option == FIRST + STALL_LIMIT ||
           option == FIRST + PROBE_LIMIT;
}

/* Of all limits; HP_ERR_USAGE. */
static hp_status take_limit(const char *command, int option, hp_run_options *options,
                            hp_error *err) {
    double seconds = 0.0;
    bool read = hp_cli_read_duration(optarg, &seconds), may_be_none = option != FIRST + TIME_LIMIT;
    HP_REQUIRE(read && seconds <= INT_MAX && (may_be_none || seconds > 0.0), HP_ERR_USAGE,
               "%s: --%s: expected %s%s, found \"%s\"", command, known[option - FIRST].name,
               DURATION, may_be_none ? ", 0 for none" : "", optarg);
    if (option == FIRST + STALL_LIMIT)
        hp_stop_set_stall_limit(seconds);
    else if (option == FIRST + TIME_LIMIT)
        hp_stop_set_time_limit(seconds);
    else
        options->probe_seconds = (int)ceil(seconds);
    return HP_OK;
}

double hp_cli_stall_limit(int argc, char **argv) {
    static const char option[] = "--stall-limit";
    double seconds, found = HP_STALL_LIMIT;
    for (int i = 1; i < argc && argv[i] != NULL; i++) {
        size_t length = sizeof option - 1;
        const char *value = strncmp(argv[i], option, length) != 0 ? NULL
                            : argv[i][length] == '='              ? argv[i] + length + 1
                            : argv[i][length] == '\0'             ? argv[i + 1]
                                                                  : NULL;
        if (value != NULL && hp_cli_read_duration(value, &seconds) && seconds <= INT_MAX)
            found = seconds;
    }
    return found;
}

/* Options of getopt_long: those of the table, and an end. */
static void list_options(struct option list[NKNOWN + 1]) {
    for (int i = 0; i < NKNOWN; i++)
        list[i] =
            (struct option){known[i].name, known[i].needs != NULL ? required_argument : no_argument,
                            NULL, FIRST + i};
    list[NKNOWN] = (struct option){NULL, 0, NULL, 0};
}

/* "FILE [--set key=value ...] [--overwrite] [--help]" and what the command has besides; without
 * job_path when help is asked for. overrides: room for argc pointers into argv. */
static hp_status parse(const hp_cli_command *command, int argc, char **argv, char **overrides,
                       hp_run_options *options, hp_error *err) {
    struct option list[NKNOWN + 1];
    bool help = false;
    int option;
    *options = (hp_run_options){.overrides = overrides, .probe_seconds = HP_PROBE_SECONDS};
    list_options(list);
    opterr = 0; /* messages are ours */
    while ((option = getopt_long(argc, argv, ":h", list, NULL)) != -1) {
        char text[16];
        const char *name = name_of_option(option, argv, text);
        unsigned commands = option >= FIRST ? known[option - FIRST].commands : 0;
        bool wrong = option == '?' || (commands != 0 && !(command->options & commands));
        HP_REQUIRE(option != ':', HP_ERR_USAGE, "%s: option %s needs %s", argv[0], name,
                   optopt >= FIRST ? known[optopt - FIRST].needs : "an argument");
        HP_REQUIRE(!wrong, HP_ERR_USAGE, "%s: unknown option %s; hadpot %s --help lists them",
                   argv[0], name, argv[0]);
        if (option == FIRST + HELP || option == 'h') help = true;
        if (is_limit(option)) HP_CALL(take_limit(argv[0], option, options, err));
        take_option(option, overrides, options);
    }
    if (help) return HP_OK;
    for (int i = optind; i < argc && (command->options & HP_CLI_SET) != 0 && argc - optind > 1; i++)
        HP_REQUIRE(strchr(argv[i], '=') == NULL, HP_ERR_USAGE,
                   "%s: expected a --set of its own before \"%s\"", argv[0], argv[i]);
    HP_REQUIRE(argc - optind == 1, HP_ERR_USAGE, "%s takes one %s, found %d; hadpot %s --help",
               argv[0], command->options & HP_CLI_SET ? "job file" : "ensemble file", argc - optind,
               argv[0]);
    options->job_path = argv[optind];
    return HP_OK;
}

static void print_help(const hp_cli_command *command) {
    fputs(command->help, stdout);
    if (command->print_help != NULL) command->print_help();
    if (command->schema != NULL) hp_config_print_reference(stdout, command->schema);
}

/* What is kept of what has been stopped. */
static void advise(hp_error *err) {
    char kept[HP_KEPT_TEXT];
    if (strstr(err->message, "kept") != NULL) return; /* the command has said it */
    hp_checkpoint_describe_kept(kept, sizeof kept);
    hp_error_add_advice(err, "%s", kept);
}

hp_status hp_cli_run(const hp_cli_command *command, int argc, char **argv, hp_error *err) {
    hp_status status = HP_OK;
    hp_comm comm;
    hp_run_options options;
    char **overrides = NULL;
    HP_TRY(hp_parallel_wrap(MPI_COMM_WORLD, &comm, err));
    HP_NEW(overrides, argc);
    HP_TRY(hp_parallel_watch(&comm, err));
    status = parse(command, argc, argv, overrides, &options, err);
    if (status == HP_OK) status = hp_stop_check(err);
    HP_TRY(hp_parallel_agree(&comm, status, err));
    hp_probe_enable(options.probe_seconds);
    if (options.job_path != NULL && command->together != NULL) {
        HP_TRY(command->together(&comm, &options, err));
    } else if (comm.rank == 0) {
        if (options.job_path == NULL)
            print_help(command);
        else
            status = command->alone(&options, err);
    }
    if (command->alone != NULL) status = hp_parallel_agree(&comm, status, err);
    HP_TRY(status);
    HP_TRY(hp_stage_report(&comm, err));
cleanup:
    hp_probe_end();
    if (status == HP_STOPPED) advise(err);
    hp_free(overrides);
    return status;
}
