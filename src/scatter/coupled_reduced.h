// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to scatter: solutions at all energies in a space of few vectors;
 * docs/method-channels-bound.md, "One basis for all energies". */
#ifndef HADPOT_SCATTER_COUPLED_REDUCED_H
#define HADPOT_SCATTER_COUPLED_REDUCED_H

#include "coupled_form.h"

/* What each component may add to the basis, at most; more energies get factors of their own. */
enum { HP_COUPLED_VECTORS = 48 };

/* F(E) = F_0 - sum_c [k_c^2(E) - k_c^2(E_0)] (mass in component c). Column s solves F z = y in
 * component s: chi_c' + gamma_c chi_c = delta_cs at the end of the range. With one number t,
 * k_c^2(E)
 * - k_c^2(E_0) = t D_c, and (1 - t X) chi^s = chi^s(E_0), X = F_0^-1 D_c mass. Relativistic pairs
 * of different masses: t = W^2 - W_0^2, and phi = (t/W^2) chi beside chi makes the equation linear
 * in t, with
 *
 *     X (chi, phi) = (F_0^-1 mass [(1/4 - b_c) chi + b_c phi], (chi - phi)/W_0^2),
 *     b_c = (m1^2 - m2^2)^2/(4 W_0^4).
 *
 * In the space of the vectors v, X is H: chi^s = sum_j c_sj v_j, (1 - t H) c_s = source_s. */
struct hp_coupled_reduced {
    unsigned long version; /* of the interaction; another one: nothing is known */
    bool ready;            /* factors and basis are those of the interaction */
    bool doubled;          /* vectors are (chi, phi) */
    int length;            /* of vectors, N n or 2 N n */
    double lowest;         /* W - E */
    double highest;        /* the largest energy that has been asked for */
    double centre;         /* E_0 */
    double k2[HP_MOST_COMPONENTS], gamma[HP_MOST_COMPONENTS]; /* at the centre */
    double slope[HP_MOST_COMPONENTS];                         /* D_c, or 1/4 - b_c */
    double mixed[HP_MOST_COMPONENTS];                         /* b_c */
    double sign;                                              /* of det F_0 */
    int size, have, most; /* vectors that H is known for; all; the largest size */
    double *block;        /* all arrays of doubles */
    double *factor;       /* (N n, N n) LU of F_0 */
    lapack_int *pivot;    /* (N n), and (most) of small systems */
    double *metric;       /* (2 N n) vectors are orthonormal in it: weight D_c; doubled: weight */
    double *basis;        /* (most + N, length) v at the nodes */
    double *force;        /* (most + N, N n) weight A chi */
    double *edge;         /* (most + N, N) chi at the end of the range */
    double *H;            /* (most + N, most) columns are vectors */
    double *source;       /* (N, most + N) of the columns at the centre */
    double *small;        /* (most, 3 N + 1) or (most, most) */
    double *c;            /* (N, most) of the latest energy */
    double *share;        /* (most + N) */
    double at_end[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS]; /* (nopen, N) of the latest columns */
    double *vector;                                         /* (4, N n) */
    double *scaled;                                         /* (2 N n) */
};

/* Factors near an energy and the columns there, which begin the basis. Errors: NUMERIC. */
hp_status hp_reduced_start(hp_coupled *solver, double energy, hp_error *err);

/* The vector of z (N n), with phi (N n) or NULL beside it, made orthogonal to all others; its
 * products with these into `column` with the given stride, its length at the next place. Nothing is
 * added where nothing is left. */
void hp_reduced_add(hp_coupled *solver, const double *z, const double *phi, double *column,
                    int stride);

/* z = F_0^-1 z. Errors: LIBRARY. */
hp_status hp_reduced_apply(hp_coupled *solver, double *z, hp_error *err);

/* (1 - t H) c_s = source_s, and the sign of the determinant. Errors: LIBRARY. */
hp_status hp_reduced_solve_small(hp_coupled *solver, double t, double *sign, hp_error *err);

/* Whether the equations of the vectors that H is not known for are fulfilled to rounding. */
bool hp_reduced_is_solved(const hp_coupled *solver, double t);

#endif
