// SPDX-License-Identifier: GPL-3.0-or-later
/* Two coupled partial waves of nucleons, and Reid's soft core in 3S1-3D1 (Ann. Phys. 50 (1968) 411)
 * from forms and operators. */
#ifndef HADPOT_TEST_REID_CASE_H
#define HADPOT_TEST_REID_CASE_H

#include "support.h"

#include <math.h>
#include <string.h>
#include "hadpot/form_matrix.h"
#include "hadpot/memory.h"
#include "hadpot/units.h"

static const double H = 41.47, MASS = 0.7; /* hbar^2/M in MeV fm^2, 1/fm */

typedef struct nucleons {
    hp_channels channels;
    hp_form_matrix *matrix;
    hp_quadrature grid;
    hp_coupled *solver;
    double *local, *kernel; /* of the latest grid */
    hp_error err;
} nucleons;

static inline nucleons make(int l) {
    nucleons s = {.err = HP_ERROR_INIT};
    const hp_spin_state spin[] = {{3, 2}, {3, 2}};
    s.channels = (hp_channels){.npair = 1,
                               .ncomponent = 2,
                               .pair = {hp_pair_of_reduced_mass(HP_HBARC_MEV_FM / (2 * H))},
                               .component = {{0, 0}, {0, l}}};
    assert_ok(hp_form_matrix_create(&s.channels, spin, &s.matrix, &s.err), &s.err);
    return s;
}

/* V = sum of g_n exp(-n x)/x, x = 0.7 r. */
static inline void add_yukawas(nucleons *s, hp_operator of, int n, const int *multiple,
                               const double *g) {
    hp_forms *forms = hp_form_matrix_operator(s->matrix, 0, of);
    for (int i = 0; i < n; i++)
        assert_ok(hp_forms_add(forms, HP_FORM_YUKAWA, (double[]){g[i] / MASS, multiple[i] * MASS},
                               &s->err),
                  &s->err);
}

static inline nucleons make_reid(void) {
    nucleons s = make(2);
    add_yukawas(&s, HP_CENTRAL, 4, (int[]){1, 2, 4, 6},
                (double[]){-10.463, 105.468, -3187.8, 9924.3});
    add_yukawas(&s, HP_TENSOR, 2, (int[]){4, 6}, (double[]){351.77, -1673.5});
    add_yukawas(&s, HP_SPIN_ORBIT, 2, (int[]){4, 6}, (double[]){708.91, -2713.1});
    assert_ok(hp_forms_add(hp_form_matrix_operator(s.matrix, 0, HP_TENSOR), HP_FORM_TENSOR_YUKAWA,
                           (double[]){-10.463, 4, MASS}, &s.err),
              &s.err);
    return s;
}

static inline void forget_interaction(nucleons *s) {
    hp_free(s->local);
    hp_free(s->kernel);
    s->local = s->kernel = NULL;
}

/* A function of hp_coupled_choose_nodes. */
static inline hp_status fill(const hp_quadrature *grid, hp_matrix_interaction *interaction,
                             void *context, hp_error *err) {
    nucleons *s = context;
    size_t size = (size_t)(2 * grid->n);
    (void)err;
    forget_interaction(s);
    s->local = hp_alloc(2 * size, sizeof *s->local);
    if (hp_form_matrix_has_nonlocal(s->matrix)) s->kernel = hp_alloc(size * size, sizeof(double));
    hp_form_matrix_fill(s->matrix, HP_FORMS_GIVEN, grid, s->local, s->kernel);
    *interaction = (hp_matrix_interaction){.ncomponent = 2,
                                           .local = s->local,
                                           .kernel = s->kernel,
                                           .local_at = hp_form_matrix_local_at,
                                           .context = s->matrix};
    return HP_OK;
}

/* A solver on the nodes of s->grid. */
static inline void set_solver(nucleons *s) {
    hp_matrix_interaction interaction;
    assert_ok(fill(&s->grid, &interaction, s, &s->err), &s->err);
    assert_ok(hp_coupled_create(&s->grid, 2, &s->solver, &s->err), &s->err);
    assert_ok(hp_coupled_reduce(s->solver, &s->err), &s->err);
    assert_ok(hp_coupled_set(s->solver, &s->channels, &interaction, &s->err), &s->err);
}

static inline void set_nodes(nucleons *s, const double *edge, int panels, int order) {
    assert_ok(hp_quadrature_create_panels(edge, panels, order, &s->grid, &s->err), &s->err);
    set_solver(s);
}

static inline double degrees(double x) {
    return x * 180.0 / M_PI;
}

static inline void forget_nodes(nucleons *s) {
    hp_coupled_destroy(&s->solver);
    hp_quadrature_destroy(&s->grid);
    forget_interaction(s);
}

#endif
