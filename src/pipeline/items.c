// SPDX-License-Identifier: GPL-3.0-or-later
#include "items.h"
#include <limits.h>
#include <math.h>
#include <string.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/stop.h"

/* Seconds between two looks at the counter, on rank 0. */
static const double LOOK_INTERVAL = 0.1;

/* Numbers are asked for in advance until so many items for each rank are left. */
enum { ROUNDS = 2 };

typedef struct {
    const hp_items *items;
    double *rows, **mine;  /* rows of the items that this rank has, else NULL */
    hp_work_counter *next; /* numbers handed out after the first of each rank */
    hp_parcels *parcels;   /* of chores */
    int at;                /* the number of this rank */
    int nchore;            /* numbers of chores, before those of items */
    bool goes_on;          /* this rank takes more */
    int finished;          /* items of this rank */
    hp_progress progress;
    double looked; /* clock at the latest look at the counter */
    double loss;   /* of the latest item of this rank */
} work;

hp_status hp_items_take(const hp_items *items, int item, const hp_tick *tick, double *vector,
                        bool *found, hp_error *err) {
    *found = false;
    if (items->checkpoint != NULL)
        HP_CALL(hp_checkpoint_read(items->checkpoint, item, vector, found, err));
    if (*found) return HP_OK;
    HP_CALL(items->compute(items->context, item, tick, vector, err));
    if (items->checkpoint == NULL) return HP_OK;
    return hp_checkpoint_write(items->checkpoint, item, vector, err);
}

/* latest: items that this rank has done and not yet told the counter */
static void report(work *of, int latest) {
    const hp_items *items = of->items;
    if (items->comm->rank != 0 || items->quiet || of->at < of->nchore) return;
    int done = hp_work_counter_done(of->next) + latest - of->nchore;
    if (done < 0) done = 0;
    if (done < items->count)
        hp_progress_report(&of->progress, items->name, done, items->count, of->loss);
}

/* Rank 0 serves the counter and shows progress. */
static hp_status look(void *context, const hp_train_tick *at, hp_error *err) {
    (void)at;
    work *of = context;
    double now = hp_clock_seconds();
    HP_CALL(hp_stop_check(err));
    if (of->items->comm->rank != 0 || now - of->looked < LOOK_INTERVAL) return HP_OK;
    of->looked = now;
    hp_work_counter_progress(of->next);
    report(of, 0);
    return HP_OK;
}

static hp_status take(work *of, int i, const hp_tick *tick, hp_error *err) {
    const hp_items *items = of->items;
    bool found;
    if (of->rows != NULL) { /* on rank 0, which has the place of every item already */
        of->mine[i] = of->rows + (size_t)i * items->length;
        memset(of->mine[i], 0, items->length * sizeof *of->mine[i]);
    } else
        HP_ALLOCATE(of->mine[i], items->length);
    HP_CALL(hp_items_take(items, i, tick, of->mine[i], &found, err));
    if (items->loss >= 0) of->loss = of->mine[i][items->loss];
    of->finished++;
    report(of, 1);
    return HP_OK;
}

static hp_status take_chore(work *of, const hp_chore *chore, int number, const hp_tick *tick,
                            hp_error *err) {
    double *vector;
    HP_CALL(hp_parcels_open(of->parcels, of->at, &vector, err));
    HP_CALL(chore->compute(chore->context, number, tick, vector, err));
    return hp_parcels_send(of->parcels, of->at, err);
}

/* The next number of this rank; a stopped counter is far beyond all. */
static hp_status advance(work *of, hp_error *err) {
    int next, size = of->items->comm->size;
    HP_CALL(hp_work_counter_next(of->next, &next, err));
    of->at = next < INT_MAX - size ? next + size : INT_MAX;
    return HP_OK;
}

/* Numbers first .. end-1, of a chore or of items (NULL). */
static hp_status take_until(work *of, const hp_chore *chore, int first, int end, hp_error *err) {
    const hp_tick tick = {.function = look, .context = of};
    while (of->at < end) {
        HP_CALL(hp_stop_check(err));
        /* What is asked for ahead is no longer for others, who may be free earlier. */
        if (chore == NULL && end - of->at > ROUNDS * of->items->comm->size)
            HP_CALL(hp_work_counter_ask(of->next, err));
        if (chore != NULL)
            HP_CALL(take_chore(of, chore, of->at - first, &tick, err));
        else
            HP_CALL(take(of, of->at - first, &tick, err));
        HP_CALL(advance(of, err));
    }
    return HP_OK;
}

