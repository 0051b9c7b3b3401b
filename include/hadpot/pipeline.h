// SPDX-License-Identifier: GPL-3.0-or-later
/* One analysis of an ensemble in stages, so that a job can have many of them (variations.h) and
 * other commands too: correlators, all fits, what is written. */
#ifndef HADPOT_PIPELINE_H
#define HADPOT_PIPELINE_H

#include "hadpot/resampled.h"
#include "hadpot/analysis.h"
#include "hadpot/chain.h"
#include "hadpot/config.h"
#include "hadpot/draws.h"
#include "hadpot/masses.h"
#include "hadpot/results.h"
#include "hadpot/run_channels.h"

typedef struct hp_pipeline_options {
    bool resume;         /* go on from the finished samples of an unfinished run */
    bool overwrite;      /* replace what another run wrote to the output folder */
    bool part;           /* an alternative, whose folder is inside of that of the run */
    bool look;           /* see what would become of the output folder, and touch nothing */
    bool no_checkpoints; /* keep no finished samples; output of the job is not touched */
    bool quiet;          /* no messages, no progress */
} hp_pipeline_options;

/* The total band of a row of the record that holds potentials. */
typedef struct hp_potential_band {
    const char *path; /* not owned */
    double *values;   /* (3, count of the row) */
} hp_potential_band;

/* Potentials that the data allow, beside the one that is fitted. */
typedef struct hp_total_band {
    hp_mixture mixture; /* without estimates on all ranks but rank 0 */
    hp_mixture_blocks blocks;
    double **block; /* (blocks.count) estimates of those that this rank has made, else NULL */
    int nestimate;  /* nform (1 + nsample): estimates of each form, its average first */
    double *theta;  /* (1 + nestimate + ndraw, features) the middle of all forms, estimates,
                       draws */
    double *mass; /* (npair, 2, nestimate + ndraw) masses that go with them; NULL: those of the run
                   */
    hp_draws draws;
    double *rows;   /* rank 0: (nestimate + ndraw, draws.record.length), in whole batches */
    int npotential; /* rank 0: V and U of several kinds, as far as there are such rows */
    hp_potential_band potential[6];
} hp_total_band;

/* All stages; each fills its own part from the ones before. The parts point to each other: the
 * struct must stay where it was created. */
typedef struct hp_pipeline {
    const hp_comm *comm; /* that of the ensemble */
    hp_pipeline_options options;
    char *effective_job;
    hp_job *job;
    hp_analysis_options settings; /* of the job */
    hp_resampling *resampling;    /* not owned, and neither are */
    const hp_ingest *ingest;      /* its sums of bins, */
    const hp_ensemble *ensemble;  /* and their ensemble */
    int ncomputed;                /* samples that are computed */
    hp_correlator_plan plan;      /* which sources, times and components */
    hp_run_channels channels;     /* of several components, or of l > 0 */
    bool *part;                   /* (hp_ensemble_part_count) what they take of a row */
    hp_all_masses masses;         /* of all pairs, which the plan borrows */
    hp_lo_errors errors;          /* leading order, */
    hp_chain chain;               /* and autocorrelation of an ensemble of configurations */
    uint32_t input_checksum;      /* of all numbers that enter (hp_ingest_checksum) */
    hp_analysis analysis;
    hp_folder folder; /* rank 0: output of the job, open unless options.no_checkpoints */
    hp_checkpoint checkpoint;
    hp_total_band total; /* empty for alternatives, and without total_band.draws */
    double *rows; /* (1, record.length) results of the average, and behind them on rank 0 those of
                     samples: (1 + ncomputed, record.length) */
} hp_pipeline;

/* Collective. The job and which sources and times it takes, selected in the ingest, which has not
 * been read yet; the output folder of the job is opened (hp_folder_open). effective_job: YAML text
 * (hp_config_merge), the same on all ranks, copied. resampling: borrowed, and through it ingest and
 * ensemble. pipeline: out, owned by the caller. Errors: the same on every rank; those of the job,
 * and of sources, times and radii that the ensemble does not have. */
hp_status hp_pipeline_create(hp_resampling *resampling, const char *effective_job,
                             const hp_pipeline_options *options, hp_pipeline *pipeline,
                             hp_error *err);
void hp_pipeline_destroy(hp_pipeline *pipeline);

/* Collective, after hp_ingest_read. A checksum of the numbers that enter, and with it what becomes
 * of the output folder (hp_folder_judge). finished: out, the same on every rank: its results are
 * there already. Errors: the same on every rank. */
hp_status hp_pipeline_identify(hp_pipeline *pipeline, bool *finished, hp_error *err);

/* Collective, after hp_pipeline_identify. Masses, and errors of the leading order from all samples.
 * Errors: the same on every rank. */
hp_status hp_pipeline_estimate(hp_pipeline *pipeline, hp_error *err);

/* Collective, after hp_pipeline_estimate. Setup of the analysis, the last stage before fits. Its
 * work space is the largest part of a pipeline; hp_pipeline_release gives it back, and results of
 * fits too. After that it can be made again, which reads nothing but bins that are not in memory,
 * for a fit.covariance. Errors: HP_ERR_INPUT for keys that do not suit the data, the same on every
 * rank. */
hp_status hp_pipeline_prepare(hp_pipeline *pipeline, hp_error *err);
void hp_pipeline_release(hp_pipeline *pipeline);

/* Collective. Fit the average on one rank, while the others look at the noise of S, then samples on
 * all ranks as they become free, and in between the forms of the total band; keep each fit
 * at once in checkpoint/, gather them in `rows` on rank 0, and put what needs all of them into its
 * record: effective-range fit, facts, notes. Same bits on any number of ranks.
 * Errors: the same on every rank; finished samples stay in checkpoint/. */
hp_status hp_pipeline_compute(hp_pipeline *pipeline, hp_error *err);

/* Collective, instead of hp_pipeline_compute. The total band alone, without a fit; phases are on
 * any branch, and all else in the record is nan. Errors: the same on every rank. */
hp_status hp_pipeline_compute_band(hp_pipeline *pipeline, hp_error *err);

/* The record of the run: layout of the results of a sample; on rank 0, after hp_pipeline_compute,
 * everything. */
hp_record *hp_pipeline_record(hp_pipeline *pipeline);

/* Collective, after hp_pipeline_compute. Write the output folder of the job, which has been claimed
 * (hp_folder_claim), and report. Errors: the same on every rank. */
hp_status hp_pipeline_write(hp_pipeline *pipeline, hp_error *err);

#endif
