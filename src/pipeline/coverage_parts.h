// SPDX-License-Identifier: GPL-3.0-or-later
/* The parts of a coverage study: its jobs, what is taken from an ensemble, and what all of them
 * say.
 */
#ifndef HADPOT_PIPELINE_COVERAGE_PARTS_H
#define HADPOT_PIPELINE_COVERAGE_PARTS_H

#include "hadpot/coverage.h"
#include "hadpot/synth.h"
#include "hadpot/variations.h"

enum { HP_COVERAGE_NAME = 64 };

/* A number of every ensemble whose true value is known. */
typedef struct hp_coverage_observable {
    char name[HP_COVERAGE_NAME]; /* unique, "delta_deg_at_5_mev" */
    const char *quantity;        /* "delta_deg" */
    double e_cm_mev;             /* k^2/(2 mu); nan unless it depends on the energy */
    double truth;
} hp_coverage_observable;

/* Observables of the correlator: their number and order. */
enum { HP_COVERAGE_FOUR_POINT, HP_COVERAGE_R, HP_COVERAGE_V, HP_COVERAGE_NDATA };

/* Parts of the row of an ensemble, nobservable numbers each: values, statistical errors, systematic
 * errors upwards and downwards. The quality of its fits follows. */
enum { HP_COVERAGE_NPART = 4 };

/* What else is known of an ensemble: quality of its fits. nan without fits. */
typedef enum hp_coverage_quality {
    HP_COVERAGE_FAILED,            /* 1: a computation gave no finite result, all else is nan */
    HP_COVERAGE_CHI2,              /* chi2 per effective point of the average */
    HP_COVERAGE_DESCRIBED,         /* 1: the average describes its data */
    HP_COVERAGE_IN_RANGE,          /* 1: the potential falls off within its range */
    HP_COVERAGE_CONVERGED,         /* 1: the fit of the average converged */
    HP_COVERAGE_SAMPLES_CONVERGED, /* how many fits of samples did */
    HP_COVERAGE_BOUND_STATES,      /* of the average */
    HP_COVERAGE_SAMPLES_MOVED,     /* samples with another number of them (hp_coverage_study) */
    HP_COVERAGE_NQUALITY
} hp_coverage_quality;

/* A study; the same on every rank but rows. */
typedef struct hp_coverage {
    char *effective, *synth_text, *run_text; /* jobs; the latter two: those of the first ensemble,
                                                relative to the output */
    hp_coverage_job *job;
    hp_synth_job *synth;
    double four_point; /* C4 at the point of the data, without noise */
    hp_synth_truth truth;
    int nsample, ncomputed; /* N samples, and how many are computed */
    int dof; /* of Student's t: samples of a jackknife less 1, hp_resampling_freedom of a bootstrap
              */
    int nvariation; /* alternatives of the run; 0: it has no systematic errors */
    int nk;         /* energies of delta */
    int nobservable;
    hp_coverage_observable *observable; /* (nobservable) the data, delta (nk), k cot delta(0), B */
    size_t length;                      /* of a row */
    double *rows;                       /* rank 0: (ensembles, length) */
} hp_coverage;
void hp_coverage_destroy(hp_coverage *coverage);

/* Collective. The jobs, which rank 0 reads. coverage: out, destroyed by the caller. Errors:
 * HP_ERR_INPUT, USAGE, MEMORY, the same on every rank. */
hp_status hp_coverage_read_jobs(const hp_comm *comm, const hp_run_options *options,
                                hp_coverage *coverage, hp_error *err);

/* Set up the run job on an ensemble file. self: MPI_COMM_SELF. analysis: out, destroyed by the
 * caller. Errors: those of hp_variations_create. */
hp_status hp_coverage_open_run(const hp_comm *self, const hp_coverage *coverage,
                               const char *ensemble, hp_variations *analysis, hp_error *err);

/* Find the true values with the help of two files at `path`, of the first ensemble and of one
 * without noise; the file is removed. Errors: HP_ERR_INPUT for what is wrong with the jobs. */
hp_status hp_coverage_find_truth(const hp_comm *self, char *path, hp_coverage *coverage,
                                 hp_error *err);

/* row[length] of an ensemble; the analysis with its variations has been computed if the job has
 * fits. */
hp_status hp_coverage_measure(const hp_coverage *coverage, hp_variations *analysis, double *row,
                              hp_error *err);

/* What the pulls of an observable say, over the ensembles with a finite value and error; error is
 * the statistical one. Statistics of total bands are over those of them whose systematic error is
 * known. */
typedef enum hp_coverage_statistic {
    HP_COVERAGE_ENSEMBLES,  /* how many they are */
    HP_COVERAGE_DEVIATION,  /* mean of value - truth */
    HP_COVERAGE_SPREAD,     /* standard deviation of the values */
    HP_COVERAGE_MEAN_ERROR, /* what the analysis says of it */
    HP_COVERAGE_MEAN_PULL,  /* (value - truth)/error */
    HP_COVERAGE_RMS_PULL,
    HP_COVERAGE_WITHIN_ERROR, /* share of |pull| <= 1 */
    HP_COVERAGE_WITHIN_TOTAL, /* share of bands value + total, - total that hold the truth */
    HP_COVERAGE_MEAN_TOTAL,   /* half of their mean width */
    HP_COVERAGE_NSTATISTIC,
    HP_COVERAGE_TOTALS = HP_COVERAGE_NSTATISTIC, /* how many total bands there are */
    HP_COVERAGE_NFOUND
} hp_coverage_statistic;

/* found: out, with errors of DEVIATION, MEAN_PULL, RMS_PULL and the shares. */
void hp_coverage_summarise(const hp_coverage *coverage, int observable,
                           hp_band found[HP_COVERAGE_NFOUND]);

/* Share of |pull| <= limit and its binomial uncertainty (from n + 2 trials, one more of either
 * kind, so that it is finite for shares 0 and 1). */
hp_band hp_coverage_share(const hp_coverage *coverage, int observable, double limit);

/* The study in an empty record: its files, all ensembles, what their pulls say. Errors:
 * HP_ERR_MEMORY. */
hp_status hp_coverage_describe(const hp_coverage *coverage, hp_record *record, hp_error *err);

#endif
