// SPDX-License-Identifier: GPL-3.0-or-later
/* MPI return codes turned into hp_status, waits, and the size of one message. Private to
 * src/parallel. */
#ifndef HADPOT_MPI_CHECK_H
#define HADPOT_MPI_CHECK_H

#include <stdbool.h>
#include "hadpot/parallel.h"

/* MPI counts are ints: longer data travel in pieces of this size. Small enough that a test can
 * exceed it, large enough that the latency of a message does not count. */
enum { HP_MESSAGE_BYTES = 1 << 24 };

/* Messages on the wrapped communicator that must not be taken for somebody else's. Counters have
 * two tags each from HP_TAG_COUNTER on, their parcels one each from HP_TAG_PARCELS on. */
enum {
    HP_TAG_SUM = 4711,
    HP_TAG_GATHER = 4712,
    HP_TAG_LIFE = 4713,
    HP_TAG_HAND = 4714,
    HP_TAG_COUNTER = 5000,
    HP_TAG_PARCELS = 25000
};

/* HP_OK for MPI_SUCCESS, else HP_ERR_LIBRARY with the name of the call and MPI's explanation. After
 * a failure the rank begins nothing any more that waits for others (hp_mpi_works is false): it
 * unwinds, and the program ends them all. */
hp_status hp_mpi_check(int code, const char *call, const char *file, int line, hp_error *err);
bool hp_mpi_works(void);

/* Wait for a request: spin shortly, then give the core away, then sleep up to a millisecond at a
 * time, and serve others meanwhile. Ends the program, on all ranks, when they do not come after a
 * stop, or when one gives no sign of life. */
hp_status hp_mpi_wait(MPI_Request *request, const char *call, const char *file, int line,
                      hp_error *err);

/* A pause of who has waited so many seconds: the longer, the longer. */
void hp_mpi_rest(double waited);

/* Call MPI; on failure HP_MPI_CALL returns the status (see HP_CALL), HP_MPI goes to cleanup (see
 * HP_TRY). */
#define HP_MPI_STATUS(function, ...)                                                               \
    hp_mpi_check(function(__VA_ARGS__), #function, __FILE__, __LINE__, err)
#define HP_MPI_CALL(...) HP_CALL(HP_MPI_STATUS(__VA_ARGS__))
#define HP_MPI(...) HP_TRY(HP_MPI_STATUS(__VA_ARGS__))

/* The same for a call in its nonblocking form, without its last argument, the request; and wait. */
#define HP_MPI_COMPLETE(function, ...)                                                             \
    do {                                                                                           \
        MPI_Request request = MPI_REQUEST_NULL;                                                    \
        HP_CALL(hp_mpi_check(hp_mpi_works() ? function(__VA_ARGS__, &request) : MPI_ERR_OTHER,     \
                             #function, __FILE__, __LINE__, err));                                 \
        HP_CALL(hp_mpi_wait(&request, #function, __FILE__, __LINE__, err));                        \
    } while (0)

/* Whether the ranks exchange signs of life: not yet at the start, and no longer at the end. */
bool hp_parallel_is_watched(void);

/* End the program, on all ranks, where a stop was wanted too long ago. */
void hp_parallel_end_overdue(void);

/* Answer requests for numbers of the counters that live here; cheap. */
void hp_work_counters_serve(void);

/* Move block[length] from rank `owner` to rank 0; called on these two ranks, owner > 0. */
hp_status hp_mpi_send_to_root(const hp_comm *comm, int owner, double *block, size_t length, int tag,
                              hp_error *err);

#endif
