// SPDX-License-Identifier: GPL-3.0-or-later
/* What an analysis costs, from a few of its fits. */
#ifndef HADPOT_FORECAST_PARTS_H
#define HADPOT_FORECAST_PARTS_H

#include "hadpot/variations.h"

/* Seconds are of CPU, on one rank. */
typedef struct hp_cost {
    double average, sample;     /* a fit with all that follows it */
    int steps, sample_steps;    /* of training; 0: it has none */
    bool measured;              /* these fits were done; else the first steps of them */
    double errors, draws;       /* model of errors; mixture of forms and coefficients of draws */
    double nodes, draw;         /* of the total band: setup on each rank, one potential */
    int ndraw;                  /* potentials of the total band, 0: none */
    size_t draw_length;         /* numbers of each */
    double results, checkpoint; /* bytes of results.h5 and text files; of checkpoint/ */
    double rows;                /* bytes of all samples and draws, and their largest dataset */
    double parameters;          /* of the fit */
    int points, radii, nform, momenta;
    double r_fm[2], energy_mev[2]; /* first and last radius and energy */
} hp_cost;

/* Collective. Cost of an analysis, on rank 0, which has been estimated (hp_pipeline_estimate) and
 * is prepared and released here; its settings are as they were afterwards. job: of an
 * alternative, the cost of its job, whose fits take as many steps; else NULL. Errors: of preparing
 * and of the fits. */
hp_status hp_forecast_measure(hp_pipeline *run, const hp_cost *job, hp_cost *cost, hp_error *err);

/* What is known when all has been measured. */
typedef struct hp_forecast_facts {
    const hp_variations *all;
    const hp_cost *cost; /* (1 + alternatives.count) the job first */
    double wall;         /* seconds of what comes before fits, on these ranks */
    double memory;       /* bytes of a rank now, the largest */
    int kept;            /* samples that an earlier run has finished */
} hp_forecast_facts;

/* On standard output. */
void hp_forecast_print(const hp_forecast_facts *facts);

#endif
