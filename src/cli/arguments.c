// SPDX-License-Identifier: GPL-3.0-or-later
#include <getopt.h>
#include <stdbool.h>
#include <string.h>
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

hp_status hp_cli_parse(int argc, char **argv, int allow_set, int allow_resume, const char *what,
                       hp_cli_arguments *arguments, hp_error *err) {
    static const struct option options[] = {{"set", required_argument, NULL, OPTION_SET},
                                            {"resume", no_argument, NULL, OPTION_RESUME},
                                            {"overwrite", no_argument, NULL, OPTION_OVERWRITE},
                                            {"help", no_argument, NULL, OPTION_HELP},
                                            {NULL, 0, NULL, 0}};
    hp_status status = HP_OK;
    int option;
    memset(arguments, 0, sizeof *arguments);
    HP_NEW(arguments->overrides, argc);
    opterr = 0; /* messages are ours */
    while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
        char letter[3];
        const char *name = name_of_option(option, argv, letter);
        HP_CHECK(option != ':', HP_ERR_USAGE, "%s: option %s needs key.path=value", argv[0], name);
        bool writes = option == OPTION_SET || option == OPTION_OVERWRITE;
        HP_CHECK(option != '?' && (!writes || allow_set) &&
                     (option != OPTION_RESUME || allow_resume),
                 HP_ERR_USAGE, "%s: unknown option %s; hadpot %s --help lists them", argv[0], name,
                 argv[0]);
        if (option == OPTION_SET) arguments->overrides[arguments->noverrides++] = optarg;
        if (option == OPTION_RESUME) arguments->resume = 1;
        if (option == OPTION_OVERWRITE) arguments->overwrite = 1;
        if (option == OPTION_HELP || option == 'h') arguments->help = 1;
    }
    if (arguments->help) goto cleanup;
    HP_CHECK(argc - optind == 1, HP_ERR_USAGE, "%s takes one %s, found %d; hadpot %s --help",
             argv[0], what, argc - optind, argv[0]);
    arguments->path = argv[optind];
cleanup:
    if (status != HP_OK) hp_cli_arguments_destroy(arguments);
    return status;
}

void hp_cli_arguments_destroy(hp_cli_arguments *arguments) {
    hp_free(arguments->overrides);
    memset(arguments, 0, sizeof *arguments);
}

hp_status hp_cli_run_alone(int argc, char **argv, void (*print_help)(void),
                           hp_status (*work)(const hp_cli_arguments *arguments, hp_error *err),
                           hp_error *err) {
    hp_status status = HP_OK;
    hp_comm comm;
    hp_cli_arguments arguments = {0};
    HP_TRY(hp_parallel_wrap(MPI_COMM_WORLD, &comm, err));
    HP_TRY(
        hp_parallel_agree(&comm, hp_cli_parse(argc, argv, 1, 0, "job file", &arguments, err), err));
    if (comm.rank == 0 && arguments.help)
        print_help();
    else if (comm.rank == 0)
        status = work(&arguments, err);
    HP_TRY(hp_parallel_agree(&comm, status, err));
cleanup:
    hp_cli_arguments_destroy(&arguments);
    return status;
}

hp_status hp_cli_run_together(int argc, char **argv, int allow_resume, void (*print_help)(void),
                              hp_status (*work)(const hp_comm *comm, const hp_run_options *options,
                                                hp_error *err),
                              hp_error *err) {
    hp_status status = HP_OK;
    hp_comm comm;
    hp_cli_arguments arguments = {0};
    HP_TRY(hp_parallel_wrap(MPI_COMM_WORLD, &comm, err));
    status = hp_cli_parse(argc, argv, 1, allow_resume, "job file", &arguments, err);
    HP_TRY(hp_parallel_agree(&comm, status, err));
    if (arguments.help) {
        if (comm.rank == 0) print_help();
        goto cleanup;
    }
    hp_run_options options = {.job_path = arguments.path,
                              .overrides = arguments.overrides,
                              .noverrides = arguments.noverrides,
                              .resume = arguments.resume != 0,
                              .overwrite = arguments.overwrite != 0};
    HP_TRY(work(&comm, &options, err));
cleanup:
    hp_cli_arguments_destroy(&arguments);
    return status;
}
