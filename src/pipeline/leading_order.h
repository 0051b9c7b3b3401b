// SPDX-License-Identifier: GPL-3.0-or-later
/* What all fits need before the first: leading-order quantities of the average and their errors. */
#ifndef HADPOT_PIPELINE_LEADING_ORDER_H
#define HADPOT_PIPELINE_LEADING_ORDER_H

#include "hadpot/analysis.h"
#include "hadpot/resample.h"

/* Collective. errors: out, owned by the caller (hp_lo_errors_destroy, also after a failure); with a
 * fit.covariance also S of every sample, for which the file is read a second time. Same bits on any
 * number of ranks. Errors: those of reading, agreed on by all ranks. */
hp_status hp_leading_order_estimate(const hp_job *job, hp_resampling *resampling,
                                    hp_correlator_plan *plan, hp_lo_errors *errors, hp_error *err);

#endif
