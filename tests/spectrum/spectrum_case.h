// SPDX-License-Identifier: GPL-3.0-or-later
/* Two-point functions whose mass is known: a lowest state and one above it, with noise that grows
 * with t and is correlated between times, in jackknife or bootstrap samples of bins. */
#ifndef HADPOT_TEST_SPECTRUM_CASE_H
#define HADPOT_TEST_SPECTRUM_CASE_H

#include <gsl/gsl_randist.h>
#include <math.h>
#include "hadpot/memory.h"
#include "hadpot/random.h"
#include "hadpot/spectrum.h"

typedef struct spectrum_case {
    double mass, gap, ratio; /* ratio: of the amplitude of the second state at t = 0 */
    int extent;              /* T of a cosh; 0: an exponential */
    double noise, growth;    /* relative error of one bin at t = 0, times exp(growth t) */
    double memory;           /* correlation of neighbouring times */
    int first, nt, nbin;
} spectrum_case;

static const spectrum_case spectrum_usual = {.mass = 0.6625,
                                             .gap = 0.35,
                                             .ratio = 0.4,
                                             .noise = 0.01,
                                             .growth = 0.11,
                                             .memory = 0.8,
                                             .first = 3,
                                             .nt = 18,
                                             .nbin = 100};

static inline double spectrum_truth(const spectrum_case *is, double t) {
    double C = exp(-is->mass * t) + is->ratio * exp(-(is->mass + is->gap) * t);
    if (is->extent > 0)
        C += exp(-is->mass * (is->extent - t)) +
             is->ratio * exp(-(is->mass + is->gap) * (is->extent - t));
    return C;
}

/* value: released with hp_free((double *)two_point.value). */
static inline hp_two_point spectrum_make(const spectrum_case *is, int seed) {
    hp_error err = HP_ERROR_INIT;
    int N = is->nbin, nt = is->nt;
    double *rows = hp_alloc((size_t)(1 + N) * (size_t)nt, sizeof *rows);
    gsl_rng *rng;
    assert_non_null(rows);
    assert_ok(hp_random_create(&rng, (uint64_t)seed, 0, HP_PURPOSE_TEST, &err), &err);
    for (int k = 1; k <= N && is->noise >= 0.0; k++) {
        double walk = gsl_ran_gaussian_ziggurat(rng, 1.0);
        for (int i = 0; i < nt; i++) {
            double t = is->first + i, C = spectrum_truth(is, t);
            rows[k * nt + i] = C * (1.0 + is->noise * exp(is->growth * t) * walk);
            rows[i] += rows[k * nt + i] / N;
            walk = is->memory * walk +
                   sqrt(1.0 - is->memory * is->memory) * gsl_ran_gaussian_ziggurat(rng, 1.0);
        }
    }
    gsl_rng_free(rng);
    for (int k = 1; k <= N; k++)
        for (int i = 0; i < nt; i++)
            rows[k * nt + i] = (N * rows[i] - rows[k * nt + i]) / (N - 1.0);
    return (hp_two_point){.nt = nt,
                          .nrow = 1 + N,
                          .first = is->first,
                          .stride = (size_t)nt,
                          .value = rows,
                          .rule = {HP_METHOD_JACKKNIFE, N},
                          .freedom = N - 1,
                          .extent = is->extent};
}

static inline void spectrum_free(hp_two_point *two_point) {
    hp_free((double *)two_point->value);
    two_point->value = NULL;
}

#endif
