// SPDX-License-Identifier: GPL-3.0-or-later
/* Opening an ensemble: rank 0 checks the file and describes it to the others, then all open it. */
#include <hdf5.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "hadpot/memory.h"
#include "hadpot/hdf5_read.h"
#include "hadpot/probe.h"
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
    HP_CALL(hp_hdf5_refuse_external_links(err));
    ensemble->path = hp_copy_string(path);
    HP_REQUIRE(ensemble->path != NULL, HP_ERR_MEMORY, "no memory for a string");
    HP_REQUIRE(stat(path, &info) == 0, HP_ERR_INPUT, "cannot be opened: %s", strerror(errno));
    HP_REQUIRE(S_ISREG(info.st_mode), HP_ERR_INPUT, "%s, expected an HDF5 file",
               S_ISDIR(info.st_mode) ? "is a directory" : "is not a regular file");
    HP_REQUIRE(access(path, R_OK) == 0, HP_ERR_INPUT, "cannot be read: %s", strerror(errno));
    return HP_OK;
}

/* Numbers of rank 0's description; what is behind its pointers follows. */
static hp_status share_numbers(hp_ensemble *ensemble, hp_error *err) {
    hp_ensemble root = *ensemble;
    HP_CALL(hp_parallel_broadcast(ensemble->comm, &root, sizeof root, err));
    if (ensemble->comm->rank == 0) return HP_OK;
    *ensemble = (hp_ensemble){.comm = ensemble->comm,
                              .path = ensemble->path,
                              .version = root.version,
                              .sampling = root.sampling,
                              .inverse_spacing_mev = root.inverse_spacing_mev,
                              .mass = {root.mass[0], root.mass[1]},
                              .mass_error = {root.mass_error[0], root.mass_error[1]},
                              .nt_full = root.nt_full,
                              .nt_two_baryon = root.nt_two_baryon,
                              .temporal_extent = root.temporal_extent,
                              .nt = root.nt,
                              .nsource = root.nsource,
                              .nsample = root.nsample,
                              .nstream = root.nstream,
                              .ngap = root.ngap,
                              .npair = root.npair,
                              .ncomponent = root.ncomponent,
                              .nwave = root.nwave,
                              .geometry = {.kind = root.geometry.kind,
                                           .extent = root.geometry.extent,
                                           .npoint = root.geometry.npoint}};
    return HP_OK;
}

static hp_status share_arrays(hp_ensemble *ensemble, hp_error *err) {
    const hp_comm *comm = ensemble->comm;
    size_t nsample = (size_t)ensemble->nsample, nstream = (size_t)ensemble->nstream;
    const struct {
        void **block;
        size_t bytes;
    } arrays[] = {{(void **)&ensemble->t, (size_t)ensemble->nt * sizeof(int)},
                  {(void **)&ensemble->has_ratio, (size_t)ensemble->nsource * sizeof(bool)},
                  {(void **)&ensemble->t_full, (size_t)ensemble->nt_full * sizeof(int)},
                  {(void **)&ensemble->has_full, (size_t)ensemble->nsource * sizeof(bool)},
                  {(void **)&ensemble->has_two_baryon, (size_t)ensemble->nsource * sizeof(bool)},
                  {(void **)&ensemble->has_beside, (size_t)ensemble->nsource * sizeof(bool)},
                  {(void **)&ensemble->configuration, nsample * sizeof(int)},
                  {(void **)&ensemble->stream, nsample * sizeof(int)},
                  {(void **)&ensemble->stream_start, (nstream + 1) * sizeof(int)},
                  {(void **)&ensemble->step, nstream * sizeof(long)}};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        HP_CALL(hp_parallel_broadcast_block(comm, arrays[i].block, arrays[i].bytes, err));
    if (comm->rank != 0) ensemble->source = hp_alloc((size_t)ensemble->nsource, sizeof(char *));
    HP_CALL(hp_parallel_agree_block(comm, ensemble->source, (size_t)ensemble->nsource,
                                    sizeof(char *), err));
    for (int source = 0; source < ensemble->nsource; source++)
        HP_CALL(hp_parallel_broadcast_string(comm, &ensemble->source[source], err));
    HP_CALL(hp_parallel_broadcast_string(comm, &ensemble->channel, err));
    HP_CALL(hp_parallel_broadcast_string(comm, &ensemble->notes, err));
    HP_CALL(hp_parallel_broadcast_string(comm, &ensemble->average, err));
    return hp_parallel_broadcast_string(comm, &ensemble->provenance, err);
}

