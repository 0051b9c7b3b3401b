// SPDX-License-Identifier: GPL-3.0-or-later
/* Observables of the draws of a mixture of forms (mixture.h): the potential of each is solved in
 * full, by Nystroem, on nodes that all of them share. Unit of length L, as of the data. No MPI, no
 * files. */
#ifndef HADPOT_DRAWS_H
#define HADPOT_DRAWS_H

#include "hadpot/features.h"
#include "hadpot/observables.h"

typedef struct hp_draws {
    const hp_features *features; /* not owned */
    hp_observables observables;
    hp_record record; /* the layout of the vector of a draw: rows of the observables */
    double *block;    /* what follows: on the nodes, (n) of them */
    double *local;    /* (nlocal, n) V_i */
    double *nonlocal; /* (features->n - nlocal, n, n) 4 pi r r' U_i */
    double *w, *K;    /* (n), (n, n) of the current draw */
} hp_draws;

/* How far the potentials reach, in L: where the widest feature has fallen to 1e-4. It is not the
 * end of the data, from which no band may follow. */
double hp_draws_range(const hp_features *features);

/* options: what a job asks for; solver, nodes and range are those of draws. The nodes suit the
 * potential of `typical` (features->n), to tolerance_deg. draws: out, owned by the caller, at a
 * place that does not move. Errors: as hp_observables_create, hp_nodes_choose. */
hp_status hp_draws_create(const hp_features *features, const hp_observables_options *options,
                          const hp_pair *pair, double length_fm, const double *typical,
                          hp_draws *draws, hp_error *err);
void hp_draws_destroy(hp_draws *draws);

/* Observables of theta (features->n) for a pair of these masses into vector (record.length); nan
 * where there is no solution. Errors: HP_ERR_MEMORY. */
hp_status hp_draws_solve(hp_draws *draws, const hp_pair *pair, const double *theta, double *vector,
                         hp_error *err);

#endif
