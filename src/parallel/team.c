// SPDX-License-Identifier: GPL-3.0-or-later
/* Some of the ranks, which do together what one of them would do alone. */
#include "hadpot/parallel.h"
#include "mpi_check.h"

hp_status hp_parallel_split(const hp_comm *comm, int nteam, hp_comm *team, int *number,
                            hp_error *err) {
    MPI_Comm mpi = MPI_COMM_NULL;
    *number = (int)((long long)comm->rank * nteam / comm->size);
    HP_CALL(hp_parallel_agree(comm, HP_OK, err)); /* the next call waits, and sees no stop */
    HP_MPI_CALL(MPI_Comm_split, comm->mpi, *number, comm->rank, &mpi);
    return hp_parallel_wrap(mpi, team, err);
}

void hp_parallel_release(hp_comm *team) {
    /* Collective in MPI; after a failed call nothing is done together any more. */
    if (team->size > 0 && hp_mpi_works()) (void)MPI_Comm_free(&team->mpi);
    *team = (hp_comm){.mpi = MPI_COMM_NULL};
}
