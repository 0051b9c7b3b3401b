// SPDX-License-Identifier: GPL-3.0-or-later
/* Opening an ensemble: rank 0 checks the file and describes it to the others, then all open it. */
#include <hdf5.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "hadpot/memory.h"
#include "hadpot/hdf5_read.h"
#include "ensemble_private.h"

/* The numbers of the description, sent as one block. */
typedef struct counts {
    hp_sampling sampling;
    hp_geometry_kind kind;
    int extent, npoint, nt, nsource, nsample;
    double inverse_spacing_mev, mass[2];
} counts;

/* Agree, with the name of the file in front of the message. */
static hp_status agree_about(const hp_comm *comm, const char *path, hp_status mine, hp_error *err) {
    if (mine != HP_OK) hp_error_add_context(err, "%s", path);
    return hp_parallel_agree(comm, mine, err);
}

/* On every rank, since another node may not see the file system that rank 0 sees. */
static hp_status check_path(const char *path, hp_error *err) {
    struct stat info;
    HP_REQUIRE(stat(path, &info) == 0, HP_ERR_INPUT, "cannot be opened: %s", strerror(errno));
    HP_REQUIRE(S_ISREG(info.st_mode), HP_ERR_INPUT, "%s, expected an HDF5 file",
               S_ISDIR(info.st_mode) ? "is a directory" : "is not a regular file");
    HP_REQUIRE(access(path, R_OK) == 0, HP_ERR_INPUT, "cannot be read: %s", strerror(errno));
    return HP_OK;
}

static hp_status start(const hp_comm *comm, const char *path, hp_ensemble *ensemble,
                       hp_error *err) {
    memset(ensemble, 0, sizeof *ensemble);
    ensemble->comm = comm;
    /* HDF5 would print its call stack at the user; failures become messages of ours instead. */
    HP_REQUIRE(H5open() >= 0 && H5Eset_auto2(H5E_DEFAULT, NULL, NULL) >= 0, HP_ERR_LIBRARY,
               "HDF5 does not start");
    ensemble->path = hp_copy_string(path);
    HP_REQUIRE(ensemble->path != NULL, HP_ERR_MEMORY, "no memory for a string");
    return check_path(path, err);
}

static counts count(const hp_ensemble *ensemble) {
    return (counts){
        .sampling = ensemble->sampling,
        .kind = ensemble->geometry.kind,
        .extent = ensemble->geometry.extent,
        .npoint = ensemble->geometry.npoint,
        .nt = ensemble->nt,
        .nsource = ensemble->nsource,
        .nsample = ensemble->nsample,
        .inverse_spacing_mev = ensemble->inverse_spacing_mev,
        .mass = {ensemble->mass[0], ensemble->mass[1]},
    };
}

static void receive_counts(const counts *shared, hp_ensemble *ensemble) {
    ensemble->sampling = shared->sampling;
    ensemble->inverse_spacing_mev = shared->inverse_spacing_mev;
    memcpy(ensemble->mass, shared->mass, sizeof ensemble->mass);
    ensemble->nt = shared->nt;
    ensemble->nsource = shared->nsource;
    ensemble->nsample = shared->nsample;
}

static hp_status make_names(hp_ensemble *ensemble, hp_error *err) {
    if (ensemble->comm->rank != 0) HP_ALLOCATE(ensemble->source, ensemble->nsource);
    return HP_OK;
}

/* Points and weights follow from the extent or the distances; every rank works them out. */
static hp_status share_geometry(const counts *shared, hp_ensemble *ensemble, hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = ensemble->comm;
    double *r = comm->rank == 0 ? ensemble->geometry.r : NULL;
    bool cubic = shared->kind == HP_GEOMETRY_CUBIC;
    if (!cubic)
        HP_CALL(hp_parallel_broadcast_block(comm, (void **)&r, (size_t)shared->npoint * sizeof *r,
                                            err));
    if (comm->rank != 0)
        status = cubic ? hp_geometry_create_cubic(shared->extent, &ensemble->geometry, err)
                       : hp_geometry_create_radial(r, shared->npoint, &ensemble->geometry, err);
    if (comm->rank != 0) hp_free(r);
    return hp_parallel_agree(comm, status, err);
}

/* What hp_ensemble_describe found on rank 0 goes to the others. */
static hp_status share_description(hp_ensemble *ensemble, hp_error *err) {
    const hp_comm *comm = ensemble->comm;
    counts shared = count(ensemble);
    HP_CALL(hp_parallel_broadcast(comm, &shared, sizeof shared, err));
    if (comm->rank != 0) receive_counts(&shared, ensemble);
    size_t nsource = (size_t)shared.nsource;
    HP_CALL(hp_parallel_broadcast_block(comm, (void **)&ensemble->t,
                                        (size_t)shared.nt * sizeof *ensemble->t, err));
    HP_CALL(hp_parallel_broadcast_block(comm, (void **)&ensemble->has_ratio,
                                        nsource * sizeof *ensemble->has_ratio, err));
    HP_CALL(hp_ensemble_share_chain(ensemble, err));
    HP_CALL(hp_parallel_agree(comm, make_names(ensemble, err), err));
    for (int source = 0; source < shared.nsource; source++)
        HP_CALL(hp_parallel_broadcast_string(comm, &ensemble->source[source], err));
    HP_CALL(hp_parallel_broadcast_string(comm, &ensemble->channel, err));
    HP_CALL(hp_parallel_broadcast_string(comm, &ensemble->provenance, err));
    return share_geometry(&shared, ensemble, err);
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

static hp_status open_parallel(hp_ensemble *ensemble, hid_t access, hp_error *err) {
    char reason[HP_HDF5_REASON];
    hid_t file = H5Fopen(ensemble->path, H5F_ACC_RDONLY, access);
    HP_REQUIRE(file >= 0, HP_ERR_INPUT, "cannot be opened through MPI (%s)",
               hp_hdf5_reason(reason));
    ensemble->file = file;
    return HP_OK;
}

hp_status hp_ensemble_open(const hp_comm *comm, const char *path, hp_ensemble *ensemble,
                           hp_error *err) {
    hp_status status = HP_OK, mine = HP_OK;
    hid_t access = H5I_INVALID_HID;
    HP_TRY(agree_about(comm, path, start(comm, path, ensemble, err), err));
    if (comm->rank == 0) mine = hp_ensemble_describe(path, ensemble, err);
    HP_TRY(agree_about(comm, path, mine, err));
    HP_TRY(share_description(ensemble, err));
    HP_TRY(agree_about(comm, path, prepare_parallel(ensemble, &access, err), err));
    HP_TRY(agree_about(comm, path, open_parallel(ensemble, access, err), err));
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
    hp_free(ensemble->source);
    hp_free(ensemble->has_ratio);
    hp_free(ensemble->path);
    hp_free(ensemble->channel);
    hp_free(ensemble->provenance);
    hp_free(ensemble->t);
    hp_free(ensemble->configuration);
    hp_free(ensemble->stream);
    hp_free(ensemble->stream_start);
    hp_free(ensemble->step);
    hp_free(ensemble->nread);
    hp_geometry_destroy(&ensemble->geometry);
    memset(ensemble, 0, sizeof *ensemble);
}
