// SPDX-License-Identifier: GPL-3.0-or-later
/* What the files of src/ensemble share. */
#ifndef HADPOT_ENSEMBLE_PRIVATE_H
#define HADPOT_ENSEMBLE_PRIVATE_H

#include <hdf5.h>
#include "hadpot/ensemble_file.h"

enum { HP_SOURCE_NAME_MAX = 255, HP_DATASET_PATH_MAX = HP_SOURCE_NAME_MAX + 192 };

/* Open the file for reading, by this rank alone; *file: closed by the caller. Errors: HP_ERR_INPUT
 * with the reason. */
hp_status hp_ensemble_open_file(const char *path, hid_t *file, hp_error *err);

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
hp_status hp_ensemble_check_path_storage(hid_t file, const char *path, hp_error *err);

/* Rank 0 only. Names of the links in /source in alphabetical order, each owned by the caller, the
 * list too, after a failure too. Errors: HP_ERR_INPUT where there is none. */
hp_status hp_ensemble_list_sources(hid_t file, int *n, char ***names, hp_error *err);

/* Rank 0 only, version 2, in this order: /component with the names of pairs and whether their
 * hadrons are identical; sources of waves and their fields, of which datasets are checked by the
 * caller; masses and normalisations of pairs, when nsample and has_full are known.
 * Errors: HP_ERR_INPUT with dataset or attribute, expected and found. */
hp_status hp_ensemble_read_components(hid_t file, hp_ensemble *ensemble, hp_error *err);
hp_status hp_ensemble_read_fields(hid_t file, hp_ensemble *ensemble, hp_error *err);
hp_status hp_ensemble_read_pairs(hid_t file, hp_ensemble *ensemble, hp_error *err);

/* A line more of notes. Errors: HP_ERR_MEMORY. */
hp_status hp_ensemble_note(hp_ensemble *ensemble, hp_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Collective. What rank 0 has read of version 2 goes to all; numbers of everything are known. */
hp_status hp_ensemble_share_components(hp_ensemble *ensemble, hp_error *err);

/* Where a dataset of a field stands. */
void hp_ensemble_field_path(const hp_ensemble *ensemble, int source, const char *dataset,
                            char path[HP_DATASET_PATH_MAX]);

/* Lattice units; nan: there is none. Errors: HP_ERR_INPUT, with the likely unit. */
hp_status hp_ensemble_check_mass(const char *name, double found, double inverse_spacing_mev,
                                 hp_error *err);

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

/* Open the datasets of rows of an open file, in the same order on every rank; and close them. */
hp_status hp_ensemble_open_rows(hp_ensemble *ensemble, hp_error *err);
void hp_ensemble_close_rows(hp_ensemble *ensemble);

/* "/source/<name>/<dataset>", or that of a field */
void hp_ensemble_dataset_path(const hp_ensemble *ensemble, int source, const char *dataset,
                              char path[HP_DATASET_PATH_MAX]);

#endif
