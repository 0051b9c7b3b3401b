// SPDX-License-Identifier: GPL-3.0-or-later
/* From an averaged row of an ensemble to the R-correlator and the source term
 *     S(t,r) = [ (1+3 delta^2)/(8 mu) d_t^2 - d_t + nabla^2/(2 mu) ] R(t,r)
 * of the time-dependent HAL QCD method (Ishii et al. PLB 712 (2012) 437). */
#ifndef HADPOT_CORRELATOR_H
#define HADPOT_CORRELATOR_H

#include <stdbool.h>
#include "hadpot/ensemble.h"
#include "hadpot/misner.h"
#include "hadpot/pair.h"

/* Several components (docs/method-waves.md). R and S of component a are multiplied by
 * f_a(t)/f_0(t),
 *
 *     f_a = C2_1^a(t) C2_2^a(t)/sqrt(Z_1^a Z_2^a)      measured: of source and pair of this sample,
 *     f_a = exp(-(m_1^a + m_2^a) t) sqrt(Z_1^a Z_2^a)  exponential,
 *
 * 0 the pair that is first in the file, so that Delta^{ad} = f_d/f_a of the coupled equation is in
 * them. sqrt(Z) that no pair states counts as 1. */

/* What of an ensemble is to be used. */
typedef struct hp_correlator_choice {
    char *const *sources; /* (nsources) names of sources of waves; 0: all */
    int nsources;
    const int *times; /* (ntimes) Euclidean times; 0: all that have both neighbours */
    int ntimes;
    char *const *components; /* (ncomponents) "XX:3S1", in this order; 0: all, as in the file */
    int ncomponents;
    bool exponential;                /* f_a, else measured */
    const hp_misner_options *misner; /* thick shells of a cubic lattice (misner.h) in place of
                                        shells and orbits; NULL: these */
} hp_correlator_choice;

/* Which sources and times, and everything that the computation needs; made once per rank. A point
 * of a column is a radius of a component, c nradius + k; one S wave is one component. On a cubic
 * lattice radii are shells where all components are S waves; else orbits, by ascending distance:
 * orbits of one distance differ in waves with l > 0, unless thick shells project them: then radii
 * are shells. */
typedef struct hp_correlator_plan {
    const hp_ensemble *ensemble; /* not owned; its file need not be open */
    int nsource, nt, nshell;     /* nshell = ncomponent nradius points of a column */
    int ncomponent, nradius;
    hp_component component[HP_MOST_COMPONENTS]; /* (ncomponent) with pairs of the plan */
    hp_spin_state spin[HP_MOST_COMPONENTS];     /* 0: not known */
    const double *r, *weight; /* (nradius) distances of shells, or of orbits, lattice units; weights
                                 of int d^3r, without those of other components; borrowed */
    int *source; /* (nsource) source of waves (hp_ensemble_wave_name): in version 1 index into
                    ensemble->source */
    int *field;  /* (nsource, ncomponent, 2) index into ensemble->source of a component, and of the
                    Laplacian beside it, -1 for S waves */
    int *time;   /* (nt) index into ensemble->t; time-1 and time+1 exist */
    int npair;   /* pairs of hadrons that components have, in the order of components */
    int pair[HP_MOST_PAIRS];              /* (npair) index into ensemble->pair; version 1: 0 */
    hp_pair_masses masses[HP_MOST_PAIRS]; /* (npair) lattice units; at first those of the ensemble,
                                             given numbers: one row, nan where it states none */
    bool exponential;                     /* f_a of pairs */
    double *orbits;                       /* (2, nradius) r and weight of orbits, and */
    int *orbit;         /* (nradius) points that they are; NULL: radii are shells */
    hp_misner misner;   /* empty: shell averages */
    int *thick;         /* (nradius) radius of misner, -1: too near to r = 0, or not within L/2, and
                           the average over the shell stays; NULL: all */
    double *stencil;    /* radial: (npoint, 4) weights of the Laplacian, and */
    int *stencil_start; /* (npoint) first of its 4 consecutive points; NULL for cubic */
    double *ratio;      /* (4, npoint) work space: R at t-1, t, t+1, and its stored Laplacian */
    double *work;       /* (3, npoint) work space */
} hp_correlator_plan;

