// SPDX-License-Identifier: GPL-3.0-or-later
/* An ensemble of correlators: what it holds, its geometry, and where numbers stand in its rows.
 * A plain description, filled from a file (ensemble_file.h) or by hand. */
#ifndef HADPOT_ENSEMBLE_H
#define HADPOT_ENSEMBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "hadpot/geometry.h"

typedef enum hp_sampling { HP_SAMPLING_CONFIGURATION, HP_SAMPLING_JACKKNIFE } hp_sampling;

/* The same on every rank, but for how it is read. */
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
    const struct hp_comm *comm; /* of an open file, not owned; NULL: there is none, and below */
    int64_t file;               /* HDF5 identifier; 0 when closed */
    long *nread;                /* (nsample) how often this rank has read each row */
} hp_ensemble;

/* Numbers of one row: for each source in turn R (nt, npoint), or four_point (nt, npoint),
 * two_point_1 (nt), two_point_2 (nt). */
size_t hp_ensemble_row_length(const hp_ensemble *ensemble);

/* Where the block of a source starts in a row. */
size_t hp_ensemble_row_offset(const hp_ensemble *ensemble, int source);

/* Doubles of one source at one time. */
size_t hp_ensemble_time_length(const hp_ensemble *ensemble, int source);

#endif
