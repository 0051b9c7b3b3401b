// SPDX-License-Identifier: GPL-3.0-or-later
/* An ensemble file (HDF5): what it holds, its geometry, and reading its rows in parallel. */
#ifndef HADPOT_ENSEMBLE_H
#define HADPOT_ENSEMBLE_H

#include <stdbool.h>
#include <stdint.h>
#include "hadpot/parallel.h"

typedef enum hp_geometry_kind { HP_GEOMETRY_CUBIC, HP_GEOMETRY_RADIAL } hp_geometry_kind;
typedef enum hp_sampling { HP_SAMPLING_CONFIGURATION, HP_SAMPLING_JACKKNIFE } hp_sampling;

/* Points at which correlators are stored, and the shells of equal distance that they form.
 * cubic: a point is the representative L/2 >= x >= y >= z >= 0 of a cubic (A1) orbit, a shell all
 * orbits of equal |r|^2, and the weight of a shell is its number of lattice sites, so that
 * sum_shell weight f = int d^3r f with a^3 = 1.
 * radial: every point is its own shell; weight = 4 pi r^2 dr of the trapezoidal rule on the stored
 * grid, with the integrand's zero at r = 0 added as a node when the grid starts later. */
typedef struct hp_geometry {
    hp_geometry_kind kind;
    int extent; /* L; 0 for radial */
    int npoint, nshell;
    int (*site)[3];       /* (npoint); cubic only */
    double *multiplicity; /* (npoint) lattice sites in the orbit; 1 for radial */
    int *shell;           /* (npoint) shell of each point */
    double *r;            /* (nshell) distance, lattice units, ascending */
    double *weight;       /* (nshell) quadrature weight of int d^3r, lattice units */
    int (*neighbour)[6];  /* (npoint) points of the 6 nearest neighbours (periodic); cubic only */
} hp_geometry;

/* Geometry of the periodic L^3 box (L even): all A1 orbits, x outermost.
 * geometry: out, owned by the caller, hp_geometry_destroy. Errors: HP_ERR_INPUT, HP_ERR_MEMORY. */
hp_status hp_geometry_create_cubic(int extent, hp_geometry *geometry, hp_error *err);

/* Geometry of a radial grid r (npoint, ascending, r[0] >= 0, at least 4 points). */
hp_status hp_geometry_create_radial(const double *r, int npoint, hp_geometry *geometry,
                                    hp_error *err);
void hp_geometry_destroy(hp_geometry *geometry);

/* shell_mean[nshell] = average of point values over each shell, weighted by multiplicity. */
void hp_geometry_shell_average(const hp_geometry *geometry, const double *point_value,
                               double *shell_mean);

/* An open ensemble file. All of it but `file` is plain description, the same on every rank. */
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
    hp_geometry geometry;
    hp_comm comm;
    int64_t file; /* HDF5 identifier; 0 when closed */
} hp_ensemble;

/* Collective. Open an ensemble file with parallel HDF5 and check everything but the rows' numbers
 * (SPEC 2): format, version, attributes, shapes, order of sites, consecutive times, equal shapes of
 * all sources. ensemble: out, owned by the caller. Errors: HP_ERR_INPUT with file, dataset or
 * attribute, expected and found, the same on every rank. */
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

#endif
