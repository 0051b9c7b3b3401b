// SPDX-License-Identifier: GPL-3.0-or-later
/* HDF5 and a disk that may be full. */
#ifndef HADPOT_RESULTS_HDF5_DISK_H
#define HADPOT_RESULTS_HDF5_DISK_H

#include "hadpot/hdf5_write.h"

/* The error of the call of HDF5 that has just failed, "cannot WHAT "NAME"", with what the system
 * said: HP_ERR_DISK_FULL, HP_ERR_MEMORY or HP_ERR_IO. From then on the file, if it is one on the
 * disk, goes to memory that nobody reads: HDF5 1.10 crashes where it cannot write what it has to
 * before it closes. */
hp_status hp_h5_fail(hid_t file, const char *what, const char *name, hp_error *err);

/* Take room on the disk for all places that HDF5 has given out in a file, and where there is any
 * for `more` bytes, so that it does not meet a full disk in the middle of its work. Errors:
 * HP_ERR_DISK_FULL. */
hp_status hp_h5_reserve(hid_t file, size_t more, hp_error *err);

#endif
