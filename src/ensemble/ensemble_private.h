// SPDX-License-Identifier: GPL-3.0-or-later
/* What the files of src/ensemble share. */
#ifndef HADPOT_ENSEMBLE_PRIVATE_H
#define HADPOT_ENSEMBLE_PRIVATE_H

#include <hdf5.h>
#include "hadpot/ensemble_file.h"

enum { HP_SOURCE_NAME_MAX = 255, HP_DATASET_PATH_MAX = HP_SOURCE_NAME_MAX + 64 };

/* Rank 0 only. Open the file without MPI, check it (SPEC 2) and fill all of `ensemble` but path,
 * comm and file. On failure the half-filled ensemble is left to the caller.
 * Errors: HP_ERR_INPUT, without the file's name. */
hp_status hp_ensemble_describe(const char *path, hp_ensemble *ensemble, hp_error *err);

/* Rank 0 only. What both versions of the format have: attributes of the root group, /t, and /site
 * or /r. Errors: HP_ERR_INPUT. */
hp_status hp_ensemble_read_frame(hid_t file, hp_ensemble *ensemble, hp_error *err);

/* Rank 0 only. Refuse datasets that are links to other files, virtual, stored in other files or
 * with filters that are not there, and links to nothing: those beside the sources, or of one
 * source. Errors: HP_ERR_INPUT with path, and what to do. */
hp_status hp_ensemble_check_storage(hid_t file, hp_error *err);
hp_status hp_ensemble_check_source_storage(hid_t file, const char *source, hp_error *err);

/* Rank 0 only. 1/a, masses and their errors; and whether a radial grid, which has been read, begins
 * where one can. Errors: HP_ERR_INPUT with attribute or dataset, found, expected and, for a number
 * of implausible size, the likely unit. */
hp_status hp_ensemble_read_scales(hid_t file, hp_ensemble *ensemble, hp_error *err);
hp_status hp_ensemble_check_radii(const hp_ensemble *ensemble, hp_error *err);

/* Rank 0 only. Read and check /configuration, /source/NAME/configuration and /stream, where they
 * are, and fill nstream, stream_start, ngap. nsample and the sources are known.
 * Errors: HP_ERR_INPUT with dataset, expected and found. */
hp_status hp_ensemble_read_chain(hid_t file, hp_ensemble *ensemble, hp_error *err);

/* Name of the dataset. */
const char *hp_ensemble_full_name(hp_full which);

/* Rank 0 only. Read and check what a file may have at the times of /two_point_t; the sources are
 * known. Errors: HP_ERR_INPUT with dataset, expected and found. */
hp_status hp_ensemble_read_full(hid_t file, hp_ensemble *ensemble, hp_error *err);

/* Consecutive times. Errors: HP_ERR_INPUT naming the dataset. */
hp_status hp_ensemble_read_times(hid_t file, const char *path, int *nt, int **t, hp_error *err);

/* "/source/<name>/<dataset>" */
void hp_ensemble_dataset_path(const hp_ensemble *ensemble, int source, const char *dataset,
                              char path[HP_DATASET_PATH_MAX]);

#endif
