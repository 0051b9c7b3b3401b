// SPDX-License-Identifier: GPL-3.0-or-later
/* Sums and tables over items that live on different ranks, assembled in the order of the items. */
#include "hadpot/parallel.h"
#include <string.h>
#include "hadpot/stop.h"
#include "mpi_check.h"

hp_status hp_parallel_ordered_sum(const hp_comm *comm, int nitem, size_t length,
                                  hp_item_function function, void *context, double *sum,
                                  hp_error *err) {
    hp_status status = HP_OK, mine = HP_OK;
    int failed = 0; /* item */
    double *block = NULL;
    HP_NEW_TOGETHER(comm, block, length);
    memset(sum, 0, length * sizeof *sum);
    for (int item = 0; item < nitem; item++) {
        int owner = item % comm->size;
        if (comm->rank != owner && comm->rank != 0) continue;
        memset(block, 0, length * sizeof *block);
        /* After a failure the blocks still travel (their sum is not used), so that nobody hangs. */
        if (comm->rank == owner && mine == HP_OK) {
            mine = hp_stop_check(err);
            if (mine == HP_OK) mine = function(item, block, context, err);
            failed = item;
        }
        if (owner != 0) HP_TRY(hp_mpi_send_to_root(comm, owner, block, length, HP_TAG_SUM, err));
        if (comm->rank == 0)
            for (size_t i = 0; i < length; i++) sum[i] += block[i];
    }
    HP_TRY(hp_parallel_agree_first(comm, mine, failed, err));
    HP_TRY(hp_parallel_broadcast(comm, sum, length * sizeof *sum, err));
cleanup:
    hp_free(block);
    return status;
}

hp_status hp_parallel_collect_rows(const hp_comm *comm, int nitem, size_t length,
                                   hp_item_function function, void *context, double *rows,
                                   hp_error *err) {
    hp_status status = HP_OK, mine = HP_OK;
    int failed = 0; /* item */
    double *block = NULL;
    HP_NEW_TOGETHER(comm, block, comm->rank == 0 ? 0 : length);
    for (int item = 0; item < nitem; item++) {
        int owner = item % comm->size;
        if (comm->rank != owner && comm->rank != 0) continue;
        double *row = comm->rank == 0 ? rows + (size_t)item * length : block;
        if (comm->rank == owner && mine == HP_OK) { /* else what travels is not used */
            mine = function(item, row, context, err);
            failed = item;
        }
        if (owner != 0) HP_TRY(hp_mpi_send_to_root(comm, owner, row, length, HP_TAG_SUM, err));
    }
    HP_TRY(hp_parallel_agree_first(comm, mine, failed, err));
cleanup:
    hp_free(block);
    return status;
}

/* Over all ranks, in its place. */
static hp_status combine(const hp_comm *comm, int *block, int length, MPI_Op operation,
                         hp_error *err) {
    HP_MPI_COMPLETE(MPI_Iallreduce, MPI_IN_PLACE, block, length, MPI_INT, operation, comm->mpi);
    return HP_OK;
}

hp_status hp_parallel_gather_rows(const hp_comm *comm, int nitem, size_t length,
                                  double *const *mine, double *rows, hp_error *err) {
    hp_status status = HP_OK;
    int *owner = NULL; /* (2, nitem) and how many ranks claim an item, which must be one */
    HP_NEW_TOGETHER(comm, owner, 2 * (size_t)nitem);
    int *claims = owner + nitem;
    for (int item = 0; item < nitem; item++) {
        owner[item] = mine[item] != NULL ? comm->rank : -1;
        claims[item] = mine[item] != NULL;
    }
    HP_TRY(combine(comm, owner, nitem, MPI_MAX, err));
    HP_TRY(combine(comm, claims, nitem, MPI_SUM, err));
    for (int item = 0; item < nitem; item++)
        HP_CHECK(claims[item] == 1, HP_ERR_INTERNAL, "row %d is held by %d ranks, expected one",
                 item, claims[item]);
    for (int item = 0; item < nitem; item++) {
        if (comm->rank != 0 && comm->rank != owner[item]) continue;
        double *row = comm->rank == 0 ? rows + (size_t)item * length : mine[item];
        if (owner[item] != 0)
            HP_TRY(hp_mpi_send_to_root(comm, owner[item], row, length, HP_TAG_GATHER, err));
        else if (mine[item] != NULL) /* of rank 0, which may hold it in its place already */
            memmove(row, mine[item], length * sizeof *row);
    }
cleanup:
    hp_free(owner);
    return status;
}
