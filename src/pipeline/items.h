// SPDX-License-Identifier: GPL-3.0-or-later
/* Items of one kind, samples of a run or ensembles of a study: each is a vector of numbers,
 * computed once by whichever rank is free, kept at once in a checkpoint, and gathered. */
#ifndef HADPOT_PIPELINE_ITEMS_H
#define HADPOT_PIPELINE_ITEMS_H

#include "hadpot/network_fit.h"
#include "hadpot/parallel.h"
#include "hadpot/results.h"

/* Work of another kind that the same ranks do before the items. */
typedef struct hp_chore {
    int count;
    size_t length; /* numbers that rank 0 gets of each; 0: what is found stays where it is */
    double *rows;  /* (count, length) on rank 0, borrowed; NULL elsewhere */
    /* Likewise, as that of the items below; vector: NULL where length is 0. */
    hp_status (*compute)(void *context, int number, const hp_tick *tick, double *vector,
                         hp_error *err);
    /* NULL, or what comes before this kind: called once by every rank, in the order of the chores,
     * when it has no work of the kinds before left; others may still have. It may wait for rank 0,
     * not for others. On rank 0 rows of chore `needs` are complete, else goes_on is false: after a
     * failure, of this rank or another. goes_on: in and out, whether this rank does more; errors
     * are those of this call alone, and stop all. */
    hp_status (*enter)(void *context, bool *goes_on, hp_error *err);
    int needs; /* -1: none */
    void *context, *enter_context;
} hp_chore;

enum { HP_MOST_CHORES = HP_PARCEL_KINDS };

typedef struct hp_items {
    const hp_comm *comm;
    const char *name;                /* "samples", in lines of progress */
    int count;                       /* an enter may make it less */
    size_t length;                   /* numbers of an item */
    const hp_checkpoint *checkpoint; /* NULL: nothing is kept */
    bool quiet;                      /* no progress */
    /* Fill vector[length] of an item, which is 0; tick: to be called now and then, or NULL. */
    hp_status (*compute)(void *context, int item, const hp_tick *tick, double *vector,
                         hp_error *err);
    void *context;
    ptrdiff_t loss; /* place in a vector of what is shown as the latest loss; -1: none */
    /* Taken first; the very first number by the last rank, so that rank 0 is free for the others.
     */
    hp_chore chore[HP_MOST_CHORES];
    int nchore;
    int finished; /* out: items that are done; -1: not known */
} hp_items;

/* One item, taken from the checkpoint (found: out) or computed and kept there. Not collective.
 * Errors: those of the checkpoint and of compute. */
hp_status hp_items_take(const hp_items *items, int item, const hp_tick *tick, double *vector,
                        bool *found, hp_error *err);

/* Collective. The chores come first, kind after kind, then items 0 .. count-1: every rank begins
 * with one of its own, and takes further ones from a shared counter until none is left; in between
 * it waits for no more than an enter does. rows (count, length) on rank 0 (NULL elsewhere) receives
 * all items. After a failure no new one is begun, and the finished ones are kept. Errors: the same
 * on every rank. */
hp_status hp_items_compute(hp_items *items, double *rows, hp_error *err);

#endif
