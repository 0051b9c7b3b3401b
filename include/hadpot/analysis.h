// SPDX-License-Identifier: GPL-3.0-or-later
/* One resampled set from averaged correlators to observables: source term, fit of the potential,
 * localisation, scattering. Everything but the numbers of the set is prepared once per rank. */
#ifndef HADPOT_ANALYSIS_H
#define HADPOT_ANALYSIS_H

#include "hadpot/box.h"
#include "hadpot/correlator.h"
#include "hadpot/direct.h"
#include "hadpot/error_model.h"
#include "hadpot/goodness.h"
#include "hadpot/leading_matrix.h"
#include "hadpot/mixture.h"
#include "hadpot/study.h"

/* What the average over all rows gives before any fit: values and statistical errors of S and of
 * the leading-order potential S/R, each (nsource, nt, nshell), and of x = 2 mu V2 (nshell) of the
 * derivative expansion (n2lo.h), lattice units. Errors are those with the masses of the average in
 * all samples: a fit follows the masses of its sample. */
typedef struct hp_lo_errors {
    size_t n, length;                    /* numbers of R; values, and errors, in all */
    double *block;                       /* (2, length) values, errors */
    double *R, *S, *V;                   /* of the average */
    double *R_error, *S_error, *V_error; /* statistical errors */
    double *x, *x_error;                 /* NULL unless kind n2lo */
    double *mass, *mass_error;           /* (2) effective masses from the two-point functions at
                                            the last times, NULL: R alone is there */
    int nsample, nkept;                  /* samples, and points of the fit in a column: of each
                                            component its radii from the first on, */
    double sample_weight;                /* hp_sample_weight, */
    int freedom;                         /* hp_resampling_freedom, */
    int nset;                            /* 2, or 3 where samples have masses of their own: */
    double *sample; /* (nsample, nset, nsource, nt, nkept) R, S, S with the masses of the average;
                       NULL: not kept */
} hp_lo_errors;

/* n2lo: with x, of a plan of two sources and one time. */
hp_status hp_lo_errors_create(const hp_correlator_plan *plan, bool n2lo, hp_lo_errors *errors,
                              hp_error *err);
void hp_lo_errors_destroy(hp_lo_errors *errors);

/* Radii up to r_max_fm, for 0 up to L/2 (cubic) or the end of the grid (radial): those of the fit
 * and of int d^3r'. Errors: HP_ERR_INPUT when they are too few or not there. */
hp_status hp_analysis_count_radii(double r_max_fm, const hp_correlator_plan *plan, int *n,
                                  hp_error *err);

/* What an analysis does with its samples; lists are borrowed. */
typedef struct hp_analysis_options {
    double r_min_fm, r_max_fm; /* of the fit; r_max_fm 0: to the end of the data */
    bool inverse_variance;     /* weights 1/error^2, else 1; errors */
    double error_smoothing_fm; /* smoothed over this length (hp_smooth_variances), not if 0 */
    double relative_floor;     /* with this part of S, */
    double rotation_breaking;  /* of a cubic lattice (hp_error_data.breaking), */
    hp_covariance covariance;  /* and their correlations (weights.h) */
    double covariance_parameter;
    hp_potential_setup potential; /* without data */
    hp_observables_options observables;
    const hp_study_channels *channels; /* of several components, or l > 0; NULL: one S wave */
    const double *flavour; /* (component, component) basis in which local potentials are given, too;
                              NULL: none, */
    const char *const *flavour_name; /* (component) and the names of its states */
    int levels;                      /* in the box of a cubic ensemble, 0: none */
    hp_direct_options direct;
    int u_points;    /* of the map of U on each axis, */
    double u_max_fm; /* which ends here (hp_potential_map_end) */
    bool momentum_space;
    int nregion_edge; /* between regions of r for chi2 */
    const double *region_edge_fm;
    double min_fit_probability, max_edge_ratio, max_numerical_error; /* beyond: notes */
    hp_features_options features; /* of the error model and the total band, */
    hp_mixture_options mixture;   /* whose amplitude is in 1/a; ndraw 0: no band */
} hp_analysis_options;

#define HP_ROW_R "correlator/R"
#define HP_ROW_LAPLACIAN "correlator/laplacian"
#define HP_ROW_DT "correlator/dt"
#define HP_ROW_DT2 "correlator/dt2"
#define HP_ROW_S "correlator/S"
#define HP_ROW_V_LO "potential/v_lo_mev"
#define HP_ROW_LEVEL_LO "finite_volume/level_lo_mev"
#define HP_ROW_LEVEL "finite_volume/level_mev"

