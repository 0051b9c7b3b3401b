// SPDX-License-Identifier: GPL-3.0-or-later
/* The nodes of the radial equation: the fewest that give phase shifts to a requested error.
 *
 * Panels start as long as Gauss collocation of the requested order follows the local wave number,
 * q^2(r) = k_max^2 + |w| + k_max^2 |s| + |v_C| + int |K(r,r')| dr'. Phases, the scattering length
 * and bound states are then compared with those on a finer rule, panels that a solution is not a
 * polynomial on are halved until the difference is a quarter of the request, and nodes that are not
 * needed are taken out of all panels; docs/method-scatter.md, "Nodes". */
#ifndef HADPOT_NODES_H
#define HADPOT_NODES_H

#include "hadpot/interaction.h"

enum {
    HP_NODES_ORDER = 16,  /* nodes of a panel to begin with, and where only panels are given */
    HP_NODES_MOST = 1024, /* nodes with a non-local part, whose matrices are as large, */
    HP_NODES_MOST_LOCAL = 4096,
    HP_NODES_MOST_PANELS = 256,
    HP_NODES_FITTED_PANELS = 64 /* room for them in the results of each sample */
};

/* The potential on a grid: pointers valid until the next call. Errors: of the potential. */
typedef hp_status (*hp_nodes_fill)(const hp_quadrature *grid, hp_interaction *interaction,
                                   void *context, hp_error *err);

typedef struct hp_nodes_problem {
    double range;         /* the end of the grid, L */
    int nedge;            /* edges that there must be within it, ascending: */
    const double *edge;   /* where potentials jump, or panels that suit a known form */
    int most_panels;      /* 0: HP_NODES_MOST_PANELS */
    int panels, order;    /* equal panels beside these edges, and their order; 0: automatic */
    double tolerance_deg; /* error of a phase shift, degrees */
    int nk;               /* momenta at which phases are wanted, */
    const double *k2;     /* ascending, 1/L^2 */
    hp_coulomb coulomb;   /* that acts beside the potential */
    hp_nodes_fill fill;   /* not called where panels are given */
    void *context;
} hp_nodes_problem;

/* grid: owned by the caller. error_deg: out, the difference to a finer rule: above tolerance_deg
 * where HP_NODES_MOST nodes do not suffice, infinite where there is no solution to compare, nan
 * where panels were given and nothing was compared. Errors: HP_ERR_INPUT, MEMORY; those of fill. */
hp_status hp_nodes_choose(const hp_nodes_problem *problem, hp_quadrature *grid, double *error_deg,
                          hp_error *err);

/* The longest z = q h for which `order` nodes in a panel of length h follow a wave of wave number q
 * to a phase error of `error` radians: z^(2p+1) (p!)^2 / ((2p)! (2p+1)!) = error. */
double hp_nodes_phase_of_panel(int order, double error);

#endif
