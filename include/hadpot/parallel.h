// SPDX-License-Identifier: GPL-3.0-or-later
/* The only wrapper over MPI: agreed errors, sums in a fixed order, a shared work counter. */
#ifndef HADPOT_PARALLEL_H
#define HADPOT_PARALLEL_H

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>
#include "hadpot/error.h"
#include "hadpot/memory.h"

/* A communicator with its rank and size, filled by hp_parallel_wrap. */
typedef struct hp_comm {
    MPI_Comm mpi;
    int rank, size;
} hp_comm;

/* Wrap an MPI communicator (not duplicated, not owned); its errors are returned, not fatal. */
hp_status hp_parallel_wrap(MPI_Comm mpi, hp_comm *comm, hp_error *err);

/* Collective. Teams of ranks that follow each other, nteam <= size, as large as each other to one
 * rank: this one is of team `number`, from 0. team: out, for hp_parallel_release, which is
 * collective in the team; zero it first. */
hp_status hp_parallel_split(const hp_comm *comm, int nteam, hp_comm *team, int *number,
                            hp_error *err);
void hp_parallel_release(hp_comm *team);

/* Collective. Every rank gives its own status; all return the same one: HP_OK when all succeeded,
 * else the status and the message (in err) of the lowest failing rank. Call it before every
 * collective operation that follows work which may have failed on one rank alone. */
hp_status hp_parallel_agree(const hp_comm *comm, hp_status mine, hp_error *err);

/* Collective. The same, but the failure with the lowest `order` counts: what is found does not
 * depend on how work is shared out. order: below INT_MAX, of this rank's failure. */
hp_status hp_parallel_agree_first(const hp_comm *comm, hp_status mine, int order, hp_error *err);

/* Collective. Allocate `count` elements, which may differ by rank, for a pointer (hp_free); where
 * one rank has no memory all record HP_ERR_MEMORY and go to cleanup (see HP_TRY). */
#define HP_NEW_TOGETHER(comm, pointer, count)                                                      \
    do {                                                                                           \
        (pointer) = hp_alloc((size_t)(count), sizeof *(pointer));                                  \
        HP_TRY(hp_parallel_agree_block(comm, pointer, (size_t)(count), sizeof *(pointer), err));   \
    } while (0)

/* Collective. Agree that every rank has a block of count elements of this size, not NULL. */
hp_status hp_parallel_agree_block(const hp_comm *comm, const void *block, size_t count, size_t size,
                                  hp_error *err);

/* Collective. Rank 0's `bytes` bytes at `data` go to all ranks. */
hp_status hp_parallel_broadcast(const hp_comm *comm, void *data, size_t bytes, hp_error *err);

/* Collective. A block of `bytes` bytes of rank 0 goes to all ranks; *block is allocated on the
 * others (hp_free) and untouched on rank 0. Where rank 0 has NULL nothing is done. */
hp_status hp_parallel_broadcast_block(const hp_comm *comm, void **block, size_t bytes,
                                      hp_error *err);

/* Collective. A NUL-terminated string of rank 0 goes to all ranks; *text is allocated on the others
 * (hp_free) and untouched on rank 0. */
hp_status hp_parallel_broadcast_string(const hp_comm *comm, char **text, hp_error *err);

/* Collective. *value becomes the sum of all ranks'; exact for whole numbers, in any order. */
hp_status hp_parallel_sum(const hp_comm *comm, double *value, hp_error *err);

/* Writes `length` numbers, the contribution of one item, to `out` (zeroed before the call). */
typedef hp_status (*hp_item_function)(int item, double *out, void *context, hp_error *err);

/* Collective. sum[length] = sum over item = 0 .. nitem-1 of function(item), added in that order
 * whatever the number of ranks: item i is computed by rank i mod size, rank 0 adds them up as they
 * arrive and sends the sum to all. Memory: two blocks of `length` a rank.
 * Errors: that of `function` for the lowest item that fails. */
