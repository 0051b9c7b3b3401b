// SPDX-License-Identifier: GPL-3.0-or-later
/* Partial waves on a cubic lattice from thick shells (C. W. Misner, Class. Quantum Grav. 21 (2004)
 * S243; Miyamoto et al., PRD 101 (2020) 074514; docs/method-waves.md). The average over the sites
 * of one |r| takes l = 4, 6, ... for a part of the S wave. Here a least-squares fit to all sites of
 * |r - R| < D + 1/2, with the weight w = clip(D + 1/2 - |r - R|, 0, 1), separates them:
 *
 *     f(r) = sum_{n,l} c_nl B_nl,   B_nl = sqrt((2n+1)/(2D)) P_n((r - R)/D)/r Y_l(direction),
 *     phi_l(R) = sum_n sqrt((2n+1)/(2D)) P_n(0)/R c_nl,
 *
 * Y_l the cubic (A1) invariant of l = 0, 4, 6 or 8, real and normalised on the sphere, which are
 * all that data with this symmetry contain up to l = 8. Lengths in lattice units. */
#ifndef HADPOT_MISNER_H
#define HADPOT_MISNER_H

#include "hadpot/geometry.h"

typedef struct hp_misner_options {
    double width;     /* D > 0 */
    int radial_terms; /* highest degree n, >= 0 */
    int l_max;        /* invariants with l up to this, 0 to 8 */
} hp_misner_options;

enum { HP_MISNER_MOST_L = 4 }; /* invariants: l = 0, 4, 6, 8 */
extern const int hp_misner_l[HP_MISNER_MOST_L];

/* Y_l of invariant i in the direction of a point other than 0. */
double hp_misner_invariant(int i, const double x[3]);

/* A sparse linear map from the points of a cubic geometry to phi_l at given radii. */
typedef struct hp_misner {
    int nradius, nl;   /* radii; invariants */
    int *start;        /* (nradius + 1) first of the points of each radius, in */
    int *point;        /* (start[nradius]) points, */
    double *value;     /* (nl, start[nradius]) with these weights in phi_l, */
    double *laplacian; /* likewise in its radial Laplacian (1/r) d^2(r phi)/dr^2 - l(l+1)/r^2 phi */
    double *condition; /* (nradius) condition number of G = B W B^T */
} hp_misner;

/* Whether the shell at R lies in the sphere of the box without its centre, D + 1/2 < R < L/2 - D -
 * 1/2, and has 3 points for every 2 functions; returns how many points it has, 0: it does not. */
int hp_misner_count(const hp_geometry *geometry, const hp_misner_options *options, double radius);

/* The map for these radii. misner: out, owned by the caller. Errors: HP_ERR_INPUT for options out
 * of range, a radial geometry, a radius whose shell has too few points or does not determine all
 * functions; HP_ERR_MEMORY. */
hp_status hp_misner_create(const hp_geometry *geometry, const hp_misner_options *options,
                           const double *radius, int nradius, hp_misner *misner, hp_error *err);
void hp_misner_destroy(hp_misner *misner);

/* phi_l of invariant i, or its radial Laplacian, at radius k, of f (npoint). A constant f has
 * phi_0 = sqrt(4 pi) f. */
double hp_misner_project(const hp_misner *misner, int i, int k, const double *f);
double hp_misner_laplacian(const hp_misner *misner, int i, int k, const double *f);

#endif
