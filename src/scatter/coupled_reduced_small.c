// SPDX-License-Identifier: GPL-3.0-or-later
/* The small systems of reduced solutions. */
#include <float.h>
#include <math.h>
#include <string.h>
#include <cblas.h>
#include "coupled_reduced.h"

/* What the solution at an energy may leave of its equation; the rest falls faster than any power
 * with each vector, so that the last digits cost one or two. */
static const double RESIDUAL = 0.25 * DBL_EPSILON;

/* H is symmetric in the metric, and a vector brings at most one more: a band of N on either side.
 */
static hp_status solve_band(hp_coupled *solver, double t, double *sign, hp_error *err) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    int N = solver->ncomponent, m = reduced->size, most = reduced->most, rows = 3 * N + 1;
    lapack_int *pivot = reduced->pivot + solver->size;
    double *band = reduced->small;
    for (int j = 0; j < m; j++) {
        double *column = band + (ptrdiff_t)j * rows;
        for (int i = j - N; i <= j + N; i++) {
            double value = i >= 0 && i < m ? -t * reduced->H[(ptrdiff_t)i * most + j] : 0.0;
            column[2 * N + i - j] = i == j ? 1.0 + value : value;
        }
    }
    int info = LAPACKE_dgbtrf_work(LAPACK_COL_MAJOR, m, m, N, N, band, rows, pivot);
    HP_REQUIRE(info >= 0, HP_ERR_LIBRARY, "dgbtrf: argument %d is wrong", -info);
    for (int j = 0; j < m; j++) {
        double *diagonal = &band[(ptrdiff_t)j * rows + (ptrdiff_t)2 * N];
        if (*diagonal == 0.0) *diagonal = DBL_EPSILON;
        if ((*diagonal < 0.0) != (pivot[j] != j + 1)) *sign = -*sign;
    }
    info =
        LAPACKE_dgbtrs_work(LAPACK_COL_MAJOR, 'N', m, N, N, N, band, rows, pivot, reduced->c, most);
    HP_REQUIRE(info == 0, HP_ERR_LIBRARY, "dgbtrs: argument %d is wrong", -info);
    return HP_OK;
}

/* Row i of N rows below it that has the largest number in column i. */
static int find_pivot(const double *M, int m, int i, int last) {
    int best = i;
    for (int k = i + 1; k < last; k++)
        if (fabs(M[(ptrdiff_t)k * m + i]) > fabs(M[(ptrdiff_t)best * m + i])) best = k;
    return best;
}

/* Without a symmetry: N rows below the diagonal and all above, by elimination with exchanges. */
static void solve_hessenberg(hp_coupled *solver, double t, double *sign) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    int N = solver->ncomponent, m = reduced->size, most = reduced->most;
    double *M = reduced->small, *c = reduced->c;
    for (int i = 0; i < m; i++) {
        const double *H = reduced->H + (ptrdiff_t)i * most;
        double *row = M + (ptrdiff_t)i * m;
        for (int j = i > N ? i - N : 0; j < m; j++) row[j] = -t * H[j];
        row[i] += 1.0;
    }
    for (int i = 0; i < m; i++) {
        int last = i + N + 1 < m ? i + N + 1 : m, best = find_pivot(M, m, i, last);
        double *row = M + (ptrdiff_t)i * m;
        if (best != i) {
            cblas_dswap(m - i, row + i, 1, M + (ptrdiff_t)best * m + i, 1);
            cblas_dswap(N, c + i, most, c + best, most);
            *sign = -*sign;
        }
        if (row[i] == 0.0) row[i] = DBL_EPSILON;
        if (row[i] < 0.0) *sign = -*sign;
        for (int k = i + 1; k < last; k++) {
            double *below = M + (ptrdiff_t)k * m, factor = below[i] / row[i];
            for (int j = i + 1; j < m; j++) below[j] -= factor * row[j];
            for (int s = 0; s < N; s++)
                c[(ptrdiff_t)s * most + k] -= factor * c[(ptrdiff_t)s * most + i];
        }
    }
    cblas_dtrsm(CblasColMajor, CblasLeft, CblasLower, CblasTrans, CblasNonUnit, m, N, 1.0, M, m, c,
                most);
}

hp_status hp_reduced_solve_small(hp_coupled *solver, double t, double *sign, hp_error *err) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    int N = solver->ncomponent, most = reduced->most;
    *sign = 1.0;
    for (int s = 0; s < N; s++)
        memcpy(reduced->c + (ptrdiff_t)s * most, reduced->source + (ptrdiff_t)s * (most + N),
               (size_t)reduced->size * sizeof *reduced->c);
    if (!reduced->doubled) return solve_band(solver, t, sign, err);
    solve_hessenberg(solver, t, sign);
    return HP_OK;
}

bool hp_reduced_is_solved(const hp_coupled *solver, double t) {
    const struct hp_coupled_reduced *reduced = solver->reduced;
    int N = solver->ncomponent, m = reduced->size, most = reduced->most;
    if (m < N && m < reduced->have) return false;
    for (int s = 0; s < N; s++) {
        const double *c = reduced->c + (ptrdiff_t)s * most;
        double norm = fabs(c[cblas_idamax(m, c, 1)]);
        for (int i = m; i < reduced->have; i++) {
            double rest = 0.0;
            for (int j = m > N ? m - N : 0; j < m; j++)
                rest += t * reduced->H[(ptrdiff_t)i * most + j] * c[j];
            if (!(fabs(rest) <= RESIDUAL * norm)) return false;
        }
    }
    return true;
}
