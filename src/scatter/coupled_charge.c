// SPDX-License-Identifier: GPL-3.0-or-later
/* Matching to Coulomb functions at the end of the range, and K from T; docs/method-channels.md,
 * "Charged pairs". */
#include <math.h>
#include <string.h>
#include "coupled_private.h"
#include "factors.h"
#include "hadpot/riccati.h"

enum { MOST = HP_MOST_COMPONENTS };

hp_status hp_coupled_invert_transposed(int size, double *m, double *inverse, double *sign,
                                       hp_error *err) {
    lapack_int pivot[MOST];
    memset(inverse, 0, (size_t)(size * size) * sizeof *inverse);
    for (int i = 0; i < size; i++) inverse[(ptrdiff_t)i * (size + 1)] = 1.0;
    /* a matrix by rows is its transpose by columns: m^T Y = 1 with Y by columns is Y^T by rows */
    int info = LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, size, size, m, size, pivot);
    HP_REQUIRE(info >= 0, HP_ERR_LIBRARY, "dgetrf: argument %d is wrong", -info);
    HP_REQUIRE(info == 0, HP_ERR_NUMERIC, "the matrix of the coupled components is singular");
    info = LAPACKE_dgetrs_work(LAPACK_COL_MAJOR, 'T', size, size, m, size, pivot, inverse, size);
    HP_REQUIRE(info == 0, HP_ERR_LIBRARY, "dgetrs: argument %d is wrong", -info);
    *sign = hp_factors_sign(size, m, pivot);
    return HP_OK;
}

void hp_coupled_match(const double f[4], const double g[4], double match[4]) {
    for (int i = 0; i < 4; i += 2) {
        match[i] = g[2] * f[i + 1] - g[3] * f[i];
        match[i + 1] = f[i] * g[1] - f[i + 1] * g[0];
    }
}

/* S and C in terms of phi and theta at the end of the range. */
static hp_status match_charge(const hp_coupled *solver, int c, double k2, double match[4],
                              hp_error *err) {
    hp_component of = solver->channels.component[c];
    double free[4], f[4], strength = solver->channels.coulomb[of.pair].strength;
    memcpy(match, (double[4]){1.0, 0.0, 0.0, 1.0}, 4 * sizeof *match);
    if (strength == 0.0) return HP_OK;
    hp_riccati(of.l, k2, solver->grid.range, free);
    HP_CALL(hp_coulomb_partial(of.l, strength, k2, solver->grid.range, f, err));
    hp_coupled_match(free, f, match);
    return HP_OK;
}

static void symmetrise(int m, double *T) {
    for (int a = 0; a < m; a++)
        for (int b = 0; b < a; b++)
            T[a * m + b] = T[b * m + a] = 0.5 * (T[a * m + b] + T[b * m + a]);
}

/* Columns u = S - C T become phi p + theta q, p = p_S - p_C T, q = q_S - q_C T: times p^-1 they are
 * phi - theta T', T' = -q p^-1. */
static void change_columns(const hp_coupled *solver, int m, const double *inverse, double *wave) {
    for (int i = 0; i < solver->size; i++) {
        double old[MOST];
        for (int b = 0; b < m; b++) {
            old[b] = wave[(ptrdiff_t)b * solver->size + i];
            wave[(ptrdiff_t)b * solver->size + i] = 0.0;
        }
        for (int a = 0; a < m; a++)
            for (int b = 0; b < m; b++)
                wave[(ptrdiff_t)b * solver->size + i] += inverse[a * m + b] * old[a];
    }
}

hp_status hp_coupled_charge(const hp_coupled *solver, hp_tmatrix *T, double *wave, hp_error *err) {
    int m = T->nopen;
    double p[MOST * MOST], q[MOST * MOST], transposed[MOST * MOST], inverse[MOST * MOST], sign;
    if (!solver->charged) return HP_OK;
    for (int a = 0; a < m; a++) {
        double at[4];
        HP_CALL(match_charge(solver, T->open[a], T->k2[T->open[a]], at, err));
        for (int b = 0; b < m; b++) {
            p[a * m + b] = (a == b ? at[0] : 0.0) - at[2] * T->T[a * m + b];
            q[a * m + b] = (a == b ? at[1] : 0.0) - at[3] * T->T[a * m + b];
        }
    }
    HP_CALL(hp_coupled_invert_transposed(m, p, transposed, &sign, err));
    for (int a = 0; a < m; a++)
        for (int b = 0; b < m; b++) inverse[a * m + b] = transposed[b * m + a];
    for (int a = 0; a < m; a++)
        for (int b = 0; b < m; b++) {
            double sum = 0.0;
            for (int d = 0; d < m; d++) sum -= q[a * m + d] * inverse[d * m + b];
            HP_REQUIRE(isfinite(sum), HP_ERR_NUMERIC,
                       "the scattering solution of charged components at E = %g is not finite",
                       T->energy);
            T->T[a * m + b] = sum;
        }
    symmetrise(m, T->T);
    T->sign *= sign;
    if (wave != NULL) change_columns(solver, m, inverse, wave);
    return HP_OK;
}

/* K = -P^1/2 T (1 + g T)^-1 P^1/2. */
hp_status hp_coupled_kmatrix(const hp_channels *channels, const hp_tmatrix *T, double *K,
                             hp_error *err) {
    int m = T->nopen;
    double P[MOST], g[MOST], one[MOST * MOST], inverse[MOST * MOST], sign;
    for (int a = 0; a < m; a++) {
        hp_component of = channels->component[T->open[a]];
        hp_coulomb_barrier(of.l, channels->coulomb[of.pair].strength, T->k2[T->open[a]], &P[a],
                           &g[a]);
    }
    for (int a = 0; a < m; a++)
        for (int b = 0; b < m; b++) one[a * m + b] = (a == b ? 1.0 : 0.0) + g[a] * T->T[a * m + b];
    HP_CALL(hp_coupled_invert_transposed(m, one, inverse, &sign, err));
    for (int a = 0; a < m; a++)
        for (int b = 0; b < m; b++) {
            double sum = 0.0;
            for (int d = 0; d < m; d++) sum -= T->T[a * m + d] * inverse[b * m + d];
            K[a * m + b] = sqrt(P[a]) * sum * sqrt(P[b]);
            HP_REQUIRE(isfinite(K[a * m + b]), HP_ERR_NUMERIC,
                       "the K matrix at E = %g is not finite", T->energy);
        }
    symmetrise(m, K);
    return HP_OK;
}
