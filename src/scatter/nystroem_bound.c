// SPDX-License-Identifier: GPL-3.0-or-later
/* Bound states: their number by Sylvester's law of inertia, and the zeros of det M at k^2 =
 * -kappa^2 that it isolates; docs/method-scatter.md.
 */
#include "nystroem_private.h"
#include <float.h>
#include <math.h>
#include <string.h>
#include <cblas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_machine.h>
#include <gsl/gsl_roots.h>
#include "factors.h"
#include "hadpot/memory.h"
#include "hadpot/lapack_status.h"
#include "state_search.h"

/* The lowest binding momentum at which states are looked for: an attractive Coulomb force has
 * infinitely many states by itself, the lowest at |beta|/2. */
static double lowest_kappa(const hp_nystroem *solver) {
    return fmax(0.0, -0.5 * solver->coulomb.strength);
}

/* gamma = -u'/u of the tail at kappa. */
static hp_status decay(const hp_nystroem *solver, double kappa, double *gamma, hp_error *err) {
    return hp_coulomb_tail(solver->coulomb.strength, kappa, solver->grid.range, gamma, NULL, NULL,
                           err);
}

hp_status hp_nystroem_count_bound(hp_nystroem *solver, int *count, hp_error *err) {
    double gamma, kappa = lowest_kappa(solver);
    if (!solver->bound.known) {
        HP_CALL(decay(solver, kappa, &gamma, err));
        HP_CALL(hp_nystroem_certify(solver, kappa, gamma, &solver->bound, err));
    }
    *count = solver->bound.number;
    return HP_OK;
}

hp_status hp_nystroem_bound_in_doubt(hp_nystroem *solver, bool *in_doubt, hp_error *err) {
    int count;
    hp_status status = hp_nystroem_count_bound(solver, &count, err);
    *in_doubt = solver->bound.in_doubt || solver->branch_in_doubt;
    return status;
}

hp_status hp_nystroem_count_cut(hp_nystroem *solver, hp_count *count, hp_error *err) {
    bool charged = solver->coulomb.strength != 0.0;
    hp_count *cut = charged ? &solver->bound_cut : &solver->bound;
    if (!cut->known) HP_CALL(hp_nystroem_certify(solver, 0.0, 0.0, cut, err));
    *count = *cut;
    return HP_OK;
}

/* W^1/2 (A - k2) W^-1/2, lower half by columns, which is symmetric. */
static hp_status form_symmetric(hp_nystroem *solver, double k2, hp_error *err) {
    size_t n = (size_t)solver->grid.n;
    double size = 0.0, *scale = solver->moment;
    hp_nystroem_set_diagonal(solver, k2, -k2);
    for (size_t i = 0; i < n; i++) scale[i] = sqrt(solver->grid.weight[i]);
    for (size_t j = 0; j < n; j++) {
        const double *row = solver->potential + j * n;
        double *column = solver->matrix + j * n;
        for (size_t i = j; i < n; i++) {
            column[i] = scale[j] * row[i] / scale[i];
            size += fabs(column[i]);
        }
    }
    HP_REQUIRE(size < GSL_SQRT_DBL_MAX, HP_ERR_NUMERIC,
               "the potential is too large: its bound states cannot be counted");
    return HP_OK;
}

/* P = L (1 - g y y^T) L^T, g = gamma/(1 + gamma R), so the negative eigenvalues of 1 + P (A - k2),
 * those of P^-1 + A - k2 and those of 1 + sigma y y^T + L^T (A - k2) L, sigma = g/(1 - g y.y), are
 * equally many. */
