// SPDX-License-Identifier: GPL-3.0-or-later
/* Blocks of which each rank has a part. */
#include "hadpot/parallel.h"
#include "mpi_check.h"

hp_status hp_parallel_merge(const hp_comm *comm, void *block, size_t bytes, hp_error *err) {
    for (size_t start = 0; start < bytes && comm->size > 1; start += HP_MESSAGE_BYTES) {
        size_t left = bytes - start;
        int count = (int)(left < HP_MESSAGE_BYTES ? left : HP_MESSAGE_BYTES);
        HP_MPI_COMPLETE(MPI_Iallreduce, MPI_IN_PLACE, (char *)block + start, count, MPI_BYTE,
                        MPI_BOR, comm->mpi);
    }
    return HP_OK;
}
