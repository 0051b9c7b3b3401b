// SPDX-License-Identifier: GPL-3.0-or-later
/* The radial equation as a dense linear system, (1 - G_k A) u = s; docs/method.md, "Scattering". */
#include "jost.h"

#include <float.h>
#include <math.h>
#include <string.h>
#include <cblas.h>
#include <gsl/gsl_machine.h>
#include <gsl/gsl_math.h>
#include <lapacke.h>
#include "hadpot/memory.h"

struct hp_nystroem {
    hp_quadrature grid;
    double *potential; /* (n, n)         A: kernel times weight, local part on the diagonal */
    double *matrix;    /* (n, n)         M = 1 - G_k A, then its LU factors */
    double *wave;      /* (2, n)         s = sin(kr)/k and c = cos(kr) */
    double *weighted;  /* (2, n)         w c and w s */
    double *outer;     /* (panels, 2, n) sums of w c A over later, of w s A over earlier panels */
    double *inner;     /* (order, order) -G_k inside one panel */
    double *bra;       /* (n)            A^T W s, so that T = bra . u */
    double *above;     /* (n)            A^T W c */
    double *u, *F, *z; /* (n)            solution, F = A u, adjoint solution */
    double *moment;    /* (4, n)         integrals of r^m F from 0 to r, m = 0 .. 3 */
    lapack_int *pivot; /* (n) */
};

static hp_status allocate_vectors(hp_nystroem *solver, hp_error *err);
static hp_status check_finite(const hp_nystroem *solver, const double *kernel, const double *local,
                              hp_error *err);
static hp_status solve_momentum(hp_nystroem *solver, double k2, double *T, hp_error *err);
static void fill_waves(hp_nystroem *solver, double k);
static void sum_other_panels(hp_nystroem *solver);
static void replace_by_sum_so_far(double *row, double *total, int n);
static void fill_inner(hp_nystroem *solver, int panel);
static hp_status form_matrix(hp_nystroem *solver, double k, hp_error *err);
static hp_status factorise(hp_nystroem *solver, hp_error *err);
static hp_status solve(hp_nystroem *solver, const double *right_side, bool adjoint, double *x,
                       hp_error *err);
static double determinant_sign(const hp_nystroem *solver);
static double derivative_at_threshold(hp_nystroem *solver);
static double integrate_moment(const hp_nystroem *solver, int power, double *integral);

hp_status hp_nystroem_set_interaction(hp_nystroem *solver, const hp_interaction *interaction,
                                      hp_error *err) {
    hp_status status = HP_OK;
    size_t n = (size_t)solver->grid.n;
    const double *kernel = interaction->kernel, *local = interaction->local;
    HP_TRY(check_finite(solver, kernel, local, err));
    for (size_t i = 0; i < n; i++) {
        double *row = solver->potential + i * n;
        for (size_t j = 0; j < n; j++) {
            row[j] = kernel != NULL ? kernel[i * n + j] * solver->grid.weight[j] : 0.0;
        }
        if (local != NULL) row[i] += local[i];
    }
cleanup:
    return status;
}

hp_status hp_nystroem_kcot(hp_nystroem *solver, double k2, double *kcot, double *tan_over_k,
                           hp_error *err) {
    hp_status status = HP_OK;
    double T;
    HP_TRY(solve_momentum(solver, k2, &T, err));
    *kcot = -1.0 / T;
    *tan_over_k = -T;
cleanup:
    return status;
}

/* u at k2 into solver->u; T of u = s - T cos(kr) beyond the range. */
static hp_status solve_momentum(hp_nystroem *solver, double k2, double *T, hp_error *err) {
    hp_status status = HP_OK;
    const hp_quadrature *grid = &solver->grid;
    HP_CHECK(isfinite(k2) && k2 >= 0.0, HP_ERR_INPUT,
             "k^2 must not be negative in a scattering calculation, found %g", k2);
    HP_CHECK(sqrt(k2) * grid->range <= grid->n, HP_ERR_INPUT,
             "momentum k = %g is too high for a radial grid of %d nodes up to r = %g: the highest "
             "it can resolve is %g",
             sqrt(k2), grid->n, grid->range, grid->n / grid->range);
    HP_TRY(form_matrix(solver, sqrt(k2), err));
    HP_TRY(factorise(solver, err));
    HP_TRY(solve(solver, solver->wave, false, solver->u, err));
    *T = cblas_ddot(grid->n, solver->bra, 1, solver->u, 1);
    HP_CHECK(isfinite(*T), HP_ERR_NUMERIC, "the scattering solution at k^2 = %g is not finite", k2);
cleanup:
    return status;
}

