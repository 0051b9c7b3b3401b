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
#include "work_counter.h"

/* Answers are given wherever rank 0 waits, which knows of no counter. */
static hp_work_counter *first;
static int nmade;

/* Not a maximum: the 64-bit counter has room for 2^32 stops. */
static int64_t take(hp_work_counter *counter, int rank, const int64_t *request) {
    int64_t before = counter->value;
    counter->done[rank] = request[DONE];
    counter->value += request[STEP];
    counter->stopped |= request[STOPS] != 0;
    return before;
}

static hp_status serve(hp_work_counter *counter, hp_error *err) {
    for (;;) {
        int waits = 0;
        int64_t request[NREQUEST] = {0};
        MPI_Status from;
        HP_MPI_CALL(MPI_Iprobe, MPI_ANY_SOURCE, counter->tag, counter->comm.mpi, &waits, &from);
        if (!waits) return HP_OK;
        int rank = from.MPI_SOURCE;
        HP_MPI_CALL(MPI_Recv, request, NREQUEST, MPI_INT64_T, rank, counter->tag, counter->comm.mpi,
                    MPI_STATUS_IGNORE);
        /* Who asks again has had the answer before: this does not wait. */
        HP_MPI_CALL(MPI_Wait, &counter->sent[rank], MPI_STATUS_IGNORE);
        counter->answer[rank] = take(counter, rank, request);
        HP_MPI_CALL(MPI_Isend, &counter->answer[rank], 1, MPI_INT64_T, rank, counter->tag + 1,
                    counter->comm.mpi, &counter->sent[rank]);
    }
}

void hp_work_counters_serve(void) {
    for (hp_work_counter *counter = first; counter != NULL && hp_mpi_works(); counter = counter->up)
        (void)serve(counter, NULL); /* hp_mpi_works knows of errors */
}

static bool has_asked(const hp_work_counter *counter) {
    return counter->asked[0] != MPI_REQUEST_NULL || counter->asked[1] != MPI_REQUEST_NULL;
}

static hp_status ask(hp_work_counter *counter, int64_t step, int64_t done, bool stops,
                     hp_error *err) {
    if (!hp_mpi_works()) return hp_mpi_check(MPI_ERR_OTHER, "MPI_Isend", __FILE__, __LINE__, err);
    counter->request[STEP] = step;
    counter->request[DONE] = done;
    counter->request[STOPS] = stops;
    HP_MPI_CALL(MPI_Irecv, &counter->received, 1, MPI_INT64_T, 0, counter->tag + 1,
                counter->comm.mpi, &counter->asked[1]);
    HP_MPI_CALL(MPI_Isend, counter->request, NREQUEST, MPI_INT64_T, 0, counter->tag,
                counter->comm.mpi, &counter->asked[0]);
    return HP_OK;
}

static hp_status answered(hp_work_counter *counter, hp_error *err) {
    HP_CALL(hp_mpi_wait(&counter->asked[0], "MPI_Isend", __FILE__, __LINE__, err));
    return hp_mpi_wait(&counter->asked[1], "MPI_Irecv", __FILE__, __LINE__, err);
}

static hp_status advance(hp_work_counter *counter, int64_t step, bool stops, int *before,
                         hp_error *err) {
    const int64_t request[NREQUEST] = {[STEP] = step, [DONE] = counter->had, [STOPS] = stops};
    if (counter->comm.rank == 0) {
        counter->received = take(counter, 0, request);
    } else {
        if (!has_asked(counter)) HP_CALL(ask(counter, step, counter->had, stops, err));
        HP_CALL(answered(counter, err));
    }
    *before = counter->received < INT_MAX ? (int)counter->received : INT_MAX;
    return HP_OK;
}

void hp_work_counter_begin(hp_work_counter *counter) {
    counter->had = 1;
}

hp_status hp_work_counter_ask(hp_work_counter *counter, hp_error *err) {
    if (counter->comm.rank == 0 || has_asked(counter)) return HP_OK;
    return ask(counter, 1, counter->had - 1, false, err);
}

hp_status hp_work_counter_next(hp_work_counter *counter, int *next, hp_error *err) {
    HP_CALL(advance(counter, 1, false, next, err));
    counter->had++;
    return HP_OK;
}

int hp_work_counter_done(const hp_work_counter *counter) {
    int64_t done = 0;
    for (int rank = 0; rank < counter->comm.size && counter->comm.rank == 0; rank++)
        done += counter->done[rank];
    return (int)done;
}

hp_status hp_work_counter_stop(hp_work_counter *counter, int limit, hp_error *err) {
    int before = 0;
    if (limit <= 0) return HP_OK;
    if (has_asked(counter)) HP_CALL(answered(counter, err)); /* for a number, which is let go */
    return advance(counter, limit, true, &before, err);
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
    **counter = (hp_work_counter){.comm = *comm, .asked = {MPI_REQUEST_NULL, MPI_REQUEST_NULL}};
    HP_NEW_TOGETHER(comm, (*counter)->answer, size);
    HP_NEW_TOGETHER(comm, (*counter)->sent, size);
    HP_NEW_TOGETHER(comm, (*counter)->done, size);
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

/* What is still on its way, to a rank that has failed, keeps its memory. */
static bool has_ended(hp_work_counter *counter) {
    int all = !has_asked(counter);
    if (counter->tag == 0) return true; /* half made: nothing has been sent */
    for (int rank = 1; rank < counter->comm.size && counter->comm.rank == 0; rank++) {
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
    if (has_ended(*counter)) {
        hp_free((*counter)->sent);
        hp_free((*counter)->answer);
        hp_free((*counter)->done);
        hp_free(*counter);
    }
    *counter = NULL;
}
