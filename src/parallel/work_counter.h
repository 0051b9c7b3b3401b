// SPDX-License-Identifier: GPL-3.0-or-later
/* The inside of the work counter, for what goes with its numbers. Private to src/parallel. */
#ifndef HADPOT_PARALLEL_WORK_COUNTER_H
#define HADPOT_PARALLEL_WORK_COUNTER_H

#include <stdbool.h>
#include <stdint.h>
#include "hadpot/parallel.h"

/* Tags end at 32767 at least (MPI 3.1, section 8.1.2). */
enum { MOST_COUNTERS = 10000 };

/* What a rank says when it asks: by how much the counter advances, how much it is done with, and
 * whether nothing more is to be handed out. */
enum { STEP, DONE, STOPS, NREQUEST };

struct hp_work_counter {
    hp_comm comm;
    int tag;     /* of requests; answers have the next one */
    int64_t had; /* numbers, and what was done before them, that this rank has had */
    int64_t request[NREQUEST], received; /* of this rank, in advance: */
    MPI_Request asked[2];                /* on their way; or null */
    int64_t value;                       /* rank 0: the next number */
    bool stopped;                        /* rank 0: by any rank */
    int64_t *done;                       /* rank 0: (size), what each is done with */
    int64_t *answer;                     /* rank 0: (size), on their way */
    MPI_Request *sent;                   /* rank 0: (size) */
    hp_work_counter *up;                 /* rank 0: another one that lives here */
};

#endif
