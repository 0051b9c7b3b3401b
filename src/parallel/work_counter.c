// SPDX-License-Identifier: GPL-3.0-or-later
/* One integer on rank 0 that every rank reads and advances with one-sided atomic operations. */
#include "hadpot/parallel.h"
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include "hadpot/memory.h"
#include "mpi_check.h"

struct hp_work_counter {
    hp_comm comm;
    MPI_Win window;
    int64_t *memory; /* rank 0: the next number; belongs to the window */
    bool locked;     /* the access epoch of the whole lifetime has begun */
};

static hp_status advance(hp_work_counter *counter, int64_t step, int *before, hp_error *err) {
    int64_t value = 0;
    HP_MPI_CALL(MPI_Fetch_and_op, &step, &value, MPI_INT64_T, 0, 0, MPI_SUM, counter->window);
    HP_MPI_CALL(MPI_Win_flush, 0, counter->window);
    *before = value < INT_MAX ? (int)value : INT_MAX;
    return HP_OK;
}

hp_status hp_work_counter_next(hp_work_counter *counter, int *next, hp_error *err) {
    return advance(counter, 1, next, err);
}

hp_status hp_work_counter_read(hp_work_counter *counter, int *next, hp_error *err) {
    return advance(counter, 0, next, err);
}

hp_status hp_work_counter_stop(hp_work_counter *counter, int limit, hp_error *err) {
    /* A sum, not a maximum: MPI lets only one kind of operation meet on a location. The 64-bit
     * counter has room for 2^32 stops. */
    int before = 0;
    return advance(counter, limit > 0 ? limit : 0, &before, err);
}

void hp_work_counter_progress(hp_work_counter *counter) {
    if (counter->comm.rank != 0) return;
    /* Any call that looks for messages runs the library's progress engine; whether there is one,
     * or an error, does not matter here. */
    int waiting = 0;
    (void)MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, counter->comm.mpi, &waiting, MPI_STATUS_IGNORE);
}

static hp_status make_window(hp_work_counter *counter, hp_error *err) {
    MPI_Aint bytes = counter->comm.rank == 0 ? (MPI_Aint)sizeof *counter->memory : 0;
    HP_MPI_CALL(MPI_Win_allocate, bytes, (int)sizeof *counter->memory, MPI_INFO_NULL,
                counter->comm.mpi, &counter->memory, &counter->window);
    HP_MPI_CALL(MPI_Win_set_errhandler, counter->window, MPI_ERRORS_RETURN);
    if (counter->comm.rank == 0) {
        HP_MPI_CALL(MPI_Win_lock, MPI_LOCK_EXCLUSIVE, 0, 0, counter->window);
        *counter->memory = 0;
        HP_MPI_CALL(MPI_Win_unlock, 0, counter->window);
    }
    return HP_OK;
}

hp_status hp_work_counter_create(const hp_comm *comm, hp_work_counter **counter, hp_error *err) {
    hp_status status = HP_OK;
    HP_NEW_TOGETHER(comm, *counter, 1);
    **counter = (hp_work_counter){.comm = *comm, .window = MPI_WIN_NULL};
    HP_TRY(hp_parallel_agree(comm, make_window(*counter, err), err));
    /* After an agreement, so that the zero is there for everybody. */
    status = HP_MPI_STATUS(MPI_Win_lock_all, 0, (*counter)->window);
    (*counter)->locked = status == HP_OK;
    HP_TRY(hp_parallel_agree(comm, status, err));
cleanup:
    if (status != HP_OK) hp_work_counter_destroy(counter);
    return status;
}

void hp_work_counter_destroy(hp_work_counter **counter) {
    if (counter == NULL || *counter == NULL) return;
    /* Errors have nowhere to go, and the memory is released in any case. */
    if ((*counter)->locked) (void)MPI_Win_unlock_all((*counter)->window);
    if ((*counter)->window != MPI_WIN_NULL) (void)MPI_Win_free(&(*counter)->window);
    hp_free(*counter);
    *counter = NULL;
}
