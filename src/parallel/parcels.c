// SPDX-License-Identifier: GPL-3.0-or-later
/* Blocks that travel to rank 0 as soon as they are made. */
#include <limits.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/stop.h"
#include "mpi_check.h"
#include "work_counter.h"

/* Their tags end with those of MPI (work_counter.h). */
enum { MOST_TAGS = 7000 };

struct hp_parcels {
    const hp_work_counter *counter;
    hp_comm comm;
    int tag, count;
    int nsent, nreceived;
    int nkind;
    hp_parcel_kind kind[HP_PARCEL_KINDS];
    double **block;       /* (count) elsewhere: a number, and what rank 0 gets of it; else NULL */
    MPI_Request *request; /* (count) elsewhere */
    bool *there;          /* (count) rank 0 */
    double *message;      /* rank 0: the largest block, and its number before it */
    size_t longest;
};

/* The kind of a number, and its place in it. */
static const hp_parcel_kind *find(const hp_parcels *parcels, int number, size_t *place) {
    int k = 0;
    for (; k + 1 < parcels->nkind && number >= parcels->kind[k].count; k++)
        number -= parcels->kind[k].count;
    *place = (size_t)number * parcels->kind[k].length;
    return &parcels->kind[k];
}

hp_status hp_parcels_create(const hp_work_counter *counter, int nkind, const hp_parcel_kind *kind,
                            hp_parcels **parcels, hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = &counter->comm;
    bool root = comm->rank == 0;
    HP_NEW_TOGETHER(comm, *parcels, 1);
    hp_parcels *made = *parcels;
    *made = (hp_parcels){.counter = counter, .comm = *comm, .nkind = nkind};
    made->tag = HP_TAG_PARCELS + (counter->tag - HP_TAG_COUNTER) / 2 % MOST_TAGS;
    for (int k = 0; k < nkind; k++) {
        made->kind[k] = kind[k];
        made->count += kind[k].count;
        if (kind[k].length > made->longest) made->longest = kind[k].length;
    }
    HP_CHECK(made->longest < INT_MAX, HP_ERR_INTERNAL, "a parcel of %zu numbers", made->longest);
    size_t count = (size_t)made->count;
    HP_NEW_TOGETHER(comm, made->block, root ? 0 : count);
    HP_NEW_TOGETHER(comm, made->request, root ? 0 : count);
    HP_NEW_TOGETHER(comm, made->there, root ? count : 0);
    HP_NEW_TOGETHER(comm, made->message, root ? 1 + made->longest : 0);
    for (size_t i = 0; i < count && !root; i++) made->request[i] = MPI_REQUEST_NULL;
cleanup:
    if (status != HP_OK) hp_parcels_destroy(parcels);
    return status;
}

hp_status hp_parcels_open(hp_parcels *parcels, int number, double **block, hp_error *err) {
    size_t place;
    const hp_parcel_kind *kind = find(parcels, number, &place);
    *block = NULL;
    if (kind->length == 0) return HP_OK;
    if (parcels->comm.rank == 0) {
        *block = kind->rows + place;
        return HP_OK;
    }
    HP_ALLOCATE(parcels->block[number], 1 + kind->length);
    parcels->block[number][0] = number;
    *block = parcels->block[number] + 1;
    return HP_OK;
}

hp_status hp_parcels_send(hp_parcels *parcels, int number, hp_error *err) {
    size_t place;
    const hp_parcel_kind *kind = find(parcels, number, &place);
    if (kind->length == 0) return HP_OK;
    if (parcels->comm.rank == 0) {
        parcels->there[number] = true;
        return HP_OK;
    }
    if (!hp_mpi_works()) return hp_mpi_check(MPI_ERR_OTHER, "MPI_Isend", __FILE__, __LINE__, err);
    HP_MPI_CALL(MPI_Isend, parcels->block[number], 1 + (int)kind->length, MPI_DOUBLE, 0,
                parcels->tag, parcels->comm.mpi, &parcels->request[number]);
    parcels->nsent++;
    return HP_OK;
}

/* All that has come. */
static hp_status receive(hp_parcels *parcels, hp_error *err) {
    for (;;) {
        int waits = 0;
        size_t place;
        MPI_Status from;
        if (!hp_mpi_works())
            return hp_mpi_check(MPI_ERR_OTHER, "MPI_Iprobe", __FILE__, __LINE__, err);
        HP_MPI_CALL(MPI_Iprobe, MPI_ANY_SOURCE, parcels->tag, parcels->comm.mpi, &waits, &from);
        if (!waits) return HP_OK;
        HP_MPI_COMPLETE(MPI_Irecv, parcels->message, 1 + (int)parcels->longest, MPI_DOUBLE,
                        from.MPI_SOURCE, parcels->tag, parcels->comm.mpi);
        int number = (int)parcels->message[0];
        const hp_parcel_kind *kind = find(parcels, number, &place);
        for (size_t i = 0; i < kind->length; i++) kind->rows[place + i] = parcels->message[1 + i];
        parcels->there[number] = true;
        parcels->nreceived++;
    }
}

hp_status hp_parcels_await(hp_parcels *parcels, int kind, bool *all, hp_error *err) {
    double start = hp_clock_seconds();
    int first = 0;
    for (int k = 0; k < kind; k++) first += parcels->kind[k].count;
    for (;;) {
        HP_CALL(receive(parcels, err));
        *all = true;
        for (int i = 0; i < parcels->kind[kind].count; i++) *all &= parcels->there[first + i];
        if (*all || parcels->counter->stopped) return HP_OK;
        hp_work_counters_serve();
        HP_CALL(hp_stop_check(err));
        hp_mpi_rest(hp_clock_seconds() - start);
    }
}

hp_status hp_parcels_settle(hp_parcels *parcels, hp_error *err) {
    double sent = parcels->nsent, start = hp_clock_seconds();
    HP_CALL(hp_parallel_sum(&parcels->comm, &sent, err));
    while (parcels->comm.rank == 0 && parcels->nreceived < (int)sent) {
        HP_CALL(receive(parcels, err));
        hp_work_counters_serve();
        if (hp_parallel_is_watched()) (void)hp_stop_check(NULL); /* a sign of life */
        hp_parallel_end_overdue();
        if (parcels->nreceived < (int)sent) hp_mpi_rest(hp_clock_seconds() - start);
    }
    for (int i = 0; parcels->comm.rank != 0 && i < parcels->count; i++)
        HP_CALL(hp_mpi_wait(&parcels->request[i], "MPI_Isend", __FILE__, __LINE__, err));
    return HP_OK;
}

/* What is still on its way, after MPI has failed, keeps its memory. */
void hp_parcels_destroy(hp_parcels **parcels) {
    if (parcels == NULL || *parcels == NULL) return;
    hp_parcels *made = *parcels;
    bool all = true;
    for (int i = 0; made->block != NULL && made->request != NULL && i < made->count; i++) {
        int sent = 0;
        if (made->comm.rank == 0 || made->block[i] == NULL) continue;
        if (MPI_Test(&made->request[i], &sent, MPI_STATUS_IGNORE) != MPI_SUCCESS) sent = 0;
        if (sent) hp_free(made->block[i]);
        all = all && sent;
    }
    if (all) {
        hp_free(made->block);
        hp_free(made->request);
        hp_free(made->there);
        hp_free(made->message);
        hp_free(made);
    }
    *parcels = NULL;
}
