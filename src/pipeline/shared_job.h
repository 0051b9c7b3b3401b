// SPDX-License-Identifier: GPL-3.0-or-later
/* The first steps of every command that takes the job file of `hadpot run`. */
#ifndef HADPOT_PIPELINE_JOB_H
#define HADPOT_PIPELINE_JOB_H

#include "hadpot/config.h"
#include "hadpot/ensemble_file.h"
#include "hadpot/resampled.h"
#include "hadpot/run.h"

/* Collective. Rank 0 reads a job file of this kind and --set; the effective job goes to all, as
 * text (hp_free). */
hp_status hp_job_merge(const hp_comm *comm, const hp_schema *schema, const hp_run_options *options,
                       char **effective_job, hp_error *err);

/* Collective. Open the ensemble of a job; its channel and the names of its sources must fit into
 * CSV and YAML files. ensemble: out, closed by the caller. */
hp_status hp_job_open_ensemble(const hp_comm *comm, const hp_job *job, hp_ensemble *ensemble,
                               hp_error *err);

/* Collective. The ensemble in bins of `bin` rows, with the memory that the job allows
 * (hp_ingest_create). */
hp_status hp_job_create_ingest(const hp_job *job, const hp_ensemble *ensemble, int bin,
                               hp_ingest *ingest, hp_error *err);

/* Collective. The samples that section `resampling` of a job asks for (hp_ingest_resample). */
hp_status hp_job_create_resampling(const hp_job *job, hp_ingest *ingest, hp_resampling *resampling,
                                   hp_error *err);

#endif
