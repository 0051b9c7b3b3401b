// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside the second solver: one interaction with everything its integration needs. */
#ifndef HADPOT_SCATTER_ODE_PRIVATE_H
#define HADPOT_SCATTER_ODE_PRIVATE_H

#include <stdbool.h>
#include "hadpot/ode.h"
#include "ode_stepper.h"
#include "separable.h"

/* The columns are the solutions w_0 (regular), w_1 .. w_rank (driven) and, where derivatives are
 * wanted, their derivatives with respect to k^2 in the same order. */
typedef struct hp_ode_system {
    const hp_quadrature *grid; /* of the solver */
    double tolerance;
    hp_separable kernel;
    double *local, *slope; /* (n) w and s at the nodes, or NULL */
    hp_local_function local_at;
    void *context;
    hp_coulomb coulomb;

    hp_ode_stepper plain, twice; /* without and with derivatives */
    double k2, r, step;          /* where the integration is, and the step to try next */
    int columns, panel, first;   /* at present; first node of the interpolation */
    bool nodes;                  /* whether values at the nodes are kept */
    bool inwards;                /* from the end of the range towards r = 0 */
    int stop;                    /* node where the march ends; n: at the end of the range */
    int zeros;                   /* changes of sign of w_0 on the way */
    double low, high;            /* ends of the panel, just inside it */
    double push;                 /* largest separable term in the panel */
    double *block;               /* the arrays that follow */
    double *state;               /* (2, columns) w and w' at r */
    double *record;              /* (n + 1, columns) w at the nodes and, inwards, at the end */
    double *share;               /* (columns) of w_0 in each column */
    double *coefficient;         /* (order) of interpolation */

    double *coupling;     /* (rank, columns) int term_m w_n */
    double *factor, *tau; /* (rank, rank + 1), (rank): QR factors of the transposed conditions */
    double *work;         /* of LAPACK */
    int work_size;
    double *mix, *d_mix; /* (rank + 1) u = sum_n mix_n w_n, and its derivative */
} hp_ode_system;

struct hp_ode {
    hp_quadrature grid;
    double tolerance;
    hp_ode_system *system; /* of the interaction */
};

/* kernel: NULL, or separable terms that are known already, and taken over (also on errors), instead
 * of interaction->kernel. */
hp_status hp_ode_system_create(const hp_quadrature *grid, double tolerance,
                               const hp_interaction *interaction, hp_separable *kernel,
                               hp_ode_system **system, hp_error *err);
void hp_ode_system_destroy(hp_ode_system **system);

/* The same interaction on panels so short that the waves at -kappa^2 are resolved and do not grow
 * out of bounds: grid and finer, owned by the caller; finer is NULL where the panels are short
 * enough. Errors: HP_ERR_NUMERIC, MEMORY. */
hp_status hp_ode_system_refine(const hp_ode_system *system, double kappa, hp_quadrature *grid,
                               hp_ode_system **finer, hp_error *err);

/* Integrate all columns at k2 of either sign from 0 to node `stop`, n: to the end of the range,
 * into state and record; nodes: keep the values at the nodes before it even where no kernel asks
 * for them. And from the end of the range, where w_0' = -gamma w_0 and w_n = w_n' = 0, inwards to a
 * node, values recorded there, before it and, in row n, at the end. */
hp_status hp_ode_system_march(hp_ode_system *system, double k2, bool derivatives, bool nodes,
                              int stop, hp_error *err);
hp_status hp_ode_system_march_inwards(hp_ode_system *system, double k2, double gamma, int node,
                                      hp_error *err);

/* March and find u = sum_n mix_n w_n, up to a factor, from c_n = sign_n int term_n u; derivatives:
 * also du/dk^2. The sign of u is such that (a u + b u') at the end is, up to a positive factor, the
 * determinant of that condition and the equations for c together: it changes sign only where
 * there is a solution, and has no poles. */
hp_status hp_ode_system_solve(hp_ode_system *system, double k2, bool derivatives, bool nodes,
                              hp_error *err);

/* The bound state at k^2 = -kappa^2 as the null vector of the conditions on both sides of a node: u
 * (n + 1) at the nodes and at the end of the range, up to a factor; gamma = -u'/u there. Errors:
 * HP_ERR_NUMERIC, MEMORY. */
hp_status hp_ode_system_bound_wave(hp_ode_system *system, double kappa, double gamma, double *u,
                                   hp_error *err);

/* States with a binding momentum above kappa for u' = -gamma u at the end of the range; in_doubt: a
 * state lies so close to kappa that errors of the size of the tolerance decide. Integrates unless
 * the latest march was that of k^2 = -kappa^2. Errors: HP_ERR_NUMERIC, MEMORY. */
hp_status hp_ode_system_count(hp_ode_system *system, double kappa, double gamma, int *count,
                              bool *in_doubt, hp_error *err);

/* u and u' of the last solution at the end of the range; derivative: du/dk^2 and du'/dk^2. */
void hp_ode_system_edge(const hp_ode_system *system, bool derivative, double *u, double *d_u);

#endif