/* Points and weights follow from the extent or the distances; every rank works them out. */
static hp_status share_geometry(hp_ensemble *ensemble, hp_error *err) {
    hp_status status = HP_OK, mine = HP_OK;
    const hp_comm *comm = ensemble->comm;
    hp_geometry of = ensemble->geometry; /* of which creating begins with nothing */
    bool cubic = of.kind == HP_GEOMETRY_CUBIC;
    double *r = of.r;
    if (!cubic)
        HP_TRY(hp_parallel_broadcast_block(comm, (void **)&r, (size_t)of.npoint * sizeof *r, err));
    if (comm->rank != 0)
        mine = cubic ? hp_geometry_create_cubic(of.extent, &ensemble->geometry, err)
                     : hp_geometry_create_radial(r, of.npoint, &ensemble->geometry, err);
    HP_TRY(hp_parallel_agree(comm, mine, err));
cleanup:
    if (comm->rank != 0) hp_free(r);
    return status;
}

/* Rank 0. */
static hp_status probe_and_describe(const char *path, hp_file_identity *identity,
                                    hp_ensemble *ensemble, hp_error *err) {
    HP_CALL(hp_probe_file(path, identity, err));
    return hp_ensemble_describe(path, ensemble, err);
}

/* Every rank for itself, as it reads its rows: through MPI (the driver mpio) Open MPI says nothing
 * of a read that failed, HDF5 puts zeros there, and other numbers come out. */
static hp_status open_file(hp_ensemble *ensemble, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    char reason[HP_HDF5_REASON];
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    HP_NEW(ensemble->nread, ensemble->nsample);
    /* Nothing is written: no lock, which some parallel file systems refuse. Numbers as they are
     * asked for, not 64 kB around them, which other ranks read. */
    HP_CHECK(access >= 0 && H5Pset_file_locking(access, 0, 1) >= 0 &&
                 H5Pset_sieve_buf_size(access, 0) >= 0,
             HP_ERR_LIBRARY, "no access property list (%s)", hp_hdf5_reason(reason));
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
    HP_CHECK(file >= 0, HP_ERR_INPUT, "cannot be opened by rank %d (%s)", ensemble->comm->rank,
             hp_hdf5_reason(reason));
    ensemble->file = file;
cleanup:
    if (access >= 0) H5Pclose(access);
    return status;
}

hp_status hp_ensemble_open(const hp_comm *comm, const char *path, hp_ensemble *ensemble,
                           hp_error *err) {
    hp_status status = HP_OK, mine = HP_OK;
    hp_file_identity identity = {0};
    HP_TRY(agree_about(comm, path, start(comm, path, ensemble, err), err));
    if (comm->rank == 0) mine = probe_and_describe(path, &identity, ensemble, err);
    HP_TRY(agree_about(comm, path, mine, err));
    HP_TRY(share_numbers(ensemble, err));
    HP_TRY(share_arrays(ensemble, err));
    HP_TRY(hp_ensemble_share_components(ensemble, err));
    HP_TRY(share_geometry(ensemble, err));
    HP_TRY(agree_about(comm, path, open_file(ensemble, path, err), err));
    if (comm->rank == 0) mine = hp_probe_check_same(path, &identity, err);
    HP_TRY(agree_about(comm, path, mine, err));
    HP_TRY(agree_about(comm, path, hp_ensemble_open_rows(ensemble, err), err));
cleanup:
    if (status != HP_OK) hp_ensemble_close(ensemble);
    return status;
}

void hp_ensemble_close(hp_ensemble *ensemble) {
    if (ensemble == NULL) return;
    hp_ensemble_close_rows(ensemble);
    if (ensemble->file > 0) H5Fclose(ensemble->file); /* read only: nothing can be lost */
    for (int source = 0; ensemble->source != NULL && source < ensemble->nsource; source++)
        hp_free(ensemble->source[source]);
    for (int pair = 0; ensemble->pair != NULL && pair < ensemble->npair; pair++) {
        hp_free(ensemble->pair[pair].mass_rows[0]);
        hp_free(ensemble->pair[pair].mass_rows[1]);
        hp_free(ensemble->pair[pair].sqrt_z_rows);
    }
    void *const blocks[] = {
        ensemble->source,        ensemble->has_ratio,      ensemble->path,
        ensemble->channel,       ensemble->provenance,     ensemble->t,
        ensemble->configuration, ensemble->stream,         ensemble->stream_start,
        ensemble->step,          ensemble->nread,          ensemble->t_full,
        ensemble->has_full,      ensemble->has_two_baryon, ensemble->has_beside,
        ensemble->notes,         ensemble->average,        ensemble->pair,
        ensemble->component,     ensemble->wave,           ensemble->field};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) hp_free(blocks[i]);
    hp_geometry_destroy(&ensemble->geometry);
    *ensemble = (hp_ensemble){0};
}
