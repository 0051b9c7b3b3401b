// SPDX-License-Identifier: GPL-3.0-or-later
/* The process that looks at foreign files, and what it says: a line for each step. */
#ifndef HADPOT_PROBE_PROCESS_H
#define HADPOT_PROBE_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/* The first letter of a path: a file that will be opened as such, or read as an image in memory. */
enum { HP_PROBE_AS_FILE = 'f', HP_PROBE_AS_IMAGE = 'i' };

/* The first letter of a line; behind HP_PROBE_WHAT it is told what is read. */
enum {
    HP_PROBE_BEGIN = '+',
    HP_PROBE_WHAT = '>',
    HP_PROBE_LACK = '!',
    HP_PROBE_NO_LIST = '?',
    HP_PROBE_DONE = '.'
};

/* Bytes of a line; address space of the process, more than any one chunk needs. */
enum { HP_PROBE_LINE = 256, HP_PROBE_GIGABYTES = 4 };

typedef struct hp_probe_process {
    pid_t pid; /* 0: there is none */
    int socket;
} hp_probe_process;

/* Start `hadpot --probe SECONDS`. Returns whether it could be. */
bool hp_probe_process_start(hp_probe_process *process, int seconds);

/* End it. Returns its status, of waitpid; 0: not known. */
int hp_probe_process_stop(hp_probe_process *process);

#endif
