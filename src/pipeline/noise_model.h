// SPDX-License-Identifier: GPL-3.0-or-later
/* What is noise in S, from samples that ranks share out: none holds all of them but rank 0. */
#ifndef HADPOT_PIPELINE_NOISE_MODEL_H
#define HADPOT_PIPELINE_NOISE_MODEL_H

#include "hadpot/pipeline.h"
#include "items.h"

/* Collective, after hp_pipeline_prepare. The model of errors on rank 0 (hp_analysis_model_errors),
 * what comes before it on all. beside: other work of the same ranks, its compute_other, or NULL.
 * Memory of rank 0: S and Z of all samples. Errors: the same on every rank. */
hp_status hp_noise_find(hp_pipeline *run, const hp_items *beside, hp_error *err);

/* Collective, then. Its weights on all ranks, which is what hp_error_model_whiten needs. */
hp_status hp_noise_share(hp_pipeline *run, hp_error *err);

#endif
