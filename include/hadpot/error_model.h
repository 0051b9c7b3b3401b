// SPDX-License-Identifier: GPL-3.0-or-later
/* What is noise in S, from few samples: variances that do not hang on single points, a common mode
 * of columns, and correlations of points as a temperature (docs/method-bands.md, section 2).
 *
 *     C = D T + F + gamma_cc' R_c R_c'    D, T, F diagonal, c: column (source, time, component)
 *     T_c(r) = sum_c' c_cc'^2 sum_r' s(|r - r'|)^2,     m_eff = sum (D + F)/(D T + F)
 *
 * of the m points that are fitted. gamma: S/R moved by a constant, as fluctuating two-point
 * functions do; s, c: correlations of what is left; m_eff: as many independent points would
 * fluctuate in chi2 as these do. All of it from Z_k = S_k - A_k theta, theta a pilot that is linear
 * in features (features.h), since most of the noise of S is that of R under the potential. Pure
 * functions; no MPI, no files. */
#ifndef HADPOT_ERROR_MODEL_H
#define HADPOT_ERROR_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include "hadpot/features.h"
#include "hadpot/weights.h"

/* The ensemble average (first) and all samples, in any normalisation that the rows of a column
 * share; lengths in L, energies in 1/L. All borrowed. */
typedef struct hp_error_data {
    const hp_features *features; /* of the pilot; lengths in L */
    hp_feature_grid grid;        /* points, radii not descending, with weights of int d^3r' */
    const double *fitted;        /* (n) 1: the point is fitted, else 0 */
    int ncolumn, nsample;        /* columns of n points, (source, time) */
    const double *R, *S;         /* (1 + nsample, ncolumn, n) */
    double sample_weight;        /* of covariances (hp_sample_weight) */
    int freedom;                 /* degrees of freedom of variances, N - 1; 0: they are known */
    double length_fm;            /* L in fm */
    double amplitude;            /* s in 1/L: standard deviation of each coefficient of the pilot */
    double relative_floor;       /* F = [floor^2 + (breaking/r^2)^2] S^2, r at least 1: lattice */
    double breaking;             /* artefacts, which no average of samples reduces */
} hp_error_data;

typedef struct hp_error_model {
    int freedom;          /* as above */
    int ncomponent, n;    /* n radii of each component */
    int ncolumn, nfitted; /* (source, time, component); m = nfitted: points (column, radius) that
                             are fitted */
    double length, amplitude; /* L_c in L, and a: s of points x > 0 apart is */
    bool changes_sign;        /* a exp(-x^2/(2 L_c^2)), or with (1 - x^2/(3 L_c^2)) before it */
    double effective_points;  /* m_eff of all points */
    double *block;            /* all arrays but the weights */
    double *variance;         /* (ncolumn, n) of Z, smoothed in r; 0 where not fitted */
    double *diagonal;         /* (ncolumn, n) D */
    double *artefact;         /* (ncolumn, n) F: floor, */
    double *breaking;         /* (ncolumn, n) and of a lattice that breaks rotations */
    double *R;                /* (ncolumn, n) of the average */
    double *r;                /* (n) */
    double *fitted;           /* (ncomponent, n) */
    double *gamma;            /* (ncolumn, ncolumn), positive semidefinite, 1/L^2 */
    double *correlation;      /* (ncolumn, ncolumn) of columns at the same radius; 0 where they have
                                 none in common */
    hp_fit_weights weights;   /* of C: hp_fit_weights_chi2 is the tempered chi2 */
} hp_error_model;

/* model: out, owned by the caller, copies what it needs. Operations, with p features, m p^2 and
 * nsample ncolumn n (n + p) times a few. Errors: HP_ERR_MEMORY; HP_ERR_NUMERIC where
 * samples are not finite or all agree at a fitted point; HP_ERR_INTERNAL for fewer than 2 samples.
 */
hp_status hp_error_model_create(const hp_error_data *data, hp_error_model *model, hp_error *err);
void hp_error_model_destroy(hp_error_model *model);

/* The same in parts that need no more than the rows they are about, for those who share out the
 * samples: R and S of data are those of the average alone. */

/* variance (ncolumn, n) of S (nsample, ncolumn, n) of the samples: w sum_k (S_k - mean)^2. */
void hp_error_variance(const hp_error_data *data, const double *S, double *variance);

/* theta, fitted to the average with ten times that variance. */
typedef struct hp_error_pilot {
    int n, ncolumn; /* radii; (source, time, component) */
    int count, *at; /* radii (count) that are fitted in a component */
    size_t length;  /* ncolumn count: numbers of Z of a sample */
    double *theta;  /* (features->n) NULL: not yet fitted */
    double *A; /* (data: ncolumn, n, features->n) what features make of the average, likewise */
} hp_error_pilot;

/* A pilot that has not been fitted. pilot: out, owned by the caller. Errors: HP_ERR_MEMORY;
 * HP_ERR_INTERNAL for fewer than 2 samples. */
hp_status hp_error_pilot_create(const hp_error_data *data, hp_error_pilot *pilot, hp_error *err);
void hp_error_pilot_destroy(hp_error_pilot *pilot);

/* Errors: HP_ERR_MEMORY; HP_ERR_NUMERIC where samples of S all agree or are not finite at a fitted
 * point. */
hp_status hp_error_pilot_fit(hp_error_pilot *pilot, const hp_error_data *data,
                             const double *variance, hp_error *err);

/* Z (rows, ncolumn, count) = S - A theta of R and S (rows, ncolumn, n). Samples 0 .. nsample-1 go
 * by HP_ERROR_ROWS at a time, the last ones by what is left: they share the kernels of features,
 * and products of other sizes may have other roundings. Errors: HP_ERR_MEMORY. */
enum { HP_ERROR_ROWS = 8 };
hp_status hp_error_pilot_residuals(const hp_error_pilot *pilot, const hp_error_data *data, int rows,
                                   const double *R, const double *S, double *Z, hp_error *err);

/* The model of Z (nsample, ncolumn, count) of all samples; otherwise as hp_error_model_create. */
hp_status hp_error_model_create_from(const hp_error_data *data, const double *Z,
                                     hp_error_model *model, hp_error *err);

/* C^-1/2 of matrix (ncolumn, n, q), in place; rows of points that are not fitted become 0. The sum
 * of squares of a whitened residual is hp_fit_weights_chi2. Operations m q ncolumn. Errors:
 * HP_ERR_MEMORY. */
hp_status hp_error_model_whiten(const hp_error_model *model, int q, double *matrix, hp_error *err);

/* The same for a part of the points alone: weights with the temperatures that they have among
 * themselves, and their effective number, 0 for none. */
typedef struct hp_error_part {
    int points, freedom;
    double effective_points;
    hp_fit_weights weights; /* 0 outside of the part */
} hp_error_part;

/* Columns first, first + step, .. before end; step: 1, or a multiple of ncomponent. Parts of the
 * radii have F without the breaking of rotations: with it no region at short distance could say
 * that the fit misses it. Radii with chosen[r] > 0 (n) as far as they are fitted; NULL: all of
 * these. part: out, owned by the caller. Errors: HP_ERR_MEMORY; HP_ERR_NUMERIC, the common mode was
 * not found. */
typedef struct hp_error_columns {
    int first, end, step;
} hp_error_columns;
hp_status hp_error_model_restrict(const hp_error_model *model, hp_error_columns columns,
                                  const double *chosen, hp_error_part *part, hp_error *err);
void hp_error_part_destroy(hp_error_part *part);

#endif
