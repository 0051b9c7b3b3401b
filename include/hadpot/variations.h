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
    bool finished;            /* after hp_variations_read: all results are there already */
    hp_budget budget;         /* rank 0, after hp_variations_compute; empty without alternatives */
} hp_variations;

/* The stages below, in this order, are all collective, and their errors the same on every rank;
 * those of an alternative begin with its group and number. */

/* The ensemble, its bins and samples, and the analyses that a job asks for, merged and checked.
 * effective_job: YAML text (hp_config_merge), the same on all ranks; comm must outlive the
 * variations (MPI_COMM_SELF is one job on one rank). variations: out, owned by the caller.
 * Errors: those of the job and of hp_ensemble_open. */
hp_status hp_variations_open(const hp_comm *comm, const char *effective_job,
                             const hp_pipeline_options *options, hp_variations *variations,
                             hp_error *err);
void hp_variations_destroy(hp_variations *variations);

/* The correlators R(t,r), once for all analyses (ingest.h), and what becomes of the output folder.
 * With `finished` the stages below are left out. Errors: of hp_ingest_read, hp_pipeline_identify.
 */
hp_status hp_variations_read(hp_variations *variations, hp_error *err);

/* S/R of all samples, the potential at leading order, and from it errors of S; autocorrelation of
 * R. Errors: of hp_pipeline_estimate and hp_chain_estimate. */
hp_status hp_variations_estimate(hp_variations *variations, hp_error *err);

/* Setup of each analysis, which finds all that can be wrong before a fit; only then output folders
 * are claimed, with output/checkpoint and output/variations/NAME/checkpoint. Errors: HP_ERR_INPUT
 * for keys that do not suit the data; those of making folders. */
hp_status hp_variations_prepare(hp_variations *variations, hp_error *err);

/* The four above in one. */
hp_status hp_variations_create(const hp_comm *comm, const char *effective_job,
                               const hp_pipeline_options *options, hp_variations *variations,
                               hp_error *err);

/* All fits, the central ones first, and the error budget. The folder of an alternative
 * is written when its fits are done (not with options.no_checkpoints); its checkpoint stays. No
 * more than two analyses are in memory at a time. */
hp_status hp_variations_compute(hp_variations *variations, hp_error *err);

/* Rank 0, after hp_variations_compute: the central results with their systematic errors. */
hp_record *hp_variations_record(hp_variations *variations);

/* Write the folder of the job, then remove checkpoints unless they are to be kept, and
 * report. Errors: those of writing; HP_ERR_NO_RESULT when a note says that there is no result. */
hp_status hp_variations_write(hp_variations *variations, hp_error *err);

/* Of a run whose results are complete; nothing where they are to be kept, or have gone. */
hp_status hp_variations_remove_checkpoints(hp_variations *variations, hp_error *err);

#endif
