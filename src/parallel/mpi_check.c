// SPDX-License-Identifier: GPL-3.0-or-later
#include "mpi_check.h"

#include <sched.h>
#include <stdio.h>
#include <time.h>
#include "hadpot/log.h"
#include "hadpot/stop.h"

/* Looks for a request: at first at once, some ten microseconds, which is what a message takes;
 * then in turn with other programs; then, a millisecond later, with rests that grow with the time
 * that has been waited already, so that no wait gets longer by more than a part of itself. */
enum { SPINS = 100, YIELDS_UNTIL_US = 1000, PART_OF_WAIT = 8, LONGEST_REST_US = 1000 };

/* The first failure: what follows from it, in waits for other calls, names it. */
static bool failed;
static char first_failure[256];

bool hp_mpi_works(void) {
    return !failed;
}

hp_status hp_mpi_check(int code, const char *call, const char *file, int line, hp_error *err) {
    if (code == MPI_SUCCESS) return HP_OK;
    char reason[MPI_MAX_ERROR_STRING] = "";
    int length = 0;
    if (MPI_Error_string(code, reason, &length) != MPI_SUCCESS) reason[0] = '\0';
    if (!failed)
        snprintf(first_failure, sizeof first_failure, "%s failed (code %d): %.160s", call, code,
                 reason);
    failed = true;
    return hp_error_set(err, HP_ERR_LIBRARY, file, line, "%s failed (code %d): %s", call, code,
                        reason);
}

void hp_mpi_rest(double waited) {
    double us = waited * 1e6 / PART_OF_WAIT;
    if (waited * 1e6 < YIELDS_UNTIL_US) {
        sched_yield();
        return;
    }
    const struct timespec pause = {.tv_nsec = us < LONGEST_REST_US ? (long)(us * 1000.0)
                                                                   : LONGEST_REST_US * 1000L};
    nanosleep(&pause, NULL); /* shorter where a signal comes */
}

hp_status hp_mpi_wait(MPI_Request *request, const char *call, const char *file, int line,
                      hp_error *err) {
    double start = 0.0;
    for (int look = 0;; look++) {
        int done = 0;
        HP_CALL(hp_mpi_check(MPI_Test(request, &done, MPI_STATUS_IGNORE), call, file, line, err));
        if (done) return HP_OK;
        hp_work_counters_serve();
        if (failed) /* others may wait for an answer that could not be sent */
            return hp_error_set(err, HP_ERR_LIBRARY, file, line, "%s", first_failure);
        if (look < SPINS) continue;
        if (look == SPINS) start = hp_clock_seconds();
        if (hp_parallel_is_watched())  /* else the stall limit ends who waits too long */
            (void)hp_stop_check(NULL); /* a sign of life; what has been begun is completed */
        hp_parallel_end_overdue();
        hp_mpi_rest(hp_clock_seconds() - start);
    }
}

hp_status hp_mpi_send_to_root(const hp_comm *comm, int owner, double *block, size_t length, int tag,
                              hp_error *err) {
    const size_t most = HP_MESSAGE_BYTES / sizeof *block;
    for (size_t start = 0; start < length; start += most) {
        int count = (int)(length - start < most ? length - start : most);
        if (comm->rank == 0)
            HP_MPI_COMPLETE(MPI_Irecv, block + start, count, MPI_DOUBLE, owner, tag, comm->mpi);
        else
            HP_MPI_COMPLETE(MPI_Isend, block + start, count, MPI_DOUBLE, 0, tag, comm->mpi);
    }
    return HP_OK;
}
