// SPDX-License-Identifier: GPL-3.0-or-later
/* One function per subcommand: argc and argv start with the command's own name. Each returns the
 * status of the run, agreed on by all ranks, with a message in err; it prints help by itself. */
#ifndef HADPOT_CLI_H
#define HADPOT_CLI_H

#include "hadpot/run.h"

hp_status hp_cli_run(int argc, char **argv, hp_error *err);
hp_status hp_cli_synth(int argc, char **argv, hp_error *err);
hp_status hp_cli_scatter(int argc, char **argv, hp_error *err);
hp_status hp_cli_toy(int argc, char **argv, hp_error *err);
hp_status hp_cli_scan_bins(int argc, char **argv, hp_error *err);
hp_status hp_cli_coverage(int argc, char **argv, hp_error *err);
hp_status hp_cli_info(int argc, char **argv, hp_error *err);

/* For the help of commands that write. */
#define HP_CLI_OVERWRITE                                                                           \
    "  --overwrite           replace what another job wrote to output, and nothing else\n"

/* What is common to commands that take one file and --set. */
typedef struct hp_cli_arguments {
    const char *path;
    char **overrides; /* (noverrides) pointers into argv, owned */
    int noverrides;
    int resume, overwrite, help; /* flags; resume only where allowed */
} hp_cli_arguments;

/* Parse "FILE [--set key=value ...] [--overwrite] [--resume] [--help]"; allow_set: the command has
 * a job, and writes. Errors: HP_ERR_USAGE. */
hp_status hp_cli_parse(int argc, char **argv, int allow_set, int allow_resume, const char *what,
                       hp_cli_arguments *arguments, hp_error *err);
void hp_cli_arguments_destroy(hp_cli_arguments *arguments);

/* Commands "JOB [--set key=value ...]" that are a matter of seconds: rank 0 alone calls print_help,
 * or work, should somebody start several ranks; all agree on the status. */
hp_status hp_cli_run_alone(int argc, char **argv, void (*print_help)(void),
                           hp_status (*work)(const hp_cli_arguments *arguments, hp_error *err),
                           hp_error *err);

/* Commands "JOB [--resume] [--set key=value ...]" that all ranks work on together; allow_resume: 0
 * for those without --resume. Rank 0 alone calls print_help. */
hp_status hp_cli_run_together(int argc, char **argv, int allow_resume, void (*print_help)(void),
                              hp_status (*work)(const hp_comm *comm, const hp_run_options *options,
                                                hp_error *err),
                              hp_error *err);

#endif
