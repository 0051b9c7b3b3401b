// SPDX-License-Identifier: GPL-3.0-or-later
/* Parts of hp_analysis_create and hp_analysis_compute that have files of their own. */
#ifndef HADPOT_ANALYSIS_PARTS_H
#define HADPOT_ANALYSIS_PARTS_H

#include "hadpot/analysis.h"

/* Fit of Gaussians to the leading-order potential of the average, with its errors as weights. */
hp_status hp_analysis_create_gaussians(hp_analysis *analysis, hp_error *err);

/* Model, loss and optimiser of analysis->job on the data of the average in analysis->R, S. */
hp_status hp_analysis_create_networks(hp_analysis *analysis, hp_error *err);

/* Fit the current sample (analysis->R, S, V); fills the potential and training parts of vector,
 * analysis->prediction, and the potential on the nodes in analysis->kernel and local. */
hp_status hp_analysis_fit_networks(hp_analysis *analysis, const double *start, const hp_tick *tick,
                                   double *vector, hp_error *err);
hp_status hp_analysis_fit_gaussians(hp_analysis *analysis, const double *start, double *vector,
                                    hp_error *err);

#endif
