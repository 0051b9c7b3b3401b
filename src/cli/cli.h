// SPDX-License-Identifier: GPL-3.0-or-later
/* The commands of the program, "hadpot NAME FILE [OPTIONS]". */
#ifndef HADPOT_CLI_H
#define HADPOT_CLI_H

#include "hadpot/config.h"
#include "hadpot/ensemble.h"
#include "hadpot/run.h"

/* --set key=value and --overwrite; --resume; --output FILE and --overwrite; --check; --masses */
enum { HP_CLI_SET = 1, HP_CLI_RESUME = 2, HP_CLI_OUTPUT = 4, HP_CLI_CHECK = 8, HP_CLI_MASSES = 16 };

typedef struct hp_cli_command {
    const char *name, *file, *summary; /* what FILE is called, and one line of what is done */
    const char *help;
    void (*print_help)(void); /* what follows it; NULL: nothing */
    const hp_schema *schema;  /* of the job file, whose keys follow then; NULL: it is none, or is
                                 that of another command */
    unsigned options;
    /* One of both: all ranks work together; or, for a matter of seconds, rank 0 alone does. */
    hp_status (*together)(const hp_comm *comm, const hp_run_options *options, hp_error *err);
    hp_status (*alone)(const hp_run_options *options, hp_error *err);
} hp_cli_command;

extern const hp_cli_command hp_cli_commands[];
extern const int hp_cli_ncommand;

/* argv starts with the name of the command. Rank 0 alone prints help. The status is agreed on by
 * all ranks, with a message in err. Errors: HP_ERR_USAGE; those of the command. */
hp_status hp_cli_run(const hp_cli_command *command, int argc, char **argv, hp_error *err);

/* Let OpenBLAS have the buffers that it keeps, on one thread. Ends the program, with a message and
 * the exit code of HP_ERR_MEMORY, where there is no room for them. */
void hp_cli_reserve_blas(void);

/* Seconds without a sign of life after which a program is taken to hang, unless --stall-limit says
 * otherwise: longer than file systems take to come back, and than the longest step of a fit. */
enum { HP_STALL_LIMIT = 3600 };

/* That of the arguments of the program, before they are looked at for mistakes. */
double hp_cli_stall_limit(int argc, char **argv);

/* Seconds of "3600", "90m", "1h30m", "2d", or, as batch systems write it, "50:00", "23:50:00",
 * "1-12:00:00"; false: it is none of these. */
bool hp_cli_read_duration(const char *text, double *seconds);

/* The work of the commands that are not a function of the library. */
hp_status hp_cli_synth(const hp_run_options *options, hp_error *err);
hp_status hp_cli_scatter(const hp_run_options *options, hp_error *err);
hp_status hp_cli_toy(const hp_run_options *options, hp_error *err);
void hp_cli_list_toys(void); /* and how to call them */
hp_status hp_cli_info(const hp_comm *comm, const hp_run_options *options, hp_error *err);

/* Pairs and components of an ensemble of version 2; and its sources of waves. */
void hp_cli_info_pairs(const hp_ensemble *ensemble);
void hp_cli_info_waves(const hp_ensemble *ensemble);

/* Collective. Masses of an open ensemble, printed on rank 0. */
hp_status hp_cli_info_masses(const hp_ensemble *ensemble, hp_error *err);

#endif
