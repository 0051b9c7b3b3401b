// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to scatter: the search for panels and order, whatever is solved on them;
 * docs/method-scatter.md, "Nodes". */
#ifndef HADPOT_SCATTER_NODES_SEARCH_H
#define HADPOT_SCATTER_NODES_SEARCH_H

#include <stdbool.h>
#include "hadpot/nodes.h"

typedef struct hp_nodes_edges {
    int panels, most_panels, order;
    bool nonlocal;
    double r[HP_NODES_MOST_PANELS + 2];     /* with room for one too many */
    double indicator[HP_NODES_MOST_PANELS]; /* of the latest finer solution */
} hp_nodes_edges;

/* What is looked for, and what is asked on the way. */
typedef struct hp_nodes_method {
    double range;
    int nedge; /* edges that there must be, as in hp_nodes_problem */
    const double *edge;
    int most_panels, panels, order;
    int most, most_local; /* nodes with a non-local part, and without */
    double tolerance_deg;
    /* q (n), the local wave number, and whether there is a non-local part. */
    hp_status (*wave_number)(const void *problem, const hp_quadrature *grid, bool *nonlocal,
                             double *q, hp_error *err);
    /* The solution on these panels with `order` nodes each; indicator (panels): NULL, or how much
     * the force times the solution differs from a polynomial of degree order - 3 on each panel. */
    hp_status (*solve)(const void *problem, const hp_nodes_edges *edges, int order,
                       double *indicator, void *solution, hp_error *err);
    double (*distance)(const void *a, const void *b); /* radians */
    const void *problem;
    void *coarse, *fine; /* room for two solutions */
} hp_nodes_method;

/* Bound states of a solution that are compared. */
enum { HP_NODES_STATES = 2 };

typedef struct hp_nodes_states {
    bool found; /* false: the equation has no finite solution on these nodes */
    int number;
    double kappa[HP_NODES_STATES]; /* logarithms, or over the lowest momentum */
} hp_nodes_states;

/* The larger of `phases`, the difference of all else in radians, and that of the states; infinite
 * where one of the solutions is none. */
double hp_nodes_distance(const hp_nodes_states *a, const hp_nodes_states *b, double phases);

/* How a solution ended: numbers out of bounds are those of these nodes, more may do, and it counts
 * as not found; other errors go from trouble to err. */
hp_status hp_nodes_settle(hp_status status, const hp_error *trouble, hp_nodes_states *states,
                          hp_error *err);

/* As hp_nodes_choose. */
hp_status hp_nodes_search(const hp_nodes_method *method, hp_quadrature *grid, double *error_deg,
                          hp_error *err);

/* h^2 times the last two coefficients of f (n) in Legendre polynomials on a panel. */
double hp_nodes_remainder(const hp_quadrature *grid, int panel, const double *f);

#endif
