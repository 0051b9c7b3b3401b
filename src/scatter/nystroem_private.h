// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to scatter: the workspace of the Nystroem solver and the steps that its files share;
 * docs/method-scatter.md. */
#ifndef HADPOT_SCATTER_NYSTROEM_PRIVATE_H
#define HADPOT_SCATTER_NYSTROEM_PRIVATE_H

#include <lapacke.h>
#include "hadpot/nystroem.h"

/* A number of states, found in two ways. */
typedef struct hp_count {
    bool known, in_doubt; /* in_doubt: the two ways differ, or rounding decides */
    int number, on_grid;  /* and that of the discrete problem on the grid of the solver */
} hp_count;

/* Solutions at all momenta from the LU factors at one of them; docs/method-scatter.md, "One
 * decomposition for all momenta". */
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

struct hp_nystroem {
    hp_quadrature grid;
    double *block;      /* all arrays of doubles */
    double *potential;  /* (n, n)         A: kernel times weight, local part on the diagonal */
    double *diagonal;   /* (n)            diagonal of A at k = 0 */
    double *slope;      /* (n)            d/dk^2 of the diagonal of A */
    bool has_slope;     /* false: slope is zero */
    bool symmetric;     /* of the kernel */
    hp_coulomb coulomb; /* inside the range it is part of the diagonal */
    bool has_kernel;    /* false: the interaction is local */
    double *local;      /* (n)            w at the nodes */
    hp_local_function local_at; /* between them; NULL: interpolate */
    void *context;
    hp_count bound, bound_cut; /* bound states, with and without Coulomb force beyond the range */
    bool trusted;              /* hp_nystroem_trust_grid */
    bool branch_in_doubt;      /* the phase at the highest momentum is on another branch */
    double count_scale;        /* largest number in the matrix of the latest count */
    hp_nystroem *neighbour;    /* of another order, for a second count; NULL until wanted */
    double *matrix;            /* (n, n)         M = 1 - G A, then its LU factors */
    double *root;      /* (n, n)         lower L of W^1/2 min(r,r') W^-1/2 = L L^T, by columns */
    double *edge;      /* (n)            y, L y = W^1/2 r */
    double *wave;      /* (2, n)         s = sin(kr)/k and c = cos(kr) */
    double *weighted;  /* (2, n)         w c and w s */
    double *outer;     /* (panels, 2, n) sums of w c A over later, of w s A over earlier panels */
    double *inner;     /* (order, order) -G inside one panel */
    double *bra;       /* (n)            A^T W s, so that T = bra . u */
    double *above;     /* (n)            A^T W c */
    double *u, *F, *z; /* (n)            solution, F = A u, adjoint solution */
    double *moment;    /* (4, n)         integrals of r^m F from 0 to r, m = 0 .. 3 */
    lapack_int *pivot; /* (n) */

    hp_reduced *reduced;               /* NULL: LU factors at every momentum */
    double sign;                       /* of det M at the latest momentum */
    char trouble[HP_NYSTROEM_TROUBLE]; /* why the latest phases are nan; empty: none is */
};

/* M = 1 - G_k A with G_k = -sin(kr<)/k cos(kr>). Errors: HP_ERR_NUMERIC. */
hp_status hp_nystroem_form(hp_nystroem *solver, double k, hp_error *err);

/* M = 1 + P (A + kappa^2) with P = r< - gamma/(1 + gamma range) r r', the inverse of -d^2/dr^2 with
 * u(0) = 0, u' = -gamma u at the end of the range; A at k^2 = -kappa^2. Errors: HP_ERR_NUMERIC. */
hp_status hp_nystroem_form_bound(hp_nystroem *solver, double kappa, double gamma, hp_error *err);

/* A at energy k2 with `shift` added to its diagonal. */
void hp_nystroem_set_diagonal(hp_nystroem *solver, double k2, double shift);

