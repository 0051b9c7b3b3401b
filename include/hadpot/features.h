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
 * Lengths in L, the unit of the data, as soon as they are made. Pure functions; no MPI, no files.
 */
#ifndef HADPOT_FEATURES_H
#define HADPOT_FEATURES_H

#include "hadpot/error.h"

/* A ladder of lengths in fm, ascending; borrowed. */
typedef struct hp_ladder {
    int n;
    const double *fm;
} hp_ladder;

typedef struct hp_features_options {
    hp_ladder local, separable;
    hp_ladder band, envelope; /* beta, and b for each of them */
} hp_features_options;

/* Groups: 0 local, 1 separable, 2 .. of each beta. */
enum { HP_GROUP_LOCAL, HP_GROUP_SEPARABLE, HP_GROUP_BAND };
typedef struct hp_feature {
    int group;
    double b, c, beta; /* c of separable ones, beta of those of a band */
    double core;       /* what hp_features_take_core adds to the prior, 1/L */
} hp_feature;

typedef struct hp_features {
    int n, nlocal, ngroup; /* the nlocal ones of V come first */
    hp_feature *feature;   /* (n) */
} hp_features;

/* All of these ladders: local.n + separable.n (separable.n + 1)/2 + band.n envelope.n. length_fm:
 * L. features: out, owned by the caller. Errors: HP_ERR_MEMORY. */
hp_status hp_features_create(const hp_features_options *options, double length_fm,
                             hp_features *features, hp_error *err);
void hp_features_destroy(hp_features *features);

/* Radii of data and their weights of int d^3r'; borrowed. */
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
 * w of int d^3r: the depth of the core within b. 0 for all others. */
void hp_features_take_core(hp_features *features, const hp_core_data *data);

/* What each feature makes of each of nrow correlators R (nrow, n):
 *     A[row][r][i] = V_i(r) R(r) + int d^3r' U_i(r,r') R(r'),   (nrow, n, features->n).
 * Errors: HP_ERR_MEMORY. */
hp_status hp_features_apply(const hp_features *features, const hp_feature_grid *grid, int nrow,
                            const double *R, double *A, hp_error *err);

/* U_i between n radii, of all features that are not local: (features->n - nlocal, n, n), in 1/L^3.
 * Errors: HP_ERR_MEMORY. */
hp_status hp_features_nonlocal(const hp_features *features, int n, const double *r, double *U,
                               hp_error *err);

/* V_i(r) of a local feature; U_i(r,r') of another one, in 1/L^3. */
double hp_feature_local(const hp_feature *feature, double r);
double hp_feature_nonlocal(const hp_feature *feature, double r, double other);

#endif
