// SPDX-License-Identifier: GPL-3.0-or-later
/* An ensemble file (HDF5): what it holds, its geometry, and reading its rows in parallel. */
#ifndef HADPOT_ENSEMBLE_H
#define HADPOT_ENSEMBLE_H

#include <stdbool.h>
#include <stdint.h>
#include "hadpot/geometry.h"
#include "hadpot/parallel.h"

typedef enum hp_sampling { HP_SAMPLING_CONFIGURATION, HP_SAMPLING_JACKKNIFE } hp_sampling;

/* An open ensemble file. All of it but `file` and `nread` is plain description, the same on every
 * rank. */
typedef struct hp_ensemble {
    char *path, *channel, *provenance;
    hp_sampling sampling;
    double inverse_spacing_mev; /* 1/a in MeV */
    double mass[2];             /* lattice units */
    int nt;
    int *t; /* (nt) consecutive Euclidean times */
    int nsource;
    char **source;      /* (nsource) names, in alphabetical order */
    bool *has_ratio;    /* (nsource) true: R is stored; false: four_point and two_point_1,2 */
    int nsample;        /* rows: configurations or jackknife samples */
    int *configuration; /* (nsample) trajectory numbers, or NULL */
    int *stream;        /* (nsample) stream (replica) of each row, or NULL: all in one */
    int nstream;        /* streams, at least 1; the rows of each stand together */
    int *stream_start;  /* (nstream + 1) first row of each stream, then nsample */
    long *step; /* (nstream) most frequent difference of trajectory numbers, or the smallest of
                 * several; 0: no numbers, or one row */
    int ngap;   /* differences above the step of their stream, of all streams */
    hp_geometry geometry;
    hp_comm comm;
    int64_t file; /* HDF5 identifier; 0 when closed */
    long *nread;  /* (nsample) how often this rank has read each row */
} hp_ensemble;

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

/* Numbers of one row: for each source in turn R (nt, npoint), or four_point (nt, npoint),
 * two_point_1 (nt), two_point_2 (nt). */
size_t hp_ensemble_row_length(const hp_ensemble *ensemble);

/* Where the block of a source starts in a row. */
size_t hp_ensemble_row_offset(const hp_ensemble *ensemble, int source);

/* Not collective. Read row `sample` (0 .. nsample-1) of all sources into row[row_length].
 * Errors: HP_ERR_INPUT for data that cannot be read or are not finite (file, dataset, index). */
hp_status hp_ensemble_read_row(const hp_ensemble *ensemble, int sample, double *row, hp_error *err);

/* The same of those sources and times alone that are set in part (nsource, nt); NULL: of all. Other
 * numbers of the row stay as they are. */
hp_status hp_ensemble_read_part(const hp_ensemble *ensemble, const bool *part, int sample,
                                double *row, hp_error *err);

/* crc (nsource, nt): goes on with the CRC-32 (zlib) of each source and time that is set in part
 * (nsource, nt): of the doubles of a row, R(t), or four_point(t), two_point_1(t), two_point_2(t).
 */
void hp_ensemble_checksum_row(const hp_ensemble *ensemble, const bool *part, const double *row,
                              uint32_t *crc);

/* Doubles of one source at one time. */
size_t hp_ensemble_time_length(const hp_ensemble *ensemble, int source);

/* CRC-32 of what else tells an ensemble from others: channel, sampling, geometry, spacing, masses,
 * times, sources and where streams begin. */
uint32_t hp_ensemble_checksum_description(const hp_ensemble *ensemble);

#endif
