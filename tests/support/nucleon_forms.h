// SPDX-License-Identifier: GPL-3.0-or-later
/* Two nucleons whose potential is a matrix of given forms, on nodes of our choice. */
#ifndef HADPOT_TEST_NUCLEON_FORMS_H
#define HADPOT_TEST_NUCLEON_FORMS_H

#include "hadpot/form_matrix.h"
#include "hadpot/memory.h"
#include "hadpot/smatrix.h"
#include "nucleons.h"
#include "support.h"

typedef struct nucleons {
    hp_channels channels;
    hp_form_matrix *matrix;
    hp_quadrature grid;
    hp_coupled *solver;
    hp_error err;
} nucleons;

static inline void set_nodes(nucleons *s, const double *edge, int panels, int order) {
    int N = s->channels.ncomponent;
    assert_ok(hp_quadrature_create_panels(edge, panels, order, &s->grid, &s->err), &s->err);
    size_t size = (size_t)(N * s->grid.n);
    double *local = hp_alloc((size_t)N * size, sizeof *local), *kernel = NULL;
    if (hp_form_matrix_has_nonlocal(s->matrix)) kernel = hp_alloc(size * size, sizeof *kernel);
    hp_form_matrix_fill(s->matrix, HP_FORMS_GIVEN, &s->grid, local, kernel);
    const hp_matrix_interaction interaction = {.ncomponent = N,
                                               .local = local,
                                               .kernel = kernel,
                                               .local_at = hp_form_matrix_local_at,
                                               .context = s->matrix};
    assert_ok(hp_coupled_create(&s->grid, N, &s->solver, &s->err), &s->err);
    assert_ok(hp_coupled_set(s->solver, &s->channels, &interaction, &s->err), &s->err);
    hp_free(local);
    hp_free(kernel);
}

/* The panels of nucleon_edges, up to 20 fm. */
static inline void usual_nodes(nucleons *s, int order) {
    double edge[NUCLEON_PANELS + 1];
    int panels = nucleon_edges(20.0, edge);
    set_nodes(s, edge, panels, order);
}

static inline void forget_nodes(nucleons *s) {
    hp_coupled_destroy(&s->solver);
    hp_quadrature_destroy(&s->grid);
}

static inline hp_status nucleons_solve(double energy, hp_tmatrix *T, void *context, hp_error *err) {
    return hp_coupled_solve(((nucleons *)context)->solver, energy, T, NULL, err);
}

/* Phases at eight k2, 1/fm^2, with a number of bound states. */
static inline void follow(nucleons *s, const double *k2, int bound, hp_phases at[8]) {
    double energy[8];
    for (int i = 0; i < 8; i++) energy[i] = hp_channels_energy(&s->channels, 0, k2[i]);
    assert_ok(hp_phases_follow(&s->channels, nucleons_solve, s, energy, 8, bound, 20, at, &s->err),
              &s->err);
}

static inline double degrees(double x) {
    return x * 180.0 / M_PI;
}

#endif
