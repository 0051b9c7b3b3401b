// SPDX-License-Identifier: GPL-3.0-or-later
/* A box with its geometry, and random potentials in it, for its tests. */
#ifndef HADPOT_TEST_BOX_CASE_H
#define HADPOT_TEST_BOX_CASE_H

#include "support.h"

#include <gsl/gsl_rng.h>
#include "hadpot/box.h"
#include "hadpot/memory.h"

static const double MU = 0.3137;

typedef struct box_case {
    hp_geometry geometry;
    hp_box *box;
    hp_error err;
} box_case;

/* In place: the box keeps the address of the geometry. */
static inline void open_case(box_case *c, int extent, int nlevel) {
    *c = (box_case){.err = HP_ERROR_INIT};
    assert_ok(hp_geometry_create_cubic(extent, &c->geometry, &c->err), &c->err);
    assert_ok(hp_box_create(&c->geometry, MU, nlevel, &c->box, &c->err), &c->err);
}

static inline void close_case(box_case *c) {
    hp_box_destroy(&c->box);
    hp_geometry_destroy(&c->geometry);
}

static inline double *new_numbers(size_t count) {
    double *numbers = hp_alloc(count, sizeof *numbers);
    assert_non_null(numbers);
    return numbers;
}

/* Uniform in (-size, size), the same in every run. */
static inline void fill_random(double *number, size_t count, double size) {
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    assert_non_null(random);
    for (size_t i = 0; i < count; i++) number[i] = size * (2.0 * gsl_rng_uniform(random) - 1.0);
    gsl_rng_free(random);
}

static inline double *random_local(const hp_geometry *geometry, double size) {
    double *V = new_numbers((size_t)geometry->npoint);
    fill_random(V, (size_t)geometry->npoint, size);
    return V;
}

static inline double *random_symmetric(int nu, double size) {
    const size_t n = (size_t)nu;
    double *U = new_numbers(n * n);
    fill_random(U, n * n, size);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) U[i * n + j] = U[j * n + i];
    return U;
}

#endif
