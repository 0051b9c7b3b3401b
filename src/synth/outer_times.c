// SPDX-License-Identifier: GPL-3.0-or-later
#include "synth_parts.h"
#include <math.h>
#include <gsl/gsl_randist.h>
#include "hadpot/memory.h"

enum { NSERIES = 4 }; /* eta and zeta of both hadrons */

double hp_synth_two_point(const hp_synth_setup *setup, int hadron, int t) {
    const struct hp_synth_job_times *times = &setup->job->times;
    double C = setup->root_z * exp(-setup->mass[hadron] * t);
    if (times->two_point_excited == 0) return C;
    double gap = times->two_point_gap_mev / setup->job->inverse_spacing_mev;
    return C * (1 + times->two_point_excited * exp(-gap * t));
}

hp_status hp_synth_outer_create(const hp_synth_setup *setup, hp_synth_outer *outer, hp_error *err) {
    const struct hp_synth_job_times *times = &setup->job->times;
    size_t nsource = (size_t)setup->job->sources.names.count;
    *outer = (hp_synth_outer){.setup = setup, .nfull = times->two_point_count};
    if (outer->nfull == 0) return HP_OK;
    size_t nfull = (size_t)outer->nfull;
    outer->before = times->first - times->two_point_first;
    outer->nouter = outer->nfull - times->count;
    HP_CALL(hp_alloc_parts(&outer->block,
                           HP_PARTS({&outer->mean, 2 * nfull}, {&outer->row, 2 * nfull},
                                    {&outer->series, NSERIES * nfull},
                                    {&outer->xi, nsource * NSERIES * (size_t)outer->nouter}),
                           err));
    for (int i = 0; i < 2 * outer->nfull; i++)
        outer->mean[i] =
            hp_synth_two_point(setup, i / outer->nfull, times->two_point_first + i % outer->nfull);
    return HP_OK;
}

void hp_synth_outer_destroy(hp_synth_outer *outer) {
    if (outer == NULL) return;
    hp_free(outer->block);
    *outer = (hp_synth_outer){0};
}

/* xi (NSERIES, nouter) of the next configuration of its chain; identical hadrons have the same. */
static void draw(const hp_synth_outer *outer, gsl_rng *rng, bool first, double *xi) {
    double rho = first ? 0 : outer->setup->chain_correlation;
    for (int s = 0; s < NSERIES; s++)
        for (int i = 0; i < outer->nouter; i++) {
            double *at = xi + (ptrdiff_t)s * outer->nouter + i;
            double fresh = gsl_ran_gaussian(rng, 1.0);
            *at = rho * *at + sqrt(1 - rho * rho) * fresh;
            if (outer->setup->identical && s % 2 == 1) *at = at[-(ptrdiff_t)outer->nouter];
        }
}

/* One series from its part at the times of waves: first forwards from the last of them, then
 * backwards from the first. */
static void go_on(const hp_synth_outer *outer, const double *inner, const double *xi,
                  double amplitude, double *series) {
    const struct hp_synth_job_noise *noise = &outer->setup->job->noise;
    double common = noise->common_in_time;
    double c = (1 - common) * noise->time_correlation + common, size = sqrt(1 - c * c) * amplitude;
    int before = outer->before, ntime = outer->nfull - outer->nouter;
    for (int t = 0; t < ntime; t++) series[before + t] = inner[t];
    for (int t = before + ntime; t < outer->nfull; t++)
        series[t] = c * series[t - 1] + size * *xi++;
    for (int t = before - 1; t >= 0; t--) series[t] = c * series[t + 1] + size * *xi++;
}

void hp_synth_outer_draw(hp_synth_outer *outer, const hp_synth_noise *noise, gsl_rng *rng,
                         int source, bool first, const double *two_row) {
    const hp_synth_setup *setup = outer->setup;
    const struct hp_synth_job_noise *job = &setup->job->noise;
    int nfull = outer->nfull, ntime = nfull - outer->nouter, before = outer->before;
    double *xi = outer->xi + (ptrdiff_t)source * NSERIES * outer->nouter;
    draw(outer, rng, first, xi);
    for (int s = 0; s < NSERIES; s++)
        go_on(outer, (s < 2 ? noise->eta : noise->zeta) + (ptrdiff_t)(s % 2) * ntime,
              xi + (ptrdiff_t)s * outer->nouter,
              s < 2 || job->two_point_alone > 0 ? noise->amplitude : 0,
              outer->series + (ptrdiff_t)s * nfull);
    for (int hadron = 0; hadron < 2; hadron++)
        for (int t = 0; t < nfull; t++) {
            double growth = exp(setup->growth[hadron] * (t - before));
            double eta = outer->series[hadron * nfull + t];
            double zeta = outer->series[(2 + hadron) * nfull + t];
            double relative = growth * (job->two_point * eta + job->two_point_alone * zeta);
            bool inner = t >= before && t < before + ntime;
            outer->row[hadron * nfull + t] = inner
                                                 ? two_row[hadron * ntime + t - before]
                                                 : outer->mean[hadron * nfull + t] * (1 + relative);
        }
}
