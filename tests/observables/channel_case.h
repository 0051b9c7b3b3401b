// SPDX-License-Identifier: GPL-3.0-or-later
/* Observables of coupled square wells of radius 1 (L = 1 fm, hbar = 1 after division by hbar c), of
 * which S is known in closed form: two pairs A and B in S waves. Energies are in units of hbar c =
 * 197.3269804 MeV fm, so that 2 mu E is k^2. */
#ifndef HADPOT_TEST_CHANNEL_CASE_H
#define HADPOT_TEST_CHANNEL_CASE_H

#include "support.h"

#include <complex.h>
#include <math.h>
#include <string.h>
#include <gsl/gsl_errno.h>
#include "hadpot/channel_observables.h"
#include "hadpot/memory.h"
#include "hadpot/units.h"

enum { MOST_ENERGIES = 8, MOST_NODES = 200 };

typedef struct scene {
    hp_channels channels;
    const char *pair_name[2], *component_name[2];
    hp_spin_state spin[2];
    double V[2][2]; /* of the wells, 1/L */
    double energies[MOST_ENERGIES], radius;
    hp_channel_options options;
    hp_channel_setup setup; /* points to the above */
    hp_quadrature grid;
    hp_channel_observables observables;
    hp_record record;
    double *values; /* (record.length) */
    hp_error err;
} scene;

/* c1 of the wells whose numbers are known: 2 mu = (1, 1), thresholds 0 and 6, panels with an edge
 * at the radius, and room behind it. */
static inline void open_scene(scene *s) {
    static const double edge[] = {0.0, 0.5, 1.0, 1.25};
    *s = (scene){.channels = {.npair = 2, .ncomponent = 2, .threshold = {0.0, 6.0}},
                 .pair_name = {"A", "B"},
                 .component_name = {"A:1S0", "B:1S0"},
                 .spin = {{1, 0}, {1, 0}},
                 .V = {{-1.0, -1.0}, {-1.0, -5.0}},
                 .energies = {0.5, 4.0, 7.0, 9.0},
                 .radius = 0.5,
                 .err = HP_ERROR_INIT};
    for (int a = 0; a < 2; a++) {
        s->channels.pair[a] = hp_pair_of_reduced_mass(0.5);
        s->channels.component[a] = (hp_component){a, 0};
    }
    s->options = (hp_channel_options){.nenergy = 4,
                                      .energy = s->energies,
                                      .tolerance_deg = 1e-8,
                                      .bound_states = 2,
                                      .stapp = true,
                                      .blatt = true};
    assert_ok(hp_quadrature_create_panels(edge, 3, 24, &s->grid, &s->err), &s->err);
    s->setup = (hp_channel_setup){.options = &s->options,
                                  .channels = &s->channels,
                                  .pair_name = s->pair_name,
                                  .component_name = s->component_name,
                                  .spin = s->spin,
                                  .length_fm = 1.0,
                                  .grid = &s->grid};
}

static inline hp_status create(scene *s) {
    return hp_channel_observables_create(&s->setup, &s->observables, &s->err);
}

static inline void describe(scene *s) {
    hp_record_create(&s->record);
    assert_ok(hp_channel_observables_describe(&s->observables, &s->record, &s->err), &s->err);
    s->values = hp_alloc(s->record.length, sizeof *s->values);
    assert_non_null(s->values);
}

/* W = 2 sqrt(mu mu) V for these channels on the nodes of a solver. */
static inline void fill(const scene *s, const hp_channels *channels, const hp_quadrature *nodes,
                        double *local) {
    int n = nodes->n;
    assert_true(n <= MOST_NODES);
    for (int c = 0; c < channels->ncomponent; c++)
        for (int d = 0; d < channels->ncomponent; d++)
            for (int i = 0; i < n; i++) {
                double mu = channels->pair[channels->component[c].pair].mu;
                double nu = channels->pair[channels->component[d].pair].mu;
                local[(c * channels->ncomponent + d) * n + i] =
                    nodes->r[i] < 1.0 ? 2.0 * sqrt(mu * nu) * s->V[c][d] : 0.0;
            }
}

static inline hp_status compute_for(scene *s, const hp_channels *channels) {
    double local[2][4 * MOST_NODES];
    hp_matrix_interaction interaction[2] = {{0}};
    for (int i = 0; i < s->observables.nsolver; i++) {
        fill(s, channels, &s->observables.nodes[i], local[i]);
        interaction[i] =
            (hp_matrix_interaction){.ncomponent = channels->ncomponent, .local = local[i]};
    }
    return hp_channel_observables_compute(&s->observables, channels, interaction, &s->record,
                                          s->values, &s->err);
}

static inline void compute(scene *s) {
    assert_ok(create(s), &s->err);
    describe(s);
    assert_ok(compute_for(s, &s->channels), &s->err);
}

static inline double value(const scene *s, const char *path, int i) {
    const double *row = hp_record_read(&s->record, s->values, path);
    if (row == NULL) fail_msg("there is no row %s", path);
    return row[i];
}

static inline double complex smatrix(const scene *s, int c, int d, int e) {
    char re[32], im[32];
    snprintf(re, sizeof re, "smatrix/re_S_%d%d", c, d);
    snprintf(im, sizeof im, "smatrix/im_S_%d%d", c, d);
    return hp_complex(value(s, re, e), value(s, im, e));
}

static inline void assert_complex(double complex actual, double complex expected, double atol) {
    assert_close(creal(actual), creal(expected), 0.0, atol);
    assert_close(cimag(actual), cimag(expected), 0.0, atol);
}

static inline void close_scene(scene *s) {
    hp_channel_observables_destroy(&s->observables);
    hp_quadrature_destroy(&s->grid);
    hp_free(s->values);
    hp_record_destroy(&s->record);
}

#endif