static hp_status count_inertia(hp_nystroem *solver, double k2, double gamma, int *count,
                               hp_error *err) {
    int n = solver->grid.n;
    HP_CALL(form_symmetric(solver, k2, err));
    int info = LAPACKE_dsygst_work(LAPACK_COL_MAJOR, 2, 'L', n, solver->matrix, n, solver->root, n);
    HP_REQUIRE(info == 0, HP_ERR_LIBRARY, "dsygst: argument %d is wrong", -info);
    double squared = cblas_ddot(n, solver->edge, 1, solver->edge, 1);
    double rest = solver->grid.range - squared;
    double sigma = isinf(gamma) ? 1.0 / rest : gamma / (1.0 + gamma * rest);
    cblas_dsyr(CblasColMajor, CblasLower, n, sigma, solver->edge, 1, solver->matrix, n);
    for (size_t i = 0; i < (size_t)n; i++) solver->matrix[i * (size_t)(n + 1)] += 1.0;
    solver->count_scale = 0.0; /* |B_ij|, at most, of the lower half */
    for (int j = 0; j < n; j++) {
        const double *column = solver->matrix + (size_t)j * (size_t)(n + 1);
        size_t largest = cblas_idamax(n - j, column, 1);
        solver->count_scale = fmax(solver->count_scale, fabs(column[largest]));
    }
    info = LAPACKE_dsytrf_work(LAPACK_COL_MAJOR, 'L', n, solver->matrix, n, solver->pivot,
                               solver->outer, 2 * n * solver->grid.panels);
    HP_REQUIRE(info >= 0, HP_ERR_LIBRARY, "dsytrf: argument %d is wrong", -info);
    if (info > 0) solver->count_scale = INFINITY; /* a pivot is exactly zero */
    *count = hp_factors_negative(n, solver->matrix, solver->pivot);
    return HP_OK;
}

/* Of a kernel that is not symmetric. */
static hp_status count_eigenvalues(hp_nystroem *solver, double kappa, double gamma, int *count,
                                   hp_error *err) {
    /* Far above the rounding of dgeev on real eigenvalues, far below a true complex pair. */
    const double real_enough = 1e-6;
    /* A pair nearer to the axis may be two real ones, an eigenvalue nearer to zero has no sign. */
    const double unclear_below = 1e-4, zero_below = 1e-10;
    int n = solver->grid.n;
    double *re = solver->u, *im = solver->z;
    HP_CALL(hp_nystroem_form_bound(solver, kappa, gamma, err));
    int info =
        LAPACKE_dgeev(LAPACK_COL_MAJOR, 'N', 'N', n, solver->matrix, n, re, im, NULL, 1, NULL, 1);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
               "the eigenvalues of the bound-state kernel were not found (dgeev: %d)", info);
    *count = 0;
    solver->count_scale = 1.0;
    for (int i = 0; i < n; i++) { /* M = 1 - G_0 A: above 1 there is below 0 here */
        double size = hypot(re[i], im[i]);
        bool unclear = im[i] != 0.0 && fabs(im[i]) <= unclear_below * size;
        if (re[i] < 0.0 && fabs(im[i]) <= real_enough * fabs(re[i])) ++*count;
        if (size <= zero_below || (re[i] < 0.0 && unclear)) solver->count_scale = INFINITY;
    }
    return HP_OK;
}

hp_status hp_nystroem_count_above(hp_nystroem *solver, double kappa, double gamma, int *count,
                                  hp_error *err) {
    if (solver->symmetric) return count_inertia(solver, -kappa * kappa, gamma, count, err);
    return count_eigenvalues(solver, kappa, gamma, count, err);
}

hp_status hp_nystroem_count_box(hp_nystroem *solver, double k2, int *count, hp_error *err) {
    return count_inertia(solver, k2, INFINITY, count, err);
}

/* W^1/2 min(r,r') W^-1/2 with the product rule inside panels; i >= j. */
static double symmetric_green(const hp_quadrature *grid, int i, int j) {
    int order = grid->order, panel = i / order;
    if (j / order != panel) return sqrt(grid->weight[i] * grid->weight[j]) * grid->r[j];
    double left =
        hp_quadrature_panel_length(grid, panel) * grid->left[(i % order) * order + j % order];
    double value = left * grid->r[j] + grid->r[i] * (grid->weight[j] - left);
    return sqrt(grid->weight[i] / grid->weight[j]) * value;
}

hp_status hp_nystroem_fill_root(hp_nystroem *solver, hp_error *err) {
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n;
    for (int j = 0; j < n; j++) {
        solver->edge[j] = sqrt(grid->weight[j]) * grid->r[j];
        for (int i = j; i < n; i++) {
            solver->root[(size_t)j * (size_t)n + (size_t)i] = symmetric_green(grid, i, j);
        }
    }
    int info = LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'L', n, solver->root, n);
    HP_REQUIRE(info == 0, HP_ERR_NUMERIC, "the Green function on the radial grid is not positive");
    cblas_dtrsv(CblasColMajor, CblasLower, CblasNoTrans, CblasNonUnit, n, solver->root, n,
                solver->edge, 1);
    return HP_OK;
}

