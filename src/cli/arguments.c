// SPDX-License-Identifier: GPL-3.0-or-later
#include <getopt.h>
#include <stdio.h>
#include "cli.h"
#include "hadpot/memory.h"
#include "hadpot/parallel.h"

/* Long options, beyond every letter. */
enum { OPTION_SET = 256, OPTION_RESUME, OPTION_OVERWRITE, OPTION_HELP };

/* How to call what getopt_long has just met: as it stands in argv where it can be found there. */
static const char *name_of_option(int option, char *const *argv, char letter[3]) {
    if (option == OPTION_SET) return "--set"; /* its value is the latest of argv */
    if (option == OPTION_RESUME) return "--resume";
    if (option == OPTION_OVERWRITE) return "--overwrite";
    bool is_letter = option == '?' && optopt > 0 && optopt < OPTION_SET;
    if (!is_letter) return argv[optind - 1];
    letter[0] = '-'; /* one of several letters behind one dash may have no argument of its own */
    letter[1] = (char)optopt;
    letter[2] = '\0';
    return letter;
}

/* "FILE [--set key=value ...] [--overwrite] [--resume] [--help]"; without job_path when help is
 * asked for. A command with --set writes, and so has --overwrite. overrides: room for argc pointers
 * into argv. */
static hp_status parse(const hp_cli_command *command, int argc, char **argv, char **overrides,
                       hp_run_options *options, hp_error *err) {
    static const struct option known[] = {{"set", required_argument, NULL, OPTION_SET},
                                          {"resume", no_argument, NULL, OPTION_RESUME},
                                          {"overwrite", no_argument, NULL, OPTION_OVERWRITE},
                                          {"help", no_argument, NULL, OPTION_HELP},
                                          {NULL, 0, NULL, 0}};
    bool help = false;
    int option;
    *options = (hp_run_options){.overrides = overrides};
    opterr = 0; /* messages are ours */
    while ((option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        char letter[3];
        const char *name = name_of_option(option, argv, letter);
        bool writes = option == OPTION_SET || option == OPTION_OVERWRITE;
        bool wrong = option == '?' || (writes && !(command->options & HP_CLI_SET)) ||
                     (option == OPTION_RESUME && !(command->options & HP_CLI_RESUME));
        HP_REQUIRE(option != ':', HP_ERR_USAGE, "%s: option %s needs key.path=value", argv[0],
                   name);
        HP_REQUIRE(!wrong, HP_ERR_USAGE, "%s: unknown option %s; hadpot %s --help lists them",
                   argv[0], name, argv[0]);
        if (option == OPTION_SET) overrides[options->noverrides++] = optarg;
        if (option == OPTION_RESUME) options->resume = true;
        if (option == OPTION_OVERWRITE) options->overwrite = true;
        if (option == OPTION_HELP || option == 'h') help = true;
    }
    if (help) return HP_OK;
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

hp_status hp_cli_run(const hp_cli_command *command, int argc, char **argv, hp_error *err) {
    hp_status status = HP_OK;
    hp_comm comm;
    hp_run_options options;
    char **overrides = NULL;
    HP_TRY(hp_parallel_wrap(MPI_COMM_WORLD, &comm, err));
    HP_NEW(overrides, argc);
    status = parse(command, argc, argv, overrides, &options, err);
    HP_TRY(hp_parallel_agree(&comm, status, err));
    if (options.job_path != NULL && command->together != NULL) {
        HP_TRY(command->together(&comm, &options, err));
    } else if (comm.rank == 0) {
        if (options.job_path == NULL)
            print_help(command);
        else
            status = command->alone(&options, err);
    }
    if (command->alone != NULL) status = hp_parallel_agree(&comm, status, err);
cleanup:
    hp_free(overrides);
    return status;
}
