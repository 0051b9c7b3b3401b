// SPDX-License-Identifier: GPL-3.0-or-later
/* Where correlators are stored: points of a periodic box or of a radial grid, and their shells. */
#ifndef HADPOT_GEOMETRY_H
#define HADPOT_GEOMETRY_H

#include "hadpot/error.h"

typedef enum hp_geometry_kind { HP_GEOMETRY_CUBIC, HP_GEOMETRY_RADIAL } hp_geometry_kind;

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

/* Number of cubic orbits of the L^3 box, (h+1)(h+2)(h+3)/6 with h = L/2.
 * Errors: HP_ERR_INPUT when the extent is odd or out of range. */
hp_status hp_geometry_count_orbits(int extent, int *npoint, hp_error *err);

/* The point that represents a site, whose coordinates lie between -extent and extent: of the orbit
 * of its periodic image nearest to the origin. */
int hp_geometry_find_point(int extent, const int site[3]);

/* shell_mean[nshell] = average of point values over each shell, weighted by multiplicity. */
void hp_geometry_shell_average(const hp_geometry *geometry, const double *point_value,
                               double *shell_mean);

#endif
