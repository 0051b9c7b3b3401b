// SPDX-License-Identifier: GPL-3.0-or-later
/* Seconds of what ranks do together, as lines "name,ranks,seconds": the smallest of some rounds, of
 * an ordered sum per number of an item, of a row to rank 0 (a row, and a number of it), of a number
 * of the counter while rank 0 waits, of a broadcast per number, of an agreement.
 * jobs/scaling/model.py takes them (docs/scaling.md).
 *
 * Prediction for two ranks of one machine: copies go through the last cache at some GB/s, 1 to 3 ns
 * a number; small messages and agreements take 1 to 3 us when both ranks have a core. */
#include <mpi.h>
#include <stdio.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/parallel.h"

enum { ROUNDS = 20, ITEMS = 64, LENGTH = 40000, NUMBERS = 500 };

static hp_comm comm;
static double *block;
static double *mine[ITEMS];

static hp_status fill(int item, double *out, void *context, hp_error *err) {
    (void)context;
    (void)err;
    out[0] = item;
    return HP_OK;
}

static hp_status sum(int length, hp_error *err) {
    return hp_parallel_ordered_sum(&comm, ITEMS, (size_t)length, fill, NULL, block, err);
}

static hp_status gather(int length, hp_error *err) {
    for (int i = 0; i < ITEMS; i++)
        mine[i] = i % comm.size == comm.rank ? block + (size_t)i * (size_t)length : NULL;
    return hp_parallel_gather_rows(&comm, ITEMS, (size_t)length, mine, block, err);
}

static hp_status count(int numbers, hp_error *err) {
    hp_status status = HP_OK;
    hp_work_counter *counter = NULL;
    int next;
    HP_TRY(hp_work_counter_create(&comm, &counter, err));
    for (int i = 0; i < numbers && comm.rank > 0; i++)
        HP_TRY(hp_work_counter_next(counter, &next, err));
cleanup:
    status = hp_parallel_agree(&comm, status, err);
    hp_work_counter_destroy(&counter);
    return status;
}

static hp_status broadcast(int length, hp_error *err) {
    return hp_parallel_broadcast(&comm, block, (size_t)length * sizeof *block, err);
}

static hp_status agree(int times, hp_error *err) {
    for (int i = 0; i < times; i++) HP_CALL(hp_parallel_agree(&comm, HP_OK, err));
    return HP_OK;
}

/* The quickest round of all ranks together; `parts` of it are one. */
static hp_status measure(const char *name, hp_status (*work)(int, hp_error *), int size,
                         double parts, hp_error *err) {
    double least = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        HP_CALL(hp_parallel_agree(&comm, HP_OK, err));
        double start = hp_clock_seconds();
        HP_CALL(work(size, err));
        HP_CALL(hp_parallel_agree(&comm, HP_OK, err));
        double seconds = hp_clock_seconds() - start;
        if (seconds < least) least = seconds;
    }
    if (comm.rank == 0) printf("%s,%d,%.4g\n", name, comm.size, least / parts);
    return HP_OK;
}

static hp_status measure_all(hp_error *err) {
    if (comm.rank == 0) puts("name,ranks,seconds");
    HP_CALL(measure("sum_number", sum, LENGTH, (double)ITEMS * LENGTH, err));
    HP_CALL(measure("gather_row", gather, 1, ITEMS, err));
    HP_CALL(measure("gather_number", gather, LENGTH, (double)ITEMS * LENGTH, err));
    if (comm.size > 1)
        HP_CALL(measure("counter_number", count, NUMBERS, (double)NUMBERS * (comm.size - 1), err));
    HP_CALL(measure("broadcast_number", broadcast, ITEMS * LENGTH, (double)ITEMS * LENGTH, err));
    return measure("agreement", agree, NUMBERS, NUMBERS, err);
}

int main(void) {
    hp_error err = HP_ERROR_INIT;
    MPI_Init(NULL, NULL);
    hp_status status = hp_parallel_wrap(MPI_COMM_WORLD, &comm, &err);
    block = hp_alloc((size_t)ITEMS * LENGTH, sizeof *block);
    if (status == HP_OK && block != NULL) status = measure_all(&err);
    if (status != HP_OK || block == NULL) hp_log_error(&err);
    hp_free(block);
    MPI_Finalize();
    return status != HP_OK || block == NULL;
}
