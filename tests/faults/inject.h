// SPDX-License-Identifier: GPL-3.0-or-later
/* A library for LD_PRELOAD that lets the n-th call of a kind fail, and counts calls.
 *
 *   HADPOT_FAULT=KIND:N[+][:ERROR][@RANK]   the N-th call of KIND (from 1 on) fails on RANK (0);
 *                                           with +, all from the N-th on. ERROR: a name of errno
 *                                           (EIO); SHORT: half of the bytes are read or written;
 *                                           or a signal, SIGSTOP: the rank gets it, and the call
 *                                           goes on; SIGSTOP~MS: so many milliseconds later.
 *   HADPOT_FAULT_REPORT=PATH                PATH.RANK gets a line for the first failure, as it
 *                                           happens, and at the end one with each count.
 *
 * Files are those below the folder where the program is started, and no others: Open MPI keeps its
 * own elsewhere. Allocations are told apart by who asks for them: Open MPI, FFTW and OpenBLAS end a
 * program that has no memory and cannot be tested so; so does
 * GSL but in its functions ..._alloc (its SVD takes vectors and does not look at them). */
#ifndef HADPOT_FAULTS_INJECT_H
#define HADPOT_FAULTS_INJECT_H

#include <stdbool.h>
#include <stddef.h>

/* X(name, word of HADPOT_FAULT, error unless one is named) */
#define INJECT_KINDS(X)                                                                            \
    X(INJECT_MEMORY, "memory", ENOMEM)           /* hadpot, GSL, LAPACKE */                        \
    X(INJECT_MEMORY_GSL, "memory-gsl", ENOMEM)   /* GSL, but where hadpot calls ..._alloc */       \
    X(INJECT_MEMORY_YAML, "memory-yaml", ENOMEM) /* libyaml, libcyaml */                           \
    X(INJECT_MEMORY_HDF5, "memory-hdf5", ENOMEM) /* HDF5 and its filters */                        \
    X(INJECT_MEMORY_HASH, "memory-hash", ENOMEM) /* libcrypto */                                   \
    X(INJECT_OPEN, "open", EMFILE)                                                                 \
    X(INJECT_READ, "read", EIO)                                                                    \
    X(INJECT_WRITE, "write", ENOSPC)                                                               \
    X(INJECT_SYNC, "fsync", EIO)                                                                   \
    X(INJECT_CLOSE, "close", EDQUOT)                                                               \
    X(INJECT_RENAME, "rename", EIO) /* and link */                                                 \
    X(INJECT_FOLDER, "mkdir", ENOSPC)                                                              \
    X(INJECT_LIST, "opendir", EMFILE)                                                              \
    X(INJECT_UNLINK, "unlink", EIO) /* and rmdir */                                                \
    X(INJECT_RESIZE, "ftruncate", ENOSPC)                                                          \
    X(INJECT_LOOK, "stat", EIO) /* and access */                                                   \
    X(INJECT_LOCK, "lock", ENOLCK)                                                                 \
    X(INJECT_SPAWN, "spawn", EAGAIN)  /* posix_spawn, pipe */                                      \
    X(INJECT_MPI, "mpi", 0)           /* called by hadpot */                                       \
    X(INJECT_MPI_HDF5, "mpi-hdf5", 0) /* called by HDF5 */                                         \
    X(INJECT_STAGE, "stage", 0)       /* hp_stage_enter: a look at the processor time; signals */

typedef enum inject_kind {
#define X(name, word, error) name,
    INJECT_KINDS(X)
#undef X
        INJECT_NKIND
} inject_kind;

/* Count a call; true: it is to fail (errno is set). where: the address it returns to. */
bool inject_now(inject_kind kind, const void *where, const char *call);

/* The failure is that half of the bytes are done. */
bool inject_is_short(void);

/* Who called: one of the kinds from INJECT_MEMORY on for allocations (INJECT_NKIND: nobody whose
 * failures count); libc and zlib ask on behalf of their callers. */
inject_kind inject_owner(const void *where);

/* hadpot itself called. */
bool inject_by_program(const void *where);

/* The function behind ours. */
void *inject_next(const char *name);

#endif