bool hp_nystroem_count_is_close(hp_nystroem *solver) {
    enum { ITERATIONS = 2 }; /* enough where lambda is far below the others, which alone matters */
    int n = solver->grid.n;
    double *x = solver->F, norm = 1.0;
    if (!solver->symmetric) return solver->count_scale == INFINITY;
    if (!isfinite(solver->count_scale)) return true;
    for (int i = 0; i < n; i++) x[i] = solver->grid.r[i];
    for (int i = 0; i < ITERATIONS; i++) { /* inverse iteration: norm becomes 1/|lambda| */
        cblas_dscal(n, 1.0 / cblas_dnrm2(n, x, 1), x, 1);
        int info = LAPACKE_dsytrs_work(LAPACK_COL_MAJOR, 'L', n, 1, solver->matrix, n,
                                       solver->pivot, x, n);
        norm = cblas_dnrm2(n, x, 1);
        if (info != 0 || !isfinite(norm)) return true;
    }
    return 1.0 / norm <= 10.0 * n * DBL_EPSILON * solver->count_scale;
}

/* Steps of Brent's method, which needs about ten: a limit that only faults reach. */
enum { MAX_STEPS = 200, INVERSE_ITERATIONS = 3 };

/* Relative error of kappa on a trusted grid. */
static const double TRUSTED_KAPPA = 1e-7;

/* What Brent's method carries through gsl_function. */
typedef struct determinant {
    hp_nystroem *solver;
    double log_scale;
    hp_status status;
    hp_error *err;
} determinant;

/* Context: the solver. */
static hp_status count_at(void *context, double kappa, int *count, hp_error *err) {
    hp_nystroem *solver = context;
    double gamma;
    HP_CALL(decay(solver, kappa, &gamma, err));
    return hp_nystroem_count_above(solver, kappa, gamma, count, err);
}

/* log of [cosh kappa R + gamma sinh(kappa R)/kappa] / (1 + gamma R). */
static double log_free_determinant(double kappa, double gamma, double range) {
    double x = kappa * range;
    double sinh_over_kappa = x > 0.0 ? -0.5 * expm1(-2.0 * x) / kappa : range; /* times exp(-x) */
    return x + log(0.5 * (1.0 + exp(-2.0 * x)) + gamma * sinh_over_kappa) - log1p(gamma * range);
}

/* LU factors of M, sign and log of det M over its value for free motion: a number of order one that
 * tends to one at large kappa. */
static hp_status factorise_at(hp_nystroem *solver, double kappa, double *sign, double *log_size,
                              hp_error *err) {
    double gamma;
    HP_CALL(decay(solver, kappa, &gamma, err));
    HP_CALL(hp_nystroem_form_bound(solver, kappa, gamma, err));
    HP_CALL(hp_nystroem_factorise(solver, err));
    *sign = hp_nystroem_determinant(solver, log_size);
    *log_size -= log_free_determinant(kappa, gamma, solver->grid.range);
    return HP_OK;
}

/* States above kappa. Of one state on a trusted grid the sign of det M says it, in a fifth of the
 * time. */
static hp_status count_up(void *context, double kappa, int *count, hp_error *err) {
    hp_nystroem *solver = context;
    double sign, log_size;
    if (!solver->trusted || solver->bound.on_grid != 1) return count_at(solver, kappa, count, err);
    HP_CALL(factorise_at(solver, kappa, &sign, &log_size, err));
    *count = sign < 0.0;
    return HP_OK;
}

static double scaled_determinant(double kappa, void *context) {
    determinant *f = context;
    double sign = 0.0, log_size = 0.0;
    if (f->status == HP_OK) f->status = factorise_at(f->solver, kappa, &sign, &log_size, f->err);
    return f->status == HP_OK ? sign * exp(log_size - f->log_scale) : NAN;
}

