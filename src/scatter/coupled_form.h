// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to scatter: the equation of coupled components as a symmetric form, which bound states
 * and reduced solutions share; docs/method-channels-bound.md, "The symmetric form".
 *
 * v = chi' is given at the nodes, z = W^1/2 v, chi = C v with C_ij = int_0^r_i l_j, D = C W^-1/2.
 * chi_c' + gamma_c chi_c = s_c at the end of the range and -chi'' + (A + l(l+1)/r^2 - k^2) chi = 0
 * are, with y = W^1/2 1 in each component,
 *
 *     F(E) z = s y,   F = 1 + gamma y y^T + D^T W [A + l(l+1)/r^2 - k^2] D,   chi(range) = y . z.
 */
#ifndef HADPOT_SCATTER_COUPLED_FORM_H
#define HADPOT_SCATTER_COUPLED_FORM_H

#include "coupled_private.h"

struct hp_coupled_bound {
    unsigned long version; /* of the interaction that form and mass belong to */
    double *block;         /* all arrays of doubles */
    double *form;          /* (N n, N n) F without k^2 and gamma; lower half by columns is used */
    double *mass;          /* (n, n) D^T W (1 - slope) D: F gets -k^2 times that */
    bool bent;             /* mass has a slope in it */
    double *root;          /* (n) y */
    double *matrix;        /* (N n, N n) F at an energy, and its factors */
    double *buffer;        /* (N n, N n) */
    double *after;         /* (N n) */
    double *z, *u;         /* (N n) */
    lapack_int *pivot;     /* (N n) */
    double largest;        /* of form */
    double scale;         /* largest number of the matrix of the latest count; infinite: singular */
    bool known, in_doubt; /* of the count of this interaction */
    int number, on_grid;  /* found, and of the discrete problem */
    hp_coupled *neighbour; /* of another order, for a second count; NULL until wanted */
};

/* The pair of the lowest threshold. */
int hp_coupled_lowest_pair(const hp_channels *channels);

/* Make solver->bound where there is none, and its form for the present interaction. Errors: MEMORY,
 * NUMERIC. */
hp_status hp_coupled_form_prepare(hp_coupled *solver, hp_error *err);

/* F for k2 and gamma of each component into `matrix`, both halves. */
void hp_coupled_form_at(const hp_coupled *solver, const double *k2, const double *gamma,
                        double *matrix);

/* chi (N n) at the nodes and at the end of the range (N) of a z; x = D^T W f for f (N n). */
void hp_coupled_form_wave(const hp_coupled *solver, const double *z, double *chi, double *edge);
void hp_coupled_form_moment(const hp_coupled *solver, const double *f, double *x);

/* The same number of states in a second way as well, and by a finer grid where these differ; x is
 * the binding momentum above which they are counted. Errors: NUMERIC, MEMORY. */
hp_status hp_coupled_certify(hp_coupled *solver, double x, hp_error *err);

/* States of the discrete problem with a binding momentum in the pair of the lowest threshold above
 * x, and whether rounding may have decided. Errors: NUMERIC. */
hp_status hp_coupled_count_above(hp_coupled *solver, double x, int *count, hp_error *err);
bool hp_coupled_count_is_close(hp_coupled *solver);

#endif
