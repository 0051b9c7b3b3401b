// SPDX-License-Identifier: GPL-3.0-or-later
#include "coupled_closure.h"
#include <math.h>
#include <string.h>
#include <lapacke.h>
#include "support.h"

enum { N = CLOSURE_POINTS, NN = 2 * CLOSURE_POINTS };
static const double H = 0.5;

double coupled_closure_V(const coupled_closure *closure, int a, int d, double r) {
    if (a != d) return 0.06 * exp(-r * r / (3.5 * 3.5));
    if (a == 0) return -0.10 * exp(-r * r / 9.0);
    return closure->v22 * exp(-r * r / 9.0) + 0.5 * exp(-r * r);
}

double coupled_closure_U(const coupled_closure *closure, int a, int d, double r, double rp) {
    static const double C[2][2] = {{-0.004, 0.0015}, {0.0015, -0.003}}, range[2] = {2.2, 1.8};
    double x = r / range[a], y = rp / range[d];
    return closure->non_local ? C[a][d] * exp(-x * x - y * y) : 0.0;
}

double coupled_closure_energy(const coupled_closure *closure, int a, double W) {
    double sum = closure->mass[a][0] + closure->mass[a][1];
    double difference = closure->mass[a][0] - closure->mass[a][1];
    double k2 = (W - sum) * (W + sum) * (W * W - difference * difference) / (4.0 * W * W);
    return k2 / (2.0 * closure->mu[a]);
}

/* d E_a/dW */
static double energy_slope(const coupled_closure *closure, int a, double W) {
    double m = closure->mass[a][0], M = closure->mass[a][1], gap = m * m - M * M;
    return (W / 2.0 - gap * gap / (2.0 * W * W * W)) / (2.0 * closure->mu[a]);
}

/* H (2 N, 2 N), symmetric, channel 2 shifted by E_1 - E_2. */
static void fill_hamiltonian(const coupled_closure *closure, double W, double *matrix) {
    double shift = coupled_closure_energy(closure, 0, W) - coupled_closure_energy(closure, 1, W);
    for (int a = 0; a < 2; a++)
        for (int i = 0; i < N; i++)
            for (int d = 0; d < 2; d++)
                for (int j = 0; j < N; j++) {
                    double r = closure->r[i], rp = closure->r[j], value;
                    value = 4.0 * M_PI * r * rp * H * coupled_closure_U(closure, a, d, r, rp);
                    if (i == j) value += coupled_closure_V(closure, a, d, r);
                    if (a == d && i == j) value += 1.0 / (closure->mu[a] * H * H);
                    if (a == d && (i - j == 1 || j - i == 1))
                        value -= 0.5 / (closure->mu[a] * H * H);
                    if (a == 1 && d == 1 && i == j) value += shift;
                    matrix[(a * N + i) * NN + d * N + j] = value;
                }
}

/* Newton in W for eigenvalue n(W) = E_1(W); its slope is the weight of channel 2. */
static void find_level(coupled_closure *closure, int n, double *W, double *matrix, double *value) {
    for (int step = 0; step < 30; step++) {
        double weight = 0.0;
        fill_hamiltonian(closure, *W, matrix);
        lapack_int info = LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'V', 'L', NN, matrix, NN, value);
        assert_int_equal(info, 0);
        for (int i = N; i < NN; i++) weight += matrix[i * NN + n] * matrix[i * NN + n];
        double slope = energy_slope(closure, 0, *W);
        double miss = value[n] - coupled_closure_energy(closure, 0, *W);
        double change = miss / (slope - weight * (slope - energy_slope(closure, 1, *W)));
        *W += change;
        if (fabs(change) < 4e-16 * *W) return;
    }
}

/* With the energy of the eigenvector itself, so that the equation holds to rounding. */
static void take_state(coupled_closure *closure, int n, const double *matrix) {
    double largest = 0.0;
    for (int i = 0; i < N; i++)
        if (fabs(matrix[i * NN + n]) > fabs(largest)) largest = matrix[i * NN + n];
    for (int a = 0; a < 2; a++)
        for (int i = 0; i < N; i++)
            closure->u[n][a][i] = copysign(1.0, largest) * matrix[(a * N + i) * NN + n];
}

void coupled_closure_create(coupled_closure *closure, double v22, bool non_local, int nstate) {
    static const double mass[2][2] = {{0.50, 0.55}, {0.52, 0.60}};
    static double matrix[NN * NN], value[NN];
    *closure =
        (coupled_closure){.non_local = non_local, .v22 = v22, .nstate = nstate, .Z = {0.8, 1.3}};
    assert_true(nstate <= CLOSURE_MOST_STATES);
    memcpy(closure->mass, mass, sizeof mass);
    for (int a = 0; a < 2; a++) {
        closure->threshold[a] = mass[a][0] + mass[a][1];
        closure->mu[a] = mass[a][0] * mass[a][1] / closure->threshold[a];
    }
    for (int i = 0; i < N; i++) closure->r[i] = H * (i + 1);
    for (int n = 0; n < nstate; n++) {
        double W = n > 0 ? closure->W[n - 1] : closure->threshold[0];
        find_level(closure, n, &W, matrix, value);
        closure->W[n] = W;
        take_state(closure, n, matrix);
    }
}

double coupled_closure_amplitude(int b, int n) {
    static const double A[CLOSURE_SOURCES][CLOSURE_MOST_STATES] = {
        {1.0, 0.6, 0.4, 0.25, 0.15, 0.1, 0.07}, {-0.5, 0.9, 0.5, 0.7, -0.3, 0.2, 0.1}};
    return A[b][n];
}

/* A_bn exp(-(W_n - th_a) t)/sqrt(Z_a) */
static double factor_of(const coupled_closure *closure, int a, int b, double t, int n) {
    double e = closure->W[n] - closure->threshold[a];
    return coupled_closure_amplitude(b, n) * exp(-e * t) / sqrt(closure->Z[a]);
}

double coupled_closure_wave(const coupled_closure *closure, int a, int b, double t, int i,
                            int power) {
    double sum = 0.0;
    for (int n = 0; n < closure->nstate; n++)
        sum += factor_of(closure, a, b, t, n) * closure->u[n][a][i] / closure->r[i] *
               pow(closure->W[n] - closure->threshold[a], power);
    return sum;
}

static double curve(const coupled_closure *closure, int a, int n, int i) {
    const double *u = closure->u[n][a];
    double before = i > 0 ? u[i - 1] : 0.0, after = i < N - 1 ? u[i + 1] : 0.0;
    return (before - 2.0 * u[i] + after) / (H * H * closure->r[i]);
}

double coupled_closure_source(const coupled_closure *closure, int a, int b, double t, int i) {
    double sum = 0.0;
    for (int n = 0; n < closure->nstate; n++)
        sum += factor_of(closure, a, b, t, n) * (curve(closure, a, n, i) / (2.0 * closure->mu[a]) +
                                                 coupled_closure_energy(closure, a, closure->W[n]) *
                                                     closure->u[n][a][i] / closure->r[i]);
    return sum;
}

double coupled_closure_laplacian(const coupled_closure *closure, int a, int b, double t, int i) {
    double sum = 0.0;
    for (int n = 0; n < closure->nstate; n++)
        sum += factor_of(closure, a, b, t, n) * curve(closure, a, n, i);
    return sum;
}
