// SPDX-License-Identifier: GPL-3.0-or-later
/* One job of `hadpot run` in stages, so that other commands can have many of them: the ensemble and
 * its errors, all fits, what is written. */
#ifndef HADPOT_PIPELINE_H
#define HADPOT_PIPELINE_H

#include "hadpot/resample.h"
#include "hadpot/results.h"

typedef struct hp_pipeline_options {
    bool resume;         /* go on from the finished samples of an unfinished run */
    bool no_checkpoints; /* keep no finished samples; output of the job is touched by
                            hp_pipeline_write alone */
    bool quiet;          /* no messages, no progress */
    bool averages_only;  /* hp_variations: of alternatives the averages alone, which give shifts and
                            systematic errors, but no errors of shifts */
} hp_pipeline_options;

/* All stages; each fills its own part from the ones before. The parts point to each other: the
 * struct must stay where it was created. */
typedef struct hp_pipeline {
    const hp_comm *comm; /* not owned */
    hp_pipeline_options options;
    char *effective_job;
    hp_job *job;
    hp_ensemble ensemble;
    uint32_t input_checksum;
    hp_resampling resampling;
    hp_correlator_plan plan;
    hp_lo_errors errors;
    hp_chain chain; /* of an ensemble of configurations */
    hp_analysis analysis;
    hp_checkpoint checkpoint;
    double *average; /* results of the average */
    double **sample; /* (ncomputed) results of the samples that this rank has, else NULL */
    double *rows;    /* rank 0: (1 + ncomputed, layout.length), the average first */
    const struct hp_budget *budget; /* not owned; NULL: no variations */
} hp_pipeline;

/* Collective. Everything before the first fit: read and resample the ensemble, errors of the
 * leading order, autocorrelation, setup of the analysis, folder for checkpoints. effective_job:
 * YAML text (hp_config_merge), the same on all ranks, copied. pipeline: out, owned by the caller;
 * comm must outlive it (MPI_COMM_SELF is one job on one rank). Errors: the same on every rank;
 * those of the job and of the ensemble are found here. */
hp_status hp_pipeline_create(const hp_comm *comm, const char *effective_job,
                             const hp_pipeline_options *options, hp_pipeline *pipeline,
                             hp_error *err);
void hp_pipeline_destroy(hp_pipeline *pipeline);

/* Collective. Fit the average on rank 0, then samples on all ranks as they become free, keep each
 * at once in checkpoint/, and gather them in `rows` on rank 0. Same bits on any number of ranks.
 * Errors: the same on every rank; finished samples stay in checkpoint/. */
hp_status hp_pipeline_compute(hp_pipeline *pipeline, hp_error *err);

/* Rank 0, after hp_pipeline_compute: a view of everything, borrowed from the pipeline. */
hp_results hp_pipeline_results(const hp_pipeline *pipeline);

/* Collective, after hp_pipeline_compute. Write the output folder of the job, remove checkpoints
 * unless they are to be kept, and report. Errors: the same on every rank. */
hp_status hp_pipeline_write(hp_pipeline *pipeline, hp_error *err);

#endif
