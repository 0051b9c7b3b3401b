// SPDX-License-Identifier: GPL-3.0-or-later
/* Observables of the draws of a mixture of forms (mixture.h): the potential of each is solved in
 * full, by Nystroem, on nodes that all of them share. Unit of length L, as of the data. No MPI, no
 * files. */
#ifndef HADPOT_DRAWS_H
#define HADPOT_DRAWS_H

#include "hadpot/channel_observables.h"
#include "hadpot/features.h"
#include "hadpot/observables.h"

/* Features between two components c <= d on the nodes, (n) of them. */
typedef struct hp_draws_element {
    int c, d, nlocal, nnonlocal;
    int *index;       /* (nlocal + nnonlocal) which features these are */
    double *block;    /* what follows: */
    double *local;    /* (nlocal, n) V_i,cd */
    double *nonlocal; /* (nnonlocal, n, n) 4 pi r r' U_i,cd */
    double *theta;    /* (nlocal + nnonlocal) of the current draw */
} hp_draws_element;

typedef struct hp_draws {
    const hp_features *features;     /* not owned */
    bool several;                    /* components, or l > 0: */
    hp_channel_observables channels; /* these in place of */
    hp_observables observables;      /* those of one S wave */
    hp_record record; /* the layout of the vector of a draw: rows of the observables */
    int nelement;
    hp_draws_element *element; /* (nelement) */
    double *block;             /* of the current draw, as coupled.h: */
    double *w, *K;             /* (N, N, n), (N n, N n) */
    double *U;                 /* (n, n) of one element */
} hp_draws;

/* How far the potentials reach, in L: where the widest feature has fallen to 1e-4. It is not the
 * end of the data, from which no band may follow. */
double hp_draws_range(const hp_features *features);

/* What a job asks for; solver, nodes and range are those of draws. All borrowed until
 * hp_draws_create has returned but the features. */
typedef struct hp_draws_setup {
    const hp_features *features;
    const hp_observables_options *options; /* of one S wave, and its pair; */
    const hp_pair *pair;
    const hp_channel_setup *channels; /* in place of these, of several components or l > 0; NULL:
                                         one S wave */
    double length_fm;
    const double *typical; /* (features->n) nodes suit this potential */
} hp_draws_setup;

/* draws: out, owned by the caller, at a place that does not move. Errors: as
 * hp_observables_create, hp_nodes_choose, or those of channels. */
hp_status hp_draws_create(const hp_draws_setup *setup, hp_draws *draws, hp_error *err);
void hp_draws_destroy(hp_draws *draws);

/* Phases and mixing of draws, known modulo 180 degrees, stand beside those of the fit to the
 * average, its results in its record. Poles are tracked from those that its poles are in the
 * potential theta, in the middle of the draws, where they are found there, else from its poles. Of
 * one S wave nothing is taken. Errors: HP_ERR_MEMORY. */
hp_status hp_draws_follow(hp_draws *draws, const hp_record *record, const double *vector,
                          const hp_pair *pair, const double *theta, hp_error *err);

/* Without a fit: beside those of the potential theta, whose poles are searched for. Errors:
 * HP_ERR_MEMORY. */
hp_status hp_draws_follow_potential(hp_draws *draws, const hp_pair *pair, const double *theta,
                                    hp_error *err);

/* Observables of theta (features->n) for pairs of these masses, as many as there are, into vector
 * (record.length); nan where there is no solution. Errors: HP_ERR_MEMORY. */
hp_status hp_draws_solve(hp_draws *draws, const hp_pair *pair, const double *theta, double *vector,
                         hp_error *err);

#endif
