// SPDX-License-Identifier: GPL-3.0-or-later
#include <getopt.h>
#include <string.h>
#include "cli.h"
#include "hadpot/memory.h"

hp_status hp_cli_parse(int argc, char **argv, int allow_set, int allow_resume, const char *what,
                       hp_cli_arguments *arguments, hp_error *err) {
    static const struct option options[] = {{"set", required_argument, NULL, 's'},
                                            {"resume", no_argument, NULL, 'r'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    hp_status status = HP_OK;
    int option;
    memset(arguments, 0, sizeof *arguments);
    HP_NEW(arguments->overrides, argc);
    opterr = 0; /* messages are ours */
    while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
        const char *text = argv[optind - 1];
        if (option == 'h') arguments->help = 1;
        if (option == 's') arguments->overrides[arguments->noverrides++] = optarg;
        if (option == 'r') arguments->resume = 1;
        HP_CHECK(option != ':', HP_ERR_USAGE, "%s: option %s needs key.path=value", argv[0], text);
        HP_CHECK(option != '?' && (option != 's' || allow_set) && (option != 'r' || allow_resume),
                 HP_ERR_USAGE, "%s: unknown option %s; hadpot %s --help lists them", argv[0], text,
                 argv[0]);
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