hp_status hp_nystroem_jost_phase(hp_nystroem *solver, double k, double *phase, double *kcot,
                                 hp_error *err) {
    double T = 0.0;
    hp_status status = solve_momentum(solver, k * k, &T, err);
    if (status != HP_OK) return status;
    double sign = determinant_sign(solver);
    *phase = atan2(-sign * k * T, sign);
    *kcot = -1.0 / T;
    return HP_OK;
}

hp_status hp_nystroem_threshold(hp_nystroem *solver, double *scattering_length,
                                double *effective_range, hp_error *err) {
    hp_status status = HP_OK;
    double T;
    HP_TRY(solve_momentum(solver, 0.0, &T, err));
    HP_TRY(solve(solver, solver->bra, true, solver->z, err));
    double d_T = derivative_at_threshold(solver);
    HP_CHECK(isfinite(d_T), HP_ERR_NUMERIC, "the effective range is not finite");
    *scattering_length = T;
    *effective_range = T != 0.0 ? 2.0 * (d_T / T) / T : INFINITY; /* T * T could overflow */
cleanup:
    return status;
}

hp_status hp_nystroem_count_bound(hp_nystroem *solver, int *count, hp_error *err) {
    hp_status status = HP_OK;
    /* Far above the rounding of dgeev on real eigenvalues, far below a true complex pair. */
    const double real_enough = 1e-6;
    int n = solver->grid.n;
    double *re = solver->u, *im = solver->z;
    HP_TRY(form_matrix(solver, 0.0, err));
    int info =
        LAPACKE_dgeev(LAPACK_COL_MAJOR, 'N', 'N', n, solver->matrix, n, re, im, NULL, 1, NULL, 1);
    HP_CHECK(info == 0, HP_ERR_NUMERIC,
             "the eigenvalues of the bound-state kernel were not found (dgeev: %d)", info);
    *count = 0;
    for (int i = 0; i < n; i++) { /* M = 1 - G_0 A: above 1 there is below 0 here */
        if (re[i] < 0.0 && fabs(im[i]) <= real_enough * fabs(re[i])) ++*count;
    }
cleanup:
    return status;
}

const hp_quadrature *hp_nystroem_grid(const hp_nystroem *solver) {
    return &solver->grid;
}

hp_status hp_nystroem_create(const hp_quadrature *grid, hp_nystroem **solver, hp_error *err) {
    hp_status status = HP_OK;
    *solver = NULL;
    hp_nystroem *made = NULL;
    HP_NEW(made, 1);
    size_t n = (size_t)grid->n;
    HP_NEW(made->potential, n * n); /* the largest block first: nothing to undo when it fails */
    HP_NEW(made->matrix, n * n);
    HP_CHECK(grid->n == grid->panels * grid->order, HP_ERR_INPUT,
             "a radial grid of %d panels of order %d must have %d nodes, found %d", grid->panels,
             grid->order, grid->panels * grid->order, grid->n);
    HP_TRY(hp_quadrature_create_panels(grid->edge, grid->panels, grid->order, &made->grid, err));
    HP_TRY(allocate_vectors(made, err));
    *solver = made;
    made = NULL;
cleanup:
    hp_nystroem_destroy(&made);
    return status;
}

void hp_nystroem_destroy(hp_nystroem **solver) {
    if (solver == NULL || *solver == NULL) return;
    hp_nystroem *old = *solver;
    hp_quadrature_destroy(&old->grid);
    hp_free(old->potential);
    hp_free(old->matrix);
    hp_free(old->wave);
    hp_free(old->weighted);
    hp_free(old->outer);
    hp_free(old->inner);
    hp_free(old->bra);
    hp_free(old->above);
    hp_free(old->u);
    hp_free(old->F);
    hp_free(old->z);
    hp_free(old->moment);
    hp_free(old->pivot);
    hp_free(old);
    *solver = NULL;
}

static hp_status allocate_vectors(hp_nystroem *solver, hp_error *err) {
    hp_status status = HP_OK;
    size_t n = (size_t)solver->grid.n, order = (size_t)solver->grid.order;
    HP_NEW(solver->wave, 2 * n);
    HP_NEW(solver->weighted, 2 * n);
    HP_NEW(solver->outer, 2 * n * (size_t)solver->grid.panels);
    HP_NEW(solver->inner, order * order);
    HP_NEW(solver->bra, n);
    HP_NEW(solver->above, n);
    HP_NEW(solver->u, n);
    HP_NEW(solver->F, n);
    HP_NEW(solver->z, n);
    HP_NEW(solver->moment, 4 * n);
    HP_NEW(solver->pivot, n);
cleanup:
    return status;
}

