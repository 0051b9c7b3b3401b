// SPDX-License-Identifier: GPL-3.0-or-later
/* Small fits with random data and no symmetry that could hide an error. */
#ifndef HADPOT_TEST_FIT_CASE_H
#define HADPOT_TEST_FIT_CASE_H

#include "support.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "layers.h"
#include "hadpot/loss.h"
#include "hadpot/memory.h"
#include "hadpot/random.h"

enum { FIT_N = 11, FIT_NCOLUMN = 2, FIT_VALUES = FIT_N * FIT_NCOLUMN, FIT_NMODE = 3 };

/* What a fit is made of. */
typedef struct fit_variant {
    hp_activation activation;
    bool deep_g, local, only_local, regulator, modes;
    bool narrow; /* few weights */
    hp_model_kind kind;
    double penalty, hidden_deviation;
} fit_variant;

typedef struct fit_case {
    double r[FIT_N], q[FIT_N];
    double R[FIT_VALUES], S[FIT_VALUES], weight[FIT_VALUES];
    double mode[FIT_NMODE * FIT_VALUES], mode_factor[FIT_NMODE];
    hp_loss_data data;
    hp_model model;
    hp_loss loss;
    double *param; /* (nparam) drawn; the prior of the loss belongs to them */
    hp_error err;
} fit_case;

/* SiLU with a prior that lets weights move. bits: local part, regulator, modes. */
static inline fit_variant fit_variant_of(bool deep, int bits) {
    return (fit_variant){.activation = HP_SILU,
                         .deep_g = deep,
                         .local = bits & 1,
                         .regulator = bits & 2,
                         .modes = bits & 4,
                         .penalty = 0.05};
}

/* Orthonormal vectors by Gram and Schmidt (twice, to rounding), zero where weight is. */
static inline void fit_draw_modes(gsl_rng *rng, const double *weight, int values, int nmode,
                                  double *mode) {
    for (int m = 0; m < nmode; m++) {
        double *q = mode + m * values, norm = 0.0;
        for (int i = 0; i < values; i++) q[i] = weight[i] > 0.0 ? gsl_rng_uniform(rng) - 0.5 : 0.0;
        for (int k = 0; k < 2 * m; k++) {
            const double *other = mode + (k % m) * values;
            double product = 0.0;
            for (int i = 0; i < values; i++) product += q[i] * other[i];
            for (int i = 0; i < values; i++) q[i] -= product * other[i];
        }
        for (int i = 0; i < values; i++) norm += q[i] * q[i];
        for (int i = 0; i < values; i++) q[i] /= sqrt(norm);
    }
}

static inline void fit_draw_data(fit_case *p) {
    gsl_rng *rng;
    assert_ok(hp_random_create(&rng, 31, 0, HP_PURPOSE_TEST, &p->err), &p->err);
    for (int i = 0; i < FIT_N; i++) {
        p->r[i] = 0.13 + 0.47 * i;
        p->q[i] = 0.1 + gsl_rng_uniform(rng);
    }
    for (int i = 0; i < FIT_VALUES; i++) {
        p->R[i] = 0.5 + gsl_rng_uniform(rng);
        p->S[i] = 2.0 * gsl_rng_uniform(rng) - 1.0;
        p->weight[i] = i % 7 == 2 ? 0.0 : 0.3 + gsl_rng_uniform(rng);
    }
    fit_draw_modes(rng, p->weight, FIT_VALUES, FIT_NMODE, p->mode);
    for (int m = 0; m < FIT_NMODE; m++) p->mode_factor[m] = 0.3 + 0.25 * m;
    gsl_rng_free(rng);
}

static inline void fit_case_make(const fit_variant *v, fit_case *p) {
    static const int wide[] = {5, 4}, linear[] = {1}, deep[] = {3, 1}, local[] = {4, 1};
    static const int narrow[] = {2}, narrow_deep[] = {2, 1};
    hp_activation hidden[] = {v->activation, v->activation};
    hp_activation scalar[] = {v->activation, HP_IDENTITY}, identity[] = {HP_IDENTITY};
    memset(p, 0, sizeof *p);
    bool product = v->kind == HP_MODEL_PARTIAL || v->kind == HP_MODEL_TWO_PARAMETER;
    hp_model_spec spec = {.kind = v->kind,
                          .input = HP_INPUT_LOG1P,
                          .output = v->activation,
                          .scale = 0.37,
                          .local_scale = -1.3,
                          .envelope = product ? 0.0 : 3.9,
                          .local_envelope = 5.1,
                          .decay = 0.385,
                          .start = {0.43, 1.17}};
    if (v->kind == HP_MODEL_MLP || v->kind == HP_MODEL_PARTIAL) {
        spec.f = layers_of(2, local, scalar);
    } else if (v->kind == HP_MODEL_SDNN && !v->only_local) {
        spec.f = v->narrow ? layers_of(1, narrow, hidden) : layers_of(2, wide, hidden);
        spec.g = v->deep_g ? layers_of(2, v->narrow ? narrow_deep : deep, scalar)
                           : layers_of(1, linear, identity);
    }
    if (v->local || v->only_local) /* with and without an activation at the end */
        spec.v = layers_of(2, local, v->only_local || v->deep_g ? hidden : scalar);
    assert_ok(hp_model_create(&spec, &p->model, &p->err), &p->err);
    fit_draw_data(p);
    p->data = (hp_loss_data){.n = FIT_N,
                             .ncolumn = FIT_NCOLUMN,
                             .r = p->r,
                             .quadrature = p->q,
                             .R = p->R,
                             .S = p->S,
                             .weight = p->weight,
                             .nmode = v->modes ? FIT_NMODE : 0,
                             .mode = p->mode,
                             .mode_factor = p->mode_factor,
                             .cutoff = 2.9,
                             .cutoff_weight = v->regulator ? 0.7 : 0.0,
                             .penalty = v->penalty,
                             .hidden_deviation = v->hidden_deviation};
    assert_ok(hp_loss_create(&p->model, &p->data, &p->loss, &p->err), &p->err);
    p->param = hp_alloc(p->model.nparam, sizeof *p->param);
    assert_non_null(p->param);
    assert_ok(hp_model_draw_weights(&p->model, 5, 0, p->param, &p->err), &p->err);
    hp_loss_set_prior(&p->loss, p->param);
}

static inline void fit_case_destroy(fit_case *p) {
    hp_free(p->param);
    hp_loss_destroy(&p->loss);
    hp_model_destroy(&p->model);
}

#endif
