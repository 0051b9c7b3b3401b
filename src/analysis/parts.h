// SPDX-License-Identifier: GPL-3.0-or-later
/* Parts of hp_analysis_create and hp_analysis_compute that have files of their own. */
#ifndef HADPOT_ANALYSIS_PARTS_H
#define HADPOT_ANALYSIS_PARTS_H

#include "hadpot/analysis.h"

/* Fit of Gaussians to the leading-order potential of the average, with its errors as weights. */
hp_status hp_analysis_create_gaussians(hp_analysis *analysis, hp_error *err);

/* Fits of V0 and V2 of two sources at one time, with the errors as weights. */
hp_status hp_analysis_create_n2lo(hp_analysis *analysis, const hp_lo_errors *errors, hp_error *err);

/* Model, weights, loss and optimiser of analysis->job on the data of the average in analysis->R, S;
 * a covariance is that of errors->S_sample. */
hp_status hp_analysis_create_networks(hp_analysis *analysis, const hp_lo_errors *errors,
                                      hp_error *err);

/* Fit the current sample (analysis->R, S, V); fills the potential and training parts of vector,
 * analysis->prediction. */
hp_status hp_analysis_fit_networks(hp_analysis *analysis, const double *start, const hp_tick *tick,
                                   double *vector, hp_error *err);
hp_status hp_analysis_fit_gaussians(hp_analysis *analysis, const double *start, double *vector,
                                    hp_error *err);
hp_status hp_analysis_fit_n2lo(hp_analysis *analysis, const double *start, double *vector,
                               hp_error *err);

/* The fitted V0 and x = 2 mu V2 at a distance r, lattice units. */
void hp_analysis_n2lo_at(const hp_analysis *analysis, double r, double *V0, double *x);

/* The same on the nodes of a solver. Errors: HP_ERR_NUMERIC where x >= 1. */
hp_status hp_analysis_evaluate_n2lo(const hp_analysis *analysis, const hp_node_potential *on,
                                    hp_error *err);

/* The nodes of the solvers: for the average (start NULL) those that its potential asks for, for
 * samples those of the average; and the potential just fitted on them. */
hp_status hp_analysis_place_nodes(hp_analysis *analysis, const double *start, double *vector,
                                  hp_error *err);

/* weight[npoint] = 1/error^2 (or 1) of S/R for the first npoint of the (column, radius), 0 where
 * it is not fitted. Errors: HP_ERR_INPUT where it cannot be. */
hp_status hp_analysis_weigh_potential(const hp_analysis *analysis, int npoint, double *weight,
                                      hp_error *err);

/* Fit analysis->gaussians to V, from nothing or from the results of the average, into
 * analysis->gaussian_param and the vector. */
hp_status hp_analysis_fit_centred(hp_analysis *analysis, const double *V, const double *start,
                                  double *vector, hp_gaussian_report *report, hp_error *err);

/* Assign radii to the regions between results.chi2_region_edges_fm. */
hp_status hp_analysis_create_regions(hp_analysis *analysis, hp_error *err);

/* Localised potential, pulls and chi2 per point of the current sample and its prediction. */
void hp_analysis_store_goodness(hp_analysis *analysis, double *vector);

/* The periodic box of the ensemble, if finite_volume.levels asks for it. */
hp_status hp_analysis_create_box(hp_analysis *analysis, hp_error *err);

/* Levels of S/R at every site of the averaged row, and of the potential just fitted. */
hp_status hp_analysis_find_levels(hp_analysis *analysis, const double *row, double *vector,
                                  hp_error *err);

#endif
