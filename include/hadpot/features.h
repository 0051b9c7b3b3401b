// SPDX-License-Identifier: GPL-3.0-or-later
/* Functions of which mixtures of forms (mixture.h) make potentials, linear in their coefficients:
 *
 *     V(r) = sum_i theta_i V_i(r),     U(r,r') = sum_i theta_i U_i(r,r'),     theta in 1/L.
 *
 * Gaussians throughout, in three families (docs/method-bands.md, section 1):
 *     local      V_i = exp(-(r/b)^2)
 *     band       U_i = K_beta(r,r') exp(-(r^2 + r'^2)/(2 b^2)), near its diagonal: Perey-Buck,
 *                K_beta = [exp(-((r-r')/beta)^2) - exp(-((r+r')/beta)^2)]/(4 pi^(3/2) beta r r'),
 *                the S wave of exp(-|r-r'|^2/beta^2)/(pi^(3/2) beta^3); local as beta -> 0
 *     separable  U_i = [g_b(r) g_c(r') + g_c(r) g_b(r')]/sqrt(2), or g_b(r) g_b(r') where b = c,
 *                g_b = exp(-r^2/(2 b^2))/((2 pi)^(3/4) b^(3/2))
 *
 * Between several components of the wave function functions belong to an owner, with a symmetric
 * matrix w_cd that says where they act (docs/method-bands.md, section 7):
 *
 *     V_cd = w_cd V_i(r) t(r)^m,     U_cd(r,r') = w_cd U_i,cd(r,r'),     t(r) = r^2/(r^2 + b_0^2),
 *     separable, within a part and between two:
 *         U_i,cd = [g_b,c(r) g_b',d(r') + g_b',c(r) g_b,d(r')]/sqrt(2),    g_b,c = g_b t^(l_c/2),
 *         U_i,cd = g_b,c(r) g_b',d(r'),    c in the first, d in the second part,
 *     band: K_beta of the smaller l of both, and t^(|l_c - l_d|/2) of r of the component with the
 *         larger one,
 *
 * U_dc(r',r) = U_cd(r,r') to the last bit. Lengths in L, the unit of the data, as soon as they are
 * made. Pure functions; no MPI, no files.
 */
#ifndef HADPOT_FEATURES_H
#define HADPOT_FEATURES_H

#include <stdbool.h>
#include "hadpot/error.h"
#include "hadpot/form_matrix.h"

/* A ladder of lengths in fm, ascending; borrowed. */
typedef struct hp_ladder {
    int n;
    const double *fm;
} hp_ladder;

typedef struct hp_features_options {
    hp_ladder local, separable;
    hp_ladder band, envelope; /* beta, and b for each of them */
} hp_features_options;

/* Components, in parts between which potentials are the same up to an operator. All elements on
 * their own: each component is a part, and there is one operator with O_cd = 1. */
typedef struct hp_feature_space {
    int ncomponent;
    int l[HP_MOST_COMPONENTS], part[HP_MOST_COMPONENTS];
    int noperator;
    double element[HP_NOPERATOR][HP_MOST_COMPONENTS][HP_MOST_COMPONENTS]; /* O_cd, symmetric */
} hp_feature_space;

/* One S wave. */
extern const hp_feature_space hp_feature_s_wave;

/* All elements of these components on their own, or (of_operators) V_C and V_T of each two pairs of
 * hadrons. component, spin (ncomponent); spin counts for operators alone. space: out. */
void hp_feature_space_take(int ncomponent, const hp_component *component, const hp_spin_state *spin,
                           bool of_operators, hp_feature_space *space);

/* A part of the components or two of them, first <= second, and an operator: w_cd = O_cd where c is
 * in the one and d in the other. */
typedef struct hp_feature_owner {
    int first, second, of;
    int rise; /* 2 m: the largest |l_c - l_d| of the elements where it acts */
} hp_feature_owner;

/* Groups: 0 local, 1 separable, 2 .. of each beta. */
enum { HP_GROUP_LOCAL, HP_GROUP_SEPARABLE, HP_GROUP_BAND };
typedef struct hp_feature {
    int group;
    double b, c, beta; /* c of separable ones, beta of those of a band */
    double core;       /* what hp_features_take_core adds to the prior, 1/L, */
    double depth;      /* and <S/R>_b that it is from */
    int owner;
} hp_feature;

typedef struct hp_features {
    int n, nlocal, ngroup; /* the nlocal ones of V come first */
    hp_feature *feature;   /* (n) by group, then by owner */
    hp_feature_space space;
    int nowner;
    hp_feature_owner *owner; /* (nowner) */
    double rise;             /* b_0 */
} hp_features;

/* All of these ladders, for each owner local.n + band.n envelope.n and separable.n (separable.n +
 * 1)/2, between two parts separable.n^2. length_fm: L. features: out, owned by the caller. Errors:
 * HP_ERR_MEMORY. */
hp_status hp_features_create(const hp_features_options *options, const hp_feature_space *space,
                             double length_fm, hp_features *features, hp_error *err);
void hp_features_destroy(hp_features *features);

/* Points of data, n/ncomponent radii of each component, and their weights of int d^3r'; borrowed.
 */
typedef struct hp_feature_grid {
    int n;
    const double *r, *quadrature; /* (n) */
} hp_feature_grid;

/* A hard core of S/R, of the average; borrowed. */
typedef struct hp_core_data {
    hp_feature_grid grid;
    const double *fitted; /* (n) 1: the radius is fitted, else 0 */
    int ncolumn;
    const double *R, *S; /* (ncolumn, n) */
    double above;        /* |S/R| that is no core yet, 1/L */
} hp_core_data;

/* Gaussians of V(r) at distances where S/R is large may be large, too:
 *     core = 0.3 max(0, |<S/R>_b| - above),
 *     <S/R>_b = mean over columns of sum_r w e^(-(r/b)^2) S / sum_r w e^(-(r/b)^2) R,
 * w of int d^3r: the depth of the core within b. Of several components <S/R>_b is the strength of
 * the owner in the least squares of <S_c> = sum_owner V sum_d w_cd <R_d> over columns and
 * components, without what they do not say (singular values below a tenth of the largest). 0 for
 * all others. Errors: HP_ERR_MEMORY. */
hp_status hp_features_take_core(hp_features *features, const hp_core_data *data, hp_error *err);

/* What each feature makes of each of nrow correlators R (nrow, n):
 *     A[row][r][i] = V_i(r) R(r) + int d^3r' U_i(r,r') R(r'),   (nrow, n, features->n),
 * summed over the components on the right-hand side.
 * Errors: HP_ERR_MEMORY. */
hp_status hp_features_apply(const hp_features *features, const hp_feature_grid *grid, int nrow,
                            const double *R, double *A, hp_error *err);

/* w_cd of the owner of a feature. */
double hp_features_weight(const hp_features *features, int i, int c, int d);

/* V_i,cd(r) of a local feature, U_i,cd(r,r') of another one, w_cd included; in 1/L^3. */
double hp_features_local(const hp_features *features, int i, int c, int d, double r);
double hp_features_nonlocal(const hp_features *features, int i, int c, int d, double r,
                            double other);

/* The features from first to end - 1 with w_cd that is not 0 into index, or NULL; how many. */
int hp_features_between(const hp_features *features, int first, int end, int c, int d, int *index);

/* U_i,cd between n radii, of all of hp_features_between from nlocal on: (count, n, n), in 1/L^3.
 * Errors: HP_ERR_MEMORY. */
hp_status hp_features_tabulate(const hp_features *features, int c, int d, int n, const double *r,
                               double *U, hp_error *err);

#endif
