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

/* Lattice units: what is larger is in another unit. */
#define HP_LARGEST_MASS 5.0

/* The same on every rank, but for how it is read. */
typedef struct hp_ensemble {
    char *path, *channel, *provenance;
    char *average; /* what each row is the average of, that is not independent; "": of nothing */
    char *notes;   /* what the import found doubtful, a line each; "": nothing */
    hp_sampling sampling;
    double inverse_spacing_mev;    /* 1/a in MeV */
    double mass[2], mass_error[2]; /* lattice units; nan: the file names none, its two-point
                                      functions tell; error 0: none is stated */
    int nt;
    int *t; /* (nt) consecutive Euclidean times */
    int nsource;
    char **source;        /* (nsource) names, in alphabetical order */
    bool *has_ratio;      /* (nsource) true: R is stored; false: four_point and two_point_1,2 */
    int nt_full;          /* times of two-point functions beyond those of the waves; 0: there are
                             none */
    int *t_full;          /* (nt_full) consecutive, or NULL */
    int nt_two_baryon;    /* two_baryon is stored at so many of them, the first; 0: none */
    bool *has_full;       /* (nsource) two_point_full_1, 2 are stored; NULL: of no source */
    bool *has_two_baryon; /* (nsource) and two_baryon; NULL: of no source */
    int temporal_extent;  /* T; 0: not known */
    int nsample;          /* rows: configurations or jackknife samples */
    int *configuration;   /* (nsample) trajectory numbers, or NULL */
    int *stream;          /* (nsample) stream (replica) of each row, or NULL: all in one */
    int nstream;          /* streams, at least 1; the rows of each stand together */
    int *stream_start;    /* (nstream + 1) first row of each stream, then nsample */
    long *step; /* (nstream) most frequent difference of trajectory numbers, or the smallest of
                 * several; 0: no numbers, or one row */
    int ngap;   /* differences above the step of their stream, of all streams */
    hp_geometry geometry;
    const struct hp_comm *comm; /* of an open file, not owned; NULL: there is none, and below */
    int64_t file;               /* HDF5 identifier; 0 when closed */
    long *nread;                /* (nsample) how often this rank has read each row */
} hp_ensemble;

/* Numbers of one row: for each source in turn R (nt, npoint), or four_point (nt, npoint),
 * two_point_1 (nt), two_point_2 (nt). Behind those of all sources, for each in turn that has them,
 * two_point_full_1 (nt_full), two_point_full_2 (nt_full), two_baryon (nt_two_baryon). */
size_t hp_ensemble_row_length(const hp_ensemble *ensemble);

/* Where the block of a source starts in a row. */
size_t hp_ensemble_row_offset(const hp_ensemble *ensemble, int source);

/* Doubles of one source at one time. */
size_t hp_ensemble_time_length(const hp_ensemble *ensemble, int source);

/* What a source may have at the times t_full: the two-point functions of both hadrons, and the
 * correlator of two hadrons at zero momentum, summed over the sink. */
typedef enum hp_full { HP_FULL_TWO_POINT_1, HP_FULL_TWO_POINT_2, HP_FULL_TWO_BARYON } hp_full;

/* At how many of the times t_full it is stored, whether a source has it, and where its numbers
 * start in a row. */
int hp_ensemble_full_count(const hp_ensemble *ensemble, hp_full which);
bool hp_ensemble_has_full(const hp_ensemble *ensemble, int source, hp_full which);
size_t hp_ensemble_full_offset(const hp_ensemble *ensemble, int source, hp_full which);

/* Parts of which a row may be read: sources at times, (nsource, nt), then all that each source has
 * at the times t_full, (nsource). How many, and the doubles of each. */
int hp_ensemble_part_count(const hp_ensemble *ensemble);
size_t hp_ensemble_part_length(const hp_ensemble *ensemble, int part);

#endif
