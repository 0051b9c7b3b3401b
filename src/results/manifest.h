// SPDX-License-Identifier: GPL-3.0-or-later
/* Which files of an output folder are hadpot's, and whose. Names of files are a text, a line
 * or an entry of a list [a, b] for each, relative to the folder. */
#ifndef HADPOT_RESULTS_MANIFEST_H
#define HADPOT_RESULTS_MANIFEST_H

#include "hadpot/folder.h"

/* hadpot scan-bins looks at the ensemble of a run, in the folder of that run, and leaves its
 * results and samples alone: its file belongs to a manifest of its own. */
bool hp_command_is_guest(const char *command);

/* Put a name into the text (hp_free), unless it is there; NULL is an empty one. */
hp_status hp_names_add(char **names, const char *name, hp_error *err);

/* Write the next one to `name` and go on behind it; false: there is none. */
enum { HP_NAME = 256 };
bool hp_names_next(const char **names, char name[HP_NAME]);

/* Keys of the manifest of a folder (hp_free), or NULL; names of its files are added. Errors:
 * HP_ERR_INPUT for one that is damaged. */
hp_status hp_manifest_read(const char *folder, const char *command, char **keys, char **names,
                           hp_error *err);

/* The text of the manifest of this run (free). */
hp_status hp_manifest_compose(const hp_folder *folder, const char *state, char **text,
                              hp_error *err);

/* Replace the manifest of a folder. */
hp_status hp_manifest_write(const hp_folder *folder, const char *state, hp_error *err);

/* How many of these files are there, and how many there should be. Links do not count. */
void hp_manifest_count(const char *folder, const char *names, int *there, int *all);

/* Names of files that commands of this kind write, of those that are there. */
hp_status hp_manifest_find_known(const char *folder, const char *command, char **names,
                                 hp_error *err);

/* Remove files, and folders of runs with all that is theirs, unless they are in `kept`. Links and
 * what lies behind them stay. Errors: HP_ERR_IO. */
hp_status hp_manifest_remove(const char *folder, const char *names, const char *kept,
                             hp_error *err);

/* Figures that the scripts of analysis/ drew of results of this command. */
hp_status hp_manifest_remove_figures(const char *folder, const char *command, hp_error *err);

#endif
