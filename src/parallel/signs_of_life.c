// SPDX-License-Identifier: GPL-3.0-or-later
/* Signs of life. The ranks of the program are a binary tree, in which each exchanges small messages
 * with its parent and its two children, whatever it does: from hp_stop_check and from waits. A
 * message holds the reason for which to stop, 0 for none, so a stop has reached all ranks after
 * 2 log2(size) of them; and a rank that sends none is found by its neighbours. */
#include "hadpot/parallel.h"
#include <math.h>
#include <stdio.h>
#include "hadpot/log.h"
#include "hadpot/stop.h"
#include "mpi_check.h"

enum { MOST_NEIGHBOURS = 3 };

/* Messages for each stall limit; in seconds between two after a stop, and between two looks. */
enum { SIGNS_PER_LIMIT = 8 };
static const double STOPPING_INTERVAL = 0.5, LOOK_INTERVAL = 1e-3;

/* A longer time between two looks is one in which this rank was suspended itself, or computed: what
 * it has missed says nothing about the others. */
static const double LONGEST_LOOK = 1.0;

/* Somebody who has not answered for so long after a stop is named, in seconds. */
static const double NO_ANSWER = 2.0;

static struct {
    hp_comm comm; /* of its own; size 0: nobody is watched */
    int n, rank[MOST_NEIGHBOURS];
    double silence[MOST_NEIGHBOURS]; /* seconds since the latest sign of each */
    int message[MOST_NEIGHBOURS];    /* on their way */
    MPI_Request request[MOST_NEIGHBOURS];
    double looked, sent;
    int told; /* the reason that they know of */
} watched;

static void find_neighbours(int rank, int size) {
    watched.n = 0;
    if (rank > 0) watched.rank[watched.n++] = (rank - 1) / 2;
    for (int child = 2 * rank + 1; child <= 2 * rank + 2 && child < size; child++)
        watched.rank[watched.n++] = child;
    for (int i = 0; i < watched.n; i++) {
        watched.silence[i] = 0.0;
        watched.request[i] = MPI_REQUEST_NULL;
    }
}

/* Errors have nowhere to go here; hp_mpi_works knows them. */
static hp_status receive(hp_error *err) {
    for (;;) {
        int waits = 0, reason = 0;
        MPI_Status from;
        HP_MPI_CALL(MPI_Iprobe, MPI_ANY_SOURCE, HP_TAG_LIFE, watched.comm.mpi, &waits, &from);
        if (!waits) return HP_OK;
        HP_MPI_CALL(MPI_Recv, &reason, 1, MPI_INT, from.MPI_SOURCE, HP_TAG_LIFE, watched.comm.mpi,
                    MPI_STATUS_IGNORE);
        for (int i = 0; i < watched.n; i++)
            if (watched.rank[i] == from.MPI_SOURCE) watched.silence[i] = 0.0;
        if (reason != 0) hp_stop_request(reason);
    }
}

/* To whom the message before has been sent; to others there is no need. */
static hp_status tell(int reason, hp_error *err) {
    for (int i = 0; i < watched.n; i++) {
        int done = 0;
        HP_MPI_CALL(MPI_Test, &watched.request[i], &done, MPI_STATUS_IGNORE);
        if (!done) continue;
        watched.message[i] = reason;
        HP_MPI_CALL(MPI_Isend, &watched.message[i], 1, MPI_INT, watched.rank[i], HP_TAG_LIFE,
                    watched.comm.mpi, &watched.request[i]);
    }
    return HP_OK;
}

static double sign_interval(double limit) {
    double interval = limit > 0.0 ? limit / SIGNS_PER_LIMIT : HUGE_VAL;
    return hp_stop_wanted() && interval > STOPPING_INTERVAL ? STOPPING_INTERVAL : interval;
}

/* The neighbour that has been silent for longest, and for longer than `least`; -1: none. */
static int most_silent(double least) {
    int found = -1;
    for (int i = 0; i < watched.n; i++)
        if (watched.silence[i] > least) {
            found = i;
            least = watched.silence[i];
        }
    return found;
}

bool hp_parallel_is_watched(void) {
    return watched.comm.size > 0;
}

static void end_all(hp_status status) {
    fflush(stderr);
    MPI_Abort(MPI_COMM_WORLD, hp_status_exit_code(status));
}

static void end_stalled(double limit) {
    int i = most_silent(limit);
    if (i < 0) return;
    hp_log("error: rank %d has given no sign of life for %.0f s (it is suspended, or hangs in a "
           "file system or network): all ranks end; what is finished is kept, go on with --resume",
           watched.rank[i], watched.silence[i]);
    end_all(hp_stop_wanted() ? HP_STOPPED : HP_ERR_LIBRARY);
}

void hp_parallel_end_overdue(void) {
    char who[64] = "other ranks do";
    if (hp_stop_seconds() < HP_STOP_WAIT_SECONDS) return;
    int i = most_silent(NO_ANSWER);
    if (i >= 0) snprintf(who, sizeof who, "rank %d does", watched.rank[i]);
    hp_log("stopped by %s: %s not come to an end in time, and all ranks end; what is finished is "
           "kept, go on with --resume",
           hp_stop_name(hp_stop_reason()), who);
    end_all(HP_STOPPED);
}

static void look_after_others(void) {
    double now = hp_clock_seconds(), since = now - watched.looked, limit = hp_stop_stall_limit();
    hp_work_counters_serve();
    if (since < LOOK_INTERVAL || watched.comm.size < 2 || !hp_mpi_works()) return;
    watched.looked = now;
    for (int i = 0; i < watched.n; i++)
        watched.silence[i] = since < LONGEST_LOOK ? watched.silence[i] + since : 0.0;
    if (receive(NULL) != HP_OK) return;
    int reason = hp_stop_wanted() ? hp_stop_reason() : 0;
    if (reason != watched.told || now - watched.sent >= sign_interval(limit)) {
        watched.told = reason;
        watched.sent = now;
        if (tell(reason, NULL) != HP_OK) return;
    }
    if (limit > 0.0) end_stalled(limit);
}

hp_status hp_parallel_watch(const hp_comm *world, hp_error *err) {
    watched.comm = *world;
    watched.comm.size = 0;
    HP_MPI_COMPLETE(MPI_Comm_idup, world->mpi, &watched.comm.mpi);
    HP_MPI_CALL(MPI_Comm_set_errhandler, watched.comm.mpi, MPI_ERRORS_RETURN);
    find_neighbours(world->rank, world->size);
    watched.looked = watched.sent = hp_clock_seconds();
    watched.told = 0;
    watched.comm.size = world->size;
    hp_stop_set_service(look_after_others);
    return HP_OK;
}

hp_status hp_parallel_unwatch(hp_error *err) {
    if (watched.comm.size == 0) return HP_OK;
    HP_MPI_COMPLETE(MPI_Ibarrier, watched.comm.mpi);
    hp_stop_set_service(NULL);
    HP_CALL(receive(err)); /* what has been sent before the barrier is here */
    for (int i = 0; i < watched.n; i++)
        HP_CALL(hp_mpi_wait(&watched.request[i], "MPI_Isend", __FILE__, __LINE__, err));
    watched.comm.size = 0;
    HP_MPI_CALL(MPI_Comm_free, &watched.comm.mpi);
    return HP_OK;
}
