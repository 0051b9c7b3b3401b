// SPDX-License-Identifier: GPL-3.0-or-later
/* An ensemble file (HDF5): checked, opened, and its rows read in parallel. */
#ifndef HADPOT_ENSEMBLE_FILE_H
#define HADPOT_ENSEMBLE_FILE_H

#include "hadpot/ensemble.h"
#include "hadpot/parallel.h"

/* Collective. Open an ensemble file with parallel HDF5 and check everything but the rows' numbers
 * (README.md, "Ensemble files"): format, version, attributes, shapes, order of sites, consecutive
 * times, equal shapes of all sources, rows of a stream together with ascending trajectory numbers,
 * the same numbers for every source that has its own list (/source/NAME/configuration; without
 * /configuration the first such list is that of the ensemble). ensemble: out, owned by the caller.
 * Errors: HP_ERR_INPUT with file, dataset or attribute, expected and found, the same on every rank.
 */
hp_status hp_ensemble_open(const hp_comm *comm, const char *path, hp_ensemble *ensemble,
                           hp_error *err);

/* Collective. Closes the file; NULL and half-opened ensembles are allowed. */
void hp_ensemble_close(hp_ensemble *ensemble);

/* Not collective. Read row `sample` (0 .. nsample-1) of all sources into row[row_length].
 * Errors: HP_ERR_INPUT for data that cannot be read or are not finite (file, dataset, index). */
hp_status hp_ensemble_read_row(const hp_ensemble *ensemble, int sample, double *row, hp_error *err);

/* The same of those parts alone that are set in part (hp_ensemble_part_count); NULL: of all. Other
 * numbers of the row stay as they are. */
hp_status hp_ensemble_read_part(const hp_ensemble *ensemble, const bool *part, int sample,
                                double *row, hp_error *err);

/* crc (hp_ensemble_part_count): goes on with the CRC-32 (zlib) of each part that is set: of the
 * doubles of a row, R(t), or four_point(t), two_point_1(t), two_point_2(t), or all at the times
 * t_full. */
void hp_ensemble_checksum_row(const hp_ensemble *ensemble, const bool *part, const double *row,
                              uint32_t *crc);

/* CRC-32 of what else tells an ensemble from others: channel, sampling, geometry, spacing, masses,
 * times, sources and where streams begin. */
uint32_t hp_ensemble_checksum_description(const hp_ensemble *ensemble);

#endif
