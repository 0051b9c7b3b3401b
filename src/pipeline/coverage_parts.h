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
    char name[HP_COVERAGE_NAME];     /* unique, "delta_deg_at_5_mev" */
    char quantity[HP_COVERAGE_NAME]; /* "delta_deg" */
    const char *path;                /* of its row in the record of the run; NULL: of the data */
    size_t element;                  /* of this row; of poles the first of the sheet, */
    size_t most;                     /* of so many; 0: no pole */
    double pole_w_mev[2];            /* and where it is in truth, re and im */
    double e_cm_mev;                 /* k^2/(2 mu); nan unless it depends on the energy */
    double truth;
} hp_coverage_observable;

/* Observables of the correlator: their number and order. */
enum { HP_COVERAGE_FOUR_POINT, HP_COVERAGE_R, HP_COVERAGE_V, HP_COVERAGE_NDATA };

/* Parts of the row of an ensemble, nobservable numbers each. The quality of its fits follows. */
typedef enum hp_coverage_part {
    HP_COVERAGE_VALUE,
    HP_COVERAGE_ERROR,     /* statistical */
    HP_COVERAGE_SYST_PLUS, /* systematic error upwards, and downwards */
    HP_COVERAGE_SYST_MINUS,
    HP_COVERAGE_CENTRE,     /* of the total band, */
    HP_COVERAGE_TOTAL_PLUS, /* its error upwards, and downwards */
    HP_COVERAGE_TOTAL_MINUS,
    HP_COVERAGE_DETERMINED, /* part of its variance that the spread of samples makes; of delta */
    HP_COVERAGE_MARK,       /* 0, or what it is marked for; of delta */
    HP_COVERAGE_NPART
} hp_coverage_part;

/* Bands of an observable: value +- statistical error; statistical and systematic errors in
 * quadrature; the total band. */
typedef enum hp_coverage_kind {
    HP_COVERAGE_STAT,
    HP_COVERAGE_SYST,
    HP_COVERAGE_TOTAL,
    HP_COVERAGE_NKIND
} hp_coverage_kind;

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
    int nvariation;                   /* alternatives of the run; 0: it has no systematic errors */
    bool has_kind[HP_COVERAGE_NKIND]; /* whether the run gives such bands of a potential */
    int nk;                           /* energies of delta */
    int nobservable;
    hp_coverage_observable *observable; /* (nobservable) the data, delta (nk), k cot delta(0), B; of
                                           several components the data and what is asked for */
    size_t length;                      /* of a row */
    double *rows;                       /* rank 0: (ensembles, length), */
    double *work;                       /* and (3, ensembles) */
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

/* Several components: the observables that the job asks for, and their truth at the energies of the
 * run; coverage->truth is filled. Errors: HP_ERR_INPUT for what run or truth do not have. */
hp_status hp_coverage_find_channels(const hp_pipeline *pipeline, hp_synth_job *job,
                                    hp_coverage *coverage, hp_error *err);

/* The element that is compared: of poles that of the run that is nearest to the truth. */
size_t hp_coverage_element(const hp_record *record, const hp_coverage_observable *observable);

/* The next one, of a row (path) or of the data (NULL). */
hp_coverage_observable *hp_coverage_add(hp_coverage *coverage, const char *quantity,
                                        const char *path, double truth);

/* Collective. row[length] of an ensemble, complete on rank 0, when all that the job wants of the
 * run has been computed. */
hp_status hp_coverage_measure(const hp_coverage *coverage, hp_variations *analysis, double *row,
                              hp_error *err);

/* What the bands of a kind say of an observable, over the ensembles with a finite value that have
 * one. A pull is value - truth over the error of the side on which the truth is. */
typedef enum hp_coverage_statistic {
    HP_COVERAGE_ENSEMBLES,    /* how many they are */
    HP_COVERAGE_DEVIATION,    /* mean of value - truth */
    HP_COVERAGE_SPREAD,       /* standard deviation of the values */
    HP_COVERAGE_MEAN_WIDTH,   /* half of the width: what the analysis says of it, */
    HP_COVERAGE_MEDIAN_WIDTH, /* and its median */
    HP_COVERAGE_MEAN_PULL,
    HP_COVERAGE_RMS_PULL,
    HP_COVERAGE_WITHIN, /* share of bands that hold the truth, |pull| <= 1 */
    HP_COVERAGE_NSTATISTIC
} hp_coverage_statistic;

/* found: out, with errors of DEVIATION, MEAN_PULL, RMS_PULL and WITHIN. */
void hp_coverage_summarise(const hp_coverage *coverage, hp_coverage_kind kind, int observable,
                           hp_band found[HP_COVERAGE_NSTATISTIC]);

/* Limits of a share of n trials at a confidence level (C. J. Clopper, E. S. Pearson, Biometrika 26
 * (1934) 404): none is excluded with less than half of 1 - level on its side. */
void hp_coverage_interval(hp_band share, double n, double level, double limit[2]);

/* Shares of marked observables: of all that have a total band, of those where it holds the truth
 * (false alarms) and where it does not (power). */
typedef enum hp_coverage_marked {
    HP_COVERAGE_OF_ALL,
    HP_COVERAGE_OF_HELD,
    HP_COVERAGE_OF_MISSED,
    HP_COVERAGE_NMARKED
} hp_coverage_marked;
void hp_coverage_count_marks(const hp_coverage *coverage, int observable,
                             hp_band found[HP_COVERAGE_NMARKED]);

/* Share of statistical |pull| <= limit and its binomial uncertainty (from n + 2 trials, one more of
 * either kind, so that it is finite for shares 0 and 1). */
hp_band hp_coverage_share(const hp_coverage *coverage, int observable, double limit);

/* The study in an empty record: its files, all ensembles, what their pulls say. Errors:
 * HP_ERR_MEMORY. */
hp_status hp_coverage_describe(const hp_coverage *coverage, hp_record *record, hp_error *err);

#endif
