// SPDX-License-Identifier: GPL-3.0-or-later
/* The radial box in which closures of separable potentials live: 2 mu = 1, r_i = i h, h = 0.1, i =
 * 1 .. 200, u = 0 at both ends, central second differences, K(r,r') acting as a matrix times h:
 *
 *     -(u_(i+1) - 2 u_i + u_(i-1))/h^2 + h sum_j K_ij u_j = E u_i.
 *
 * Outside the wave is sin(q i h + delta) with cos(q h) = 1 - k^2 h^2/2 at E = k^2. */
#ifndef HADPOT_TEST_RADIAL_BOX_H
#define HADPOT_TEST_RADIAL_BOX_H

#include "support.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "hadpot/fit_data.h"
#include "hadpot/random.h"

enum { SITES = 200, MOMENTA = 6, MOST_COLUMNS = 4 };
static const double STEP = 0.1, MOMENTUM[MOMENTA] = {0.1, 0.3, 0.5, 0.8, 1.2, 1.8};

typedef struct radial_box {
    double K[SITES * SITES]; /* K(r,r') */
    double level[SITES];
    double state[SITES * SITES]; /* (level, site), positive at the third site */
    double delta[MOMENTA];       /* degrees */
} radial_box;

static inline double site(int i) {
    return STEP * (i + 1);
}

/* -d^2/dr^2 + K - k2 into H. */
static inline void box_hamiltonian(const double *K, double k2, double *H) {
    for (int i = 0; i < SITES * SITES; i++) H[i] = STEP * K[i];
    for (int i = 0; i < SITES; i++) {
        H[i * (SITES + 1)] += 2.0 / (STEP * STEP) - k2;
        if (i > 0) H[i * (SITES + 1) - 1] -= 1.0 / (STEP * STEP);
        if (i + 1 < SITES) H[i * (SITES + 1) + 1] -= 1.0 / (STEP * STEP);
    }
}

/* Phases at the six momenta, degrees from 0 to 180. */
static inline void box_phases(const double *K, double delta[MOMENTA]) {
    static double H[SITES * SITES], u[SITES];
    lapack_int pivot[SITES];
    for (int k = 0; k < MOMENTA; k++) {
        box_hamiltonian(K, MOMENTUM[k] * MOMENTUM[k], H);
        memset(u, 0, sizeof u);
        u[SITES - 1] = 1.0 / (STEP * STEP); /* u = 1 at the site after the last */
        assert_int_equal(LAPACKE_dgesv(LAPACK_ROW_MAJOR, SITES, 1, H, SITES, pivot, u, 1), 0);
        double qh = acos(1.0 - 0.5 * pow(MOMENTUM[k] * STEP, 2)), last = u[SITES - 1];
        double x = qh * SITES, y = qh * (SITES + 1);
        double angle = atan2(sin(x) - last * sin(y), last * cos(y) - cos(x)) * 180.0 / M_PI;
        delta[k] = angle - 180.0 * floor(angle / 180.0);
    }
}

/* One phase less another one, modulo 180, from -90 to 90. */
static inline double box_difference(double delta, double other) {
    return remainder(delta - other, 180.0);
}

/* The lowest level of K alone. */
static inline double box_lowest(const double *K) {
    static double H[SITES * SITES], level[SITES];
    box_hamiltonian(K, 0.0, H);
    assert_int_equal(LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'N', 'U', SITES, H, SITES, level), 0);
    return level[0];
}

/* Everything that box->K gives. */
static inline void box_solve(radial_box *box) {
    static double H[SITES * SITES];
    box_hamiltonian(box->K, 0.0, H);
    assert_int_equal(LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'V', 'U', SITES, H, SITES, box->level), 0);
    for (int level = 0; level < SITES; level++) {
        double sign = H[2 * SITES + level] > 0.0 ? 1.0 : -1.0;
        for (int i = 0; i < SITES; i++) box->state[level * SITES + i] = sign * H[i * SITES + level];
    }
    box_phases(box->K, box->delta);
}

/* K = strength f(r) f(r'). */
static inline void box_fill_product(radial_box *box, double strength, double (*f)(double)) {
    for (int i = 0; i < SITES; i++)
        for (int j = 0; j < SITES; j++) box->K[i * SITES + j] = strength * f(site(i)) * f(site(j));
}

/* c with which v0 - c v1 + rest is zero at r: rest is a multiple of v2. */
static inline double box_mixture(const radial_box *box, double r, double rest) {
    int i = (int)lround(r / STEP) - 1;
    return (box->state[i] + rest * box->state[2 * SITES + i]) / box->state[SITES + i];
}

/* u = sum of part[level] v_level over the four lowest levels. */
static inline void box_wave(const radial_box *box, const double part[4], double u[SITES]) {
    memset(u, 0, SITES * sizeof *u);
    for (int level = 0; level < 4; level++)
        cblas_daxpy(SITES, part[level], box->state + level * SITES, 1, u, 1);
}

/* Columns R = u/r and S = (K u)/r on the sites, q = 4 pi r^2 h, so that U = K/(4 pi r r'); radii
 * from 0 to r_end are fitted, with an error of `noise` max|S| of each column. */
static inline void box_columns(const radial_box *box, int ncolumn, const double (*part)[4],
                               double r_end, double noise, hp_fit_data *data) {
    hp_error err = HP_ERROR_INIT;
    double u[SITES];
    assert_ok(hp_fit_data_create(SITES, ncolumn, data, &err), &err);
    data->label = "radial box";
    data->pair[0] = hp_pair_of_reduced_mass(0.5);
    for (int i = 0; i < SITES; i++) {
        data->r[i] = site(i);
        data->quadrature[i] = 4.0 * M_PI * site(i) * site(i) * STEP;
    }
    for (int c = 0; c < ncolumn; c++) {
        double *R = data->R + c * SITES, *S = data->S + c * SITES, largest = 0.0;
        box_wave(box, part[c], u);
        cblas_dgemv(CblasRowMajor, CblasNoTrans, SITES, SITES, STEP, box->K, SITES, u, 1, 0.0, S,
                    1);
        data->normalisation[c] = 1.0;
        for (int i = 0; i < SITES; i++) {
            R[i] = u[i] / site(i);
            S[i] /= site(i);
            largest = fmax(largest, fabs(S[i]));
        }
        for (int i = 0; i < SITES; i++) data->S_error[c * SITES + i] = noise * largest;
    }
    hp_fit_data_choose(data, 0.0, r_end);
    if (noise > 0.0) assert_ok(hp_fit_data_weigh(data, NULL, &err), &err);
}

/* S (ncolumn, SITES) of the data with noise of its errors, replica by replica. */
static inline void box_add_noise(const hp_fit_data *data, uint64_t replica, double scale,
                                 double *S) {
    hp_error err = HP_ERROR_INIT;
    gsl_rng *rng = NULL;
    assert_ok(hp_random_create(&rng, 1, replica, HP_PURPOSE_TEST, &err), &err);
    for (int i = 0; i < data->ncolumn * SITES; i++)
        S[i] += scale * data->S_error[i] * sqrt(-2.0 * log(gsl_rng_uniform_pos(rng))) *
                cos(2.0 * M_PI * gsl_rng_uniform(rng));
    gsl_rng_free(rng);
}

#endif
