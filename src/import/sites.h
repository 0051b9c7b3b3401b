// SPDX-License-Identifier: GPL-3.0-or-later
/* Which points of an ensemble the sites of a file are, and folding of full boxes to A1 orbits.
 *
 * A cubic orbit is what 48 rotations and reflections make of a site. S waves (A1) are equal on all
 * sites of an orbit up to noise, so the mean of an orbit is the projection on A1; how much of the
 * variance over the box lies within orbits tells whether sites are where they are thought to be. */
#ifndef HADPOT_IMPORT_SITES_H
#define HADPOT_IMPORT_SITES_H

#include <stddef.h>
#include <stdint.h>
#include "hadpot/geometry.h"

typedef enum hp_sites_kind {
    HP_SITES_BOX,    /* all L^3 sites */
    HP_SITES_ORBITS, /* one site of each cubic orbit */
    HP_SITES_RADII   /* distances */
} hp_sites_kind;

typedef struct hp_sites {
    hp_sites_kind kind;
    hp_geometry geometry; /* points in the order of the ensemble */
    size_t nsite;         /* of a file at one time: L^3, or npoint */
} hp_sites;

/* From the coordinates that the first file has at one time. coordinate: (n, 3) integers for cubic,
 * (n) distances for radial, in any order. extent: L, 0: from n, which is L^3 or
 * (h+1)(h+2)(h+3)/6, h = L/2 (no number is both). sites: out, owned by the caller.
 * Errors: HP_ERR_INPUT with n and what n could be; those of hp_geometry_create_*; MEMORY. */
hp_status hp_sites_create_cubic(size_t n, int extent, hp_sites *sites, hp_error *err);
hp_status hp_sites_create_radial(const double *r, size_t n, hp_sites *sites, hp_error *err);
void hp_sites_destroy(hp_sites *sites);

/* The point that a place is, and the number of its site in the file (0 to nsite - 1). place:
 * (x, y, z), integers from -L/2 to L - 1, or (r). Errors: HP_ERR_INPUT for no site of the box, none
 * of the distances. */
hp_status hp_sites_locate(const hp_sites *sites, const double *place, int *point, size_t *site,
                          hp_error *err);

/* Sums of squares over the sites of boxes: about the means of their orbits, and of those means
 * about the mean of all. Those of several boxes add up. */
typedef struct hp_orbit_spread {
    double within, between;
} hp_orbit_spread;

/* One time of one correlator, site by site. */
typedef struct hp_fold {
    const hp_sites *sites;
    double *mean;   /* (2, npoint) real, then imaginary part, of the sites of each orbit so far */
    double *within; /* (npoint) sum of squares of the real part about its mean */
    int *count;     /* (npoint) sites so far */
    uint8_t *seen;  /* (nsite) */
    size_t nseen;
} hp_fold;

/* A fold with nothing in it. fold: out, owned by the caller. Errors: HP_ERR_MEMORY. */
hp_status hp_fold_create(const hp_sites *sites, hp_fold *fold, hp_error *err);
void hp_fold_destroy(hp_fold *fold);

/* Begin another one. */
void hp_fold_clear(hp_fold *fold);

/* Put a number, real and imaginary part, at a place. Errors: those of hp_sites_locate, HP_ERR_INPUT
 * for a site that is there already. */
hp_status hp_fold_put(hp_fold *fold, const double *place, const double value[2], hp_error *err);

/* mean[0] (real), mean[1] (imaginary): (npoint), and the spread, of a full fold. Errors:
 * HP_ERR_INPUT with the number of sites where some are missing. */
hp_status hp_fold_finish(const hp_fold *fold, hp_orbit_spread *spread, hp_error *err);

/* How much two boxes, (nsite) numbers in the order of hp_sites_locate, break the cubic symmetry in
 * the same way:
 *     sum (a - <a>_orbit)(b - <b>_orbit) / sqrt(sum (a - <a>)^2 sum (b - <b>)^2)
 * Noise of two configurations gives 0 within 1/sqrt(nsite), sites that are not where they are
 * thought to be the part of the variance that lies within orbits. Errors: HP_ERR_MEMORY. */
hp_status hp_box_asymmetry(const hp_sites *sites, const double *a, const double *b,
                           double *asymmetry, hp_error *err);

#endif
