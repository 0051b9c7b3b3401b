// SPDX-License-Identifier: GPL-3.0-or-later
#include "mpi_check.h"

hp_status hp_mpi_check(int code, const char *call, const char *file, int line, hp_error *err) {
    if (code == MPI_SUCCESS) return HP_OK;
    char reason[MPI_MAX_ERROR_STRING] = "";
    int length = 0;
    if (MPI_Error_string(code, reason, &length) != MPI_SUCCESS) reason[0] = '\0';
    return hp_error_set(err, HP_ERR_LIBRARY, file, line, "%s failed (code %d): %s", call, code,
                        reason);
}

hp_status hp_mpi_send_to_root(const hp_comm *comm, int owner, double *block, size_t length, int tag,
                              hp_error *err) {
    const size_t most = HP_MESSAGE_BYTES / sizeof *block;
    for (size_t start = 0; start < length; start += most) {
        int count = (int)(length - start < most ? length - start : most);
        if (comm->rank == 0)
            HP_MPI_CALL(MPI_Recv, block + start, count, MPI_DOUBLE, owner, tag, comm->mpi,
                        MPI_STATUS_IGNORE);
        else
            HP_MPI_CALL(MPI_Send, block + start, count, MPI_DOUBLE, 0, tag, comm->mpi);
    }
    return HP_OK;
}
