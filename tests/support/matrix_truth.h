// SPDX-License-Identifier: GPL-3.0-or-later
/* Truths of two components, their waves on a radial grid, and data with noise that is known: what a
 * total band of a matrix of potentials starts from. Unit of length L = 0.2 fm. */
#ifndef HADPOT_TEST_MATRIX_TRUTH_H
#define HADPOT_TEST_MATRIX_TRUTH_H

#include <gsl/gsl_randist.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "hadpot/channels.h"
#include "hadpot/features.h"
#include "hadpot/memory.h"
#include "hadpot/quadrature.h"
#include "hadpot/random.h"

enum {
    TRUTH_GRID = 80,  /* radii of the waves, h = 0.5 */
    TRUTH_RADII = 40, /* of the data */
    TRUTH_POINTS = 2 * TRUTH_RADII,
    TRUTH_SOURCES = 2,
    TRUTH_TIMES = 2,
    TRUTH_COLUMNS = TRUTH_SOURCES * TRUTH_TIMES,
    TRUTH_VALUES = TRUTH_COLUMNS * TRUTH_POINTS,
    TRUTH_STATES = 6,
    TRUTH_SAMPLES = 20
};
#define TRUTH_FM 0.2
#define TRUTH_STEP 0.5

typedef enum truth_kind {
    TRUTH_LOCAL,     /* V of the closure of coupled channels */
    TRUTH_GAUSSIAN,  /* and its U: products of Gaussians */
    TRUTH_SEPARABLE, /* U of Yamaguchi's form, attractive in both */
    TRUTH_TENSOR,    /* 3S1-3D1, V_C and V_T */
    TRUTH_RESONANCE, /* as TRUTH_GAUSSIAN with a V_22 that has a state below its threshold */
    TRUTH_KINDS
} truth_kind;

static const char *const truth_name[] = {"local", "gaussian_nonlocal", "separable", "tensor",
                                         "resonance"};

/* 1/L */
static inline double truth_local(truth_kind kind, int c, int d, double r) {
    if (kind == TRUTH_SEPARABLE) return 0.0;
    if (kind == TRUTH_TENSOR) {
        double central = -0.06 * exp(-r * r / 9.0) + 0.3 * exp(-r * r);
        double tensor = -0.03 * r * r / (r * r + 1.0) * exp(-r * r / 12.25);
        if (c != d) return sqrt(8.0) * tensor;
        return c == 0 ? central : central - 2.0 * tensor;
    }
    if (c != d) return 0.06 * exp(-r * r / 12.25);
    double depth = kind == TRUTH_RESONANCE ? -0.7 : -0.2;
    return c == 0 ? -0.1 * exp(-r * r / 9.0) : depth * exp(-r * r / 9.0) + 0.5 * exp(-r * r);
}

/* U of Yamaguchi's form: 4 pi r r' U = lambda exp(-beta r - beta' r'). 1/L^4 */
static inline double truth_nonlocal(truth_kind kind, int c, int d, double r, double rp) {
    static const double range[] = {2.2, 1.8}, beta[] = {0.5, 0.6};
    static const double C[2][2] = {{-0.004, 0.0015}, {0.0015, -0.003}};
    static const double lambda[2][2] = {{-0.20, -0.10}, {-0.10, -0.30}};
    if (kind == TRUTH_GAUSSIAN || kind == TRUTH_RESONANCE)
        return C[c][d] * exp(-pow(r / range[c], 2)) * exp(-pow(rp / range[d], 2));
    if (kind == TRUTH_SEPARABLE)
        return lambda[c][d] * exp(-beta[c] * r) * exp(-beta[d] * rp) / (4.0 * M_PI * r * rp);
    return 0.0;
}

/* Masses of the closure, thresholds 1.05 and 1.12; of nucleons. */
static inline hp_channels truth_channels(truth_kind kind) {
    hp_error err = HP_ERROR_INIT;
    bool tensor = kind == TRUTH_TENSOR;
    hp_channels channels = {.npair = tensor ? 1 : 2, .ncomponent = 2};
    channels.pair[0] = tensor ? hp_pair_of_masses(0.95, 0.95) : hp_pair_of_masses(0.50, 0.55);
    if (!tensor) channels.pair[1] = hp_pair_of_masses(0.52, 0.60);
    channels.component[1] = (hp_component){tensor ? 0 : 1, tensor ? 2 : 0};
    (void)hp_channels_set_thresholds(&channels, &err);
    return channels;
}

static inline void truth_spin(hp_spin_state spin[2]) {
    spin[0] = spin[1] = (hp_spin_state){3, 2};
}

