// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to scatter: the workspace of the solver for coupled components and the steps that its
 * files share; docs/method-channels.md. Arrays over components and nodes have the node last: c n +
 * i. */
#ifndef HADPOT_SCATTER_COUPLED_PRIVATE_H
#define HADPOT_SCATTER_COUPLED_PRIVATE_H

#include <stddef.h>
#include <lapacke.h>
#include "hadpot/coupled.h"
#include "hadpot/interaction.h"

/* What an energy needs by LU factors at complex momenta; made when first wanted. */
typedef struct hp_coupled_plane {
    double complex *block;    /* all arrays below */
    double complex *A;        /* (order, N n) rows of a panel, as complex numbers */
    double complex *matrix;   /* (N n, N n)   M = 1 - G A, then its LU factors */
    double complex *shift;    /* (N n)        added to the diagonal of A */
    double complex *pair;     /* (2, n)       f and g, G = -f(r<) g(r>), of one component */
    double complex *weighted; /* (2, n)     w g and w f */
    double complex *outer;    /* (panels, 2, N n) sums over later and earlier panels */
    double complex *total;    /* (N n) */
    double complex *inner;    /* (order, order) -G inside one panel */
    double *fall;             /* (panels) G falls by it from panel to panel */
    double complex *free;     /* (n, n)     1 + P (k-dependent diagonal) of one component */
} hp_coupled_plane;

struct hp_coupled_reduced; /* solutions at all energies from few factors (coupled_reduced.c) */
struct hp_coupled_bound;   /* bound states (coupled_bound.c) */

struct hp_coupled {
    hp_quadrature grid;
    int ncomponent, size; /* N, N n */
    hp_channels channels;
    unsigned long version; /* number of calls of hp_coupled_set; 0: nothing is set */
    double *block;         /* all arrays of doubles */
    double *A;             /* (N n, N n) kernel times weight, W_cd and v_C on the diagonals of its
                              blocks; its diagonal: hp_coupled_set_diagonal */
    double *diagonal;      /* (N n) diagonal of A, without slope and shift */
    double *local;         /* (N, N, n) W_cd(r_i), without v_C */
    double *slope;         /* (n) d/dk^2 of the diagonal of A, one component */
    bool has_kernel, has_local, has_slope, charged;
    bool trusted;                /* hp_coupled_trust_grid */
    hp_matrix_function local_at; /* NULL: interpolate */
    void *context;

    double gamma[HP_MOST_COMPONENTS]; /* -u'/u of closed components at the end of the range, at the
                                         latest energy */
    double *matrix;                   /* (N n, N n) M = 1 - G A, then its LU factors */
    double *shift;                    /* (N n) added to the diagonal of A */
    double *pair;      /* (N, 2, n) f and g, G = -f(r<) g(r>): S and C, or those of P_0 */
    double *weighted;  /* (2, n) w g and w f */
    double *outer;     /* (panels, 2, N n) sums of w g A over later, of w f A over earlier panels */
    double *inner;     /* (order, order) -G inside one panel */
    double *bra;       /* (N, N n) A^T W f of a component */
    double *above;     /* (N n) */
    double *u, *force; /* (N, N n) columns of the solution, A u */
    double *work;      /* (4, n) */
    lapack_int *pivot; /* (N n) */
    hp_coupled_plane plane;

    struct hp_coupled_reduced *reduced; /* NULL: LU factors at every energy */
    struct hp_coupled_bound *bound;     /* NULL until wanted */
};

/* What coupled_reduced.c and coupled_bound.c define; pointers to NULL are allowed. solve_reduced:
 * T and waves against free waves, as hp_coupled_solve_lu; HP_ERR_NUMERIC sends the caller to LU
 * factors. */
hp_status hp_coupled_solve_reduced(hp_coupled *solver, double energy, hp_tmatrix *T, double *wave,
                                   hp_error *err);

/* Of the latest T of reduced solutions: its columns (nopen, N) at the end of the range. */
void hp_coupled_reduced_edges(const hp_coupled *solver, const hp_tmatrix *T, double *edge);

void hp_coupled_reduced_destroy(struct hp_coupled_reduced **reduced);
void hp_coupled_bound_destroy(struct hp_coupled_bound **bound);

/* The diagonal of A: with one component k2 times the slope is added, and shift (N n), or NULL. */
void hp_coupled_set_diagonal(hp_coupled *solver, double k2, const double *shift);

/* k^2 of a component. */
double hp_coupled_k2(const hp_coupled *solver, int component, double energy);

/* gamma = -u'/u at the end of the range of a decaying component, Coulomb tails included. Errors:
 * HP_ERR_INPUT, NUMERIC. */
hp_status hp_coupled_decay(const hp_coupled *solver, int component, double kappa, double *gamma,
                           hp_error *err);

/* The Green functions of all components and the diagonal of A at a real energy; fills energy, k2
 * and open components of T. Errors: HP_ERR_INPUT for momenta that the nodes cannot resolve. */
hp_status hp_coupled_fill_green(hp_coupled *solver, double energy, hp_tmatrix *T, hp_error *err);

/* The same with S and C of l = 0 in open components, their barrier in A; false: they are all of l =
 * 0 and nothing has changed. */
bool hp_coupled_fill_s_waves(hp_coupled *solver, const hp_tmatrix *T);

/* M = 1 - G A and its LU factors. Errors: HP_ERR_NUMERIC, LIBRARY. */
hp_status hp_coupled_form(hp_coupled *solver, hp_error *err);
hp_status hp_coupled_factorise(hp_coupled *solver, hp_error *err);

/* The sign of det M from its factors, and that of det(1 - G A) at the energy of T, of which energy,
 * k2 and open components are used and the sign is set; it overwrites all that belongs to an energy.
 * Errors: as hp_coupled_solve. */
double hp_coupled_sign(const hp_coupled *solver);
hp_status hp_coupled_fill_sign(hp_coupled *solver, hp_tmatrix *T, hp_error *err);

/* Columns S_b of pair, in the open components, become solutions u; T of them. Errors:
 * HP_ERR_NUMERIC, LIBRARY. */
hp_status hp_coupled_solve_columns(hp_coupled *solver, const hp_tmatrix *T, hp_error *err);
hp_status hp_coupled_fill_t(const hp_coupled *solver, hp_tmatrix *T, hp_error *err);

/* f = p g + q g', f {value, slope, value, slope} of two solutions, g the same of two others with
 * g[2] g[1] - g[3] g[0] = 1: match = {p, q of the first, p, q of the second}. */
void hp_coupled_match(const double f[4], const double g[4], double match[4]);

/* inverse = (m^T)^-1 and the sign of det m, m (size, size) small, which is overwritten; both by
 * rows. Errors: HP_ERR_NUMERIC where m is singular. */
hp_status hp_coupled_invert_transposed(int size, double *m, double *inverse, double *sign,
                                       hp_error *err);

/* By LU factors, which stay in solver->matrix; T is that against free waves, also of charged pairs,
 * whose force beyond the range is missing; waves in solver->u. Errors: as hp_coupled_solve. */
hp_status hp_coupled_solve_lu(hp_coupled *solver, double energy, hp_tmatrix *T, hp_error *err);

/* A free T becomes that of hp_tmatrix: against Coulomb functions in charged components; wave
 * (nopen, N, n), or NULL, becomes its columns. Nothing changes without charges. Errors:
 * HP_ERR_NUMERIC. */
hp_status hp_coupled_charge(const hp_coupled *solver, hp_tmatrix *T, double *wave, hp_error *err);

#endif
