// SPDX-License-Identifier: GPL-3.0-or-later
#include "mpi_support.h"

#include <stdlib.h>

int hp_test_mpi_begin(int *argc, char ***argv, hp_comm *comm, char folder[64]) {
    hp_parallel_spare_start();
    if (MPI_Init(argc, argv) != MPI_SUCCESS) return 1;
    if (hp_parallel_wrap(MPI_COMM_WORLD, comm, NULL) != HP_OK) return 1;
    if (comm->rank == 0) hp_test_make_folder(folder);
    if (MPI_Bcast(folder, 64, MPI_CHAR, 0, MPI_COMM_WORLD) != MPI_SUCCESS) return 1;
    return comm->size > 1 ? setenv("CMOCKA_TEST_ABORT", "1", 1) != 0 : 0;
}

int hp_test_mpi_end(int failed, const hp_comm *comm, const char *folder) {
    MPI_Allreduce(MPI_IN_PLACE, &failed, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    if (comm->rank == 0) hp_test_remove_folder(folder);
    MPI_Finalize();
    return failed != 0;
}
