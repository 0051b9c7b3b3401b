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

/* Collective. R and S (errors->nset of them) of every sample at the radii of the fit into
 * errors->sample, on every rank, unless they are there: memory for all samples, which few jobs need
 * (fit.covariance). May be called again when they have been freed. Errors: as above. */
hp_status hp_leading_order_gather(const hp_analysis_options *options, hp_resampling *resampling,
                                  hp_correlator_plan *plan, hp_lo_errors *errors, hp_error *err);

/* The same of one sample at a time, made anew whenever it is wanted. */
typedef struct hp_lo_samples {
    hp_resampling *resampling; /* not owned */
    size_t length;             /* (nsource, nt, points) of the fit */
    int nset;
    double *row, *values;
    void *context;
} hp_lo_samples;

/* R, S, and S with the masses of the average, from which noise is taken. */
typedef struct hp_lo_sample {
    const double *R, *S, *S_noise; /* (length) until the next one */
} hp_lo_sample;

/* samples: out, owned by the caller; errors get the numbers that belong to errors->sample. Not
 * collective. Errors: those of radii; HP_ERR_MEMORY. */
hp_status hp_lo_samples_create(const hp_analysis_options *options, hp_resampling *resampling,
                               hp_correlator_plan *plan, hp_lo_errors *errors,
                               hp_lo_samples *samples, hp_error *err);
void hp_lo_samples_destroy(hp_lo_samples *samples);

/* Not collective. Errors: of bins that are read again. */
hp_status hp_lo_samples_take(hp_lo_samples *samples, int sample, hp_lo_sample *of, hp_error *err);

#endif
