// SPDX-License-Identifier: GPL-3.0-or-later
/* Observables of a Gaussian well 60 MeV deep, hbar^2/(2 mu) = 41.47 MeV fm^2, L = 1 fm: one bound
 * state, three energies, one source radius. The second solver is told to be careless, so that it
 * can be told from the first. */
#ifndef HADPOT_TEST_WELL_CASE_H
#define HADPOT_TEST_WELL_CASE_H

#include "support.h"

#include <math.h>
#include <string.h>
#include <gsl/gsl_errno.h>
#include "hadpot/memory.h"
#include "hadpot/observables.h"

enum { NK = 3, NODES = 8 * 16, ODE_NODES = 8 * 20 };

typedef struct scene {
    hp_observables_options options;
    double energies[NK], radius;
    hp_quadrature grid;
    hp_observables_setup setup; /* points to the above */
    hp_observables observables;
    hp_record record;
    double *values; /* (record.length) */
    hp_error err;
} scene;

static inline void open_scene(scene *s) {
    *s = (scene){.energies = {1.0, 7.0, 31.0}, .radius = 1.3, .err = HP_ERROR_INIT};
    s->options = (hp_observables_options){.nmomentum = NK,
                                          .momentum = s->energies,
                                          .cutoff = 3.0,
                                          .order = 16,
                                          .ode_tolerance = 1e-4,
                                          .tolerance_deg = 1e-6,
                                          .bound_states = 2,
                                          .charge_1 = 1.0,
                                          .charge_2 = -1.0,
                                          .nsource = 1,
                                          .source_radius_fm = &s->radius,
                                          .weight = 1.0};
    assert_ok(hp_quadrature_create(9.0, 8, 16, &s->grid, &s->err), &s->err);
    s->setup = (hp_observables_setup){.options = &s->options,
                                      .pair = {.mu = 197.3269804 / (2.0 * 41.47)},
                                      .length_fm = 1.0,
                                      .grid = &s->grid};
}

static inline hp_status create(scene *s) {
    return hp_observables_create(&s->setup, &s->observables, &s->err);
}

/* The well, `factor` times as deep. */
static inline void fill(const hp_quadrature *nodes, double factor, double *w) {
    for (int i = 0; i < nodes->n; i++)
        w[i] = -60.0 * factor / 41.47 * exp(-pow(nodes->r[i] / 1.7, 2.0));
}

/* A record with room for the observables. */
static inline void describe(scene *s) {
    hp_record_create(&s->record);
    assert_ok(hp_observables_describe(&s->observables, &s->record, &s->err), &s->err);
    s->values = hp_alloc(s->record.length, sizeof *s->values);
    assert_non_null(s->values);
}

/* Wells of other depths for each solver. */
static inline hp_status compute_wells(scene *s, double factor, double ode_factor) {
    double w[NODES], ode_w[ODE_NODES];
    assert_true(s->observables.nodes[0].n <= NODES && s->observables.nodes[1].n <= ODE_NODES);
    fill(&s->observables.nodes[0], factor, w);
    fill(&s->observables.nodes[1], ode_factor, ode_w);
    return hp_observables_compute(&s->observables, &s->observables.pair,
                                  (hp_interaction[2]){{.local = w}, {.local = ode_w}}, &s->record,
                                  s->values, &s->err);
}

static inline void compute(scene *s) {
    assert_ok(create(s), &s->err);
    describe(s);
    assert_ok(compute_wells(s, 1.0, 1.0), &s->err);
}

static inline double value(const scene *s, const char *path, int i) {
    return hp_record_read(&s->record, s->values, path)[i];
}

static inline void close_scene(scene *s) {
    hp_observables_destroy(&s->observables);
    hp_quadrature_destroy(&s->grid);
    hp_free(s->values);
    hp_record_destroy(&s->record);
}

#endif
