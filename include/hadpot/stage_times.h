// SPDX-License-Identifier: GPL-3.0-or-later
/* How long the stages of a command take, for those who ask by HADPOT_TIMES=FILE (docs/scaling.md):
 * what costs and efficiencies are measured with. Times are no results and go to no other file. */
#ifndef HADPOT_STAGE_TIMES_H
#define HADPOT_STAGE_TIMES_H

#include "hadpot/parallel.h"

/* In the order of a run; of a coverage study each rank goes through them once per ensemble. */
typedef enum hp_stage {
    HP_STAGE_START,    /* MPI_Init */
    HP_STAGE_OPEN,     /* job, ensemble, which sources and times */
    HP_STAGE_READ,     /* rows into sums of bins, looks at them, checksum */
    HP_STAGE_ESTIMATE, /* masses, errors of the leading order, autocorrelation */
    HP_STAGE_PREPARE,  /* weights, networks, grids; claim of the folder */
    HP_STAGE_ERRORS,   /* model of the errors of S */
    HP_STAGE_AVERAGE,  /* fit of the average */
    HP_STAGE_SAMPLES,  /* fits of samples, until all are gathered */
    HP_STAGE_MIXTURE,  /* coefficients of the draws of the total band */
    HP_STAGE_DRAWS,    /* their phases */
    HP_STAGE_DESCRIBE, /* what needs all samples */
    HP_STAGE_WRITE,
    HP_STAGE_TRUTH,   /* of a coverage study */
    HP_STAGE_MAKE,    /* its ensembles */
    HP_STAGE_MEASURE, /* what is kept of one */
    HP_STAGE_WAIT,    /* for the last of them */
    HP_STAGE_END,     /* what is released */
    HP_NSTAGE
} hp_stage;

/* A stage of this rank begins and the one before ends. Not collective; the first call is that of
 * the program at its start. */
void hp_stage_enter(hp_stage stage);

/* Collective, at the end of the program, after success on all ranks. Where HADPOT_TIMES is set on
 * rank 0: one line of CSV for each stage that took place goes to that file, stage, ranks, times
 * that rank 0 entered it, wall seconds (most of a rank, mean of ranks), processor seconds (most,
 * mean), and two lines of the largest memory of rank 0 and of any other rank, in kB. Errors:
 * HP_ERR_IO. */
hp_status hp_stage_report(const hp_comm *comm, hp_error *err);

#endif
