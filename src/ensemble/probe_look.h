// SPDX-License-Identifier: GPL-3.0-or-later
/* All that HDF5 does with a file before numbers are computed from it. */
#ifndef HADPOT_PROBE_LOOK_H
#define HADPOT_PROBE_LOOK_H

#include <stdbool.h>

/* How the look goes on: what is read next, in one line; that memory has run out; that what was
 * told last cannot be listed, or is not as large as it says; and bytes that will go through
 * filters of compression, for which time is granted; NULL: these are not read. */
typedef struct hp_probe_watch {
    void (*tell)(const char *what);
    void (*lack)(void);
    void (*no_list)(void);
    void (*grant)(double bytes);
} hp_probe_watch;

/* Opens every object of a file by its links, none of which leads to another file, reads attributes
 * and texts, walks the index of chunks of every dataset, and reads what stands behind filters;
 * then what hp_ensemble_describe reads. image: all once more, as an image in memory. What else HDF5
 * refuses is left to those who come after. */
void hp_probe_look(const char *path, bool image, const hp_probe_watch *watch);

#endif
