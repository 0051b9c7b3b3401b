// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to nodes: solutions on trial grids and what they say about panels. */
#ifndef HADPOT_SCATTER_NODES_PRIVATE_H
#define HADPOT_SCATTER_NODES_PRIVATE_H

#include <stdbool.h>
#include "hadpot/nodes.h"

/* Edges closer than this part of the range are the same. */
#define HP_NODES_SAME 1e-9

/* Momenta and bound states that are compared. */
enum { HP_NODES_CHECKS = 12, HP_NODES_BOUND = 2 };

typedef struct hp_nodes_edges {
    int panels, most_panels, order;
    bool nonlocal;
    double r[HP_NODES_MOST_PANELS + 2];     /* with room for one too many */
    double indicator[HP_NODES_MOST_PANELS]; /* of the latest finer solution */
} hp_nodes_edges;

/* What is compared, all as angles: phases modulo pi, arctan of a0 times the lowest momentum, and
 * binding momenta over the largest of themselves and that momentum. */
typedef struct hp_nodes_solution {
    bool found; /* false: the equation has no finite solution on these nodes */
    int nbound;
    double phase[HP_NODES_CHECKS + 1], kappa[HP_NODES_BOUND];
} hp_nodes_solution;

/* q(n) on a grid: the local wave number. Errors: of fill. */
hp_status hp_nodes_wave_number(const hp_nodes_problem *problem, const hp_quadrature *grid,
                               bool *nonlocal, double *q, hp_error *err);

/* The solution on these panels with `order` nodes each; indicator (panels): NULL, or how much the
 * force times the solution differs from a polynomial of degree order - 3 on each panel. Errors: of
 * fill; MEMORY. */
hp_status hp_nodes_solve(const hp_nodes_problem *problem, const hp_nodes_edges *edges, int order,
                         double *indicator, hp_nodes_solution *solution, hp_error *err);

/* The largest difference, radians; infinite where one of them is none. */
double hp_nodes_distance(const hp_nodes_solution *a, const hp_nodes_solution *b);

/* Halve the panels with the largest indicators; false when there would be more than `most` nodes or
 * most_panels. */
bool hp_nodes_halve(hp_nodes_edges *edges, int most);

#endif
