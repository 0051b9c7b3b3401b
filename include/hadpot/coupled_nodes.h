// SPDX-License-Identifier: GPL-3.0-or-later
/* The nodes of coupled components: the fewest that give S of all open components and the energies
 * of bound states to a requested error; nodes.h for several components
 * (docs/method-channels-bound.md, "Nodes"). */
#ifndef HADPOT_COUPLED_NODES_H
#define HADPOT_COUPLED_NODES_H

#include "hadpot/coupled.h"
#include "hadpot/nodes.h"

/* N n at most, since matrices are (N n, N n) with and without a non-local part. */
enum { HP_COUPLED_NODES_MOST = 2048 };

/* The interaction on a grid: pointers valid until the next call. Errors: of the potential. */
typedef hp_status (*hp_coupled_fill)(const hp_quadrature *grid, hp_matrix_interaction *interaction,
                                     void *context, hp_error *err);

/* As hp_nodes_problem, with charges in the channels and energies for momenta. */
typedef struct hp_coupled_nodes_problem {
    double range;
    int nedge;
    const double *edge;
    int most_panels, panels, order;
    double tolerance_deg; /* of phases: |change of S_ab|/2, degrees */
    const hp_channels *channels;
    int nenergy;
    const double *energy; /* ascending, above the lowest threshold */
    hp_coupled_fill fill; /* not called where panels are given */
    void *context;
} hp_coupled_nodes_problem;

/* As hp_nodes_choose: error_deg is the difference to a finer rule, above tolerance_deg where
 * HP_COUPLED_NODES_MOST/N nodes do not suffice, infinite where there is nothing to compare, nan
 * where panels were given. grid: owned by the caller. Errors: HP_ERR_INPUT, MEMORY; of fill. */
hp_status hp_coupled_choose_nodes(const hp_coupled_nodes_problem *problem, hp_quadrature *grid,
                                  double *error_deg, hp_error *err);

#endif
