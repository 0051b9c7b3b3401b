// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside the second solver of coupled channels: one interaction with everything its integration
 * needs; docs/method-channels-ode.md. */
#ifndef HADPOT_SCATTER_COUPLED_ODE_PRIVATE_H
#define HADPOT_SCATTER_COUPLED_ODE_PRIVATE_H

#include <stdbool.h>
#include "hadpot/coupled_ode.h"
#include "ode_stepper.h"
#include "separable.h"

/* Columns 0 .. N-1 are the regular solutions of the local problem, the rest, N .. N+rank-1, are
 * driven by one separable term each; all have N components. */
typedef struct hp_coupled_ode_system {
    const hp_quadrature *grid; /* of the solver */
    double tolerance;
    int ncomponent, columns;
    hp_channels channels;
    hp_separable kernel;
    double *local, *slope; /* (N, N, n), (n), or NULL */
    hp_matrix_function local_at;
    void *context;

    hp_ode_stepper stepper;
    double energy, k2[HP_MOST_COMPONENTS];
    double r, next;                  /* where the integration is, the step to try next */
    double from;                     /* where the present step began */
    int panel, first;                /* at present; first node of the interpolation */
    bool nodes;                      /* whether values at the nodes are kept */
    int recorded;                    /* nodes passed so far */
    double low, high, length;        /* ends of the panel, just inside it, and its length */
    double push;                     /* largest separable term in the panel */
    double size[HP_MOST_COMPONENTS]; /* of the regular columns when they were last orthogonal */
    double *block;                   /* the arrays that follow */
    double *state;                   /* (2, N, columns) values and slopes at r */
    double *record;                  /* (n, N, columns) values at the nodes */
    double *share;                   /* (columns) of one column in the others */
    double *coefficient;             /* (order) of interpolation */
    double *drive;                   /* (N, rank) terms at r */
    double *coupling;                /* (rank, columns) int term_m w_j */
    double *matrix;                  /* (columns, columns) conditions on the amplitudes */
    double *amplitude;               /* (columns, N) right sides, then amplitudes */
    double *wave;                    /* (N, N) u_c at a node, of each solution */
    double asymmetry;                /* of the last T */
} hp_coupled_ode_system;

struct hp_coupled_ode {
    hp_quadrature grid;
    int ncomponent;
    double tolerance;
    hp_coupled_ode_system *system; /* of the interaction */
};

hp_status hp_coupled_ode_system_create(const hp_quadrature *grid, double tolerance,
                                       const hp_channels *channels,
                                       const hp_matrix_interaction *interaction,
                                       hp_coupled_ode_system **system, hp_error *err);
void hp_coupled_ode_system_destroy(hp_coupled_ode_system **system);

/* All columns at E from 0 to the end of the range, into state, and where asked for, or where there
 * is a kernel, into record. Errors: HP_ERR_NUMERIC. */
hp_status hp_coupled_ode_march(hp_coupled_ode_system *system, double energy, bool nodes,
                               hp_error *err);

/* w_cd at r of the panel in which the integration is, (N, N). */
void hp_coupled_ode_local(hp_coupled_ode_system *system, double r, double *w);

/* The Coulomb force of component c, strength 0 where it has none. */
const hp_coulomb *hp_coupled_ode_charge(const hp_coupled_ode_system *system, int c);

/* Beyond the range, from GSL's Bessel and Coulomb functions: f = {S, S', C, C'} of an open
 * component, charged: phi_l and theta_l of hp_coulomb_partial; and gamma = -H'/H of the decaying
 * solution of a closed one, charged: Whittaker's W_(-beta/(2 kappa), l+1/2)(2 kappa r). Errors:
 * HP_ERR_NUMERIC where GSL has no number. */
hp_status hp_coupled_ode_open(double strength, int l, double k2, double r, double f[4],
                              hp_error *err);
hp_status hp_coupled_ode_closed(double strength, int l, double kappa, double r, double *gamma,
                                hp_error *err);

/* Open and closed components at the end of the range: S, S', C, C', or gamma = -H'/H. */
typedef struct hp_coupled_ode_outside {
    int nopen, open[HP_MOST_COMPONENTS];
    double f[HP_MOST_COMPONENTS][4];
    double gamma[HP_MOST_COMPONENTS];
    bool is_open[HP_MOST_COMPONENTS];
} hp_coupled_ode_outside;
hp_status hp_coupled_ode_find_outside(const hp_coupled_ode_system *system, double energy,
                                      hp_coupled_ode_outside *at, hp_error *err);

/* system->matrix times the amplitudes x of all columns: first N rows, what there is of S in open
 * components and of the growing solution in closed ones, divided by scale (N); then 0 = x_(N+m) -
 * sign_m sum_j coupling_mj x_j. Errors: HP_ERR_NUMERIC. */
hp_status hp_coupled_ode_conditions(hp_coupled_ode_system *system, const hp_coupled_ode_outside *at,
                                    double *scale, hp_error *err);

#endif