static hp_status check_finite(const hp_nystroem *solver, const double *kernel, const double *local,
                              hp_error *err) {
    hp_status status = HP_OK;
    size_t n = (size_t)solver->grid.n;
    const double *r = solver->grid.r;
    for (size_t i = 0; local != NULL && i < n; i++) {
        HP_CHECK(isfinite(local[i]), HP_ERR_NUMERIC, "the local potential at r = %g is %g", r[i],
                 local[i]);
    }
    for (size_t i = 0; kernel != NULL && i < n * n; i++) {
        HP_CHECK(isfinite(kernel[i]), HP_ERR_NUMERIC,
                 "the non-local potential at r = %g, r' = %g is %g", r[i / n], r[i % n], kernel[i]);
    }
cleanup:
    return status;
}

static void fill_waves(hp_nystroem *solver, double k) {
    const hp_quadrature *grid = &solver->grid;
    double *s = solver->wave, *c = solver->wave + grid->n;
    for (int r = 0; r < grid->n; r++) {
        s[r] = k > 0.0 ? sin(k * grid->r[r]) / k : grid->r[r];
        c[r] = cos(k * grid->r[r]);
        solver->weighted[r] = grid->weight[r] * c[r];
        solver->weighted[grid->n + r] = grid->weight[r] * s[r];
    }
}

/* M = 1 - G_k A panel by panel: full Gauss weights for the other panels, where G_k factorises, and
 * the product rule inside the panel. (2 order + 8) n^2 operations instead of 2 n^3. */
static hp_status form_matrix(hp_nystroem *solver, double k, hp_error *err) {
    hp_status status = HP_OK;
    int n = solver->grid.n, order = solver->grid.order;
    size_t block = (size_t)order * (size_t)n;
    double size = 0.0;
    fill_waves(solver, k);
    sum_other_panels(solver);
    for (int panel = 0; panel < solver->grid.panels; panel++) {
        int first = panel * order;
        const double *A = solver->potential + (size_t)panel * block;
        const double *outer = solver->outer + 2 * (size_t)panel * (size_t)n;
        double *rows = solver->matrix + (size_t)panel * block;
        fill_inner(solver, panel);
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, order, n, 2, 1.0, solver->wave + first,
                    n, outer, n, 0.0, rows, n);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, order, n, order, 1.0, solver->inner,
                    order, A, n, 1.0, rows, n);
        size += cblas_dasum(order * n, rows, 1);
    }
    for (size_t i = 0; i < (size_t)n; i++) solver->matrix[i * (size_t)(n + 1)] += 1.0;
    /* LAPACK may write outside its arrays when numbers overflow on the way. False for NaN. */
    HP_CHECK(size < GSL_SQRT_DBL_MAX, HP_ERR_NUMERIC,
             "the potential is too large: the linear system at k = %g is not finite", k);
cleanup:
    return status;
}

static void sum_other_panels(hp_nystroem *solver) {
    int n = solver->grid.n, order = solver->grid.order, panels = solver->grid.panels;
    size_t row = (size_t)n;
    memset(solver->bra, 0, row * sizeof(double));
    memset(solver->above, 0, row * sizeof(double));
    for (int panel = 0; panel < panels; panel++) {
        int first = panel * order;
        const double *A = solver->potential + (size_t)first * row;
        double *outer = solver->outer + 2 * (size_t)panel * row;
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 2, n, order, 1.0,
                    solver->weighted + first, n, A, n, 0.0, outer, n);
        replace_by_sum_so_far(outer + row, solver->bra, n);
    }
    for (int panel = panels - 1; panel >= 0; panel--) {
        replace_by_sum_so_far(solver->outer + 2 * (size_t)panel * row, solver->above, n);
    }
}

static void replace_by_sum_so_far(double *row, double *total, int n) {
    for (int j = 0; j < n; j++) {
        double own = row[j];
        row[j] = total[j];
        total[j] += own;
    }
}

static void fill_inner(hp_nystroem *solver, int panel) {
    const hp_quadrature *grid = &solver->grid;
    int order = grid->order, first = panel * order;
    double length = hp_quadrature_panel_length(grid, panel);
    const double *s = solver->wave + first, *c = s + grid->n;
    const double *w = grid->weight + first;
    for (int i = 0; i < order; i++) {
        for (int j = 0; j < order; j++) {
            double left = length * grid->left[i * order + j];
            solver->inner[i * order + j] = c[i] * left * s[j] + s[i] * (w[j] - left) * c[j];
        }
    }
}