/* LU factors of the M just formed; x = M^-1 right_side or the solution of M^T x = right_side; sign
 * of det M and, unless NULL, log|det M|. Errors: HP_ERR_LIBRARY. */
hp_status hp_nystroem_factorise(hp_nystroem *solver, hp_error *err);
hp_status hp_nystroem_solve(hp_nystroem *solver, const double *right_side, bool adjoint, double *x,
                            hp_error *err);
double hp_nystroem_determinant(const hp_nystroem *solver, double *log_size);

/* T of u = s - T cos(kr) at the end of the range and the sign of det M, by either method; with
 * `wave` also u, into solver->u. Errors: as hp_nystroem_kcot. */
hp_status hp_nystroem_solve_momentum(hp_nystroem *solver, double k2, bool wave, double *T,
                                     hp_error *err);

/* The same, u included, by LU factors, which stay in solver->matrix. */
hp_status hp_nystroem_solve_lu(hp_nystroem *solver, double k2, double *T, hp_error *err);

/* u and u' at the end of the range for the T at k2. */
void hp_nystroem_edge(const hp_nystroem *solver, double k2, double T, double *u, double *d_u);

/* k cot delta, and of a charged pair K as well (equal otherwise). Errors: HP_ERR_NUMERIC. */
hp_status hp_nystroem_match(const hp_nystroem *solver, double k2, double T, double *effective,
                            double *cot, hp_error *err);

/* Phase -arg F(k) in (-pi, pi] of the Jost function F = det(1 - G_k^+ A) = det(M) (1 - i tan delta)
 * of the interaction inside the range, which fixes delta up to 2 pi. Errors: as hp_nystroem_kcot.
 */
hp_status hp_nystroem_jost_phase(hp_nystroem *solver, double k, double *phase, double *T,
                                 hp_error *err);

/* Fill root and edge, which depend on the grid alone. Errors: HP_ERR_NUMERIC. */
hp_status hp_nystroem_fill_root(hp_nystroem *solver, hp_error *err);

/* States with a binding momentum above kappa, for u' = -gamma u at the end of the range, of the
 * discrete problem. Errors: HP_ERR_NUMERIC. */
hp_status hp_nystroem_count_above(hp_nystroem *solver, double kappa, double gamma, int *count,
                                  hp_error *err);

/* Whether rounding may have decided the number that hp_nystroem_count_above has just given. */
bool hp_nystroem_count_is_close(hp_nystroem *solver);

/* The same number in a second way as well, and by a finer grid where these differ. Errors:
 * HP_ERR_NUMERIC, MEMORY; not those of the second way, which leave the number in doubt. */
hp_status hp_nystroem_certify(hp_nystroem *solver, double kappa, double gamma, hp_count *count,
                              hp_error *err);

/* Bound states when nothing acts beyond the range. Errors: as hp_nystroem_certify. */
hp_status hp_nystroem_count_cut(hp_nystroem *solver, hp_count *count, hp_error *err);

/* How many multiples of pi the phase shift delta (that of the force cut off at the end of the
 * range) at k2 is away from the branch that is continuous in the strength of the interaction; 0
 * where that cannot be told. Errors: HP_ERR_NUMERIC, MEMORY. */
hp_status hp_nystroem_branch_error(hp_nystroem *solver, double k2, double delta, int *turns,
                                   hp_error *err);

/* The number of states in the interval [0, range] with u = 0 at both ends and energies below k2.
 * Errors: HP_ERR_NUMERIC. */
hp_status hp_nystroem_count_box(hp_nystroem *solver, double k2, int *count, hp_error *err);

/* T and the sign of det(1 - G A) at k2 as hp_nystroem_solve_momentum; wave: also solver->u. Errors:
 * HP_ERR_NUMERIC. */
hp_status hp_nystroem_solve_reduced(hp_nystroem *solver, double k2, bool wave, double *T,
                                    hp_error *err);

void hp_reduced_destroy(hp_reduced **reduced);

#endif
