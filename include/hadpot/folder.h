// SPDX-License-Identifier: GPL-3.0-or-later
/* The output folder of a command: it belongs to one run, its job, input and version of the program.
 * manifest.yaml in it says which, and which files are theirs; nothing else is ever removed. One
 * process opens it, and keeps others away until it has closed it (docs/output-folder.md). The
 * stages are those below, in this order; nothing here is collective. */
#ifndef HADPOT_FOLDER_H
#define HADPOT_FOLDER_H

#include <stdbool.h>
#include <stdint.h>
#include "hadpot/checkpoint.h"
#include "hadpot/file.h"
#include "hadpot/lock.h"

/* The first members are given, the others zero. */
typedef struct hp_folder {
    const char *path, *command; /* "out", "run"; not owned, and neither is */
    const char *job;            /* the effective job, YAML */
    bool resume, overwrite;     /* options of the command line */
    bool no_result;             /* what is written cannot be used: there is no finished run */
    bool look;                  /* nothing is made, locked or changed, up to hp_folder_judge */
    bool part;                  /* of the folder of a run that is open, whose lock counts */

    bool finished;      /* after hp_folder_judge: there is nothing to resume, the job is done; */
    bool keeps_samples; /* there is a checkpoint */

    /* of folder.c alone */
    hp_lock lock;
    bool created;
    enum { HP_FOLDER_REPLACE, HP_FOLDER_GO_ON, HP_FOLDER_CLEAR } use;
    char input[20];     /* checksum of what enters */
    char *theirs;       /* keys of the manifest that was found (job_keys.h), or NULL */
    char *mine;         /* and of the one of this run */
    const char *before; /* names of files: of the run before, */
    char *now;          /* and of this one */
} hp_folder;

/* Make the folder, lock it, and see whose results lie there: those of another job are refused
 * unless they are to be overwritten, or samples to be gone on with. Errors: HP_ERR_INPUT for a
 * folder that is in use (naming process and host) or of another job (each key that differs, before
 * and now); HP_ERR_IO, HP_ERR_MEMORY. */
hp_status hp_folder_open(hp_folder *folder, hp_error *err);

/* Decide, with the checksum of all numbers that enter (0: none), what becomes of what lies there.
 * checkpoint: NULL for a command without samples. Changes nothing in the folder. Errors:
 * HP_ERR_INPUT for results of another job or input, for samples of another job, input or version
 * with `resume`, and for unfinished samples without it. */
hp_status hp_folder_judge(hp_folder *folder, uint64_t input, const hp_checkpoint *checkpoint,
                          hp_error *err);

/* Files or folders of runs that this one writes besides those of hp_folder_finish; `name` is
 * relative to the folder. */
hp_status hp_folder_add(hp_folder *folder, const char *name, hp_error *err);

/* The folder is this run's from now on: what another one wrote is removed (overwrite), samples that
 * are not gone on with too. Call it when nothing can be wrong with the job any more. */
hp_status hp_folder_claim(hp_folder *folder, hp_error *err);

/* Replace n files (hp_files_replace), then remove what the run before wrote and this one does not,
 * and its figures. */
hp_status hp_folder_finish(hp_folder *folder, const hp_file *file, int n, hp_error *err);

/* Unlock; a folder that was made and never claimed goes. A zeroed one is allowed. */
void hp_folder_close(hp_folder *folder);

#endif