/* What a chore needs is on its way to rank 0, which waits for it. */
static hp_status enter(work *of, const hp_chore *chore, hp_error *err) {
    hp_status status = HP_OK;
    if (chore->enter == NULL) return HP_OK;
    if (of->items->comm->rank == 0 && of->goes_on && chore->needs >= 0) {
        bool all = false;
        status = hp_parcels_await(of->parcels, chore->needs, &all, err);
        of->goes_on = status == HP_OK && all;
    }
    hp_status entered =
        chore->enter(chore->enter_context, &of->goes_on, status == HP_OK ? err : NULL);
    return status != HP_OK ? status : entered;
}

/* Keep the first failure of this rank. */
static void keep_failure(work *of, hp_status new, hp_status *status) {
    if (new == HP_OK || *status != HP_OK) return;
    *status = new;
    of->goes_on = false;
    /* The others finish what they have begun, and no more; without the counter MPI has failed. */
    (void)hp_work_counter_stop(of->next, of->nchore + of->items->count, NULL);
}

/* Every rank enters every chore, whatever happens. */
static hp_status take_all(work *of, hp_error *err) {
    const hp_items *items = of->items;
    hp_status status = HP_OK;
    int first = 0;
    of->goes_on = true;
    of->at = (items->comm->rank + (items->nchore > 0)) % items->comm->size;
    for (int c = 0; c < items->nchore; c++) {
        const hp_chore *chore = &items->chore[c];
        keep_failure(of, enter(of, chore, status == HP_OK ? err : NULL), &status);
        if (of->goes_on)
            keep_failure(of, take_until(of, chore, first, first + chore->count, err), &status);
        first += chore->count;
    }
    if (of->goes_on && items->nchore > 0) report(of, 0);
    if (of->goes_on)
        keep_failure(of, take_until(of, NULL, first, first + items->count, err), &status);
    return status;
}

/* Items that are done, of all ranks. */
static void count_finished(const work *of, hp_items *items) {
    double finished = of->finished;
    if (hp_parallel_sum(items->comm, &finished, NULL) != HP_OK) finished = -1.0;
    items->finished = (int)finished;
}

static hp_status create_parcels(work *of, hp_error *err) {
    const hp_items *items = of->items;
    hp_parcel_kind kind[HP_MOST_CHORES];
    if (items->nchore == 0) return HP_OK;
    for (int c = 0; c < items->nchore; c++) {
        const hp_chore *chore = &items->chore[c];
        kind[c] = (hp_parcel_kind){chore->count, chore->length, chore->rows};
        of->nchore += chore->count;
    }
    return hp_parcels_create(of->next, items->nchore, kind, &of->parcels, err);
}

hp_status hp_items_compute(hp_items *items, double *rows, hp_error *err) {
    hp_status status = HP_OK;
    int most = items->count;
    work of = {.items = items, .rows = rows, .loss = NAN};
    items->finished = 0;
    HP_NEW_TOGETHER(items->comm, of.mine, items->count);
    HP_TRY(hp_work_counter_create(items->comm, &of.next, err));
    HP_TRY(create_parcels(&of, err));
    hp_work_counter_begin(of.next);
    status = take_all(&of, err);
    hp_progress_end(&of.progress);
    status = hp_parallel_agree(items->comm, status, err);
    hp_status settled = of.parcels != NULL ? hp_parcels_settle(of.parcels, NULL) : HP_OK;
    count_finished(&of, items);
    if (status == HP_OK && settled != HP_OK)
        status = HP_FAIL(HP_ERR_LIBRARY, "blocks for rank 0 did not arrive");
    HP_TRY(status);
    if (items->comm->rank == 0 && items->count > 0 && !items->quiet)
        hp_progress_report(&of.progress, items->name, items->count, items->count, of.loss);
    HP_TRY(hp_parallel_gather_rows(items->comm, items->count, items->length, of.mine, rows, err));
cleanup:
    for (int i = 0; of.mine != NULL && rows == NULL && i < most; i++) hp_free(of.mine[i]);
    hp_free(of.mine);
    hp_parcels_destroy(&of.parcels);
    hp_work_counter_destroy(&of.next);
    return status;
}
