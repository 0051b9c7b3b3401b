// SPDX-License-Identifier: GPL-3.0-or-later
/* From an averaged row of an ensemble to the R-correlator and the source term
 *     S(t,r) = [ (1+3 delta^2)/(8 mu) d_t^2 - d_t + nabla^2/(2 mu) ] R(t,r)
 * of the time-dependent HAL QCD method (Ishii et al. PLB 712 (2012) 437). */
#ifndef HADPOT_CORRELATOR_H
#define HADPOT_CORRELATOR_H

#include <stdbool.h>
#include "hadpot/ensemble.h"
#include "hadpot/pair.h"

/* Which sources and times, and everything that the computation needs; made once per rank. A point
 * of a column is a radius of a component, c nradius + k; one S wave is one component. */
typedef struct hp_correlator_plan {
    const hp_ensemble *ensemble; /* not owned; its file need not be open */
    int nsource, nt, nshell;     /* nshell = ncomponent nradius points of a column */
    int ncomponent, nradius;
    hp_component component[HP_MOST_COMPONENTS]; /* (ncomponent) */
    hp_spin_state spin[HP_MOST_COMPONENTS];     /* 0: not known */
    const double *r, *weight; /* (nradius) borrowed: distances of shells, or of orbits, lattice
                                 units; weights of int d^3r, without those of other components */
    int *source;              /* (nsource) index into ensemble->source */
    int *time;                /* (nt) index into ensemble->t; time-1 and time+1 exist */
    int npair;                /* pairs of hadrons */
    hp_pair_masses masses[HP_MOST_PAIRS]; /* (npair) lattice units; at first those of the ensemble,
                                             given numbers: one row, nan where it states none */
    double *stencil;                      /* radial: (npoint, 4) weights of the Laplacian, and */
    int *stencil_start; /* (npoint) first of its 4 consecutive points; NULL for cubic */
    double *ratio;      /* (3, npoint) work space: R at t-1, t, t+1 */
    double *work;       /* (3, npoint) work space */
} hp_correlator_plan;

/* sources: names, nsources of them (0: all); times: Euclidean times (0 of them: all that have both
 * neighbours). plan: out, owned by the caller. Errors: HP_ERR_INPUT naming the file, the source or
 * time that is not there and what the file has; a time without neighbours t-1, t+1. */
hp_status hp_correlator_plan_create(const hp_ensemble *ensemble, char *const *sources, int nsources,
                                    const int *times, int ntimes, hp_correlator_plan *plan,
                                    hp_error *err);
void hp_correlator_plan_destroy(hp_correlator_plan *plan);

/* The first source of the plan whose two-point functions are there at the times of its waves, an
 * index into ensemble->source; -1: all hold R. */
int hp_correlator_plan_two_point(const hp_correlator_plan *plan);

/* Set in part (nsource, nt) of the ensemble what the plan takes of a row: its sources at its times
 * and their neighbours. */
void hp_correlator_plan_mark(const hp_correlator_plan *plan, bool *part);

/* Shell averages on the plan's sources and times, all (nsource, nt, nshell), lattice units:
 * S = laplacian + dt + dt2 with laplacian = nabla^2 R/(2 mu), dt = -d_t R,
 * dt2 = (1+3 delta^2)/(8 mu) d_t^2 R. One block, views into it. */
typedef struct hp_correlator {
    int nsource, nt, nshell;
    size_t n;      /* nsource * nt * nshell */
    double *block; /* (5, n), owned */
    double *R, *laplacian, *dt, *dt2, *S;
} hp_correlator;

hp_status hp_correlator_create(const hp_correlator_plan *plan, hp_correlator *correlator,
                               hp_error *err);
void hp_correlator_destroy(hp_correlator *correlator);

/* Compute all terms from an averaged row (hp_resampling_mean or _sample) and the masses that go
 * with it, pair (npair): the ratio C4/(C2_1 C2_2)
 * of averages where the file has four- and two-point functions, central differences in t, the
 * 6-neighbour Laplacian at every site before the shell average (cubic) or (1/r) d^2(rR)/dr^2 to
 * second order, regular at r = 0 (radial). No allocation.
 * Errors: HP_ERR_INPUT naming source and t when a two-point function is zero or R is not finite. */
hp_status hp_correlator_compute(hp_correlator_plan *plan, const hp_pair *pair, const double *row,
                                hp_correlator *correlator, hp_error *err);

/* V[npoint] = S/R at every stored point, without the average over shells, of a column of the plan,
 * source * nt + time. Errors: as hp_correlator_compute. */
hp_status hp_correlator_point_potential(hp_correlator_plan *plan, const hp_pair *pair,
                                        const double *row, int column, double *V, hp_error *err);

#endif
