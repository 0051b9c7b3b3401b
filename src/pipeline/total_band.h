// SPDX-License-Identifier: GPL-3.0-or-later
/* The total band: a stage after the gather, since it needs all samples at once. */
#ifndef HADPOT_PIPELINE_TOTAL_BAND_H
#define HADPOT_PIPELINE_TOTAL_BAND_H

#include "hadpot/pipeline.h"
#include "items.h"

/* Of the total band of delta, (k): the part of its variance that the spread of samples makes; 0, or
 * what it is marked for. */
#define HP_ROW_DETERMINED "total/determined"
#define HP_ROW_MARK "total/mark"

/* Collective, after hp_noise_begin. chore: out, blocks of estimates of the forms of the total band,
 * which need hp_noise_share; none without a band. Errors: the same on every rank. */
hp_status hp_total_band_begin(hp_pipeline *run, hp_chore *chore, hp_error *err);

/* On rank 0, before that chore: the block with the average, whose spread in each form and chi2 the
 * draws need there. Errors: HP_ERR_MEMORY; HP_ERR_NUMERIC, a form has no factor. */
hp_status hp_total_band_solve_first(hp_pipeline *run, hp_error *err);

/* Collective, when that work has been done. Draw potentials from the mixture of forms that the
 * correlators of all samples allow (rank 0), solve them on all ranks and gather them:
 * run->total, empty where total_band.draws is 0. Same bytes on any number of ranks. Errors: the
 * same on every rank. */
hp_status hp_total_band_compute(hp_pipeline *run, hp_error *err);

/* What a total band costs, in seconds of `clock`. */
typedef struct hp_band_trial {
    double (*clock)(void);
    double draws; /* mixture of forms and coefficients of all draws, on rank 0 */
    double nodes; /* choice of nodes, on each rank */
    double draw;  /* one potential */
    int count;    /* potentials that are solved */
} hp_band_trial;

/* On rank 0, after hp_fits_of_noise: do the first stages of hp_total_band_compute, and
 * solve a few of the potentials. Errors: likewise. */
hp_status hp_total_band_try(hp_pipeline *run, hp_band_trial *trial, hp_error *err);

/* On rank 0, when the record has its samples: draws and total bands into it. Errors:
 * HP_ERR_MEMORY. */
hp_status hp_total_band_describe(hp_pipeline *run, hp_error *err);

/* Collective. Part of hp_total_band_compute: bands of localised potentials and of maps, kept on
 * rank 0. Errors: HP_ERR_MEMORY, NUMERIC, the same on every rank. */
hp_status hp_total_band_find_potentials(hp_pipeline *run, hp_error *err);

/* On rank 0, part of hp_total_band_describe: these go into the record. */
void hp_total_band_describe_potentials(hp_pipeline *run);

/* On the last screen: what the band is, at which energies the data determine delta, and where the
 * fit is outside. record: has the rows total/determined and total/mark. */
void hp_total_band_say(hp_record *record);

/* Coefficients of the draws, (ndraw, p). */
static inline double *hp_total_band_draws(const hp_total_band *total, size_t p) {
    return total->theta + (1 + (size_t)total->nestimate) * p;
}

void hp_total_band_destroy(hp_total_band *total);

#endif