/* V + U between radii, without and with the kinetic energy, on u: (2 grid, 2 grid). */
static inline void truth_hamiltonian(truth_kind kind, const hp_channels *channels, double *H) {
    enum { N = 2 * TRUTH_GRID };
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            int c = i / TRUTH_GRID, d = j / TRUTH_GRID, a = i % TRUTH_GRID, b = j % TRUTH_GRID;
            double r = TRUTH_STEP * (a + 1), rp = TRUTH_STEP * (b + 1);
            double value = 4.0 * M_PI * r * rp * TRUTH_STEP * truth_nonlocal(kind, c, d, r, rp);
            if (a == b) value += truth_local(kind, c, d, r);
            if (c == d) {
                int pair = channels->component[c].pair, l = channels->component[c].l;
                double part = 1.0 / (2.0 * channels->pair[pair].mu), h2 = TRUTH_STEP * TRUTH_STEP;
                if (a == b)
                    value += part * (2.0 / h2 + l * (l + 1) / (r * r)) + channels->threshold[pair];
                if (abs(a - b) == 1) value -= part / h2;
            }
            H[i * N + j] = value;
        }
}

/* Everything about one ensemble, and work space. */
typedef struct truth_data {
    truth_kind kind;
    hp_channels channels;
    double r[TRUTH_POINTS], quadrature[TRUTH_POINTS], fitted[TRUTH_POINTS];
    double R0[TRUTH_VALUES];                      /* without noise */
    double R[(1 + TRUTH_SAMPLES) * TRUTH_VALUES]; /* of the average, then of samples */
    double S[(1 + TRUTH_SAMPLES) * TRUTH_VALUES];
} truth_data;

/* R of both sources at both times from the lowest states; r is that of the data. */
static inline void truth_waves(truth_data *of) {
    enum { N = 2 * TRUTH_GRID };
    static const double A[TRUTH_SOURCES][TRUTH_STATES] = {{1.0, 0.6, 0.4, 0.25, 0.15, 0.1},
                                                          {-0.5, 0.9, 0.5, 0.7, -0.3, 0.2}};
    static double H[N * N], E[N];
    truth_hamiltonian(of->kind, &of->channels, H);
    (void)LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'V', 'U', N, H, N, E);
    for (int n = 0; n < TRUTH_STATES; n++) { /* signs that do not depend on the library */
        int largest = 0;
        for (int i = 0; i < N; i++)
            if (fabs(H[i * N + n]) > fabs(H[largest * N + n])) largest = i;
        if (H[largest * N + n] > 0.0) continue;
        for (int i = 0; i < N; i++) H[i * N + n] = -H[i * N + n];
    }
    memset(of->R0, 0, sizeof of->R0);
    for (int i = 0; i < TRUTH_VALUES; i++) {
        int column = i / TRUTH_POINTS, c = i % TRUTH_POINTS / TRUTH_RADII, k = i % TRUTH_RADII;
        double t = 8.0 + 2.0 * (column % TRUTH_TIMES);
        for (int n = 0; n < TRUTH_STATES; n++)
            of->R0[i] += A[column / TRUTH_TIMES][n] * H[(c * TRUTH_GRID + k) * N + n] / of->r[k] *
                         exp(-(E[n] - E[0]) * t);
    }
}

/* (V + U) R of a column. */
static inline void truth_act(const truth_data *of, const double *R, double *S) {
    for (int i = 0; i < TRUTH_POINTS; i++) {
        int c = i / TRUTH_RADII, k = i % TRUTH_RADII;
        S[i] = 0.0;
        for (int j = 0; j < TRUTH_POINTS; j++) {
            int d = j / TRUTH_RADII, m = j % TRUTH_RADII;
            double U = truth_nonlocal(of->kind, c, d, of->r[k], of->r[m]);
            if (k == m) S[i] += truth_local(of->kind, c, d, of->r[k]) * R[j];
            S[i] += of->quadrature[j] * U * R[j];
        }
    }
}

/* Of variance 1, correlated over 1 L: white noise under a Gaussian. */
static inline void truth_noise(gsl_rng *rng, double *noise) {
    enum { WHITE = 120 };
    const double step = 0.25, length = 1.0;
    double norm = sqrt(step / (length * sqrt(M_PI / 2.0)));
    memset(noise, 0, TRUTH_RADII * sizeof *noise);
    for (int j = 0; j < WHITE; j++) {
        double white = gsl_ran_gaussian(rng, norm), at = step * (j - 20);
        for (int i = 0; i < TRUTH_RADII; i++) {
            double y = (TRUTH_STEP * (i + 1) - at) / length;
            if (fabs(y) < 5.0) noise[i] += white * exp(-y * y);
        }
    }
}

static inline double truth_largest(const double *x) {
    double largest = 0.0;
    for (int i = 0; i < TRUTH_RADII; i++) largest = fmax(largest, fabs(x[i]));
    return largest;
}

/* Noise of R, a tenth of `part`, and of S beyond that of R, `part` of the largest of their
 * component; both times of a source share four fifths of the variance. Jackknife samples. */
