// SPDX-License-Identifier: GPL-3.0-or-later
/* An ensemble of correlators: what it holds, its geometry, and where numbers stand in its rows.
 * A plain description, filled from a file (ensemble_file.h) or by hand. */
#ifndef HADPOT_ENSEMBLE_H
#define HADPOT_ENSEMBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "hadpot/geometry.h"
#include "hadpot/pair.h"

typedef enum hp_sampling { HP_SAMPLING_CONFIGURATION, HP_SAMPLING_JACKKNIFE } hp_sampling;

/* Lattice units: what is larger is in another unit. */
#define HP_LARGEST_MASS 5.0

/* Bytes of names that a file of version 2 has, with the NUL. */
enum { HP_ENSEMBLE_NAME = 64, HP_ENSEMBLE_WAVE_NAME = 256 };

/* Version 2: two hadrons, of /pair/NAME. */
typedef struct hp_ensemble_pair {
    char name[HP_ENSEMBLE_NAME];   /* "XX" */
    double mass[2], mass_error[2]; /* lattice units; the mean of mass_rows where the file has no
                                      attribute; nan: two-point functions tell; error 0: none */
    double *mass_rows[2];          /* (nsample) of each jackknife row, both or none (NULL) */
    bool identical;
    int charge[2];
    double sqrt_z;       /* sqrt(Z_1 Z_2) of the operators at the sink; the mean of sqrt_z_rows
                            where the file has no attribute; nan: not stated */
    double *sqrt_z_rows; /* (nsample) of each jackknife row, or NULL */
} hp_ensemble_pair;

/* Version 2: a component of the wave at the sink, "PAIR:2S+1LJ" of /component, in its order, which
 * is that of jobs. */
typedef struct hp_ensemble_component {
    char name[HP_ENSEMBLE_NAME]; /* "XX:3D1" */
    int pair;                    /* of hp_ensemble.pair */
    int l, two_s_plus_1, two_j;  /* 2, 3, 2 */
} hp_ensemble_component;

/* Version 2: a source of waves, /source/NAME. */
typedef struct hp_ensemble_wave {
    char name[HP_ENSEMBLE_WAVE_NAME]; /* "wall" */
    int pair; /* that it makes (attribute pair; the one pair where there is only one); -1: none of
                 them (an empty attribute), as a source of one hadron */
    bool full_at_source; /* two_point_full_1, 2 stand in /source/NAME, not with its pair */
} hp_ensemble_wave;

/* Version 2: what the numbers of hp_ensemble.source[i] are. */
typedef struct hp_ensemble_field {
    int wave, component;
    bool laplacian; /* the projection of the lattice Laplacian of psi on this component, in the
                       units of the field of the component: R or four_point; l > 0 only */
    double factor;  /* by which numbers of the wave have been multiplied: 1/sqrt 2 for each of sink
                       and source pair that is of identical hadrons, 1/2 for both */
    double imaginary_part; /* r.m.s. of the imaginary part, which is 0 but for noise, over that of
                              the real one, in what was imported (attribute of the component's
                              group); nan: not stated */
} hp_ensemble_field;

/* The same on every rank, but for how it is read. In version 1 a source is one S wave of one pair.
 * Version 2 has several components, and what is a source below is a FIELD: one component of one
 * source of waves, "wall/XX/3S1", or the Laplacian beside it, "wall/XX/3D1/laplacian": sources of
 * waves in alphabetical order, in each of them components in their order, Laplacians behind their
 * component. Two-point functions belong to source and pair, and stand in the block of each of their
 * fields; those at all their times and the two-baryon correlator in the first field of source and
 * pair alone. Whoever reads rows, adds, bins or sums them needs no more than fields. */
