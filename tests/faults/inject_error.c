// SPDX-License-Identifier: GPL-3.0-or-later
#include <mpi.h>

extern const int inject_mpi_error;
const int inject_mpi_error = MPI_ERR_OTHER;
