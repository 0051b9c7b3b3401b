// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/activation.h"

#include <math.h>
#include <string.h>

/* The vector versions of glibc (libmvec, below 4 ulp, NaN and infinities as in libm); math.h
 * declares them under -ffast-math only, which would lose NaN. Here the loops marked `omp simd` may
 * use them, and which one an element meets depends on its place in the array alone. */
#ifdef HADPOT_HAVE_LIBMVEC
#pragma omp declare simd notinbranch
double exp(double);
#pragma omp declare simd notinbranch
double expm1(double);
#pragma omp declare simd notinbranch
double log1p(double);
#pragma omp declare simd notinbranch
double tanh(double);
#endif

#define LEAKY_SLOPE 0.01 /* PyTorch's default, which the papers use */

hp_status hp_activation_from_name(const char *name, hp_activation *activation, hp_error *err) {
    *activation = HP_NACTIVATION;
#define X(text, enumerator)                                                                        \
    if (strcmp(name, text) == 0) *activation = enumerator;
    HP_ACTIVATION_LIST(X)
#undef X
#define X(text, enumerator) " " text
    HP_REQUIRE(*activation != HP_NACTIVATION, HP_ERR_INPUT,
               "unknown activation \"%s\", expected one of:" HP_ACTIVATION_LIST(X), name);
#undef X
    return HP_OK;
}

const char *hp_activation_name(hp_activation activation) {
    static const char *const name[] = {
#define X(text, enumerator) text,
        HP_ACTIVATION_LIST(X)
#undef X
    };
    return name[activation];
}

static void leaky_relu(size_t n, double *restrict y, double *restrict slope) {
    for (size_t i = 0; i < n; i++) {
        double factor = y[i] > 0.0 ? 1.0 : LEAKY_SLOPE;
        slope[i] = factor;
        y[i] *= factor;
    }
}

static void elu(size_t n, double *restrict y, double *restrict slope) {
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        double z = y[i], e = expm1(z > 0.0 ? 0.0 : z);
        slope[i] = e + 1.0;
        y[i] = z > 0.0 ? z : e;
    }
}

static void softplus(size_t n, double *restrict y, double *restrict slope) {
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        double z = y[i], e = exp(-fabs(z)); /* never overflows */
        y[i] = (z > 0.0 ? z : 0.0) + log1p(e);
        slope[i] = (z > 0.0 ? 1.0 : e) / (1.0 + e);
    }
}

static void silu(size_t n, double *restrict y, double *restrict slope) {
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        double z = y[i], e = exp(-fabs(z));
        double sigmoid = (z > 0.0 ? 1.0 : e) / (1.0 + e);
        y[i] = z * sigmoid;
        slope[i] = sigmoid * (1.0 + z * (1.0 - sigmoid));
    }
}

static void hyperbolic_tangent(size_t n, double *restrict y, double *restrict slope) {
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        y[i] = tanh(y[i]);
        slope[i] = 1.0 - y[i] * y[i];
    }
}

static void identity(size_t n, double *restrict y, double *restrict slope) {
    (void)y;
    for (size_t i = 0; i < n; i++) slope[i] = 1.0;
}

void hp_activation_apply(hp_activation activation, size_t n, double *y, double *slope) {
    static void (*const apply[])(size_t, double *restrict, double *restrict) = {
        [HP_LEAKY_RELU] = leaky_relu,   [HP_ELU] = elu,
        [HP_SOFTPLUS] = softplus,       [HP_SILU] = silu,
        [HP_TANH] = hyperbolic_tangent, [HP_IDENTITY] = identity};
    apply[activation](n, y, slope);
}
