// SPDX-License-Identifier: GPL-3.0-or-later
/* Relativistic pairs, whose k^2 are different functions of the energy: the same basis, grown by
 * what solutions leave of their equation. */
#include <float.h>
#include <math.h>
#include <string.h>
#include <cblas.h>
#include "coupled_reduced.h"

/* Corrections below this part of a column may be its rounding errors (found: 7e-15 to 2e-14), which
 * would spoil the basis. */
static const double ROUNDING = 256.0 * DBL_EPSILON;

/* Of what is left in the form of the equation; then nothing is looked at more closely. */
static const double SMALL = 512.0 * DBL_EPSILON;

/* K and masses of the vectors since the last time. z . F_0 z' = z . z' + gamma chi chi' at the end
 * of the range + int chi [A + l(l+1)/r^2 - k_0^2] chi'. */
static void take_products(hp_coupled *solver) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    const hp_quadrature *grid = &solver->grid;
    int N = solver->ncomponent, n = grid->n, size = solver->size, most = reduced->most;
    double *f = reduced->vector;
    for (; reduced->size < reduced->have && reduced->size < most; reduced->size++) {
        int j = reduced->size;
        const double *v = reduced->basis + (ptrdiff_t)j * size;
        const double *z = reduced->form + (ptrdiff_t)j * size, *edge = reduced->edge + j * N;
        for (int i = 0; i < size; i++) {
            double l = solver->channels.component[i / n].l, r = grid->r[i % n];
            f[i] = reduced->force[(ptrdiff_t)j * size + i] +
                   grid->weight[i % n] * (l * (l + 1.0) / (r * r) - reduced->k2[i / n]) * v[i];
        }
        for (int i = 0; i <= j; i++) {
            const double *other = reduced->basis + (ptrdiff_t)i * size;
            double sum = cblas_ddot(size, reduced->form + (ptrdiff_t)i * size, 1, z, 1) +
                         cblas_ddot(size, other, 1, f, 1);
            for (int c = 0; c < N; c++)
                sum += reduced->gamma[c] * edge[c] * reduced->edge[i * N + c];
            reduced->K[(ptrdiff_t)i * most + j] = reduced->K[(ptrdiff_t)j * most + i] = sum;
        }
        for (int c = 0; c < N; c++) {
            double *mass = reduced->mass + (ptrdiff_t)c * most * most;
            for (int a = 0; a < n; a++) f[a] = grid->weight[a] * v[c * n + a];
            for (int i = 0; i <= j; i++)
                mass[(ptrdiff_t)i * most + j] = mass[(ptrdiff_t)j * most + i] =
                    cblas_ddot(n, reduced->basis + (ptrdiff_t)i * size + (ptrdiff_t)c * n, 1, f, 1);
        }
    }
}

/* Sign of the determinant of LU factors; a pivot that cancels to zero is replaced. */
static double sign_of(double *M, const lapack_int *pivot, int m) {
    double sign = 1.0;
    for (int i = 0; i < m; i++) {
        double *diagonal = &M[(ptrdiff_t)i * (m + 1)];
        if (*diagonal == 0.0) *diagonal = DBL_EPSILON;
        if ((*diagonal < 0.0) != (pivot[i] != i + 1)) sign = -sign;
    }
    return sign;
}

/* LU of K - sum_c t_c mass_c, t NULL: of K; and the sign of its determinant. */
static hp_status factorise_small(hp_coupled *solver, const double *t, double *sign, hp_error *err) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    int N = solver->ncomponent, m = reduced->size, most = reduced->most;
    lapack_int *pivot = reduced->pivot + solver->size;
    double *M = reduced->small;
    for (int i = 0; i < m; i++) {
        double *row = M + (ptrdiff_t)i * m;
        memcpy(row, reduced->K + (ptrdiff_t)i * most, (size_t)m * sizeof *row);
        if (t != NULL) row[i] -= t[0]; /* all masses together are 1 */
        for (int c = 1; c < N && t != NULL; c++)
            if (t[c] != t[0])
                cblas_daxpy(m, t[0] - t[c], reduced->mass + ((ptrdiff_t)c * most + i) * most, 1,
                            row, 1);
    }
    int info = LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, m, m, M, m, pivot);
    HP_REQUIRE(info >= 0, HP_ERR_LIBRARY, "dgetrf: argument %d is wrong", -info);
    *sign = sign_of(M, pivot, m);
    return HP_OK;
}