hp_status hp_parallel_ordered_sum(const hp_comm *comm, int nitem, size_t length,
                                  hp_item_function function, void *context, double *sum,
                                  hp_error *err);

/* Collective. rows (nitem, length) on rank 0 only (NULL elsewhere) receives, for each item, the
 * block that its owner holds: mine[item] is that block on the one rank that has it, NULL elsewhere.
 * Errors: HP_ERR_INTERNAL when an item has no owner or several. */
hp_status hp_parallel_gather_rows(const hp_comm *comm, int nitem, size_t length,
                                  double *const *mine, double *rows, hp_error *err);

/* Collective. rows (nitem, length) on rank 0 only (NULL or empty elsewhere): the contributions of
 * all items, each computed once, by rank i mod size. Memory elsewhere: one block of `length`.
 * Errors: that of `function` for the lowest item that fails. */
hp_status hp_parallel_collect_rows(const hp_comm *comm, int nitem, size_t length,
                                   hp_item_function function, void *context, double *rows,
                                   hp_error *err);

/* Collective. rows (nitem, length) on every rank: the contributions of all items, each computed
 * once, by rank i mod size. Errors: those of `function` on any rank, agreed on by all. */
hp_status hp_parallel_compute_rows(const hp_comm *comm, int nitem, size_t length,
                                   hp_item_function function, void *context, double *rows,
                                   hp_error *err);

/* Collective. rows (nitem, bytes): item i, which rank i mod size holds in its place, goes to all.
 */
hp_status hp_parallel_share_rows(const hp_comm *comm, int nitem, size_t bytes, void *rows,
                                 hp_error *err);

/* Collective. block[bytes] in which each byte is set by one rank at most and 0 on the others: all
 * ranks have all of them, the same bits, signs of zeros too. */
hp_status hp_parallel_merge(const hp_comm *comm, void *block, size_t bytes, hp_error *err);

/* Messages of rank 0 for which the others are ready before it has them, so that nobody waits for a
 * rank that is at other work: they travel while that asks hp_stop_check (after hp_parallel_watch)
 * or waits. */
enum { HP_POSTED_PIECES = 64 };
typedef struct hp_posted {
    int count;
    const char *call; /* of MPI */
    MPI_Request request[HP_POSTED_PIECES];
} hp_posted;

/* Collective, but at a time of each rank's own: rank 0 calls it when it has the `bytes` bytes at
 * `data`, the others at any time before they need them. In the same order as other collective calls
 * on every rank. data: untouched until hp_posted_wait; before that posted.count is the messages on
 * their way. */
hp_status hp_posted_broadcast(const hp_comm *comm, void *data, size_t bytes, hp_posted *posted,
                              hp_error *err);

/* The same from rank 0 to rank `to` alone; nothing is done on others, or where `to` is 0. there:
 * on rank 0, whether it has the data; else empty messages go, and *data there stays as it is. */
hp_status hp_posted_hand(const hp_comm *comm, int to, void *data, size_t bytes, bool there,
                         hp_posted *posted, hp_error *err);

/* Wait for a message to be here, or to have left. Not collective. */
hp_status hp_posted_wait(hp_posted *posted, hp_error *err);

/* Before MPI_Init. What Open MPI need not look for or start; what the environment chooses stays,
 * and other MPIs do not read it. Where all ranks are on this machine, no network
 * (OMPI_MCA_pml=ob1): two of its drivers (PSM, PSM2) calibrate a clock for 0.1 s each at every
 * start, with a card or without. Where nobody has launched this process, no daemon
 * (OMPI_MCA_ess_singleton_isolated=1), which takes 0.14 s and is there for processes that start
 * others by MPI_Comm_spawn; no session folder, which all processes without a daemon would share,
 * and the first to end would remove; and no search for cards (HWLOC_COMPONENTS), which takes 0.02 s
 * on a virtual machine. */
void hp_parallel_spare_start(void);

