// SPDX-License-Identifier: GPL-3.0-or-later
/* Small fits of matrices with random data and no symmetry that could hide an error. */
#ifndef HADPOT_TEST_MATRIX_CASE_H
#define HADPOT_TEST_MATRIX_CASE_H

#include "fit_case.h"

#include "hadpot/matrix_loss.h"

enum { MATRIX_MOST = 3, MATRIX_N = MATRIX_MOST * FIT_N, MATRIX_VALUES = MATRIX_N * FIT_NCOLUMN };

typedef struct matrix_variant {
    int ncomponent;
    bool diagonal, operators, no_local, only_local, modes, repeated;
    double penalty;
} matrix_variant;

typedef struct matrix_case {
    double r[MATRIX_N], q[MATRIX_N];
    double R[MATRIX_VALUES], S[MATRIX_VALUES], weight[MATRIX_VALUES];
    double mode[FIT_NMODE * MATRIX_VALUES], mode_factor[FIT_NMODE];
    double scale[HP_MOST_TERMS], local_scale[HP_MOST_TERMS];
    hp_loss_data data;
    hp_model_spec spec;
    hp_matrix_model model;
    hp_matrix_loss loss;
    double *param; /* (nparam) drawn; the prior of the loss belongs to them */
    hp_error err;
} matrix_case;

/* Two operators on two components with numbers that nothing else has, or elements. */
static inline hp_matrix_terms matrix_terms_of(const matrix_variant *v) {
    hp_matrix_terms terms = {.ncomponent = 2, .nterm = 2, .nnetwork = 1};
    const double tensor[] = {0.0, 2.828, 2.828, -2.0};
    if (!v->operators) return hp_matrix_terms_of_elements(v->ncomponent, v->diagonal);
    terms.element[0][0] = terms.element[0][3] = 1.0;
    memcpy(terms.element[1], tensor, sizeof tensor);
    return terms;
}

static inline void matrix_draw_data(const matrix_variant *v, matrix_case *p) {
    gsl_rng *rng;
    int n = v->ncomponent * FIT_N, values = n * FIT_NCOLUMN;
    assert_ok(hp_random_create(&rng, 47, 0, HP_PURPOSE_TEST, &p->err), &p->err);
    for (int i = 0; i < n; i++) { /* repeated: two orbits of one |r| */
        int k = i % FIT_N;
        p->r[i] = 0.13 + 0.47 * (v->repeated && k % 4 == 3 ? k - 1 : k);
        p->q[i] = 0.1 + gsl_rng_uniform(rng);
    }
    for (int i = 0; i < values; i++) {
        p->R[i] = 2.0 * gsl_rng_uniform(rng) - 0.7;
        p->S[i] = 2.0 * gsl_rng_uniform(rng) - 1.0;
        p->weight[i] = i % 7 == 2 ? 0.0 : 0.3 + gsl_rng_uniform(rng);
    }
    fit_draw_modes(rng, p->weight, values, FIT_NMODE, p->mode);
    for (int m = 0; m < FIT_NMODE; m++) p->mode_factor[m] = 0.3 + 0.25 * m;
    gsl_rng_free(rng);
}

static inline void matrix_case_make(const matrix_variant *v, matrix_case *p) {
    static const int f[] = {5, 4}, g[] = {1}, local[] = {4, 1};
    static const hp_activation hidden[] = {HP_SILU, HP_TANH}, scalar[] = {HP_SILU, HP_IDENTITY},
                               identity[] = {HP_IDENTITY};
    memset(p, 0, sizeof *p);
    p->spec = (hp_model_spec){.input = HP_INPUT_CENTRED_LOG1P,
                              .input_scale = 1.3,
                              .input_centre = 1.7,
                              .output = HP_IDENTITY,
                              .scale = 0.37,
                              .local_scale = -1.3,
                              .envelope = 3.9,
                              .local_envelope = 5.1};
    if (!v->only_local) {
        p->spec.f = layers_of(2, f, hidden);
        p->spec.g = layers_of(1, g, identity);
    }
    if (!v->no_local) p->spec.v = layers_of(2, local, scalar);
    hp_matrix_terms terms = matrix_terms_of(v);
    for (int k = 0; k < terms.nterm; k++) {
        p->scale[k] = k == 0 ? 0.37 : 0.37 / (k + 0.6);
        p->local_scale[k] = k == 0 ? -1.3 : 0.9 + 0.2 * k;
    }
    assert_ok(
        hp_matrix_model_create(&p->spec, &terms, p->scale, p->local_scale, &p->model, &p->err),
        &p->err);
    matrix_draw_data(v, p);
    p->data = (hp_loss_data){.n = v->ncomponent * FIT_N,
                             .ncolumn = FIT_NCOLUMN,
                             .r = p->r,
                             .quadrature = p->q,
                             .R = p->R,
                             .S = p->S,
                             .weight = p->weight,
                             .nmode = v->modes ? FIT_NMODE : 0,
                             .mode = p->mode,
                             .mode_factor = p->mode_factor,
                             .penalty = v->penalty,
                             .hidden_deviation = 0.4};
    assert_ok(hp_matrix_loss_create(&p->model, &p->data, &p->loss, &p->err), &p->err);
    p->param = hp_alloc(p->model.nparam, sizeof *p->param);
    assert_non_null(p->param);
    assert_ok(hp_matrix_model_draw_weights(&p->model, 5, 0, p->param, &p->err), &p->err);
    hp_matrix_loss_set_prior(&p->loss, p->param);
}

static inline void matrix_case_destroy(matrix_case *p) {
    hp_free(p->param);
    hp_matrix_loss_destroy(&p->loss);
    hp_matrix_model_destroy(&p->model);
}

#endif
