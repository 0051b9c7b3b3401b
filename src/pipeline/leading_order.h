// SPDX-License-Identifier: GPL-3.0-or-later
/* What all fits need before the first: leading-order quantities of the average and their errors. */
#ifndef HADPOT_PIPELINE_LEADING_ORDER_H
#define HADPOT_PIPELINE_LEADING_ORDER_H

#include "hadpot/analysis.h"
#include "hadpot/resampled.h"

/* Collective. errors: out, owned by the caller (hp_lo_errors_destroy, also after a failure). Same
 * bits on any number of ranks. Errors: those of bins that are read again, agreed on by all ranks.
 */
hp_status hp_leading_order_estimate(const hp_analysis_options *options, hp_resampling *resampling,
                                    hp_correlator_plan *plan, hp_lo_errors *errors, hp_error *err);

/* Collective. R and S (errors->nset of them) of every sample at the radii of the fit into errors->sample, on every rank,
 * unless they are there. May be called again when they have been freed. Errors: as above. */
hp_status hp_leading_order_gather(const hp_analysis_options *options, hp_resampling *resampling,
                                  hp_correlator_plan *plan, hp_lo_errors *errors, hp_error *err);

#endif
