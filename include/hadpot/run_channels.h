// SPDX-License-Identifier: GPL-3.0-or-later
/* What a run takes of an ensemble: sources, times and components (`channels`, `partial_waves`), and
 * of several components, or of l > 0, the channels in which they scatter. */
#ifndef HADPOT_RUN_CHANNELS_H
#define HADPOT_RUN_CHANNELS_H

#include "hadpot/config.h"
#include "hadpot/correlator.h"
#include "hadpot/study.h"

/* Empty for one S wave. */
typedef struct hp_run_channels {
    hp_study_channels study; /* views into */
    hp_channels channels;    /* of the average, 1/a, in the order of the job, */
    const char *pair_name[HP_MOST_PAIRS], *component_name[HP_MOST_COMPONENTS]; /* borrowed */
    hp_channel_options options;
    double *energy;  /* of options */
    double *flavour; /* (ncomponent, ncomponent) orthogonal rows; NULL: none are asked for */
    const char **flavour_name; /* (ncomponent) */
} hp_run_channels;

/* The plan of a job: components of channels.pairs and channels.components, fit.sources and
 * fit.times. plan: out, owned by the caller, also after a failure. Errors: HP_ERR_INPUT for what
 * the file does not have, `channels` of one S wave of version 1, fewer sources than pairs (unless
 * potential.kind needs no more). */
hp_status hp_run_plan(const hp_job *job, const hp_ensemble *ensemble, hp_correlator_plan *plan,
                      hp_error *err);

/* Components are several, or one of l > 0. */
bool hp_plan_has_channels(const hp_correlator_plan *plan);

/* An S and a D wave of one pair with J = 1. */
bool hp_plan_has_tensor(const hp_correlator_plan *plan);

/* Of masses that are known: thresholds, energies, basis of flavour. channels: all zero before;
 * owned by the caller, also after a failure. Errors: HP_ERR_INPUT naming the key; HP_ERR_MEMORY. */
hp_status hp_run_channels_find(const hp_job *job, const hp_correlator_plan *plan,
                               hp_run_channels *channels, hp_error *err);
void hp_run_channels_destroy(hp_run_channels *channels);

#endif
