// SPDX-License-Identifier: GPL-3.0-or-later
/* An ensemble of several components on all ranks. */
#ifndef HADPOT_OPEN_COMPONENTS_H
#define HADPOT_OPEN_COMPONENTS_H

#include "components_file.h"
#include "mpi_support.h"
#include "hadpot/ensemble_file.h"

/* Written by rank 0, opened by all. */
static inline void open_file(const hp_comm *comm, const char *folder, const components_file *of,
                             const char *name, hp_ensemble *e) {
    hp_error err = HP_ERROR_INIT;
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    MPI_Barrier(comm->mpi); /* others may still read what is written anew */
    bool ok = comm->rank != 0 || write_components_file(path, of);
    assert_int_equal(hp_parallel_agree(comm, ok ? HP_OK : HP_ERR_IO, NULL), HP_OK);
    assert_ok(hp_ensemble_open(comm, path, e, &err), &err);
}

#endif
