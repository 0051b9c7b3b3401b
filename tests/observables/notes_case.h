// SPDX-License-Identifier: GPL-3.0-or-later
/* A record of observables at two momenta with one bound state, whose values are made by hand; L is
 * 1/(1000 MeV), e_cm = k^2/(2 mu) = 4.84848 and 10.6667 MeV. */
#ifndef HADPOT_TEST_NOTES_CASE_H
#define HADPOT_TEST_NOTES_CASE_H

#include "support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/observables.h"

enum { NSAMPLE = 3, NROW = 1 + NSAMPLE };

typedef struct scene {
    double k2[2];
    hp_observables observables;
    hp_record record;
    hp_rows samples;
} scene;

/* In the average and all samples. */
static inline void set(scene *s, const char *path, size_t i, double value) {
    for (size_t row = 0; row < NROW; row++)
        hp_record_at(&s->record, s->samples.value + row * s->record.length, path)[i] = value;
}

/* Samples n, 2n, 3n: error sqrt(2/3 (1 + 0 + 1)) n. */
static inline void spread(scene *s, const char *path, size_t i, double value, double n) {
    for (size_t row = 0; row < NROW; row++)
        hp_record_at(&s->record, s->samples.value + row * s->record.length, path)[i] =
            row == 0 ? value : n * (double)row;
}

/* The record of what is observed, with samples: delta = 0.5 without an error, 0.7(2.3); a0 =
 * 1.5(1.2), whose inverse, 0.75(0), is far from its pole, r_eff 1(0), B 2(0), rms 3(0); one bound
 * state; both solvers agree. */
static inline void describe_scene(scene *s) {
    hp_error err = HP_ERROR_INIT;
    hp_record_create(&s->record);
    s->record.channel = "a channel";
    assert_ok(hp_observables_describe(&s->observables, &s->record, &err), &err);
    s->samples = (hp_rows){.n = NSAMPLE,
                           .value = hp_alloc(NROW * s->record.length, sizeof(double)),
                           .rule = {HP_METHOD_JACKKNIFE, NSAMPLE},
                           .has_rule = true};
    assert_non_null(s->samples.value);
    hp_record_set_samples(&s->record, &s->samples);
    set(s, HP_ROW_DELTA, 0, 0.5);
    spread(s, HP_ROW_DELTA, 1, 0.7, 2.0);
    spread(s, HP_ROW_A0, 0, 1.5, 1.0);
    set(s, HP_ROW_INVERSE_A0, 0, 0.75);
    set(s, HP_ROW_REFF, 0, 1.0);
    set(s, HP_ROW_BINDING, 0, 2.0);
    set(s, HP_ROW_RMS, 0, 3.0);
    set(s, HP_ROW_NBOUND, 0, 1.0);
}

static inline void open_scene(scene *s) {
    *s = (scene){.k2 = {0.00484848, 0.0106667}};
    s->observables = (hp_observables){.pair = {.mu = 0.5},
                                      .length_fm = 0.2,
                                      .momentum_mev = 1000.0,
                                      .lattice = true,
                                      .nsolver = 2,
                                      .nk = 2,
                                      .nbound = 1,
                                      .k2 = s->k2};
    describe_scene(s);
}

static inline void close_scene(scene *s) {
    hp_free(s->samples.value);
    hp_record_destroy(&s->record);
}

#endif
