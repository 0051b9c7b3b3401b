// SPDX-License-Identifier: GPL-3.0-or-later
/* S, eigenphases and the parametrisations of one energy. */
#include "smatrix_private.h"
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <stddef.h>
#include <string.h>
#include <gsl/gsl_math.h>

enum { MOST = HP_MOST_COMPONENTS, SWEEPS = 40 }; /* quadratic convergence ends after about 6 */

/* Below this |S_aa| its argument is rounding of what was measured, not a phase shift. */
static const double UNDEFINED = 1e-3;

double hp_phases_branch(double phase, double reference, double period) {
    return phase + period * nearbyint((reference - phase) / period);
}

/* K, which may be infinite with one uncharged component. */
static hp_status k_of_t(const hp_channels *channels, const hp_tmatrix *T, double K[MOST][MOST],
                        hp_error *err) {
    double packed[MOST * MOST];
    int n = T->nopen;
    hp_component of = channels->component[T->open[0]];
    K[0][0] = -T->T[0] * pow(T->k2[T->open[0]], of.l + 0.5);
    if (n == 1 && isinf(K[0][0]) && channels->coulomb[of.pair].strength == 0.0) return HP_OK;
    HP_CALL(hp_coupled_kmatrix(channels, T, packed, err));
    for (int a = 0; a < n; a++)
        for (int b = 0; b < n; b++) K[a][b] = packed[a * n + b];
    return HP_OK;
}

double hp_phases_sign(const hp_channels *channels, const hp_tmatrix *T) {
    double one[MOST * MOST], sign = T->sign;
    lapack_int pivot[MOST];
    int n = T->nopen;
    for (int a = 0; a < n; a++) {
        hp_component of = channels->component[T->open[a]];
        double penetration, shift;
        hp_coulomb_barrier(of.l, channels->coulomb[of.pair].strength, T->k2[T->open[a]],
                           &penetration, &shift);
        for (int b = 0; b < n; b++) one[a * n + b] = (a == b) + shift * T->T[a * n + b];
    }
    if (LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, n, n, one, n, pivot) < 0) return 0.0;
    const double *diagonal = one;
    for (int a = 0; a < n; a++, diagonal += n + 1)
        if ((*diagonal < 0.0) != (pivot[a] != a + 1)) sign = -sign;
    return sign;
}

/* One rotation in the plane of p and q, by at most 45 degrees, that makes A_pq zero. */
static void rotate(int n, double A[MOST][MOST], double V[MOST][MOST], int p, int q) {
    double theta = 0.5 * (A[q][q] - A[p][p]) / A[p][q];
    double t = (theta < 0.0 ? -1.0 : 1.0) / (fabs(theta) + hypot(theta, 1.0));
    double c = 1.0 / hypot(t, 1.0), s = t * c, shift = t * A[p][q];
    for (int r = 0; r < n; r++) {
        double x = A[r][p], y = A[r][q], v = V[p][r], w = V[q][r];
        A[r][p] = A[p][r] = c * x - s * y;
        A[r][q] = A[q][r] = s * x + c * y;
        V[p][r] = c * v - s * w;
        V[q][r] = s * v + c * w;
        if (r == p) A[p][p] = x - shift;
        if (r == q) A[q][q] = y + shift;
    }
    A[p][q] = A[q][p] = 0.0;
}

/* A = V K V^T with rows of V, and its rounding error. */
static void transform(int n, double K[MOST][MOST], double V[MOST][MOST], double A[MOST][MOST],
                      double noise[MOST][MOST]) {
    for (int e = 0; e < n; e++)
        for (int f = 0; f < n; f++) {
            A[e][f] = noise[e][f] = 0.0;
            for (int a = 0; a < n; a++)
                for (int b = 0; b < n; b++) {
                    double term = V[e][a] * K[a][b] * V[f][b];
                    A[e][f] += term;
                    noise[e][f] += DBL_EPSILON * fabs(term);
                }
        }
}

