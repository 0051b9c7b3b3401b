// SPDX-License-Identifier: GPL-3.0-or-later
/* Coupled channels in closed form: square wells r < 1 in S waves, and separable interactions
 * K_cd = lambda_cd f_c(r) f_d(r'), f = r^l exp(-beta r), l = 0, 1, 2. */
#ifndef HADPOT_TEST_CLOSED_FORMS_H
#define HADPOT_TEST_CLOSED_FORMS_H

#include "support.h"

#include <math.h>
#include <lapacke.h>
#include <gsl/gsl_math.h>
#include "hadpot/coupled.h"

enum { FORM_N = 4 };

typedef struct closed_form {
    hp_channels channels;
    double V[FORM_N][FORM_N];      /* wells, r < 1; W = sqrt(2mu 2mu) V */
    double lambda[FORM_N][FORM_N]; /* separable, with beta */
    double beta[FORM_N];
    bool without_sign;
    int solutions; /* how many were asked for */
} closed_form;

/* One S wave in each of n pairs. */
static inline hp_channels s_waves(int n, const double *twice_mu, const double *threshold) {
    hp_channels channels = {.npair = n, .ncomponent = n};
    for (int a = 0; a < n; a++) {
        channels.pair[a] = hp_pair_of_reduced_mass(0.5 * twice_mu[a]);
        channels.threshold[a] = threshold[a];
        channels.component[a] = (hp_component){a, 0};
    }
    return channels;
}

static inline closed_form two_wells(double twice_mu_2, double threshold_2, double V11, double V12,
                                    double V22) {
    closed_form form = {.channels =
                            s_waves(2, (double[]){1.0, twice_mu_2}, (double[]){0.0, threshold_2}),
                        .V = {{V11, V12}, {V12, V22}}};
    return form;
}

static inline closed_form wells_c1(void) {
    return two_wells(1.0, 6.0, -1.0, -1.0, -5.0);
}
static inline closed_form wells_c2(void) {
    return two_wells(2.0, 3.0, -1.0, -0.5, -2.0);
}

static inline closed_form three_wells(void) {
    closed_form form = {.channels =
                            s_waves(3, (double[]){1.0, 1.5, 2.0}, (double[]){0.0, 3.0, 6.0}),
                        .V = {{-1.0, -0.5, -0.3}, {-0.5, -2.0, -0.7}, {-0.3, -0.7, -3.0}}};
    return form;
}

static inline hp_tmatrix open_at(const hp_channels *channels, double energy) {
    hp_tmatrix T = {.energy = energy, .nopen = hp_channels_open(channels, energy, T.open)};
    T.nopen = hp_channels_open(channels, energy, T.open);
    for (int c = 0; c < channels->ncomponent; c++)
        T.k2[c] = hp_channels_k2(channels, channels->component[c].pair, energy);
    return T;
}

/* S, S' and C, C' or H, H' of an S wave. */
static inline void free_waves(double k2, double r, double f[4]) {
    double k = sqrt(fabs(k2));
    bool open = k2 >= 0.0;
    f[0] = k == 0.0 ? r : open ? sin(k * r) / k : sinh(k * r) / k;
    f[1] = open ? cos(k * r) : cosh(k * r);
    f[2] = open ? cos(k * r) : exp(-k * r);
    f[3] = open ? -k * sin(k * r) : -k * exp(-k * r);
}

