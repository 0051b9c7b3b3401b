// SPDX-License-Identifier: GPL-3.0-or-later
/* One job of `hadpot run` with all alternatives of its section `variations`, and their error
 * budget. A job without any is one analysis. */
#ifndef HADPOT_VARIATIONS_H
#define HADPOT_VARIATIONS_H

#include "hadpot/budget.h"
#include "hadpot/pipeline.h"

/* The parts point to each other: the struct must stay where it was created. */
typedef struct hp_variations {
    const hp_comm *comm; /* not owned */
    hp_pipeline_options options;
    hp_alternatives alternatives;
    hp_ensemble ensemble;
    hp_ingest ingest;         /* its bins, read once for all analyses */
    hp_resampling resampling; /* the samples that all of them have in common */
    hp_pipeline central;
    hp_pipeline *alternative; /* (alternatives.count) */
    hp_budget budget;         /* rank 0, after hp_variations_compute; empty without alternatives */
} hp_variations;

/* Collective. Everything before the first fit, of the job and of all its alternatives: merge and
 * check, read the ensemble once, errors of the leading order, autocorrelation, setup of each
 * analysis; only when all of it went well make folders for checkpoints, output/checkpoint and
 * output/variations/NAME/checkpoint. effective_job: YAML text (hp_config_merge), the same on all
 * ranks; comm must outlive the variations (MPI_COMM_SELF is one job on one rank). Errors: the same
 * on every rank, those of the job, the ensemble and keys that do not suit it; those of an
 * alternative begin with its group and number. variations: out, owned by the caller. */
hp_status hp_variations_create(const hp_comm *comm, const char *effective_job,
                               const hp_pipeline_options *options, hp_variations *variations,
                               hp_error *err);
void hp_variations_destroy(hp_variations *variations);

/* Collective. All fits, the central ones first, and the error budget. The folder of an alternative
 * is written when its fits are done (not with options.no_checkpoints); its checkpoint stays. No
 * more than two analyses are in memory at a time. */
hp_status hp_variations_compute(hp_variations *variations, hp_error *err);

/* Rank 0, after hp_variations_compute: the central results with their systematic errors. */
hp_record *hp_variations_record(hp_variations *variations);

/* Collective. Write the folder of the job, then remove checkpoints unless they are to be kept, and
 * report. Errors: those of writing; HP_ERR_NO_RESULT when a note says that there is no result. */
hp_status hp_variations_write(hp_variations *variations, hp_error *err);

#endif
