// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to scatter: solutions at all energies in a space of few vectors;
 * docs/method-channels-bound.md, "One basis for all energies". */
#ifndef HADPOT_SCATTER_COUPLED_REDUCED_H
#define HADPOT_SCATTER_COUPLED_REDUCED_H

#include "coupled_form.h"

/* What each component may add to the basis, at most; more energies get factors of their own. */
enum { HP_COUPLED_VECTORS = 48 };

/* F(E) = F_0 - sum_c t_c (mass in component c), t_c = k_c^2(E) - k_c^2(E_0). Column s solves F z =
 * y in component s: chi_c' + gamma_c chi_c = delta_cs at the end of the range. With one number t,
 * t_c = t D_c, chi^s = sum_j c_sj v_j, (1 - t H) c_s = source_s; otherwise (K - sum_c t_c mass_c)
 * c_s = edge_s. */
struct hp_coupled_reduced {
    unsigned long version; /* of the interaction; another one: nothing is known */
    bool ready;            /* factors and basis are those of the interaction */
    bool single;           /* t_c = t D_c */
    double highest;        /* the largest energy that has been asked for */
    double centre;         /* E_0 */
    double k2[HP_MOST_COMPONENTS], gamma[HP_MOST_COMPONENTS]; /* at the centre */
    double slope[HP_MOST_COMPONENTS];                         /* D_c; 1 where there are several t */
    double sign;                                              /* of det F_0 */
    int size, have, most; /* vectors that H, or K, is known for; all; the largest size */
    double *block;        /* all arrays of doubles */
    double *factor;       /* (N n, N n) LU of F_0 */
    lapack_int *pivot;    /* (N n), and (most) of small systems */
    double *metric;       /* (N n) weight D_c: vectors are orthonormal in it */
    double *basis;        /* (most + N, N n) v at the nodes */
    double *form;         /* (most + N, N n) z of them */
    double *force;        /* (most + N, N n) weight A v */
    double *edge;         /* (most + N, N) v at the end of the range */
    double *H;            /* (most + N, most) columns are vectors */
    double *source;       /* (N, most + N) of the columns at the centre */
    double *mass;         /* (N, most, most) <v_i, v_j> of each component, several t alone */
    int signed_size;      /* small_sign: of det K of as many vectors */
    double small_sign;
    double *K;            /* (most, most) z_i F_0 z_j, several t alone */
    double *small;        /* (most, 3 N + 1) or (most, most) */
    double *c;            /* (N, most) of the latest energy */
    double *share;        /* (most + N) */
    double *vector;       /* (4, N n) */
};

/* Factors near an energy and the columns there, which begin the basis. Errors: NUMERIC. */
hp_status hp_reduced_start(hp_coupled *solver, double energy, hp_error *err);

/* The vector of z (N n), overwritten, made orthogonal to all others; its products with these into
 * `column` with the given stride, its length at the next place, NULL: not wanted. Nothing is added
 * where nothing is left. */
void hp_reduced_add(hp_coupled *solver, double *z, double *column, int stride);

/* z = F_0^-1 z. Errors: LIBRARY. */
hp_status hp_reduced_apply(hp_coupled *solver, double *z, hp_error *err);

/* c for t_c where several differ, with more vectors as they are needed; false where they do not
 * suffice. determinant: sign of det F(E)/det F_0. Errors: LIBRARY. */
hp_status hp_reduced_solve_pairs(hp_coupled *solver, const double *t, bool *solved,
                                 double *determinant, hp_error *err);

#endif