/* phi and phi' at r <= 1 (n, n): the solution inside that is r times the unit matrix at r -> 0. */
static inline void well_inside(const closed_form *form, double energy, double r, double *phi,
                               double *slope) {
    int n = form->channels.ncomponent;
    double Q[FORM_N * FORM_N], value[FORM_N];
    for (int c = 0; c < n; c++)
        for (int d = 0; d < n; d++) {
            double mu_c = form->channels.pair[form->channels.component[c].pair].mu;
            double mu_d = form->channels.pair[form->channels.component[d].pair].mu;
            double W = 2.0 * sqrt(mu_c * mu_d) * form->V[c][d];
            Q[c * n + d] = -W;
            if (c == d)
                Q[c * n + d] +=
                    hp_channels_k2(&form->channels, form->channels.component[c].pair, energy);
        }
    assert_int_equal(LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'V', 'U', n, Q, n, value), 0);
    for (int c = 0; c < n; c++)
        for (int d = 0; d < n; d++) {
            phi[c * n + d] = slope[c * n + d] = 0.0;
            for (int e = 0; e < n; e++) {
                double f[4];
                free_waves(value[e], r, f);
                phi[c * n + d] += Q[c * n + e] * f[0] * Q[d * n + e];
                slope[c * n + d] += Q[c * n + e] * f[1] * Q[d * n + e];
            }
        }
}

static inline double determinant_sign(int n, double *matrix) {
    lapack_int pivot[FORM_N];
    double sign = 1.0;
    LAPACKE_dgetrf(LAPACK_ROW_MAJOR, n, n, matrix, n, pivot);
    for (int i = 0; i < n; i++)
        if ((matrix[i * n + i] < 0.0) != (pivot[i] != i + 1)) sign = -sign;
    return sign;
}

/* phi B = S - D X and phi' B = S' - D' X at r = 1, D = C or H: T are the open rows of X; sign is
 * that of the Wronskian of D and phi. amplitude (nopen, n): B, NULL: not wanted. */
static inline hp_tmatrix well_t(const closed_form *form, double energy, double *amplitude) {
    hp_tmatrix T = open_at(&form->channels, energy);
    int n = form->channels.ncomponent, m = T.nopen;
    double phi[FORM_N * FORM_N], slope[FORM_N * FORM_N], wronskian[FORM_N * FORM_N];
    double system[4 * FORM_N * FORM_N], right[2 * FORM_N * FORM_N] = {0.0};
    lapack_int pivot[2 * FORM_N];
    well_inside(form, energy, 1.0, phi, slope);
    for (int c = 0; c < n; c++) {
        double f[4];
        free_waves(T.k2[c], 1.0, f);
        for (int d = 0; d < n; d++) {
            system[c * 2 * n + d] = phi[c * n + d];
            system[(n + c) * 2 * n + d] = slope[c * n + d];
            system[c * 2 * n + n + d] = c == d ? f[2] : 0.0;
            system[(n + c) * 2 * n + n + d] = c == d ? f[3] : 0.0;
            wronskian[c * n + d] = f[2] * slope[c * n + d] - f[3] * phi[c * n + d];
        }
        for (int b = 0; b < m; b++)
            if (T.open[b] == c) {
                right[c * m + b] = f[0];
                right[(n + c) * m + b] = f[1];
            }
    }
    T.sign = form->without_sign ? 0.0 : determinant_sign(n, wronskian);
    assert_int_equal(LAPACKE_dgesv(LAPACK_ROW_MAJOR, 2 * n, m, system, 2 * n, pivot, right, m), 0);
    for (int a = 0; a < m; a++)
        for (int b = 0; b < m; b++) T.T[a * m + b] = right[(n + T.open[a]) * m + b];
    for (int b = 0; b < m && amplitude != NULL; b++)
        for (int d = 0; d < n; d++) amplitude[b * n + d] = right[d * m + b];
    return T;
}

static inline hp_status wells_solve(double energy, hp_tmatrix *T, void *context, hp_error *err) {
    closed_form *form = context;
    (void)err;
    form->solutions++;
    *T = well_t(form, energy, NULL);
    return HP_OK;
}