static inline void truth_make(truth_kind kind, double part, uint64_t seed, truth_data *of) {
    enum { ALL = 1 + TRUTH_SAMPLES, BLOCKS = TRUTH_COLUMNS * 2 };
    static double noise[2][TRUTH_SAMPLES][TRUTH_VALUES];
    static double S0[TRUTH_VALUES];
    gsl_rng *rng = NULL;
    hp_error err = HP_ERROR_INIT;
    of->kind = kind;
    of->channels = truth_channels(kind);
    for (int i = 0; i < TRUTH_POINTS; i++) {
        of->r[i] = TRUTH_STEP * (i % TRUTH_RADII + 1);
        of->quadrature[i] = 4.0 * M_PI * of->r[i] * of->r[i] * TRUTH_STEP;
        of->fitted[i] = 1.0;
    }
    truth_waves(of);
    for (int c = 0; c < TRUTH_COLUMNS; c++)
        truth_act(of, of->R0 + c * TRUTH_POINTS, S0 + c * TRUTH_POINTS);
    (void)hp_random_create(&rng, seed, 0, HP_PURPOSE_TEST, &err);
    for (int b = 0; b < TRUTH_SAMPLES; b++)
        for (int what = 0; what < 2; what++)
            for (int s = 0; s < TRUTH_SOURCES; s++)
                for (int c = 0; c < 2; c++) {
                    double common[TRUTH_RADII], own[TRUTH_RADII];
                    truth_noise(rng, common);
                    for (int t = 0; t < TRUTH_TIMES; t++) {
                        int first = (s * TRUTH_TIMES + t) * TRUTH_POINTS + c * TRUTH_RADII;
                        double size = what == 0 ? 0.1 * part * truth_largest(of->R0 + first)
                                                : part * truth_largest(S0 + first);
                        truth_noise(rng, own);
                        for (int i = 0; i < TRUTH_RADII; i++)
                            noise[what][b][first + i] =
                                size * sqrt(TRUTH_SAMPLES) *
                                (sqrt(0.8) * common[i] + sqrt(0.2) * own[i]);
                    }
                }
    gsl_rng_free(rng);
    for (int row = 0; row < ALL; row++) {
        double *R = of->R + (size_t)row * TRUTH_VALUES, *S = of->S + (size_t)row * TRUTH_VALUES;
        double added[TRUTH_VALUES] = {0.0};
        memcpy(R, of->R0, sizeof of->R0);
        for (int b = 0; b < TRUTH_SAMPLES; b++)
            for (int i = 0; i < TRUTH_VALUES && b != row - 1; i++) {
                double share = 1.0 / (row == 0 ? TRUTH_SAMPLES : TRUTH_SAMPLES - 1);
                R[i] += share * noise[0][b][i];
                added[i] += share * noise[1][b][i];
            }
        for (int c = 0; c < TRUTH_COLUMNS; c++)
            truth_act(of, R + c * TRUTH_POINTS, S + c * TRUTH_POINTS);
        for (int i = 0; i < TRUTH_VALUES; i++) S[i] += added[i];
    }
}

/* local (N, N, n) and kernel (N n, N n) of coupled.h on a grid. */
static inline void truth_fill(truth_kind kind, const hp_channels *channels,
                              const hp_quadrature *grid, double *local, double *kernel) {
    int n = grid->n;
    for (int c = 0; c < 2; c++)
        for (int d = 0; d < 2; d++) {
            double mu = sqrt(channels->pair[channels->component[c].pair].mu *
                             channels->pair[channels->component[d].pair].mu);
            for (int i = 0; i < n; i++) {
                double r = grid->r[i];
                local[(c * 2 + d) * n + i] = 2.0 * mu * truth_local(kind, c, d, r);
                for (int j = 0; j < n; j++)
                    kernel[(size_t)(c * n + i) * (size_t)(2 * n) + (size_t)(d * n + j)] =
                        c <= d
                            ? 2.0 * mu * 4.0 * M_PI * r * grid->r[j] *
                                  truth_nonlocal(kind, c, d, r, grid->r[j])
                            : kernel[(size_t)(d * n + j) * (size_t)(2 * n) + (size_t)(c * n + i)];
            }
        }
    for (int c = 0; c < 2; c++) /* to the last bit */
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++)
                kernel[(size_t)(c * n + i) * (size_t)(2 * n) + (size_t)(c * n + j)] =
                    kernel[(size_t)(c * n + j) * (size_t)(2 * n) + (size_t)(c * n + i)];
}

/* Default ladders of a job. */
static const double TRUTH_WIDTHS[] = {0.06, 0.077, 0.1,  0.13, 0.16, 0.21, 0.27,
                                      0.35, 0.45,  0.58, 0.75, 0.97, 1.24, 1.6};
static const double TRUTH_SEPARABLES[] = {0.06, 0.092, 0.141, 0.217, 0.332, 0.51, 0.782, 1.2};
static const double TRUTH_BANDS[] = {0.15, 0.22, 0.3, 0.45, 0.6};
static const double TRUTH_ENVELOPES[] = {0.25, 0.353, 0.498, 0.703, 0.992, 1.4};
static const hp_features_options TRUTH_LADDERS = {.local = {14, TRUTH_WIDTHS},
                                                  .separable = {8, TRUTH_SEPARABLES},
                                                  .band = {5, TRUTH_BANDS},
                                                  .envelope = {6, TRUTH_ENVELOPES}};

#endif
