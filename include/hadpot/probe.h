// SPDX-License-Identifier: GPL-3.0-or-later
/* HDF5 ends or stops the program that opens some damaged files. So a file that others have made is
 * opened first by a process of its own, with limits of time and memory, which does with it what
 * HDF5 will do later (probe_look.h): docs/foreign-files.md.
 *
 * The process is the program itself, `hadpot --probe` (hp_probe_serve), started by posix_spawn from
 * rank 0, without MPI; it takes one file after the other, and ends by itself where none comes. */
#ifndef HADPOT_PROBE_H
#define HADPOT_PROBE_H

#include <stdint.h>
#include "hadpot/error.h"

enum { HP_PROBE_SECONDS = 20 }; /* of CPU, by default: a thousand times what a good file takes */

/* Which file it was. */
typedef struct hp_file_identity {
    uint64_t device, number, size;
    int64_t changed; /* in ns */
} hp_file_identity;

/* How many seconds of CPU HDF5 may take for what is no number of a file; 0: files are opened
 * without a process of their own. Until it is called they are: a program that does not know the
 * argument
 * --probe must not be started so. */
void hp_probe_enable(int seconds);

/* One rank, not collective. Whether HDF5 survives a file; identity: out, for hp_probe_check_same.
 * What cannot be opened at all is left to those who open it. Where no process can be started a
 * warning says so, and the file is taken. Errors: HP_ERR_INPUT, without the name of the file: HDF5
 * has crashed, come to no end, or wanted more memory than there is, and at what. */
hp_status hp_probe_file(const char *path, hp_file_identity *identity, hp_error *err);

/* The same for a file that will be read as an image in memory, and perhaps opened as well. */
hp_status hp_probe_image(const char *path, hp_file_identity *identity, hp_error *err);

/* The same rank, when the file is open. Errors: HP_ERR_INPUT where it has become another one. */
hp_status hp_probe_check_same(const char *path, const hp_file_identity *identity, hp_error *err);

/* No more files: ends the process. */
void hp_probe_end(void);

/* The process: looks at each file whose path comes from standard input, and tells how far it is.
 * Returns the exit code of the program. */
int hp_probe_serve(int seconds);

#endif
