// SPDX-License-Identifier: GPL-3.0-or-later
/* Potentials that the data allow: a mixture of forms with fixed shares in closed form
 * (docs/method-bands.md, section 3). A form is a Gaussian prior of the coefficients theta of
 * features (features.h), N(0, (s tau_g)^2 + core^2) with fixed physical s and tau_g by
 * group: 1 for its own group and exp(-3) for the others, or exp(-1/2) for all of them; core:
 * hp_features_take_core. With the covariance C = L L^T of
 * the error model, l the square roots of the prior variances and W_k = L^-1 A_k, row k of the data
 * has
 *
 *     theta_k = l H_k^-1 l W_k^T L^-1 S_k,     H_k = 1 + l W_k^T W_k l,
 *
 * and a draw of a form is, with standard normal z and z',
 *
 *     theta = theta_0 + t sqrt(w) sum_k z_k (theta_k - mean) + l H_0^-1 z',
 *
 * w of hp_sample_weight, t Student's factor: the spread of samples plus what the data leave open, l
 * H^-2 l, exact for a linear estimator. No evidence: weights of forms that describe the data are
 * never changed by them. Pure functions; no MPI, no files. */
#ifndef HADPOT_MIXTURE_H
#define HADPOT_MIXTURE_H

#include <stddef.h>
#include <stdint.h>
#include "hadpot/error_model.h"
#include "hadpot/features.h"
#include "hadpot/sample_rule.h"

/* Forms, by which groups of features are their own: local, separable, one of each band, or all.
 * Each set has its share of the draws, which the forms of the bands divide. */
enum { HP_FORM_LOCAL = 1, HP_FORM_SEPARABLE = 2, HP_FORM_BAND = 4, HP_FORM_ALL = 8 };

typedef struct hp_mixture_options {
    double amplitude;  /* s, 1/L */
    double core_above; /* of hp_core_data, 1/L */
    unsigned forms;    /* sets of them, HP_FORM_... */
    int ndraw;
    uint64_t seed;
    double most_chi2; /* tempered chi2 per effective point of the average that a form may have to be
                         drawn from, if there is one that has it; 0: any */
} hp_mixture_options;

typedef struct hp_mixture {
    int p, nform, nsample, ndraw;
    uint64_t seed;
    double sample_weight; /* w */
    double student;       /* t of these degrees of freedom at one standard deviation */
    double *block;        /* all arrays but theta */
    int *own;             /* (nform) group of features that is a form's own; -1: all */
    double *weight;       /* (nform) share of the draws */
    double *theta;        /* (nform, 1 + nsample, p) of the average, then of the samples */
    double *spread;       /* (nform, p, p) l H_0^-1 */
    double *chi2;         /* (nform) tempered chi2 of the average */
    double *prior;        /* (nform, p) l */
} hp_mixture;

/* What a mixture is made from, in the units of the error model; all borrowed. */
typedef struct hp_mixture_data {
    const hp_features *features;
    const hp_error_model *model;
    hp_feature_grid grid;
    int nsample;
    double sample_weight; /* w */
    int freedom;          /* degrees of freedom of the spread of samples: N - 1 */
    const double *R, *S;  /* (1 + nsample, ncolumn, n) of the average, then of the samples; not
                             needed for blocks */
} hp_mixture_data;

/* How many forms these are. */
int hp_mixture_count_forms(const hp_features *features, unsigned forms);

/* mixture: out, owned by the caller. Operations (1 + N) (m p^2 + nform p^3/3). Errors:
 * HP_ERR_MEMORY; HP_ERR_NUMERIC where a matrix has no factor. */
hp_status hp_mixture_create(const hp_mixture_data *data, const hp_mixture_options *options,
                            hp_mixture *mixture, hp_error *err);
void hp_mixture_destroy(hp_mixture *mixture);

/* The same block by block of rows, for those who share them out: of block b = 0 .. count-1 rows
 * b most and the following, as many as there are, up to `most`, which is fixed by the data: all of
 * a block have the tables of features in common, and products of other sizes may have other
 * roundings.
 */
typedef struct hp_mixture_blocks {
    int most, count; /* rows of a block; blocks */
    size_t length;   /* most nform p: numbers that a whole block makes */
} hp_mixture_blocks;

/* A mixture without estimates. mixture: out, owned by the caller. Errors: HP_ERR_MEMORY. */
hp_status hp_mixture_begin(const hp_mixture_data *data, const hp_mixture_options *options,
                           hp_mixture *mixture, hp_mixture_blocks *blocks, hp_error *err);

/* theta (rows, nform, p) of a block of rows R, S (rows, ncolumn, n); of the first one the mixture
 * gets spread and chi2 too, and no other changes it. Errors: as hp_mixture_create. */
hp_status hp_mixture_solve_block(hp_mixture *mixture, const hp_mixture_data *data, int first,
                                 int rows, const double *R, const double *S, double *theta,
                                 hp_error *err);

/* All that blocks have found, theta (1 + nsample, nform, p) in order, becomes the mixture, where
 * the first block has been solved. Errors: HP_ERR_MEMORY. */
hp_status hp_mixture_finish(hp_mixture *mixture, const hp_mixture_data *data,
                            const hp_mixture_options *options, const double *theta, hp_error *err);

/* Form of draw 0 .. ndraw-1, by systematic resampling: shares are exact to one draw. */
int hp_mixture_form(const hp_mixture *mixture, int draw);

/* theta (p) of a draw, a pure function of (seed, draw): keyed by HP_PURPOSE_DRAW. Errors:
 * HP_ERR_MEMORY. */
hp_status hp_mixture_draw(const hp_mixture *mixture, int draw, double *theta, hp_error *err);

/* What else samples have, rows (1 + nsample) of the average and of the samples, in the same draw:
 * *value = rows_0 + t sqrt(w) sum_k z_k (rows_k - mean) with its z. Errors: HP_ERR_MEMORY. */
hp_status hp_mixture_follow(const hp_mixture *mixture, int draw, const double *rows, double *value,
                            hp_error *err);

#endif
