// SPDX-License-Identifier: GPL-3.0-or-later
/* Opening an ensemble: every rank checks the file by itself, then all open it together. */
#include <hdf5.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "hadpot/memory.h"
#include "hadpot/hdf5_read.h"
#include "ensemble_private.h"

/* Agree, with the name of the file in front of the message. */
static hp_status agree_about(const hp_comm *comm, const char *path, hp_status mine, hp_error *err) {
    if (mine != HP_OK) hp_error_add_context(err, "%s", path);
    return hp_parallel_agree(comm, mine, err);
}

/* On every rank, since another node may not see the file system that rank 0 sees. */
static hp_status start(const hp_comm *comm, const char *path, hp_ensemble *ensemble,
                       hp_error *err) {
    struct stat info;
    *ensemble = (hp_ensemble){.comm = comm};
    /* HDF5 would print its call stack at the user; failures become messages of ours instead. */
    HP_REQUIRE(H5open() >= 0 && H5Eset_auto2(H5E_DEFAULT, NULL, NULL) >= 0, HP_ERR_LIBRARY,
               "HDF5 does not start");
    ensemble->path = hp_copy_string(path);
    HP_REQUIRE(ensemble->path != NULL, HP_ERR_MEMORY, "no memory for a string");
    HP_REQUIRE(stat(path, &info) == 0, HP_ERR_INPUT, "cannot be opened: %s", strerror(errno));
    HP_REQUIRE(S_ISREG(info.st_mode), HP_ERR_INPUT, "%s, expected an HDF5 file",
               S_ISDIR(info.st_mode) ? "is a directory" : "is not a regular file");
    HP_REQUIRE(access(path, R_OK) == 0, HP_ERR_INPUT, "cannot be read: %s", strerror(errno));
    return HP_OK;
}

/* All that one rank alone can fail at, before the call that waits for all. */
static hp_status prepare_parallel(hp_ensemble *ensemble, hid_t *access, hp_error *err) {
    char reason[HP_HDF5_REASON];
    HP_ALLOCATE(ensemble->nread, ensemble->nsample);
    *access = H5Pcreate(H5P_FILE_ACCESS);
    HP_REQUIRE(*access >= 0 && H5Pset_fapl_mpio(*access, ensemble->comm->mpi, MPI_INFO_NULL) >= 0,
               HP_ERR_LIBRARY, "no property list for parallel access (%s)", hp_hdf5_reason(reason));
    return HP_OK;
}

hp_status hp_ensemble_open(const hp_comm *comm, const char *path, hp_ensemble *ensemble,
                           hp_error *err) {
    hp_status status = HP_OK, mine = HP_OK;
    hid_t access = H5I_INVALID_HID;
    char reason[HP_HDF5_REASON];
    HP_TRY(agree_about(comm, path, start(comm, path, ensemble, err), err));
    HP_TRY(agree_about(comm, path, hp_ensemble_describe(path, ensemble, err), err));
    HP_TRY(agree_about(comm, path, prepare_parallel(ensemble, &access, err), err));
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
    if (file >= 0)
        ensemble->file = file;
    else
        mine = HP_FAIL(HP_ERR_INPUT, "cannot be opened through MPI (%s)", hp_hdf5_reason(reason));
    HP_TRY(agree_about(comm, path, mine, err));
cleanup:
    if (access >= 0) H5Pclose(access);
    if (status != HP_OK) hp_ensemble_close(ensemble);
    return status;
}

void hp_ensemble_close(hp_ensemble *ensemble) {
    if (ensemble == NULL) return;
    if (ensemble->file > 0) H5Fclose(ensemble->file); /* read only: nothing can be lost */
    for (int source = 0; ensemble->source != NULL && source < ensemble->nsource; source++)
        hp_free(ensemble->source[source]);
    void *const blocks[] = {ensemble->source,        ensemble->has_ratio,  ensemble->path,
                            ensemble->channel,       ensemble->provenance, ensemble->t,
                            ensemble->configuration, ensemble->stream,     ensemble->stream_start,
                            ensemble->step,          ensemble->nread};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) hp_free(blocks[i]);
    hp_geometry_destroy(&ensemble->geometry);
    *ensemble = (hp_ensemble){0};
}
