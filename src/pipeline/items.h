// SPDX-License-Identifier: GPL-3.0-or-later
/* Items of one kind, samples of a run or ensembles of a study: each is a vector of numbers,
 * computed once by whichever rank is free, kept at once in a checkpoint, and gathered. */
#ifndef HADPOT_PIPELINE_ITEMS_H
#define HADPOT_PIPELINE_ITEMS_H

#include "hadpot/network_fit.h"
#include "hadpot/parallel.h"
#include "hadpot/results.h"

typedef struct hp_items {
    const hp_comm *comm;
    const char *name; /* "samples", in lines of progress */
    int count;
    size_t length;                   /* numbers of an item */
    const hp_checkpoint *checkpoint; /* NULL: nothing is kept */
    bool quiet;                      /* no progress */
    /* Fill vector[length] of an item; tick: to be called now and then, or NULL. */
    hp_status (*compute)(void *context, int item, const hp_tick *tick, double *vector,
                         hp_error *err);
    void *context;
    ptrdiff_t loss; /* place in a vector of what is shown as the latest loss; -1: none */
    /* Other work of the same ranks, which is taken first, number 0 by rank 0: what it finds stays
     * on the rank that does it. NULL: there is none. */
    hp_status (*compute_other)(void *context, int other, const hp_tick *tick, hp_error *err);
    void *other_context;
    int nother;
    int finished; /* out: items that are done; -1: not known */
} hp_items;

/* One item, taken from the checkpoint (found: out) or computed and kept there. Not collective.
 * Errors: those of the checkpoint and of compute. */
hp_status hp_items_take(const hp_items *items, int item, const hp_tick *tick, double *vector,
                        bool *found, hp_error *err);

/* Collective. The others come first, then items 0 .. count-1: every rank begins with the one of its
 * own number, and takes further ones from a shared counter until none is left. rows (count, length)
 * on rank 0 (NULL elsewhere) receives all items. After a failure no new one is begun, and the
 * finished ones are kept. Errors: the same on every rank. */
hp_status hp_items_compute(hp_items *items, double *rows, hp_error *err);

#endif
