// SPDX-License-Identifier: GPL-3.0-or-later
/* One integer on rank 0 that every rank advances by messages. Rank 0 answers whenever it
 * waits or asks whether to stop. One-sided operations would need no answer where the network has
 * them, but a flush cannot be left when rank 0 hangs (docs/decisions/0019). */
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include "hadpot/memory.h"
#include "hadpot/parallel.h"
#include "mpi_check.h"

/* Tags end at 32767 at least (MPI 3.1, section 8.1.2). */
enum { MOST_COUNTERS = 10000 };

struct hp_work_counter {
    hp_comm comm;
    int tag;             /* of requests; answers have the next one */
    int64_t value;       /* rank 0: the next number */
    int done;            /* rank 0: numbers whose ranks have asked again */
    bool *busy;          /* rank 0: (size), who has had a number */
    int64_t *answer;     /* rank 0: (size), on their way */
    MPI_Request *sent;   /* (size) */
    hp_work_counter *up; /* rank 0: another one that lives here */
};

/* Answers are given wherever rank 0 waits, which knows of no counter. */
static hp_work_counter *first;
static int nmade;

/* Not a maximum: the 64-bit counter has room for 2^32 stops. */
static int64_t take(hp_work_counter *counter, int rank, int64_t step) {
    int64_t before = counter->value;
    if (step == 1) {
        counter->done += counter->busy[rank];
        counter->busy[rank] = true;
    }
    counter->value += step;
    return before;
}

static hp_status serve(hp_work_counter *counter, hp_error *err) {
    for (;;) {
        int waits = 0;
        int64_t step = 0;
        MPI_Status from;
        HP_MPI_CALL(MPI_Iprobe, MPI_ANY_SOURCE, counter->tag, counter->comm.mpi, &waits, &from);
        if (!waits) return HP_OK;
        int rank = from.MPI_SOURCE;
        HP_MPI_CALL(MPI_Recv, &step, 1, MPI_INT64_T, rank, counter->tag, counter->comm.mpi,
                    MPI_STATUS_IGNORE);
        /* Who asks again has had the answer before: this does not wait. */
        HP_MPI_CALL(MPI_Wait, &counter->sent[rank], MPI_STATUS_IGNORE);
        counter->answer[rank] = take(counter, rank, step);
        HP_MPI_CALL(MPI_Isend, &counter->answer[rank], 1, MPI_INT64_T, rank, counter->tag + 1,
                    counter->comm.mpi, &counter->sent[rank]);
    }
}

void hp_work_counters_serve(void) {
    for (hp_work_counter *counter = first; counter != NULL && hp_mpi_works(); counter = counter->up)
        (void)serve(counter, NULL); /* hp_mpi_works knows of errors */
}

static hp_status advance(hp_work_counter *counter, int64_t step, int *before, hp_error *err) {
    int64_t value = 0;
    if (counter->comm.rank == 0) {
        value = take(counter, 0, step);
    } else {
        HP_MPI_COMPLETE(MPI_Isend, &step, 1, MPI_INT64_T, 0, counter->tag, counter->comm.mpi);
        HP_MPI_COMPLETE(MPI_Irecv, &value, 1, MPI_INT64_T, 0, counter->tag + 1, counter->comm.mpi);
    }
    *before = value < INT_MAX ? (int)value : INT_MAX;
    return HP_OK;
}

void hp_work_counter_begin(hp_work_counter *counter) {
    for (int rank = 0; rank < counter->comm.size && counter->comm.rank == 0; rank++)
        counter->busy[rank] = true;
}

hp_status hp_work_counter_next(hp_work_counter *counter, int *next, hp_error *err) {
    return advance(counter, 1, next, err);
}

int hp_work_counter_done(const hp_work_counter *counter) {
    return counter->comm.rank == 0 ? counter->done : 0;
}

hp_status hp_work_counter_stop(hp_work_counter *counter, int limit, hp_error *err) {
    int before = 0;
    if (limit <= 0) return HP_OK;
    return advance(counter, limit > 1 ? limit : 2, &before, err); /* 1 would ask for a number */
}

void hp_work_counter_progress(hp_work_counter *counter) {
    if (counter->comm.rank == 0 && hp_mpi_works()) (void)serve(counter, NULL);
}

/* Ranks may have made different numbers of counters, on other communicators. */
static hp_status agree_on_tag(hp_work_counter *counter, hp_error *err) {
    const hp_comm *comm = &counter->comm;
    int most = nmade;
    if (comm->size > 1)
        HP_MPI_COMPLETE(MPI_Iallreduce, &nmade, &most, 1, MPI_INT, MPI_MAX, comm->mpi);
    nmade = most + 1;
    counter->tag = HP_TAG_COUNTER + 2 * (most % MOST_COUNTERS);
    return HP_OK;
}

hp_status hp_work_counter_create(const hp_comm *comm, hp_work_counter **counter, hp_error *err) {
    hp_status status = HP_OK;
    const size_t size = comm->rank == 0 ? (size_t)comm->size : 1;
    HP_NEW_TOGETHER(comm, *counter, 1);
    **counter = (hp_work_counter){.comm = *comm};
    HP_NEW_TOGETHER(comm, (*counter)->answer, size);
    HP_NEW_TOGETHER(comm, (*counter)->sent, size);
    HP_NEW_TOGETHER(comm, (*counter)->busy, size);
    for (size_t i = 0; i < size; i++) (*counter)->sent[i] = MPI_REQUEST_NULL;
    HP_TRY(agree_on_tag(*counter, err));
    if (comm->rank == 0 && comm->size > 1) {
        (*counter)->up = first;
        first = *counter;
    }
cleanup:
    if (status != HP_OK) hp_work_counter_destroy(counter);
    return status;
}

/* Rank 0. An answer that is still on its way, to a rank that has failed, keeps its memory. */
static bool has_answered(hp_work_counter *counter) {
    int all = 1;
    if (counter->tag == 0) return true; /* half made: no requests yet */
    for (int rank = 1; rank < counter->comm.size && counter->sent != NULL; rank++) {
        int done = 0;
        if (MPI_Test(&counter->sent[rank], &done, MPI_STATUS_IGNORE) != MPI_SUCCESS) done = 0;
        all = all && done;
    }
    return all;
}

void hp_work_counter_destroy(hp_work_counter **counter) {
    if (counter == NULL || *counter == NULL) return;
    for (hp_work_counter **place = &first; *place != NULL; place = &(*place)->up)
        if (*place == *counter) {
            *place = (*counter)->up;
            break;
        }
    if ((*counter)->comm.rank != 0 || has_answered(*counter)) {
        hp_free((*counter)->sent);
        hp_free((*counter)->answer);
    }
    hp_free((*counter)->busy);
    hp_free(*counter);
    *counter = NULL;
}