/* Jacobi's method in the basis of the rows of V, and not LAPACK's, whose errors are relative to the
 * largest entry: with l = 0 and 2 at k -> 0 they are k, k^3, k^5, and all keep their digits here.
 * What is left alone where eigenvalues are equal is the basis that was there before. */
static void jacobi(int n, double K[MOST][MOST], double V[MOST][MOST], double *tangent) {
    double A[MOST][MOST], noise[MOST][MOST];
    bool rotated = true;
    transform(n, K, V, A, noise);
    for (int sweep = 0; sweep < SWEEPS && rotated; sweep++) {
        rotated = false;
        for (int p = 0; p < n; p++)
            for (int q = p + 1; q < n; q++) {
                double least = DBL_EPSILON * sqrt(fabs(A[p][p])) * sqrt(fabs(A[q][q]));
                if (fabs(A[p][q]) <= fmax(least, noise[p][q])) continue;
                rotate(n, A, V, p, q);
                rotated = true;
            }
    }
    for (int e = 0; e < n; e++) tangent[e] = A[e][e];
}

static double product(int n, const double *v, const double *w) {
    double sum = 0.0;
    for (int a = 0; a < n; a++) sum += v[a] * w[a];
    return sum;
}

/* Rows of V orthonormal to rounding, however many rotations they went through. */
static void orthonormalise(int n, double V[MOST][MOST]) {
    for (int e = 0; e < n; e++) {
        for (int f = 0; f < e; f++) {
            double x = product(n, V[e], V[f]);
            for (int a = 0; a < n; a++) V[e][a] -= x * V[f][a];
        }
        double length = sqrt(product(n, V[e], V[e]));
        for (int a = 0; a < n; a++) V[e][a] /= length;
    }
}

/* The largest scalar product of an old and a new vector first, then the largest of the others. */
static void match(int n, double old[MOST][MOST], double new[MOST][MOST], int number[MOST]) {
    bool old_done[MOST] = {false}, new_done[MOST] = {false};
    for (int done = 0; done < n; done++) {
        int best_e = 0, best_f = 0;
        double best = -1.0;
        for (int e = 0; e < n; e++)
            for (int f = 0; f < n; f++) {
                double x = fabs(product(n, old[e], new[f]));
                if (old_done[e] || new_done[f] || x <= best) continue;
                best = x;
                best_e = e;
                best_f = f;
            }
        number[best_e] = best_f;
        old_done[best_e] = new_done[best_f] = true;
    }
}

/* S = 1 + sum_e v_e 2i sin(d_e) exp(i d_e) v_e^T, the first term added last. */
static void s_matrix(hp_phases *phases, double complex less_one[MOST]) {
    int n = phases->nopen;
    for (int a = 0; a < n; a++)
        for (int b = a; b < n; b++) {
            double complex sum = 0.0;
            for (int e = 0; e < n; e++) {
                double d = phases->eigenphase[e], s = 2.0 * sin(d);
                double v = phases->vector[e * n + a] * phases->vector[e * n + b];
                sum += v * hp_complex(-s * sin(d), s * cos(d));
            }
            if (a == b) less_one[a] = sum;
            phases->S[a * n + b] = phases->S[b * n + a] = sum + (a == b ? 1.0 : 0.0);
        }
}