typedef struct hp_ensemble {
    int version; /* of the file: 1 (also 0, by hand) or 2 */
    char *path, *channel, *provenance;
    char *average; /* what each row is the average of, that is not independent; "": of nothing */
    char *notes;   /* what the import found doubtful, a line each; "": nothing */
    hp_sampling sampling;
    double inverse_spacing_mev;    /* 1/a in MeV */
    double mass[2], mass_error[2]; /* lattice units; nan: the file names none, its two-point
                                      functions tell; error 0: none is stated; version 2: those of
                                      pair 0 */
    int nt;
    int *t; /* (nt) consecutive Euclidean times */
    int nsource;
    char **source;        /* (nsource) names, in alphabetical order; version 2: of fields */
    bool *has_ratio;      /* (nsource) true: R is stored; false: four_point and two_point_1,2 */
    int nt_full;          /* times of two-point functions beyond those of the waves; 0: there are
                             none */
    int *t_full;          /* (nt_full) consecutive, or NULL */
    int nt_two_baryon;    /* two_baryon is stored at so many of them, the first; 0: none */
    bool *has_full;       /* (nsource) two_point_full_1, 2 are stored; NULL: of no source */
    bool *has_two_baryon; /* (nsource) and two_baryon; NULL: of no source */
    bool *has_beside; /* (nsource) version 2: two_point_1, 2 stand beside R, in the first field of
                         source and pair; NULL: of no source */
    int temporal_extent; /* T; 0: not known */
    int nsample;         /* rows: configurations or jackknife samples */
    int *configuration;  /* (nsample) trajectory numbers, or NULL */
    int *stream;         /* (nsample) stream (replica) of each row, or NULL: all in one */
    int nstream;         /* streams, at least 1; the rows of each stand together */
    int *stream_start;   /* (nstream + 1) first row of each stream, then nsample */
    long *step; /* (nstream) most frequent difference of trajectory numbers, or the smallest of
                 * several; 0: no numbers, or one row */
    int ngap;   /* differences above the step of their stream, of all streams */
    int npair, ncomponent, nwave;     /* version 2; 0 in version 1, and NULL below */
    hp_ensemble_pair *pair;           /* (npair) in the order in which components name them */
    hp_ensemble_component *component; /* (ncomponent) */
    hp_ensemble_wave *wave;           /* (nwave) */
    hp_ensemble_field *field;         /* (nsource) */
    hp_geometry geometry;
    const struct hp_comm *comm; /* of an open file, not owned; NULL: there is none, and below */
    int64_t file;               /* HDF5 identifier; 0 when closed */
    struct hp_row_datasets *datasets; /* of rows, open as long as the file is */
    long *nread;                      /* (nsample) how often this rank has read each row */
} hp_ensemble;

/* Numbers of one row: for each source in turn R (nt, npoint), or four_point (nt, npoint),
 * two_point_1 (nt), two_point_2 (nt). Behind those of all sources, for each in turn that has them,
 * two_point_full_1 (nt_full), two_point_full_2 (nt_full), two_baryon (nt_two_baryon), and beside R
 * two_point_1 (nt), two_point_2 (nt). */
size_t hp_ensemble_row_length(const hp_ensemble *ensemble);

/* Where the block of a source starts in a row. */
size_t hp_ensemble_row_offset(const hp_ensemble *ensemble, int source);

/* Doubles of one source at one time. */
size_t hp_ensemble_time_length(const hp_ensemble *ensemble, int source);

/* What a source may have at the times t_full: the two-point functions of both hadrons, and the
 * correlator of two hadrons at zero momentum, summed over the sink. And two-point functions beside
 * R, at the times of the waves. */
typedef enum hp_full {
    HP_FULL_TWO_POINT_1,
    HP_FULL_TWO_POINT_2,
    HP_FULL_TWO_BARYON,
    HP_BESIDE_TWO_POINT_1,
    HP_BESIDE_TWO_POINT_2
} hp_full;

/* At how many times, of t_full or of the waves, it is stored, whether a source has it, and where
 * its numbers start in a row. */
int hp_ensemble_full_count(const hp_ensemble *ensemble, hp_full which);
bool hp_ensemble_has_full(const hp_ensemble *ensemble, int source, hp_full which);
size_t hp_ensemble_full_offset(const hp_ensemble *ensemble, int source, hp_full which);

/* Parts of which a row may be read: sources at times, (nsource, nt), then all that each source has
 * at the times t_full, (nsource). How many, and the doubles of each. */
int hp_ensemble_part_count(const hp_ensemble *ensemble);
size_t hp_ensemble_part_length(const hp_ensemble *ensemble, int part);

/* Version 2: the source (field) of a component of a source of waves; -1: there is none. In version
 * 1 a source of waves is a source, of component 0 without a Laplacian. */
int hp_ensemble_find_field(const hp_ensemble *ensemble, int wave, int component, bool laplacian);

/* Sources of waves: nwave, or nsource in version 1; the name of one; and the one of a name, or -1.
 */
int hp_ensemble_wave_count(const hp_ensemble *ensemble);
const char *hp_ensemble_wave_name(const hp_ensemble *ensemble, int wave);
int hp_ensemble_find_wave(const hp_ensemble *ensemble, const char *name);

/* Version 2: the pair "XX", the component "XX:3D1", or -1. */
int hp_ensemble_find_pair(const hp_ensemble *ensemble, const char *name);
int hp_ensemble_find_component(const hp_ensemble *ensemble, const char *name);

/* The field in whose block the full two-point functions (and two_baryon) of a source of waves and a
 * pair stand: the first of both, whether it has them or not; -1: the pair has no component.
 * Version 1: the source itself. */
int hp_ensemble_first_field(const hp_ensemble *ensemble, int wave, int pair);

#endif
