// SPDX-License-Identifier: GPL-3.0-or-later
/* What surrounds the tests of a program that runs on several ranks. */
#ifndef HADPOT_TEST_MPI_SUPPORT_H
#define HADPOT_TEST_MPI_SUPPORT_H

#include "support.h"
#include "hadpot/parallel.h"

/* Start MPI; with several ranks the first failure aborts the program, for the others would wait for
 * the failed rank. folder: an empty folder, the same on all ranks. Returns 0, or 1 on failure. */
int hp_test_mpi_begin(int *argc, char ***argv, hp_comm *comm, char folder[64]);

/* Remove the folder and end MPI; returns the exit code of the program, 1 when a test of any rank
 * failed. */
int hp_test_mpi_end(int failed, const hp_comm *comm, const char *folder);

#endif
