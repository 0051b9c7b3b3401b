// SPDX-License-Identifier: GPL-3.0-or-later
/* Determinants in closed form whose zeros are known, and what tests of poles ask of a search. */
#ifndef HADPOT_TEST_POLES_CASE_H
#define HADPOT_TEST_POLES_CASE_H

#include "support.h"

#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/poles.h"

/* Pairs with 2 mu and thresholds, one S wave each. */
static inline hp_channels poles_channels(int n, const double *twice_mu, const double *threshold) {
    hp_channels channels = {.kinematics = HP_NONRELATIVISTIC, .npair = n, .ncomponent = n};
    for (int a = 0; a < n; a++) {
        channels.pair[a] = hp_pair_of_reduced_mass(twice_mu[a] / 2.0);
        channels.threshold[a] = threshold[a];
        channels.component[a] = (hp_component){a, 0};
    }
    return channels;
}

/* Square wells r < 1, W_cd: u = sin(q)/q and u' = cos q with the matrix q^2 = diag(k^2) - W, and
 * D = det(u' - i k u) exp(i sum k): zeros of det(Y - diag(i k)) without its poles. */
typedef struct poles_well {
    hp_channels channels;
    double W[9]; /* (N, N) */
} poles_well;

static inline poles_well poles_well_of(int n, const double *twice_mu, const double *threshold,
                                       const double *V) {
    poles_well well = {poles_channels(n, twice_mu, threshold), {0}};
    for (int c = 0; c < n; c++)
        for (int d = 0; d < n; d++)
            well.W[c * n + d] = sqrt(twice_mu[c] * twice_mu[d]) * V[c * n + d];
    return well;
}

/* sum over m of (-q^2)^m/(2m + first)!, by rows. */
static inline void poles_series(int n, const double complex *q2, int first, double complex *sum) {
    double complex term[9] = {0}, next[9];
    for (int c = 0; c < n; c++) term[c * n + c] = 1.0;
    memcpy(sum, term, sizeof term);
    for (int m = 1; m < 60; m++) {
        double factor = -1.0 / ((2 * m + first) * (2 * m + first - 1));
        for (int c = 0; c < n; c++)
            for (int d = 0; d < n; d++) {
                next[c * n + d] = 0.0;
                for (int e = 0; e < n; e++) next[c * n + d] += term[c * n + e] * q2[e * n + d];
                next[c * n + d] *= factor;
            }
        memcpy(term, next, sizeof term);
        for (int i = 0; i < n * n; i++) sum[i] += term[i];
    }
}

static inline double complex poles_determinant(int n, const double complex *m) {
    if (n == 1) return m[0];
    if (n == 2) return m[0] * m[3] - m[1] * m[2];
    return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) +
           m[2] * (m[3] * m[7] - m[4] * m[6]);
}

static inline void poles_split(double complex value, double complex *phase, double *log_size) {
    *log_size = log(cabs(value));
    *phase = value == 0.0 ? 0.0 : value / cabs(value);
}

static inline hp_status poles_well_determinant(void *context, double complex energy, hp_sheet sheet,
                                               double complex *phase, double *log_size,
                                               hp_error *err) {
    (void)err;
    const poles_well *well = context;
    int n = well->channels.npair;
    double complex k[HP_MOST_PAIRS], q2[9], u[9], d_u[9], total = 0.0;
    hp_channels_momenta(&well->channels, energy, sheet, k);
    for (int i = 0; i < n * n; i++) q2[i] = -well->W[i];
    for (int c = 0; c < n; c++) q2[c * n + c] += k[c] * k[c];
    if (n == 1) { /* also where q is large */
        double complex q = csqrt(q2[0]);
        u[0] = q == 0.0 ? 1.0 : csin(q) / q;
        d_u[0] = ccos(q);
    } else {
        poles_series(n, q2, 1, u);
        poles_series(n, q2, 0, d_u);
    }
    for (int c = 0; c < n; c++) {
        for (int d = 0; d < n; d++) d_u[c * n + d] -= I * k[c] * u[c * n + d];
        total += I * k[c];
    }
    poles_split(poles_determinant(n, d_u) * cexp(total), phase, log_size);
    return HP_OK;
}

static inline hp_pole_function poles_of_well(poles_well *well) {
    return (hp_pole_function){&well->channels, 1.0, poles_well_determinant, well};
}

