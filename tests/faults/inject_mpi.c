// SPDX-License-Identifier: GPL-3.0-or-later
/* Calls of MPI by hadpot and by HDF5, through the profiling interface: a call that is to fail is
 * not made, and returns MPI_ERR_OTHER. One that looks whether something has come counts when it
 * has, so that the number does not depend on how long it takes.
 *
 * Arguments are integers and pointers, fourteen at most, and go through as they are: a function
 * that takes fewer does not look at the rest (the calling conventions of x86-64 and AArch64). */
#include "inject.h"

typedef long any;

extern const int inject_mpi_error;

static bool fails(const void *where, const char *call) {
    inject_kind owner = inject_owner(where);
    if (owner == INJECT_MEMORY) return inject_now(INJECT_MPI, where, call);
    if (owner == INJECT_MEMORY_HDF5) return inject_now(INJECT_MPI_HDF5, where, call);
    return false;
}

#define PARAMETERS                                                                                 \
    any a, any b, any c, any d, any e, any f, any g, any h, any i, any j, any k, any l, any m, any n
#define ARGUMENTS a, b, c, d, e, f, g, h, i, j, k, l, m, n

#define MPI_FUNCTIONS(X)                                                                           \
    X(Init)                                                                                        \
    X(Init_thread)                                                                                 \
    X(Comm_rank)                                                                                   \
    X(Comm_size)                                                                                   \
    X(Comm_dup) X(Comm_split) X(Comm_split_type) X(Comm_free) X(Comm_compare) X(                   \
        Comm_create_keyval) X(Comm_free_keyval) X(Comm_set_attr) X(Comm_set_errhandler) X(Send)    \
        X(Recv) X(Isend) X(Issend) X(Irecv) X(Imrecv) X(Mprobe) X(Wait) X(Waitall) X(Cancel) X(    \
            Request_free) X(Barrier) X(Bcast) X(Allreduce) X(Allgather) X(Allgatherv) X(Gather)    \
            X(Gatherv) X(Scatterv) X(Reduce) X(Ibarrier) X(Ibcast) X(Iallreduce) X(Iallgather)     \
                X(Igather) X(Igatherv) X(Ireduce) X(Win_allocate) X(Win_create) X(Win_free) X(     \
                    Win_lock) X(Win_lock_all) X(Win_unlock) X(Win_unlock_all) X(Win_flush)         \
                    X(Win_flush_local) X(Win_set_errhandler) X(Fetch_and_op) X(Rget_accumulate) X( \
                        Raccumulate) X(Rput) X(Rget) X(Put) X(Get) X(Accumulate) X(Get_accumulate) \
                        X(Compare_and_swap) X(File_open) X(File_close) X(File_get_size)            \
                            X(File_set_size) X(File_set_view) X(File_sync) X(File_read_at) X(      \
                                File_read_at_all) X(File_write_at) X(File_write_at_all)            \
                                X(File_get_atomicity) X(File_set_atomicity) X(Get_count) X(        \
                                    Get_elements_x) X(Info_create) X(Info_set) X(Info_dup)         \
                                    X(Info_free) X(Info_get) X(Info_get_nkeys) X(Info_get_nthkey)  \
                                        X(Type_commit) X(Type_contiguous) X(Type_create_hindexed)  \
                                            X(Type_create_hindexed_block) X(Type_create_hvector)   \
                                                X(Type_create_resized) X(Type_create_struct)       \
                                                    X(Type_dup) X(Type_free) X(Type_get_extent)    \
                                                        X(Type_size_x) X(Type_vector)

#define X(name)                                                                                    \
    int PMPI_##name(PARAMETERS);                                                                   \
    int MPI_##name(PARAMETERS);                                                                    \
    int MPI_##name(PARAMETERS) {                                                                   \
        if (fails(__builtin_return_address(0), "MPI_" #name)) return inject_mpi_error;             \
        return PMPI_##name(ARGUMENTS);                                                             \
    }
MPI_FUNCTIONS(X)
#undef X

/* X(name, the argument that says whether something has come) */
#define MPI_LOOKS(X) X(Test, b) X(Testall, c) X(Testany, d) X(Iprobe, d) X(Improbe, d)

#define X(name, flag)                                                                              \
    int PMPI_##name(PARAMETERS);                                                                   \
    int MPI_##name(PARAMETERS);                                                                    \
    int MPI_##name(PARAMETERS) {                                                                   \
        int code = PMPI_##name(ARGUMENTS);                                                         \
        if (code != 0 || *(const int *)flag == 0) return code;                                     \
        return fails(__builtin_return_address(0), "MPI_" #name) ? inject_mpi_error : code;         \
    }
MPI_LOOKS(X)
#undef X
