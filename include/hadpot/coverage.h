// SPDX-License-Identifier: GPL-3.0-or-later
/* Coverage of error bars: the whole pipeline on M synthetic ensembles of one known potential, which
 * differ in their noise alone, and how often value +- error holds the truth.
 *     pull = (value - truth)/error
 * of an observable that is linear in the data and normally distributed follows Student's t (W. S.
 * Gosset, Biometrika 6 (1908) 1): its error is that of the mean of N bins. Degrees of freedom: N-1
 * of N jackknife samples, bins less streams of a bootstrap. */
#ifndef HADPOT_COVERAGE_H
#define HADPOT_COVERAGE_H

#include "hadpot/budget.h"
#include "hadpot/config.h"
#include "hadpot/format.h"
#include "hadpot/run.h"

enum { HP_COVERAGE_NAME = 64 };

/* A number of every ensemble whose true value is known. */
typedef struct hp_coverage_observable {
    char name[HP_COVERAGE_NAME]; /* unique, "delta_deg_at_5_mev" */
    const char *quantity;        /* "delta_deg" */
    double e_cm_mev;             /* k^2/(2 mu); nan unless it depends on the energy */
    double truth;
} hp_coverage_observable;

/* What else is known of an ensemble: quality of its fits. nan without fits. */
typedef enum hp_coverage_quality {
    HP_COVERAGE_FAILED,            /* 1: a computation gave no finite result, all else is nan */
    HP_COVERAGE_CHI2,              /* chi2 per point of the average */
    HP_COVERAGE_DESCRIBED,         /* 1: it is at most results.max_chi2_per_point */
    HP_COVERAGE_IN_RANGE,          /* 1: the potential falls off within its range */
    HP_COVERAGE_CONVERGED,         /* 1: the fit of the average converged */
    HP_COVERAGE_SAMPLES_CONVERGED, /* how many fits of samples did */
    HP_COVERAGE_BOUND_STATES,      /* of the average */
    HP_COVERAGE_SAMPLES_MOVED,     /* samples with another number of them, see below */
    HP_COVERAGE_NQUALITY
} hp_coverage_quality;

/* The outcome of a study; everything is borrowed but rows, which rank 0 has. */
typedef struct hp_coverage {
    const char *channel;
    const char *job_text, *synth_text, *run_text; /* effective jobs; the latter two: those of the
                                                     first ensemble, relative to the output */
    int nensemble, first_seed;
    int nsample, ncomputed; /* N samples, and how many are computed */
    int dof; /* of Student's t: samples of a jackknife less 1, hp_resampling_freedom of a bootstrap
              */
    int nlevel;
    const double *levels; /* (nlevel) */
    int nobservable;
    const hp_coverage_observable *observable; /* (nobservable) */
    bool fits;
    int true_bound_states;
    bool has_systematic; /* the run has variations */
    size_t length;       /* of a row: values, errors, systematic errors up and down, quality */
    double *rows;        /* (nensemble, length) */
} hp_coverage;

enum { HP_COVERAGE_NPART = 4 }; /* parts of a row before the quality, nobservable numbers each */

/* Value and statistical error of an observable from ensemble m, its total errors upwards and
 * downwards (statistical and systematic in quadrature), and a quality of the ensemble. */
hp_band hp_coverage_band(const hp_coverage *coverage, int m, int observable);
hp_systematic hp_coverage_total(const hp_coverage *coverage, int m, int observable);
double hp_coverage_quality_of(const hp_coverage *coverage, int m, hp_coverage_quality quality);

/* Mean of a quality over all ensembles that have it, and its standard deviation. */
hp_band hp_coverage_mean_quality(const hp_coverage *coverage, hp_coverage_quality quality);

/* Over the n ensembles with a finite value and error; error is the statistical one of the band. */
typedef struct hp_coverage_statistics {
    int n;
    hp_band deviation; /* mean of value - truth */
    double spread;     /* standard deviation of the values */
    double mean_error; /* what the analysis says of it */
    hp_band mean_pull, rms_pull;
    hp_band within_error; /* share of |pull| <= 1 */
    int ntotal;           /* how many of the n have a systematic error that is known */
    hp_band within_total; /* of these: share of bands value + total, - total that hold the truth */
    double mean_total;    /* half of their mean width */
} hp_coverage_statistics;
hp_coverage_statistics hp_coverage_summarise(const hp_coverage *coverage, int observable);

/* Share of |pull| <= limit and its binomial uncertainty (from n + 2 trials, one more of either
 * kind, so that it is finite for shares 0 and 1). */
hp_band hp_coverage_share(const hp_coverage *coverage, int observable, double limit);

/* The limit that |pull| keeps with the probability `level`: Gaussian, and Student's t of dof
 * degrees of freedom. */
double hp_coverage_gaussian_limit(double level);
double hp_coverage_student_limit(const hp_coverage *coverage, double level);

/* Collective. Do the study that a job of `hadpot coverage` asks for; options->overrides may be
 * "synth.key.path=value" and "run.key.path=value" too. A run job
 * with variations gives total errors, too; of its alternatives only averages are fitted.
 * Observables:
 *     four_point    mean of C4 over configurations at one point, over its expectation value: linear
 *     R, v_lo_mev   R and S/R there; truth: the same without noise
 *     delta_deg, kcot_threshold_mev (-1/a0), binding_energy_mev (where the truth is bound)
 * The point is at half of the largest distance of the fit, its middle time and first source. delta
 * of a sample with another number of bound states than the average is moved by multiples of 180
 * degrees to be next to that of the average, and so is the average if its number is not the true
 * one: a branch is no deviation.
 * Ranks take whole ensembles; output/ensembles has the file of each while it is analysed,
 * output/checkpoint the finished ones until the study is complete. coverage.csv, coverage.h5,
 * summary.yaml, job.yaml, synth.yaml and run.yaml have the same bytes for any number of ranks and
 * after a resume. Errors: the same on every rank; those of the jobs are found before the first
 * ensemble is analysed. An ensemble whose analysis gives no finite result is counted, not an
 * error. */
hp_status hp_coverage_study(const hp_comm *comm, const hp_run_options *options, hp_error *err);

/* The study in an empty record: its files, all ensembles, what their pulls say. Errors:
 * HP_ERR_MEMORY. */
hp_status hp_coverage_describe(const hp_coverage *coverage, hp_record *record, hp_error *err);

#endif
