// SPDX-License-Identifier: GPL-3.0-or-later
/* How ensemble files in which something is wrong must be refused. */
#ifndef HADPOT_REFUSAL_H
#define HADPOT_REFUSAL_H

#include <hdf5.h>
#include <string.h>
#include "mpi_support.h"
#include "hadpot/ensemble_file.h"

/* All ranks open `path`, which must fail with the same text on all of them: the file's name, a
 * colon, and a sentence containing `expected`. Returns what is wrong with that, or "". */
static inline const char *check_refusal(const hp_comm *comm, const char *path,
                                        const char *expected) {
    hp_error err = HP_ERROR_INIT, first;
    hp_ensemble e;
    hp_status found = hp_ensemble_open(comm, path, &e, &err);
    int differs = 0;
    if (found == HP_OK) hp_ensemble_close(&e);
    first = err;
    MPI_Bcast(&first, (int)sizeof first, MPI_BYTE, 0, comm->mpi);
    differs = memcmp(&first, &err, sizeof first) != 0;
    MPI_Allreduce(MPI_IN_PLACE, &differs, 1, MPI_INT, MPI_MAX, comm->mpi);
    if (found != HP_ERR_INPUT || err.status != found) return "no input error";
    if (differs) return "the ranks differ";
    if (strncmp(err.message, path, strlen(path)) != 0) return "the file is not named";
    if (e.file != 0 || e.path != NULL) return "the ensemble is not reset";
    if (H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL) != 0) return "something was left open";
    if (strstr(err.message, expected) != NULL) return "";
    if (comm->rank == 0) print_error("\"%s\" not found in:\n%s\n", expected, err.message);
    return "wrong message";
}

#endif
