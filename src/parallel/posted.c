// SPDX-License-Identifier: GPL-3.0-or-later
/* Messages of rank 0 for which the others are ready before it has them. */
#include "hadpot/parallel.h"
#include "mpi_check.h"

/* Bytes of a piece of which HP_POSTED_PIECES are enough. */
static size_t piece_of(size_t bytes) {
    size_t least = (bytes + HP_POSTED_PIECES - 1) / HP_POSTED_PIECES;
    return least > HP_MESSAGE_BYTES ? least : HP_MESSAGE_BYTES;
}

hp_status hp_posted_broadcast(const hp_comm *comm, void *data, size_t bytes, hp_posted *posted,
                              hp_error *err) {
    size_t piece = piece_of(bytes);
    *posted = (hp_posted){.call = "MPI_Ibcast"};
    for (size_t start = 0; start < bytes && comm->size > 1; start += piece) {
        size_t left = bytes - start;
        int count = (int)(left < piece ? left : piece);
        HP_CALL(hp_mpi_check(hp_mpi_works() ? MPI_Ibcast((char *)data + start, count, MPI_BYTE, 0,
                                                         comm->mpi, &posted->request[posted->count])
                                            : MPI_ERR_OTHER,
                             posted->call, __FILE__, __LINE__, err));
        posted->count++;
    }
    return HP_OK;
}

hp_status hp_posted_hand(const hp_comm *comm, int to, void *data, size_t bytes, bool there,
                         hp_posted *posted, hp_error *err) {
    size_t piece = piece_of(bytes);
    *posted = (hp_posted){.call = comm->rank == 0 ? "MPI_Isend" : "MPI_Irecv"};
    if (to == 0 || (comm->rank != 0 && comm->rank != to)) return HP_OK;
    for (size_t start = 0; start < bytes; start += piece) {
        size_t left = bytes - start;
        int count = (int)(left < piece ? left : piece), code = MPI_ERR_OTHER;
        MPI_Request *request = &posted->request[posted->count];
        if (hp_mpi_works() && comm->rank == 0)
            code = MPI_Isend((char *)data + (there ? start : 0), there ? count : 0, MPI_BYTE, to,
                             HP_TAG_HAND, comm->mpi, request);
        else if (hp_mpi_works())
            code = MPI_Irecv((char *)data + start, count, MPI_BYTE, 0, HP_TAG_HAND, comm->mpi,
                             request);
        HP_CALL(hp_mpi_check(code, posted->call, __FILE__, __LINE__, err));
        posted->count++;
    }
    return HP_OK;
}

hp_status hp_posted_wait(hp_posted *posted, hp_error *err) {
    for (int i = 0; i < posted->count; i++)
        HP_CALL(hp_mpi_wait(&posted->request[i], posted->call, __FILE__, __LINE__, err));
    posted->count = 0;
    return HP_OK;
}
