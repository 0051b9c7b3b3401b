// SPDX-License-Identifier: GPL-3.0-or-later
/* Solvers of coupled components filled with model potentials, for the tests of poles. */
#ifndef HADPOT_TEST_POLES_MODEL_H
#define HADPOT_TEST_POLES_MODEL_H

#include "poles_case.h"

#include <time.h>
#include "hadpot/memory.h"

typedef struct poles_model {
    hp_quadrature grid;
    hp_coupled *solver;
    hp_channels channels;
    double *kernel, *local;
    hp_error err;
} poles_model;

/* 2 mu = 1. */
static inline hp_channels poles_one_wave(int l) {
    hp_channels channels = poles_channels(1, (double[]){1.0}, (double[]){0.0});
    channels.component[0].l = l;
    return channels;
}

static inline poles_model poles_model_open(const double *edge, int panels, int order,
                                           const hp_channels *channels) {
    poles_model m = {.channels = *channels, .err = HP_ERROR_INIT};
    assert_ok(hp_quadrature_create_panels(edge, panels, order, &m.grid, &m.err), &m.err);
    size_t n = (size_t)m.grid.n, N = (size_t)channels->ncomponent;
    assert_ok(hp_coupled_create(&m.grid, (int)N, &m.solver, &m.err), &m.err);
    m.kernel = hp_alloc(N * N * n * n, sizeof(double));
    m.local = hp_alloc(N * N * n, sizeof(double));
    assert_non_null(m.kernel);
    assert_non_null(m.local);
    return m;
}

static inline poles_model poles_model_open_equal(double range, int panels, int order,
                                                 const hp_channels *channels) {
    double edge[65];
    assert_true(panels < 65);
    for (int i = 0; i <= panels; i++) edge[i] = range * i / panels;
    return poles_model_open(edge, panels, order, channels);
}

static inline void poles_model_close(poles_model *m) {
    hp_coupled_destroy(&m->solver);
    hp_quadrature_destroy(&m->grid);
    hp_free(m->kernel);
    hp_free(m->local);
}

static inline void poles_model_set(poles_model *m, bool kernel, bool local) {
    hp_matrix_interaction interaction = {.ncomponent = m->channels.ncomponent,
                                         .kernel = kernel ? m->kernel : NULL,
                                         .local = local ? m->local : NULL};
    assert_ok(hp_coupled_set(m->solver, &m->channels, &interaction, &m->err), &m->err);
}

/* K_cd = lambda_cd f_c(r) f_d(r'). */
typedef double (*poles_form_factor)(int component, double r);
static inline void poles_model_set_separable(poles_model *m, const double *lambda,
                                             poles_form_factor f) {
    int n = m->grid.n, N = m->channels.ncomponent;
    for (int i = 0; i < N * n; i++)
        for (int j = 0; j < N * n; j++) {
            double here = f(i / n, m->grid.r[i % n]), there = f(j / n, m->grid.r[j % n]);
            m->kernel[i * N * n + j] = lambda[i / n * N + j / n] * (here * there);
        }
    poles_model_set(m, true, false);
}

/* Poles with residues and changes; `complete` is asserted. Returns how many. */
static inline int poles_model_find(poles_model *m, hp_sheet sheet, hp_pole_region region,
                                   hp_pole *pole) {
    int found;
    bool complete;
    clock_t start = clock();
    assert_ok(hp_poles_find(m->solver, sheet, &region, 20, pole, &found, &complete, &m->err),
              &m->err);
    printf("    sheet %u, %d nodes: %d poles, %.3f s\n", sheet, m->grid.n * m->channels.ncomponent,
           found, (double)(clock() - start) / CLOCKS_PER_SEC);
    assert_true(complete);
    return found;
}

#endif
