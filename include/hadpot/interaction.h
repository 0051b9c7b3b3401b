// SPDX-License-Identifier: GPL-3.0-or-later
/* What acts between two hadrons in the S wave, in the form that all solvers take. Units: any with
 * hbar = 1; lengths L and momenta 1/L. With u = r psi and reduced mass mu,
 *
 *     u'' + k^2 u = [ w(r) + k^2 s(r) + v_C(r) ] u + int_0^range K(r,r') u(r') dr'
 *
 * w = 2 mu V(r) and K = 2 mu 4 pi r r' U(r,r') vanish beyond the range, v_C = 2 mu V_C does not.
 * The slope s is that of the derivative expansion V0 + V2 nabla^2 (Iritani et al., PRD 99 (2019)
 * 014514), u'' = -(k^2 - 2 mu V0)/(1 - 2 mu V2) u: with x = 2 mu V2
 *
 *     w = 2 mu V0 / (1 - x),     s = -x / (1 - x). */
#ifndef HADPOT_INTERACTION_H
#define HADPOT_INTERACTION_H

#include <stdbool.h>
#include "hadpot/coulomb.h"
#include "hadpot/pair.h"
#include "hadpot/quadrature.h"

/* w and s at a distance r in [0, range]. */
typedef void (*hp_local_function)(double r, double *w, double *s, void *context);

/* Between two components of the wave function (pair.h), today the only one with itself. Borrowed
 * pointers; n is the number of nodes of the grid that goes with it. */
typedef struct hp_interaction {
    hp_component component;     /* pair 0, l = 0: others are refused, no solver has their term */
    const double *kernel;       /* (n, n) K(r_i, r_j), symmetric; NULL: no non-local part */
    const double *local;        /* (n) w(r_i); NULL: no local part */
    const double *slope;        /* (n) s(r_i); NULL: w does not depend on energy */
    bool rescaled;              /* u is the wave times a function of r that is 1 at the end: phases,
                                   a0 and energies are as they are, distances are not known */
    hp_local_function local_at; /* between the nodes; NULL: interpolate w and s in each panel */
    void *context;              /* of local_at */
    hp_coulomb coulomb;         /* strength 0: none */
} hp_interaction;

/* What every solver asks of an interaction on its grid: finite values, and a Coulomb force that is
 * that of point charges at the end of the range. symmetric: out, whether K(r,r') = K(r',r) to
 * rounding. Errors: HP_ERR_NUMERIC, naming part and place, when not finite; HP_ERR_INPUT for what
 * the solvers do not do, as l > 0. */
hp_status hp_interaction_check(const hp_interaction *interaction, const hp_quadrature *grid,
                               bool *symmetric, hp_error *err);

/* The matching takes the force beyond the range as that of point charges; of: " of pair 2" or "",
 * for the message. Errors: HP_ERR_INPUT. */
hp_status hp_interaction_check_charge(const hp_coulomb *coulomb, double range, const char *of,
                                      hp_error *err);

/* A momentum that the nodes resolve: 0 <= k2, k range <= n. Errors: HP_ERR_INPUT. */
hp_status hp_interaction_check_momentum(const hp_quadrature *grid, double k2, hp_error *err);

#endif
