// SPDX-License-Identifier: GPL-3.0-or-later
/* Composite Gauss-Legendre grids on [0, range], for integrals over r and for functions known at
 * their nodes. */
#ifndef HADPOT_QUADRATURE_H
#define HADPOT_QUADRATURE_H

#include "hadpot/error.h"

enum { HP_MIN_ORDER = 2, HP_MAX_ORDER = 64 };

/* Panels of `order` nodes each, from edge[0] = 0 to edge[panels] = range. */
typedef struct hp_quadrature {
    int panels, order, n; /* n = panels * order */
    double range;
    double *edge;        /* (panels + 1) ascending; what follows is in the same block */
    double *r;           /* (n) nodes, ascending */
    double *weight;      /* (n) */
    double *left;        /* (order, order) left[i][j]: int from the start of a panel to node i of
                            the j-th Lagrange polynomial, for a panel of length 1 */
    double *barycentric; /* (order) weights of Lagrange interpolation, up to a common factor */
} hp_quadrature;

/* Equal panels: range > 0, panels >= 1, HP_MIN_ORDER <= order <= HP_MAX_ORDER. Owned by the caller.
 * Errors: HP_ERR_INPUT, HP_ERR_MEMORY. */
hp_status hp_quadrature_create(double range, int panels, int order, hp_quadrature *grid,
                               hp_error *err);

/* Panels of any length: edge[0] = 0 < edge[1] < ... < edge[panels]; copied. Discontinuities of a
 * potential belong on edges. Errors: HP_ERR_INPUT, HP_ERR_MEMORY. */
hp_status hp_quadrature_create_panels(const double *edge, int panels, int order,
                                      hp_quadrature *grid, hp_error *err);
void hp_quadrature_destroy(hp_quadrature *grid);

/* Lagrange interpolation at r in [0, range] from the nodes of the panel that holds r: returns the
 * first of these `order` nodes and fills coefficient[order], so that f(r) is about the sum over i
 * of coefficient[i] f(r_(first + i)). Exact for polynomials of degree below `order`. An r on an
 * edge belongs to the panel on its left. */
int hp_quadrature_interpolate(const hp_quadrature *grid, double r, double *coefficient);

/* Length of a panel, 0 <= panel < panels. */
static inline double hp_quadrature_panel_length(const hp_quadrature *grid, int panel) {
    return grid->edge[panel + 1] - grid->edge[panel];
}

#endif