/* Relativistic pair of separable S-wave kernels lambda_cd exp(-beta r) exp(-beta r'), of units fm
 * and 1/fm: D = det(1 - g lambda). */
static const double POLES_HBARC = 197.3269804;

typedef struct poles_yamaguchi {
    hp_channels channels;
    double beta, lambda[3]; /* 11, 12, 22 */
} poles_yamaguchi;

static inline poles_yamaguchi poles_lambda_1405(void) {
    poles_yamaguchi y = {.beta = 3.5, .lambda = {-60.0, -30.0, -108.0}};
    hp_error err = HP_ERROR_INIT;
    y.channels = (hp_channels){.kinematics = HP_RELATIVISTIC, .npair = 2, .ncomponent = 2};
    y.channels.pair[0] = hp_pair_of_masses(138.04 / POLES_HBARC, 1193.15 / POLES_HBARC);
    y.channels.pair[1] = hp_pair_of_masses(495.65 / POLES_HBARC, 938.92 / POLES_HBARC);
    for (int a = 0; a < 2; a++) y.channels.component[a] = (hp_component){a, 0};
    assert_ok(hp_channels_set_thresholds(&y.channels, &err), &err);
    return y;
}

static inline hp_status poles_yamaguchi_determinant(void *context, double complex energy,
                                                    hp_sheet sheet, double complex *phase,
                                                    double *log_size, hp_error *err) {
    (void)err;
    const poles_yamaguchi *y = context;
    double complex k[HP_MOST_PAIRS], g[2];
    hp_channels_momenta(&y->channels, energy, sheet, k);
    for (int a = 0; a < 2; a++)
        g[a] = -1.0 / (2.0 * y->beta * (y->beta - I * k[a]) * (y->beta - I * k[a]));
    poles_split((1.0 - g[0] * y->lambda[0]) * (1.0 - g[1] * y->lambda[2]) -
                    g[0] * g[1] * y->lambda[1] * y->lambda[1],
                phase, log_size);
    return HP_OK;
}

/* One pair, 2 mu = 1, and a separable kernel of closed form: D = 1 - lambda g_l, g_l for the form
 * factors r^l exp(-beta r), kappa = -i k. */
typedef struct poles_separable {
    hp_channels channels;
    int l;
    double beta, lambda;
} poles_separable;

static inline poles_separable poles_separable_of(int l, double beta, double lambda) {
    return (poles_separable){poles_channels(1, (double[]){1.0}, (double[]){0.0}), l, beta, lambda};
}

static inline hp_status poles_separable_determinant(void *context, double complex energy,
                                                    hp_sheet sheet, double complex *phase,
                                                    double *log_size, hp_error *err) {
    (void)err;
    const poles_separable *s = context;
    double complex k[HP_MOST_PAIRS];
    double b = s->beta;
    hp_channels_momenta(&s->channels, energy, sheet, k);
    double complex kappa = hp_complex(cimag(k[0]), -creal(k[0])), sum = b + kappa,
                   square = sum * sum;
    double complex g = -1.0 / (2.0 * b * square);
    if (s->l == 1)
        g = -(b * b + 4.0 * b * kappa + kappa * kappa) / (4.0 * b * b * b * square * square);
    poles_split(1.0 - s->lambda * g, phase, log_size);
    return HP_OK;
}

/* Search; complete and number are asserted, the cost is printed. */
static inline int poles_search(const hp_pole_function *of, hp_sheet sheet, hp_pole_region region,
                               int number, hp_pole *pole) {
    hp_error err = HP_ERROR_INIT;
    int found, determinants;
    bool complete;
    assert_ok(
        hp_poles_find_of(of, sheet, &region, 20, pole, &found, &complete, &determinants, &err),
        &err);
    printf("    sheet %u: %d poles, %d determinants\n", sheet, found, determinants);
    assert_true(complete);
    assert_int_equal(found, number);
    return determinants;
}

/* The pole of a list nearest to a number, compared with it. */
static inline const hp_pole *poles_assert(const hp_pole *pole, int n, double complex energy,
                                          double rtol) {
    int best = 0;
    for (int j = 1; j < n; j++)
        if (cabs(pole[j].energy - energy) < cabs(pole[best].energy - energy)) best = j;
    assert_close(creal(pole[best].energy), creal(energy), 0.0, rtol * cabs(energy));
    assert_close(cimag(pole[best].energy), cimag(energy), 0.0, rtol * cabs(energy));
    return &pole[best];
}

#endif