/* (K - sum_c t_c mass_c) c_s = edge_s. */
static hp_status solve_small(hp_coupled *solver, const double *t, double *determinant,
                             hp_error *err) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    int N = solver->ncomponent, m = reduced->size, most = reduced->most;
    if (reduced->signed_size != m) {
        HP_CALL(factorise_small(solver, NULL, &reduced->small_sign, err));
        reduced->signed_size = m;
    }
    HP_CALL(factorise_small(solver, t, determinant, err));
    *determinant *= reduced->sign * reduced->small_sign;
    for (int s = 0; s < N; s++)
        for (int j = 0; j < m; j++) reduced->c[(ptrdiff_t)s * most + j] = reduced->edge[j * N + s];
    int info = LAPACKE_dgetrs_work(LAPACK_COL_MAJOR, 'N', m, N, reduced->small, m,
                                   reduced->pivot + solver->size, reduced->c, most);
    HP_REQUIRE(info == 0, HP_ERR_LIBRARY, "dgetrs: argument %d is wrong", -info);
    return HP_OK;
}

/* z = sum_s x_s [y_s - F(E) chi^s], what the columns lack. part: of them, in this form. */
static void lacking(hp_coupled *solver, const double *t, const double *x, double *z, double *part) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    const hp_quadrature *grid = &solver->grid;
    int N = solver->ncomponent, n = grid->n, size = solver->size, m = reduced->size;
    double *c = reduced->share, *f = reduced->vector + (ptrdiff_t)2 * size, *v = f + size;
    double edge[HP_MOST_COMPONENTS];
    cblas_dgemv(CblasRowMajor, CblasTrans, N, m, 1.0, reduced->c, reduced->most, x, 1, 0.0, c, 1);
    cblas_dgemv(CblasRowMajor, CblasTrans, m, size, 1.0, reduced->basis, size, c, 1, 0.0, v, 1);
    cblas_dgemv(CblasRowMajor, CblasTrans, m, size, 1.0, reduced->force, size, c, 1, 0.0, f, 1);
    cblas_dgemv(CblasRowMajor, CblasTrans, m, N, 1.0, reduced->edge, N, c, 1, 0.0, edge, 1);
    for (int i = 0; i < size; i++) {
        double l = solver->channels.component[i / n].l, r = grid->r[i % n];
        double k2 = reduced->k2[i / n] + t[i / n];
        f[i] = f[i] / grid->weight[i % n] + (l * (l + 1.0) / (r * r) - k2) * v[i];
    }
    hp_coupled_form_moment(solver, f, z);
    cblas_dgemv(CblasRowMajor, CblasTrans, m, size, 1.0, reduced->form, size, c, 1, 0.0, f, 1);
    for (int i = 0; i < size; i++) {
        double source = x[i / n] - reduced->gamma[i / n] * edge[i / n];
        z[i] = source * solver->bound->root[i % n] - z[i] - f[i];
    }
    *part = cblas_dnrm2(size, z, 1) / cblas_dnrm2(size, f, 1);
}

/* Column s alone, through F_0^-1, as the next vector has it. */
static hp_status add_lacking(hp_coupled *solver, const double *t, int s, bool *solved,
                             hp_error *err) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    int size = solver->size;
    double x[HP_MOST_COMPONENTS] = {0.0}, edge[HP_MOST_COMPONENTS], part;
    double *z = reduced->vector + size, *f = z + size, *v = f + size;
    x[s] = 1.0;
    lacking(solver, t, x, z, &part);
    HP_CALL(hp_reduced_apply(solver, z, err));
    hp_coupled_form_wave(solver, z, f, edge);
    double lack = fabs(f[cblas_idamax(size, f, 1)]), largest = fabs(v[cblas_idamax(size, v, 1)]);
    if (lack <= ROUNDING * largest) return HP_OK;
    *solved = false;
    if (reduced->have < reduced->most) hp_reduced_add(solver, z, NULL, 0);
    return HP_OK;
}

hp_status hp_reduced_solve_pairs(hp_coupled *solver, const double *t, bool *solved,
                                 double *determinant, hp_error *err) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    int N = solver->ncomponent;
    double x[HP_MOST_COMPONENTS], part;
    for (;;) {
        int before = reduced->have;
        take_products(solver);
        HP_CALL(solve_small(solver, t, determinant, err));
        *solved = true;
        for (int s = 0; s < N; s++) { /* all columns at once, as large as each other */
            const double *c = reduced->c + (ptrdiff_t)s * reduced->most;
            x[s] = 1.0 / fabs(c[cblas_idamax(reduced->size, c, 1)]);
        }
        lacking(solver, t, x, reduced->vector + solver->size, &part);
        if (part <= SMALL) return HP_OK;
        for (int s = 0; s < N; s++) HP_CALL(add_lacking(solver, t, s, solved, err));
        if (*solved || reduced->have == before) return HP_OK;
    }
}