hp_status hp_phases_diagonalise(const hp_channels *channels, const hp_tmatrix *T, hp_phases *phases,
                                hp_error *err) {
    double K[MOST][MOST], old[MOST][MOST] = {{0.0}}, new[MOST][MOST], tangent[MOST];
    double complex less_one[MOST];
    int n = T->nopen, number[MOST] = {0};
    phases->energy = T->energy;
    phases->nopen = n;
    memcpy(phases->open, T->open, sizeof phases->open);
    memcpy(phases->k2, T->k2, sizeof phases->k2);
    HP_CALL(k_of_t(channels, T, K, err));
    for (int e = 0; e < n; e++)
        memcpy(old[e], &phases->vector[(ptrdiff_t)e * n], (size_t)n * sizeof(double));
    orthonormalise(n, old);
    memcpy(new, old, sizeof new);
    if (n == 1) tangent[0] = K[0][0]; /* it may be infinite */
    if (n > 1) jacobi(n, K, new, tangent);
    match(n, old, new, number);
    for (int e = 0; e < n; e++) {
        const double *v = new[number[e]];
        double sign = product(n, old[e], v) < 0.0 ? -1.0 : 1.0;
        for (int a = 0; a < n; a++) phases->vector[e * n + a] = sign * v[a];
        phases->eigenphase[e] = atan(tangent[number[e]]);
    }
    s_matrix(phases, less_one);
    for (int a = 0; a < n; a++) {
        double complex S = phases->S[a * n + a];
        double delta = 0.5 * atan2(cimag(S), 1.0 + creal(less_one[a]));
        phases->delta[a] = hp_phases_branch(delta, phases->delta[a], M_PI);
        phases->eta[a] = cabs(S);
        phases->undefined[a] = phases->eta[a] < UNDEFINED;
    }
    return HP_OK;
}

/* Which of two open components comes first, whatever their order in the job. */
static int first_of_two(const hp_channels *channels, const hp_phases *phases) {
    hp_component c = channels->component[phases->open[0]];
    hp_component d = channels->component[phases->open[1]];
    double above = channels->threshold[d.pair] - channels->threshold[c.pair];
    if (above != 0.0) return above > 0.0 ? 0 : 1;
    return c.l <= d.l ? 0 : 1;
}

/* S_12 = i sin(2 epsilon) exp(i (delta_1 + delta_2)), cos(2 epsilon) >= 0. */
static double stapp_epsilon(const hp_phases *phases) {
    double sum = phases->delta[0] + phases->delta[1];
    double sine = cimag(phases->S[1] * hp_complex(cos(sum), -sin(sum)));
    return 0.5 * atan2(sine, sqrt(phases->eta[0] * phases->eta[1]));
}

void hp_phases_parametrise(const hp_channels *channels, hp_phases *phases) {
    phases->mixes = false;
    if (phases->nopen == 1) phases->delta[0] = phases->eigenphase[0];
    if (phases->nopen != 2) return;
    const hp_component *of = channels->component;
    int f = first_of_two(channels, phases), g = 1 - f;
    phases->delta[g] = hp_phases_branch(phases->delta[g], phases->sum - phases->delta[f], M_PI);
    phases->mixes = of[phases->open[0]].pair == of[phases->open[1]].pair;
    if (!phases->mixes) return;
    for (int i = 0; i < 2; i++) {
        phases->stapp[i] = phases->delta[i];
        phases->blatt[i] = phases->eigenphase[i];
    }
    phases->stapp_epsilon = stapp_epsilon(phases);
    double angle = atan2(phases->vector[2 * f + g], phases->vector[2 * f + f]);
    phases->blatt_epsilon = hp_phases_branch(angle, phases->blatt_epsilon, M_PI);
}

/* (-pi/2, pi/2] */
static double principal(double phase) {
    double x = remainder(phase, M_PI);
    return x <= -M_PI_2 ? x + M_PI : x;
}

hp_status hp_phases_of_t(const hp_channels *channels, const hp_tmatrix *T, hp_phases *phases,
                         hp_error *err) {
    int n = T->nopen;
    *phases = (hp_phases){0};
    HP_REQUIRE(n > 0, HP_ERR_NUMERIC, "no component is open at E = %g", T->energy);
    for (int e = 0; e < n; e++) phases->vector[e * n + e] = 1.0;
    HP_CALL(hp_phases_diagonalise(channels, T, phases, err));
    for (int e = 0; e < n; e++) phases->sum += phases->eigenphase[e];
    phases->sum = principal(phases->sum);
    hp_phases_parametrise(channels, phases);
    for (int a = 0; a < n; a++) phases->delta[a] = principal(phases->delta[a]);
    for (int i = 0; i < 2 && phases->mixes; i++) phases->stapp[i] = phases->delta[i];
    if (phases->mixes) phases->stapp_epsilon = stapp_epsilon(phases);
    return HP_OK;
}
