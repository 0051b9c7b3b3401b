// SPDX-License-Identifier: GPL-3.0-or-later
/* The communicator, agreed errors and broadcasts. */
#include "hadpot/parallel.h"
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/stop.h"
#include "mpi_check.h"

hp_status hp_parallel_wrap(MPI_Comm mpi, hp_comm *comm, hp_error *err) {
    int started = 0;
    *comm = (hp_comm){.mpi = MPI_COMM_NULL, .rank = 0, .size = 0};
    HP_MPI_CALL(MPI_Initialized, &started); /* allowed before MPI_Init, unlike all that follows */
    HP_REQUIRE(started, HP_ERR_INTERNAL, "MPI has not been initialised");
    HP_REQUIRE(mpi != MPI_COMM_NULL, HP_ERR_INTERNAL, "no communicator to wrap");
    HP_MPI_CALL(MPI_Comm_set_errhandler, mpi, MPI_ERRORS_RETURN);
    HP_MPI_CALL(MPI_Comm_rank, mpi, &comm->rank);
    HP_MPI_CALL(MPI_Comm_size, mpi, &comm->size);
    comm->mpi = mpi;
    return HP_OK;
}

hp_status hp_parallel_agree(const hp_comm *comm, hp_status mine, hp_error *err) {
    return hp_parallel_agree_first(comm, mine, comm->rank, err);
}

hp_status hp_parallel_agree_first(const hp_comm *comm, hp_status mine, int order, hp_error *err) {
    struct {
        int order, rank;
    } candidate = {mine == HP_OK ? INT_MAX : order, comm->rank}, first = candidate;
    HP_MPI_COMPLETE(MPI_Iallreduce, &candidate, &first, 1, MPI_2INT, MPI_MINLOC, comm->mpi);
    int lowest = first.rank;
    if (first.order == INT_MAX) return HP_OK;

    hp_error record = HP_ERROR_INIT;
    if (comm->rank == lowest && err != NULL) record = *err;
    if (comm->rank == lowest && record.status == HP_OK) /* no message was recorded */
        hp_error_set(&record, mine, __FILE__, __LINE__, "%s", hp_status_text(mine));
    record.status = comm->rank == lowest ? mine : record.status;
    record.agreed = 1;
    HP_MPI_COMPLETE(MPI_Ibcast, &record, (int)sizeof record, MPI_BYTE, lowest, comm->mpi);
    if (err != NULL) *err = record;
    return record.status;
}

hp_status hp_parallel_agree_block(const hp_comm *comm, const void *block, size_t count, size_t size,
                                  hp_error *err) {
    hp_status mine = HP_OK;
    if (block == NULL)
        mine = HP_FAIL(HP_ERR_MEMORY, "no memory for %zu elements of %zu bytes", count, size);
    return hp_parallel_agree(comm, mine, err);
}

hp_status hp_parallel_sum(const hp_comm *comm, double *value, hp_error *err) {
    HP_MPI_COMPLETE(MPI_Iallreduce, MPI_IN_PLACE, value, 1, MPI_DOUBLE, MPI_SUM, comm->mpi);
    return HP_OK;
}

static hp_status broadcast_from(const hp_comm *comm, int root, void *data, size_t bytes,
                                hp_error *err) {
    for (size_t start = 0; start < bytes && comm->size > 1; start += HP_MESSAGE_BYTES) {
        size_t left = bytes - start;
        int count = (int)(left < HP_MESSAGE_BYTES ? left : HP_MESSAGE_BYTES);
        HP_MPI_COMPLETE(MPI_Ibcast, (char *)data + start, count, MPI_BYTE, root, comm->mpi);
    }
    return HP_OK;
}

hp_status hp_parallel_broadcast(const hp_comm *comm, void *data, size_t bytes, hp_error *err) {
    return broadcast_from(comm, 0, data, bytes, err);
}

hp_status hp_parallel_share_rows(const hp_comm *comm, int nitem, size_t bytes, void *rows,
                                 hp_error *err) {
    for (int item = 0; item < nitem; item++)
        HP_CALL(broadcast_from(comm, item % comm->size, (char *)rows + (size_t)item * bytes, bytes,
                               err));
    return HP_OK;
}

hp_status hp_parallel_compute_rows(const hp_comm *comm, int nitem, size_t length,
                                   hp_item_function function, void *context, double *rows,
                                   hp_error *err) {
    hp_status mine = HP_OK;
    for (int item = comm->rank; item < nitem && mine == HP_OK; item += comm->size) {
        mine = hp_stop_check(err);
        if (mine == HP_OK) mine = function(item, rows + (size_t)item * length, context, err);
    }
    HP_CALL(hp_parallel_agree(comm, mine, err));
    return hp_parallel_share_rows(comm, nitem, length * sizeof *rows, rows, err);
}

hp_status hp_parallel_broadcast_block(const hp_comm *comm, void **block, size_t bytes,
                                      hp_error *err) {
    uint64_t size = comm->rank == 0 && *block != NULL ? bytes : 0;
    HP_CALL(hp_parallel_broadcast(comm, &size, sizeof size, err));
    if (comm->rank != 0) *block = size > 0 ? hp_alloc(size, 1) : NULL;
    if (size == 0) return HP_OK;
    HP_CALL(hp_parallel_agree_block(comm, *block, size, 1, err));
    return hp_parallel_broadcast(comm, *block, size, err);
}

hp_status hp_parallel_broadcast_string(const hp_comm *comm, char **text, hp_error *err) {
    size_t bytes = comm->rank == 0 && *text != NULL ? strlen(*text) + 1 : 0;
    HP_CALL(hp_parallel_broadcast_block(comm, (void **)text, bytes, err));
    HP_REQUIRE(*text != NULL, HP_ERR_INTERNAL, "no string to broadcast");
    return HP_OK;
}