/* kappa of the zero; where rounding hides the change of sign, the end next to it. */
static hp_status find_zero(hp_nystroem *solver, gsl_root_fsolver *brent, const hp_bracket *one,
                           double *kappa, hp_error *err) {
    const double rounding = solver->trusted ? TRUSTED_KAPPA : 1e-15;
    double low_sign, low_size, high_sign, high_size;
    HP_CALL(factorise_at(solver, one->low, &low_sign, &low_size, err));
    HP_CALL(factorise_at(solver, one->high, &high_sign, &high_size, err));
    *kappa = low_size < high_size ? one->low : one->high;
    if (low_sign == high_sign) return HP_OK;
    determinant f = {.solver = solver, .log_scale = fmax(low_size, high_size), .err = err};
    gsl_function function = {scaled_determinant, &f};
    int code = gsl_root_fsolver_set(brent, &function, one->low, one->high);
    bool found = false;
    for (int step = 0; !found; step++) {
        HP_CALL(f.status);
        HP_REQUIRE(code == GSL_SUCCESS, HP_ERR_NUMERIC, "bound state between kappa = %g and %g: %s",
                   one->low, one->high, gsl_strerror(code));
        double low = gsl_root_fsolver_x_lower(brent), high = gsl_root_fsolver_x_upper(brent);
        found = step == MAX_STEPS ||
                (step > 0 && gsl_root_test_interval(low, high, 0.0, rounding) == GSL_SUCCESS);
        if (!found) code = gsl_root_fsolver_iterate(brent);
    }
    *kappa = gsl_root_fsolver_root(brent);
    return HP_OK;
}

/* Null vector of M by inverse iteration, normalised with its tail. */
static hp_status find_wave(hp_nystroem *solver, double kappa, double *mean_square, double *u,
                           hp_error *err) {
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n;
    double sign, log_size, gamma, tail, tail_square, norm = 0.0, square = 0.0;
    HP_CALL(factorise_at(solver, kappa, &sign, &log_size, err));
    for (int i = 0; i < n; i++) u[i] = grid->r[i] * exp(-kappa * grid->r[i]);
    for (int i = 0; i < INVERSE_ITERATIONS; i++) {
        HP_CALL(hp_nystroem_solve(solver, u, false, u, err));
        cblas_dscal(n, 1.0 / u[cblas_idamax(n, u, 1)], u, 1);
    }
    *mean_square = INFINITY;
    if (kappa == 0.0) return HP_OK; /* not normalisable */
    HP_CALL(hp_coulomb_tail(solver->coulomb.strength, kappa, grid->range, &gamma, &tail,
                            &tail_square, err));
    double edge = cblas_ddot(n, solver->bra, 1, u, 1) / (1.0 + gamma * grid->range);
    for (int i = 0; i < n; i++) {
        norm += grid->weight[i] * u[i] * u[i];
        square += grid->weight[i] * grid->r[i] * grid->r[i] * u[i] * u[i];
    }
    norm += edge * edge * tail;
    *mean_square = (square + edge * edge * tail_square) / norm;
    HP_REQUIRE(isfinite(*mean_square), HP_ERR_NUMERIC,
               "the bound state at kappa = %g has no finite wave function", kappa);
    cblas_dscal(n, (u[0] < 0.0 ? -1.0 : 1.0) / sqrt(norm), u, 1);
    return HP_OK;
}

hp_status hp_nystroem_bound_states(hp_nystroem *solver, int most, double *kappa2,
                                   double *mean_square, double *u, int *found, hp_error *err) {
    hp_status status = HP_OK;
    int n = solver->grid.n;
    hp_bracket one = {0};
    gsl_root_fsolver *brent = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    HP_CHECK(brent != NULL, HP_ERR_MEMORY, "no memory for a root finder");
    for (int i = 0; i < most; i++) kappa2[i] = mean_square[i] = NAN;
    HP_CHECK(solver->symmetric, HP_ERR_INPUT,
             "bound states need a symmetric non-local potential, found one that is not");
    HP_TRY(hp_nystroem_count_bound(solver, found, err));
    int there = solver->bound.on_grid;
    one = (hp_bracket){.low = lowest_kappa(solver), .above_low = there};
    if (there > 0 && most > 0)
        HP_TRY(hp_state_find_top(count_up, solver, &solver->grid, INFINITY, &one, err));
    for (int i = 0; i < *found && i < there && i < most; i++) {
        double kappa = 0.0, *wave = u != NULL ? u + (size_t)i * (size_t)n : solver->z;
        HP_TRY(hp_state_isolate(count_at, solver, &one, err));
        HP_TRY(find_zero(solver, brent, &one, &kappa, err));
        HP_TRY(find_wave(solver, kappa, &mean_square[i], wave, err));
        kappa2[i] = kappa * kappa;
        if (one.above_low > i + 1) continue; /* degenerate to all digits: the same place again */
        one = (hp_bracket){lowest_kappa(solver), one.low, there, one.above_low};
    }
cleanup:
    if (brent != NULL) gsl_root_fsolver_free(brent);
    return status;
}