/* The stages of one resampled set; all that samples share. */
typedef struct hp_analysis {
    const hp_analysis_options *options; /* not owned */
    hp_correlator_plan *plan;           /* not owned */
    int nsource, nt;                    /* column of the data = (source, time) */
    hp_correlator correlator;
    hp_study study; /* data, potential, observables, record; lattice units */
    hp_goodness goodness;
    hp_leading leading; /* of several components */
    hp_box *box;        /* NULL without finite_volume.levels */
    double *box_V;      /* (nshell) fitted V, then (npoint) V on the orbits */
    double *box_level;  /* (levels) */

    hp_direct direct; /* empty: of a radial ensemble, or not wanted */

    hp_features features; /* of the error model and of the total band */

    /* what needs all samples; empty until hp_analysis_begin_noise */
    int nsample;
    double sample_weight;          /* hp_sample_weight */
    double *R_average, *S_average; /* (ncolumn, n) normalised like the data; one block */
    double *A_average;             /* (ncolumn, n, features.n) what features make of it; or NULL,
                                      until hp_analysis_apply_features */
    hp_error_model noise;          /* of S in these units; until hp_analysis_model_errors its sizes
                                      at most */
} hp_analysis;

/* options, plan, ensemble of the plan: not owned, must outlive it. errors: of all samples; fixes
 * the normalisation, the weights and the automatic scales. analysis: out, owned by the caller.
 * Errors: HP_ERR_INPUT naming the option that does not fit the data. */
hp_status hp_analysis_create(const hp_analysis_options *options, hp_correlator_plan *plan,
                             const hp_lo_errors *errors, hp_analysis *analysis, hp_error *err);
void hp_analysis_destroy(hp_analysis *analysis);

/* A separable potential of one column has the strength 1/<R,S>: is cos = <R,S>/(|R| |S|) over the
 * fitted points told from 0 by the samples (errors->sample)? Errors: HP_ERR_INPUT, naming source
 * and t, where it is within 3 errors; MEMORY. */
hp_status hp_analysis_check_column(const hp_fit_data *data, const hp_lo_errors *errors,
                                   const char *source, int t, hp_error *err);

/* What is noise in S, from all samples (errors->nsample and what belongs to it): first the average,
 * on any rank. noise: out, what error_model.h takes, without samples; borrows from the analysis.
 * Errors: MEMORY; those of hp_features_take_core. */
hp_status hp_analysis_begin_noise(hp_analysis *analysis, const hp_lo_errors *errors,
                                  hp_error_data *noise, hp_error *err);

/* A_average, where it is not there yet; after hp_analysis_begin_noise. Errors: HP_ERR_MEMORY. */
hp_status hp_analysis_apply_features(hp_analysis *analysis, hp_error *err);

/* row (ncolumn, n) of R or S at the radii of the fit, normalised like the data. */
void hp_analysis_normalise(const hp_analysis *analysis, const double *values, double *row);

/* The model of Z of all samples (hp_error_pilot_residuals), where goodness is judged, on one rank.
 * Errors: of hp_error_model_create. */
hp_status hp_analysis_model_errors(hp_analysis *analysis, const hp_error_data *noise,
                                   const double *Z, hp_error *err);

/* How well the fit of a sample predicts S by that noise (hp_goodness_judge), from its results. */
void hp_analysis_judge(hp_analysis *analysis, double *vector);

/* What follows from all samples after the gather, when the record of the study has them: plateaus
 * of effective energies. freedom: hp_resampling_freedom. Errors: HP_ERR_MEMORY. */
hp_status hp_analysis_finish(hp_analysis *analysis, int freedom, hp_error *err);

/* What a reader must know of the fits, when the record of the study has samples: goodness, the
 * range of the potential, agreement of the solvers, finite_volume.csv, direct.csv. Errors:
 * HP_ERR_MEMORY. */
hp_status hp_analysis_note(hp_analysis *analysis, hp_error *err);

/* One resampled set. All borrowed. */
typedef struct hp_sample {
    const double *row;           /* averaged row of the ensemble */
    hp_pair pair[HP_MOST_PAIRS]; /* its masses, of the pairs of the plan, lattice units */
    const double *start; /* results of the ensemble average, from whose fit this one starts; NULL:
                            this is the average, which starts from drawn weights (the best of
                            training.restarts) */
    const hp_tick *tick; /* NULL: none */
} hp_sample;

/* Results of a sample: vector[study.record.length]. A pure function of the sample and the options.
 * No MPI, no files. Errors: of the correlators, the fit and the solvers. */
hp_status hp_analysis_compute(hp_analysis *analysis, const hp_sample *sample, double *vector,
                              hp_error *err);

#endif
