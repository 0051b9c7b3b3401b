// SPDX-License-Identifier: GPL-3.0-or-later
/* A lock that one process holds, and that goes when the process does, however it ends. */
#ifndef HADPOT_LOCK_H
#define HADPOT_LOCK_H

#include "hadpot/error.h"

/* Zero: no lock. */
typedef struct hp_lock {
    int descriptor;
    char *path; /* NULL: not held */
} hp_lock;

/* Take the lock of the file `path`, made where it is not there (no link is followed); who and where
 * the process is stands in it. place: what is locked, user: the command, both for messages. Where
 * the file system knows no locks there is none, with a warning. Errors: HP_ERR_INPUT naming the
 * process and host that hold it, HP_ERR_IO. */
hp_status hp_lock_take(const char *path, const char *place, const char *user, hp_lock *lock,
                       hp_error *err);

/* Give it back and remove its file. Nothing for a lock that is not held. */
void hp_lock_release(hp_lock *lock);

#endif