/* <f|S_l> and the real part of <f|G^+|f>, kappa = -i k open, positive closed. */
static inline void separable_form(int l, double b, double k2, double *s, double *g) {
    static const double factor[] = {1.0, 2.0, 8.0}; /* 2^l l! */
    double complex K = k2 >= 0.0 ? hp_complex(0.0, -sqrt(k2)) : sqrt(-k2), z = 0.0;
    *s = factor[l] / pow(k2 + b * b, l + 1);
    if (l == 0) z = -1.0 / (2.0 * b * cpow(b + K, 2));
    if (l == 1) z = -(b * b + 4.0 * b * K + K * K) / (4.0 * b * b * b * cpow(b + K, 4));
    if (l == 2)
        z = -(0.75 * pow(b, 4) + 4.5 * pow(b, 3) * K + 9.5 * b * b * K * K + 4.5 * b * K * K * K +
              0.75 * K * K * K * K) /
            (pow(b, 5) * cpow(b + K, 6));
    *g = creal(z);
}

/* T = s lambda (1 - g lambda)^-1 s. */
static inline hp_status separable_solve(double energy, hp_tmatrix *T, void *context,
                                        hp_error *err) {
    closed_form *form = context;
    int n = form->channels.ncomponent;
    double s[FORM_N], matrix[FORM_N * FORM_N], copy[FORM_N * FORM_N], X[FORM_N * FORM_N];
    lapack_int pivot[FORM_N];
    (void)err;
    form->solutions++;
    *T = open_at(&form->channels, energy);
    for (int c = 0; c < n; c++) {
        double g;
        separable_form(form->channels.component[c].l, form->beta[c], T->k2[c], &s[c], &g);
        for (int d = 0; d < n; d++) {
            matrix[c * n + d] = copy[c * n + d] = (c == d) - g * form->lambda[c][d];
            X[c * n + d] = c == d;
        }
    }
    T->sign = form->without_sign ? 0.0 : determinant_sign(n, copy);
    assert_int_equal(LAPACKE_dgesv(LAPACK_ROW_MAJOR, n, n, matrix, n, pivot, X, n), 0);
    for (int a = 0; a < T->nopen; a++)
        for (int b = 0; b < T->nopen; b++) {
            int c = T->open[a], d = T->open[b];
            double sum = 0.0;
            for (int e = 0; e < n; e++) sum += form->lambda[c][e] * X[e * n + d];
            T->T[a * T->nopen + b] = s[c] * sum * s[d];
        }
    return HP_OK;
}

/* The Lambda(1405)-like interaction of pi Sigma and Kbar N, in fm. */
static inline closed_form yamaguchi_two(void) {
    static const double mass[2][2] = {{138.04, 1193.15}, {495.65, 938.92}};
    const double hbarc = 197.3269804;
    hp_error err = HP_ERROR_INIT;
    closed_form form = {.lambda = {{-60.0, -30.0}, {-30.0, -108.0}}, .beta = {3.5, 3.5}};
    form.channels = (hp_channels){.kinematics = HP_RELATIVISTIC, .npair = 2, .ncomponent = 2};
    for (int a = 0; a < 2; a++) {
        form.channels.pair[a] = hp_pair_of_masses(mass[a][0] / hbarc, mass[a][1] / hbarc);
        form.channels.component[a] = (hp_component){a, 0};
    }
    assert_ok(hp_channels_set_thresholds(&form.channels, &err), &err);
    return form;
}

/* Components l_1, l_2 of one pair with E = k^2. */
static inline hp_channels one_pair(int n, const int *l) {
    hp_channels channels = {.npair = 1, .ncomponent = n};
    channels.pair[0] = hp_pair_of_reduced_mass(0.5);
    for (int c = 0; c < n; c++) channels.component[c] = (hp_component){0, l[c]};
    return channels;
}

/* A deuteron of rank one, F = (exp(-1.4 r), 0.9 r^2 exp(-2 r)). */
static inline closed_form separable_deuteron(void) {
    static const double amplitude[2] = {1.0, 0.9};
    closed_form form = {.channels = one_pair(2, (int[]){0, 2}), .beta = {1.4, 2.0}};
    for (int c = 0; c < 2; c++)
        for (int d = 0; d < 2; d++) form.lambda[c][d] = -7.206 * amplitude[c] * amplitude[d];
    return form;
}

#endif
