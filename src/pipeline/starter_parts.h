// SPDX-License-Identifier: GPL-3.0-or-later
/* What `hadpot init` finds in an ensemble, and its job as text. */
#ifndef HADPOT_STARTER_PARTS_H
#define HADPOT_STARTER_PARTS_H

#include <stdio.h>
#include "hadpot/analysis.h"
#include "hadpot/chain.h"
#include "hadpot/masses.h"
#include "hadpot/resampled.h"

/* Errors over values of a source at a time, r.m.s. of both over the radii up to the middle of the
 * range of r: there the potential is. */
typedef struct hp_signal {
    double R, S;
} hp_signal;

/* A time that is in the file. */
typedef struct hp_starter_time {
    int t;
    bool has_neighbours, has_signal, taken;
    hp_signal worst; /* of all sources that are taken; of times with neighbours alone */
} hp_starter_time;

/* In the first line of every job of hadpot init: no other file is replaced by one. */
#define HP_STARTER_MADE "written by `hadpot init`"

typedef struct hp_starter {
    const hp_ensemble *ensemble;
    const hp_masses *masses; /* of the job, found */
    int bin, nsample;
    char chain[HP_CHAIN_TEXT]; /* what is said of autocorrelation; empty for jackknife samples */
    double middle_fm, end_fm;  /* of the range of r */
    double r_max_fm;           /* of the fit; 0: to the end of the data */
    bool *takes_source;        /* (nsource) */
    hp_starter_time *time;     /* (nt) */
    bool has_signal;           /* at one time at least */
} hp_starter;

/* Which sources and times are taken, by the errors at all times that have neighbours. starter: its
 * ensemble is given, takes_source and time are there, zeroed. Errors: HP_ERR_MEMORY. */
hp_status hp_starter_choose(const hp_lo_errors *errors, const hp_correlator_plan *plan,
                            hp_starter *starter, hp_error *err);

/* The job; output: the folder of its results, name: of its file, in comments. text: out, free().
 * Errors: HP_ERR_MEMORY. */
hp_status hp_starter_write(const hp_starter *starter, const char *name, const char *output,
                           char **text, hp_error *err);

/* A name as YAML, in quotes unless it is plain. */
void hp_starter_put_name(FILE *out, const char *name);

#endif