/* Collective, over all ranks of the program. From now on every wait and every hp_stop_check
 * (stop.h) exchanges signs of life with the neighbours of this rank in a binary tree: a stop that
 * any rank is told reaches all of them, and a rank without a sign of life for longer than
 * hp_stop_stall_limit() is named in a message and ends the program, on all ranks. */
hp_status hp_parallel_watch(const hp_comm *world, hp_error *err);

/* Collective, when all that is done together has come to its end. */
hp_status hp_parallel_unwatch(hp_error *err);

/* Numbers 0, 1, 2, ... given out one at a time to whichever rank asks, each once. */
typedef struct hp_work_counter hp_work_counter;

/* Collective. The counter lives on rank 0, which answers the others whenever it waits in a call of
 * this module, asks hp_stop_check, or calls hp_work_counter_progress. */
hp_status hp_work_counter_create(const hp_comm *comm, hp_work_counter **counter, hp_error *err);

/* Every rank is at work on something else than a number, right after creating: that is done with
 * when it asks for its first one. */
void hp_work_counter_begin(hp_work_counter *counter);

/* Ask for this rank's next number while it is at work on the one before, so that
 * hp_work_counter_next finds the answer there. Not collective. Where few numbers are left it is
 * better not to: what is asked for is no longer for ranks that are done earlier. */
hp_status hp_work_counter_ask(hp_work_counter *counter, hp_error *err);

/* The next number, to this rank alone. Not collective. */
hp_status hp_work_counter_next(hp_work_counter *counter, int *next, hp_error *err);

/* On rank 0, 0 elsewhere: numbers that are done with, as far as their ranks have told. */
int hp_work_counter_done(const hp_work_counter *counter);

/* Make every later hp_work_counter_next of any rank return at least `limit`, but for numbers that
 * were asked for before. Not collective. */
hp_status hp_work_counter_stop(hp_work_counter *counter, int limit, hp_error *err);

/* Serve the others while rank 0 computes; cheap, call it now and then. */
void hp_work_counter_progress(hp_work_counter *counter);

/* Blocks with numbers of their own, of one kind after the other, while ranks share out work by a
 * counter: whoever has one sends it to rank 0, which takes it at a time of its own. */
enum { HP_PARCEL_KINDS = 4 };
typedef struct hp_parcel_kind {
    int count;     /* numbers of this kind */
    size_t length; /* of a block; 0: nothing is sent */
    double *rows;  /* (count, length) on rank 0, borrowed; NULL elsewhere */
} hp_parcel_kind;
typedef struct hp_parcels hp_parcels;

/* Collective. parcels: out, hp_parcels_destroy, before the counter. Errors: HP_ERR_MEMORY;
 * HP_ERR_INTERNAL for a block of more than INT_MAX numbers. */
hp_status hp_parcels_create(const hp_work_counter *counter, int nkind, const hp_parcel_kind *kind,
                            hp_parcels **parcels, hp_error *err);

/* Room for the block of a number, which is then filled and sent; NULL where its kind has none. Not
 * collective. */
hp_status hp_parcels_open(hp_parcels *parcels, int number, double **block, hp_error *err);
hp_status hp_parcels_send(hp_parcels *parcels, int number, hp_error *err);

/* On rank 0: wait until all blocks of a kind are there. all: out, false where some are missing and
 * the counter has been stopped. Errors: HP_STOPPED, of MPI. */
hp_status hp_parcels_await(hp_parcels *parcels, int kind, bool *all, hp_error *err);

/* Collective, when no rank sends any more: rank 0 takes what is still on its way, so that after a
 * failure nothing is left behind in MPI. Errors: of MPI. */
hp_status hp_parcels_settle(hp_parcels *parcels, hp_error *err);
void hp_parcels_destroy(hp_parcels **parcels);

/* Not collective, but after an agreement that follows the last call of every rank. NULL is allowed.
 */
void hp_work_counter_destroy(hp_work_counter **counter);

#endif