/* plan: out, owned by the caller. Errors: HP_ERR_INPUT naming the file, and the source, time or
 * component that is not there and what the file has; a time without neighbours t-1, t+1; a pair
 * without two-point functions for measured factors; a Misner projection without a cubic
 * lattice. */
hp_status hp_correlator_plan_create_from(const hp_ensemble *ensemble,
                                         const hp_correlator_choice *choice,
                                         hp_correlator_plan *plan, hp_error *err);

/* The same of sources: names, nsources of them (0: all), and times: Euclidean times (0 of them: all
 * that have both neighbours), with all components, measured factors and shell averages. */
hp_status hp_correlator_plan_create(const hp_ensemble *ensemble, char *const *sources, int nsources,
                                    const int *times, int ntimes, hp_correlator_plan *plan,
                                    hp_error *err);
void hp_correlator_plan_destroy(hp_correlator_plan *plan);

/* Of the first component of the first source of the plan that has two-point functions at the times
 * of its waves, index into ensemble->source; -1: all hold R. */
int hp_correlator_plan_two_point(const hp_correlator_plan *plan);

/* Whether a plan of several pairs lacks sqrt(Z) of one of them, which counts as 1. */
bool hp_correlator_plan_lacks_z(const hp_correlator_plan *plan);

/* Set in part (nsource, nt) of the ensemble what the plan takes of a row: its fields at its times
 * and their neighbours; of several pairs also two-point functions at all their times, for which
 * part has hp_ensemble_part_count elements. */
void hp_correlator_plan_mark(const hp_correlator_plan *plan, bool *part);

/* One value of R and S: of a source and a time of the plan, a component and a radius of it. */
typedef struct hp_plan_point {
    int source, t, component, radius;
} hp_plan_point;

/* Set in number (hp_ensemble_row_length) all that R and S at this point take of a row: at other
 * numbers, finite as they are, a row may be another without a bit of them changing. */
void hp_correlator_plan_mark_numbers(const hp_correlator_plan *plan, hp_plan_point point,
                                     bool *number);

/* Values at the points of the plan, shell averages where these are shells, of its sources and
 * times, all (nsource, nt, nshell), lattice units: S = laplacian + dt + dt2 with
 * laplacian = nabla^2 R/(2 mu), dt = -d_t R, dt2 = (1+3 delta^2)/(8 mu) d_t^2 R, times f_a/f_0. One
 * block, views into it. */
typedef struct hp_correlator {
    int nsource, nt, nshell;
    size_t n;      /* nsource * nt * nshell */
    double *block; /* (5, n), owned */
    double *R, *laplacian, *dt, *dt2, *S;
} hp_correlator;

hp_status hp_correlator_create(const hp_correlator_plan *plan, hp_correlator *correlator,
                               hp_error *err);
void hp_correlator_destroy(hp_correlator *correlator);

/* Compute all terms from an averaged row (hp_resampling_mean or _sample) and the masses and sqrt(Z)
 * that go with it, pair (npair): the ratio C4/(C2_1 C2_2) of averages where the file has four- and
 * two-point functions, central differences in t; of S waves the 6-neighbour Laplacian at every site
 * before the shell average (cubic) or (1/r) d^2(rR)/dr^2 to second order, regular at r = 0
 * (radial); of l > 0 the projection of the Laplacian that is stored. No allocation.
 * Errors: HP_ERR_INPUT naming source and t when a two-point function is zero or R is not finite. */
hp_status hp_correlator_compute(hp_correlator_plan *plan, const hp_pair *pair, const double *row,
                                hp_correlator *correlator, hp_error *err);

/* V[npoint] = S/R at every stored point of the first component, without the average over shells, of
 * a column of the plan, source * nt + time. Errors: as hp_correlator_compute. */
hp_status hp_correlator_point_potential(hp_correlator_plan *plan, const hp_pair *pair,
                                        const double *row, int column, double *V, hp_error *err);

#endif
