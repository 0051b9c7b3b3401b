// SPDX-License-Identifier: GPL-3.0-or-later
/* The parts of a coverage study: its jobs, and what is taken from an ensemble. */
#ifndef HADPOT_PIPELINE_COVERAGE_PARTS_H
#define HADPOT_PIPELINE_COVERAGE_PARTS_H

#include "hadpot/coverage.h"
#include "hadpot/variations.h"
#include "hadpot/synth.h"

/* The three jobs; synth and run with the names that their files have inside the output folder. */
typedef struct hp_coverage_jobs {
    char *effective, *synth_text, *run_text;
    hp_coverage_job *job;
    hp_synth_job *synth;
} hp_coverage_jobs;

/* Collective. Rank 0 reads the files; all ranks have all jobs. Errors: HP_ERR_INPUT, USAGE, MEMORY,
 * the same on every rank. */
hp_status hp_coverage_jobs_create(const hp_comm *comm, const hp_run_options *options,
                                  hp_coverage_jobs *jobs, hp_error *err);
void hp_coverage_jobs_destroy(hp_coverage_jobs *jobs);

/* The run job on an ensemble file, as YAML text (hp_free). */
hp_status hp_coverage_jobs_run_text(const hp_coverage_jobs *jobs, const char *ensemble, char **text,
                                    hp_error *err);

/* Observables of the correlator: their number and order. */
enum { HP_COVERAGE_FOUR_POINT, HP_COVERAGE_R, HP_COVERAGE_V, HP_COVERAGE_NDATA };

/* What is compared and with what; the same on every rank. */
typedef struct hp_coverage_truth {
    double four_point; /* C4 at the point of the data, without noise */
    hp_synth_truth synth;
    int nsample, ncomputed, dof, nvariation;
    int nk;
    bool binding; /* the true state is bound and the run gives its energy */
    int nobservable;
    hp_coverage_observable *observable; /* (nobservable) the data, delta (nk), k cot delta(0), B */
} hp_coverage_truth;

/* Find it with the help of two files at `path`, of the first ensemble and of one without noise; the
 * file is removed. self: MPI_COMM_SELF. Errors: HP_ERR_INPUT for what is wrong with the jobs. */
hp_status hp_coverage_truth_create(const hp_comm *self, const hp_coverage_jobs *jobs, char *path,
                                   hp_coverage_truth *truth, hp_error *err);
void hp_coverage_truth_destroy(hp_coverage_truth *truth);

/* row of hp_coverage of an ensemble; the analysis with its variations has been computed if the job
 * has fits. */
hp_status hp_coverage_measure(const hp_coverage_truth *truth, hp_variations *analysis, bool fits,
                              double *row, hp_error *err);

#endif
