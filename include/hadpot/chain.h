// SPDX-License-Identifier: GPL-3.0-or-later
/* How far configurations of an ensemble depend on each other along the Markov chain, at a few
 * points of the fit: autocorrelation times of R and of the leading-order potential S/R, and the
 * size of bins that they ask for (autocorrelation.h; docs/method.md, "Autocorrelation and bins").
 */
#ifndef HADPOT_CHAIN_H
#define HADPOT_CHAIN_H

#include <stdbool.h>
#include "hadpot/autocorrelation.h"
#include "hadpot/config.h"
#include "hadpot/correlator.h"
#include "hadpot/ingest.h"

/* Short, middle and long distances: at these parts of the range of r of the fit. */
enum { HP_CHAIN_RADII = 3 };
#define HP_CHAIN_PLACES                                                                            \
    { 0.1, 0.5, 0.9 }

typedef enum hp_chain_quantity { HP_CHAIN_R, HP_CHAIN_V, HP_CHAIN_QUANTITIES } hp_chain_quantity;

/* One source of the plan at the middle of its times and one radius. */
typedef struct hp_chain_point {
    int source;                                    /* of the plan */
    int shell;                                     /* index into geometry->r */
    hp_autocorrelation found[HP_CHAIN_QUANTITIES]; /* errors in lattice units */
} hp_chain_point;

typedef struct hp_chain {
    const hp_ingest *ingest;  /* not owned; has the streams, and the used rows, nrow of them */
    hp_correlator_plan *plan; /* not owned */
    int t;                    /* of the plan */
    int npoint;
    hp_chain_point *point;    /* (nsource, HP_CHAIN_RADII) */
    double *value;            /* (npoint, HP_CHAIN_QUANTITIES) of the average */
    double *deviation;        /* (npoint, HP_CHAIN_QUANTITIES, nrow) projected deviations */
    hp_correlator correlator; /* work space */
    bool watched;             /* hp_chain_watch */
    int worst;                /* the point with the largest tau_int of R; -1: none is known */
    int recommended_bin; /* for that tau_int, but at most what leaves 10 bins; 1 when unknown */
} hp_chain;

/* Choose the points; nothing is read. Of an ensemble of configurations. chain: out, owned by the
 * caller, stays where it is. Memory: npoint HP_CHAIN_QUANTITIES numbers per row. Errors:
 * HP_ERR_INPUT for radii of the job that are not there. */
hp_status hp_chain_create(const hp_job *job, const hp_ingest *ingest, hp_correlator_plan *plan,
                          hp_chain *chain, hp_error *err);
void hp_chain_destroy(hp_chain *chain);

/* Before the ingest is read: it keeps what the chain takes of each row, which need not be read
 * again then. Errors: HP_ERR_MEMORY. */
hp_status hp_chain_watch(hp_chain *chain, hp_ingest *ingest, hp_error *err);

/* Collective. Autocorrelations of `count` chains of one ingest that has been read; where not all of
 * them are watched, with one more pass over the used rows for all (hp_ingest_project); the same
 * bits on any number of ranks. Errors: those of the rows. */
hp_status hp_chain_estimate(hp_ingest *ingest, int count, hp_chain *const *chain, hp_error *err);

/* R or S/R of the average at one point, in lattice units, and deviations (nrow) of the rows. */
double hp_chain_value(const hp_chain *chain, int point, hp_chain_quantity quantity);
const double *hp_chain_deviations(const hp_chain *chain, int point, hp_chain_quantity quantity);

/* Bins of `bin` rows, none of which crosses from one stream to another. */
int hp_chain_count_bins(const hp_chain *chain, int bin);

/* Rows that are used. */
int hp_chain_rows(const hp_chain *chain);

double hp_chain_r_fm(const hp_chain *chain, int point);
const char *hp_chain_source(const hp_chain *chain, int point);
int hp_chain_time(const hp_chain *chain);

/* N/(2 tau_int) of the worst point, at most N; NaN when it is not known. */
double hp_chain_effective_rows(const hp_chain *chain);

/* By how much errors from bins of `bin` rows are too small by the tau_int of the worst point, less
 * `sigmas` of its errors: 1 and more. */
double hp_chain_missing_factor(const hp_chain *chain, int bin, double sigmas);

/* "tau_int of R is 2.5(3) at ...; resampling.bin: 8 recommended, found 1: ..." */
enum { HP_CHAIN_TEXT = 640 };
void hp_chain_describe(const hp_chain *chain, int bin, char text[HP_CHAIN_TEXT]);

/* Bins of `bin` rows are too small beyond the uncertainty of tau_int: too small also for one that
 * is smaller by 1.25 of its errors. */
bool hp_chain_bin_is_too_small(const hp_chain *chain, int bin);

/* The smallest Q of R at the points, the chance of streams that differ more (1: one stream). */
double hp_chain_replica_quality(const hp_chain *chain);

#endif
