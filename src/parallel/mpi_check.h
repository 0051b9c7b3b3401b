// SPDX-License-Identifier: GPL-3.0-or-later
/* MPI return codes turned into hp_status, and the size of one message. Private to src/parallel. */
#ifndef HADPOT_MPI_CHECK_H
#define HADPOT_MPI_CHECK_H

#include "hadpot/parallel.h"

/* MPI counts are ints: longer data travel in pieces of this size. Small enough that a test can
 * exceed it, large enough that the latency of a message does not count. */
enum { HP_MESSAGE_BYTES = 1 << 24 };

/* Messages on the wrapped communicator that must not be taken for somebody else's. */
enum { HP_TAG_SUM = 4711, HP_TAG_GATHER = 4712 };

/* HP_OK for MPI_SUCCESS, else HP_ERR_LIBRARY with the name of the call and MPI's explanation. */
hp_status hp_mpi_check(int code, const char *call, const char *file, int line, hp_error *err);

/* Call MPI; on failure HP_MPI_CALL returns the status (see HP_CALL), HP_MPI goes to cleanup (see
 * HP_TRY). */
#define HP_MPI_STATUS(function, ...)                                                               \
    hp_mpi_check(function(__VA_ARGS__), #function, __FILE__, __LINE__, err)
#define HP_MPI_CALL(...) HP_CALL(HP_MPI_STATUS(__VA_ARGS__))
#define HP_MPI(...) HP_TRY(HP_MPI_STATUS(__VA_ARGS__))

/* Move block[length] from rank `owner` to rank 0; called on these two ranks, owner > 0. */
hp_status hp_mpi_send_to_root(const hp_comm *comm, int owner, double *block, size_t length, int tag,
                              hp_error *err);

#endif
