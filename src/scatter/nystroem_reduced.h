// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to scatter: solutions at all momenta from the LU factors at one of them;
 * docs/method-scatter.md, "One decomposition for all momenta". */
#ifndef HADPOT_SCATTER_NYSTROEM_REDUCED_H
#define HADPOT_SCATTER_NYSTROEM_REDUCED_H

#include <stdbool.h>
#include "hadpot/nystroem.h"

/* Basis vectors, at most: a momentum that needs more gets a decomposition of its own. */
enum { HP_REDUCED_MAX = 48 };

/* u(k2) = sum_j c_j v_j, (1 - t H) c = length e_1, t = k2 - centre. */
typedef struct hp_reduced {
    bool ready;     /* the factors in `factor` are those of the present interaction */
    double highest; /* largest k2 that will be asked for, as far as known */
    double centre;  /* k2 of the factors */
    double gamma;   /* u' + gamma u = 1 at the end of the range */
    double sign;    /* of the determinant at the centre */
    int size, most; /* basis vectors now and at most; size < most: the last row of H is below */
    double length;  /* |u(centre)| */
    double *factor; /* (n, n) LU of 1 + P (A - k2) at the centre, transposed */
    int *pivot;     /* (n) */
    double *basis;  /* (most + 1, n) v, orthonormal; it and what follows are parts of factor */
    double *force;  /* (most, n) weight A v without the slope */
    double *bend;   /* (most, n) weight slope v */
    double *edge;   /* (most, 2) int r A v and int r (slope - 1) v */
    double *H;      /* (most + 1, most) Hessenberg */
    double *work;   /* (most, most) */
    double *c;      /* (most) of the latest momentum */
    double *vector; /* (n) */
} hp_reduced;

/* Errors: HP_ERR_MEMORY. */
hp_status hp_reduced_create(int n, hp_reduced **reduced, hp_error *err);
/* Of another interaction nothing is left, so that results do not depend on what came before. */
void hp_reduced_forget(hp_reduced *reduced);
void hp_reduced_destroy(hp_reduced **reduced);

/* T and the sign of det(1 - G A) at k2 as hp_nystroem_solve_momentum; wave: also solver->u. Errors:
 * HP_ERR_NUMERIC. */
hp_status hp_nystroem_solve_reduced(hp_nystroem *solver, double k2, bool wave, double *T,
                                    hp_error *err);

#endif
