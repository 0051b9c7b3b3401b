// SPDX-License-Identifier: GPL-3.0-or-later
/* The work of a run: the average on one rank, then samples on all. */
#ifndef HADPOT_PIPELINE_SAMPLES_H
#define HADPOT_PIPELINE_SAMPLES_H

#include "hadpot/analysis.h"
#include "hadpot/resampled.h"
#include "hadpot/results.h"

typedef struct hp_samples {
    const hp_comm *comm;
    hp_resampling *resampling;
    int ncomputed; /* samples 0 .. ncomputed-1 are wanted */
    hp_analysis *analysis;
    const hp_checkpoint *checkpoint; /* NULL: nothing is kept */
    bool quiet;                      /* no messages */
} hp_samples;

/* Results of the average, taken from the checkpoint or computed and kept there. One rank. */
hp_status hp_samples_fit_average(const hp_samples *work, double *average, hp_error *err);

/* Collective. Every rank takes samples from a shared counter until none is left; sample[i] is
 * allocated (hp_free) on the rank that computed sample i or found it in the checkpoint. After a
 * failure no new sample is begun, and the finished ones are kept. */
hp_status hp_samples_fit_all(const hp_samples *work, const double *average, double **sample,
                             hp_error *err);

#endif
