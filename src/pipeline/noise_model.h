// SPDX-License-Identifier: GPL-3.0-or-later
/* What is noise in S, from samples that ranks share out: none holds all of them but rank 0. */
#ifndef HADPOT_PIPELINE_NOISE_MODEL_H
#define HADPOT_PIPELINE_NOISE_MODEL_H

#include "hadpot/pipeline.h"
#include "items.h"

/* What is found on the way, private to noise_model.c. */
typedef struct hp_noise hp_noise;

/* Collective, after hp_pipeline_prepare. The pilot, the variance of S of all samples, and what
 * messages of the model need. noise: out, hp_noise_destroy. Errors: the same on every rank. */
hp_status hp_noise_begin(hp_pipeline *run, hp_noise **noise, hp_error *err);

/* Z of all samples in blocks. Memory of rank 0: Z of all samples. */
hp_chore hp_noise_blocks(hp_noise *noise);

/* Before the first chore: be ready for what rank 0 will have. */
hp_status hp_noise_expect(hp_noise *noise, hp_error *err);

/* What follows that chore (hp_chore.enter, context: hp_noise): the model of errors on rank 0
 * (hp_analysis_model_errors), its weights on all, which is what hp_error_model_whiten needs; the
 * last rank, which may have had no block, gets A_average, too. */
hp_status hp_noise_share(void *context, bool *goes_on, hp_error *err);

/* Not collective, after that chore. NULL is allowed. */
void hp_noise_destroy(hp_noise **noise);

#endif
