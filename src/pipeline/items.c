// SPDX-License-Identifier: GPL-3.0-or-later
#include "items.h"
#include <math.h>
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
    hp_work_counter *next; /* items handed out after the first of each rank */
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
    if (items->comm->rank != 0 || items->quiet) return;
    int done = hp_work_counter_done(of->next) + latest - items->nother;
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
    if (of->rows != NULL) /* on rank 0, which has the place of every item already */
        of->mine[i] = of->rows + (size_t)i * items->length;
    else
        HP_ALLOCATE(of->mine[i], items->length);
    HP_CALL(hp_items_take(items, i, tick, of->mine[i], &found, err));
    if (items->loss >= 0) of->loss = of->mine[i][items->loss];
    of->finished++;
    report(of, 1);
    return HP_OK;
}

static hp_status take_until_none_left(work *of, hp_error *err) {
    const hp_items *items = of->items;
    const hp_tick tick = {.function = look, .context = of};
    int i = items->comm->rank, all = items->nother + items->count;
    while (i < all) {
        HP_CALL(hp_stop_check(err));
        if (all - i > ROUNDS * items->comm->size) HP_CALL(hp_work_counter_ask(of->next, err));
        if (i < items->nother)
            HP_CALL(items->compute_other(items->other_context, i, &tick, err));
        else
            HP_CALL(take(of, i - items->nother, &tick, err));
        HP_CALL(hp_work_counter_next(of->next, &i, err));
        i = i < all ? i + items->comm->size : all; /* a stopped counter is far beyond */
    }
    return HP_OK;
}

/* Items that are done, of all ranks. */
static void count_finished(const work *of, hp_items *items) {
    double finished = of->finished;
    if (hp_parallel_sum(items->comm, &finished, NULL) != HP_OK) finished = -1.0;
    items->finished = (int)finished;
}

hp_status hp_items_compute(hp_items *items, double *rows, hp_error *err) {
    hp_status status = HP_OK;
    work of = {.items = items, .rows = rows, .loss = NAN};
    items->finished = 0;
    HP_NEW_TOGETHER(items->comm, of.mine, items->count);
    HP_TRY(hp_work_counter_create(items->comm, &of.next, err));
    hp_work_counter_begin(of.next);
    status = take_until_none_left(&of, err);
    if (status != HP_OK) /* the others finish the items they have begun, and no more */
        (void)hp_work_counter_stop(of.next, items->nother + items->count, NULL);
    hp_progress_end(&of.progress);
    status = hp_parallel_agree(items->comm, status, err);
    count_finished(&of, items);
    HP_TRY(status);
    if (items->comm->rank == 0 && items->count > 0 && !items->quiet)
        hp_progress_report(&of.progress, items->name, items->count, items->count, of.loss);
    HP_TRY(hp_parallel_gather_rows(items->comm, items->count, items->length, of.mine, rows, err));
cleanup:
    for (int i = 0; of.mine != NULL && rows == NULL && i < items->count; i++) hp_free(of.mine[i]);
    hp_free(of.mine);
    hp_work_counter_destroy(&of.next);
    return status;
}