/* LU of M^T, since LAPACK reads our rows as columns. A pivot that cancels to zero (tan delta
 * infinite to all digits) stands for one of the size of its rounding error. */
static hp_status factorise(hp_nystroem *solver, hp_error *err) {
    hp_status status = HP_OK;
    size_t n = (size_t)solver->grid.n;
    int info = LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, solver->grid.n, solver->grid.n, solver->matrix,
                                   solver->grid.n, solver->pivot);
    HP_CHECK(info >= 0, HP_ERR_LIBRARY, "dgetrf: argument %d is wrong", -info);
    if (info > 0) {
        double largest = 0.0;
        for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs(solver->matrix[i * (n + 1)]));
        for (size_t i = 0; i < n; i++) {
            double *diagonal = &solver->matrix[i * (n + 1)];
            if (*diagonal == 0.0) *diagonal = DBL_EPSILON * largest;
        }
    }
cleanup:
    return status;
}

/* x = M^-1 right_side, or the solution of M^T x = right_side. */
static hp_status solve(hp_nystroem *solver, const double *right_side, bool adjoint, double *x,
                       hp_error *err) {
    hp_status status = HP_OK;
    int n = solver->grid.n;
    memcpy(x, right_side, (size_t)n * sizeof *x);
    int info = LAPACKE_dgetrs_work(LAPACK_COL_MAJOR, adjoint ? 'N' : 'T', n, 1, solver->matrix, n,
                                   solver->pivot, x, n);
    HP_CHECK(info == 0, HP_ERR_LIBRARY, "dgetrs: argument %d is wrong", -info);
cleanup:
    return status;
}

/* Sign of det M, from the LU factors that the latest momentum left behind. */
static double determinant_sign(const hp_nystroem *solver) {
    double sign = 1.0;
    for (int i = 0; i < solver->grid.n; i++) {
        if (solver->matrix[(size_t)i * (size_t)(solver->grid.n + 1)] < 0.0) sign = -sign;
        if (solver->pivot[i] != i + 1) sign = -sign; /* a row exchange */
    }
    return sign;
}

/* dT/dk^2 at k = 0 = ds . F + z . (ds + dG F), with ds = -r^3/6, dG = r<^3/6 + r< r>^2/2 and the
 * adjoint solution z of M^T z = A^T W s: u and z grow like T near unitarity, nothing cancels. */
static double derivative_at_threshold(hp_nystroem *solver) {
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n;
    double *F0 = solver->moment, *F1 = F0 + n, *F2 = F1 + n, *F3 = F2 + n;
    cblas_dgemv(CblasRowMajor, CblasNoTrans, n, n, 1.0, solver->potential, n, solver->u, 1, 0.0,
                solver->F, 1);
    double all_F0 = integrate_moment(solver, 0, F0), all_F2 = integrate_moment(solver, 2, F2);
    integrate_moment(solver, 1, F1);
    integrate_moment(solver, 3, F3);
    double sum = 0.0;
    for (int i = 0; i < n; i++) {
        double r = grid->r[i], d_s = -r * r * r / 6.0;
        double below = F3[i] / 6.0 + r * r * F1[i] / 2.0;
        double above = r * r * r * (all_F0 - F0[i]) / 6.0 + r * (all_F2 - F2[i]) / 2.0;
        sum += grid->weight[i] * d_s * solver->F[i] + solver->z[i] * (d_s + below + above);
    }
    return sum;
}

/* integral[i] = int_0^r_i r^power F dr by the product rule. Returns the integral over the range. */
static double integrate_moment(const hp_nystroem *solver, int power, double *integral) {
    const hp_quadrature *grid = &solver->grid;
    int order = grid->order;
    double before = 0.0;
    for (int start = 0; start < grid->n; start += order) {
        double length = hp_quadrature_panel_length(grid, start / order), panel = 0.0;
        for (int i = 0; i < order; i++) integral[start + i] = before;
        for (int j = 0; j < order; j++) {
            double f = gsl_pow_int(grid->r[start + j], power) * solver->F[start + j];
            for (int i = 0; i < order; i++) {
                integral[start + i] += length * grid->left[i * order + j] * f;
            }
            panel += grid->weight[start + j] * f;
        }
        before += panel;
    }
    return before;
}
